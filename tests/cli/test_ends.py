"""Whatever ends it: one line, 2 or 3 and never 1, no traceback; files are finished and the terminal is put back."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from smappee_tui.cli import exits, main
from smappee_tui.cli.app import LazyGroup
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.protocol.fact import fact
from tests import payloads as p
from tests.brokers import DEADLINE, Publisher
from tests.cli.made import house, recording
from tests.cli.run import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals, pseudo-terminals and devices of a Unix")
LONG = "n" * 300
NOBODY = "127.0.0.1:1"
REPORT = ("report", "--replay", "r.ndjson", "--format", "json")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a recording, a pipe to which nobody writes, an endless file, and one that is no recording."""
    recording(tmp_path / "r.ndjson", house(3))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 20)
    return tmp_path


WORDS = [
    *(["check", "--replay", name] for name in ("pipe", "endless", ".", LONG, "a\nb", "noise")),
    *(["--replay", name] for name in ("pipe", "endless")),
    *(["check", NOBODY, "--tls", "--cafile", name] for name in ("pipe", "endless", ".", LONG)),
    *([*REPORT, "--photo", name] for name in ("pipe", "endless", ".", LONG)),
    *([*REPORT, "--name", name] for name in (LONG, "a\nb", "a\x1bb", "../a")),
    ["report", "--replay", "noise"],
    *([*REPORT, "--out", name] for name in (LONG, "r.ndjson", "r.ndjson/x")),
    *(["report", "diff", name, name] for name in ("pipe", "endless", ".", "r.ndjson", LONG)),
    *(["record", NOBODY, name] for name in ("pipe", ".", LONG, "none/r.ndjson")),
    *([*REPORT, "--main-fuse", amount] for amount in ("nan", "inf", "-1")),
    *(["check", "--replay", "r.ndjson", "--for", amount] for amount in ("nan", "inf", "0")),
    *(["broker", "--address", "127.0.0.1", "--for", amount] for amount in ("nan", "-1")),
    *(["check", "--replay", "r.ndjson", "--p1", name] for name in (LONG, "~nobody-knows/x", "a\nb", "tcp://a..b:1")),
    *(["discover", "--timeout", amount] for amount in ("nan", "inf")),
    *(["simulate", "--broker", NOBODY, "--speed", amount] for amount in ("nan", "inf")),
    *(["cloud", "create", "--name", "x", "--latitude", amount] for amount in ("nan", "inf")),
    *([command, word] for command in ("check", "portal", "record") for word in (LONG, "a\nb")),
]


