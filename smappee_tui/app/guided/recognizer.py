"""Recognises the edges of the test load and gives the judge his marks.

A mark is given when the edge has been seen and is what was asked for, so a key that is late, forgotten or pressed twice
changes nothing. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from smappee_tui.app.guided.edges import MOVED, Edge, EdgeAnswer, EdgeDetector, classify, edge_between
from smappee_tui.app.guided.instructions import EventKind, Tone, named, power
from smappee_tui.app.guided.loop_impedance import LoopImpedanceMeter
from smappee_tui.app.guided.plan import Answers, PlanStep
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.received import Mark
from smappee_tui.site.sample import Sample

LOST = 4.0
"""Seconds without a sample after which the test waits for the line."""
SETTLE = 6
"""Samples in which the judge must have taken an announced edge."""
UNSEEN = 3.5
"""Seconds after the key in which an edge should have shown."""
PATIENCE = 9.0
"""Seconds between the key and the remark that nothing moved; the voltage is watched meanwhile."""
LATE = 6.0
"""Seconds for which an edge that could be his waits for its key."""
SWALLOW = 4.0
"""Seconds in which one key after an edge recognised without it means that edge, and not the next one."""
DOUBLE = 1.2
"""Seconds in which a second key is the same one, pressed twice."""
SAME_AGAIN = 3
"""An answer that comes so often in the same way is no accident."""
MOST_UNSEEN = 4
"""Edges without any answer, by the person's word, after which the step is left."""

Log = Callable[[EventKind, Fact, Tone], None]


