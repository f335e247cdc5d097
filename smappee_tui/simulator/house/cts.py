"""Current transformers: where each is clipped, how it errs, and what the monitor reads from it."""

from __future__ import annotations

import cmath
import math
import random
from dataclasses import dataclass
from typing import Literal

from smappee_tui.simulator.house.circuits import Currents

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
