"""Terminals that need care: one that goes away while the app draws on it, one that keeps the Escape key to itself."""

from __future__ import annotations

import contextlib
import os
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping
from selectors import EVENT_READ, SelectSelector
from threading import Event
from typing import IO, Any

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.message import Message


class LastingFile:
    """Takes everything, whether or not it can still be written: what writes in the background must not die of it, or
    whoever waits for it waits for ever."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def lasting(driver: type[Driver]) -> type[Driver]:
    """The same driver, which outlives its terminal, and which sleeps while nobody types at one."""

    class LastingDriver(driver):  # type: ignore[valid-type, misc]
        def __init__(self, *args: Any, **wishes: Any) -> None:
            super().__init__(*args, **wishes)
            file = getattr(self, "_file", None)
            if file is not None:
                self._file = LastingFile(file)
            if hasattr(self, "exit_event"):
                self.exit_event = WakingEvent()

        def run_input_thread(self) -> None:
            """Textual's own asks for input ten times a second, a tenth of what watching costs. From a browser come
            packets, which its own alone can read."""
            if self.is_web:
                super().run_input_thread()
            else:
                listen(self.fileno, self.exit_event, XTermParser(self._debug), self.process_message)

    return LastingDriver


class WakingEvent(Event):
    """An event that a selector can wait for."""

    def __init__(self) -> None:
        super().__init__()
        self.woken, self._wake = os.pipe()

    def set(self) -> None:
        if not self.is_set():
            super().set()
            os.write(self._wake, b"x")

    def clear(self) -> None:
        if self.is_set():
            os.read(self.woken, 1)
        super().clear()

    def __del__(self) -> None:
        os.close(self.woken)
        os.close(self._wake)


PATIENCE = 0.1
"""Seconds between two looks at a sequence that has begun: an Escape alone is a key, with something behind it is not."""


def listen(file: int, ended: WakingEvent, parser: XTermParser, take: Callable[[Message], None]) -> None:
    """Read what is typed, until the end, or until the terminal is gone.

    Args:
        file: descriptor of the terminal.
        ended: set when nobody listens any more.
        parser: makes messages of it.
        take: gets them.
    """
    decode = getincrementaldecoder("utf-8")("replace").decode
    with SelectSelector() as selector, contextlib.suppress(ParseError, EOFError):
        selector.register(file, EVENT_READ)
        selector.register(ended.woken, EVENT_READ)
        unsure = False
        while not ended.is_set():
            ready = [key.fd for key, _ in selector.select(PATIENCE if unsure else None)]
            if file in ready:
                try:
                    text = os.read(file, 4096)
                except BlockingIOError:  # somebody else at this terminal made it so, and was quicker
                    continue
                except OSError:
                    break
                if not text:
                    break
                for message in parser.feed(decode(text)):
                    take(message)
            for message in parser.tick():
                take(message)
            unsure = parser._timeout_time is not None
        for _ in parser.feed(""):
            pass


def takes_the_mouse(environment: Mapping[str, str]) -> bool:
    """Whether the mouse may be asked for.

    GNU screen, once it was, waits after an Escape for the rest of a mouse's sequence, without an end: the key arrives
    with the next one. `STY` names its session; over ssh only the terminal's name tells it, "screen" or "screen.xterm".
    """
    name = environment.get("TERM", "").partition("-")[0].partition(".")[0]
    return not (environment.get("STY") or (name == "screen" and not environment.get("TMUX")))
