"""The words people type. One small module a command; each imports only what it needs, when it runs."""

from __future__ import annotations

import gc
import sys

__all__ = ["main"]


def main() -> None:
    """Run the program with the arguments of this process, and leave with its exit code."""
    if sys.argv[1:] == ["--version"] and _version_told():
        return
    # What is imported stays to the end: looking through it for garbage would be a tenth of a start.
    gc.disable()
    try:
        from smappee_tui.cli.app import run
    except KeyboardInterrupt:  # before there is anybody who could say so
        sys.exit(130)
    gc.freeze()
    gc.enable()
    run()


def _version_told() -> bool:
    """Say the version, which needs nothing else; False where stdout does not take it, which others can explain."""
    from smappee_tui import __version__

    if sys.stdout is None:
        return False
    try:
        sys.stdout.write(f"smappee-tui {__version__}\n")
        sys.stdout.flush()
    except OSError:
        return False
    return True
