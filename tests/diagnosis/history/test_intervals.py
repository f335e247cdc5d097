"""The record of a past: bounded, in order, patient with gaps."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.history.intervals import MOST, IntervalHistory
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.simulator import sites
from tests.diagnosis.history.made import past_of, site_of


def test_it_keeps_31_days() -> None:
    past = IntervalHistory([0])
    for k in range(MOST + 1000):
        past.add(k * 300.0, {0: float(k)}, {0: 0.0}, [230.0])
    assert MOST <= len(past) <= MOST + 288
    assert past.dropped + len(past) == MOST + 1000
    assert past.columns[0].watts[-1] == MOST + 999
    assert len(past.columns[0].watts) == len(past.volts[0]) == len(past)


def test_a_repeated_time_counts_once_and_an_older_one_not_at_all() -> None:
    past = IntervalHistory([0])
    past.add(300.0, {0: 1.0}, {}, [])
    past.add(300.0, {0: 2.0}, {}, [])
    past.add(0.0, {0: 9.0}, {}, [])
    assert list(past.at) == [300.0]
    assert list(past.columns[0].watts) == [2.0]
    assert past.disordered == 1


def test_only_neighbours_are_compared() -> None:
    past = IntervalHistory([0])
    for at in (0.0, 300.0, 900.0, 1200.0):
        past.add(at, {0: 1.0}, {}, [])
    assert past.neighbours() == [1, 3]


@given(
    st.lists(
        st.tuples(
            st.floats(0, 1e6),
            st.one_of(st.none(), st.floats()),
            st.one_of(st.none(), st.floats()),
            st.lists(st.one_of(st.none(), st.floats(0, 400)), max_size=4),
        ),
        max_size=30,
    )
)
def test_anything_can_be_recorded(rows: list[tuple[float, float | None, float | None, list[float | None]]]) -> None:
    past = IntervalHistory([0, 7])
    for at, watts, reactive, volts in rows:
        past.add(at, {0: watts}, {0: reactive, 7: 1.0}, volts)
    assert list(past.at) == sorted(set(past.at))
    assert not any(math.isinf(w) for w in (*past.columns[0].watts, *past.columns[0].vars))
    assert len(past.columns[7].watts) == len(past.volts[2]) == len(past)


def test_a_past_full_of_holes_is_judged_all_the_same() -> None:
    monitor = sites.build("home3pv", faults=["reversed:6"])
    whole = past_of(monitor, 3)
    holed = IntervalHistory(list(whole.columns))
    for k in range(len(whole)):
        if k % 7 == 3:
            continue
        gone = {0} if k % 5 == 0 else set()
        holed.add(
            whole.at[k],
            {n: None if n in gone else c.watts[k] for n, c in whole.columns.items()},
            {n: None if n in gone else c.vars[k] for n, c in whole.columns.items()},
            [None if k % 11 == 0 else column[k] for column in whole.volts],
        )
    judge = Judge()
    judge.load_history(site_of(monitor), holed)
    assert judge.judgement().channels[6].verdict == "reversed"


def test_an_empty_past_proves_nothing() -> None:
    monitor = sites.build("home3pv")
    judge = Judge()
    judge.load_history(site_of(monitor), IntervalHistory([ct.input for ct in monitor.site.cts]))
    assert {v.verdict for v in judge.judgement().channels.values()} <= {"no_current", "unused"}


def test_values_without_voltage_or_reactive_power_convict_nobody() -> None:
    monitor = sites.build("home3pv")
    whole = past_of(monitor, 2)
    bare = IntervalHistory(list(whole.columns))
    for k in range(len(whole)):
        bare.add(whole.at[k], {n: c.watts[k] for n, c in whole.columns.items()}, {}, [])
    judge = Judge()
    judge.load_history(site_of(monitor), bare)
    assert judge.judgement().count("fault") == 0


def test_absurd_values_are_none() -> None:
    past = IntervalHistory([0])
    past.add(0.0, {0: 1e300}, {0: -math.inf}, [1e30])
    assert math.isnan(past.columns[0].watts[0])
    assert math.isnan(past.columns[0].vars[0])
    assert math.isnan(past.volts[0][0])


@pytest.mark.parametrize("size", [9e8, -9e8])
def test_huge_values_are_judged_without_a_crash(size: float) -> None:
    monitor = sites.build("home3pv")
    past = past_of(monitor, 1)
    wild = IntervalHistory(list(past.columns))
    for k in range(len(past)):
        wild.add(past.at[k], {n: size if (k + n) % 3 else 0.0 for n in past.columns}, {0: size}, [size, 0.0, -size])
    judge = Judge()
    judge.load_history(site_of(monitor), wild)
    assert len(judge.judgement().channels) == len(past.columns)
