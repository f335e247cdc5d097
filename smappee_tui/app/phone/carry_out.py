"""What each action of a phone does: to the guided test, the tracer, the correction sheet, notes and photos.

That is all that it can reach. What came of it is told on the phone and on this screen alike, where there is anything to
tell beyond what both of them show anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from smappee_tui.app.guided.demo_heater import DemoHeater
from smappee_tui.app.guided.plan import GENERATIONS, LOADS
from smappee_tui.app.guided.progress import GuidedProgress
from smappee_tui.app.phone.actions import (
    AcceptSafety,
    Action,
    AddNote,
    AddPhoto,
    AdoptSize,
    ArmTracer,
    BeginTest,
    ClampMoved,
    DemoHand,
    EndTest,
    GoOn,
    NameBreaker,
    Repeat,
    Skip,
    StopTracer,
    Switched,
    TickLine,
)
from smappee_tui.app.session import Session
from smappee_tui.app.tracer import DemoBreaker, TracerDesk
from smappee_tui.app.visit.memory import ReportMemory
from smappee_tui.app.visit.mending import Mending
from smappee_tui.app.visit.notes import MOST_NOTES, MOST_PHOTOS, Notes
from smappee_tui.diagnosis.model.channels import told_name
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.fact import Fact, Param, fact
from smappee_tui.site.site import Site

SLOW_PRESS = 10.0
"""Seconds for which a press may have been on its way: one that says an older time is taken as of then."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What actions reach. Of the session they take no more than the location that is shown."""

    session: Session
    guide: Callable[[], GuidedProgress]
    """The guided test of the location shown, made when it is first asked for."""
    memory: ReportMemory
    mending: Mending
    heater: DemoHeater | None
    """The hand of a demo; None in a real house."""
    now: float
    """Seconds since 1970 of the receiving clock."""

    def tracer(self, site: Site) -> TracerDesk:
        """The tracer of the location shown, with a demo's breakers where it has any."""
        desk = self.memory.tracer(site.uuid)
        if self.heater is not None and desk.hand is None:
            desk.hand = DemoBreaker(self.heater.socket)
        return desk


def carry_out(action: Action, reach: Reach) -> Fact | None:
    """Do it.

    Returns:
        What to tell; None where there is nothing to tell, or it meant nothing now.
    """
    site = reach.session.site
    if site is None:
        return fact("phone.nothing_heard")
    match action:
        case ArmTracer():
            desk = reach.tracer(site)
            desk.warned = True
            desk.arm()
        case StopTracer():
            reach.tracer(site).tracer.stop()
        case NameBreaker():
            return _name(action.name, reach.tracer(site))
        case TickLine():
            return _tick(action, reach, site)
        case AddNote():
            return _note(action, reach, site)
        case AddPhoto():
            return _photo(action, reach, site)
        case DemoHand():
            _switch(action, reach, site)
        case ClampMoved() if not _known(action.input, site):
            return _unknown(action.input)
        case _:
            _steer(action, reach)
    return None


_Steering = BeginTest | AcceptSafety | Switched | Skip | Repeat | AdoptSize | EndTest | GoOn | ClampMoved


def _steer(action: _Steering, reach: Reach) -> None:
    """The guided test: what its keys do on this screen."""
    guide, session, now = reach.guide(), reach.session, reach.now
    match action:
        case BeginTest(answers):
            if answers.load in LOADS and answers.generation in GENERATIONS:
                guide.answer(answers, session, now)
        case AcceptSafety():
            guide.accept(session, now)
        case Switched(at):
            guide.press(session, min(now, max(now - SLOW_PRESS, at)))
        case Skip(place):
            if guide.test is not None and place in ("", guide.test.place):
                guide.skip(session, now)
        case Repeat():
            guide.repeat(session, now)
        case AdoptSize():
            guide.adopt(session, now)
        case EndTest():
            guide.show_result()
        case GoOn():
            guide.go_on()
        case ClampMoved(number):
            guide.moved(number, session, now)


def _name(breaker: str, desk: TracerDesk) -> Fact:
    if not desk.name(clean(breaker)):
        return fact("phone.nothing_to_name")
    problem, desk.problem = desk.problem, None
    return problem.told if problem is not None else fact("phone.named", breaker=desk.kept_as)


def _tick(action: TickLine, reach: Reach, site: Site) -> Fact:
    line = reach.mending.tick(site.uuid, action.input, action.done, reach.now)
    if line is None:
        return fact("phone.not_ticked", input=action.input)
    if action.done and line.correction.how == "move" and reach.session.judge is not None:
        guide = reach.guide()  # a clamp that was moved or exchanged: what was seen of it holds no longer
        if guide.test is not None:
            guide.moved(action.input, reach.session, reach.now)
        else:
            reach.session.judge.forget(action.input)
    return Fact("phone.ticked" if action.done else "phone.unticked", _who(action.input, site))


def _note(action: AddNote, reach: Reach, site: Site) -> Fact:
    if not _known(action.input, site):
        return _unknown(action.input)
    notes = reach.memory.notes(site.uuid)
    if len(notes.notes) >= MOST_NOTES:
        return fact("phone.notes_full", most=MOST_NOTES)
    if notes.write_down(action.input, action.text, reach.now) is None:
        return fact("phone.note_empty")
    return _kept(notes, "note", action.input, site)


def _photo(action: AddPhoto, reach: Reach, site: Site) -> Fact:
    if not _known(action.input, site):
        return _unknown(action.input)
    notes = reach.memory.notes(site.uuid)
    if notes.add_photo(action.input, action.picture, reach.now) is None:
        return fact("phone.photos_full", most=MOST_PHOTOS)
    return _kept(notes, "photo", action.input, site)


def _switch(action: DemoHand, reach: Reach, site: Site) -> None:
    """The hand that a demo lacks."""
    guide, heater = reach.guide(), reach.heater
    if heater is None:
        return
    if action.tracer:
        hand = reach.tracer(site).hand
        if hand is not None:
            hand.flip(site.settings)
    elif guide.test is not None and (guide.page == "test" or heater.at is not None):
        heater.switch(guide.test)


def _kept(notes: Notes, what: Literal["note", "photo"], number: int | None, site: Site) -> Fact:
    problem, notes.problem = notes.problem, None
    if problem is not None:
        return problem.told
    return fact(f"phone.{what}_board") if number is None else Fact(f"phone.{what}_input", _who(number, site))


def _known(number: int | None, site: Site) -> bool:
    """The board, or an input that is configured or measures."""
    return number is None or number in site.settings or (site.sample is not None and number in site.sample.inputs)


def _unknown(number: int | None) -> Fact:
    return fact("phone.no_input", input=number)


def _who(number: int, site: Site) -> dict[str, Param]:
    setting = site.settings.get(number)
    return {"input": number, "name": told_name(setting.name if setting is not None else "", number, 30)}
