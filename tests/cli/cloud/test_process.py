"""The program as a process of its own, as a person's shell runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.cli.cloud.conftest import BOSS, PASSWORD, SECRET, environment
from tests.cli.cloud.ring import FILE_VARIABLE
from tests.cli.run import DEADLINE, run_process
from tests.cli.test_startup import HEAVY, imported

ROOT = Path(__file__).parents[3]
PROGRAM = [sys.executable, "-m", "smappee_tui", "cloud"]


def outside(**more: str) -> dict[str, str]:
    """The environment of a process, with a keyring of its own."""
    backend = {"PYTHON_KEYRING_BACKEND": "tests.cli.cloud.ring.FileRing", "PYTHONPATH": str(ROOT)}
    return {**os.environ, **backend, FILE_VARIABLE: os.devnull, **more}


@pytest.mark.parametrize("words", [["--help"], ["cloud", "--help"], ["cloud", "consumption", "--help"]])
def test_help_imports_next_to_nothing(words: list[str]) -> None:
    assert not imported(*words) & (HEAVY | {"msgspec", "asyncio", "ssl"})


def test_an_incomplete_command_names_them_all() -> None:
    done = run_process("cloud")
    assert done.code == 2
    assert "sensor-consumption" in done.out + done.err


def test_a_console_without_these_letters_is_no_crash(cloud: VirtualCloud) -> None:
    house = cloud.estate.houses[0]
    house.name = "漢字_漢"
    env = outside(**environment(cloud), PYTHONIOENCODING="latin-1")
    ran = run_process("cloud", "info", house.location, "--json", env=env)
    assert (ran.code, json.loads(ran.out)["location"]["name"]) == (0, "漢字_漢")
    assert '"??_?"' in run_process("cloud", "info", house.location, env=env).out


def test_without_credentials_and_without_a_keyring_it_is_said() -> None:
    ran = run_process("cloud", "locations", env=outside(PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring"))
    assert (ran.code, ran.out) == (3, "")
    assert "SMAPPEE_TUI_CLOUD_CLIENT_ID" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_a_slow_login_can_be_interrupted_and_shows_no_secret(cloud: VirtualCloud) -> None:
    hold = cloud.behaviour.hold("/oauth2/token")
    process = subprocess.Popen(
        [*PROGRAM, "locations"], env=outside(**environment(cloud)), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert hold.arrived.wait(DEADLINE)
        line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        assert SECRET.encode() not in line
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=DEADLINE)
    finally:
        process.kill()
        hold.release.set()
    assert (process.returncode, out, err) == (130, b"", b"smappee-tui: Interrupted.\n")


@pytest.mark.usefixtures("month")
def test_a_reader_that_goes_away_is_no_error(cloud: VirtualCloud) -> None:
    words = [*PROGRAM, "consumption", "shop", "-a", "5min", "--last", "20d", "--csv"]
    process = subprocess.Popen(
        words, env=outside(**environment(cloud)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        assert process.stdout.readline().startswith('"time_utc"')
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(DEADLINE) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_login_on_a_terminal(cloud: VirtualCloud, tmp_path: Path) -> None:
    kept = tmp_path / "ring.json"
    env = outside(**{FILE_VARIABLE: str(kept), "TERM": "dumb"})
    import pty

    control, terminal = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "login"], env=env, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    )
    os.close(terminal)
    seen = ""
    answers = [("Address of the cloud", cloud.base_url), ("Client id", BOSS.client_id), ("Client secret", SECRET),
               ("User", BOSS.username), ("Password", PASSWORD)]  # fmt: skip
    try:
        for question, answer in answers:
            shown = ""
            while not (question in shown and shown.endswith(": ")):  # the blank comes once the echo is off
                shown += os.read(control, 1000).decode()
            seen += shown
            os.write(control, f"{answer}\n".encode())
        while True:
            try:
                more = os.read(control, 1000).decode()
            except OSError:  # how Linux says that the other side has gone
                break
            if not more:
                break
            seen += more
        assert process.wait(DEADLINE) == 0, seen
    finally:
        process.kill()
        os.close(control)
    assert "This account sees 2 locations." in seen
    assert SECRET not in seen
    assert PASSWORD not in seen
    assert PASSWORD in json.loads(kept.read_text()).values()
    assert run_process("cloud", "locations", env=env).code == 0
