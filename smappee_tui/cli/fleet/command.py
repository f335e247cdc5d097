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
    notify: Annotated[
        list[str] | None,
        typer.Option(
            "--notify",
            metavar="WHERE",
            help="Write to people when something changed, once each: env:NAME, file:PATH or keyring:NAME with an "
            "address a line as apprise names them, or one without a secret (mailto://…). Several times.",
            show_default=False,
        ),
    ] = None,
    digest: Annotated[
        str, typer.Option("--digest", metavar="HH:MM", help="When they hear how all stand, once a day; off: never.")
    ] = "07:00",
    metrics: Annotated[
        str | None,
        typer.Option(
            "--metrics",
            metavar="[HOST:]PORT",
            help="Serve figures for Prometheus there. Without HOST for this machine alone.",
            show_default=False,
        ),
    ] = None,
    metrics_open: Annotated[
        bool, typer.Option("--metrics-open", help="Strangers may reach the HOST of --metrics, and that is meant.")
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
    headless = serve or as_json or seconds is not None or not sys.stdout.isatty()
    from smappee_tui.cli.fleet.headless import Ending, watch
    from smappee_tui.cli.fleet.source import BrokerSource, folder_of, running
    from smappee_tui.cli.fleet.watchers import Telling
    from smappee_tui.cli.settings_io import load_settings

    if not headless:
        from smappee_tui.cli.screen import needs_terminal

        needs_terminal()
    address = options.broker_address(
        broker, port=port, username=username, tls=tls, cafile=cafile, default_port=load_settings().port
    )
    folder = folder_of(str(address))
    watchers = Telling(notify or (), digest, metrics, metrics_open).watchers(folder)
    source = BrokerSource(address)
    started = running(source, watchers, folder / "state.sqlite")
    if headless:
        return watch(started, source, str(address), Ending(seconds, serve=serve), as_json=as_json)
    from smappee_tui.cli.fleet.screen import show_fleet
    from smappee_tui.cli.home import watch_location

    return show_fleet(started, source, str(address), lambda uuid: watch_location(address, uuid))