class EdgeRecognizer:
    """One step's ear: what was switched, by key and by current."""

    def __init__(self, answers: Answers, tell: Callable[[Mark], None], log: Log) -> None:
        """Listen.

        Args:
            answers: what the person said.
            tell: takes every mark at once: the session's `process`.
            log: takes what happens.
        """
        self.watts = answers.load.watts
        """Size of the load, W, as named or as corrected by the person."""
        self.step: PlanStep | None = None
        """What is listened for."""
        self.roles: dict[int, Role] = {}
        """Of the channels, as last seen."""
        self.delta: bool | None = None
        """A socket lies between two lines; None: not known yet."""
        self.answered: dict[int, float] = {}
        """By how many W each CT moved at the last good edge it had a part in."""
        self.tested: set[int] = set()
        """Channels that an announced load reached."""
        self.sags = LoopImpedanceMeter()
        self.load_on = False
        self.offered: float | None = None
        """A size that the load seems to have, W: the person may take it."""
        self.paused = False
        """The line to the monitor is lost."""
        self.last: float | None = None
        """Receiving clock of the newest sample."""
        self.good = 0
        """Edges of this step that the judge took."""
        self.reached: set[int] = set()
        """Channels that moved at them."""
        self.hopeless: Fact | None = None
        """Why going on with this step makes no sense."""
        self.note: Fact | None = None
        """The last word of warning, until an edge was judged since."""
        self._no_generation = answers.generation == "none"
        self._tell, self._log, self._now = tell, log, 0.0
        self._watch = EdgeDetector()
        self._evidence: Evidence | None = None
        self._newest: Sample | None = None
        self._said: float | None = None
        self._pending: tuple[Edge, int] | None = None
        self._swallow = self._pressed = -1e9
        self._settling: tuple[Mark, Edge, int] | None = None
        self._settled = 0
        self._strikes: dict[tuple[EdgeAnswer, int], int] = {}
        self._unseen = 0
        self._marked = self._doubted = False
        self._confirmed: float | None = None
        self._signs: dict[int, int] = {}

    @property
    def busy(self) -> bool:
        """An edge was seen and is being judged."""
        return self._settling is not None or self._watch.rising

    @property
    def awaiting(self) -> bool:
        """He says that he switched, and no edge has shown yet."""
        return self._said is not None

    @property
    def judging_left(self) -> float | None:
        """Seconds at most, one for each sample, until an edge that was seen is judged; None while none is."""
        return float(SETTLE - self._settled) if self._settling is not None else None

    def waiting_left(self, now: float) -> float | None:
        """Seconds in which the edge that he told of is still to show; None where he told of none."""
        return max(0.0, PATIENCE - (now - self._said)) if self._said is not None else None

    @property
    def seen(self) -> tuple[Fact, ...]:
        """How the clamps moved at the edge that is being judged, as far as one second shows; nothing before that."""
        if self._settling is None:
            return ()
        moves = self._settling[1].moves.items()
        return tuple(self._move(n, m.watts) for n, m in moves if m.low > MOVED * self.watts)

    def name(self, number: int) -> Fact:
        """A channel by its name."""
        settings = self._evidence.settings if self._evidence is not None else {}
        setting = settings.get(number)
        return named(number, setting.name if setting is not None else "")

    def begin(self, step: PlanStep) -> None:
        """Another step, or the same one from its beginning."""
        self.step = step
        self.good = self._unseen = 0
        self._strikes.clear()
        self._said = self._pending = self._settling = self._confirmed = self.note = None
        self.reached, self.hopeless, self._marked, self._doubted = set(), None, False, False

    def forget(self, number: int) -> None:
        """This channel was changed: what was seen of it no longer holds."""
        self.tested.discard(number)
        self.answered.pop(number, None)
        self._signs.pop(number, None)

    def adopt(self) -> None:
        """The load really has the size it showed."""
        if self.offered is not None:
            self.watts, self.offered = self.offered, None
            self._strikes.clear()
            self._hint(fact("guided.going_on", power=power(self.watts)))

    def key(self, now: float) -> None:
        """He says: I switched it."""
        self._now = now
        double = now - self._pressed < DOUBLE
        late = now < self._swallow
        self._pressed, self._swallow = now, -1e9
        if self._settling is not None or double or late or self._said is not None or self._confirmed is not None:
            return  # the edge was taken before the key came, or the key came twice
        if self._pending is not None and now - self._pending[0].at < LATE:
            edge, direction = self._pending
            self._weigh(edge, direction, keyed=True)
            if self._pending is not None:  # that was not his load after all: his own is still to come
                self._pending, self._said = None, now
        elif self._doubted:
            self._doubted, self._confirmed = False, now
        else:
            self._said = now

    def hear(self, sample: Sample, evidence: Evidence, now: float) -> None:
        """Take one second."""
        self._now = now
        self._evidence, self.roles = evidence, evidence.roles
        gap = self.last is not None and sample.at - self.last > LOST
        self.last = sample.at
        if self.paused or gap:
            self._resume(sample, evidence)
        self._newest = sample
        edge = self._watch.take(sample, evidence, self.watts or 1000.0)
        if self.step is None or self.step.kind == "run":
            return
        if self._watch.rising and self._settling is None:
            self._log("seen", fact("guided.edge_seen"), "ok")
        before = self._settling
        if edge is not None:
            self._edge(edge, evidence)
        if before is not None and self._settling is before:
            self._settle(evidence)

    def lose(self) -> None:
        if not self.paused:
            self.paused = True
            self._log("paused", fact("guided.line_lost"), "warn")

    def tick(self, now: float) -> None:
        """Look whether a key has waited too long for its edge."""
        self._now = now
        if self._pending is not None and self._now - self._pending[0].at > LATE:
            self._pending = None
        if self._confirmed is not None and not self.busy and self._now - self._confirmed > UNSEEN:
            self._confirmed, self.load_on = None, not self.load_on
            self._unseen += 1
            if self._unseen >= MOST_UNSEEN and not self.load_on:
                self.hopeless = fact("guided.none_answered")
        if self._said is None or self.busy or self.step is None or self.paused:
            return
        waited = self._now - self._said
        if waited >= UNSEEN and not self._marked:
            # His word goes to the judge though no clamp moved: a voltage that sags now tells of a dead one.
            self._marked = True
            kind: Literal["load-on", "load-off"] = "load-off" if self.load_on else "load-on"
            self._tell(Mark(self._said, kind, self.watts, self.step.input))
        if waited >= PATIENCE:
            self._said, self._marked, self._doubted = None, False, True
            self._again(fact("guided.none_moved_off" if self.load_on else "guided.none_moved_on"))

    def _edge(self, edge: Edge, evidence: Evidence) -> None:
        step = self.step
        if step is None:
            return
        answer, who = classify(edge, step.input, self.watts, evidence.roles, self.delta)
        direction = self._direction(edge, who) if who >= 0 else 0
        if self._settling is not None:
            if answer == "match" and self.load_on and direction < 0:
                self.load_on, self._settling = False, None
                self._again(fact("guided.thermostat"))
            return
        wanted = -1 if self.load_on else 1
        keyed = self._said is not None or self._confirmed is not None
        if keyed or (answer in ("match", "elsewhere") and direction == wanted):
            self._weigh(edge, direction, keyed)
        elif answer != "none":
            self._pending = (edge, direction)
            self._hint(fact("guided.was_it_yours", name=self.name(who), power=self._size(edge, who)))

    def _weigh(self, edge: Edge, direction: int, keyed: bool) -> None:
        """Decide what becomes of an edge that is the person's, by his word or by its look."""
        step, evidence = self.step, self._evidence
        if step is None or evidence is None:
            return
        answer, who = classify(edge, step.input, self.watts, evidence.roles, self.delta)
        wanted = -1 if self.load_on else 1
        if answer == "none" or (answer != "match" and direction == -wanted):
            return  # not his: his own is still to come
        self._said = self._pending = None
        self._marked = self._doubted = False
        self._confirmed = None
        self._unseen = 0
        if who in self._signs and direction == -wanted and not self._certain(who):
            self.load_on = direction > 0
            self._again(fact("guided.went_on" if direction > 0 else "guided.went_off"))
            return
        if not keyed:
            self._swallow = self._now + SWALLOW
        real = direction if direction and self._certain(who) else wanted
        self.load_on = real > 0
        strikes = self._strikes[answer, who] = self._strikes.get((answer, who), 0) + (real > 0)
        told = step.input
        if answer == "match":
            self._accept(edge, real, who, told)
        elif answer == "blind":
            self._accept(edge, real, who, told if strikes > 1 else None)
            if strikes == 1 and real > 0:
                self._again(fact("guided.own_clamp_blind", name=self.name(who), circuit=self.name(step.number)))
        elif answer == "elsewhere":
            self._accept(edge, real, who, None)
            self._elsewhere(who, real, strikes, step)
        elif strikes >= SAME_AGAIN and (answer == "disturbed" or self.sags.proven):
            self._accept(edge, real, who, told)
        elif answer == "size":
            self.offered = round(edge.moves[who].high, -2)
            self._again(
                fact(
                    "guided.other_size",
                    power=self._size(edge, who),
                    told=power(self.watts),
                    offered=power(self.offered),
                )
            )
        else:
            self._again(fact("guided.disturbed", name=self.name(who)))

    def _elsewhere(self, who: int, direction: int, strikes: int, step: PlanStep) -> None:
        if strikes >= SAME_AGAIN:
            self.hopeless = fact("guided.showed_elsewhere", name=self.name(who))
        elif direction > 0:
            self._again(fact("guided.other_answered", name=self.name(who), circuit=self.name(step.number)))

    def _accept(self, edge: Edge, direction: int, who: int, told: int | None) -> None:
        at = self.last if self.last is not None else self._now
        mark = Mark(at, "load-on" if direction > 0 else "load-off", self.watts, told)
        self._tell(mark)
        self._settling, self._settled = (mark, edge, who), 0

    def _settle(self, evidence: Evidence) -> None:
        """Wait until the judge has taken the edge."""
        if self._settling is None:
            return
        mark, edge, who = self._settling
        self._settled += 1
        trial = evidence.edges.get(mark)
        if trial is None:
            if self._settled >= SETTLE:
                self._settling = None
                self._again(fact("guided.not_clean"))
            return
        self._settling = None
        self.good += 1
        moved = {n: c for n, c in trial.changes.items() if n in self.roles and c.moved > MOVED * trial.nominal}
        seen = {n: c for n, c in moved.items() if not self.roles[n].generates}
        for n, change in seen.items():
            self.answered[n] = change.watts
            self._signs[n] = trial.direction * (1 if change.watts > 0 else -1)
        self.tested |= ({who, mark.input} if mark.input is not None else {who}) | {
            n for n in seen if self.roles[n].grid
        }
        self.reached |= seen.keys()
        self.sags.add(edge, evidence, mark)
        moves = tuple(self._move(n, change.watts) for n, change in seen.items())
        self.note = None
        self._log("judged", fact("guided.moves", moves=moves) if moves else fact("guided.none_moved"), "ok")

    def _direction(self, edge: Edge, who: int) -> int:
        """1 switched on, -1 off, as far as the circuit told, or else the answering channel, tells; 0 where not."""
        told = self.step.input if self.step is not None else None
        if told is not None and told in edge.moves and edge.moves[told].low > MOVED * self.watts:
            who = told
        elif not edge.moves[who].fits(self.watts):  # another load's: his own is the one of its size
            sized = [n for n, move in edge.moves.items() if n in self.roles and move.fits(self.watts)]
            who = max(sized, key=lambda n: edge.moves[n].low, default=who)
        move = edge.moves[who]
        value = move.va if self._certain(who) else move.watts * self._signs.get(who, 1)
        return 0 if abs(value) < 0.3 * self.watts else (1 if value > 0 else -1)

    def _certain(self, who: int) -> bool:
        """Whether more apparent power means more load there: not at a grid meter with generation behind it."""
        role = self.roles.get(who)
        return role is not None and (not role.grid or self._no_generation)

    def _resume(self, sample: Sample, evidence: Evidence) -> None:
        if self.paused:
            self._log("resumed", fact("guided.data_again"), "ok")
        self.paused = False
        self._watch.clear()
        self._said = self._pending = None
        self._marked = self._doubted = False
        self._confirmed = None
        if self._settling is not None:
            self._settling = None
            self._again(fact("guided.lost_at_edge"))
        if self.step is None or self.step.kind == "run" or self._newest is None:
            return
        edge = edge_between([self._newest], sample, evidence, sample.at)
        answer, who = classify(edge, self.step.input, self.watts, evidence.roles, self.delta)
        wanted = -1 if self.load_on else 1
        if answer == "match" and self._certain(who) and self._direction(edge, who) == wanted:
            self.load_on = wanted > 0
            self._again(fact("guided.switched_while_lost"))

    def _again(self, what: Fact) -> None:
        self.note = what
        self._log("repeat", what, "warn")

    def _hint(self, what: Fact) -> None:
        self.note = what
        self._log("hint", what, "text")

    def _move(self, number: int, watts: float) -> Fact:
        return fact("guided.moved_by", name=self.name(number), watts=watts)

    def _size(self, edge: Edge, who: int) -> Fact:
        move = edge.moves[who]
        return power((move.low + move.high) / 2)
