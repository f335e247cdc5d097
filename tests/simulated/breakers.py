"""Houses whose circuits have breakers that can be switched by hand, for whoever looks which input a breaker is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.simulator.house import appliances as kit
from smappee_tui.simulator.house.builder import SiteBuilder
from smappee_tui.simulator.house.circuits import UNMETERED, Circuit
from smappee_tui.simulator.house.generation import Inverter
from smappee_tui.simulator.house.loads import ApplianceModel, ConnectedLoad, Draw, Duty, Element
from smappee_tui.simulator.house.meter import Dialect
from smappee_tui.simulator.house.supply import NOMINAL_VOLTS, SupplyModel
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.simulator.sites import DEFAULT_START
from smappee_tui.site.locations import Locations
from smappee_tui.site.sample import Sample

NAMES = (
    "Kitchen", "Oven", "Hob", "Laundry", "Dryer", "Water heater", "Heat pump", "Car charger", "Living room", "Study",
    "Lighting", "Fridge",
)  # fmt: skip
THREE_PHASE = ("Heat pump", "Car charger", "Hob")


class Heater:
    """A resistance of so many W at the rated voltage on each of some ports."""

    def __init__(self, watts: float, ports: tuple[int, ...]) -> None:
        self.ports, self.constant_power = ports, False
        self.currents = [complex(watts / NOMINAL_VOLTS) for _ in ports]
        self.harmonics = [0j for _ in ports]

    def step(self, t: float, dt: float) -> None:
        """It stays as it is."""


class Behind:
    """A load behind a breaker: what it draws, or nothing. Meanwhile its own life goes on."""

    def __init__(self, load: Element, breaker: Breaker) -> None:
        self._load, self._breaker = load, breaker
        self.ports, self.constant_power = load.ports, load.constant_power
        self.currents, self.harmonics = load.currents, load.harmonics

    def step(self, t: float, dt: float) -> None:
        self._load.step(t, dt)
        share = self._breaker.share
        self.currents = [share * current for current in self._load.currents]
        self.harmonics = [share * current for current in self._load.harmonics]
        load = self._load
        if share == 0.0 and isinstance(load, ConnectedLoad) and load.appliance.ramp:
            load.level = 0.0  # a machine that starts slowly begins anew


class Breaker:
    """Of one circuit. `step` it once a second, before the house."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.closed = True
        self.share = 1.0
        """Of the present second that it is closed."""
        self._flipped: float | None = None
        circuit.loads = [Behind(load, self) for load in circuit.loads]
        self._own = len(circuit.loads)

    def plug(self, watts: float, ports: Sequence[int] = ()) -> None:
        """Put a heater on it in place of the one before, on all its ports unless some are named; 0 W for none."""
        del self.circuit.loads[self._own :]
        if watts:
            self.circuit.loads.append(Behind(Heater(watts, tuple(ports) or self.circuit.ports), self))

    def flip(self, into: float) -> None:
        """Switch it so far into the next second, 0 to 1."""
        self.closed, self._flipped = not self.closed, into

    def step(self) -> None:
        into, self._flipped = self._flipped, None
        if into is None:
            self.share = float(self.closed)
        else:
            self.share = 1.0 - into if self.closed else into


@dataclass
class Board:
    """A monitor with the breakers of its house, what it said last, and who may be switched."""

    monitor: VirtualMonitor
    breakers: dict[str, Breaker]
    judge: Judge
    locations: Locations
    sample: Sample | None = None

    @property
    def evidence(self) -> Evidence:
        return self.judge.evidence

    def seconds(self, count: int) -> Iterable[Sample]:
        """So many seconds go by; each sample that came with them."""
        for _ in range(count):
            for breaker in self.breakers.values():
                breaker.step()
            for item in self.monitor.messages(self.monitor.time + 1.0):
                site, sampled = self.locations.receive(item)
                if site is None:
                    continue
                self.judge.observe(site, sampled)
                if sampled and site.sample is not None:
                    self.sample = site.sample
                    yield site.sample

    def seeing(self, circuit: str) -> dict[int, float]:
        """Inputs whose clamps really see a circuit, and the current that goes through each now, A."""
        assert self.monitor.last_sample is not None
        amps = {r.input: r.true_amps for r in self.monitor.last_sample.readings}
        return {
            ct.input: amps[ct.input]
            for ct in self.monitor._wiring.cts
            if ct.circuit == circuit and not ct.dead and not ct.two_wires
        }


