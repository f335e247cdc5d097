"""The front door of the simulator: a ready virtual monitor by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from smappee_tui.protocol.fact import TellableError, fact
from smappee_tui.simulator.house import appliances as kit
from smappee_tui.simulator.house.builder import SiteBuilder
from smappee_tui.simulator.house.circuits import UNMETERED
from smappee_tui.simulator.house.faults import Fault
from smappee_tui.simulator.house.generation import Inverter
from smappee_tui.simulator.house.guided_plan import plan_for
from smappee_tui.simulator.house.loads import Duty
from smappee_tui.simulator.house.meter import Dialect
from smappee_tui.simulator.house.site import GasWater, ScheduleRule, TriggerRule, VirtualPlug, VirtualSite
from smappee_tui.simulator.house.supply import SupplyModel
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor


def _extras(b: SiteBuilder) -> None:
    """Two plugs, a gas & water sensor, two triggers and a schedule."""
    last = b.ports[-1]
    b.plugs += [
        VirtualPlug(1, "Reading lamp", "4006000117", 301, 45.0, on=True, port=0),
        VirtualPlug(2, "Bathroom fan heater", "4006000242", 302, 900.0, port=last),
    ]
    b.sensors.append(GasWater(310, "3004002711", litres_per_hour=90.0))
    b.triggers += [
        TriggerRule(1, "Heavy load: fan heater off", (2,), 9000.0, "OFF"),
        TriggerRule(2, "Somebody cooks: lamp on", (1,), 5500.0),
    ]
    b.schedules.append(ScheduleRule(1, "Lamp off", (1,), after=240.0))


def _background(b: SiteBuilder) -> None:
    """Sockets and lights that no submeter sees, on every phase."""
    loads = [
        item
        for port in b.ports
        for item in (
            b.load(kit.standby(b.rng), (port,)),
            b.load(kit.electronics(b.rng), (port,), Duty(400.0, 200.0)),
            b.load(kit.led(b.rng), (port,), Duty(500.0, 300.0)),
        )
    ]
    loads.append(b.load(kit.kettle(b.rng), (b.ports[-1],), Duty(75.0, 500.0)))
    b.circuit(UNMETERED, b.ports, *loads)


def home3pv(dialect: Dialect, seed: str) -> VirtualSite:
    """A family house, 3x400 V with neutral, three-phase solar by day; 13 inputs."""
    b = SiteBuilder("home3pv", dialect, seed, SupplyModel(offsets=(0.6, -0.9, 0.4)))
    b.mains()
    b.solar = 0.45
    b.metered("Solar", b.ports, Inverter(6000.0, 0.45, b.ports, f"{seed}/solar"), role="PRODUCTION")
    b.metered("Car charger", (0,), b.load(kit.charger(b.rng, 1, 16.0), (0,), Duty(400.0, 120.0)))
    b.metered("Heat pump", (1,), b.load(kit.heat_pump(b.rng), (1,), Duty(500.0, 120.0)))
    b.metered("Water heater", (2,), b.load(kit.boiler(b.rng), (2,), Duty(180.0, 150.0)))
    b.metered(
        "Kitchen",
        (0,),
        b.load(kit.fridge(b.rng), (0,), Duty(400.0, 600.0)),
        b.load(kit.microwave(b.rng), (0,), Duty(90.0, 240.0)),
    )
    b.metered(
        "Laundry",
        (1,),
        b.load(kit.motor(b.rng), (1,), Duty(45.0, 30.0)),
        b.load(kit.heater(b.rng, 1700.0, 2100.0), (1,), Duty(200.0, 400.0)),
    )
    b.metered("Oven", (2,), b.load(kit.oven(b.rng), (2,), Duty(60.0, 90.0)))
    b.spare(0)
    _background(b)
    _extras(b)
    return b.build()


def home1(dialect: Dialect, seed: str) -> VirtualSite:
    """A small single-phase house without generation; 5 inputs."""
    b = SiteBuilder("home1", dialect, seed, SupplyModel(kind="single", r_phase=0.12, r_neutral=0.08))
    b.mains()
    b.metered("Water heater", (0,), b.load(kit.boiler(b.rng), (0,), Duty(200.0, 250.0)))
    b.metered("Laundry", (0,), b.load(kit.motor(b.rng), (0,), Duty(40.0, 40.0)))
    b.metered("Oven", (0,), b.load(kit.oven(b.rng), (0,), Duty(60.0, 120.0)))
    b.spare()
    _background(b)
    _extras(b)
    return b.build()


def delta(dialect: Dialect, seed: str) -> VirtualSite:
    """A town house on the old 3x230 V supply without neutral, single-phase solar."""
    b = SiteBuilder("delta", dialect, seed, SupplyModel(kind="delta", volts=229.0, offsets=(0.8, -0.5, 0.1)))
    b.mains()
    b.solar = 0.4
    b.metered("Solar", (1,), Inverter(3000.0, 0.4, (1,), f"{seed}/solar"), role="PRODUCTION")
    b.metered("Water heater", (2,), b.load(kit.boiler(b.rng), (2,), Duty(180.0, 150.0)))
    b.metered("Heat pump", b.ports, b.load(kit.fixed_heat_pump(b.rng, 3), b.ports, Duty(400.0, 120.0)))
    b.metered("Kitchen", (1,), b.load(kit.microwave(b.rng), (1,), Duty(120.0, 150.0)))
    b.metered("Laundry", (2,), b.load(kit.motor(b.rng), (2,), Duty(60.0, 40.0)))
    b.spare()
    _background(b)
    _extras(b)
    return b.build()


_SHOP_THREE = ("Cold store", "Bake oven", "Air handling", "Compressor", "Dishwasher")
_SHOP_ONE = ("Shelf lights", "Tills", "Window lights", "Coffee corner", "Back office", "Meat counter", "Dairy wall")


def _shop(b: SiteBuilder, channels: int) -> VirtualSite:
    """Three-phase machines, each followed by two single-phase circuits, until the inputs are used; two stay spare."""
    b.mains()
    machines = lights = 0
    while (room := channels - 2 - len(b.cts)) > 0:
        if room >= 3 and lights >= 2 * machines:
            name = f"{_SHOP_THREE[machines % len(_SHOP_THREE)]} {machines // len(_SHOP_THREE) + 1}"
            machine = kit.fixed_heat_pump(b.rng, 3) if machines % 2 == 0 else kit.heat_pump(b.rng, 3)
            b.metered(name, b.ports, b.load(machine, b.ports, Duty(150.0, 100.0)))
            machines += 1
        else:
            name = f"{_SHOP_ONE[lights % len(_SHOP_ONE)]} {lights // len(_SHOP_ONE) + 1}"
            port = lights % 3
            lamp = b.load(kit.led(b.rng), (port,), Duty(900.0, 60.0))
            b.metered(name, (port,), lamp, b.load(kit.heater(b.rng, 300.0, 1800.0), (port,), Duty(90.0, 90.0)))
            lights += 1
    while len(b.cts) < channels:
        b.spare(len(b.cts) % 3)
    _background(b)
    _extras(b)
    return b.build()


def shop28(dialect: Dialect, seed: str) -> VirtualSite:
    """A shop with 28 inputs, 3x400 V with neutral."""
    return _shop(SiteBuilder("shop28", dialect, seed, SupplyModel(r_phase=0.04, x_phase=0.03, r_neutral=0.025)), 28)


def shop80(dialect: Dialect, seed: str) -> VirtualSite:
    """A supermarket with 80 inputs, the most a screen has to carry."""
    return _shop(SiteBuilder("shop80", dialect, seed, SupplyModel(r_phase=0.015, x_phase=0.012, r_neutral=0.01)), 80)


DEMO_SITES: dict[str, Callable[[Dialect, str], VirtualSite]] = {
    "home3pv": home3pv,
    "home1": home1,
    "delta": delta,
    "shop28": shop28,
    "shop80": shop80,
}


NAMES = tuple(DEMO_SITES)
"""Names of the ready-made sites; `home3pv` is the one for demos."""

DEFAULT_START = 1_760_000_040.0
"""Start of simulated time where nobody gives one: a minute after a five-minute boundary, in October 2025."""


class NoSuchSiteError(TellableError, ValueError):
    """No ready-made site has this name."""


def build(
    name: str = "home3pv",
    *,
    dialect: Dialect = "infinity",
    seed: int = 1,
    faults: Iterable[str | Fault] = (),
    start: float = DEFAULT_START,
    guided: bool = False,
) -> VirtualMonitor:
    """A monitor on a ready-made site.

    `start` in s since 1970; `guided` lets an operator go round with a heater. Raises NoSuchSiteError for an unknown
    name and `faults.FaultError` for a fault that cannot be read or does not fit.
    """
    make = DEMO_SITES.get(name)
    if make is None:
        raise NoSuchSiteError(fact("fault.no_site", name=name, names=tuple(NAMES)))
    site = make(dialect, f"{name}/{seed}")
    plan = plan_for(site, site.seed) if guided else None
    return VirtualMonitor(site, start, faults=faults, plan=plan)
