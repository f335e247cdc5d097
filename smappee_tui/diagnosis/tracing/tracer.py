"""The tracer: which input is the breaker that somebody switches, now, without announcing the moment.

Loads switch by themselves all day. How often each input does so, by steps of that size and way, is known from watching;
how soon somebody switches who was asked to is known as well. So each moment says of each suspect how much likelier it
is that it was switched by hand, against that it went by itself. One moment may be enough for a name; the same load
switched back makes it sure. A name that is not likely enough is not said: he switches again.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.watch.timeline import LONGEST_GAP
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.tracing.moments import LATE, Moment, MomentFinder, Moved, alike_size
from smappee_tui.diagnosis.tracing.suspects import Lineup, Suspect, line_up
from smappee_tui.site.sample import Sample

Stage = Literal["idle", "waiting", "armed", "moving", "likely", "named", "unsure", "sure"]
"""idle: not asked · waiting: asked, too few samples yet · armed: switch now · moving: something moved ·
likely: it may have gone by itself · named: by one switching · unsure: several may be it · sure: switched twice."""

HAND = ((10.0, 1 / 9.0), (25.0, 1 / 25.0), (math.inf, 1 / 100.0))
"""Chance a second that somebody who was asked to switch does, until so many seconds after."""
BACK_SOON = 1 / 120.0
"""How often a second a load that just went by itself goes back: a kettle, a thermostat."""
KNOWN = 1800.0
"""Seconds for which steps of its own are remembered of each input."""
OWN_STEPS, OWN_SECONDS = 1.0, 300.0
"""What is taken to have been seen before anything was: loads that went for the first time, and seconds."""
OTHER_SIZE = 0.3
"""What a step of another size or the other way counts of one that is alike, for how often an input goes by itself."""
TOGETHER = 1.5
"""Seconds within which two loads are taken for simultaneous."""
SEVERAL = 0.03
"""How often one breaker feeds several circuits that are measured apart, or a part that nobody measures."""
ABSENT = 0.05
"""How likely it is that he switched several circuits again and only some of them showed."""
BACK = 0.25
"""How far a load may differ when it comes back."""
LIKELY, NAME, CERTAIN = 0.75, 0.985, 0.995
"""Chance from which on a suspect is told as the likely one, from which on it is a name, and from which on it is certain
after two moments and a name after one."""
SET_BACK = 60.0
"""Seconds by which a sample lies before the newest one where the clock was set back, and not heard twice."""
MOSTLY = 0.8
"""Share of an apparent size from which on its power is what is told."""
MOST_MOMENTS, MOST_OTHERS = 240, 4
MOST_SEEN = 60
"""Moments that one breaker may take: armed for so long, it begins anew."""


@dataclass(frozen=True, slots=True)
class Change:
    """One suspect's step as a person is told of it."""

    inputs: tuple[int, ...]
    """Largest first; empty where no input saw it."""
    grid: tuple[int, ...]
    """Grid CTs that saw it, largest first."""
    phases: tuple[int, ...]
    """Where it is, 0 to 2: of the grid CTs that saw it where that is clear, else as configured."""
    watts: float
    """What the circuit's CTs showed together, or the grid CTs where no other did; off is negative."""
    at: float
    through: tuple[int, ...] = ()
    """Of the inputs: those that feed the others."""
    own_steps: int = 0
    """How often it did the like by itself lately."""
    seconds: float = 0.0
    """Over how long a time."""


@dataclass(frozen=True, slots=True)
class Tracing:
    """How it stands."""

    stage: Stage = "idle"
    found: Change | None = None
    """The name; None while there is none."""
    others: tuple[Change, ...] = ()
    """What else moved, at this switching: background, or why it is not clear."""
    same_moment: bool = False
    """Several moved at one moment: that is why it is not clear."""
    waited: float = 0.0
    """Seconds since he was asked to switch."""
    grid_differs: float | None = None
    """What the grid meter saw, W, where that is another size than the input showed."""
    latency: float | None = None
    """Seconds from the first sample that showed it to the word."""
    tries: int = 0
    """Moments that counted so far."""


