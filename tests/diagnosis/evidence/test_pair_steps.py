"""Load steps between two lines: which wirings of the grid CTs explain what all of them showed."""

from __future__ import annotations

import cmath
import itertools
import math

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.pair_steps import (
    MOST_STEPS,
    PairStep,
    PairSteps,
    pair_scores,
    pairs_seen,
)
from smappee_tui.diagnosis.model.geometry import DELTA_LINE, DELTA_NEUTRAL, LINES, Geometry
from smappee_tui.diagnosis.model.weights import PAIR_CAP, PAIR_DEPTH, PAIR_FAMILY_DEPTH

State = tuple[int, ...]


def step(geometry: Geometry, state: State, pair: tuple[int, int], watts: float, angle: float = 0.0) -> PairStep:
    """What grid CTs that sit so show of a load that is switched on (watts > 0) or off between two lines."""
    enters, leaves = pair
    power = cmath.rect(watts / math.cos(math.radians(angle)), math.radians(angle))
    seen = []
    for configured, hypothesis in enumerate(state):
        reference = LINES[configured] - (LINES[2] if geometry is DELTA_LINE else 0.0)
        line, sign = hypothesis // 2, -1 if hypothesis % 2 else 1
        current = {enters: 1, leaves: -1}.get(line, 0) / (LINES[enters] - LINES[leaves])
        seen.append(sign * power * reference * current)
    return PairStep(
        tuple(one.real for one in seen),
        tuple((abs(one.imag), abs(one.imag) + 200.0) for one in seen),
        math.copysign(sum(map(abs, seen)), watts),
    )


def scores(geometry: Geometry, steps: list[PairStep], hides: float = 0.06) -> dict[State, float]:
    count, wide = (2, 4) if geometry is DELTA_LINE else (3, 6)
    states = np.array(list(itertools.product(range(wide), repeat=count)))
    found = pair_scores(steps, tuple(range(count)), geometry, 10.0, hides, states)
    return dict(zip(map(tuple, states.tolist()), found.tolist(), strict=True))


def lead(found: dict[State, float], state: State) -> float:
    """Nats by which a state leads all others; negative where another is better."""
    return found[state] - max(value for other, value in found.items() if other != state)


HEALTHY3, HEALTHY2 = (0, 2, 4), (0, 2)
TURNED, ROTATED, CROSSED = (1, 2, 4), (2, 4, 0), (3, 1, 4)
"""One turned; each on the next line; L1 and L2 exchanged and both turned."""


def test_one_pair_leaves_wirings_that_look_healthy_and_all_pairs_leave_one() -> None:
    once = scores(DELTA_NEUTRAL, [step(DELTA_NEUTRAL, HEALTHY3, (0, 1), 2000)])
    assert once[CROSSED] == pytest.approx(once[HEALTHY3], abs=0.1)
    pairs = [(0, 1), (1, 2), (2, 0)]
    found = scores(DELTA_NEUTRAL, [step(DELTA_NEUTRAL, HEALTHY3, pair, 2000) for pair in pairs])
    assert lead(found, HEALTHY3) > 1.5
    assert max(found, key=lambda state: found[state]) == HEALTHY3


@pytest.mark.parametrize("state", [TURNED, ROTATED, CROSSED, (1, 3, 5), (4, 2, 0)])
def test_a_wrong_wiring_is_the_best_after_loads_between_all_lines(state: State) -> None:
    steps = [step(DELTA_NEUTRAL, state, pair, 1500 + 400 * k) for k, pair in enumerate([(0, 1), (1, 2), (2, 0)])]
    found = scores(DELTA_NEUTRAL, steps)
    assert found[state] > -0.1
    assert found[HEALTHY3] < -3


@pytest.mark.parametrize("state", [HEALTHY2, (1, 2), (2, 0), (1, 3)])
def test_two_wattmeters(state: State) -> None:
    steps = [step(DELTA_LINE, state, pair, 1500 + 400 * k) for k, pair in enumerate([(0, 1), (1, 2), (2, 0)])]
    found = scores(DELTA_LINE, steps)
    assert found[state] > -0.1
    assert lead(found, state) > 0.5


