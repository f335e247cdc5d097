"""`smappee-tui cloud …`: its commands stand in the table of `groups.CloudGroup`."""

from __future__ import annotations

import typer

from smappee_tui.cli import language
from smappee_tui.cli.groups import CloudGroup

HELP = """The vendor's cloud: what it knows, and what it measured, location by location.

`smappee-tui cloud login` asks for the credentials once and keeps them in the system's keyring. Scripts put them
into SMAPPEE_TUI_CLOUD_CLIENT_ID, _CLIENT_SECRET, _USERNAME and _PASSWORD; another cloud into _BASE_URL."""

cloud = typer.Typer(cls=CloudGroup, rich_markup_mode=None, add_completion=False, no_args_is_help=True, help=HELP)


@cloud.callback()
def _cloud(language: language.Option = None) -> None:
    pass
