"""On which wire a circuit hangs, by its flicker: small changes from second to second that a grid CT shows, too.

A grid CT on the circuit's wire shows the flicker with slope 1 (turned as the configuration turns it), the others with
slope 0. But the slope may be anything in between where a CT has noise of its own, or where two meters do not share
their seconds: that share is unknown, and estimated with the rest. A slope of 0 everywhere therefore says next to
nothing, however long it is watched. Meters that are late against each other by whole or broken seconds show their
slope at other lags, so that all lags are fitted together where one alone does not do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from smappee_tui.diagnosis.evidence.sums.blocks import BoolArray
from smappee_tui.diagnosis.evidence.watch.timeline import Array, Timeline
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS, WireKey
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.weights import FLICKER_DEPTH, FLICKER_DOUBT, FLICKER_UNSHARED

EARLY, LATE = 2, 5
"""Seconds by which a grid CT may answer before and after a circuit: hubs read and send in their own time."""
TAPS = EARLY + 1 + LATE
SMALLEST = 6.0
"""Smaller changes of a circuit, W, are its CT's own noise."""
LEAST_SHARE, MOST_SHARE = 0.01, 0.3
"""Of the circuit's level: less may be the voltage's doing (1 V moves a heater by 0.9 %), more is a step."""
MOST_WATTS = 60.0
"""A change so small is flicker whatever the level."""
MOST_VOLTS = 2.0
"""A voltage that moves so much in a second moves all loads together."""
ENOUGH = 12
"""Seconds."""
SHARES = np.linspace(0.02, 1.15, 24)
"""Slopes in between, each as likely."""
BETTER = 14.0
"""By how much (chi square, seven more parameters) all lags must fit better than one."""


