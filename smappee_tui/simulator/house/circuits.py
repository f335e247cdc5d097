"""The house: supply, circuits and their loads, solved to true voltages and currents one step at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from smappee_tui.simulator.house.loads import Element
from smappee_tui.simulator.house.supply import NOMINAL_VOLTS, Supply

MAINS = "mains"
"""Key of the sum of all circuits, where the grid CTs sit."""
UNMETERED = "unmetered"
"""Circuit that every house has: sockets and lights that no submeter sees."""
NEUTRAL = 3
"""Conductor number of the neutral; 0, 1, 2 are L1, L2, L3."""


@dataclass(slots=True)
class Circuit:
    """One circuit of the board with what hangs on it."""

    name: str
    ports: tuple[int, ...]
    """Ports (see `Element.ports`) it is wired for: one, or all three."""
    loads: list[Element] = field(default_factory=list)
    shift: int = 0
    """How many phases further than drawn it is really connected (a fault); 0, 1 or 2."""


@dataclass(frozen=True, slots=True)
class Currents:
    """Currents of one circuit in A towards the loads, per conductor L1, L2, L3, N."""

    fundamental: tuple[complex, complex, complex, complex]
    harmonic: tuple[complex, complex, complex, complex]


@dataclass(frozen=True, slots=True)
class HouseState:
    """The truth at one moment."""

    time: float
    """Seconds since the start."""
    volts: tuple[complex, complex, complex]
    """Conductor voltages in V against the neutral, on a delta against the virtual neutral."""
    frequency: float
    """Hz."""
    circuits: Mapping[str, Currents]
    """By circuit name, and `MAINS` for their sum."""


@dataclass(frozen=True, slots=True)
class _Switched:
    circuit: str
    port: int
    amps: float


class House:
    """Supply plus circuits. Fully determined by its parts' seeds; time only moves when told to."""

    def __init__(self, supply: Supply, circuits: Iterable[Circuit]) -> None:
        self.supply = supply
        self.circuits = {c.name: c for c in circuits}
        self.circuits.setdefault(UNMETERED, Circuit(UNMETERED, tuple(range(supply.model.phases))))
        self.time = 0.0
        self._switched: dict[str, _Switched] = {}
        self._volts = supply.emf
        self.state = self._solve()

    @property
    def ports(self) -> int:
        """Number of ports, 1 or 3."""
        return self.supply.model.phases

    def switch(self, key: str, circuit: str, port: int, watts: float) -> None:
        """Switch a resistance of `watts` W at rated voltage on under a name of yours; 0 W takes it away.

        Raises KeyError for an unknown circuit.
        """
        if circuit not in self.circuits:
            raise KeyError(circuit)
        if watts:
            self._switched[key] = _Switched(circuit, port, watts / NOMINAL_VOLTS)
        else:
            self._switched.pop(key, None)

    def rewire(self, shifts: Mapping[str, int]) -> None:
        """Connect circuits so many phases further than drawn; circuits not named return to their place."""
        for name, circuit in self.circuits.items():
            circuit.shift = shifts.get(name, 0) % self.ports

    def step(self, dt: float = 1.0) -> HouseState:
        """Move on by `dt` s and return the new truth."""
        self.time += dt
        self.supply.step(dt)
        for circuit in self.circuits.values():
            for load in circuit.loads:
                load.step(self.time, dt)
        self.state = self._solve()
        return self.state

    def at(self, t: float) -> HouseState:
        """The truth at `t` s since the start, stepping second by second. Raises ValueError for a time gone by."""
        if t < self.time - 1e-9:
            raise ValueError(f"a house cannot go back from {self.time} s to {t} s")
        while self.time + 1.0 <= t + 1e-9:
            self.step(1.0)
        return self.state

    def _solve(self) -> HouseState:
        n = self.ports
        soft: dict[str, list[complex]] = {}
        stiff: dict[str, list[complex]] = {}
        harmonics: dict[str, list[complex]] = {}
        total_soft, total_stiff = [0j] * n, [0j] * n
        for name, circuit in self.circuits.items():
            resistive, electronic, upper = [0j] * n, [0j] * n, [0j] * n
            shift = circuit.shift
            for load in circuit.loads:
                into = electronic if load.constant_power else resistive
                for port, current, harmonic in zip(load.ports, load.currents, load.harmonics, strict=True):
                    k = (port + shift) % n
                    into[k] += current
                    upper[k] += harmonic
            soft[name], stiff[name], harmonics[name] = resistive, electronic, upper
        for item in self._switched.values():
            soft[item.circuit][(item.port + self.circuits[item.circuit].shift) % n] += item.amps
        for name in soft:
            for k in range(n):
                total_soft[k] += soft[name][k]
                total_stiff[k] += stiff[name][k]
        turns = self._settle(total_soft, total_stiff)
        circuits: dict[str, Currents] = {}
        mains, mains_upper = [0j] * n, [0j] * n
        for name in soft:
            flows = [turns[k][0] * soft[name][k] + turns[k][1] * stiff[name][k] for k in range(n)]
            for k in range(n):
                mains[k] += flows[k]
                mains_upper[k] += harmonics[name][k]
            circuits[name] = Currents(self._conductors(flows), self._conductors(harmonics[name]))
        circuits[MAINS] = Currents(self._conductors(mains), self._conductors(mains_upper))
        return HouseState(self.time, self._volts, self.supply.frequency, circuits)

    def _settle(self, soft: Sequence[complex], stiff: Sequence[complex]) -> list[tuple[complex, complex]]:
        """Find the board voltages at which load currents and supply drop agree; per port the two current factors.

        A fixed point: the drop is a few percent, so each round leaves less than 1/20 of the error; three rounds from
        the last second's voltages leave millivolts.
        """
        turns: list[tuple[complex, complex]] = []
        for _ in range(3):
            turns = []
            for volts in self._port_volts():
                size = max(abs(volts), 1.0)
                ratio = size / NOMINAL_VOLTS
                direction = volts / size
                turns.append((direction * ratio, direction / ratio))
            flows = [turn[0] * soft[k] + turn[1] * stiff[k] for k, turn in enumerate(turns)]
            self._volts = self.supply.board(self._conductors(flows))
        return turns

    def _port_volts(self) -> list[complex]:
        v = self._volts
        if self.supply.model.kind == "delta":
            return [v[0] - v[1], v[1] - v[2], v[2] - v[0]]
        return list(v[: self.ports])

    def _conductors(self, flows: Sequence[complex]) -> tuple[complex, complex, complex, complex]:
        """Port currents to conductor currents: on a delta each port's current leaves by the next line."""
        if len(flows) == 1:
            return (flows[0], 0j, 0j, -flows[0])
        if self.supply.model.kind == "delta":
            return (flows[0] - flows[2], flows[1] - flows[0], flows[2] - flows[1], 0j)
        return (flows[0], flows[1], flows[2], -(flows[0] + flows[1] + flows[2]))
