"""Changes from one five-minute mean to the next: which of them speak of one circuit or of one grid CT alone."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

from smappee_tui.diagnosis.channels import Role
from smappee_tui.diagnosis.past.record import PastRecord

LEAST_CHANGE = 40.0
"""VA; smaller changes of a mean are noise of the CT or of many small loads."""
QUIET = 60.0
"""Changes of all circuits together, VA, below which what a grid CT does is not theirs."""
MOST_CHANGES = 150
"""Changes of one CT that are weighed; more of the same add nothing."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Change of one CT's mean complex power between two neighbouring intervals."""

    place: int
    """Index of the later interval."""
    watts: float
    vars: float

    @property
    def size(self) -> float:
        """VA."""
        return math.hypot(self.watts, self.vars)


class Changes:
    """All changes of all CTs of one past, and how quiet the rest was."""

    def __init__(self, past: PastRecord, roles: dict[int, Role]) -> None:
        self.past = past
        self.roles = roles
        self.signed = past.signed
        self.places = past.neighbours()
        self.of = {n: self._deltas(n) for n in roles if n in past.columns}
        """By input, parallel to `places`; NaN where a value is missing."""
        self.volts = [[b - a for a, b in self._pairs(column)] for column in past.volts]
        """By phase, V, parallel to `places`; NaN where there is none."""
        circuits = [self.of[n] for n, role in roles.items() if not role.grid and n in self.of]
        sums = [0.0] * len(self.places)
        for deltas in circuits:
            sums = [s + (d.size if d.watts == d.watts else 0.0) for s, d in zip(sums, deltas, strict=True)]
        self._metered = sums
        self.noise = {n: self._noise(n) for n, role in roles.items() if role.grid and n in self.of}
        """By grid CT: what it does without any circuit's doing, W (standard deviation, robust)."""
        self.volt_noise = self._volt_noise()
        """Standard deviation of the voltages' changes without steps, V."""

    def _pairs(self, column: object) -> list[tuple[float, float]]:
        values: list[float] = list(column)  # type: ignore[call-overload]
        return [(values[k - 1], values[k]) for k in self.places]

    def _deltas(self, number: int) -> list[Delta]:
        column = self.past.columns[number]
        watts, reactive = self._pairs(column.watts), self._pairs(column.vars)
        return [
            Delta(k, p1 - p0, 0.0 if math.isnan(q1 - q0) else q1 - q0)
            for k, (p0, p1), (q0, q1) in zip(self.places, watts, reactive, strict=True)
        ]

    def _noise(self, number: int) -> float:
        pairs = zip(self.of[number], self._metered, strict=True)
        quiet = [abs(d.watts) for d, metered in pairs if metered < QUIET and d.watts == d.watts]
        return max(12.0, 1.48 * statistics.median(quiet)) if len(quiet) >= 12 else 120.0

    def _volt_noise(self) -> float:
        still = [
            abs(change)
            for column in self.volts
            for change, metered in zip(column, self._metered, strict=True)
            if metered < QUIET and change == change
        ]
        return max(0.2, 1.48 * statistics.median(still)) if len(still) >= 12 else 0.8

    def others(self, index: int, number: int) -> float:
        """How much the other circuits changed in the same five minutes, VA; a three-phase load's own CTs are none."""
        role = self.roles[number]
        mates = [n for n, r in self.roles.items() if role.group and r.group == role.group] or [number]
        mine = sum(
            d.size for n in mates if n in self.of and (d := self.of[n][index]).watts == d.watts and not role.grid
        )
        return max(0.0, self._metered[index] - mine)

    def clearest(self, number: int) -> list[tuple[int, Delta]]:
        """The changes of a circuit that stand out most from what else changed, as (index, change)."""
        found = [
            (delta.size / (self.others(index, number) + 30.0), index, delta)
            for index, delta in enumerate(self.of[number])
            if delta.watts == delta.watts and delta.size >= LEAST_CHANGE
        ]
        found.sort(key=lambda one: -one[0])
        return [(index, delta) for clear, index, delta in found[:MOST_CHANGES] if clear > 1.0]