class CircuitTracer:
    """Hears every second, and answers when it is armed."""

    def __init__(self) -> None:
        self._finder = MomentFinder()
        self._past: deque[Lineup] = deque(maxlen=MOST_MOMENTS)
        """What went by itself."""
        self._surprises: deque[float] = deque(maxlen=MOST_MOMENTS)
        """When something went by itself that had not done so before."""
        self._first: float | None = None
        self.last: float | None = None
        """The newest sample heard."""
        self._asked: float | None = None
        """Since when he is asked to switch; None: not armed."""
        self._seen: list[Lineup] = []
        """Moments since he was asked first."""
        self._odds: dict[Suspect, float] = {}
        self._left: list[Change] = []
        """Finds of before that were switched once: the breaker is still to go back."""
        self._roles: Mapping[int, Role] = {}
        self._tracing = Tracing()

    @property
    def state(self) -> Tracing:
        state = self._tracing
        if self._asked is None or self.last is None:
            return state
        waited = self.last - self._asked
        if state.tries:
            return replace(state, waited=waited)
        stage: Stage = "moving" if self._finder.begun else "armed" if self._finder.ready else "waiting"
        return replace(state, stage=stage, waited=waited)

    @property
    def armed(self) -> bool:
        """Somebody is asked to switch, or to switch back."""
        return self._asked is not None and self._tracing.stage != "sure"

    def arm(self) -> None:
        """He is going to switch a breaker; what was traced before is done."""
        self._forget_round()
        self._asked = self.last if self.last is not None else -math.inf
        self._tracing = Tracing("armed")

    def stop(self) -> None:
        """He is not going to."""
        self._forget_round()
        self._asked, self._tracing = None, Tracing()

    def hear(self, sample: Sample, evidence: Evidence) -> None:
        """Take one second; older ones than the newest are ignored.

        Args:
            sample: as folded.
            evidence: roles and geometry of the site.
        """
        if self.last is not None and sample.at <= self.last:
            if self.last - sample.at < SET_BACK:
                return
            self.stop()  # the clock was set back: what was heard so far is of another time
            self._finder, self._first = MomentFinder(), None
            self._past.clear()
            self._surprises.clear()
            self._left = []
        if self.last is None or sample.at - self.last > LONGEST_GAP:
            self._learn(evidence, self.last if self.last is not None else -math.inf, sample.at)
        if self._first is None:
            self._first = min(sample.at, evidence.first_at if evidence.first_at is not None else sample.at)
        self.last, self._roles = sample.at, evidence.roles
        if self._asked == -math.inf:
            self._asked = sample.at
        moment = self._finder.take(sample, evidence.roles, evidence.geometry.va_share)
        if moment is None:
            return
        lineup = line_up(moment, evidence.roles, evidence.below, evidence.geometry.delta)
        before = self._asked is None or (not self._seen and moment.at <= self._asked)
        if any(self._put_back(lineup, change) for change in self._left):
            self._left = [change for change in self._left if not self._put_back(lineup, change)]
        elif before or self._tracing.stage == "sure":
            found = self._tracing.found
            if found is None or not lineup.moment.circuits.keys() & set(found.inputs):  # he may well go on switching
                self._remember(lineup)
        else:
            self._judge(lineup)

    def _learn(self, evidence: Evidence, since: float, until: float) -> None:
        """Take what each input did by itself while nobody listened here, from the record of the watch."""
        known = (s for some in evidence.steps.values() for s in some if since < s.at < until)
        steps = sorted(known, key=lambda s: s.at)
        while steps:
            near = [s for s in steps if s.at - steps[0].at <= LATE]
            steps = steps[len(near) :]
            moved = {s.input: Moved(s.input, s.at, s.watts, s.amps, s.size, s.size, 0.0, s.size) for s in near}
            grid = {n for n in moved if n in evidence.roles and evidence.roles[n].grid}
            moment = Moment(
                near[0].at,
                near[-1].at,
                {n: s for n, s in moved.items() if n not in grid},
                {n: s for n, s in moved.items() if n in grid},
                frozenset(),
            )
            self._remember(line_up(moment, evidence.roles, evidence.below, evidence.geometry.delta))

    def _remember(self, lineup: Lineup) -> None:
        """This went by itself."""
        if all(self._own(lineup, part) == (0, 0) for part in lineup.parts):
            self._surprises.append(lineup.moment.at)
        self._past.append(lineup)

    @staticmethod
    def _put_back(lineup: Lineup, change: Change) -> bool:
        """Whether this is only a breaker that was traced before and goes back to where it was."""
        steps = lineup.moment.circuits if change.inputs else lineup.moment.grid
        mine = [steps[n] for n in change.inputs or change.grid if n in steps]
        size = sum(step.size if change.inputs else step.watts for step in mine)
        parts = {n for part in lineup.parts for n in part.inputs} - set(change.inputs)
        return bool(mine) and not parts and abs(size + change.watts) <= BACK * abs(change.watts)

    def _forget_round(self) -> None:
        found = self._tracing.found
        if found is not None and self._tracing.stage != "sure":
            self._left = [*self._left, found][-MOST_OTHERS:]
        for lineup in self._seen:
            if found is None or not set(found.inputs) & lineup.moment.circuits.keys():
                self._remember(lineup)
        self._seen, self._odds = [], {}

    def _judge(self, lineup: Lineup) -> None:
        """Weigh what a moment says of everybody."""
        asked = self._asked if self._asked is not None else lineup.moment.at
        waited = max(0.0, lineup.moment.at - asked)
        if len(self._seen) >= MOST_SEEN:
            self._forget_round()
        by_hand = next(chance for until, chance in HAND if waited <= until)
        self._seen.append(lineup)
        told = self._told(lineup)
        for suspect, rate in told.items():
            known = next((s for s in self._odds if s.is_like(suspect)), None)
            if known is None:
                several = math.log(SEVERAL) if suspect.several else 0.0
                self._odds[suspect] = math.log(by_hand / rate) - math.log(self._places) + several
            elif self._came_back(known, lineup):
                self._odds[known] += math.log(
                    by_hand / max(rate, BACK_SOON ** max(1, len(known.inputs) * known.several))
                )
        moved = lineup.moment.circuits.keys() | lineup.moment.grid.keys()
        for suspect in self._odds:
            if suspect.several and suspect.inputs & moved and not any(s.is_like(suspect) for s in told):
                self._odds[suspect] += math.log(ABSENT)
        self._decide(lineup)

    def _told(self, lineup: Lineup) -> dict[Suspect, float]:
        """How often a second each suspect would do this by itself, the others doing what they did."""
        rates = {part: self._rate(lineup, part) for part in lineup.parts}
        told = dict(rates)
        if len(lineup.parts) > 1 and lineup.one_way:
            together = math.prod(rates.values()) * TOGETHER ** (len(rates) - 1)
            told[lineup.whole] = max(together, 1e-12)
        return told

    def _rate(self, lineup: Lineup, part: Suspect) -> float:
        alike, other = self._own(lineup, part)
        seconds = self._watched(lineup.moment.at) + OWN_SECONDS
        news = sum(at >= lineup.moment.at - KNOWN for at in self._surprises)
        return max((alike + OTHER_SIZE * other) / seconds, (news + OWN_STEPS) / seconds / self._places)

    @property
    def _places(self) -> int:
        """How many things he may switch: circuits, and what no CT sees."""
        return len(self._roles) + 3

    def _watched(self, at: float) -> float:
        return min(KNOWN, max(0.0, at - (self._first if self._first is not None else at)))

    def _own(self, lineup: Lineup, part: Suspect) -> tuple[int, int]:
        """How often it went by itself lately: in steps like this one, and in others."""
        mine = lineup.sized(part)
        counts = [0, 0]
        for past in self._past:
            if past.moment.at < lineup.moment.at - KNOWN:
                continue
            steps = past.moment.circuits if part.inputs else past.moment.grid
            if not part.inputs and past.moment.circuits and past.agreement != "differs":
                continue
            pairs = [(steps[s.input], s) for s in mine if s.input in steps]
            if pairs:
                counts[not any(a.on == b.on and alike_size(a, b) for a, b in pairs)] += 1
        return counts[0], counts[1]

    def _came_back(self, suspect: Suspect, lineup: Lineup) -> bool:
        """Whether the suspect does again what it did when it was seen last, or undoes it.

        A machine that starts slowly shows only when it is switched off.
        """
        now = {s.input: s for s in lineup.sized(suspect)}
        for past in reversed(self._seen[:-1]):
            then = {s.input: s for s in past.sized(suspect)}
            pairs = [(then[n], now[n]) for n in then.keys() & now.keys()]
            if pairs:
                return all(alike_size(a, b, BACK) for a, b in pairs)
        return False

    def _decide(self, lineup: Lineup) -> None:
        total = 1.0 + sum(math.exp(min(60.0, odds)) for odds in self._odds.values())
        ranked = sorted(self._odds, key=lambda s: -self._odds[s])
        best = ranked[0]
        chance = math.exp(min(60.0, self._odds[best])) / total
        newest = self._newest(best)
        tries = sum(_part_in(past, best) for past in self._seen)
        stage: Stage = "unsure"
        if not self._vague(newest, best) and not (best.several and tries == 1):
            sure, name = chance >= CERTAIN, NAME if tries > 1 else CERTAIN
            alone = tries > 1 or len(newest.parts) == 1
            likely = alone and chance >= LIKELY
            stage = "sure" if sure and tries > 1 else "named" if chance >= name else "likely" if likely else stage
        found = self._change(newest, best) if stage != "unsure" else None
        others = [s for s in ranked if not s.several and not (found is not None and _overlap(s, best))]
        self._tracing = Tracing(
            stage=stage,
            found=found,
            others=tuple(self._change(self._newest(s), s) for s in others[:MOST_OTHERS]),
            same_moment=len(lineup.parts) > 1,
            grid_differs=self._differing(newest, best) if found is not None else None,
            latency=lineup.moment.seen - lineup.moment.at,
            tries=tries,
        )
        self._asked = self.last

    def _newest(self, suspect: Suspect) -> Lineup:
        """The last moment at which it moved."""
        return next(past for past in reversed(self._seen) if _part_in(past, suspect))

    def _vague(self, lineup: Lineup, suspect: Suspect) -> bool:
        """Only the grid meter saw it clearly, and a circuit moved as well."""
        grid = {n for n, role in self._roles.items() if role.grid}
        return not suspect.inputs and bool(lineup.moment.vague - grid)

    @property
    def _generates(self) -> bool:
        return any(role.generates or role.stores for role in self._roles.values())

    def _differing(self, lineup: Lineup, suspect: Suspect) -> float | None:
        if lineup.agreement != "differs" or not suspect.inputs or not lineup.moment.grid:
            return None
        return max((s.watts for s in lineup.moment.grid.values()), key=abs)

    def _change(self, lineup: Lineup, suspect: Suspect) -> Change:
        steps = lineup.sized(suspect)
        mine = [s for s in steps if s.input in suspect.inputs - suspect.through] or list(steps)
        grid = sorted(lineup.moment.grid.values(), key=lambda s: -abs(s.size))
        alone = len(lineup.parts) == 1 or lineup.whole is suspect
        seen_by = [s for s in grid if alone or any(alike_size(s, own) for own in mine)]
        wanted = len(mine) if suspect.inputs else len(grid)
        phases = {self._roles[s.input].phase for s in seen_by[: max(1, wanted)] if s.input in self._roles}
        if not phases:
            phases = {self._roles[s.input].phase for s in mine if s.input in self._roles}
        clear = [s.input for s in steps if s.input in suspect.inputs]
        alike, other = self._own(lineup, suspect)
        power = sum(_power(s, self._generates and not suspect.inputs) for s in mine)
        return Change(
            inputs=tuple(dict.fromkeys((*clear, *sorted(suspect.inputs)))),
            grid=tuple(s.input for s in seen_by),
            phases=tuple(sorted(phases)),
            watts=power,
            at=lineup.moment.at,
            through=tuple(sorted(suspect.through)),
            own_steps=alike + other,
            seconds=self._watched(lineup.moment.at),
        )


def _part_in(lineup: Lineup, suspect: Suspect) -> bool:
    return any(s.is_like(suspect) for s in (*lineup.parts, lineup.whole))


def _overlap(one: Suspect, other: Suspect) -> bool:
    return one.is_like(other) or bool(one.inputs & other.inputs)


def _power(step: Moved, signed: bool) -> float:
    """What a step is told as, W: its power where that is most of it, else its apparent size; off is negative.

    Args:
        step: of one channel.
        signed: the sign of power says which way it went, not the current: a grid CT, where power may flow back.
    """
    size = abs(step.watts) if abs(step.watts) >= MOSTLY * abs(step.size) else abs(step.size)
    return math.copysign(size, step.watts if signed else step.size)
