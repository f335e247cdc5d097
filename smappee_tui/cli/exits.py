"""How a command ends: its exit code, on which scripts rely, and plain words instead of a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from smappee_tui.cli import language
from smappee_tui.cli.console import complain
from smappee_tui.connect.errors import BadAddressError, ExternalError
from smappee_tui.protocol.fact import TellableError, fact

OK = 0
"""Everything in use was judged, and there is no fault."""
FAULT = 1
"""At least one fault."""
USAGE = 2
"""What was typed makes no sense."""
CANNOT = 3
"""Cannot connect, cannot read, cannot write."""
UNDECIDED = 4
"""No fault, but some channel in use could not be judged, or nothing was configured or heard."""
INTERRUPTED = 130
"""Ctrl-C."""

_P = ParamSpec("_P")


class UsageError(TellableError):
    """The words typed do not fit together: what is wrong, and what to type instead."""


class FailedError(TellableError):
    """What was asked for cannot be had: what is the matter, and what to do next."""


def guarded(command: Callable[_P, int]) -> Callable[_P, None]:
    """Turn a function that returns an exit code into a command that speaks its person's language.

    Args:
        command: may raise `UsageError`, `FailedError`, `ExternalError`, and `KeyboardInterrupt` where Ctrl-C leaves
            nothing to tell.
    """

    @wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        language.speak()
        try:
            code = command(*args, **kwargs)
        except (UsageError, BadAddressError) as error:
            complain(error.what, error.advice)
            code = USAGE
        except (FailedError, ExternalError) as error:
            complain(error.what, error.advice)
            code = CANNOT
        except (KeyboardInterrupt, typer.Abort):
            complain(fact("cli.interrupted"))
            code = INTERRUPTED
        raise typer.Exit(code)

    return run
