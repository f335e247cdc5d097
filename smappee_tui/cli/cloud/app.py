"""`smappee-tui cloud …`: its commands are put together only when somebody types `cloud`."""

from __future__ import annotations

from typing import Any

import typer

# Only typer's own names: some versions of it bring click, others contain it.
from typer.core import TyperGroup
from typer.models import CommandInfo

HELP = """The vendor's cloud: what it knows, and what it measured, location by location.

`smappee-tui cloud login` asks for the credentials once and keeps them in the system's keyring. Scripts put them
into SMAPPEE_TUI_CLOUD_CLIENT_ID, _CLIENT_SECRET, _USERNAME and _PASSWORD; another cloud into _BASE_URL."""


class CloudGroup(TyperGroup):
    """The group without its commands: other programs start as fast as before, and of these only one is built."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name them, in the order of the help text."""
        return list(_known())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of them; None where there is no such command."""
        known = _known()
        if cmd_name in known and cmd_name not in self.commands:
            self.commands[cmd_name] = _built(known[cmd_name])
        elif cmd_name not in known:
            for name in known:  # for "did you mean"
                self.get_command(ctx, name)
        return self.commands.get(cmd_name)


def _known() -> dict[str, CommandInfo]:
    from smappee_tui.cli.cloud.commands import commands

    return {info.name: info for info in commands.registered_commands if info.name is not None}


def _built(info: CommandInfo) -> Any:
    alone = typer.Typer(rich_markup_mode=None, add_completion=False)
    alone.registered_commands.append(info)
    return typer.main.get_command(alone)


cloud = typer.Typer(cls=CloudGroup, rich_markup_mode=None, add_completion=False, no_args_is_help=True, help=HELP)


@cloud.callback()
def _cloud() -> None:
    pass