class Flicker:
    """Normal equations of every circuit against every grid CT, added up second by second."""

    def __init__(self) -> None:
        self.circuits: tuple[int, ...] = ()
        self.grid: tuple[int, ...] = ()
        self._clear()

    def _clear(self) -> None:
        c, k = len(self.circuits), len(self.grid)
        self.seconds = np.zeros((k, c))
        self._square = np.zeros((k, c, TAPS, TAPS))
        self._cross = np.zeros((k, c, TAPS))
        self._answer = np.zeros((k, c))
        self._watts, self._size = np.zeros(c), np.zeros(c)
        self._noise = np.full(k, 8.0)

    def configure(self, circuits: tuple[int, ...], grid: tuple[int, ...]) -> None:
        """Take other channels; with other grid CTs all is new."""
        if circuits == self.circuits and grid == self.grid:
            return
        old = {n: c for c, n in enumerate(self.circuits)} if grid == self.grid else {}
        kept = (self.seconds, self._square, self._cross, self._answer, self._watts, self._size, self._noise)
        self.circuits, self.grid = circuits, grid
        self._clear()
        for c, n in enumerate(circuits):
            if n in old:
                for mine, was in zip((self.seconds, self._square, self._cross, self._answer), kept, strict=False):
                    mine[:, c] = was[:, old[n]]
                self._watts[c], self._size[c] = kept[4][old[n]], kept[5][old[n]]
        if old:
            self._noise = kept[6]

    def export(self) -> tuple[Array, ...]:
        """The sums, with grid CTs and circuits as configured; what `restore` takes."""
        return self.seconds, self._square, self._cross, self._answer, self._watts, self._size, self._noise

    def restore(self, sums: Sequence[Array], weight: float) -> None:
        """Go on from what was exported under the same configuration, each sum weighed so much, 0 to 1."""
        own = self.export()
        if [one.shape for one in own] != [one.shape for one in sums]:
            return  # of other channels
        for mine, was in zip(own[:-1], sums[:-1], strict=True):
            mine[:] = weight * was
        self._noise = np.array(sums[-1])

    def forget(self, numbers: set[int]) -> None:
        """Drop what was seen of these channels."""
        gone = [c for c, n in enumerate(self.circuits) if n in numbers]
        for array in (self.seconds, self._square, self._cross, self._answer):
            array[:, gone] = 0.0
            array[[k for k, n in enumerate(self.grid) if n in numbers]] = 0.0

    def observe(self, timeline: Timeline, seconds: int) -> None:
        """Take the seconds that are `EARLY` before the newest ones, as many as the timeline took last."""
        here = [c for c, n in enumerate(self.circuits) if n in timeline.place]
        seconds = min(seconds, len(timeline) - TAPS)
        if not here or seconds <= 0 or not any(k in timeline.place for k in self.grid):
            return
        columns = [timeline.place[self.circuits[c]] for c in here]
        watts, sizes = timeline.watts(TAPS + seconds), timeline.volt_amperes(TAPS + seconds)[:, columns]
        # The newest change that counts is the circuit's `EARLY` after the grid's; both are changes onto a row.
        mine = np.diff(watts[:, columns], axis=0)
        answer = np.full((seconds, len(self.grid)), math.nan)
        for k, n in enumerate(self.grid):
            if n in timeline.place:
                answer[:, k] = np.diff(watts[LATE : LATE + 1 + seconds, timeline.place[n]])
        volts = np.diff(timeline.volts(TAPS + seconds)[LATE : LATE + 1 + seconds], axis=0)
        still = ~(np.abs(np.nan_to_num(volts)) >= MOST_VOLTS).any(1)
        self._watts[here] += np.nan_to_num(watts[LATE + 1 : LATE + 1 + seconds, columns]).sum(0)
        self._size[here] += np.nan_to_num(sizes[LATE + 1 : LATE + 1 + seconds]).sum(0)
        known = ~np.isnan(answer)
        moved = np.where(known, np.abs(answer), 0.0)
        noise = self._follow(moved, known)
        largest, size = _highest(np.abs(mine)), _highest(sizes)
        size = np.maximum(size[:-1], size[1:])
        most = np.maximum(MOST_WATTS, MOST_SHARE * size)
        use = (largest >= np.maximum(SMALLEST, LEAST_SHARE * size)) & (largest <= most)  # NaN is neither
        use &= (still & known.any(1))[:, None]
        rows, chosen = np.flatnonzero(use.any(1)), np.flatnonzero(use.any(0))
        if not len(rows):
            return
        # Grid CTs x circuits x seconds; of those the last changes, the circuit's latest first: lags -EARLY … LATE.
        use, largest = use[np.ix_(rows, chosen)].T, largest[np.ix_(rows, chosen)].T
        taps = sliding_window_view(mine[:, chosen], TAPS, axis=0)[rows, :, ::-1].transpose(1, 0, 2)
        taps, largest = np.where(use[:, :, None], taps, 0.0), np.where(use, largest, 0.0)
        wide = 4.0 * noise[rows].T[:, None]
        near = use & known[rows].T[:, None]
        near &= moved[rows].T[:, None] <= np.maximum(MOST_WATTS, 3.0 * largest + wide)
        limit = 1.5 * largest + wide
        seen = np.clip(np.nan_to_num(answer[rows]).T[:, None], -limit, limit) * near
        into = np.array(here)[chosen]
        self.seconds[:, into] += near.sum(-1)
        weighed = (near[..., None] * taps).transpose(0, 1, 3, 2)
        self._square[:, into] += weighed @ taps
        self._cross[:, into] += (seen[:, :, None] @ taps)[:, :, 0]
        self._answer[:, into] += (seen * seen).sum(-1)

    def _follow(self, moved: Array, known: BoolArray) -> Array:
        """Noise of every grid CT before each of these seconds, seconds x grid CTs; what they show of it is learnt."""
        before, noise = [], self._noise.tolist()
        for changes, told in zip(moved.tolist(), known.tolist(), strict=True):
            before.append(noise)
            noise = [
                n + 0.03 * (1.48 * min(change, 3 * n + 2) - n) if known_now else n
                for n, change, known_now in zip(noise, changes, told, strict=True)
            ]
        self._noise = np.array(noise)
        return np.array(before)

    def slopes(self) -> tuple[Array, Array]:
        """Slope of every grid CT against every circuit, and its standard deviation; infinite where unknown."""
        count = np.maximum(self.seconds, 1.0)
        square = self._square + np.eye(TAPS) * 1e-3
        inverse = np.linalg.inv(square)
        fitted = np.einsum("kcij,kcj->kci", inverse, self._cross)
        rest = np.maximum(self._answer - np.einsum("kci,kci->kc", fitted, self._cross), 0.0)
        variance = np.maximum(2.25, rest / np.maximum(count - TAPS, 1.0))
        alone = square[:, :, EARLY, EARLY]
        slope = self._cross[:, :, EARLY] / alone
        rest_alone = np.maximum(self._answer - slope * self._cross[:, :, EARLY], 0.0)
        variance_alone = np.maximum(2.25, rest_alone / np.maximum(count - 1.0, 1.0))
        spread = np.sqrt(variance_alone / alone)
        several = (rest_alone - rest) / variance >= BETTER
        slope = np.where(several, fitted.sum(-1), slope)
        spread = FLICKER_DOUBT * np.where(several, np.sqrt(variance * np.maximum(inverse.sum((-1, -2)), 0.0)), spread)
        return slope, np.where(self.seconds >= ENOUGH, spread, math.inf)

    def scores(self, roles: dict[int, Role], geometry: Geometry) -> dict[int, tuple[int, dict[WireKey, float]]]:
        """Per circuit: seconds used, and ln likelihood ratio of each wire against "nothing of it there"."""
        slope, spread = self.slopes()
        result: dict[int, tuple[int, dict[WireKey, float]]] = {}
        wires: list[tuple[int, int, int, int, float]] = []
        for c, number in enumerate(self.circuits):
            role = roles[number]
            if not np.isfinite(spread[:, c]).any() or not abs(self._watts[c]) > 0.5 * self._size[c] > 0:
                continue  # where most of it is reactive, the change of power says little of the change of current
            lean = math.tan(math.acos(max(-1.0, min(1.0, self._watts[c] / self._size[c]))))  # of Q to P, both signed
            for place in np.flatnonzero(np.isfinite(spread[:, c])).tolist():
                turns = range(6) if role.group else self._straight(geometry, role, roles[self.grid[place]])
                wires += [(c, place, turn, role.flow, lean) for turn in turns]
            result[number] = (int(self.seconds[:, c].max()), {})
        if not wires:
            return result
        column, place, turn, flow, leans = np.array(wires).T
        at = place.astype(int), column.astype(int)
        cosine, sine = np.cos(np.radians(60 * turn)), np.sin(np.radians(60 * turn))
        for sign in SIGNS:
            predicted = flow * (cosine - sign * leans * sine)
            slack = 0.1 * np.abs(predicted) + 0.3 * np.abs(sine * leans)
            ratios = _ratios(slope[at], spread[at], predicted, slack).tolist()
            for (c, k, way, _, _), ratio in zip(wires, ratios, strict=True):
                result[self.circuits[c]][1][(self.grid[k], way, sign)] = ratio
        return {number: (seconds, _capped(scores)) for number, (seconds, scores) in result.items()}

    @staticmethod
    def _straight(geometry: Geometry, role: Role, grid: Role) -> tuple[int, int]:
        """The turns that a load on one wire can show at a grid CT."""
        return geometry.turn(role.phase, grid.phase, 0), geometry.turn(role.phase, grid.phase, 1)


