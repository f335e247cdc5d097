"""A simulated site: the house, what the electrician installed in it, and how it is configured."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field

from smappee_tui.simulator.house.circuits import House
from smappee_tui.simulator.house.meter import Dialect, MountedCt
from smappee_tui.simulator.house.supply import SupplyKind


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the virtual monitor says it is."""

    uuid: str
    """Service location uuid, the second level of every topic."""
    device_uuid: str
    serial: str
    """Ten digits: 50… for a Genius (Infinity), 20… for a Pro or Plus."""
    location: int
    """Service location id."""
    firmware: str
    hub_base: int
    """Serial of the first CT hub (55…); the next hubs follow it."""


def identity(dialect: Dialect, seed: str) -> Identity:
    """Draw an identity. Seeds that differ give monitors that differ, for several on one broker."""
    rng = random.Random(f"{seed}/identity/{dialect}")
    prefix, firmware = ("50", "V4.7.1") if dialect == "infinity" else ("20", "V3125")
    return Identity(
        uuid=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        device_uuid=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        serial=f"{prefix}{rng.randrange(10_000_000, 99_999_999)}",
        location=rng.randrange(10_000, 99_999),
        firmware=firmware,
        hub_base=5_500_000_000 + rng.randrange(10_000, 9_999_000),
    )


@dataclass(slots=True)
class VirtualPlug:
    """A switchable plug with a resistive load behind it."""

    node: int
    name: str
    serial: str
    sensor: int
    """Its number in aggregatedSwitch."""
    watts: float = 60.0
    on: bool = False
    circuit: str = "unmetered"
    port: int = 0
    smart: bool = False
    """True for the older comfort plug, which sends no consumption and has no serial on the wire."""


@dataclass(slots=True)
class GasWater:
    """A gas and water sensor: two pulse inputs, temperature, humidity, battery."""

    sensor: int
    serial: str
    litres_per_hour: float = 30.0
    """Mean water use; 1 pulse is 1 l."""
    gas_per_hour: float = 1.2
    """Mean gas pulses an hour; 1 pulse is 0.01 m3."""
    temperature: float = 19.5
    """°C."""
    humidity: int = 48
    """%."""
    battery: int = 71
    """%."""


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """Switch plugs when the power drawn from the grid rises above a threshold in W."""

    number: int
    label: str
    nodes: tuple[int, ...]
    threshold: float
    action: str = "ON"


@dataclass(frozen=True, slots=True)
class ScheduleRule:
    """Switch plugs every day; `after` is the first time, in s since the start."""

    number: int
    label: str
    nodes: tuple[int, ...]
    after: float
    action: str = "OFF"


@dataclass(slots=True)
class VirtualSite:
    """Everything a virtual monitor needs. `cts` is the installation as meant, without faults."""

    name: str
    kind: SupplyKind
    dialect: Dialect
    seed: str
    house: House
    cts: list[MountedCt]
    identity: Identity
    one_voltage: bool = False
    plugs: list[VirtualPlug] = field(default_factory=list)
    sensors: list[GasWater] = field(default_factory=list)
    triggers: list[TriggerRule] = field(default_factory=list)
    schedules: list[ScheduleRule] = field(default_factory=list)
    solar: float | None = None
    """Output of the metered solar inverter, 0 to 1 of its rating, None without one."""
    hidden_solar: float | None = None
    """The same of an inverter that no CT measures."""
    _names: dict[int, str] = field(init=False)
    """By input the name as it was built, before anybody renamed it in the app."""

    def __post_init__(self) -> None:
        self._names = {ct.input: ct.name for ct in self.cts}

    def circuit_of(self, ct: MountedCt) -> str | None:
        """The circuit that its name stands for: a person who renames an input speaks of another circuit from then on.
        None where it stands for none."""
        if ct.name == self._names.get(ct.input):
            return self.ct(ct.input).circuit
        called = (n for n, name in self._names.items() if name == ct.name)
        return next((self.ct(n).circuit for n in called), self.ct(ct.input).circuit)

    def ct(self, number: int) -> MountedCt:
        """The CT on an input. Raises KeyError when there is none."""
        for ct in self.cts:
            if ct.input == number:
                return ct
        raise KeyError(number)
