"""What load steps say of a grid CT by their angle and by the voltages, and how much at most."""

import math

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.grid_meter import LoadStep, combined_load_steps, sag_likelihoods
from smappee_tui.diagnosis.model.geometry import STAR
from tests.diagnosis.made import role

NOWHERE = (math.nan,) * 3
"""No voltage is published."""
GRID = role(0, kind="grid")


def step(watts: float, volts: tuple[float, float, float] = NOWHERE, announced: float = math.nan) -> LoadStep:
    """A resistive load that was switched."""
    return LoadStep(0, watts, 0.0, 0.0, math.nan, volts, announced)


def scores(*steps: LoadStep) -> list[float]:
    found: list[float] = combined_load_steps(list(steps), GRID, STAR, False, 230.0, 0.3).tolist()
    return found


def test_alike_steps_say_by_their_angle_what_one_says() -> None:
    assert scores(step(2000.0))[2] == pytest.approx(-2.5, abs=0.01)
    assert scores(*[step(2000.0)] * 9)[2] == pytest.approx(-2.5, abs=0.01)


def test_further_kinds_of_steps_count_less() -> None:
    sizes = [1000.0 * 1.3**n for n in range(7)]
    assert scores(*map(step, sizes[:4]))[2] == pytest.approx(-4 * 2.5, abs=0.01)
    assert scores(*map(step, sizes[:6]))[2] == pytest.approx(-4 * 2.5 - 2 * 0.4 * 2.5, abs=0.01)


def test_an_announced_step_says_more_and_further_ones_half_of_it() -> None:
    one = step(2000.0, announced=2000.0)
    assert scores(one)[1] == pytest.approx(-5.3, abs=0.01), "turned"
    assert scores(one, one)[1] == pytest.approx(-1.5 * 5.3, abs=0.01)
    assert scores(*[one] * 9)[1] == pytest.approx(-2 * 5.3, abs=0.01)


def test_voltages_say_at_most_so_much_a_step() -> None:
    """The own phase falls by 5 V, the others rise; that it is on L2 is against all of them."""
    one = step(4600.0, (-5.0, 1.0, 1.0))
    for count in (1, 3):
        assert scores(*[one] * count)[2] == pytest.approx(-2.5 - count * 3.2, abs=0.02)
    announced = step(4600.0, (-5.0, 1.0, 1.0), announced=4600.0)
    assert scores(announced)[2] == pytest.approx(-2 * 5.3, abs=0.02)


def test_a_step_that_cannot_move_the_voltage_proves_nothing_by_it() -> None:
    """100 W are 0.13 V on a supply of 0.3 ohm; the cap follows."""
    silent, moved = scores(step(100.0)), scores(step(100.0, (-5.0, 1.0, 1.0)))
    assert moved == pytest.approx(silent, abs=0.3 * 100.0 / 230.0 / 0.3 + 0.01)


def test_somebody_elses_step_costs_no_more_than_that_somebody_switched() -> None:
    far = sag_likelihoods(np.array([[-40.0]]), np.zeros((1, 6, 1)), 0.3)
    still = sag_likelihoods(np.array([[0.0]]), np.zeros((1, 6, 1)), 0.3)
    assert np.log(far) == pytest.approx(math.log(0.08) - 4.0)
    assert np.log(still) == pytest.approx(math.log(0.92 + 0.08 * math.exp(-4.0)))
