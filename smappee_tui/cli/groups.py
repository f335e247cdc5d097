"""`smappee-tui HOST`: a first word that is no command is the argument of the app itself."""

from __future__ import annotations

import difflib
from typing import Any

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


APP = "[HOST]"
"""The command behind `smappee-tui [HOST]`. Nobody types its name, and no host can have it."""


class AppCommand(TyperCommand):
    """The command without a word of its own: in help and complaints it is called `smappee-tui`."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Make the context a top-level one, so that its usage line is `smappee-tui [OPTIONS] [HOST]`."""
        name = parent.info_name if parent is not None else info_name
        return super().make_context(name, args, None, **extra)


class HostGroup(TyperGroup):
    """The commands, and the app for everything that is none of them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the app's name in front of what starts neither with a command nor with an option of the group itself."""
        if args:
            if not self._is_ours(ctx, args[0]):
                self._mistyped(ctx, args[0])
                args = [APP, *args]
        elif not ctx.resilient_parsing:  # while completing, the commands are what may come next
            args = [APP]
        return super().parse_args(ctx, args)

    def _is_ours(self, ctx: Any, word: str) -> bool:
        own = {name for option in self.get_params(ctx) for name in (*option.opts, *option.secondary_opts)}
        return word in self.commands or word.partition("=")[0] in own

    def _mistyped(self, ctx: Any, word: str) -> None:
        """Fail for a word that looks like one of the commands."""
        near = difflib.get_close_matches(word, [name for name in self.commands if name != APP], n=1, cutoff=0.75)
        if near and not ctx.resilient_parsing:
            ctx.fail(f"{word} is no command. Did you mean {near[0]}? A host of that name is {word}:1883.")

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Name both ways to call it."""
        formatter.write_usage(ctx.command_path, "[OPTIONS] [HOST]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix="   or: ")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The commands first, then the app's own options, so that nobody has to ask a second time for them."""
        self.format_commands(ctx, formatter)
        app = self.commands[APP]
        with formatter.section("Options with HOST"):
            records = [option.get_help_record(ctx) for option in app.get_params(ctx)]
            formatter.write_dl([record for record in records if record is not None and record[0] != "-h, --help"])
        with formatter.section("Options"):
            own = [option.get_help_record(ctx) for option in self.get_params(ctx)]
            formatter.write_dl([record for record in own if record is not None])

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Offer the app's options and known hosts beside the commands."""
        app = self.commands[APP]
        offers = [*super().shell_complete(ctx, incomplete), *app.shell_complete(ctx, incomplete)]
        if not incomplete.startswith("-"):
            for parameter in app.params:
                if parameter.param_type_name == "argument":
                    offers += parameter.shell_complete(ctx, incomplete)
        return offers
