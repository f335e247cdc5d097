"""Colour on a terminal, where it is wanted."""

from __future__ import annotations

import os
import shutil
import sys

import typer

from smappee_tui.cli.check_text import Paint, plain

_COLOURS = {
    # Blue against yellow: told apart by everybody.
    "fault": {"fg": "bright_yellow", "bold": True},
    "warning": {"fg": "yellow"},
    "ok": {"fg": "bright_blue"},
    "dim": {"dim": True},
}


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
