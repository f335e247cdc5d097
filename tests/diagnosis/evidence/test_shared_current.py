"""Two CTs of one current: who may, and who may not."""

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.sums.shared_current import shared_currents
from smappee_tui.diagnosis.model.geometry import DELTA_LINE, STAR
from tests.diagnosis.made_blocks import blocks, household, role, roles, sun

GRID = (role(0, 0, "grid"), role(1, 1, "grid"), role(2, 2, "grid"))


def found(watts: dict[int, object], *others: object) -> list[tuple[int, int, str]]:
    pairs = shared_currents(blocks(watts), roles(*others), STAR)  # type: ignore[arg-type]
    return [(one.first, one.second, one.kind) for one in pairs]


@pytest.mark.parametrize("gain", [0.985, 1.0, 1.02])
def test_two_grid_cts_round_one_wire(gain: float) -> None:
    one, other = household(1), household(2)
    # The second is multiplied with another phase's voltage: its power differs, its current does not.
    twice = blocks({0: one, 1: -0.5 * one, 2: other})
    twice.volt_amperes[:, 1] = gain * one
    (pair,) = shared_currents(twice, roles(*GRID), STAR)
    assert (pair.first, pair.second, pair.kind, pair.wrong) == (0, 1, "grid", True)
    assert pair.opposite is None


@pytest.mark.parametrize("seed", range(10))
def test_phases_of_a_house_differ(seed: int) -> None:
    assert found({k: household(seed + 20 * k) for k in range(3)}, *GRID) == []


def test_a_house_of_three_phase_loads_only_is_well() -> None:
    loads = household(1, base=500)
    assert found({k: loads * (1 + 0.005 * k) for k in range(3)}, *GRID) == []


@pytest.mark.parametrize("turned", [1, -1])
def test_a_solar_clamp_on_the_grid_wire(turned: int) -> None:
    house = household(1) - sun(1, peak=1200)
    assert found({0: house, 5: -turned * house}, role(0, 0, "grid"), role(5, 0, "solar")) == [(0, 5, "production")]


def test_solar_on_a_phase_without_loads_is_what_the_grid_ct_shows() -> None:
    made = sun(1) * np.where(np.arange(60) % 20 < 12, 1.0, 0.5)
    assert found({0: -made, 5: made}, role(0, 0, "grid"), role(5, 0, "solar")) == []


def test_one_circuit_may_be_all_there_is_on_its_phase() -> None:
    loads = household(1)
    (pair,) = shared_currents(blocks({0: loads, 3: loads}), roles(role(0, 0, "grid"), role(3)), STAR)
    assert (pair.kind, pair.wrong, pair.opposite) == ("whole_phase", False, False)


def test_two_circuits_of_one_current_are_told_and_not_accused() -> None:
    loads = household(1)
    watts = {0: loads + household(2), 3: loads, 4: loads}
    assert found(watts, role(0, 0, "grid"), role(3), role(4)) == [(3, 4, "circuits")]


def test_the_cts_of_one_load_carry_the_same() -> None:
    loads = household(1)
    members = [role(k, k - 3, group="pump") for k in (3, 4, 5)]
    assert found({3: loads, 4: loads, 5: loads}, *members) == []


def test_a_ct_configured_on_its_mates_phase_has_its_current_and_not_its_power() -> None:
    loads = household(1)
    both = blocks({3: loads, 4: -0.5 * loads})
    both.volt_amperes[:, 1] = loads
    assert shared_currents(both, roles(role(3), role(4)), STAR) == ()


def test_equal_sizes_that_change_apart_are_two_currents() -> None:
    first = household(1, base=1000, peak=100)
    assert found({3: first, 4: first[::-1].copy()}, role(3), role(4)) == []


def test_on_a_delta_supply_two_lines_share_the_current_of_a_load_between_them() -> None:
    loads = household(1)
    assert shared_currents(blocks({0: loads, 1: loads, 2: 0 * loads}), roles(*GRID), DELTA_LINE) == ()
