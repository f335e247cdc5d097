"""Leads through the test: the plan, the step now, what to say, and what to prove again after a fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from smappee_tui.app.guided.instructions import (
    Event,
    EventKind,
    Instruction,
    Tone,
    load_name,
    place,
    run,
    spot,
    switch_off,
    switch_on,
)
from smappee_tui.app.guided.plan import Answers, Board, Key, Plan, PlanStep, plan_of
from smappee_tui.app.guided.recognizer import LOST, EdgeRecognizer
from smappee_tui.diagnosis.evidence.grid_edges import pairs_tested
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict, Judgement
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.received import Mark
from smappee_tui.site.site import Site


class Recheck:
    """Keeps count of changed channels. Evidence is the judge's affair; here is only who owes a proof."""

    def __init__(self) -> None:
        self.owed: set[int] = set()
        """Channels that were changed and not tested since."""
        self.before: dict[int, ChannelVerdict] = {}
        """Verdict of every channel that was changed, as it was before."""
        self._seen: int | None = None
        self._last = 0.0

    def configured(self, site: Site) -> list[int]:
        """Channels that a configuration changed since the last look."""
        if self._seen is None:  # what changed before the test began is no fix of what the test found
            self._seen, self._last = 1, max((c.at for c in site.changes), default=0.0)
        fresh = [c for c in site.changes if c.at > self._last]
        self._last = max((c.at for c in fresh), default=self._last)
        return sorted({c.input for c in fresh if c.after is not None})

    def owe(self, number: int, judgement: Judgement) -> None:
        """This channel was changed: remember what was wrong, and ask for a proof."""
        verdict = judgement.channels.get(number)
        if verdict is not None and verdict.verdict in FAULTS:
            self.before[number] = verdict
        self.owed.add(number)


