"""The whole program in a pseudo-terminal, and what its screen shows: for what only a real process can show."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import pyte

DEADLINE = 30.0
"""Seconds after which a test stops waiting for what the screen should show."""


class Terminal:
    """A program in a terminal of its own. Nothing is waited for by time: `until` reads until it is there."""

    def __init__(
        self, *words: str, size: tuple[int, int] = (80, 24), environment: Mapping[str, str] | None = None
    ) -> None:
        """Start `smappee-tui WORDS`.

        Args:
            words: after the program's name.
            size: columns and lines.
            environment: beside the test's own.
        """
        columns, lines = size
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "smappee_tui", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", **(environment or {})},
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        os.close(self._ours)

    @property
    def text(self) -> str:
        """What is shown, as one line: words that are broken over lines stand together."""
        return " ".join(" ".join(self.screen.display).replace("▌", " ").split())

    def type(self, keys: str) -> None:
        """All at once, as a slow line brings them."""
        os.write(self._ours, keys.encode())

    def until(self, true: Callable[[], object]) -> None:
        """Read until it is so."""
        end = time.monotonic() + DEADLINE
        while not true():
            assert time.monotonic() < end, "\n".join(self.screen.display)
            if select.select([self._ours], [], [], 0.05)[0]:
                try:
                    self._stream.feed(os.read(self._ours, 65536))
                except OSError:  # the program is gone
                    self.process.wait(DEADLINE)
                    assert true(), "\n".join(self.screen.display)

    def shows(self, *texts: str) -> None:
        """Read until all of this is on the screen."""
        self.until(lambda: all(text in self.text for text in texts))

    def kill(self) -> None:
        """As the system does it: nothing is finished."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
