"""The words people type. One small module a command; each imports only what it needs, when it runs."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the program with the arguments of this process, and leave with its exit code."""
    from smappee_tui.cli.app import run

    run()
