"""All commands in one place. Registering them imports nothing that only one of them needs."""

from __future__ import annotations

from typing import Annotated

import typer

from smappee_tui import __version__
from smappee_tui.cli.broker import broker
from smappee_tui.cli.check.command import check
from smappee_tui.cli.cloud.app import cloud
from smappee_tui.cli.console import allow_unencodable, out
from smappee_tui.cli.demo import demo
from smappee_tui.cli.discover import discover
from smappee_tui.cli.groups import APP, AppCommand, HostGroup
from smappee_tui.cli.home import home
from smappee_tui.cli.portal import portal
from smappee_tui.cli.record import record
from smappee_tui.cli.report.command import commands as report_commands
from smappee_tui.cli.simulate import simulate

PROGRAM = "smappee-tui"
HELP_NAMES = {"help_option_names": ["-h", "--help"]}

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
) -> None:
    """Commission a Smappee energy monitor: which CT is wrong, why, and what to do."""


app.command(APP, cls=AppCommand, context_settings=HELP_NAMES, hidden=True)(home)
app.command(context_settings=HELP_NAMES, short_help="The app on a simulated monitor, nothing to set up.")(demo)
app.command(context_settings=HELP_NAMES, short_help="Find the monitors on the network.")(discover)
app.command(context_settings=HELP_NAMES, short_help="Watch for a while, print the verdict.")(check)
app.add_typer(report_commands, name="report", context_settings=HELP_NAMES, short_help="Write the commissioning report.")
app.command(context_settings=HELP_NAMES, short_help="Keep every message in a file.")(record)
app.command(context_settings=HELP_NAMES, short_help="Is it a monitor, does it speak, what to type where.")(portal)
app.command(context_settings=HELP_NAMES, short_help="A broker on this laptop for a monitor to push to.")(broker)
app.add_typer(cloud, name="cloud", context_settings=HELP_NAMES, short_help="The vendor's cloud, a command a method.")
app.command(context_settings=HELP_NAMES, short_help="A simulated monitor for other programs.")(simulate)


def run() -> None:
    """Run with the arguments of this process."""
    allow_unencodable()
    app(prog_name=PROGRAM)
