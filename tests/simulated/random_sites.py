"""Random houses for a benchmark: topology, supply, loads and generation drawn from ranges seen in practice."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from smappee_tui.simulator.house import appliances as kit
from smappee_tui.simulator.house.builder import SiteBuilder
from smappee_tui.simulator.house.circuits import MAINS, UNMETERED
from smappee_tui.simulator.house.faults import Fault
from smappee_tui.simulator.house.generation import Battery, Inverter
from smappee_tui.simulator.house.guided_plan import plan_for
from smappee_tui.simulator.house.loads import ApplianceModel, Draw, Duty, Element
from smappee_tui.simulator.house.meter import Dialect, MountedCt
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.house.supply import SupplyKind, SupplyModel
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.simulator.sites import DEFAULT_START

_WEIGHTS = {
    "reversed": 38,
    "phase": 20,
    "phase+reversed": 10,
    "mains swapped": 17,
    "mains rotated": 8,
    "group reversed": 7,
}


def hob(rng: random.Random) -> ApplianceModel:
    """Induction hob ring, 0.6 to 3 kW."""
    return ApplianceModel("hob", Draw(rng.uniform(600.0, 3000.0), rng.uniform(-6.0, 6.0), 0.99), flicker=0.02)


def filter_standby(rng: random.Random) -> ApplianceModel:
    """Mains filter of a machine that is off: 4 to 20 W, 70° to 86° leading."""
    return ApplianceModel("filter", Draw(rng.uniform(4.0, 20.0), rng.uniform(-86.0, -70.0)))


def pump(rng: random.Random) -> ApplianceModel:
    """Circulation pump, 15 to 90 W."""
    return ApplianceModel("pump", Draw(rng.uniform(15.0, 90.0), rng.uniform(10.0, 50.0), 0.95))


def variable_speed(rng: random.Random) -> ApplianceModel:
    """Drive without power factor correction, 0.2 to 1.5 kW."""
    return ApplianceModel(
        "variable speed", Draw(rng.uniform(200.0, 1500.0), rng.uniform(-5.0, 12.0), rng.uniform(0.55, 0.85)), ramp=4.0
    )


class FaultOptions(Protocol):
    """The part of the options that this module needs."""

    @property
    def faulty_share(self) -> float:
        """Share of sites with faults."""

    @property
    def other_share(self) -> float:
        """Share of faulty sites with a fault that is not wiring."""


def draw_faults(site: VirtualSite, rng: random.Random, options: FaultOptions) -> list[Fault]:
    """Half of the sites (by default) get 1, 2 or 3 faults (70, 20, 10 %), never two on the same CT."""
    if rng.random() >= options.faulty_share:
        return []
    count = rng.choices((1, 2, 3), (70, 20, 10))[0]
    free = [ct for ct in site.cts if ct.role != "UNUSED"]
    faults: list[Fault] = []
    if rng.random() < options.other_share and free:
        faults.append(_other(free.pop(rng.randrange(len(free))), rng))
        count -= 1
    for _ in range(count):
        drawn = _wiring(site, free, rng)
        faults += drawn
        used = {number for fault in drawn for number in fault.inputs}
        free = [ct for ct in free if ct.input not in used]
    return faults


def _other(ct: MountedCt, rng: random.Random) -> Fault:
    kind = rng.choice(("dead", "half-open", "ratio"))
    if kind == "ratio":
        return Fault("ratio", (ct.input,), factor=rng.choice((0.25, 0.5, 2.0, 4.0)))
    return Fault("dead" if kind == "dead" else "half-open", (ct.input,))


def _wiring(site: VirtualSite, free: list[MountedCt], rng: random.Random) -> list[Fault]:
    if not free:
        return []
    three = site.house.ports == 3
    kind = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    mains = [ct.input for ct in free if ct.circuit == MAINS]
    if kind.startswith("mains") and three and len(mains) >= 2:
        if kind == "mains rotated" and len(mains) == 3:
            turn = mains if rng.random() < 0.5 else mains[::-1]
            return [Fault("rotated", tuple(turn))]
        return [Fault("swapped", tuple(rng.sample(mains, 2)))]
    ct = rng.choice(free)
    group = [other for other in free if other.circuit == ct.circuit]
    if kind == "group reversed":
        return [Fault("reversed", (other.input,)) for other in group]
    if kind.startswith("phase") and three:
        if len(group) > 1:
            # Clamps of one load are exchanged with each other; one alone on a foreign wire is rare.
            pair = rng.sample(group, 2)
            moved = [Fault("swapped", (pair[0].input, pair[1].input))]
        else:
            moved = [Fault("phase", (ct.input,), phase=(ct.phase + rng.choice((1, 2))) % 3)]
        if kind == "phase+reversed":
            moved.append(Fault("reversed", (moved[0].inputs[0],)))
        return moved
    return [Fault("reversed", (ct.input,))]


@dataclass(frozen=True, slots=True)
class RandomOptions:
    """What random sites may be. Shares are probabilities 0 to 1; the defaults are the usual mix."""

    kind: SupplyKind | None = None
    """Only this kind of supply, None: star, single phase and delta mixed."""
    dialect: Dialect | None = None
    """Only this dialect, None: either."""
    delta_share: float = 0.2
    single_share: float = 0.22
    one_voltage_share: float = 0.12
    """Of the three-phase star sites."""
    solar_share: float = 0.55
    unmetered_solar_share: float = 0.15
    """Of the sites with solar."""
    faulty_share: float = 0.5
    """Sites with one fault or more."""
    other_share: float = 0.15
    """Faulty sites that also get a fault that is not wiring: dead, half-open, ratio."""
    loss: float = 0.0
    """Upper bound of the share of realtime messages lost."""
    cycles: int = 1
    """Times the heater goes on at each place in a guided run."""


def draw_site(seed: int, options: RandomOptions) -> tuple[VirtualSite, random.Random]:
    """One house, and the generator to draw its faults with."""
    rng = random.Random(f"random/{seed}")
    kind = options.kind or _kind(rng, options)
    drawn: Dialect = "20-series" if rng.random() < 0.5 else "infinity"
    dialect = options.dialect or drawn
    model = _supply(rng, kind)
    b = SiteBuilder(f"random-{seed}", dialect, f"random/{seed}", model)
    b.one_voltage = kind == "star" and rng.random() < options.one_voltage_share
    b.mains()
    solar = rng.random() < options.solar_share
    hidden = solar and rng.random() < options.unmetered_solar_share
    unmetered: list[Element] = []
    if solar:
        inverter = _inverter(b, rng)
        if hidden:
            b.hidden_solar = round(inverter.output, 2)
            unmetered.append(inverter)
        else:
            b.solar = round(inverter.output, 2)
            b.metered("Solar", inverter.ports, inverter, role="PRODUCTION")
    rate = rng.choice((0.5, 2.0, 5.0))
    _submeters(b, rng, rate)
    for _ in range(rng.randrange(3)):
        b.spare(rng.choice(b.ports))
    unmetered += _background(b, rng, rate)
    b.circuit(UNMETERED, b.ports, *unmetered)
    return b.build(), rng


def _kind(rng: random.Random, options: RandomOptions) -> SupplyKind:
    x = rng.random()
    if x < options.delta_share:
        return "delta"
    return "single" if x < options.delta_share + options.single_share else "star"


def _supply(rng: random.Random, kind: SupplyKind) -> SupplyModel:
    # Log-normal loop resistance, median 0.17 ohm, clipped; the neutral has 30 to 45 % of it.
    loop = min(0.6, max(0.03, rng.lognormvariate(math.log(0.17), 0.6)))
    neutral = loop * rng.uniform(0.30, 0.45)
    x = rng.uniform(0.2, 0.7)
    return SupplyModel(
        kind=kind,
        volts=rng.uniform(224.0, 241.0),
        offsets=(rng.gauss(0.0, 1.2), rng.gauss(0.0, 1.2), rng.gauss(0.0, 1.2)),
        r_phase=loop - neutral,
        x_phase=(loop - neutral) * x,
        r_neutral=neutral,
        x_neutral=neutral * x,
        neighbour_every=rng.uniform(30.0, 70.0),
    )


def _inverter(b: SiteBuilder, rng: random.Random) -> Inverter:
    three = len(b.ports) == 3 and rng.random() < 0.5
    ports = b.ports if three else (rng.choice(b.ports),)
    rating = rng.uniform(3000.0, 10_000.0) if three else rng.uniform(1500.0, 5000.0)
    output = rng.uniform(0.04, 0.9) if rng.random() < 0.75 else 0.0
    return Inverter(rating, output, ports, f"{b.seed}/solar", filter_share=rng.uniform(0.004, 0.02))


def _duty(rng: random.Random, rate: float) -> Duty:
    """On and off times that give about `rate` switchings a minute in a house with some eight such loads."""
    period = 8.0 * 2.0 * 60.0 / rate
    share = rng.uniform(0.2, 0.6)
    return Duty(max(8.0, period * share), max(8.0, period * (1.0 - share)))


def _submeters(b: SiteBuilder, rng: random.Random, rate: float) -> None:
    three = len(b.ports) == 3
    kinds = [
        "Car charger",
        "Heat pump",
        "Kitchen",
        "Laundry",
        "Water heater",
        "Lighting",
        "Study",
        "Battery",
        "Cooling",
        "Oven",
        "Pool pump",
    ]
    rng.shuffle(kinds)
    for name in kinds[: rng.randrange(0, 7)]:
        wide = three and name in ("Car charger", "Heat pump", "Cooling", "Battery") and rng.random() < 0.5
        ports = b.ports if wide else (rng.choice(b.ports),)
        if name == "Battery":
            b.metered(name, ports, Battery(rng.uniform(1500.0, 3500.0), ports, f"{b.seed}/battery"))
        else:
            b.metered(name, ports, *_loads(b, rng, name, ports, rate))


def _loads(b: SiteBuilder, rng: random.Random, name: str, ports: tuple[int, ...], rate: float) -> list[Element]:
    n = len(ports)
    if name == "Car charger":
        # A three-phase charger often feeds a car that takes one phase only.
        used = ports if n == 1 or rng.random() < 0.65 else ports[:1]
        return [b.load(kit.charger(rng, len(used)), used, _duty(rng, rate))]
    if name == "Heat pump":
        return [b.load(kit.heat_pump(rng, n), ports, _duty(rng, rate))]
    if name == "Cooling":
        return [b.load(kit.fixed_heat_pump(rng, n), ports, _duty(rng, rate))]
    table: dict[str, tuple[Callable[[random.Random], ApplianceModel], ...]] = {
        "Kitchen": (kit.fridge, kit.microwave, kit.kettle, kit.standby),
        "Laundry": (kit.motor, kit.heater, filter_standby),
        "Water heater": (kit.boiler,),
        "Lighting": (kit.led, kit.led, kit.led, kit.electronics),
        "Study": (kit.electronics, kit.electronics, kit.standby),
        "Oven": (kit.oven, hob),
        "Pool pump": (variable_speed,),
    }
    return [b.load(make(rng), ports, _duty(rng, rate)) for make in table[name]]


def _background(b: SiteBuilder, rng: random.Random, rate: float) -> list[Element]:
    loads: list[Element] = []
    for port in b.ports:
        loads += [b.load(kit.standby(rng), (port,)) for _ in range(rng.randint(1, 3))]
        for _ in range(rng.randrange(4)):
            loads.append(b.load(rng.choice((kit.electronics, kit.led, pump))(rng), (port,), Duty(600.0, 300.0)))
        if rng.random() < 0.4:
            loads.append(b.load(kit.fridge(rng), (port,), Duty(400.0, 700.0)))
        for _ in range(rng.randrange(3)):
            make = rng.choice((kit.kettle, kit.microwave, hob, kit.heater, kit.motor))
            loads.append(b.load(make(rng), (port,), _duty(rng, rate)))
    return loads


def random_site(
    seed: int,
    *,
    guided: bool = False,
    options: RandomOptions | None = None,
    start: float | None = None,
) -> VirtualMonitor:
    """A monitor on a random site, with the faults that `options` let happen; `truth()` of it has the labels.

    The same seed and options give the same site and bytes. `guided` adds the operator's round with a 2 kW heater.
    """
    options = options or RandomOptions()
    site, rng = draw_site(seed, options)
    faults = draw_faults(site, rng, options)
    plan = plan_for(site, site.seed, cycles=options.cycles) if guided else None
    begin = start if start is not None else DEFAULT_START + rng.randrange(0, 20_000_000)
    skew = rng.uniform(-2.0, 2.0) if rng.random() < 0.8 else rng.uniform(-60.0, 60.0)
    loss = rng.uniform(0.0, options.loss) if options.loss else 0.0
    return VirtualMonitor(site, begin, faults=faults, plan=plan, clock_skew=skew, loss=loss)
