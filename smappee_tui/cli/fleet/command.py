"""`smappee-tui fleet`: the monitors of a broker, a thousand at a time."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from smappee_tui.cli import options
from smappee_tui.cli.exits import UsageError, guarded
from smappee_tui.protocol.fact import fact

Broker = Annotated[
    str,
    typer.Argument(metavar="BROKER", help=options.HOST_HELP, show_default=False, autocompletion=options.recent_hosts),
]


@guarded
def fleet(
    broker: Broker,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything in the end as JSON, for programs.")] = False,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--for",
            metavar="S",
            callback=options.above_zero,
            help="For how many seconds, without a screen. Default there: until everybody who speaks was judged once.",
            show_default=False,
        ),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Go on until it is told to end, without a screen: for a service.")
    ] = False,
    port: options.Port = None,
    username: options.Username = None,
    tls: options.Tls = False,
    cafile: options.CaFile = None,
) -> int:
    """Watch every monitor that pushes to a broker: who speaks, who is silent, who is wired wrong.

    Shows a screen; without a terminal, or with --for, --json or --serve, it prints the counts and who needs a visit.
    What is known of each location is kept in your data folder, and a later run goes on from there.

    Leaves as `check` does: 0 when everything is judged and well, 1 when there is a fault, 3 when it cannot connect, 4
    when somebody could not be judged or nobody was heard, 130 when interrupted.
    """
    if serve and seconds is not None:
        raise UsageError(fact("fleet.serve_and_for"), fact("cli.leave_one_out"))
    from smappee_tui.cli.settings_io import load_settings

    address = options.broker_address(
        broker, port=port, username=username, tls=tls, cafile=cafile, default_port=load_settings().port
    )
    from smappee_tui.cli.fleet.headless import Ending, watch
    from smappee_tui.cli.fleet.source import BrokerSource, running

    source = BrokerSource(address)
    fleet = running(source)
    if serve or as_json or seconds is not None or not sys.stdout.isatty():
        return watch(fleet, source, str(address), Ending(seconds, serve=serve), as_json=as_json)
    from smappee_tui.cli.fleet.screen import show_fleet
    from smappee_tui.cli.home import watch_location
    from smappee_tui.cli.screen import needs_terminal

    needs_terminal()
    return show_fleet(fleet, source, str(address), lambda uuid: watch_location(address, uuid))
