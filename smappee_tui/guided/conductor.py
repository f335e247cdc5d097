"""Leads through the test: says what to switch, recognises the edges, marks them, repeats what was disturbed.

A mark is given when the edge has been seen and is what was asked for, so a key that is late, forgotten or pressed twice
changes nothing. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable

from smappee_tui.diagnosis.channels import Role
from smappee_tui.diagnosis.evidence import Evidence
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.guided.edges import Answer, Edge, EdgeWatch, classify
from smappee_tui.guided.plan import Board, Key, Plan, Step, plan_of
from smappee_tui.guided.questions import Answers
from smappee_tui.guided.recheck import Recheck
from smappee_tui.guided.sag import Sags
from smappee_tui.guided.talk import Event, EventKind, Instruction, Tone, kilowatts, place, run, switch_off, switch_on
from smappee_tui.protocol import Mark
from smappee_tui.site import Sample, Site

LOST = 4.0
"""Seconds without a sample after which the test waits for the line."""
SETTLE = 6
"""Samples in which the judge must have taken an announced edge."""
PATIENCE = 7.0
"""Seconds between the key and the remark that nothing moved."""
LATE = 6.0
"""Seconds for which an edge waits for its key, and for which a key after a recognised edge means that edge."""
MOST_EDGES = 8
"""Clean edges of one step after which going on makes no sense."""
SAME_AGAIN = 3
"""An answer that comes so often in the same way is no accident."""
RUN_PATIENCE = 120.0


class Conductor:
    """One guided test over one site. Feed it with `take` after every pump; keys come in by the methods named so."""

    def __init__(self, answers: Answers, tell: Callable[[Mark], None], now: float) -> None:
        """Begin.

        Args:
            answers: what the person said.
            tell: takes every mark at once: the session's `take`.
            now: receiving clock, s.
        """
        self.answers = answers
        self.watts = answers.load.watts
        """Size of the load, W, as named or as corrected by the person."""
        self.begun = now
        self.judgement = Judgement()
        self.plan = Plan((), {})
        self.step: Step | None = None
        self.done: dict[Key, str] = {}
        """Steps that were left, and why."""
        self.log: list[Event] = []
        self.answered: dict[int, str] = {}
        """How each CT moved at the last good edge it had a part in."""
        self.recheck = Recheck()
        self.tested: set[int] = set()
        """Channels that an announced load reached."""
        self.roles: dict[int, Role] = {}
        """Of the channels, as last seen."""
        self.sags = Sags()
        self.load_on = False
        self.offered: float | None = None
        """A size that the load seems to have, W: the person may take it."""
        self.paused = False
        self.finished = False
        self._tell, self._now = tell, now
        self._watch = EdgeWatch()
        self._last: float | None = None
        self._said: float | None = None
        self._pending: tuple[Edge, int] | None = None
        self._accepted = -1e9
        self._settling: tuple[Mark, Edge, int] | None = None
        self._settled = 0
        self._good = 0
        self._strikes: dict[tuple[Answer, int], int] = {}
        self._unseen = 0
        self._skipping = False
        self._since = now
        self._evidence: Evidence | None = None
        self._noted: Event | None = None

    # --- what the person does

    def press(self, now: float) -> None:
        """He says: I switched it."""
        self._now = now
        if self.step is None or self.step.kind == "run" or self.paused:
            return
        if self._skipping:
            self.load_on = False
            return
        if self._settling is not None or self._watch.rising or now - self._accepted < LATE:
            return  # the edge was recognised before the key, or the key came twice
        if self._pending is not None and now - self._pending[0].at < LATE:
            edge, direction = self._pending
            self._pending = None
            self._weigh(edge, direction, keyed=True)
            return
        if self._said is None:
            self._said = now

    def skip(self, now: float) -> None:
        """He leaves this step out."""
        self._now = now
        if self.step is None:
            return
        if self.load_on and not self._skipping:
            self._skipping = True  # the load has to be off before it can be carried on
            return
        self._leave("skipped")

    def repeat(self, now: float) -> None:
        """He wants this step again, or the last one."""
        self._now = now
        if self.step is not None:
            self._restart()
        elif self.done:
            key, _ = self.done.popitem()
            self.recheck.owed.update({key[1]} if key[0] in ("circuit", "run") else ())
            self.finished = False

    def adopt(self, now: float) -> None:
        """He says that the load really has the size it showed."""
        self._now = now
        if self.offered is not None:
            self.watts, self.offered = self.offered, None
            self._strikes.clear()
            self._event("hint", f"Going on with {kilowatts(self.watts)}.")

    def moved(self, number: int, judge: Judge, now: float) -> None:
        """He moved or turned this clamp: what was seen of it no longer holds."""
        self._now = now
        self._reopen(number, "moved")
        judge.forget(number)

    # --- what the monitor says

    def take(self, now: float, site: Site, judge: Judge, connected: bool = True) -> list[Event]:
        """Look at what has arrived since; call it after every pump.

        Args:
            now: receiving clock, s.
            site: the installation.
            judge: its diagnosis.
            connected: the link is there.

        Returns:
            What happened, oldest first.
        """
        self._now, start = now, len(self.log)
        self._evidence = evidence = judge.evidence
        self.roles = evidence.roles
        fresh = [s for s in evidence.recent if self._last is None or s.at > self._last]
        for sample in fresh:
            self._sample(sample, evidence)
        if not connected or (self._last is not None and now - self._last > LOST):
            self._pause()
        for number in self.recheck.configured(site):
            self._reopen(number, "configured otherwise")
        self.judgement = judge.judgement(fresh=False)
        self._patience()
        board = Board(site.settings, evidence.roles, self.judgement, evidence.geometry.delta, self._pairs(evidence),
                      tuple(self.recheck.owed))  # fmt: skip
        self._advance(board)
        return self.log[start:]

    def instruction(self) -> Instruction:
        """What to do now."""
        if self.paused:
            return Instruction("WAIT", "The line to the monitor is lost. Leave the load as it is.",
                               "The test goes on by itself when data comes again; nothing is lost.", "warn")  # fmt: skip
        if self.step is None:
            return Instruction("DONE", "No step is left.", "", "ok")
        if self.step.kind == "run":
            return run(self.step)
        if self._settling is not None or self._watch.rising:
            return Instruction("SEEN", "The edge was seen. Wait until it is judged.", "", "ok")
        load, note = self.answers.load.name, self._note()
        if self._skipping:
            return Instruction("OFF", f"Switch the {load} OFF before you go on, then press space.", "", "warn")
        if self._said is not None:
            return Instruction("WAIT", "Looking for the edge.", note)
        told = switch_off(self.step, load) if self.load_on else switch_on(self.step, load, self.watts, self._good > 0)
        return Instruction(told.big, told.text, note or told.hint, "warn" if note else "text")

    @property
    def seconds_left(self) -> float:
        """Time left, about."""
        return self.plan.seconds

    # --- inside

    def _sample(self, sample: Sample, evidence: Evidence) -> None:
        gap = self._last is not None and sample.at - self._last > LOST
        self._last = sample.at
        if self.paused or gap:
            self._resume()
        edge = self._watch.take(sample, evidence, self.watts or 1000.0)
        if self.step is None or self.step.kind == "run":
            return
        if self._watch.rising and self._settling is None:
            self._event("seen", "Edge seen.", "ok")
        if edge is not None:
            self._edge(edge, evidence)
        if self._settling is not None and (edge is None or edge is not self._settling[1]):
            self._settle(evidence)

    def _edge(self, edge: Edge, evidence: Evidence) -> None:
        step = self.step
        if step is None:
            return
        answer, who = classify(edge, step.input, self.watts, evidence.roles, evidence.geometry.delta)
        direction = self._direction(edge, who, evidence) if who >= 0 else 0
        if self._settling is not None:
            if answer == "match" and self.load_on and direction < 0:
                self.load_on, self._settling = False, None
                self._event("repeat", "The load went off by itself: its thermostat opened? Turn it up to the most "
                            "and switch it on again.", "warn")  # fmt: skip
            return
        keyed = self._said is not None
        wanted = -1 if self.load_on else 1
        if keyed or (answer in ("match", "elsewhere") and direction == wanted):
            self._weigh(edge, direction, keyed)
        elif answer != "none":
            self._pending = (edge, direction)
            self._event("hint", f"{self._names(who)} moved by {self._size(edge, who)}. "
                        "Press space if that was your load.")  # fmt: skip

    def _weigh(self, edge: Edge, direction: int, keyed: bool) -> None:
        """Decide what becomes of an edge that is the person's, by his word or by its look."""
        step, evidence = self.step, self._evidence
        if step is None or evidence is None:
            return
        answer, who = classify(edge, step.input, self.watts, evidence.roles, evidence.geometry.delta)
        wanted = -1 if self.load_on else 1
        if answer == "none" or (answer != "match" and direction == -wanted):
            return  # not his: his own is still to come
        self._said = self._pending = None
        self._unseen = 0
        real = direction if direction and self._certain(who, evidence) else wanted
        strikes = self._strikes[answer, who] = self._strikes.get((answer, who), 0) + 1
        self.load_on = real > 0
        if answer == "match":
            self._accept(edge, real, who, step.input)
        elif answer == "blind":
            self._accept(edge, real, who, step.input if strikes > 1 else None)
            if strikes == 1:
                self._again(f"{self._names(who)} saw it, the clamp of {step.name} did not. Is it plugged in there?")
        elif answer == "elsewhere":
            self._accept(edge, real, who, None)
            self._again(f"{self._names(who)} answered, not {step.name}: another circuit? If it is plugged in right, "
                        "the two clamps or names may be exchanged.")  # fmt: skip
            if strikes >= SAME_AGAIN:
                self.done[step.key] = f"the load showed on {self._names(who)}"
        elif strikes >= SAME_AGAIN and (answer == "disturbed" or self.sags.proven):
            self._accept(edge, real, who, step.input)
        elif answer == "size":
            self.offered = round(edge.moves[who].high, -2)
            self._again(f"It was {self._size(edge, who)}, not {kilowatts(self.watts)}. Set it to full power, or press w "
                        f"to go on with {kilowatts(self.offered)}.")  # fmt: skip
        else:
            self._again(f"Disturbed: {self._names(who)} moved at the same moment. This edge does not count.")

    def _accept(self, edge: Edge, direction: int, who: int, told: int | None) -> None:
        at = self._last if self._last is not None else self._now
        mark = Mark(at, "load-on" if direction > 0 else "load-off", self.watts, told)
        self._tell(mark)
        self._accepted = self._now
        self._settling, self._settled = (mark, edge, who), 0

    def _settle(self, evidence: Evidence) -> None:
        if self._settling is None:
            return
        mark, edge, who = self._settling
        self._settled += 1
        trial = evidence.trials.get(mark)
        if trial is None and self._settled < SETTLE:
            return
        self._settling = None
        if trial is None:
            self._again("That edge was not clean enough to judge. Once more, please.")
            return
        self._good += 1
        nominal = trial.nominal
        seen = {n: c for n, c in trial.changes.items() if c.moved > 0.2 * nominal and n in evidence.roles}
        for n, change in seen.items():
            self.answered[n] = f"{change.watts:+.0f} W"
        reached = ({who} | ({mark.input} if mark.input is not None else set())) - {-1}
        self.tested |= reached | {n for n in seen if evidence.roles[n].grid}
        self.recheck.owed -= self.tested
        self.sags.add(edge, evidence, mark)
        names = ", ".join(f"{self._names(n)} {self.answered[n]}" for n in seen) or "no clamp"
        self._event("judged", f"{names}.", "ok")

    def _direction(self, edge: Edge, who: int, evidence: Evidence) -> int:
        """1 switched on, -1 off, as far as the answering channel tells; 0 where it does not."""
        move = edge.moves[who]
        value = move.va if self._certain(who, evidence) else move.watts
        return 0 if abs(value) < 0.3 * self.watts else (1 if value > 0 else -1)

    def _certain(self, who: int, evidence: Evidence) -> bool:
        """Whether more apparent power means more load there: not at a grid meter with generation behind it."""
        role = evidence.roles.get(who)
        return role is not None and (not role.grid or self.answers.generation == "none")

    def _patience(self) -> None:
        if self._pending is not None and self._now - self._pending[0].at > LATE:
            self._pending = None
        if self._said is None or self._now - self._said < PATIENCE or self.step is None:
            return
        self._said = None
        self._unseen += 1
        word = "off" if self.load_on else "on"
        if self._unseen < 2:
            self._again(f"No clamp moved. Is it really {word}? Press space again if it is.")
            return
        # He says so twice: then it is a load that no clamp sees, which is worth knowing too.
        self._tell(Mark(self._now, "load-off" if self.load_on else "load-on", self.watts, self.step.input))
        self.load_on = not self.load_on
        if self._unseen >= 4 and not self.load_on:
            self._leave("no clamp answered")

    def _pause(self) -> None:
        if not self.paused:
            self.paused = True
            self._event("paused", "The line to the monitor is lost; the test waits.", "warn")

    def _resume(self) -> None:
        if self.paused:
            self._event("resumed", "Data again.", "ok")
        self.paused = False
        self._watch.clear()
        self._said = self._pending = None
        if self._settling is not None:
            self._settling = None
            self._again("The line was lost at that edge: this one again.")

    def _reopen(self, number: int, why: str) -> None:
        self.recheck.owe(number, self.judgement)
        self.tested.discard(number)
        self.answered.pop(number, None)
        for key in [k for k in self.done if k[0] in ("phase", "pair") or k[1] == number]:
            del self.done[key]
        self.finished = False
        self._event("changed", f"{self._names(number)} was {why}: to be proved again.")

    def _pairs(self, evidence: Evidence) -> int:
        if not evidence.geometry.delta:
            return 0
        from smappee_tui.diagnosis.delta import pairs_tested

        return min(pairs_tested(evidence), 2)

    def _advance(self, board: Board) -> None:
        self.recheck.owed &= board.roles.keys()
        self.plan = plan_of(board, self.answers, self.done)
        if self.step is not None:
            self._maybe_over(self.step, board)
        if self.step is None and self.plan.steps:
            self.step = self.plan.steps[0]
            self._restart()
            self._event("step", f"Next: {place(self.step) if self.step.kind != 'run' else self.step.name}.")
        if self.step is None and not self.finished:
            self.finished = True
            self._event("finished", "The test is over.", "ok")

    def _maybe_over(self, step: Step, board: Board) -> None:
        if self.load_on or self._settling is not None or self._watch.rising:
            return
        if step.kind == "run":
            if not board.open(step.number):
                self._end(board)
            elif self._now - self._since > RUN_PATIENCE:
                self._leave("did not run, or not long enough")
            return
        if self._skipping or step.key in self.done:
            self._leave(self.done.get(step.key, "skipped"))
            return
        waiting = [n for n in step.decides if board.open(n) or (self._good < 6 and self._vague(n))]
        if not waiting or self._good >= MOST_EDGES or (step.kind == "pair" and step.number < board.pairs_done):
            if waiting and step.kind != "pair":
                self.done[step.key] = "still not clear after several edges"
            self._end(board)

    def _vague(self, number: int) -> bool:
        """Certainly wrong, but it is not certain yet how."""
        verdict = self.judgement.channels.get(number)
        return verdict is not None and verdict.verdict.startswith("wrong_phase") and verdict.actual_phase is None

    def _end(self, board: Board) -> None:
        self.step = None
        self.plan = plan_of(board, self.answers, self.done)

    def _leave(self, why: str) -> None:
        if self.step is not None:
            self.done[self.step.key] = why
            self.recheck.owed.discard(self.step.number if self.step.kind in ("circuit", "run") else -1)
        self.step, self.load_on, self._skipping = None, False, False
        self.plan = Plan(tuple(s for s in self.plan.steps if s.key not in self.done), self.plan.passive)

    def _restart(self) -> None:
        self._good = self._unseen = 0
        self._strikes.clear()
        self._said = self._pending = self._settling = self.offered = self._noted = None
        self._skipping = False
        self._since = self._now

    def _again(self, text: str) -> None:
        self._event("repeat", text, "warn")
        self._noted = self.log[-1]

    def _note(self) -> str:
        """The last word of warning, until something better is known."""
        if (
            self.log
            and self._noted is not None
            and not any(e.kind == "judged" and e.at > self._noted.at for e in self.log[-6:])
        ):
            return self._noted.text
        return self.log[-1].text if self.log and self.log[-1].kind in ("hint", "repeat") else ""

    def _names(self, number: int) -> str:
        settings = self._evidence.settings if self._evidence is not None else {}
        setting = settings.get(number)
        return setting.name if setting is not None and setting.name else f"input {number}"

    def _size(self, edge: Edge, who: int) -> str:
        move = edge.moves[who]
        return kilowatts((move.low + move.high) / 2)

    def _event(self, kind: EventKind, text: str, tone: Tone = "text") -> None:
        self.log.append(Event(self._now, kind, text, tone))
