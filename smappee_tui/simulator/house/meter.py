"""The metering part of a monitor: its current transformers, its voltage references, and what it reads from both.

Each CT has a conductor that it is clipped round and errors of its own; the meter pairs it with a voltage.
"""

from __future__ import annotations

import cmath
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from smappee_tui.simulator.house.circuits import Currents, HouseState
from smappee_tui.simulator.house.supply import ROTATION, SupplyKind

Role = Literal["CONSUMPTION", "PRODUCTION", "UNUSED"]
Connection = Literal["GRID", "SUBMETER", "OFF_GRID"]


@dataclass(slots=True)
class MountedCt:
    """One CT as it is configured and as it really sits. Conductors and phases: 0 = L1, 1 = L2, 2 = L3, 3 = N."""

    input: int
    """Number on the wire: ctInput or publishIndex."""
    name: str
    """Name given in the app; all CTs of a three-phase load share it."""
    circuit: str | None
    """Circuit whose conductor it surrounds, None: it hangs free."""
    phase: int
    """Configured phase."""
    conductor: int
    """Conductor it really surrounds."""
    role: Role = "CONSUMPTION"
    connection: Connection = "SUBMETER"
    ct_type: str = "SCT2_50A"
    rating: float = 50.0
    """Rated current in A."""
    flag: bool = False
    """The app's `reversed`: the monitor turns the sign in software."""
    mounted_reversed: bool = False
    """The arrow really points the wrong way."""
    gain: float = 1.0
    """Ratio error, about 0.98 to 1.02."""
    angle_error: float = 0.0
    """Phase error at full current in degrees."""
    low_angle_error: float = 0.0
    """Further phase error in degrees at 1 A, growing as 1/I down to 0.25 A (a small core magnetises badly)."""
    floor: float = 0.008
    """RMS noise in A, 0.004 to 0.02."""
    ratio: float = 1.0
    """Factor by which a wrong CT type scales the reading."""
    closure: float = 1.0
    """1 closed; below, an air gap that loses current and turns the angle."""
    dead: bool = False
    two_wires: bool = False
    """Clipped round both conductors of the circuit, which cancel."""
    limit: float | None = None
    """RMS current in A above which it saturates."""
    phase_id: int | None = None
    """phaseId in realtime when it differs from the configured phase."""

    @property
    def arrow(self) -> int:
        """The right direction of the arrow: 1 from grid to load, -1 from inverter to house."""
        return -1 if self.role == "PRODUCTION" else 1

    @property
    def sign(self) -> int:
        """1 when mounting and flag agree, -1 when the published power has the wrong sign."""
        return -1 if self.mounted_reversed != self.flag else 1


@dataclass(frozen=True, slots=True)
class CtReading:
    """What the monitor works out for one CT, before it rounds for the wire. SI units."""

    input: int
    phase_id: int
    watts: float
    """P = Re(V·conj(I)), V of the configured phase."""
    var: float
    """Q = Im(V·conj(I)), positive lagging."""
    amps: float
    """RMS current with harmonics."""
    va: float
    """S = V·Irms."""
    true_amps: float
    """RMS current that the conductor really carries; never on the wire."""


class Clamp:
    """The noise of one CT, apart from `MountedCt` so that mending a fault never changes the run of random numbers."""

    __slots__ = ("_crosstalk", "_rng")

    def __init__(self, seed: str) -> None:
        self._rng = random.Random(seed)
        # Pick-up from the bars beside it has a fixed angle: an idle CT leans one way and votes cannot average it out.
        self._crosstalk = cmath.rect(self._rng.uniform(0.2, 0.7), self._rng.uniform(-math.pi, math.pi))

    def read(self, ct: MountedCt, circuits: dict[str, Currents], reference: complex) -> CtReading:
        """Measure `ct` against the voltage `reference` in V that the monitor uses for its configured phase."""
        gauss = self._rng.gauss
        noise = ct.floor * (self._crosstalk + complex(gauss(0.0, 0.2), gauss(0.0, 0.2)))
        fundamental, harmonic, true_amps = 0j, 0j, 0.0
        if ct.circuit is not None:
            currents = circuits[ct.circuit]
            fundamental, harmonic = currents.fundamental[ct.conductor], currents.harmonic[ct.conductor]
            true_amps = math.hypot(abs(fundamental), abs(harmonic))
            fundamental, harmonic = self._through_core(ct, fundamental, harmonic, true_amps)
        fundamental += noise
        amps = math.hypot(abs(fundamental), abs(harmonic))
        power = reference * fundamental.conjugate() * ct.sign
        phase_id = ct.phase if ct.phase_id is None else ct.phase_id
        return CtReading(ct.input, phase_id, power.real, power.imag, amps, abs(reference) * amps, true_amps)

    @staticmethod
    def _through_core(ct: MountedCt, fundamental: complex, harmonic: complex, amps: float) -> tuple[complex, complex]:
        if ct.dead:
            return 0j, 0j
        scale = ct.gain * ct.ratio * ct.closure * ct.arrow
        if ct.two_wires:
            scale *= 0.003  # only the unevenness of the core is left
        degrees = ct.angle_error + ct.low_angle_error / max(amps, 0.25)
        if ct.closure < 1.0:
            degrees += 4.0 * (1.0 - ct.closure)  # less magnetising inductance: the secondary current runs ahead
        if ct.limit is not None and amps > ct.limit:
            scale *= ct.limit / amps
        turn = cmath.rect(scale, math.radians(degrees))
        return fundamental * turn, harmonic * scale


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
