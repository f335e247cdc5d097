"""What a phone asks is done, told, and nothing beyond: whatever it asks, in whatever order."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smappee_tui.app.guided.plan import GENERATIONS, LOADS, Answers
from smappee_tui.app.phone import actions
from smappee_tui.app.phone.actions import (
    AddNote,
    AddPhoto,
    ArmTracer,
    DemoHand,
    NameBreaker,
    StopTracer,
    Switched,
    TickLine,
)
from smappee_tui.app.phone.carry_out import Reach
from smappee_tui.app.phone.stage import Stage
from smappee_tui.app.visit.job_visit import JobVisit
from smappee_tui.app.visit.jobs import Jobs
from smappee_tui.app.visit.notes import MOST_NOTES, MOST_PHOTOS
from smappee_tui.app.visit.photos import Picture
from smappee_tui.connect.message_source import MessageSource
from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import Fact
from tests.app.guided.operator import house
from tests.app.phone.hand import BEGIN, Cabinet

PICTURE = Picture(b"\xff\xd8\xff", "ab" * 32)


def code(told: Fact | None) -> str:
    return told.code if told is not None else ""


def test_a_breaker_is_traced_and_named() -> None:
    cabinet = Cabinet()
    cabinet.seconds(30)
    assert cabinet.stage().tracer.state.stage == "idle"
    assert code(cabinet.do(NameBreaker("F7"))) == "phone.nothing_to_name"
    cabinet.do(ArmTracer())
    cabinet.seconds(5)
    assert cabinet.stage().tracer.armed
    for watts in (1980.0, 0.0):
        cabinet.monitor.switch_heater("Laundry", 1, watts)
        cabinet.seconds(12)
    found = cabinet.stage().tracer
    assert found.state.found is not None
    assert code(cabinet.do(NameBreaker("  F7\x1b[2J \u202e laundry "))) == "phone.named"
    assert code(cabinet.do(NameBreaker("F7 laundry"))) == "phone.named"  # the same breaker, called otherwise
    (kept,) = cabinet.stage().tracer.circuits
    assert (kept.breaker, cabinet.stage().tracer.kept_as) == ("F7 laundry", "F7 laundry")
    cabinet.do(StopTracer())
    assert not cabinet.stage().tracer.armed
    assert code(cabinet.do(NameBreaker(""))) == "phone.nothing_to_name"


@pytest.fixture(scope="module")
def tested() -> Cabinet:
    """After a whole guided test, with one clamp the wrong way round."""
    cabinet = Cabinet()
    cabinet.seconds(5)
    cabinet.test()
    return cabinet


def test_a_line_is_ticked_and_opened_again(tested: Cabinet) -> None:
    (line,) = tested.stage().sheet
    assert code(tested.do(TickLine(line.input, True))) == "phone.ticked"
    (ticked,) = tested.stage().sheet
    assert (ticked.state, ticked.by, ticked.ticked) == ("changed", "hand", True)
    assert code(tested.do(TickLine(line.input, True))) == "phone.not_ticked"
    tested.seconds(2)
    assert code(tested.do(TickLine(line.input, False))) == "phone.unticked"
    assert [one.state for one in tested.stage().sheet] == ["open"]
    assert code(tested.do(TickLine(99, True))) == "phone.not_ticked"


def test_a_tick_that_is_not_true_is_found_out(tested: Cabinet) -> None:
    (line,) = tested.stage().sheet
    tested.do(TickLine(line.input, True))
    tested.seconds(40)
    (again,) = tested.stage().sheet
    assert again.state == "open"
    assert [past.failed is not None for past in tested.mending.board(tested.session.site.uuid).history.lines] == [  # type: ignore[union-attr]
        True,
        False,
    ]


def test_notes_and_photos_go_where_they_belong(tmp_path: Path) -> None:
    monitor = house(("Kitchen", 0))
    visit = JobVisit(Jobs(tmp_path), clock=lambda: 0.0, record=False)
    cabinet = Cabinet(monitor, visit)
    assert code(cabinet.do(AddNote(None, "too soon"))) == "phone.nothing_heard"
    cabinet.seconds(5)
    number = max(cabinet.session.site.settings)  # type: ignore[union-attr]
    assert code(cabinet.do(AddNote(number, "  wired\nby \x1b]0;me\x07 "))) == "phone.note_input"
    assert code(cabinet.do(AddNote(None, "cover\u202e broken"))) == "phone.note_board"
    assert code(cabinet.do(AddNote(None, " \n "))) == "phone.note_empty"
    assert code(cabinet.do(AddPhoto(number, PICTURE))) == "phone.photo_input"
    assert code(cabinet.do(AddPhoto(None, PICTURE))) == "phone.photo_board"
    assert code(cabinet.do(AddPhoto(99, PICTURE))) == "phone.no_input"
    stage = cabinet.stage()
    assert stage.notes is not None
    assert {n: [one.text for one in notes] for n, notes in stage.notes.items()} == {
        number: ["wired by �]0;me�"],
        None: ["cover broken"],
    }
    assert stage.photos == {number: 1, None: 1}
    assert visit.job is not None
    assert len(visit.job.photo_list()) == 2
    visit.close(cabinet.session)


def test_bounds_are_told() -> None:
    cabinet = Cabinet()
    cabinet.seconds(3)
    for number in range(MOST_NOTES):
        assert code(cabinet.do(AddNote(None, f"{number} " + "x" * 9000))) == "phone.note_board"
    assert code(cabinet.do(AddNote(None, "one more"))) == "phone.notes_full"
    for number in range(MOST_PHOTOS):
        assert code(cabinet.do(AddPhoto(None, Picture(b"", f"{number:064d}")))) == "phone.photo_board"
    assert code(cabinet.do(AddPhoto(None, PICTURE))) == "phone.photos_full"
    notes = cabinet.stage().notes
    assert notes is not None
    assert {len(one.text) for one in notes[None]} == {500}


def test_a_job_that_takes_nothing_is_told_and_all_is_kept_in_memory(tmp_path: Path) -> None:
    cabinet = Cabinet()
    cabinet.seconds(3)
    notes = cabinet.memory.notes(cabinet.session.site.uuid)  # type: ignore[union-attr]
    (tmp_path / "file").write_text("")
    notes.keep_in(tmp_path / "file")
    told = cabinet.do(AddPhoto(None, PICTURE))
    assert code(told) == "errors.told"
    assert "program" in Translator("en").fact(told)  # type: ignore[arg-type]
    assert list(notes.pictures.values()) == [PICTURE.jpeg]


texts = st.text(max_size=30)
inputs = st.sampled_from([0, 1, 2, 3, 4, 5, 99, -1, 10**9])
ANYTHING = st.one_of(
    st.builds(actions.BeginTest, st.builds(Answers, st.sampled_from(GENERATIONS), st.sampled_from(LOADS))),
    st.builds(Switched, st.floats(allow_nan=False)),
    st.builds(NameBreaker, texts),
    st.builds(TickLine, inputs, st.booleans()),
    st.builds(actions.ClampMoved, inputs),
    st.builds(AddNote, st.one_of(st.none(), inputs), texts),
    st.builds(AddPhoto, st.one_of(st.none(), inputs), st.just(PICTURE)),
    st.builds(DemoHand, st.booleans()),
    *(st.just(kind()) for kind in get_args(actions.Action) if not dataclasses.fields(kind)),
    st.integers(1, 4),
)
"""Any action, or so many seconds."""


@settings(max_examples=12, deadline=None)
@given(st.lists(ANYTHING, max_size=25))
def test_whatever_is_asked_nothing_is_published_or_set(asked: list[actions.Action | int]) -> None:
    cabinet = Cabinet(house(("Kitchen", 0), faults=["reversed:3"]))
    cabinet.seconds(3)
    plan, declared, limits = cabinet.session.site.plan, cabinet.session.declared, cabinet.session.limits  # type: ignore[union-attr]
    english = Translator("en")
    for one in asked:
        if isinstance(one, int):
            cabinet.seconds(one)
            continue
        told = cabinet.do(one)
        if told is not None:
            assert english.fact(told)
        assert isinstance(cabinet.stage(), Stage)
    assert cabinet.link.topics in ((), ("#",)) or all("servicelocation" in topic for topic in cabinet.link.topics)
    assert cabinet.session.site.plan is plan  # type: ignore[union-attr]
    assert (cabinet.session.declared, cabinet.session.limits) == (declared, limits)


def test_it_reaches_nothing_that_publishes_or_sets() -> None:
    """By construction: nothing that it is given can, and what it imports is held by a contract."""
    assert {one.name for one in dataclasses.fields(Reach)} == {"session", "guide", "memory", "mending", "heater", "now"}
    assert {name for name in dir(MessageSource) if not name.startswith("_")} == {
        "start", "drain", "listen", "state", "dropped", "close",
    }  # fmt: skip


def test_a_stage_has_nothing_of_the_thread_that_polls() -> None:
    cabinet = Cabinet()
    cabinet.seconds(3)
    stage = cabinet.stage()
    assert stage.snapshot.site is None
    assert stage.age is not None
    assert stage.missing == 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        stage.at = 0.0  # type: ignore[misc]


def test_carrying_out_without_a_demo_switches_nothing() -> None:
    cabinet = Cabinet()
    cabinet.seconds(3)
    cabinet.do(BEGIN)
    assert cabinet.do(DemoHand()) is None
    assert cabinet.do(DemoHand(tracer=True)) is None
