"""`smappee-tui fleet`: the monitors of a broker, a thousand at a time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import options
from smappee_tui.cli.exits import UsageError, guarded
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.cli.fleet.source import Feed
    from smappee_tui.connect.address import BrokerAddress

Broker = Annotated[
    str | None,
    typer.Argument(metavar="BROKER", help=options.HOST_HELP, show_default=False, autocompletion=options.recent_hosts),
]


@guarded
def fleet(
    broker: Broker = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything in the end as JSON, for programs.")] = False,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--for",
            metavar="S",
            callback=options.above_zero,
            help="For how many seconds, without a screen. Default there: until each that speaks was judged once.",
            show_default=False,
        ),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Go on until stopped, without a screen: as a service.")
    ] = False,
    notify: Annotated[
        list[str] | None,
        typer.Option(
            "--notify",
            metavar="WHERE",
            help="Write to people about each change, once: env:NAME, file:PATH or keyring:NAME, where addresses "
            "stand, one a line, as apprise names them, or an address without a secret (mailto://…). Several times.",
            show_default=False,
        ),
    ] = None,
    digest: Annotated[
        str,
        typer.Option(
            "--digest", metavar="HH:MM", help="When those of --notify get the summary of the day; off: never."
        ),
    ] = "07:00",
    metrics: Annotated[
        str | None,
        typer.Option(
            "--metrics",
            metavar="[HOST:]PORT",
            help="Serve figures for Prometheus there; without HOST to this machine alone.",
            show_default=False,
        ),
    ] = None,
    metrics_open: Annotated[
        bool, typer.Option("--metrics-open", help="Allow a HOST of --metrics that strangers may reach.")
    ] = False,
    report_dir: Annotated[
        Path | None,
        typer.Option(
            "--report-dir",
            metavar="DIR",
            help="Folder for a report, HTML and JSON, of each location that turns from fault to right.",
            show_default=False,
        ),
    ] = None,
    nats: Annotated[
        str | None,
        typer.Option(
            "--nats",
            metavar="URL",
            help="A NATS cluster that the monitors push to: nats://USER@HOST:4222, several with commas. --username and "
            "the password are those of NATS then. BROKER, on which Enter opens a location, may be left out.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=0,
            max=64,
            help="With --nats: processes of this machine that judge. Default 0: only look.",
            show_default=False,
        ),
    ] = None,
    replicas: Annotated[
        int | None,
        typer.Option(
            "--replicas",
            metavar="N",
            min=1,
            max=5,
            help="With --nats: servers that keep each message, where nothing is set up yet. Default 1.",
            show_default=False,
        ),
    ] = None,
    partitions: Annotated[
        int | None,
        typer.Option(
            "--partitions",
            metavar="N",
            min=1,
            max=1024,
            help="With --nats: parts that the locations are divided into, and so the most workers, where nothing is "
            "set up yet; for good. Default 16.",
            show_default=False,
        ),
    ] = None,
    port: options.Port = None,
    username: options.Username = None,
    tls: options.Tls = False,
    cafile: options.CaFile = None,
) -> int:
    """Watch every monitor that pushes to a broker: who speaks, who is silent, who is wired wrong.

    Shows a screen; without a terminal, or with --for, --json or --serve, it prints the counts and who needs a visit.
    What is known of each location is kept in your data folder, and a later run goes on from there.

    Leaves as `check` does: 0 when everything is judged and well, 1 when there is a fault, 3 when it cannot connect, 4
    when a location could not be judged or none was heard, 130 when interrupted.
    """
    if serve and seconds is not None:
        raise UsageError(fact("fleet.serve_and_for"), fact("cli.leave_one_out"))
    if report_dir is not None and nats is not None:
        raise UsageError(fact("fleet.report_dir_nats"), fact("fleet.report_dir_nats_advice"))
    headless = serve or as_json or seconds is not None or not sys.stdout.isatty()
    feed, address = _fed(
        broker, nats, workers, replicas, partitions, port, username, tls, cafile, serve or bool(notify)
    )
    from smappee_tui.cli.fleet.headless import Ending, watch
    from smappee_tui.cli.fleet.source import folder_of, running
    from smappee_tui.cli.fleet.watchers import Telling

    if not headless:
        from smappee_tui.cli.screen import needs_terminal

        needs_terminal()
    telling = Telling(notify or (), digest, metrics, metrics_open, report_dir)
    started = running(feed, telling.watchers(feed.where, folder_of(feed.where)))
    if headless:
        return watch(started, feed, Ending(seconds, serve=serve), as_json=as_json)
    from smappee_tui.cli.fleet.screen import show_fleet
    from smappee_tui.cli.home import watch_location

    return show_fleet(started, feed, None if address is None else lambda uuid: watch_location(address, uuid))


def _fed(
    broker: str | None,
    nats: str | None,
    workers: int | None,
    replicas: int | None,
    partitions: int | None,
    port: int | None,
    username: str | None,
    tls: bool,
    cafile: Path | None,
    must_keep: bool,
) -> tuple[Feed, BrokerAddress | None]:
    """What the fleet lives on, and the broker on which one location is opened.

    Raises:
        UsageError: for words that do not fit together.
        BadAddressError: for an address that is none.
    """
    from smappee_tui.cli.fleet.source import BrokerFeed, ClusterFeed, folder_of
    from smappee_tui.cli.settings_io import load_settings

    shared = broker is not None and "$share" in broker
    if shared or (nats is None and (workers, replicas, partitions) != (None, None, None)):
        from smappee_tui.fleet.cluster.run import refuse_shared, refuse_workers

        refused = refuse_shared() if shared else refuse_workers()
        raise UsageError(refused.what, refused.advice)
    if broker is None and nats is None:
        raise UsageError(fact("fleet.nats_or_broker"), fact("fleet.nats_or_broker_advice"))
    usual = load_settings().port
    if nats is None:
        address = options.broker_address(
            broker or "", port=port, username=username, tls=tls, cafile=cafile, default_port=usual
        )
        return BrokerFeed(address, folder_of(str(address)), must_keep=must_keep), address
    from smappee_tui.fleet.cluster.address import NatsAddress

    cluster = NatsAddress.parse(nats, username=username, tls=tls, cafile=cafile)
    cluster = cluster.with_password(options.password_of(cluster.first) if cluster.first.username else None)
    beside = options.broker_address(broker, port=port, default_port=usual) if broker is not None else None
    return ClusterFeed(cluster, workers or 0, replicas or 1, partitions), beside
