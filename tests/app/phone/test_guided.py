"""A guided test that a phone begins, steers and ends, by nothing but stages and actions."""

from __future__ import annotations

from smappee_tui.app.guided.plan import LOADS, Answers, PortableLoad
from smappee_tui.app.phone.actions import (
    AcceptSafety,
    BeginTest,
    ClampMoved,
    EndTest,
    GoOn,
    Repeat,
    Skip,
    Switched,
)
from tests.app.guided.operator import Play, house
from tests.app.phone.hand import BEGIN, Cabinet


def test_it_ends_as_it_does_by_the_keys_of_the_laptop() -> None:
    cabinet = Cabinet()
    cabinet.seconds(5)
    cabinet.test()
    by_keys = Play(house(("Kitchen", 0), ("Laundry", 1), faults=["reversed:3"])).run()
    stage = cabinet.stage().guided
    assert stage.page == "result"
    assert stage.result is not None
    assert [(row.input, row.outcome) for row in stage.result.channels] == [
        (row.input, row.outcome) for row in by_keys.channels
    ]
    assert stage.result.count("fault") == 1


def test_what_a_phone_sees_on_the_way() -> None:
    cabinet = Cabinet()
    assert cabinet.stage().guided.answers is None  # nothing was heard
    cabinet.seconds(5)
    stage = cabinet.stage().guided
    assert (stage.page, stage.answers, stage.instruction) == ("ask", Answers("none", LOADS[0]), None)
    cabinet.do(BEGIN)
    assert cabinet.stage().guided.page == "safety"
    cabinet.do(AcceptSafety())
    stage = cabinet.stage().guided
    assert (stage.page, stage.switchable, stage.countdown) == ("test", True, None)
    assert stage.instruction is not None
    assert stage.instruction.word == "on"
    assert len(stage.plan) > 1
    cabinet.do(Switched(cabinet.clock.now))  # said, and nothing switched
    waited = cabinet.stage().guided.countdown
    assert waited is not None
    assert (waited.kind, waited.seconds) == ("edge", 9.0)
    cabinet.seconds(2)
    waited = cabinet.stage().guided.countdown
    assert waited is not None
    assert waited.seconds == 7.0
    cabinet.seconds(9)
    last = cabinet.stage().guided.last
    assert last is not None
    assert last.kind == "repeat"
    cabinet.heater.obey(cabinet.stage())
    cabinet.do(Switched(cabinet.clock.now))
    cabinet.seconds(2)
    waited = cabinet.stage().guided.countdown
    assert waited is not None
    assert waited.kind == "judged"
    cabinet.seconds(5)
    stage = cabinet.stage().guided
    assert stage.instruction is not None
    assert stage.instruction.word == "off"
    assert stage.answered


def test_skip_repeat_result_and_a_clamp_that_was_moved() -> None:
    cabinet = Cabinet()
    cabinet.seconds(5)
    cabinet.do(BEGIN)
    cabinet.do(AcceptSafety())
    first = cabinet.stage().guided.plan[0].key
    cabinet.do(Skip())
    assert cabinet.stage().guided.plan[0].key != first
    cabinet.do(EndTest())
    assert cabinet.stage().guided.page == "result"
    cabinet.do(GoOn())
    assert cabinet.stage().guided.page == "test"
    for _ in range(10):
        cabinet.do(Skip())
    assert cabinet.stage().guided.page == "result"
    cabinet.do(Repeat())
    assert cabinet.stage().guided.page == "test"
    number = next(iter(cabinet.session.site.settings))  # type: ignore[union-attr]
    cabinet.do(ClampMoved(number))
    assert cabinet.guide.test is not None
    assert number in cabinet.guide.test.recheck.owed
    told = cabinet.do(ClampMoved(99))
    assert told is not None
    assert told.code == "phone.no_input"


def test_answers_that_no_laptop_can_give_begin_nothing() -> None:
    cabinet = Cabinet()
    cabinet.seconds(5)
    cabinet.do(BeginTest(Answers("none", PortableLoad("heater", 1e9))))
    cabinet.do(BeginTest(Answers("all of it", LOADS[0])))  # type: ignore[arg-type]
    cabinet.do(AcceptSafety())
    assert cabinet.stage().guided.page == "ask"
    assert cabinet.guide.test is None


def test_a_press_is_of_now_or_just_before() -> None:
    cabinet = Cabinet()
    cabinet.seconds(5)
    cabinet.do(BEGIN)
    cabinet.do(AcceptSafety())
    cabinet.do(Switched(cabinet.clock.now + 1e9))
    waited = cabinet.stage().guided.countdown
    assert waited is not None
    assert waited.seconds == 9.0


def test_two_hands_that_skip_at_the_same_moment_skip_one_step() -> None:
    cabinet = Cabinet()
    cabinet.seconds(5)
    cabinet.do(BEGIN)
    cabinet.do(AcceptSafety())
    first, second = cabinet.stage().guided.plan[:2]
    seen = Skip(cabinet.stage().guided.place)
    for _ in range(2):
        cabinet.do(seen)
    assert cabinet.stage().guided.plan[0].key == second.key != first.key
    cabinet.heater.obey(cabinet.stage())
    cabinet.seconds(3)
    seen = Skip(cabinet.stage().guided.place)  # with the load on: it is to be switched off first
    for _ in range(2):
        cabinet.do(seen)
    assert cabinet.stage().guided.plan[0].key == second.key
    cabinet.do(Skip(cabinet.stage().guided.place))
    assert cabinet.stage().guided.plan[0].key != second.key
