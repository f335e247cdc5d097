"""Consecutive seconds of the channels that reported in all of them, with the seconds before: where steps are sought.

Seconds are taken several at once, so that a watch costs little: all that a second asks (did it step, does it rest, how
did it move) is worked out for all channels and seconds together. What comes out is the same however they are cut.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from smappee_tui.diagnosis.evidence.steps import AFTER, BEFORE, QUIET, SMALLEST_VA, SMALLEST_W, Step, reactive
from smappee_tui.diagnosis.evidence.watch.timeline import LONGEST_GAP, Array
from smappee_tui.diagnosis.evidence.watch.tracks import BLOCK, WINDOW
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.site.sample import Sample

WATTS, VOLT_AMPERES, AMPS = range(3)


class Readings:
    """Samples of one shape as one array: quantities x seconds x channels."""

    def __init__(self, samples: Sequence[Sample], roles: dict[int, Role], share: float) -> None:
        """Take samples that list the same inputs, and no gap between them.

        Args:
            samples: at least one.
            roles: by input; an input without one is measured with L1.
            share: of V·I that a monitor of this geometry counts as apparent power.
        """
        self.samples = samples
        self.inputs = samples[0].inputs
        watts = np.array([s.watts for s in samples])
        amps = np.array([s.amps for s in samples])
        volts = np.array([s.volts for s in samples])
        volts = np.where(volts > 0, volts, math.nan)
        if samples[0].one_voltage:
            volts = np.repeat([[next((v for v in row if v > 0), math.nan)] for row in volts.tolist()], 3, axis=1)
        phases = [roles[n].phase if n in roles else 0 for n in self.inputs]
        sizes = volts[:, phases] * amps * share
        if samples[0].volt_amperes is not None:
            published = np.array([s.volt_amperes for s in samples], dtype=float)
            sizes = np.where(np.isnan(published), sizes, published)
        sizes = np.maximum(np.where(np.isnan(sizes), np.abs(watts), sizes), 0.0)
        known = ~(np.isnan(watts) | np.isnan(amps))
        self.known: NDArray[np.bool_] = known
        """Seconds x channels that reported power and current."""
        self.values = np.stack([watts, np.where(known, sizes, math.nan), amps])

    def runs(self) -> Iterator[tuple[int, int]]:
        """From and to of the stretches in which the same channels reported."""
        changed = np.flatnonzero((self.known[1:] != self.known[:-1]).any(1)) + 1
        edges = [0, *changed.tolist(), len(self.samples)]
        yield from itertools.pairwise(edges)


def alike(samples: Sequence[Sample]) -> Iterator[Sequence[Sample]]:
    """Cut where the shape of the messages changes, or where some are missing."""
    begun = 0
    for place in range(1, len(samples)):
        one, other = samples[place - 1], samples[place]
        if (
            other.at - one.at > LONGEST_GAP
            or one.inputs != other.inputs
            or one.one_voltage != other.one_voltage
            or (one.volt_amperes is None) != (other.volt_amperes is None)
        ):
            yield samples[begun:place]
            begun = place
    yield samples[begun:]


class Stretch:
    """Channels that reported in each of some consecutive seconds, and their `WINDOW` readings before.

    A row is a second of the stretch; what it says of a step is that one began `AFTER` seconds before it.
    """

    def __init__(
        self, inputs: tuple[int, ...], values: Array, before: Sequence[Sample], samples: Sequence[Sample]
    ) -> None:
        """Take readings.

        Args:
            inputs: the channels, in the order of the columns.
            values: quantities x (`WINDOW` + seconds) x channels; NaN where a channel had not reported so often yet.
            before: the samples before, at most `WINDOW` count.
            samples: one a second.
        """
        self.inputs, self.values = inputs, values
        self.samples = samples
        self.place = {number: column for column, number in enumerate(inputs)}
        means = (values[:, :-2] + values[:, 1:-1] + values[:, 2:]) / BEFORE
        self.low, self.high = means[:, 2 : -BEFORE - 1], means[:, WINDOW - AFTER + 1 :]
        """Means before and after the second in which a step may begin."""
        self.moved: Array = self.high - self.low
        known = [*before][-WINDOW:]
        self.seconds: list[Sample | None] = [*[None] * (WINDOW - len(known)), *known, *samples]
        """A sample for each row of `values`, None before the first one."""

    def __len__(self) -> int:
        return len(self.samples)

    def begun(self, row: int) -> float:
        """When a step of this row began, receiving clock."""
        found = self.seconds[row + WINDOW - AFTER]
        return math.nan if found is None else found.at

    def total_vars(self, row: int, last: int) -> list[float]:
        """Reactive power of the grid meter at the newest seconds up to a row, var, oldest first."""
        end = row + WINDOW + 1
        return [math.nan if s is None else s.total_vars for s in self.seconds[end - last : end]]

    def volt_changes(self) -> Array:
        """Change of the three voltages around each row's step, V; NaN where there is no such voltage.

        Monitors publish voltage up to a second late, so the first two seconds after it do not count.
        """
        none = (math.nan,) * 3
        volts = np.array([none if s is None else s.volts for s in self.seconds])
        volts = np.where(volts > 1, volts, math.nan)
        low = (volts[2:-6] + volts[3:-5] + volts[4:-4]) / BEFORE
        changes: Array = (volts[WINDOW - 1 : -1] + volts[WINDOW:]) / 2 - low
        return changes

    def means(self, row: int) -> Array:
        """Quantities x channels: means of the newest `BLOCK` seconds."""
        end = row + WINDOW + 1
        mean: Array = self.values[:, end - BLOCK : end].sum(1) / BLOCK
        return mean

    def calm(self, columns: list[int]) -> list[bool]:
        """Per row: whether all of these channels rested for `BLOCK` seconds."""
        windows = [self.values[:2, k : k + len(self), columns] for k in range(WINDOW - BLOCK + 1, WINDOW + 1)]
        power = np.stack([w[WATTS] for w in windows])
        size = np.stack([w[VOLT_AMPERES] for w in windows]).max(0)
        rests = power.max(0) - power.min(0) <= np.maximum(60.0, 0.3 * size)
        found: list[bool] = rests.all(1).tolist()
        return found

    def steps(self, roles: dict[int, Role]) -> dict[int, dict[int, Step]]:
        """The steps of all rows at which some channel stepped, by row and input."""
        rank = {number: place for place, number in enumerate(roles)}
        moved = np.abs(self.moved)
        rows, columns = np.nonzero((moved[WATTS] >= SMALLEST_W) | (moved[VOLT_AMPERES] >= SMALLEST_VA))
        if not len(rows):
            return {}
        leading = np.where(moved[WATTS, rows, columns] >= moved[VOLT_AMPERES, rows, columns], WATTS, VOLT_AMPERES)
        size = moved[leading, rows, columns]
        x = self.values[leading[:, None], rows[:, None] + np.arange(2, WINDOW + 1), columns[:, None]].T
        before, here, after = x[:BEFORE], np.abs(x[BEFORE] - x[BEFORE - 1]), x[BEFORE + 1 :]
        following = np.abs(after[0] - x[BEFORE])
        # The first second may carry only a part of it; with less than that the next second counts as the first.
        sharp = (here + following >= 0.75 * size) & (here >= QUIET * size)
        rests = np.maximum(before.max(0) - before.min(0), after.max(0) - after.min(0)) <= QUIET * size
        kept = np.flatnonzero(sharp & rests)
        rows, columns = rows[kept], columns[kept]
        told = zip(
            rows.tolist(),
            columns.tolist(),
            self.low[:2, rows, columns].T.tolist(),
            self.high[:2, rows, columns].T.tolist(),
            self.moved[:, rows, columns].T.tolist(),
            strict=True,
        )
        found: dict[int, list[tuple[int, Step]]] = {}
        for row, column, (p0, s0), (p1, s1), (watts, _, amps) in told:
            number = self.inputs[column]
            if number in rank:
                q0, q1 = reactive(p0, s0), reactive(p1, s1)
                low, high = abs(q1 - q0), q1 + q0
                # The true change of Q lies between; the smaller is right where it rested near zero or near PF 1.
                step = Step(number, self.begun(row), watts, high, q1 - q0, amps, math.hypot(watts, low))
                found.setdefault(row, []).append((rank[number], step))
        return {row: {step.input: step for _, step in sorted(some, key=itemgetter(0))} for row, some in found.items()}
