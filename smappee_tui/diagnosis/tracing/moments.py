"""Moments: the steps that all channels made within the same few seconds, circuits apart from the grid meter.

The steps are those of `evidence.watch.stretch`, looked for in the newest seconds as they come: a jump is told 3 s after
it began. CT hubs may be late against each other, so what belongs to one moment is waited for a little longer.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from smappee_tui.diagnosis.evidence.steps import AFTER, BEFORE, reactive
from smappee_tui.diagnosis.evidence.watch.stretch import AMPS, VOLT_AMPERES, WATTS, Readings, Stretch, alike
from smappee_tui.diagnosis.evidence.watch.tracks import WINDOW
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.site.sample import Sample

READY = BEFORE + 1 + AFTER
"""Samples that must be there before a step can be seen."""
LATE = 2.5
"""Seconds by which one hub may be late against another: steps so near are one moment."""
WAIT, WAIT_ALONE = 4.0, 5.0
"""Seconds from the first sample that showed a moment to its end; the second where only the grid meter has moved, or a
part of a three-phase load."""
YIELDS, YIELDS_TO = 0.09, 0.12
"""What a load that stays on moves when the voltage answers a larger one: at most so much of itself, and of that one."""
LEAST_SHARE, LEAST_GRID_SHARE = 0.1, 0.06
"""Of what a channel carries, what must go on or off: less is how a large load wanders. The second of grid CTs."""
VAGUE = 0.4
"""Of the largest step: a channel that moved so much and did not step clearly may have had a part in it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One channel's step."""

    input: int
    at: float
    """The first sample that showed it, receiving clock."""
    watts: float
    """Change of power as published, W."""
    amps: float
    """Change of current, A: positive is on, whatever way round the clamp sits."""
    low: float
    high: float
    """Between these lies the apparent size of what switched, VA: the sign of reactive power is not published."""
    before: float
    after: float
    """Apparent power before and after, VA."""

    @property
    def on(self) -> bool:
        return self.amps > 0

    @property
    def size(self) -> float:
        """The size that is shown, VA, with the sign of switching on or off."""
        return math.copysign(max(self.low, abs(self.after - self.before)), self.amps)


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened at one time."""

    at: float
    """The first sample that showed anything of it."""
    seen: float
    """The sample with which it was told."""
    circuits: dict[int, Moved]
    """By input, inputs that nobody configured among them."""
    grid: dict[int, Moved]
    """Of the grid CTs."""
    vague: frozenset[int]
    """Channels that moved as much, and not in one clear step."""


class MomentFinder:
    """Looks for moments, sample by sample."""

    def __init__(self) -> None:
        self._recent: deque[Sample] = deque(maxlen=WINDOW + 1)
        self._steps: dict[int, Moved] = {}
        self._most: dict[int, float] = {}
        """How far each channel moved while the moment lasts, VA."""
        self._last: dict[int, float] = {}
        """When each channel began its last step: a switch between two seconds looks like two steps."""
        self._closed: Moment | None = None

    @property
    def ready(self) -> bool:
        """Enough was heard, without a gap, to see a step."""
        return len(self._recent) >= READY

    @property
    def begun(self) -> bool:
        """Something has moved, and what else belongs to it is waited for."""
        return bool(self._steps)

    def take(self, sample: Sample, roles: Mapping[int, Role], share: float) -> Moment | None:
        """Take one second; give the moment that is complete with it.

        Args:
            sample: later than any before.
            roles: of the configured inputs.
            share: of V·I that this monitor counts as apparent power.
        """
        self._recent.append(sample)
        run = list(alike(list(self._recent)))[-1]
        if len(run) < len(
            self._recent
        ):  # messages are missing, or have another shape: nothing before it is a neighbour
            self._recent = deque(run, maxlen=WINDOW + 1)
        if len(run) >= READY:
            self._look(_stretch(run, roles, share), roles)
        return self._close(sample.at, roles)

    def _look(self, stretch: Stretch, roles: Mapping[int, Role]) -> None:
        everyone = {n: roles.get(n) or Role(n, 0, False, False, False, "") for n in stretch.inputs}
        found = stretch.steps(everyone).get(0, {})
        for number, step in found.items():
            if step.mirrored or step.at - self._last.get(number, -math.inf) < 1.5:
                continue
            moved = _moved(stretch, number, step.at)
            least = LEAST_GRID_SHARE if everyone[number].grid else LEAST_SHARE
            if abs(moved.size) >= least * max(moved.before, moved.after):
                self._last[number] = step.at
                self._steps.setdefault(number, moved)
        if self._steps:
            most = np.abs(np.nan_to_num(stretch.moved[:2, 0])).max(axis=0).tolist()
            for number, size in zip(stretch.inputs, most, strict=True):
                self._most[number] = max(size, self._most.get(number, 0.0))

    def _awaits_mates(self, roles: Mapping[int, Role]) -> bool:
        """Some of a three-phase load's CTs have stepped, and others may hang on a later hub."""
        groups = {roles[n].group for n in self._steps if n in roles and not roles[n].grid} - {""}
        return any(role.group in groups and n not in self._steps for n, role in roles.items())

    def _close(self, now: float, roles: Mapping[int, Role]) -> Moment | None:
        if not self._steps:
            return None
        began = min(step.at for step in self._steps.values())
        grid = {n: step for n, step in self._steps.items() if n in roles and roles[n].grid}
        alone = len(grid) == len(self._steps) or self._awaits_mates(roles)
        if now - began < (WAIT_ALONE if alone else WAIT) - 0.2:
            return None
        later = {n: s for n, s in self._steps.items() if s.at - began > LATE}
        here = _without_answers({n: s for n, s in self._steps.items() if n not in later})
        largest = max(abs(step.size) for step in here.values())
        vague = {n for n, size in self._most.items() if n not in here and size >= VAGUE * largest}
        moment = Moment(
            at=began,
            seen=now,
            circuits={n: s for n, s in here.items() if n not in grid},
            grid={n: s for n, s in here.items() if n in grid},
            vague=frozenset(vague),
        )
        self._steps, self._most = later, {}
        before, self._closed = self._closed, moment
        if before is not None and not moment.circuits and 0 <= began - before.at <= LATE and _same(moment, before):
            return None  # the grid meter's hub is late: that was told
        return moment


