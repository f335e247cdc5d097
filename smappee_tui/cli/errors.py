"""How a command ends: its exit code, and plain words instead of a traceback for what can go wrong outside."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from smappee_tui.cli import exits
from smappee_tui.cli.console import complain
from smappee_tui.connect.errors import BadAddressError, ExternalError
from smappee_tui.i18n import current

_P = ParamSpec("_P")


class UsageError(Exception):
    """The words typed do not fit together. Carries what is wrong and what to type instead."""

    def __init__(self, what: str, advice: str = "") -> None:
        self.what = what
        self.advice = advice
        super().__init__(f"{what} {advice}".strip())


def guarded(command: Callable[_P, int]) -> Callable[_P, None]:
    """Turn a function that returns an exit code into a command.

    Args:
        command: may raise `UsageError`, `ExternalError`, and `KeyboardInterrupt` where Ctrl-C leaves nothing to tell.
    """

    @wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except (UsageError, BadAddressError) as error:
            complain(current().fact(error.what), current().fact(error.advice))
            code = exits.USAGE
        except ExternalError as error:
            complain(current().fact(error.what), current().fact(error.advice))
            code = exits.CANNOT
        except (KeyboardInterrupt, typer.Abort):
            complain("Interrupted.")
            code = exits.INTERRUPTED
        raise typer.Exit(code)

    return run