def board(
    seed: int,
    dialect: Dialect = "infinity",
    *,
    busy: float = 0.5,
    supply: SupplyModel | None = None,
    solar: bool = False,
    faults: Iterable[str] = (),
    loss: float = 0.0,
    named: bool = True,
    grid: bool = True,
    unused: str = "",
) -> Board:
    """A house of twelve circuits, three of them wired for three phases where the supply has them.

    Args:
        seed: of everything.
        dialect: of its monitor.
        busy: loads that switch by themselves a minute, about, metered and not.
        supply: three phases and a neutral by default.
        solar: an inverter of its own circuit.
        faults: as `faults.parse` reads them.
        loss: share of messages that never arrive.
        named: somebody named the inputs.
        grid: there are CTs of the grid meter.
        unused: a circuit whose CTs are configured as not in use.
    """
    rng = random.Random(f"breakers/{seed}")
    model = supply or SupplyModel(r_phase=rng.uniform(0.05, 0.25), r_neutral=rng.uniform(0.03, 0.1))
    b = SiteBuilder(f"breakers-{seed}", dialect, f"breakers/{seed}", model)
    b.mains()
    three = len(b.ports) == 3
    for name in NAMES:
        ports = b.ports if three and name in THREE_PHASE else (rng.choice(b.ports),)
        b.metered(name, ports, *_loads(b, rng, name, ports, busy))
    if solar:
        b.metered("Solar", b.ports, Inverter(5000.0, rng.uniform(0.1, 0.8), b.ports, f"{seed}/sun"), role="PRODUCTION")
    b.spare(0)
    b.circuit(UNMETERED, b.ports, *_unseen(b, rng, busy))
    for port in b.ports:
        b.circuit(f"Sockets {port + 1}", b.ports, b.load(kit.heater(rng, 300.0, 2000.0), (port,)))
    site = b.build()
    for ct in site.cts:
        if unused and ct.circuit == unused:
            ct.role, ct.connection = "UNUSED", "OFF_GRID"
    if not grid:
        del site.cts[: len(b.ports)]
    if not named:
        for ct in site.cts:
            ct.name = ""
    monitor = VirtualMonitor(site, DEFAULT_START + 1000 * seed, faults=faults, loss=loss)
    breakers = {name: Breaker(circuit) for name, circuit in site.house.circuits.items() if name != UNMETERED}
    return Board(monitor, breakers, Judge(), Locations())


def _duty(rng: random.Random, busy: float) -> Duty:
    """As often as makes `busy` switchings a minute of some sixteen such loads."""
    period = 16.0 * 2.0 * 60.0 / max(busy, 1e-3)
    share = rng.uniform(0.3, 0.7)
    return Duty(max(8.0, period * share), max(8.0, period * (1.0 - share)))


def _loads(b: SiteBuilder, rng: random.Random, name: str, ports: tuple[int, ...], busy: float) -> list[Element]:
    n = len(ports)
    own: dict[str, list[ApplianceModel]] = {
        "Kitchen": [kit.microwave(rng), kit.kettle(rng), kit.standby(rng)],
        "Oven": [kit.oven(rng)],
        "Hob": [ApplianceModel("hob", Draw(rng.uniform(900.0, 2400.0) * n, rng.uniform(-5, 5), 0.99), flicker=0.02)],
        "Laundry": [kit.motor(rng), kit.heater(rng, 1700.0, 2100.0)],
        "Dryer": [kit.heater(rng, 900.0, 2400.0), kit.motor(rng)],
        "Water heater": [kit.boiler(rng)],
        "Heat pump": [kit.fixed_heat_pump(rng, n) if rng.random() < 0.5 else kit.heat_pump(rng, n)],
        "Car charger": [kit.charger(rng, n)],
        "Living room": [kit.electronics(rng), kit.led(rng)],
        "Study": [kit.electronics(rng), kit.standby(rng)],
        "Lighting": [kit.led(rng), kit.led(rng)],
        "Fridge": [kit.fridge(rng)],
    }
    return [b.load(model, ports, _duty(rng, busy)) for model in own[name]]


def _unseen(b: SiteBuilder, rng: random.Random, busy: float) -> list[Element]:
    loads: list[Element] = []
    for port in b.ports:
        loads += [b.load(kit.standby(rng), (port,)), b.load(kit.electronics(rng), (port,), Duty(600.0, 300.0))]
        loads.append(b.load(rng.choice((kit.kettle, kit.microwave, kit.motor))(rng), (port,), _duty(rng, busy)))
    return loads