def alike_size(one: Moved, other: Moved, share: float = 0.15, least: float = 40.0) -> bool:
    """Whether two steps may be of one size, as far as it is known."""
    return one.high * (1 + share) + least >= other.low and other.high * (1 + share) + least >= one.low


def _same(moment: Moment, before: Moment) -> bool:
    movers = [*before.circuits.values(), *before.grid.values()]
    return all(any(alike_size(step, other) for other in movers) for step in moment.grid.values())


def _stretch(run: Sequence[Sample], roles: Mapping[int, Role], share: float) -> Stretch:
    """The newest second with those before it."""
    values = Readings(run, dict(roles), share).values
    padded = np.full((values.shape[0], WINDOW + 1, values.shape[2]), math.nan)
    padded[:, WINDOW + 1 - len(run) :] = values
    return Stretch(run[-1].inputs, padded, run[:-1], run[-1:])


def _moved(stretch: Stretch, number: int, at: float) -> Moved:
    column = stretch.place[number]
    (p0, s0), (p1, s1) = stretch.low[:2, 0, column].tolist(), stretch.high[:2, 0, column].tolist()
    q0, q1 = reactive(p0, s0), reactive(p1, s1)
    watts = float(stretch.moved[WATTS, 0, column])
    amps, va = float(stretch.moved[AMPS, 0, column]), float(stretch.moved[VOLT_AMPERES, 0, column])
    return Moved(
        input=number,
        at=at,
        watts=watts,
        amps=amps if abs(amps) >= 0.15 else va / 230.0,
        low=math.hypot(watts, q1 - q0),
        high=math.hypot(watts, q1 + q0),
        before=s0,
        after=s1,
    )


def _without_answers(steps: dict[int, Moved]) -> dict[int, Moved]:
    """Leave out what only followed the voltage, which a large load moves for everything beside it."""
    largest = max(abs(step.size) for step in steps.values())
    return {
        n: s
        for n, s in steps.items()
        if abs(s.size) > YIELDS * max(s.before, s.after) or abs(s.size) > YIELDS_TO * largest
    }
