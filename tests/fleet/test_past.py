"""Five-minute values of a fleet: kept packed, judged once a day, and heard where a turn could decide nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pytest

from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.fleet.changes import judge_past
from smappee_tui.fleet.judging import Said
from smappee_tui.fleet.location import Location
from smappee_tui.fleet.past import EVERY, KEPT, LATER, PACE, Pasts
from smappee_tui.fleet.roll import Roll
from smappee_tui.fleet.standing import ChannelWord, Standing
from smappee_tui.fleet.store import FileStore
from smappee_tui.protocol.intervals import ChannelMeans, IntervalMeans
from smappee_tui.simulator import sites
from tests.diagnosis.history.made import NOW, past_of, site_of

FAULT = "reversed:8"


@cache
def weeks() -> IntervalHistory:
    return past_of(sites.build(faults=[FAULT]), 0.8)


def location() -> Location:
    monitor, roll = sites.build(faults=[FAULT]), Roll()
    roll.hear([(one.topic.encode(), one.payload, True) for one in monitor.retained()], NOW)
    return next(iter(roll.locations.values()))


def means(past: IntervalHistory, row: int) -> IntervalMeans:
    channels = tuple(
        ChannelMeans(n, c.current[row], c.watts[row], None, c.vars[row], None) for n, c in past.columns.items()
    )
    return IntervalMeans(past.at[row], tuple(volts[row] for volts in past.volts), None, channels)


def fed(store: FileStore, of: Location, first: int = 0) -> Pasts:
    pasts, past = Pasts(store), weeks()
    for row in range(first, len(past)):
        pasts.take(of, means(past, row), past.at[row] + 12.0, None)
    return pasts


def test_what_is_kept_packed_says_what_the_values_said(tmp_path: Path) -> None:
    store, of = FileStore(tmp_path / "state.sqlite"), location()
    at = weeks().at[-1] + LATER
    pasts = fed(store, of)
    assert pasts.judge(weeks().at[0], {of.uuid: of}) is None, "an hour goes by first"
    found = pasts.judge(at, {of.uuid: of})
    assert found is not None
    judge = Judge()
    judge.load_history(site_of(sites.build(faults=[FAULT])), weeks())
    plain = {n: verdict.verdict for n, verdict in judge.judgement().channels.items()}
    assert {n: word.verdict for n, word in found[1].words.items()} == plain
    assert plain[8] == "reversed"
    assert found[1].words[8].codes == ("ct-reversed",)
    assert pasts.judge(at + PACE, {of.uuid: of}) is None, "once a day"
    assert pasts.judge(at + EVERY, {of.uuid: of}) is not None
    store.close()


def test_hours_survive_a_restart_and_old_ones_go(tmp_path: Path) -> None:
    path, of = tmp_path / "state.sqlite", location()
    store = FileStore(path)
    pasts = fed(store, of, first=len(weeks()) - 200)
    pasts.close()
    store.close()
    store = FileStore(path)
    kept = store.hours(of.uuid)
    assert 17 <= len(kept) <= 18
    assert sum(map(len, kept)) < 17 * 1200
    assert Pasts(store).judge(NOW, {of.uuid: of}) is None, "nothing new was heard of it yet"
    again = Pasts(store)
    again.take(of, means(weeks(), len(weeks()) - 1), NOW, None)
    assert again.judge(NOW + LATER, {of.uuid: of}) is not None
    store.keep_hour(of.uuid, int(NOW) + KEPT, b"newer")
    store.close()
    assert len(FileStore(path).hours(of.uuid)) <= 2


def test_a_clock_that_was_a_year_ahead_keeps_no_past_from_being_judged(tmp_path: Path) -> None:
    store, of, year = FileStore(tmp_path / "state.sqlite"), location(), 365 * EVERY
    pasts = fed(store, of)
    assert pasts.judge(NOW + year, {of.uuid: of}) is not None
    pasts.put_back(year)
    assert pasts.judge(NOW + EVERY - 60.0, {of.uuid: of}) is None, "once a day by either clock"
    assert pasts.judge(NOW + EVERY, {of.uuid: of}) is not None
    later = Pasts(store)
    later.take(of, means(weeks(), len(weeks()) - 1), NOW, NOW + year)
    assert later.judge(NOW + LATER, {of.uuid: of}) is not None


def test_of_who_is_heard_no_more_no_hour_is_held_or_kept(tmp_path: Path) -> None:
    store, of = FileStore(tmp_path / "state.sqlite"), location()
    pasts = Pasts(store)
    pasts.take(of, means(weeks(), 0), NOW, None)
    pasts.forget({})
    pasts.close()
    assert not store.hours(of.uuid)


def test_what_was_configured_otherwise_counts_no_more(tmp_path: Path) -> None:
    store, of = FileStore(tmp_path / "state.sqlite"), location()
    pasts = fed(store, of, first=len(weeks()) - 200)
    of._prints = (1, 2)
    assert pasts.judge(NOW + LATER, {of.uuid: of}) is None, "nothing is left of it"


def test_an_hour_of_a_large_house_that_sends_often_has_room(tmp_path: Path) -> None:
    store, of, random = FileStore(tmp_path / "state.sqlite"), location(), Random(1)
    pasts = Pasts(store)
    for row in range(24):
        channels = tuple(
            ChannelMeans(n, 60 * random.random(), 9000 * random.random(), None, 900 * random.random(), None)
            for n in range(80)
        )
        pasts.take(of, IntervalMeans(NOW, (230.0, 231.0, 232.0), None, channels), NOW + row, None)
    pasts.close()
    assert not store.notes
    assert len(store.hours(of.uuid)) == 1


def test_rubbish_on_the_shelf_is_left_out(tmp_path: Path) -> None:
    store, of = FileStore(tmp_path / "state.sqlite"), location()
    pasts = fed(store, of)
    for number, data in enumerate((b"", b"rubbish", b"\x00" * 5000)):
        store.keep_hour(of.uuid, int(weeks().at[0]) - number, data)
    assert pasts.judge(NOW + LATER, {of.uuid: of}) is not None


def said(**words: str) -> Said:
    return Said(
        {int(n[1:]): ChannelWord(word, 1, ("ct-reversed",) if word == "reversed" else ()) for n, word in words.items()}
    )


@pytest.mark.parametrize(("turn", "weeks_said", "verdict"), [
    ("no_current", "ok", "ok"),
    ("ok", "reversed", "ok"),
    ("reversed", "ok", "fault"),
    ("no_current", "no_current", "undecided"),
])  # fmt: skip
def test_the_past_fills_in_what_a_turn_could_not_decide(turn: str, weeks_said: str, verdict: str) -> None:
    standing = Standing(verdict="undecided", judged=5.0, words=said(n0="ok", n1=turn).words)
    standing.verdict = "fault" if turn == "reversed" else "undecided" if turn == "no_current" else "ok"
    for day in (1, 2):
        judge_past(standing, said(n0="ok", n1=weeks_said), day * EVERY)
    assert standing.verdict == verdict
    assert standing.judged == 5.0, "that is when its turn was"


def test_a_fault_of_the_past_alone_counts_when_two_days_say_so() -> None:
    standing = Standing(verdict="undecided", judged=5.0, words=said(n0="ok", n1="no_current").words)
    assert judge_past(standing, said(n0="ok", n1="reversed"), EVERY) is None
    assert standing.verdict == "undecided"
    told = judge_past(standing, said(n0="ok", n1="reversed"), 2 * EVERY)
    assert told is not None
    assert (told.after, told.codes) == ("fault", ("ct-reversed",))


def test_one_of_which_only_means_come_is_judged_by_them() -> None:
    standing = Standing()
    judge_past(standing, said(n0="ok", n1="unused"), EVERY)
    assert (standing.verdict, standing.judged) == ("ok", EVERY)
