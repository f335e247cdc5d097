import cmath
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.evidence.edges import (
    Change,
    TestEdge,
    matching_mark,
    nominal_watts,
    score_edge,
    wire_score,
)
from smappee_tui.diagnosis.evidence.grid_edges import edge_scores, share
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.model.geometry import DELTA_NEUTRAL, STAR
from smappee_tui.diagnosis.model.hypotheses import COUNT
from smappee_tui.diagnosis.model.weights import ANNOUNCED_CAP
from smappee_tui.protocol.received import Mark
from tests.diagnosis.made import VOLTS, guided, resting, role
from tests.simulated.random_sites import RandomOptions, random_site

TestEdge.__test__ = False  # type: ignore[attr-defined]  # a term of the trade; pytest takes it for a test


def edge(
    phase: int, wiring: int, real: float, load: complex, kind: str, *, exact: bool, nominal: float = 2000.0
) -> TestEdge:
    """A heater switched on a circuit that already carries a load, read by a CT that sits as `wiring` says."""
    turn = cmath.rect(1, math.radians(STAR.rho(phase, wiring)))
    powers = [load * turn, (load + real) * turn]
    if kind == "load-off":
        powers.reverse()
    # As published: whole watts, and whole VA or the current in steps of 0.1 A.
    apparent = [float(round(abs(p))) if exact else VOLTS * round(abs(p) / VOLTS, 1) for p in powers]
    change = Change(round(powers[0].real), round(powers[1].real), *apparent)
    mark = Mark(100.0, kind, nominal, 3)  # type: ignore[arg-type]
    return TestEdge(mark, 100.0, nominal_watts(mark, VOLTS), {3: change}, exact)


loads = st.builds(cmath.rect, st.floats(0, 1500), st.floats(-0.8, 0.8))
"""What runs on the circuit meanwhile."""


@given(
    st.integers(0, 2),
    st.integers(0, COUNT - 1),
    st.floats(0.93, 1.07),
    loads,
    st.sampled_from(("load-on", "load-off")),
    st.booleans(),
)
def test_the_true_wiring_is_never_among_the_losers(
    phase: int, wiring: int, size: float, load: complex, kind: str, exact: bool
) -> None:
    score = score_edge(edge(phase, wiring, 2000 * size, load, kind, exact=exact), role(3, phase), STAR)
    assert score is not None
    assert score.scores[wiring] > -1.5
    assert score.sizes[wiring] == pytest.approx(2000 * size, rel=0.03)


@given(st.integers(0, 2), st.sampled_from(("load-on", "load-off")), st.floats(0.93, 1.07), loads, st.booleans())
def test_right_and_turned_are_told_apart_whatever_flows(
    phase: int, kind: str, size: float, load: complex, exact: bool
) -> None:
    for wiring, other in ((2 * phase, 2 * phase + 1), (2 * phase + 1, 2 * phase)):
        score = score_edge(edge(phase, wiring, 2000 * size, load, kind, exact=exact), role(3, phase), STAR)
        assert score is not None
        assert max(range(COUNT), key=lambda h: score.scores[h]) == wiring
        assert score.scores[other] == -ANNOUNCED_CAP


def test_no_movement_is_no_score() -> None:
    still = TestEdge(Mark(1.0, "load-on", 2000.0, 3), 1.0, 2000.0, {3: Change(300, 310, 320, 330)}, True)
    assert score_edge(still, role(), STAR) is None
    assert score_edge(still, role(9), STAR) is None


@pytest.mark.parametrize("wiring", range(COUNT))
def test_the_grid_ct_on_the_same_wire_must_agree(wiring: int) -> None:
    one = edge(0, wiring, 2000.0, 200 + 50j, "load-on", exact=True)
    one.changes[0] = Change(500.0, 2500.0, 520.0, 2510.0)
    one.changes[1] = Change(300.0, 302.0, 320.0, 322.0)
    score = score_edge(one, role(3, 0), STAR)
    assert score is not None
    with_it = wire_score(score, wiring, [(0, 0.0, 4.0)])
    assert with_it > wire_score(score, wiring, [(1, 0.0, 4.0)]) + 3
    assert wire_score(score, wiring, []) == 0