MOST_EDGES = 8
"""Clean edges of one step after which going on makes no sense."""
VAGUE_EDGES = 6
"""The same for a clamp that is certainly wrong, and only its kind is open."""
RUN_PATIENCE = 120.0
"""Seconds that a fixed appliance is given."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """What is waited for now, and for how long at most."""

    kind: Literal["edge", "judged", "run"]
    """edge: he said that he switched; judged: it showed, and is looked at; run: a fixed appliance is to run."""
    seconds: float


class GuidedTest:
    """One guided test over one site. Feed it with `process` after every poll; keys come in by the methods named so."""

    def __init__(self, answers: Answers, tell: Callable[[Mark], None], now: float) -> None:
        """Begin.

        Args:
            answers: what the person said.
            tell: takes every mark at once: the session's `process`.
            now: receiving clock, s.
        """
        self.answers = answers
        self.recognizer = EdgeRecognizer(answers, tell, self._event)
        self.log: list[Event] = []
        self.judgement = Judgement()
        self.plan = Plan((), {})
        self.done: dict[Key, Fact] = {}
        """Steps that were left, and why."""
        self.recheck = Recheck()
        self.finished = False
        self._loaded: set[int] = set()
        self._skipping = False
        self._now = self._since = now

    @property
    def step(self) -> PlanStep | None:
        return self.recognizer.step

    @property
    def place(self) -> str:
        """Names what `skip` leaves now; "" where there is nothing to leave."""
        if self.step is None:
            return ""
        return f"{self.step.kind}-{self.step.number}{'-off' if self._skipping else ''}"

    def press(self, now: float) -> None:
        """He says: I switched it."""
        self._now = now
        if self.step is None or self.step.kind == "run" or self.recognizer.paused:
            return
        if self._skipping:
            self.recognizer.load_on = False
        else:
            self.recognizer.key(now)

    def skip(self, now: float) -> None:
        self._now = now
        if self.step is None:
            return
        if self.recognizer.load_on and not self._skipping:
            self._skipping = True  # the load has to be off before it can be carried on
        else:
            self._leave(fact("guided.skipped"))

    def repeat(self, now: float) -> None:
        """He wants this step again, or the one that was left last."""
        self._now = now
        if self.step is not None:
            self._begin(self.step)
        elif self.done:
            key, _ = self.done.popitem()
            self._loaded.discard(key[1])
            if key[0] in ("circuit", "run"):
                self.recheck.owed.add(key[1])
            self.finished = False

    def adopt(self, now: float) -> None:
        """He says that the load really has the size it showed."""
        self._now = now
        self.recognizer.adopt()

    def moved(self, number: int, judge: Judge, now: float) -> None:
        """He moved or turned this clamp: what was seen of it no longer holds."""
        self._now = now
        self._reopen(number, "guided.was_moved")
        judge.forget(number)

    def process(self, now: float, site: Site, judge: Judge, connected: bool = True) -> list[Event]:
        """Look at what has arrived since; call it after every poll.

        Args:
            now: receiving clock, s.
            site: the installation.
            judge: its diagnosis.
            connected: the link is there.

        Returns:
            What happened, oldest first.
        """
        self._now, start = now, len(self.log)
        evidence = judge.evidence
        for number in self.recheck.configured(site):
            self._reopen(number, "guided.was_configured")
        heard = self.recognizer
        for sample in [s for s in evidence.recent if heard.last is None or s.at > heard.last]:
            heard.hear(sample, evidence, now)
        if not connected or (heard.last is not None and now - heard.last > LOST):
            heard.lose()
        self.judgement = judge.judgement(fresh=False)
        heard.tick(now)
        delta = evidence.geometry.delta
        heard.delta = None if self.judgement.supply == "unknown" else delta
        self.recheck.owed &= evidence.roles.keys()
        self.recheck.owed -= heard.tested
        self._advance(
            Board(
                site.settings,
                evidence.roles,
                self.judgement,
                delta,
                min(pairs_tested(evidence), 2) if delta else 0,
                frozenset(self.recheck.owed),
                self._loaded,
                heard.tested,
            )
        )
        return self.log[start:]

    def instruction(self) -> Instruction:
        heard = self.recognizer
        if heard.paused:
            return Instruction("wait", fact("guided.line_lost_leave"), fact("guided.goes_on_by_itself"), "warn")
        if self.step is None:
            return Instruction("done", fact("guided.no_step_left"), None, "ok")
        if self.step.kind == "run":
            return run(self.step)
        if heard.busy:
            moves = heard.seen
            said = fact("guided.being_judged_moves", moves=moves) if moves else fact("guided.being_judged")
            return Instruction("seen", said, None, "ok")
        load, note = self.answers.load, heard.note
        if self._skipping:
            return Instruction("off", fact("guided.switch_off_first", load=load_name(load)), None, "warn")
        if heard.awaiting:
            return Instruction("wait", fact("guided.looking"), note)
        told = switch_off(load) if heard.load_on else switch_on(self.step, load, heard.watts, heard.good > 0)
        return Instruction(told.word, told.text, note or told.hint, "warn" if note else "text")

    def countdown(self, now: float) -> Countdown | None:
        """What is waited for, by the receiving clock; None while it is the person's turn."""
        heard = self.recognizer
        if self.step is None or heard.paused:
            return None
        if self.step.kind == "run":
            return Countdown("run", max(0.0, RUN_PATIENCE - (now - self._since)))
        left = heard.judging_left
        if left is not None:
            return Countdown("judged", left)
        left = heard.waiting_left(now)
        return Countdown("edge", left) if left is not None else None

    def _reopen(self, number: int, why: Literal["guided.was_moved", "guided.was_configured"]) -> None:
        self.recheck.owe(number, self.judgement)
        self.recognizer.forget(number)
        role = self.recognizer.roles.get(number)
        if role is not None and role.grid:
            self._loaded.discard(role.phase)
        for key in [k for k in self.done if k[0] in ("phase", "pair") or k[1] == number]:
            del self.done[key]
        self.finished = False
        self._event("changed", fact(why, name=self.recognizer.name(number)))

    def _advance(self, board: Board) -> None:
        self.plan = plan_of(board, self.answers, self.done)
        heard = self.recognizer
        if self.step is not None and not heard.load_on and not heard.busy and self._over(self.step, board):
            heard.step = None
            self.plan = plan_of(board, self.answers, self.done)
        if self.step is None and self.plan.steps:
            self._begin(self.plan.steps[0])
        if self.step is None and not self.finished:
            self.finished = True
            self._event("finished", fact("guided.over"), "ok")

    def _begin(self, step: PlanStep) -> None:
        fresh = step is not self.step
        self._skipping, self._since = False, self._now
        self.recognizer.begin(step)
        if fresh:
            self._event("step", fact(f"guided.next.{spot(step)}", **place(step)))

    def _over(self, step: PlanStep, board: Board) -> bool:
        """Whether the step has done what it can; notes why where that is not enough."""
        heard = self.recognizer
        if self._skipping or heard.hopeless or step.key in self.done:
            self._give_up(step, heard.hopeless if heard.hopeless and not self._skipping else fact("guided.skipped"))
            return True
        if step.kind == "phase" and board.delta:
            return True  # now it is known that sockets here lie between two lines
        waiting = [n for n in step.decides if board.open(n)]
        vague = [n for n in step.decides if self._vague(n)] if heard.good < VAGUE_EDGES else []
        if step.kind == "run":
            if waiting and self._now - self._since > RUN_PATIENCE:
                self._give_up(step, fact("guided.did_not_run"))
            return not waiting or step.key in self.done
        if step.kind == "pair" and step.number < board.pairs_done:
            return True
        if step.kind in ("phase", "circuit") and heard.good >= 2:
            self._loaded.add(step.number if step.kind == "phase" else board.roles[step.number].phase)
            if step.kind == "circuit" and step.number not in waiting and not heard.reached & set(waiting) and not vague:
                return True  # the grid CT of its phase sits elsewhere, or is dead: a step of its own will tell
            if (
                step.kind == "phase"
                and waiting
                and not heard.reached & set(waiting)
                and self._loaded < board.grid_phases()
            ):
                return True  # its clamp sits elsewhere: another phase's socket will find it
        if waiting and heard.good >= MOST_EDGES:
            self._give_up(step, fact("guided.not_clear"))
        return step.key in self.done or (heard.good > 0 and not waiting and not vague) or not (waiting or vague)

    def _vague(self, number: int) -> bool:
        """Certainly wrong, but it is not certain yet how."""
        verdict = self.judgement.channels.get(number)
        return verdict is not None and verdict.verdict.startswith("wrong_phase") and verdict.actual_phase is None

    def _give_up(self, step: PlanStep, why: Fact) -> None:
        self.done[step.key] = self.done.get(step.key) or why
        if step.kind in ("circuit", "run"):
            self.recheck.owed.discard(step.number)

    def _leave(self, why: Fact) -> None:
        if self.step is not None:
            self._give_up(self.step, why)
        self.recognizer.step, self.recognizer.load_on, self._skipping = None, False, False
        self.plan = Plan(tuple(s for s in self.plan.steps if s.key not in self.done), self.plan.passive)

    def _event(self, kind: EventKind, what: Fact, tone: Tone = "text") -> None:
        self.log.append(Event(self._now, kind, what, tone))
