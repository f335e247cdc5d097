"""How late grid CTs answer, what they do anyway, and when a circuit was wired otherwise."""

import math

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.explained import log_density
from smappee_tui.diagnosis.evidence.flicker import EARLY
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.evidence.wire_events import LAGS
from smappee_tui.diagnosis.evidence.wire_scores import _lag_chances, _rewired

NOBODY = -1


def chances(*late: int, steps: int = 12) -> Array:
    """Of each circuit, by lag: so many seconds after each of its steps the one grid CT answers, or `NOBODY` knows."""
    grid = len(late)
    rows = [(circuit, lag) for circuit, lag in enumerate(late) if lag != NOBODY for _ in range(steps)]
    own, answer = np.zeros((len(rows), grid)), np.zeros((len(rows), len(LAGS)))
    for row, (circuit, lag) in enumerate(rows):
        own[row, circuit] = 2000.0
        answer[row, EARLY + lag] = 2000.0
    whose = np.array([circuit for circuit, _ in rows], dtype=int)
    return _lag_chances(own, [(answer, np.linspace(-30.0, 30.0, 40))], np.arange(len(rows)), whose)


def test_the_nearer_lag_is_likelier() -> None:
    (mine,) = chances(NOBODY)
    e = math.exp(-1.0)
    assert mine[EARLY + 1] / mine[EARLY] == pytest.approx((e + 0.002) / 1.002)
    assert mine[EARLY - 2] / mine[EARLY] == pytest.approx((e**2 + 0.002) / 1.002)


def test_each_lag_keeps_a_chance_whatever_the_steps_say() -> None:
    (mine,) = chances(1)
    assert mine.argmax() == EARLY + 1
    assert mine.min() == pytest.approx(0.002, rel=0.05)


def test_what_the_others_say_of_the_lag_is_bounded() -> None:
    """Of a circuit that never stepped: all answer at once, and a second late is not excluded."""
    quiet = chances(0, 0, 0, NOBODY)[-1]
    assert quiet[EARLY + 1] / quiet[EARLY] == pytest.approx(math.exp(-6.0) + 0.002, rel=0.02)


def test_a_circuit_on_another_hub_has_a_lag_of_its_own() -> None:
    """At most 12 nats by its own steps, 6 of which the others may take away."""
    late = chances(0, 0, 3)[-1]
    assert late.argmax() == EARLY + 3
    assert late[EARLY] / late[EARLY + 3] == pytest.approx(math.exp(-6.0) + 0.002, rel=0.02)


@pytest.mark.parametrize(("nats", "found"), [(3.7, None), (3.8, 30)])
def test_two_wirings_in_turn_must_explain_steps_clearly_better_than_one(nats: float, found: int | None) -> None:
    """Two steps on one wire, then two on another: one wiring explains half of them."""
    said = np.array([[nats, 0.0]] * 2 + [[0.0, nats]] * 2)
    assert _rewired(said, [10, 20, 30, 40]) == found


@pytest.mark.parametrize("watts", [0.0, 20.0, 250.0, 2500.0, 9000.0])
def test_what_a_grid_ct_does_anyway_is_of_three_scales_and_of_any_size(watts: float) -> None:
    expected = sum(
        share / scale * math.exp(-0.5 * (watts / scale) ** 2)
        for share, scale in ((0.6, 10.0), (0.3, 100.0), (0.1, 1000.0), (0.02, 10_000.0))
    )
    found = log_density(np.array([watts]), np.array([10.0, 100.0, 1000.0]), np.zeros(1))
    assert found.tolist() == pytest.approx([math.log(expected)], abs=0.01)


def test_the_more_is_asked_the_clearer_a_new_wiring_must_be() -> None:
    """Of 28 circuits over an hour one looks rewired by chance; of one circuit the same is no chance."""
    steps = np.zeros((24, 3))
    steps[:12, 0], steps[12:, 1] = 0.7, 0.7
    numbers = list(range(100, 124))
    assert _rewired(steps, numbers) == 112
    assert _rewired(steps, numbers, circuits=28) is None
    assert _rewired(2 * steps, numbers, circuits=28) == 112
