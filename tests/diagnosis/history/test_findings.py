"""What was mended within the weeks is judged as it is now, and what was broken within them is found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.simulator import sites
from tests.diagnosis.history.made import FAULTS, NOW, past_of, site_of, verdicts


def _judged(before: Sequence[str], after: Sequence[str], days_before: float, days_after: float) -> Judge:
    """A family house that was wired one way and then another."""
    whole = past_of(sites.build("home3pv", faults=before), days_before, until=NOW - days_after * 86_400)
    now = sites.build("home3pv", faults=after)
    past_of(now, days_after, into=whole)
    judge = Judge()
    judge.load_history(site_of(now), whole)
    return judge


def _faults(judge: Judge) -> dict[int, tuple[str, int | None]]:
    return {n: word for n, word in verdicts(judge).items() if word[0] in FAULTS}


def _notes(judge: Judge) -> list[str]:
    return [str(f.subject) for f in judge.judgement().findings if f.code == "wiring-changed"]


def test_mended_circuits_are_well_and_the_change_is_told() -> None:
    judge = _judged(["reversed:6", "phase:8,L2"], [], 4, 3)
    assert _faults(judge) == {}
    assert _notes(judge) == ["channel:6", "channel:8"]


def test_a_mended_meter_takes_the_circuits_with_it() -> None:
    judge = _judged(["swapped:0,1"], [], 6, 3)
    assert _faults(judge) == {}
    assert _notes(judge) == ["supply"]


def test_a_clamp_turned_lately_is_found() -> None:
    judge = _judged([], ["reversed:3"], 4, 2.5)
    assert _faults(judge) == {3: ("reversed", None)}
    assert _notes(judge) == ["channel:3"]


@pytest.mark.parametrize("faults", [[], ["swapped:0,1", "reversed:7"]])
def test_nothing_changed_nothing_told(faults: list[str]) -> None:
    judge = _judged(faults, faults, 3, 4)
    assert _notes(judge) == []
    assert set(_faults(judge)) == ({0, 1, 7} if faults else set())


def test_a_past_is_cut_without_touching_it() -> None:
    past = IntervalHistory([0, 1])
    for k in range(10):
        past.add(300.0 * k, {0: float(k), 1: 1.0}, {}, [230.0])
    assert list(past.last(900.0).at) == [1800.0, 2100.0, 2400.0, 2700.0]
    shorter = past.without({0: 2400.0})
    assert [w for w in shorter.columns[0].watts if w == w] == [8.0, 9.0]
    assert len(shorter.columns[1].watts) == len(past) == 10
    assert list(past.columns[0].watts) == [float(k) for k in range(10)]
