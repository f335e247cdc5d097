"""A command imports what it needs and nothing else: the rest is what makes a start slow."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.made import house, recording
from tests.cli.run import DEADLINE

HEAVY = {
    "textual", "rich.console", "zeroconf", "httpx", "amqtt", "paho", "keyring", "jinja2", "fpdf", "pydantic", "numpy",
}  # fmt: skip
JUDGES = HEAVY - {"numpy"}
"""What a command that judges must not load: sums of a whole site are arrays."""
_REPORT = """
import sys
sys.argv = ["smappee-tui", *sys.argv[1:]]
from smappee_tui.cli import main
try:
    main()
except SystemExit:
    pass
print("imported:", *sorted(sys.modules), file=sys.stderr)
"""


def imported(*words: object) -> set[str]:
    """Modules loaded by a run of the program."""
    done = subprocess.run(
        [sys.executable, "-c", _REPORT, *map(str, words)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=DEADLINE,
    )
    line = done.stderr.splitlines()[-1]
    assert line.startswith("imported:"), done.stderr
    return set(line.split()[1:])


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["check", "--help"], ["demo", "--help"], []])
def test_help_imports_next_to_nothing(words: list[str]) -> None:
    assert not imported(*words) & (HEAVY | {"msgspec", "asyncio", "ssl"})


def test_the_version_needs_nothing_at_all() -> None:
    assert not {name for name in imported("--version") if name.startswith(("typer", "click", "smappee_tui.cli."))}


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_replay_needs_no_network_and_no_screen(tmp_path: Path, words: list[str]) -> None:
    path = recording(tmp_path / "r.ndjson", house(3))
    assert not imported("check", "--replay", path, *words) & (JUDGES | {"asyncio", "ssl", "platformdirs"})


def test_a_live_check_needs_no_screen() -> None:
    assert not imported("check", "127.0.0.1:1", "--for", "1") & (JUDGES - {"paho"})


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["--language", "nl", "--version"], ["cloud", "--help"]])
def test_help_needs_no_catalogue(words: list[str]) -> None:
    assert not [name for name in imported(*words) if name.startswith("smappee_tui.i18n.translator")]


@pytest.mark.parametrize(
    "words", [["cloud", "consumption", "x", "--csv"], ["cloud", "locations"], ["discover", "--timeout", "0.1"]]
)
def test_a_command_of_the_cloud_or_the_network_knows_nothing_of_a_judgement(words: list[str]) -> None:
    modules = imported(*words)
    rooms = {name.split(".")[1] for name in modules if name.startswith("smappee_tui.")}
    assert "cli" in rooms
    assert not rooms & {"site", "report", "tui", "simulator"}
    assert not modules & {"smappee_tui.diagnosis.judgement", "smappee_tui.diagnosis.judge", "smappee_tui.app.session"}


def test_only_the_command_that_is_called_is_imported() -> None:
    commands = {name for name in imported("broker", "--help") if name.startswith("smappee_tui.cli.")}
    assert "smappee_tui.cli.broker" in commands
    others = ("home", "demo", "discover", "check.command", "report.command", "record", "portal", "cloud")
    assert not commands & {f"smappee_tui.cli.{other}" for other in others}


_LIVE = """
import asyncio, sys
from pathlib import Path
from smappee_tui.app.session import Session
from smappee_tui.connect.recording.replay import ReplaySource
from smappee_tui.tui.run import live_app

app = live_app(Session(ReplaySource(Path(sys.argv[1]), speed=1.0)), tick=60.0)
drawn = []
app.post_display_hook = lambda: drawn.append(set(sys.modules)) if app.first.rows and not drawn else None

async def show():
    async with app.run_test(size=(120, 40)) as pilot:
        while not drawn:
            await pilot.pause(0.01)

asyncio.run(show())
print("imported:", *sorted(drawn[0]), file=sys.stderr)
"""


def test_the_first_picture_judges_and_reports_nothing(tmp_path: Path) -> None:
    path = recording(tmp_path / "r.ndjson", house())
    done = subprocess.run(
        [sys.executable, "-c", _LIVE, path], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=DEADLINE
    )
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "smappee_tui.tui.live.screen" in loaded, done.stderr
    assert not loaded & {"numpy", "smappee_tui.diagnosis.judge", "smappee_tui.report.model", "starlette", "uvicorn"}
