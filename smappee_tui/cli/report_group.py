"""`smappee-tui report [HOST]` beside `smappee-tui report diff OLD NEW`: a first word that is no command is a host."""

from __future__ import annotations

from typing import Any

# Only typer's own names: some versions of it bring click, others contain it.
from typer.core import TyperCommand, TyperGroup

WRITE = "[HOST]"
"""The command behind `report [HOST]`. Nobody types its name, and no host can have it."""


class WriteCommand(TyperCommand):
    """The command without a word of its own: in help and complaints it is called `smappee-tui report`."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Make the context a top-level one, so that its usage line is `smappee-tui report [OPTIONS] [HOST]`."""
        name = parent.command_path if parent is not None else info_name
        return super().make_context(name, args, None, **extra)


class ReportGroup(TyperGroup):
    """`diff`, and the writing of a report for everything else. `--help` is that of the writing."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the writing command in front of what does not name another one."""
        if not (args and args[0] in self.commands) and not (ctx.resilient_parsing and not args):
            args = [WRITE, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Offer the options of writing beside the commands."""
        return [*super().shell_complete(ctx, incomplete), *self.commands[WRITE].shell_complete(ctx, incomplete)]
