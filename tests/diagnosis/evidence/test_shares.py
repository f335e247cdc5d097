"""How much of a circuit a grid CT shows: as much as there is, whatever else goes on."""

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.sums.blocks import Blocks
from smappee_tui.diagnosis.evidence.sums.shares import seen_shares
from tests.diagnosis.made_blocks import blocks, household, role, roles, sun

ROLES = roles(role(0, 0, "grid"), role(1, 1, "grid"), role(3), role(4), role(5, 1))


def house(seed: int, count: int = 600) -> dict[int, np.ndarray]:
    """Two phases, three circuits, and as much again that nobody measures."""
    loads = {n: household(10 * seed + n, count, base=20) for n in (3, 4, 5)}
    rest = [household(1000 + 10 * seed + k, count, base=150) for k in (0, 1)]
    return {0: loads[3] + loads[4] + rest[0], 1: loads[5] + rest[1], **loads}


@pytest.mark.parametrize("seed", range(10))
def test_a_circuit_shows_on_its_own_phase_and_nowhere_else(seed: int) -> None:
    shares = seen_shares(blocks(house(seed), 300.0), ROLES)
    for (k, n), share in shares.items():
        own = ROLES[k].phase == ROLES[n].phase
        assert share.value == pytest.approx(1.0 if own else 0.0, abs=max(0.03, 4 * share.doubt))


@pytest.mark.parametrize("factor", [0.5, 0.6, 2.0])
def test_a_size_is_seen_as_what_it_is(factor: float) -> None:
    watts = house(1)
    watts[3] = watts[3] * factor
    assert seen_shares(blocks(watts, 300.0), ROLES)[0, 3].value == pytest.approx(1 / factor, rel=0.05)


def test_production_shows_as_what_it_spares() -> None:
    watts = house(2)
    watts[3] = 3 * sun(2, 600) * (np.arange(600) % 40 > 20)
    watts[0] = watts[4] - watts[3]
    shares = seen_shares(blocks(watts, 300.0), {**ROLES, 3: role(3, 0, "solar")})
    assert shares[0, 3].value == pytest.approx(1.0, abs=0.02)


def test_what_hardly_changes_has_no_share() -> None:
    watts = {**house(3), 3: np.full(600, 80.0)}
    assert (0, 3) not in seen_shares(blocks(watts, 300.0), ROLES)


def test_across_a_hole_in_time_nothing_is_compared() -> None:
    one = blocks({0: household(1, 60), 3: household(1, 60)}, 300.0)
    apart = Blocks(one.inputs, one.at * 3, one.seconds, one.watts, one.amps, one.volt_amperes)
    assert seen_shares(apart, ROLES) == {}


def test_the_cts_of_a_three_phase_load_are_compared_with_their_own_phase_only() -> None:
    loads = household(4, 600)
    members = roles(role(0, 0, "grid"), role(1, 1, "grid"), role(3, 0, group="pump"), role(4, 1, group="pump"))
    shares = seen_shares(blocks({0: loads + 100, 1: loads + 50, 3: loads, 4: loads}, 300.0), members)
    assert set(shares) == {(0, 3), (1, 4)}
