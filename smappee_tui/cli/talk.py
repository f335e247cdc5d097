"""stdout is data, stderr is talk. Nothing else in this program writes to either."""

from __future__ import annotations

import errno
import os
import sys
from typing import TextIO

import typer

_GONE = (errno.EPIPE, errno.EINVAL)
"""What writing to a pipe that nobody reads any more gives: POSIX, Windows."""


def out(text: str) -> None:
    """Write data to stdout, with a line feed. A reader that has gone away, as `head` does, is no error."""
    try:
        typer.echo(text)
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in _GONE:
            raise
        _silence(sys.stdout)


def say(text: str, *, end: str = "\n") -> None:
    """Tell the person something, on stderr."""
    try:
        typer.echo(text + end, err=True, nl=False)
    except OSError as error:
        if error.errno not in _GONE:
            raise
        _silence(sys.stderr)


def complain(what: str, advice: str = "") -> None:
    """Say what went wrong and what to do next."""
    say(f"smappee-tui: {what}")
    if advice:
        say(f"  {advice}")


def lenient() -> None:
    """Let a console that lacks a letter show a question mark rather than end the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


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
