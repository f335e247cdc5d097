"""`smappee-tui simulate`: a simulated monitor for other programs."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import exits, options
from smappee_tui.cli.console import out, say
from smappee_tui.cli.errors import UsageError, guarded
from smappee_tui.cli.options import DialectWord

if TYPE_CHECKING:
    from smappee_tui.simulator.monitor.publisher import Publisher
    from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor


def virtual_monitor(site: str, dialect: DialectWord, faults: Sequence[str], seed: int) -> VirtualMonitor:
    """Build it, with its clock at now.

    Raises:
        UsageError: for a site or a fault that does not exist, or that does not fit.
        typer.Exit: after `--fault list`.
    """
    from smappee_tui.simulator import sites
    from smappee_tui.simulator.house.faults import overview

    if "list" in faults:
        out(overview())
        raise typer.Exit
    try:
        return sites.build(site, dialect=dialect.value, seed=seed, faults=faults, start=time.time())
    except ValueError as error:
        raise UsageError(f"{error}.", "`--fault list` shows what can go wrong, `--help` names the sites.") from error


PATIENCE = 10.0
"""Seconds that the broker may take to answer the first time."""
_TICK = 0.2


@guarded
def simulate(
    broker: Annotated[str, typer.Option("--broker", metavar="HOST:PORT", help="Where to publish.", show_default=False)],
    site: options.Simulated = "home3pv",
    dialect: options.Dialect = options.DialectWord.INFINITY,
    fault: options.Faults = None,
    seed: options.Seed = 1,
    seconds: options.Seconds = None,
    speed: options.Speed = None,
    port: options.Port = None,
    username: options.Username = None,
    tls: options.Tls = False,
    cafile: options.CaFile = None,
) -> int:
    """Publish what a simulated monitor measures, in real time, to a broker of yours."""
    from smappee_tui.cli.options import broker_address
    from smappee_tui.simulator.monitor.publisher import Publisher

    monitor = virtual_monitor(site, dialect, fault or [], seed)
    address = broker_address(broker, port=port, username=username, tls=tls, cafile=cafile)
    try:
        with Publisher(monitor, address, speed=speed or 1.0) as publisher:
            _connected(publisher)
            identity = monitor.site.identity
            say(f"Publishing to {address} as monitor {identity.serial}, location {identity.uuid}. Ctrl-C ends it.")
            _run(publisher, seconds)
            say(f"{publisher.sent} messages published.")
    except KeyboardInterrupt:
        say(f"{publisher.sent} messages published.")
        return exits.INTERRUPTED
    return exits.OK


def _connected(publisher: Publisher) -> None:
    """Wait for the first connection. Raises CannotConnectError when there will be none."""
    from smappee_tui.connect.errors import CannotConnectError

    end = time.monotonic() + PATIENCE
    while not publisher.wait_connected(_TICK):
        if publisher.problem is not None or time.monotonic() > end:
            what = publisher.problem or f"{publisher.address} does not answer"
            raise CannotConnectError(f"{what}.", "Is a broker running there? `mosquitto -p 1883` starts one.")


def _run(publisher: Publisher, seconds: float | None) -> None:
    """Let it publish, and tell when the broker goes away and comes back."""
    pause = threading.Event()
    end = None if seconds is None else time.monotonic() + seconds
    trouble: str | None = None
    while end is None or time.monotonic() < end:
        pause.wait(_TICK if end is None else max(0.0, min(_TICK, end - time.monotonic())))
        if publisher.problem != trouble:
            trouble = publisher.problem
            say(f"{trouble}; trying again." if trouble else "Connected again.")