@pytest.mark.parametrize("words", WORDS, ids=lambda words: " ".join(words).replace(LONG, "LONG"))
def test_what_cannot_be_used_is_said(words: list[str], place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setattr("smappee_tui.cli.screen.needs_terminal", lambda: None)
    words = [*words, "x.ndjson"] if words[0] == "record" and len(words) == 2 else words
    ran = run(*words)
    assert ran.code in (exits.USAGE, exits.CANNOT)
    assert ran.out == ""
    assert 0 < len(ran.err.splitlines()) <= 4
    assert not (place / "x.ndjson").exists()


def test_no_command_takes_what_is_no_number() -> None:
    """Every option with an amount, of every command."""
    import typer

    def leaves(group: LazyGroup, path: list[str]) -> Iterator[tuple[list[str], object]]:
        for name in group.table:
            command = group.get_command(typer.Context(group), name)  # type: ignore[attr-defined]
            if isinstance(command, LazyGroup):
                yield from leaves(command, [*path, name])
            elif name != "[HOST]":
                yield [*path, name], command

    from smappee_tui.cli.app import HostGroup

    seen = 0
    for path, command in leaves(HostGroup(name="x"), []):
        for option in command.params:  # type: ignore[attr-defined]
            if option.type.name.startswith("float"):
                seen += 1
                ran = run(*path, option.opts[0], "nan")
                assert (ran.code, "no number" in ran.err) == (2, True), path
    assert seen >= 6


STREAMS = [
    ("--version", ">/dev/full", 3),
    ("--help", ">/dev/full", 3),
    ("check --replay r.ndjson", ">/dev/full", 3),
    ("check --replay r.ndjson --json", ">&-", 3),
    ("check --replay r.ndjson", "2>/dev/full", 4),
    ("check --replay r.ndjson", "2>&- <&-", 4),
    ("check 127.0.0.1:1 --username x", "<&-", 3),
    ("", "<&-", 2),
    ("", "<&- >&- 2>&-", 2),
    ("demo", "<&-", 2),
    ("cloud login", "<&-", 2),
    ("broker --address 127.0.0.1 --port 0 --for 5", ">/dev/full", 3),
]


@pytest.mark.parametrize(("words", "streams", "code"), STREAMS)
def test_streams_that_are_full_or_closed(words: str, streams: str, code: int, place: Path) -> None:
    command = f"exec {sys.executable} -m smappee_tui {words} {streams}"
    ran = subprocess.run(
        ["sh", "-c", command],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert ran.returncode == code
    assert "Traceback" not in ran.stderr
    assert "foresaw" not in ran.stderr
    assert "2>" in streams or 0 < len(ran.stderr.splitlines()) <= 6 or code == 4


def left(work: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[object, str]:
    """How the whole program ends if this is all it does."""
    monkeypatch.setattr(exits, "ready", lambda: None)
    monkeypatch.setattr(exits, "_listen", lambda: None)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    with pytest.raises(SystemExit) as ended:
        exits.leave(work)  # type: ignore[arg-type]
    return ended.value.code, capsys.readouterr().err


def test_what_nobody_foresaw_is_a_line_and_no_fault(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, err = left(lambda: {}["key"], capsys, monkeypatch)  # type: ignore[misc]
    assert code == 3
    assert "KeyError in test_ends.py:" in err
    assert len(err.splitlines()) == 2
    thread = threading.Thread(target=lambda: {}["key"])
    code, err = left(lambda: (thread.start(), thread.join()) and 4, capsys, monkeypatch)
    assert (code, len(err.splitlines())) == (4, 2)
    assert "KeyError in test_ends.py:" in err
    monkeypatch.setenv(exits.TRACEBACK, "1")
    assert "Traceback" in left(lambda: 1 / 0, capsys, monkeypatch)[1]


def test_other_ends(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(error: BaseException) -> object:
        def work() -> None:
            raise error

        return work

    for error, code in (
        (KeyboardInterrupt(), 130),
        (exits.FailedError(fact("cli.interrupted")), 3),
        (BrokenPipeError(32, "gone"), 0),
        (OSError(28, "full"), 3),
    ):
        assert left(raising(error), capsys, monkeypatch)[0] == code
    assert left(lambda: 4, capsys, monkeypatch)[0] == 4


def test_ctrl_c_before_anything_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupting:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "smappee_tui.cli.app":
                raise KeyboardInterrupt

    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    monkeypatch.setattr(sys, "argv", ["smappee-tui"])
    monkeypatch.delitem(sys.modules, "smappee_tui.cli.app")
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == exits.INTERRUPTED


@pytest.mark.parametrize("code", [0, exits.INTERRUPTED])
def test_a_second_signal_disturbs_no_finishing(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from textual.app import App
    from textual.screen import Screen

    from smappee_tui.tui.app import SmappeeApp

    def ran(app: App[None], **_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # as the loop leaves it behind
        app._return_code = code

    monkeypatch.setattr(App, "run", ran)
    ours, before = (lambda *_: None), {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        signal.signal(signal.SIGTERM, ours)
        SmappeeApp(Screen[None]()).run()
        assert signal.getsignal(signal.SIGTERM) == (signal.SIG_IGN if code else ours)
    finally:  # what is ignored here would be so in every program that is started
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.fixture
def speaking(embedded_broker: EmbeddedBroker) -> str:
    with Publisher(embedded_broker.address) as publisher:
        for message in house(0):
            publisher.publish(message.topic, message.payload, retain=True)
        publisher.publish(p.topic("realtime"), p.raw(p.realtime(p.busy_rows(6))), retain=True)
    return str(embedded_broker.address)


def started(words: list[str], folder: Path, size: tuple[int, int] = (24, 80)) -> tuple[int, int]:
    """The program in a pseudo-terminal of its own: process and terminal."""
    import fcntl
    import pty
    import struct
    import termios

    pid, master = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.update(TERM="xterm-256color", PYTHONPATH=str(Path(__file__).parents[2]))
        os.execv(sys.executable, [sys.executable, "-m", "smappee_tui", *words])
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    return pid, master


def until(master: int, wanted: bytes) -> bytes:
    """What the terminal was sent, up to this; to the end if it never came."""
    said = b""
    while wanted not in said:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        said += piece
    return said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_screen_puts_the_terminal_back_and_finishes_its_recording(
    number: signal.Signals, speaking: str, tmp_path: Path
) -> None:
    pid, master = started([speaking, "--record", "r.ndjson.gz"], tmp_path)
    said = until(master, b"Kitchen")
    assert b"Kitchen" in said
    os.kill(pid, number)
    said += until(master, b"never")
    _, status = os.waitpid(pid, 0)
    os.close(master)
    assert os.waitstatus_to_exitcode(status) == exits.INTERRUPTED
    for on, off in ((b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?1000h", b"\x1b[?1000l"), (b"\x1b[?25l", b"\x1b[?25h")):
        assert said.rfind(off) > said.rfind(on) >= 0
    with gzip.open(tmp_path / "r.ndjson.gz") as file:  # raises where it has no end
        assert file.read().count(b"\n") >= 7
    assert b"Traceback" not in said


def test_a_terminal_that_is_closed_ends_the_screen(speaking: str, tmp_path: Path) -> None:
    pid, master = started([speaking, "--record", "r.ndjson.gz"], tmp_path)
    assert b"Kitchen" in until(master, b"Kitchen")
    os.close(master)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == exits.INTERRUPTED
    with gzip.open(tmp_path / "r.ndjson.gz") as file:
        assert file.read().count(b"\n") >= 7


def test_a_terminal_that_was_stopped_keeps_nobody_from_ending_the_program(speaking: str, tmp_path: Path) -> None:
    """Typed before there is a screen, ctrl+s stops what is written: the last words, too."""
    from tests.tui.terminal import Terminal

    with Terminal("record", speaking, str(tmp_path / "r.ndjson.gz")) as screen:
        screen.shows(" 8 messages")
        screen.type("\x13")
        screen.process.send_signal(signal.SIGTERM)
        screen.until(lambda: screen.process.poll() is not None)
        assert screen.process.returncode == exits.INTERRUPTED
        screen.shows("8 messages in")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_recorder_finishes_its_file(number: signal.Signals, speaking: str, tmp_path: Path) -> None:
    pid, master = started(["record", speaking, "r.ndjson.gz"], tmp_path)
    assert b" 8 messages" in until(master, b" 8 messages")
    os.kill(pid, number)
    said = until(master, b"never")
    _, status = os.waitpid(pid, 0)
    os.close(master)
    assert os.waitstatus_to_exitcode(status) == exits.INTERRUPTED
    assert b"8 messages in" in said
    with gzip.open(tmp_path / "r.ndjson.gz") as file:
        assert file.read().count(b"\n") >= 7
