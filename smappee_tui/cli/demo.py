"""A simulated monitor: `smappee-tui demo` shows the app on one, `smappee-tui simulate` is one for other programs."""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any, Self, TextIO

import typer

from smappee_tui.cli import exits, options
from smappee_tui.cli.console import out, say
from smappee_tui.cli.exits import FailedError, UsageError, guarded
from smappee_tui.cli.options import DialectWord
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from smappee_tui.app.cloud_session import Cloud, CloudAccess
    from smappee_tui.app.session import Session
    from smappee_tui.app.visit.mending import Apply
    from smappee_tui.diagnosis.remedy.corrections import Correction
    from smappee_tui.simulator.cloud.server import VirtualCloud
    from smappee_tui.simulator.meter.served import ServedMeter
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
_ECHO = 2.0
"""Seconds within which a broker gives back what was published at the very beginning."""
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
    control: Annotated[
        bool, typer.Option("--control", help="Read from stdin what to change while it runs; type help there.")
    ] = False,
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
            if control:
                say(tr("simulate_command.control_ready"))
                if isinstance(sys.stdin, io.TextIOWrapper):
                    sys.stdin.reconfigure(errors="replace")
                threading.Thread(target=_control, args=(publisher, sys.stdin), name="control", daemon=True).start()
            _run(publisher, seconds)
            say(tr("simulate_command.published", count=publisher.sent))
            if not publisher.deaf and not publisher.came_back.wait(_ECHO):
                say(tr("simulate_command.nothing_back"))
                return exits.CANNOT
    except KeyboardInterrupt:
        say(tr("simulate_command.published", count=publisher.sent))
        return exits.INTERRUPTED
    return exits.OK


def _control(publisher: Publisher, typed: TextIO) -> None:
    """Do what is typed, line by line, until the input ends."""
    from smappee_tui.simulator.house.faults import FaultError
    from smappee_tui.simulator.monitor.control import obey

    while line := typed.readline():
        try:
            for told in obey(line, publisher):
                say(current().fact(told))
        except FaultError as error:
            own = error.what.code.startswith("simulate_command.")
            say(current().fact(error.what) if own else tr("simulate_command.does_not_fit", what=error.what))
    say(tr("simulate_command.control_ended"))


def _connected(publisher: Publisher) -> None:
    """Wait for the first connection. Raises FailedError when there will be none."""
    from smappee_tui.connect.errors import RefusedError
    from smappee_tui.connect.mqtt_connection import no_answer

    end = time.monotonic() + PATIENCE
    while not publisher.wait_connected(_TICK):
        if publisher.problem is not None or time.monotonic() > end:
            problem = publisher.problem or no_answer(publisher.address)
            refused = isinstance(problem, RefusedError)  # somebody is there, and wants to know who comes
            raise FailedError(
                problem.what, problem.advice if refused else fact("simulate_command.not_connected_advice")
            )


def _run(publisher: Publisher, seconds: float | None) -> None:
    """Let it publish, and tell when the broker goes away and comes back."""
    pause = threading.Event()
    end = None if seconds is None else time.monotonic() + seconds
    trouble: Fact | None = None
    while end is None or time.monotonic() < end:
        pause.wait(_TICK if end is None else max(0.0, min(_TICK, end - time.monotonic())))
        problem = publisher.problem.what if publisher.problem else None
        if problem != trouble:
            trouble = problem
            say(tr("simulate_command.trouble", problem=problem) if problem else tr("simulate_command.connected_again"))


class DemoCloud:
    """Three houses on a free port of this machine, served from the moment that somebody wants in."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Prepare. `faults`: what is wrong in the family house, as for the demo."""
        self._faults = faults
        self._lock = threading.Lock()
        self._served: VirtualCloud | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._served is not None:
                self._served.__exit__(kind, error, trace)
                self._served = None

    def door(self, *, read_only: bool) -> CloudAccess:
        """The way in, without any login of a person."""
        from smappee_tui.app.cloud_session import CloudAccess
        from smappee_tui.cli.settings_io import limits, load_settings

        settings = load_settings()
        locked = read_only or settings.read_only
        return CloudAccess(self._opened, read_only=locked, limits=limits(settings), mode="demo")

    def _opened(self) -> Cloud:
        from smappee_tui.connect.cloud_api.client import CloudClient
        from smappee_tui.connect.cloud_api.credentials import Credentials
        from smappee_tui.simulator.cloud.accounts import DEMO_ACCOUNT as WHO
        from smappee_tui.simulator.cloud.accounts import demo_accounts
        from smappee_tui.simulator.cloud.server import VirtualCloud

        with self._lock:
            if self._served is None:
                self._served = VirtualCloud(demo_accounts(faults=self._faults)).__enter__()
                self._served.warm()
            credentials = Credentials(WHO.client_id, WHO.client_secret, WHO.username, WHO.password)
            return CloudClient(credentials, base_url=self._served.base_url)


