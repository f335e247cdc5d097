"""What becomes of the app when its terminal goes away."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from queue import Queue
from selectors import SelectorKey, SelectSelector
from threading import Thread
from typing import Any

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.message import Message
from textual.screen import Screen

from smappee_tui.tui.app import ENDED, SmappeeApp
from smappee_tui.tui.terminal import PATIENCE, LastingFile, WakingEvent, lasting, listen, takes_the_mouse
from tests.brokers import DEADLINE


class Gone(io.StringIO):
    """A terminal that is closed."""

    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")

    def flush(self) -> None:
        raise OSError(5, "Input/output error")


def test_what_writes_in_the_background_outlives_the_terminal() -> None:
    file = LastingFile(Gone())
    file.write("x")
    file.flush()
    assert not file.isatty()
    kept = io.StringIO()
    LastingFile(kept).write("shown")
    assert kept.getvalue() == "shown"


def test_the_driver_writes_through_it() -> None:
    class Driver:
        def __init__(self, app: object) -> None:
            self._file = Gone()

    class Headless:
        def __init__(self, app: object) -> None: ...

    assert isinstance(lasting(Driver)(None)._file, LastingFile)  # type: ignore[arg-type, attr-defined]
    assert not hasattr(lasting(Headless)(None), "_file")  # type: ignore[arg-type]


Listening = tuple[int, Queue[str], Queue[float | None]]
"""Where is typed, the keys that came, and how long each wait for the next may be."""


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    (read, write), ended = os.pipe(), WakingEvent()
    keys, waits = Queue[str](), Queue[float | None]()

    class Selector(SelectSelector):
        def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
            waits.put(timeout)
            return super().select(timeout)

    def take(message: Message) -> None:
        if isinstance(message, Key):
            keys.put(message.key)

    monkeypatch.setattr("smappee_tui.tui.terminal.SelectSelector", Selector)
    thread = Thread(target=listen, args=(read, ended, XTermParser(False), take))
    thread.start()
    yield write, keys, waits
    ended.set()
    thread.join()
    os.close(read)
    os.close(write)


def test_an_escape_alone_is_a_key_and_with_more_behind_it_another(listening: Listening) -> None:
    write, keys, _ = listening
    os.write(write, b"a\x1b")
    assert [keys.get(timeout=DEADLINE) for _ in range(2)] == ["a", "escape"]
    os.write(write, b"\x1b[Ab")
    assert [keys.get(timeout=DEADLINE) for _ in range(2)] == ["up", "b"]


def test_a_terminal_that_sends_no_text_is_read_on(listening: Listening) -> None:
    write, keys, _ = listening
    os.write(write, b"\xff\xfe")
    os.write(write, b"q")
    while keys.get(timeout=DEADLINE) != "q":
        pass


def test_nobody_looks_for_input_while_nobody_types(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    write, keys, waits = listening
    now = 0.0
    monkeypatch.setattr("textual._parser.get_time", lambda: now)  # a slow machine would not see it wait
    assert waits.get(timeout=DEADLINE) is None
    os.write(write, b"\x1b")
    assert waits.get(timeout=DEADLINE) == PATIENCE
    now = 1000.0
    assert keys.get(timeout=DEADLINE) == "escape"
    while waits.get(timeout=DEADLINE) is not None:
        pass


def test_listening_ends_when_it_is_told_to_and_can_begin_again() -> None:
    (read, write), ended = os.pipe(), WakingEvent()
    for _ in range(2):
        thread = Thread(target=listen, args=(read, ended, XTermParser(False), lambda _: None))
        thread.start()
        ended.set()
        thread.join()
        ended.clear()
    os.close(write)
    listen(read, ended, XTermParser(False), lambda _: None)  # the terminal is gone: nothing to wait for
    os.close(read)


async def test_a_terminal_that_is_gone_ends_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    app: SmappeeApp[Screen[Any]] = SmappeeApp(Screen())
    async with app.run_test() as pilot:
        monkeypatch.setattr("os.isatty", lambda _: False)
        app._look_at_terminal()
        await pilot.pause()
    assert app.return_code == ENDED


def test_a_failure_that_nobody_foresaw_reaches_the_caller(capsys: pytest.CaptureFixture[str]) -> None:
    class Failing(Screen[None]):
        def on_mount(self) -> None:
            raise ZeroDivisionError("nobody foresaw this")

    with pytest.raises(ZeroDivisionError):
        SmappeeApp(Failing()).run(headless=True)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "takes"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux"}, True),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux"}, True),
        ({"TERM": "screen"}, False),
        ({"TERM": "screen.xterm-256color"}, False),
        ({"TERM": "xterm", "STY": "1234.pts-0.van"}, False),
        ({}, True),
    ],
)
def test_gnu_screen_is_not_asked_for_the_mouse(environment: dict[str, str], takes: bool) -> None:
    """It would keep an Escape that comes alone until the next key."""
    assert takes_the_mouse(environment) is takes


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
def test_the_program_asks_for_no_mouse_in_gnu_screen() -> None:
    from tests.tui.terminal import Terminal

    seen = {}
    for name in ("screen", "xterm-256color"):
        with Terminal("demo", environment={"TERM": name, "STY": "", "TMUX": ""}) as terminal:
            terminal.shows("Oven")
            seen[name] = {1000 << 5, 1003 << 5} <= terminal.screen.mode
    assert seen == {"screen": False, "xterm-256color": True}
