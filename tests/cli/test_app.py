"""The words typed: which command they reach, and what is said of those that reach none."""

import os
import re
from pathlib import Path

import pytest

from smappee_tui import __version__
from smappee_tui.app.settings import Settings, save
from smappee_tui.simulator.house.faults import SHAPES
from smappee_tui.simulator.sites import NAMES
from tests.cli.run import run, run_process

COMMANDS = ("demo", "discover", "check", "record", "portal", "broker", "simulate", "report", "jobs", "fleet", "cloud")


def test_help_names_everything() -> None:
    ran = run("--help")
    assert ran.code == 0
    assert ran.out.startswith("Usage: smappee-tui [OPTIONS] [HOST]\n   or: smappee-tui COMMAND")
    for word in (*COMMANDS, "--replay", "--record", "--location", "--username", "--tls", "--version", "-completion"):
        assert word in ran.out
    assert "password" not in [word.strip("-") for word in re.findall(r"--\w+", ran.out)]
    assert max(map(len, ran.out.splitlines())) <= 80


def test_only_what_exists_is_offered() -> None:
    commands = run("--help").out.split("Commands:")[1].split("Options with HOST")[0]
    assert re.findall(r"^  (\w+) ", commands, re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert f"smappee-tui {command}" in ran.out
    assert run(command, "-h") == ran


def test_the_help_of_a_host_is_the_help_of_the_app() -> None:
    ran = run("192.168.0.48", "--help")
    assert ran.out.startswith("Usage: smappee-tui [OPTIONS] [HOST]\n\n  Show the live screen")


def test_version() -> None:
    assert run("--version").out == f"smappee-tui {__version__}\n"


def test_no_word_at_all_says_what_to_type(config_folder: Path) -> None:
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert "smappee-tui demo" in ran.err
    assert "Lately" not in ran.err
    save(Settings(hosts=("10.0.0.9:1883",)), config_folder / "settings.toml")
    assert "Lately: 10.0.0.9:1883" in run().err


@pytest.mark.parametrize("words", [["192.168.0.48"], ["my-monitor:1884"], ["--replay", "x"], ["--port", "7", "h"]])
def test_a_first_word_that_is_no_command_is_a_host(words: list[str]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "The screen needs a terminal" in ran.err


@pytest.mark.parametrize(("word", "meant"), [("chekc", "check"), ("dmeo", "demo"), ("recrod", "record")])
def test_a_mistyped_command_is_not_taken_for_a_host(word: str, meant: str) -> None:
    ran = run(word)
    assert (ran.code, ran.out) == (2, "")
    assert f"Did you mean {meant}?" in ran.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--bogus"], "No such option"),
        (["h", "--replay", "x"], "Leave out one"),
        (["--replay", "x", "--record", "y"], "does not go with --replay"),
        (["h", "--speed", "2"], "--speed goes with --replay"),
        (["record", "h"], "FILE"),
        (["simulate"], "--broker"),
        (["simulate", "--broker", "h:x"], "is no port"),
        (["simulate", "--broker", "h", "--site", "castle"], "no site is called 'castle'"),
        (["simulate", "--broker", "h", "--fault", "revresed:3"], "did you mean reversed?"),
        (["simulate", "--broker", "h", "--fault", "reversed:99"], "99"),
        (["demo", "--fault", "reversed"], "reversed:3"),
    ],
)
def test_misuse_is_told_in_plain_words(words: list[str], hint: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.err


def test_faults_are_listed() -> None:
    for command in (["demo"], ["simulate", "--broker", "h"]):
        ran = run(*command, "--fault", "list")
        assert ran.code == 0
        assert len(ran.out.splitlines()) == len(SHAPES)


def test_help_names_the_sites_that_there_are() -> None:
    listed = " ".join(run("simulate", "--help").out.split())
    assert all(name in listed for name in NAMES)


def completions(line: str) -> list[str]:
    """What bash would offer after this line."""
    words = line.split(" ")
    ran = run_process(
        env={
            **os.environ,
            "_SMAPPEE_TUI_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        }
    )
    return ran.out.split()


def test_the_shell_completes_commands_options_and_hosts(config_folder: Path) -> None:
    save(Settings(hosts=("10.0.0.9:1883",)), config_folder / "settings.toml")
    assert set(COMMANDS) < set(completions("smappee-tui "))
    assert "10.0.0.9:1883" in completions("smappee-tui ")
    assert "[HOST]" not in completions("smappee-tui ")
    assert completions("smappee-tui che") == ["check"]
    assert "--replay" in completions("smappee-tui --re")
    assert "--json" in completions("smappee-tui check --js")
    assert "10.0.0.9:1883" in completions("smappee-tui check 10")
    assert "--location" in completions("smappee-tui 10.0.0.9 --lo")
    assert completions("smappee-tui check --generation un") == ["unmetered", "unknown"]


def test_what_is_wrong_with_the_settings_is_said(config_folder: Path) -> None:
    (config_folder / "settings.toml").write_text("prot = 1884\n")
    assert "did you mean 'port'?" in run().err
