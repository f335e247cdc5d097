"""What is told, when, and how often; and what a location is called."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from smappee_tui.fleet.changes import CALM, FLAPS, Told, came_back, fell_silent, judge, judge_past, settle
from smappee_tui.fleet.judging import Said, together, word_of
from smappee_tui.fleet.standing import ChannelWord, Standing, packed, unpacked

MINUTES = 45 * 60.0


def said(*verdicts: str, setting: int = 1, faults: tuple[str, ...] = (), left_out: bool = False) -> Said:
    words = {
        number: ChannelWord(verdict, setting, ("ct-reversed",) if verdict == "reversed" else ())
        for number, verdict in enumerate(verdicts)
    }
    return Said(words, faults, ("voltage-low",), left_out, len(verdicts))


OK, OPEN, WRONG = said("ok", "ok"), said("ok", "no_current"), said("ok", "reversed")


def tell(standing: Standing, *turns: Said, at: float = 0.0) -> list[tuple[Told | None, bool]]:
    return [judge(standing, one, at + number * MINUTES) for number, one in enumerate(turns)]


def test_the_first_fault_is_told_at_once_and_once() -> None:
    standing = Standing()
    (told, again), *rest = tell(standing, WRONG, WRONG, WRONG)
    assert told == Told("not_judged", "fault", ("ct-reversed",))
    assert not again
    assert rest == [(None, False)] * 2
    assert (standing.verdict, standing.findings, standing.changed) == ("fault", ("ct-reversed",), 0.0)


def test_that_more_or_less_is_decided_is_told_to_nobody() -> None:
    standing = Standing()
    assert tell(standing, OPEN, OK, OPEN, OK) == [(None, False)] * 4
    assert standing.verdict == "ok"


def test_from_right_to_fault_and_back_two_turns_must_say_so() -> None:
    standing = Standing()
    mended = said("ok", "ok")
    assert tell(standing, OK, WRONG, OK, WRONG, WRONG) == [
        (None, False),
        (None, True),
        (None, False),
        (None, True),
        (Told("ok", "fault", ("ct-reversed",)), False),
    ]
    assert tell(standing, mended, mended, at=1e6) == [(None, True), (Told("fault", "ok", ("ct-reversed",)), False)]


def test_a_turn_that_says_nothing_of_it_confirms_no_fault() -> None:
    standing = Standing()
    assert tell(standing, OK, WRONG, OPEN) == [(None, False), (None, True), (None, False)]
    assert (standing.verdict, standing.words) == ("ok", OK.words)


def test_what_contradicts_earlier_turns_and_rests_on_them_accuses_nobody() -> None:
    """The first clamp was not decided, and is blamed only because the second was moved."""
    standing, mixed = Standing(), said("reversed", "reversed")
    tell(standing, said("inconclusive", "ok"))
    assert judge(standing, replace(mixed, carried=True), MINUTES) == (None, True)
    assert standing.verdict == "undecided"
    assert standing.words == said("inconclusive", "ok").words
    told, again = judge(standing, said("inconclusive", "reversed"), MINUTES)
    assert (told, again) == (Told("undecided", "fault", ("ct-reversed",)), False)
    assert standing.words[0].verdict == "inconclusive"
    other = replace(said("ok", "ok", setting=2), carried=True)
    assert judge(standing, other, MINUTES) == (None, True), "a fault is gone when two turns say so"
    assert judge(standing, other, MINUTES)[0] == Told("fault", "ok", ("ct-reversed",)), "of another setting: no matter"


def test_a_fault_that_no_single_turn_proves_is_told_in_the_end_though_it_was_right_before() -> None:
    standing = Standing()
    weak = [replace(one, carried=True) for one in (WRONG, OPEN, WRONG, WRONG)]
    assert tell(standing, OK, *weak) == [
        (None, False),
        (None, True),
        (None, False),
        (None, True),
        (Told("ok", "fault", ("ct-reversed",)), False),
    ]
    assert not standing.doubts


def test_who_turns_out_to_be_right_is_not_doubted_any_more() -> None:
    standing = Standing()
    tell(standing, OK, replace(WRONG, carried=True), OPEN)
    assert standing.doubts == (1,)
    tell(standing, replace(OK, carried=True))
    assert not standing.doubts


def test_another_cause_in_a_faulty_house_is_told_when_it_is_certain() -> None:
    standing = Standing()
    dead = said("dead", "reversed")
    told = [one for one, _ in tell(standing, WRONG, dead, dead, dead)]
    assert told[1:] == [None, Told("fault", "fault", ("dead",)), None]
    assert standing.findings == ("dead", "ct-reversed")


def test_a_fault_of_no_clamp_comes_and_goes_too() -> None:
    standing = Standing()
    blind = said("ok", faults=("phase-missing",))
    told = [one for one, _ in tell(standing, blind, said("ok"), said("ok"))]
    assert told == [Told("not_judged", "fault", ("phase-missing",)), None, Told("fault", "ok", ("phase-missing",))]


def test_one_that_goes_to_and_fro_is_damped_and_that_is_said() -> None:
    standing = Standing()
    told = [one for one, _ in tell(standing, *[WRONG, WRONG, OK, OK] * 8)]
    heard = [one for one in told if one is not None]
    assert len(heard) <= FLAPS + 2, "32 turns, 16 changes"
    assert heard[FLAPS - 1].flaps == FLAPS
    assert all(one.flaps == 0 for one in heard[: FLAPS - 1])


def test_what_was_held_back_is_told_once_it_is_calm() -> None:
    standing = Standing()
    for number, one in enumerate([WRONG, WRONG, OK, OK] * 4):
        judge(standing, one, number * 60.0)
    assert standing.word.held
    held = standing.word.told
    last = WRONG if held == "ok" else OK
    judge(standing, last, 2000.0)
    judge(standing, last, 2060.0)
    assert judge(standing, last, 2060.0 + CALM / 2) == (None, False)
    told, _ = judge(standing, last, 2061.0 + CALM)
    assert told is not None
    assert (told.before, told.after) == (held, standing.verdict)
    assert not standing.word.held


def test_what_a_clock_that_was_days_ahead_held_back_is_told_when_it_is_put_back() -> None:
    standing = Standing()
    for number in range(5):
        fell_silent(standing, 1e6 + number), came_back(standing, 1e6 + number)
    assert (standing.speech.held, standing.speech.told) == (True, "live")
    assert settle(standing, False, 0.0) == Told("live", "silent")


def test_silence_is_told_once_and_so_is_its_end() -> None:
    standing = Standing()
    assert came_back(standing, 0.0) is None, "it speaks for the first time: no news"
    assert fell_silent(standing, 100.0) == Told("live", "silent")
    assert fell_silent(standing, 101.0) is None
    assert came_back(standing, 200.0) == Told("silent", "live")


def test_one_that_stutters_is_damped() -> None:
    standing = Standing()
    told: list[Told | None] = []
    for number in range(20):
        told += [fell_silent(standing, number * 300.0), came_back(standing, number * 300.0 + 100.0)]
    heard = [one for one in told if one is not None]
    assert len(heard) == FLAPS
    assert heard[-1].flaps == FLAPS
    assert settle(standing, False, 1e5) == (None if heard[-1].after == "silent" else Told("live", "silent"))
    assert settle(standing, False, 1e6) is None


VERDICTS = st.sampled_from(["ok", "reversed", "no_current", "inconclusive", "dead", "unused"])
TURNS = st.lists(st.lists(VERDICTS, min_size=3, max_size=3), min_size=1, max_size=12)


@given(turns=TURNS, cut=st.integers(0, 11))
def test_a_restart_between_any_two_turns_changes_nothing_of_what_is_told(turns: list[list[str]], cut: int) -> None:
    whole, first = Standing(), Standing()
    said_so = [said(*one) for one in turns]
    told = tell(whole, *said_so)
    begun = tell(first, *said_so[:cut])
    found = unpacked(packed(first, b"learnt"))
    assert found is not None
    again, learnt = found
    assert (again, learnt) == (first, b"learnt")
    assert begun + tell(again, *said_so[cut:], at=len(begun) * MINUTES) == told
    assert packed(again) == packed(whole)


@given(turns=TURNS)
@example([["reversed"] * 3, ["ok"] * 3, ["ok", "ok", "unused"], ["unused", "unused", "no_current"], ["reversed"] * 3])
def test_nothing_is_told_twice(turns: list[list[str]]) -> None:
    told = [one for one, _ in tell(Standing(), *[said(*one) for one in turns]) if one is not None]
    for earlier, later in pairwise(told):
        assert (later.before == "fault") == (earlier.after == "fault"), "that more or less is decided is not told"
        assert later.before != later.after or later.codes


@given(turns=TURNS)
def test_no_house_is_accused_of_what_no_turn_said(turns: list[list[str]]) -> None:
    standing = Standing()
    tell(standing, *[said(*one) for one in turns])
    if standing.verdict == "fault":
        assert any({"reversed", "dead"} & set(one) for one in turns)
    if standing.verdict == "ok":
        decided = [
            {word for one in turns if (word := one[number]) not in ("no_current", "inconclusive")}
            for number in range(3)
        ]
        assert all(decided)


def test_what_was_decided_holds_while_there_is_no_current_and_the_setting_is_the_same() -> None:
    before = said("ok", "reversed").words
    assert together(before, said("no_current", "inconclusive").words) == before
    other = said("no_current", "inconclusive", setting=2).words
    assert together(before, other) == other
    assert together(before, said("dead").words) == said("dead").words


def test_a_location_in_one_word() -> None:
    assert word_of(OK.words, OK) == ("ok", ("voltage-low",))
    assert word_of(OPEN.words, OPEN)[0] == "undecided"
    assert word_of(said("unused").words, said("unused"))[0] == "undecided", "nothing is in use"
    assert word_of(said().words, said())[0] == "undecided"
    assert word_of(OK.words, said("ok", left_out=True))[0] == "undecided"
    assert word_of(said("reversed", "no_current").words, OPEN) == ("fault", ("ct-reversed",))


def test_a_state_of_another_version_is_none() -> None:
    assert unpacked(b"\x93\x63\x90\xc0") is None
    assert unpacked(b"") is None
    assert unpacked(packed(Standing())[:-3]) is None


WRITTEN_BEFORE = bytes.fromhex(
    "9302dc0010a56661756c7491ab63742d7265766572736564cb4028000000000000cb4026000000000000c0820093a26f6b01900193a8"
    "72657665727365640191ab63742d726576657273656490c20080c093aa6e6f745f6a756467656490c293a46c69766590c2cb40240000"
    "00000000a43530313002c4066c6561726e74"
)
"""By the program of the day before `Standing.doubts` came, in a file or in a bucket."""


def test_a_state_of_before_there_were_doubts_is_read() -> None:
    standing = Standing("fault", ("ct-reversed",), 12.0, 11.0, words=WRONG.words, last=10.0, serial="5010", channels=2)
    assert unpacked(WRITTEN_BEFORE) == (standing, b"learnt")
    version, fields, learnt = msgspec.msgpack.decode(packed(standing))
    later = msgspec.msgpack.encode([version, [*fields, "what a later one knows"], learnt])
    assert unpacked(later) == (standing, None), "who goes back by a version begins nothing anew"


def test_another_cause_that_two_days_prove_is_told_though_no_turn_can() -> None:
    """In a house with a fault a turn confirms nothing of a clamp that it cannot judge."""
    standing, days = Standing(), said("reversed", "dead")
    told = []
    for day in range(3):
        told += [one for one, _ in tell(standing, said("reversed", "no_current"), at=day * 86400.0)]
        told.append(judge_past(standing, days, day * 86400.0 + 3600.0))
    heard = [one for one in told if one is not None]
    assert heard == [Told("not_judged", "fault", ("ct-reversed",)), Told("fault", "fault", ("dead",))]


def test_a_fault_that_only_the_past_could_see_is_gone_when_the_past_says_so() -> None:
    standing, told = Standing(), []
    wrong, mixed, right = said("ok", "reversed"), said("ok", "inconclusive"), said("ok", "ok")
    for day, past in enumerate([wrong, wrong, wrong, mixed, right, right, right]):
        assert tell(standing, OPEN, at=day * 86400.0) == [(None, False)]
        told.append(judge_past(standing, past, day * 86400.0 + 3600.0))
    heard = [(day, one) for day, one in enumerate(told) if one is not None]
    assert heard == [(1, Told("undecided", "fault", ("ct-reversed",))), (5, Told("fault", "ok", ("ct-reversed",)))]


def test_what_a_turn_saw_the_past_takes_not_back() -> None:
    standing = Standing()
    for day in (1, 2):
        judge_past(standing, WRONG, day * 86400.0)
    assert (standing.verdict, standing.filled) == ("fault", (0, 1))
    tell(standing, WRONG, at=3e5)
    assert standing.filled == ()
    for day in (5, 6, 7):
        judge_past(standing, OK, day * 86400.0)
    assert standing.verdict == "fault"


def test_the_past_neither_confirms_nor_forgets_what_a_turn_doubts() -> None:
    standing = Standing()
    tell(standing, said("ok", "no_current", "reversed"), replace(said("reversed", "no_current", "ok"), carried=True))
    assert (standing.doubts, standing.verdict) == ((0, 2), "fault")
    judge_past(standing, said("ok", "ok", "reversed"), 3600.0)
    assert standing.doubts == (0, 2)
    assert standing.words[1].verdict == "ok", "it fills in what no turn decided"


def test_between_two_turns_that_say_the_same_the_past_may_be_judged() -> None:
    standing = Standing()
    tell(standing, said("reversed", "no_current", "no_current"), said("ok", "no_current", "no_current"))
    assert judge_past(standing, said("ok", "ok", "no_current"), 3600.0) is None
    assert judge(standing, said("ok", "no_current", "no_current"), 7200.0)[0] == Told(
        "fault", "undecided", ("ct-reversed",)
    )
