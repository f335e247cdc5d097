"""Run the program in this process, or as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from smappee_tui.cli.app import PROGRAM, app

DEADLINE = 60.0


@dataclass(frozen=True)
class Ran:
    """How it ended and what it said."""

    code: int
    out: str
    err: str


def run(*words: Any, stdin: str | None = None) -> Ran:
    """In this process: quick, and it can be patched."""
    result = CliRunner().invoke(app, [str(word) for word in words], input=stdin, prog_name=PROGRAM)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def run_process(*words: Any, **more: Any) -> Ran:
    """As a process: what a person's shell gets."""
    done = subprocess.run(
        [sys.executable, "-m", "smappee_tui", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=DEADLINE,
        **more,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
