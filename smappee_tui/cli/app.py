"""The program: its own options. Its commands stand in the tables of `groups`."""

from __future__ import annotations

from typing import Annotated

import typer

from smappee_tui import __version__
from smappee_tui.cli import language
from smappee_tui.cli.console import allow_unencodable, out
from smappee_tui.cli.groups import HELP_NAMES, HostGroup

PROGRAM = "smappee-tui"

app = typer.Typer(
    cls=HostGroup,
    context_settings=HELP_NAMES,
    rich_markup_mode=None,  # rich would take longer to import than all the rest of --help
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        out(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def smappee_tui(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and leave.")
    ] = False,
    language: language.Option = None,
) -> None:
    """Commission a Smappee energy monitor: which CT is wrong, why, and what to do."""


def run() -> None:
    """Run with the arguments of this process."""
    allow_unencodable()
    app(prog_name=PROGRAM)
