"""`smappee-tui simulate`: a simulated monitor for other programs."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import exits, options
from smappee_tui.cli.console import out, say
from smappee_tui.cli.errors import FailedError, UsageError, guarded
from smappee_tui.cli.options import DialectWord
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import fact

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
    from smappee_tui.simulator.house.faults import SHAPES, FaultError, meaning

    if "list" in faults:
        cells = max(len(shape.example) for shape in SHAPES.values())
        for kind, shape in SHAPES.items():
            out(f"{shape.example:<{cells}}  {current().fact(meaning(kind))}")
        raise typer.Exit
    try:
        return sites.build(site, dialect=dialect.value, seed=seed, faults=faults, start=time.time())
    except (FaultError, sites.NoSuchSiteError) as error:
        raise UsageError(
            fact("simulate_command.does_not_fit", what=error.what), fact("simulate_command.does_not_fit_advice")
        ) from error


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
    from smappee_tui.simulator.monitor.publisher import Publisher

    monitor = virtual_monitor(site, dialect, fault or [], seed)
    address = options.broker_address(broker, port=port, username=username, tls=tls, cafile=cafile)
    try:
        with Publisher(monitor, address, speed=speed or 1.0) as publisher:
            _connected(publisher)
            identity = monitor.site.identity
            say(tr("simulate_command.publishing", address=str(address), serial=identity.serial, uuid=identity.uuid))
            _run(publisher, seconds)
            say(tr("simulate_command.published", count=publisher.sent))
    except KeyboardInterrupt:
        say(tr("simulate_command.published", count=publisher.sent))
        return exits.INTERRUPTED
    return exits.OK


def _connected(publisher: Publisher) -> None:
    """Wait for the first connection. Raises FailedError when there will be none."""
    end = time.monotonic() + PATIENCE
    while not publisher.wait_connected(_TICK):
        if publisher.problem is not None or time.monotonic() > end:
            what = publisher.problem or fact("simulate_command.no_answer", address=str(publisher.address))
            raise FailedError(
                fact("simulate_command.not_connected", problem=what), fact("simulate_command.not_connected_advice")
            )


def _run(publisher: Publisher, seconds: float | None) -> None:
    """Let it publish, and tell when the broker goes away and comes back."""
    pause = threading.Event()
    end = None if seconds is None else time.monotonic() + seconds
    trouble: str | None = None
    while end is None or time.monotonic() < end:
        pause.wait(_TICK if end is None else max(0.0, min(_TICK, end - time.monotonic())))
        if publisher.problem != trouble:
            trouble = publisher.problem
            say(tr("simulate_command.trouble", problem=trouble) if trouble else tr("simulate_command.connected_again"))
