import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from smappee_tui.cli.console import ProgressLine, columns, painter
from smappee_tui.cli.values import sized
from smappee_tui.i18n import Translator
from tests.cli.made import house, recording
from tests.cli.run import run_process


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colour_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert painter()("text", "fault") == "text"
    assert columns() == 80
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert painter()("text", "fault") == "\x1b[93m\x1b[1mtext\x1b[0m"
    assert painter()("text", "waiting") == "text"
    monkeypatch.setenv("NO_COLOR", "1")
    assert painter()("text", "fault") == "text"


def test_progress_is_drawn_now_and_then_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    time = [0.0]
    progress = ProgressLine(clock=lambda: time[0])
    for tick in range(100):
        time[0] = 100 + tick / 100
        progress.line(lambda tick=tick: f"tick {tick} " + "x" * 200)  # type: ignore[misc]
    progress.wipe()
    lines = shown.getvalue().split("\r")[1:]
    assert [line[:8].strip() for line in lines] == ["tick 0 x", "tick 25", "tick 50", "tick 75", "", ""]
    assert max(map(len, lines)) == 78


def test_no_progress_in_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    progress = ProgressLine()
    progress.line(lambda: "never")
    progress.wipe()
    assert shown.getvalue() == ""


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_console_without_these_letters_is_no_crash(tmp_path: Path, words: list[str]) -> None:
    path = recording(tmp_path / "r.ndjson", house(3, spec="grid:0=漢字_漢"))
    ran = run_process("check", "--replay", path, *words, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert ran.code in (1, 4)
    assert ran.err == ""
    if words:
        assert json.loads(ran.out)["channels"][0]["name"] == "漢字 漢"
    else:
        assert "?? ? " in ran.out


def _sent_to(end: str, path: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "smappee_tui", *words, "check", "--replay", str(path)]
    return subprocess.run(
        ["sh", "-c", f'"$@" {end}', "sh", *command], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_and_is_no_fault_of_the_installation(tmp_path: Path) -> None:
    ran = _sent_to("> /dev/full", recording(tmp_path / "r.ndjson", house(3)), "--language", "DE")
    assert ran.returncode == 3
    assert ran.stderr.startswith("smappee-tui: Auf stdout lässt sich nicht schreiben: No space left on device.")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 s"), (42.4, "42 s"), (185, "3 min 5 s"), (7800, "2 h 10 min"), (1e7, "2\u00a0777 h 46 min")],
)
def test_spans(seconds: float, words: str) -> None:
    assert Translator("en").lasting(seconds) == words


def test_sizes() -> None:
    assert [sized(n) for n in (1, 812, 9400, 1_240_000)] == ["1 byte", "812 bytes", "9.4 kB", "1.2 MB"]
