"""What a phone shows at one moment: facts and numbers, frozen, so that another thread may make pages of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from smappee_tui.app.guided.demo_heater import DemoHeater
from smappee_tui.app.guided.instructions import Event, Instruction
from smappee_tui.app.guided.plan import Answers, PlanStep
from smappee_tui.app.guided.procedure import Countdown
from smappee_tui.app.guided.progress import GuidedProgress, Page
from smappee_tui.app.guided.result import Result
from smappee_tui.app.next_step import NextStep
from smappee_tui.app.session import Session, Snapshot
from smappee_tui.app.tracer import TracerDesk
from smappee_tui.app.visit.notes import Note, Notes
from smappee_tui.diagnosis.judgement import Finding
from smappee_tui.diagnosis.remedy.corrections import OpenInput
from smappee_tui.diagnosis.remedy.history import SheetLine, Worse
from smappee_tui.diagnosis.remedy.progress import Progress
from smappee_tui.diagnosis.tracing.board import Traced
from smappee_tui.diagnosis.tracing.tracer import Tracing
from smappee_tui.protocol.fact import Fact

Mode = Literal["live", "demo", "replay"]


@dataclass(frozen=True, slots=True)
class GuidedStage:
    """The guided test, as every screen shows it."""

    page: Page | Literal["none"] = "none"
    """none: nobody opened it yet, which a phone shows as "ask"; ask: the two questions."""
    answers: Answers | None = None
    """As answered; before that as they are suggested. None where nothing was heard yet."""
    warned: bool = False
    """The words on safety were accepted: they are not shown again."""
    instruction: Instruction | None = None
    """What to do now; None before the test began."""
    phase: int | None = None
    """0 to 2 where the giant word is "on" and means a socket of this phase ("ON L2"); None elsewhere."""
    countdown: Countdown | None = None
    last: Event | None = None
    """What was seen or said last; not of what begins a step."""
    offered: float | None = None
    """W that the load seems to have: `AdoptSize` takes it; None where it has what was said."""
    answered: Mapping[int, float] | None = None
    """By input how many W it moved at the last good edge it had a part in."""
    plan: tuple[PlanStep, ...] = ()
    """Steps left, the present one first."""
    seconds: float = 0.0
    """What they take a practised person."""
    watching: int = 0
    """Channels that prove themselves meanwhile."""
    place: str = ""
    """What `Skip` leaves."""
    switchable: bool = False
    """`Switched` means something now."""
    finished: bool = False
    """No step is left; a fix brings one."""
    result: Result | None = None
    """What is proved so far; None before the test began."""
    hand: Fact | None = None
    """What `DemoHand()` does now; None where there is nothing to switch, and in a real house."""


@dataclass(frozen=True, slots=True)
class TracerStage:
    """The tracer. Its stage is in `state.stage`; "idle": it was not asked."""

    state: Tracing = field(default_factory=Tracing)
    armed: bool = False
    """It listens: somebody is to switch, or to switch back."""
    kept_as: str = ""
    """The breaker as which `state.found` is kept; "" while it has no name."""
    circuits: tuple[Traced, ...] = ()
    """Breakers traced so far, in that order."""
    hand: bool = False
    """`DemoHand(tracer=True)` switches a made-up breaker."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a phone asked for was done, or why it was not."""

    number: int
    """From 1: a page shows what it has not shown yet."""
    said: Fact
    more: int = 0
    """Others that were told in the same few seconds, beyond the one before it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """All of it, at one moment."""

    at: float
    """When it was made, in seconds since 1970 of the receiving clock."""
    mode: Mode
    snapshot: Snapshot
    """Installation (`view`), judgement, source, what was dropped. Without `site`, which is the program's thread's."""
    missing: float
    """Seconds for which nothing was measured, up to now."""
    age: float | None
    """Seconds since the last measurement; None before the first one."""
    step: NextStep | None
    """The first thing to do, as the laptop's header has it."""
    sheet: tuple[SheetLine, ...] = ()
    """The correction sheet: what is to change and what was."""
    causes: tuple[Finding, ...] = ()
    """Faults of the supply to mend before any of that."""
    unplaced: tuple[OpenInput, ...] = ()
    """Inputs that are certainly wrong, and that nothing is to be set of yet."""
    worse: tuple[Worse, ...] = ()
    """What a change made worse and is not right again."""
    guided: GuidedStage = GuidedStage()
    tracer: TracerStage = TracerStage()
    notes: Mapping[int | None, tuple[Note, ...]] | None = None
    """By input, those of the board under None; oldest first. None: nothing was heard yet, and nothing is kept."""
    photos: Mapping[int | None, int] | None = None
    """How many there are, as `notes`."""
    told: tuple[Told, ...] = ()
    """The newest few, oldest first."""

    @property
    def uuid(self) -> str:
        """Of the location; "" before anything was heard."""
        return self.snapshot.view.uuid if self.snapshot.view is not None else ""