class DemoMeter:
    """The utility's digital meter on the demo's house, served on a free port from the moment that it is wanted."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._served: ServedMeter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._served is not None:
            self._served.__exit__(kind, error, trace)

    def switch(self, session: Session) -> bool:
        """Put it beside the monitor, or take it away; returns whether it is there."""
        from smappee_tui.connect.meter.address import meter_address
        from smappee_tui.connect.meter.reader import BesideMeter, reader_of

        if isinstance(session.source, BesideMeter):
            session.beside(None)
            return False
        if self._served is None:
            self._served = self._serve().__enter__()
        session.beside(reader_of(meter_address(self._served.host)))
        return True

    def _serve(self) -> ServedMeter:
        from smappee_tui.protocol.meter import MeterReading
        from smappee_tui.simulator.meter.served import ServedMeter
        from smappee_tui.simulator.meter.utility_meter import UtilityMeter

        meter = UtilityMeter(self._publisher.monitor.site.house.supply.model.kind, "demo")
        return ServedMeter(lambda: self._publisher.told_by(meter) or MeterReading(0.0))


def show_cloud(faults: Sequence[str], *, read_only: bool = False) -> int:
    """Show the cloud screen on the made-up cloud until the person leaves.

    Args:
        faults: what is wrong in the family house, as for the demo.
        read_only: nothing can be switched.
    """
    from smappee_tui.cli.screen import needs_terminal
    from smappee_tui.cli.settings_io import taste

    needs_terminal()
    from smappee_tui.tui.run import cloud_app

    with taste() as wishes, DemoCloud(faults) as cloud:
        app = cloud_app(cloud.door(read_only=read_only), **wishes)
        app.run()
    return app.return_code or exits.OK


def _vendors_app(publisher: Publisher) -> Apply:
    """Sets what a line of the correction sheet wants."""
    from smappee_tui.simulator.house.faults import FaultError
    from smappee_tui.simulator.monitor.virtual_monitor import Configured

    def apply(one: Correction) -> Fact | None:
        wished: dict[str, Any] = {"phase": one.set.phase, "flag": one.set.reversed, "name": one.rename or None}
        if "role" in one.changes:
            wished |= {"role": one.set.role, "connection": one.set.connection}
        if "ct_type" in one.changes:
            wished["ct_type"] = one.set.ct_type
        try:
            publisher.configure(one.input, Configured(**wished))
        except FaultError as error:
            return error.what
        return None

    return apply


DEFAULT_FAULTS = ("reversed:7", "phase:8,L2")
"""What is wrong in the house that is shown when nobody wishes otherwise: something to find."""


@guarded
def demo(
    site: options.Simulated = "home3pv",
    dialect: options.Dialect = options.DialectWord.INFINITY,
    fault: options.Faults = None,
    healthy: Annotated[
        bool, typer.Option("--healthy", help="Nothing is wrong. Default: two CTs of home3pv are.")
    ] = False,
    seed: options.Seed = 1,
    speed: options.Speed = None,
    generation: options.Generation = None,
    read_only: options.ReadOnly = False,
    guided: Annotated[
        bool, typer.Option("--guided", help="Open the guided test at once; h switches the house's heater there.")
    ] = False,
    cloud: Annotated[
        bool, typer.Option("--cloud", help="Show a made-up vendor's cloud of three houses instead; nothing to log in.")
    ] = False,
    share: options.Share = False,
    share_address: options.ShareAddress = None,
    share_cert: options.ShareCert = None,
    share_key: options.ShareKey = None,
    fleet: Annotated[
        bool, typer.Option("--fleet", help="Show a fleet of 300 houses instead, three wired wrong.")
    ] = False,
) -> int:
    """Try the app on a simulated monitor: a real broker inside this program, nothing to set up."""
    from smappee_tui.cli.screen import needs_terminal, show
    from smappee_tui.cli.settings_io import installation, limits, load_settings, switching
    from smappee_tui.cli.sharing import ShareWish, prepared

    if fleet:
        if cloud or guided or fault or healthy or share or site != "home3pv":
            raise UsageError(fact("fleet.demo_alone"), fact("cli.leave_one_out"))
        from smappee_tui.cli.fleet.demo import show_street

        needs_terminal()
        return show_street(seed, generation=options.declared(generation), read_only=read_only)
    faults = fault or ([] if healthy or site != "home3pv" else list(DEFAULT_FAULTS))
    monitor = virtual_monitor(site, dialect, faults, seed)
    if cloud:
        if guided:
            raise UsageError(fact("cli.cloud_not_guided"), fact("cli.cloud_switches_nothing"))
        if site != "home3pv":
            raise UsageError(fact("cli.cloud_not_site"), fact("cli.cloud_own_houses"))
        return show_cloud(faults, read_only=read_only)
    needs_terminal()
    page = prepared(ShareWish(share, share_address, share_cert, share_key))

    from smappee_tui.app.guided.demo_heater import DemoHeater
    from smappee_tui.app.session import Session
    from smappee_tui.connect.mqtt import MqttSource
    from smappee_tui.connect.own_broker.broker import EmbeddedBroker
    from smappee_tui.simulator.monitor.publisher import Publisher

    with (
        EmbeddedBroker() as broker,
        Publisher(monitor, broker.address, speed=speed or 1.0) as publisher,
        DemoCloud(faults) as made_up,
        DemoMeter(publisher) as meter,
    ):
        settings = load_settings()
        # The made-up cloud knows the family house as it is by default, and no other of these monitors.
        in_cloud = site == "home3pv" and seed == 1 and dialect is options.DialectWord.INFINITY
        declared = options.declared(generation)
        session = Session(
            MqttSource(broker.address), generation=declared, limits=limits(settings), declared=installation(settings)
        )
        locked = read_only or settings.read_only
        return show(
            session,
            mode="demo",
            switching=switching(broker.address, read_only=locked),
            heater=DemoHeater(publisher.plug_in, _vendors_app(publisher), meter.switch),
            cloud=made_up.door(read_only=read_only) if in_cloud else None,
            guided=guided,
            sharing=page,
            share_at_once=share,
        )
