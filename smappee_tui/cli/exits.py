"""How a command ends: its exit code, on which scripts rely, and plain words instead of a traceback."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import typer

from smappee_tui.cli import language
from smappee_tui.cli.console import complain, flush, go_on, ready
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
"""Ctrl-C, SIGTERM, or a terminal that was closed."""

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


TRACEBACK = "SMAPPEE_TUI_TRACEBACK"
"""Environment variable: set, what nobody foresaw is shown whole."""
# Typer brings click under one name or another, but always as the base of its own.
_Mistyped: Any = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")


def leave(program: Callable[[], object]) -> NoReturn:
    """Run the whole program and end the process: whatever happens is told in a line, and only a fault is 1.

    Args:
        program: returns an exit code, or None for success.
    """
    ready()
    _listen()
    threading.excepthook = lambda failed: _in_a_thread(failed.exc_value)
    try:
        done = program()
        code = done if isinstance(done, int) else OK
        flush()
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except SystemExit:  # how click ends where the reader of a help text has gone away
        code = OK
    except TellableError as error:
        complain(error.what, error.advice)
        code = CANNOT
    except _Mistyped as error:
        with contextlib.suppress(OSError):
            error.show()
        code = USAGE
    except Exception as error:  # noqa: BLE001 - the outermost door: behind it there is only a traceback and a 1
        code = _unwritten(error) if isinstance(error, OSError) and error.errno in _STREAM else _unforeseen(error)
    sys.exit(code)


def _listen() -> None:
    """Let SIGTERM and a terminal that closes end the program as Ctrl-C does: files are finished, screens put back."""

    def end(number: int, _frame: object) -> None:
        for each in asked:
            signal.signal(each, signal.SIG_IGN)  # the second one must not disturb the finishing
        go_on()
        raise KeyboardInterrupt

    names = ("SIGTERM", "SIGHUP")
    asked = [number for name in names if (number := getattr(signal, name, None)) is not None]
    for number in asked:
        if signal.getsignal(number) == signal.SIG_DFL:  # ignored: somebody wants it to go on, as `nohup` does
            signal.signal(number, end)


_STREAM = (errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF)
"""What a help text meets that cannot be written."""


def _unwritten(error: OSError) -> int:
    if error.errno == errno.EPIPE:  # a reader that has gone away, as `head` does
        return OK
    complain(fact("cli.no_stdout", reason=error.strerror or str(error)), fact("cli.no_stdout_advice"))
    return CANNOT


def _in_a_thread(error: BaseException | None) -> None:
    """What ends a thread ends not the program."""
    if isinstance(error, Exception):
        _unforeseen(error)


def _unforeseen(error: Exception) -> int:
    """Say what went wrong, and where, in a line."""
    if os.environ.get(TRACEBACK):
        import traceback

        traceback.print_exception(error)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else "-"
    said = str(error).split("\n", 1)[0][:200]
    complain(
        fact("cli.unforeseen", kind=type(error).__name__, said=said, where=where),
        fact("cli.unforeseen_advice", variable=TRACEBACK),
    )
    return CANNOT