def stage_of(
    session: Session,
    now: float,
    *,
    mode: Mode,
    step: NextStep | None,
    picture: Snapshot | None = None,
    guide: GuidedProgress | None = None,
    tracer: TracerDesk | None = None,
    board: Progress | None = None,
    notes: Notes | None = None,
    heater: DemoHeater | None = None,
    told: tuple[Told, ...] = (),
) -> Stage:
    """Make one, on the thread that polls the session.

    Args:
        session: what is watched.
        now: seconds since 1970 of the receiving clock.
        mode: what the messages are.
        step: the first thing to do.
        picture: of this very moment, where there is one; None: one is taken.
        guide: the guided test of the location shown; None where nobody opened it.
        tracer: its tracer; None where nobody opened it.
        board: its correction sheet.
        notes: its notes and photos.
        heater: the load of a demo; None in a real house.
        told: what phones asked for last, and what became of it.
    """
    site = session.site
    return Stage(
        at=now,
        mode=mode,
        snapshot=replace(picture or session.snapshot(), site=None),
        missing=session.missing(now),
        age=site.quality.age(now) if site is not None else None,
        step=step,
        sheet=board.lines if board is not None else (),
        causes=board.sheet.causes if board is not None else (),
        unplaced=board.unplaced if board is not None else (),
        worse=board.worse if board is not None else (),
        guided=guided_stage(session, guide, now, heater),
        tracer=tracer_stage(tracer),
        notes=notes.by_input if notes is not None else None,
        photos=notes.photo_counts if notes is not None else None,
        told=told,
    )


def guided_stage(
    session: Session, guide: GuidedProgress | None, now: float, heater: DemoHeater | None = None
) -> GuidedStage:
    """The part of the guided test."""
    if session.site is None:
        return GuidedStage()
    shown = guide or GuidedProgress()
    test = shown.test
    if test is None:
        return GuidedStage("none" if guide is None else shown.page, shown.suggested(session), shown.warned)
    step, heard = test.step, test.recognizer
    told = test.instruction()
    steps = test.plan.steps
    if step is not None:
        steps = (step, *(one for one in steps if one.key != step.key))
    return GuidedStage(
        page=shown.page,
        answers=test.answers,
        warned=shown.warned,
        instruction=told,
        phase=step.number if told.word == "on" and step is not None and step.kind == "phase" else None,
        countdown=test.countdown(now),
        last=next((one for one in reversed(test.log) if one.kind not in ("step", "hint")), None),
        offered=heard.offered,
        answered=dict(heard.answered),
        plan=steps,
        seconds=test.plan.seconds,
        watching=len(test.plan.passive),
        place=test.place,
        switchable=step is not None and step.kind != "run",
        finished=test.finished,
        result=shown.result(session),
        hand=heater.offer(test) if heater is not None else None,
    )


def tracer_stage(desk: TracerDesk | None) -> TracerStage:
    """The part of the tracer."""
    if desk is None:
        return TracerStage()
    return TracerStage(
        state=desk.tracer.state,
        armed=desk.tracer.armed,
        kept_as=desk.kept_as,
        circuits=tuple(desk.circuits.circuits),
        hand=desk.hand is not None,
    )
