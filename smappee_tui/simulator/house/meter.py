"""The metering part of a monitor: voltage references, all CT readings, and the voltages it publishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from smappee_tui.simulator.house.circuits import HouseState
from smappee_tui.simulator.house.cts import Clamp, CtReading, MountedCt
from smappee_tui.simulator.house.supply import ROTATION, SupplyKind

Dialect = Literal["20-series", "infinity"]


@dataclass(slots=True)
class Wiring:
    """How the monitor is really connected now, faults included."""

    cts: list[MountedCt]
    leads: list[int | None] = field(default_factory=lambda: [0, 1, 2])
    """Conductor that each voltage lead L1, L2, L3 sits on, None: not connected."""
    shifts: dict[str, int] = field(default_factory=dict)
    """Circuits that are fed from another phase than drawn (see `House.rewire`)."""
    overloads: list[tuple[str, int, float]] = field(default_factory=list)
    """(circuit, port, W) of loads that a fault needs to show itself."""
    lost_plugs: dict[int, str] = field(default_factory=dict)
    """Connection state by node of plugs that are not connected."""
    weak_sensors: bool = False
    """Gas and water sensors are nearly out of battery."""


@dataclass(frozen=True, slots=True)
class MeterSample:
    """One second of metering in SI units, before rounding."""

    readings: list[CtReading]
    volts: list[float]
    """Voltages as published, by phaseId; a single entry on a one-voltage monitor."""
    frequency: float
    """Hz."""


class VirtualMeter:
    """Reads a house through a wiring as one kind of monitor does.

    - star and single phase: the phase voltages, power against them;
    - 20-series on a delta: line-to-line voltages are published, power is taken against the virtual neutral, so
      V·I/S = sqrt(3);
    - Infinity on a delta: the two-wattmeter method with L3 as reference, V_A = V1 - V3 and V_B = V2 - V3, and 0 V
      published for phaseId 2. No public source tells the reference of a CT on L3; V3 - V1 is assumed, with which a
      load between L3 and L1 reads a positive power.
    """

    __slots__ = ("_clamps", "dialect", "kind", "one_voltage")

    def __init__(
        self, kind: SupplyKind, dialect: Dialect, inputs: Sequence[int], seed: str, *, one_voltage: bool = False
    ) -> None:
        self.kind = kind
        self.dialect = dialect
        self.one_voltage = one_voltage
        self._clamps = {n: Clamp(f"{seed}/ct{n}") for n in inputs}

    def sample(self, wiring: Wiring, state: HouseState) -> MeterSample:
        """Measure everything once."""
        references, published = self._voltages(wiring.leads, state.volts)
        circuits = dict(state.circuits)
        readings = [self._clamps[ct.input].read(ct, circuits, references[ct.phase]) for ct in wiring.cts]
        return MeterSample(readings, published, state.frequency)

    def _voltages(
        self, leads: Sequence[int | None], volts: tuple[complex, complex, complex]
    ) -> tuple[list[complex], list[float]]:
        v = [0j if lead is None else volts[lead] for lead in leads]
        if self.kind == "delta":
            pairs = [_between(v[0], v[1]), _between(v[1], v[2]), _between(v[2], v[0])]
            if self.dialect == "20-series":
                return v, [abs(pair) for pair in pairs]
            references = [-pairs[2], pairs[1], pairs[2]]
            return references, [abs(references[0]), abs(references[1]), 0.0]
        if self.one_voltage:
            # Only L1 is wired; the monitor turns it by 120° to serve the other two.
            return [v[0] * turn for turn in ROTATION], [abs(v[0])]
        return v, [abs(x) for x in v]


def _between(a: complex, b: complex) -> complex:
    """Voltage between two leads; nothing when either hangs free."""
    return a - b if a and b else 0j
