"""Sums of a phase: what is no fault never is one, what cannot be is found and named."""

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.sums.balance import balances, nested
from smappee_tui.diagnosis.model.geometry import DELTA_LINE, STAR
from tests.diagnosis.made_blocks import blocks, household, role, roles, sun

ROLES = roles(role(0, kind="grid"), role(1), role(2))


@pytest.mark.parametrize("seed", range(20))
def test_meters_with_an_offset_and_a_gain_of_their_own_are_no_contradiction(seed: int) -> None:
    """Measured houses whose meters do not share their seconds rest at -30 to -120 W."""
    chance = np.random.default_rng(seed)
    loads = {1: household(seed), 2: household(seed + 100)}
    offset, gains = chance.uniform(-70, 70), 1 + chance.normal(0, 0.012, 3)
    house = (loads[1] + loads[2] + household(seed + 200, base=40)) * gains[0] + offset
    (one,) = balances(blocks({0: house, 1: loads[1] * gains[1], 2: loads[2] * gains[2]}), ROLES, STAR)
    assert one.balance.verdict == "ok"
    assert not one.excess


@pytest.mark.parametrize("seed", range(20))
def test_the_parts_add_up_whatever_flows(seed: int) -> None:
    loads, made, rest = household(seed), sun(seed), household(seed + 50, base=30)
    found = balances(
        blocks({0: loads + rest - made, 1: loads, 2: made}),
        roles(role(0, kind="grid"), role(1), role(2, kind="solar")),
        STAR,
    )
    (one,) = found
    assert one.balance.verdict == "ok"
    assert one.balance.unmetered == pytest.approx(rest.mean(), abs=0.01)
    assert one.balance.grid + one.balance.production - one.balance.circuits == pytest.approx(one.balance.unmetered)


@pytest.mark.parametrize("factor", [1.6, 2.0, 4.0])
def test_a_circuit_above_its_phase_is_named(factor: float) -> None:
    loads, rest = household(1, base=0), household(2, base=60, peak=300)
    (one,) = balances(blocks({0: loads + rest, 1: factor * loads, 2: rest / 2}), ROLES, STAR)
    assert one.balance.verdict == "impossible"
    assert [excess.input for excess in one.excess] == [1]
    assert one.excess[0].watts > 1.1 * one.excess[0].supply


def test_what_nobody_measures_may_give_and_then_it_is_a_doubt() -> None:
    loads = household(1, base=800)
    (one,) = balances(blocks({0: loads - 900, 1: loads, 2: 0 * loads}), ROLES, STAR, hides=(0,))
    assert one.balance.verdict == "doubtful"
    assert one.deepest == pytest.approx(-900)


def test_single_stretches_say_nothing() -> None:
    loads = household(1)
    house = loads + 50
    house[[5, 9]] -= 3000
    (one,) = balances(blocks({0: house, 1: loads, 2: 0 * loads}), ROLES, STAR)
    assert one.balance.verdict == "ok"


def test_a_ct_that_did_not_rest_takes_its_stretch_out() -> None:
    loads = household(1)
    circuit = np.where(np.arange(len(loads)) % 2 == 0, loads, np.nan)
    (one,) = balances(blocks({0: loads + 50, 1: circuit, 2: 0 * loads}), ROLES, STAR)
    assert one.seconds == pytest.approx(10.0 * len(loads) / 2)


def test_a_battery_of_unknown_sign_proves_nothing() -> None:
    loads, moved = household(1), 800 * np.sin(np.arange(60) / 5)
    both = roles(role(0, kind="grid"), role(1), role(2, kind="battery"))
    for sign in (1, -1):
        (one,) = balances(blocks({0: loads + moved + 50, 1: loads, 2: sign * moved}), both, STAR)
        assert one.balance.verdict == "ok"


def test_a_battery_that_carries_the_house_is_no_proof_against_the_grid() -> None:
    loads = household(3, base=0)
    (one,) = balances(blocks({0: 0 * loads, 1: loads, 2: 0 * loads}), ROLES, STAR, hides=(0,))
    assert one.balance.verdict == "doubtful"


def test_a_feeder_counts_once() -> None:
    first, second = household(1, base=20), household(2, base=20)
    feeder = first + second + 30
    watts = blocks({0: feeder + 200, 1: feeder, 2: first, 3: second})
    all_roles = roles(role(0, kind="grid"), role(1), role(2), role(3))
    assert nested(watts, all_roles) == {2: 1, 3: 1}
    (one,) = balances(watts, all_roles, STAR)
    assert one.balance.verdict == "ok"
    assert one.balance.unmetered == pytest.approx(200)


def test_a_circuit_that_only_sometimes_moves_with_another_hangs_under_none() -> None:
    first = household(1)
    both = np.where(np.arange(60) < 20, first, household(9))
    watts = blocks({0: first + both, 1: both, 2: first})
    assert nested(watts, ROLES) == {}


def test_nothing_is_added_up_on_a_delta_supply() -> None:
    loads = household(1)
    (one,) = balances(blocks({0: loads, 1: 3 * loads, 2: loads}), ROLES, DELTA_LINE)
    assert (one.balance.verdict, one.excess) == ("unchecked", ())


def test_a_phase_without_circuits_is_unchecked() -> None:
    (one,) = balances(blocks({0: household(1)}), roles(role(0, kind="grid")), STAR)
    assert one.balance.verdict == "unchecked"
