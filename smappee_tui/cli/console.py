"""stdout is data, stderr is talk. Nothing else in this program writes to either."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer

if TYPE_CHECKING:
    from smappee_tui.protocol.fact import Fact

Paint = Callable[[str, str], str]
"""Colours a text by a word: "fault", "warning", "ok", "dim". Colour never says anything that the text does not."""

_COLOURS = {
    # Blue against yellow: told apart by everybody.
    "fault": {"fg": "bright_yellow", "bold": True},
    "warning": {"fg": "yellow"},
    "ok": {"fg": "bright_blue"},
    "dim": {"dim": True},
}


def plain(text: str, _style: str) -> str:
    return text


def painter() -> Paint:
    """How stdout is coloured: not at all unless it is a terminal that can, and whose owner does not mind."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty():
        return plain
    return _paint


def columns() -> int:
    """How wide stdout is; 80 where it is no terminal."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80


def _paint(text: str, style: str) -> str:
    look = _COLOURS.get(style)
    return typer.style(text, **look) if look else text  # type: ignore[arg-type]


_GONE = (errno.EPIPE, errno.EINVAL)
"""What writing to a pipe that nobody reads any more gives: POSIX, Windows."""


def out(text: str) -> None:
    """Write data to stdout, with a line feed. A reader that has gone away, as `head` does, is no error.

    Raises:
        CannotWriteError: for a disk that is full, say.
    """
    with _written():
        if _closed:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        typer.echo(text)
        sys.stdout.flush()


def flush() -> None:
    """Send what others than `out` wrote, as a help text.

    Raises:
        CannotWriteError: as `out`.
    """
    with _written():
        sys.stdout.flush()


@contextlib.contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _silence(sys.stdout)
        if error.errno not in _GONE:
            from smappee_tui.connect.errors import CannotWriteError
            from smappee_tui.protocol.fact import fact

            reason = error.strerror or str(error)
            raise CannotWriteError(fact("cli.no_stdout", reason=reason), fact("cli.no_stdout_advice")) from error


def say(text: str, *, end: str = "\n") -> None:
    """Tell the person something, on stderr. What cannot be told is no failure of what was asked for."""
    try:
        typer.echo(text + end, err=True, nl=False)
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)


def complain(what: Fact | str, advice: Fact | str | None = None) -> None:
    """Say what went wrong and what to do next."""
    from smappee_tui.i18n import current

    say(f"smappee-tui: {current().fact(what)}")
    if advice:
        say(f"  {current().fact(advice)}")


_closed = False
"""The program was started without a stdout."""


def ready() -> None:
    """Make the three streams usable: where one was closed nothing stands in for it, so that no file of ours gets its
    number; a console that lacks a letter shows a question mark rather than end the program."""
    global _closed
    _closed = sys.stdout is None
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # the lowest that is free
        pass
    os.close(number)
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - to the end
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def go_on() -> None:
    """Let a terminal go on that was stopped with ctrl+s: an end would wait for its last words for ever."""
    try:
        import termios
    except ImportError:  # Windows has no such thing
        return
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # else this would stop a program in the background
    for number in (2, 1, 0):
        if os.isatty(number):
            with contextlib.suppress(termios.error):
                termios.tcflow(number, termios.TCOOFF)  # without it TCOON lifts no ctrl+s
                termios.tcflow(number, termios.TCOON)
            return


def speaks_utf8(stream: TextIO) -> bool:
    """Whether every letter can be written to this stream."""
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").startswith("utf8")


def _silence(stream: TextIO) -> None:
    """Let the interpreter's own last flush go nowhere instead of complaining."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)


_EVERY = 0.25
"""Seconds between two drawings."""


class ProgressLine:
    """A line that is written over and over, and wiped in the end."""

    def __init__(self, *, shown: bool | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._clock = clock
        self._next = 0.0
        self._wiped = True

    def line(self, text: Callable[[], str]) -> None:
        """Show a text of at most 78 letters; it is made only when it is time to draw."""
        if not self._shown or self._clock() < self._next:
            return
        self._next = self._clock() + _EVERY
        self._wiped = False
        say(f"\r{text()[:78]:<78}", end="")

    def wipe(self) -> None:
        """Leave an empty line behind."""
        if not self._wiped:
            self._wiped = True
            say(f"\r{'':78}\r", end="")