def test_switching_off_says_the_same() -> None:
    on = scores(DELTA_NEUTRAL, [step(DELTA_NEUTRAL, TURNED, (0, 1), 1800)])
    off = scores(DELTA_NEUTRAL, [step(DELTA_NEUTRAL, TURNED, (0, 1), -1800)])
    assert off == pytest.approx(on, abs=0.01)


def test_a_gain_says_nothing_of_the_direction_where_generation_may_hide() -> None:
    steps = [step(DELTA_NEUTRAL, (1, 3, 5), pair, 2000) for pair in ((0, 1), (1, 2), (2, 0))]
    assert scores(DELTA_NEUTRAL, steps)[HEALTHY3] < -5
    assert scores(DELTA_NEUTRAL, steps, hides=1.0)[HEALTHY3] == pytest.approx(0.0, abs=0.01)
    # So sure is a gain of apparent power: odds of 19, for a step, before its cap.
    one = scores(DELTA_NEUTRAL, steps[:1], hides=0.0)
    assert one[(1, 3, 4)] - one[(0, 2, 4)] == pytest.approx(min(PAIR_CAP, math.log(19)), abs=0.02)


def test_no_step_kind_or_watch_says_more_than_its_cap() -> None:
    one = step(DELTA_NEUTRAL, TURNED, (0, 1), 1800)
    assert min(scores(DELTA_NEUTRAL, [one]).values()) == pytest.approx(-PAIR_CAP) == pytest.approx(-2.5)
    many = scores(DELTA_NEUTRAL, [one] * 20)
    assert min(many.values()) == pytest.approx(-PAIR_FAMILY_DEPTH) == pytest.approx(-4.0)
    kinds = [step(DELTA_NEUTRAL, TURNED, pair, 1800, angle) for pair in ((0, 1), (1, 2), (2, 0)) for angle in (0, 45)]
    assert min(scores(DELTA_NEUTRAL, kinds * 9).values()) == pytest.approx(-PAIR_DEPTH) == pytest.approx(-12.0)


def test_steps_of_one_kind_count_by_the_root_of_their_number() -> None:
    one = step(DELTA_NEUTRAL, TURNED, (0, 1), 1800)
    assert min(scores(DELTA_NEUTRAL, [one] * 2).values()) == pytest.approx(-PAIR_CAP * math.sqrt(2), abs=0.01)


@pytest.mark.parametrize(
    ("a", "b", "alike"), [((100, 100, 0), (-55, -55, 0), True), ((100, 100, 0), (130, 80, 0), False)]
)
def test_what_is_one_kind(a: State, b: State, alike: bool) -> None:
    flat = ((0.0, 0.0),) * 3
    assert PairStep(a, flat, 300.0).like(PairStep(b, flat, 300.0)) is alike


def test_what_is_kept() -> None:
    def kept(watts: State, gained: float, least: State = (0, 0, 0)) -> bool:
        record = PairSteps()
        record.add(PairStep(watts, tuple((float(q), 500.0) for q in least), gained))
        return bool(record.steps)

    assert kept((101, 101, 0), 250)
    assert kept((-101, 101, 0), -151)
    assert not kept((99, 99, 0), 250), "too little power"
    assert not kept((300, 300, 0), 149), "too little current"
    assert not kept((300, 300, 70), 800), "a load on three lines"
    assert kept((300, 300, 50), 800)
    assert not kept((300, 300, 0), 800, least=(0, 0, 70)), "the third moved by its reactive power"


def test_the_smallest_go_first_and_memory_is_bounded() -> None:
    record = PairSteps()
    for size in range(200, 200 + 3 * MOST_STEPS):
        record.add(PairStep((float(size), float(size), 0.0), ((0.0, 0.0),) * 3, 500.0))
    assert len(record.steps) == MOST_STEPS == 40
    assert min(one.size for one in record.steps) == 200 + 2 * MOST_STEPS


def test_pairs_are_told_by_which_cts_moved() -> None:
    steps = [step(DELTA_NEUTRAL, HEALTHY3, pair, 2000) for pair in ((0, 1), (0, 1), (1, 2))]
    assert pairs_seen(steps) == 2
    assert pairs_seen(steps[:2]) == 1
    assert pairs_seen([]) == 0