@pytest.mark.parametrize(
    ("step_at", "found"),
    [(100.0, True), (98.0, True), (97.0, True), (101.0, True), (96.0, False), (102.0, False)],
)
def test_the_operator_speaks_a_little_late(step_at: float, found: bool) -> None:
    assert (matching_mark([Mark(100.0, "load-on", 2000.0)], step_at) is not None) == found


def test_the_nearest_mark_counts() -> None:
    marks = [Mark(100.0, "load-on", 2000.0), Mark(102.5, "load-off", 2000.0)]
    found = matching_mark(marks, 101.0)
    assert found is not None
    assert found.kind == "load-off"


@given(st.floats(1, 5000), st.floats(0, 400))
def test_a_heater_follows_the_square_of_the_voltage(watts: float, volts: float) -> None:
    nominal = nominal_watts(Mark(0.0, "load-on", watts), volts)
    assert nominal == pytest.approx(watts * (volts / 230) ** 2 if volts > 100 else watts)


@pytest.mark.parametrize(("seed", "expected"), [(22, {4: 1, 5: 0}), (34, {5: 2, 6: 1})])
def test_mates_of_one_load_that_answer_for_each_other_are_swapped(seed: int, expected: dict[int, int]) -> None:
    """The heater on one phase of a three-phase circuit shows on its mate: a wrong phase, no question where it was."""
    monitor = random_site(seed, guided=True)
    judgement = guided(monitor)
    assert {n: v.actual_phase for n, v in judgement.channels.items() if v.verdict == "wrong_phase"} == expected
    assert "ct-swapped" in {f.code for f in judgement.findings}
    assert "ct-exchanged" not in {f.code for f in judgement.findings}


def test_a_heater_between_two_lines_over_a_running_machine_accuses_nobody() -> None:
    """On a delta supply its angle is ±30 degrees at each line; over a lagging base load V·I rises by less than P."""
    monitor = random_site(95, guided=True, options=RandomOptions(kind="delta"))
    said = {n: v.verdict for n, v in guided(monitor).channels.items() if v.verdict not in ("ok", "unused")}
    assert said == {8: "reversed"}


def test_no_announced_edge_says_more_than_its_cap() -> None:
    one = edge(0, 0, 2000.0, 0j, "load-on", exact=True)
    one.changes[0] = Change(500.0, 2500.0, 520.0, 2510.0)
    one.changes[1] = Change(500.0, 500.0, 520.0, 520.0)
    score = score_edge(one, role(3, 0), STAR)
    assert score is not None
    assert (score.scores[0], score.scores[1]) == (0.0, -5.3)
    assert wire_score(score, 0, [(0, 0.0, 4.0)]) == 3.8
    assert wire_score(score, 0, [(1, 0.0, 4.0)]) == -3.8


def test_several_grid_cts_say_no_more_of_one_edge_than_its_cap() -> None:
    """Between two lines: which pair it was is not announced."""
    evidence = Evidence(DELTA_NEUTRAL)
    evidence.grid_inputs = (0, 1, 2)
    for n in range(3):
        evidence.roles[n] = role(n, n, kind="grid")
        evidence.tracks[n] = resting(300.0, 300.0)
    states = np.array(list(itertools.product(range(COUNT), repeat=3)))
    reads = [share(DELTA_NEUTRAL, n, 2 * n, 0) * 2000.0 for n in range(3)]
    for count in (1, 3):
        evidence.edges = {
            (mark := Mark(100.0 * n, "load-on", 2000.0)): TestEdge(
                mark,
                mark.at,
                2000.0,
                {k: Change(300.0, 300.0 + more, 300.0, 300.0 + more) for k, more in enumerate(reads)},
                True,
            )
            for n in range(count)
        }
        found = edge_scores(evidence, states)
        assert found.max() == 0.0
        assert found.min() == -4.0 * count