def _capped(scores: dict[WireKey, float]) -> dict[WireKey, float]:
    """The best at most `FLICKER_DEPTH`, the others as far behind it as they are, down to "shares nothing": a slope that
    is known well excludes the other direction too, though "nothing" even more."""
    over = max(0.0, max(scores.values()) - FLICKER_DEPTH)
    return {key: max(value - over, math.log(FLICKER_UNSHARED)) for key, value in scores.items()}


def _ratios(slope: Array, spread: Array, predicted: Array, slack: Array) -> Array:
    """ln of p(slope | this wire, any share) / p(slope | not this wire), of many wires."""
    wide = np.hypot(spread[:, None], slack[:, None] * SHARES)
    away = (slope[:, None] - predicted[:, None] * SHARES) / wide
    bell = np.exp(-0.5 * np.minimum(away**2, 1400.0)) * spread[:, None] / wide
    nothing = -0.5 * np.minimum((slope / spread) ** 2, 400.0)
    likely = np.log(FLICKER_UNSHARED * np.exp(nothing) + (1 - FLICKER_UNSHARED) * bell.mean(1) + 1e-300) - nothing
    return np.asarray(likely)


def _highest(values: Array) -> Array:
    """The largest of each `TAPS` values that follow each other."""
    width = 1
    while width < TAPS:
        step = min(width, TAPS - width)
        values, width = np.maximum(values[:-step], values[step:]), width + step
    return values
