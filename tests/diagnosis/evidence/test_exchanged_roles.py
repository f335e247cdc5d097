"""Whether an input behaves as its role says."""

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.sums.exchanged_roles import behaviour, exchanges
from tests.diagnosis.made_blocks import blocks, household, role, roles, sun

ROLES = roles(role(0, 0, "grid"), role(1, 0, "solar"), role(2))
DAY = 288
"""Five-minute means of a day."""
HOURS = np.arange(2 * DAY) / 12 % 24
NIGHT = (HOURS < 5) | (HOURS > 22)
BELL = 2500 * np.clip(np.sin((HOURS - 6) / 12 * np.pi), 0, None)
"""Production of two clear days."""


def pump(seed: int, count: int = 60) -> np.ndarray:
    on = np.random.default_rng(seed).random(count // 5 + 1) < 0.5
    return np.asarray(1700.0 * np.repeat(on, 5)[:count])


@pytest.mark.parametrize("seed", range(10))
def test_solar_and_heat_pump_in_each_others_input(seed: int) -> None:
    (one,) = exchanges(blocks({0: household(seed), 1: -pump(seed), 2: -sun(seed)}), ROLES)
    assert (one.production, one.load) == (1, 2)


@pytest.mark.parametrize("seed", range(10))
def test_inputs_in_their_role(seed: int) -> None:
    assert exchanges(blocks({0: household(seed), 1: sun(seed), 2: pump(seed)}), ROLES) == ()


@pytest.mark.parametrize("seed", range(10))
def test_two_clamps_turned_round_are_no_exchange(seed: int) -> None:
    assert exchanges(blocks({0: household(seed), 1: -sun(seed), 2: -pump(seed)}), ROLES) == ()


def test_with_days_and_nights_no_sign_is_needed() -> None:
    """Somebody "corrected" both directions: only when they run tells."""
    cycles = 1700.0 * (np.arange(2 * DAY) % 9 < 4)
    (one,) = exchanges(blocks({1: cycles, 2: BELL}, 300.0), ROLES, NIGHT)
    assert (one.production, one.load) == (1, 2)
    assert exchanges(blocks({1: BELL, 2: cycles}, 300.0), ROLES, NIGHT) == ()


def test_an_engine_runs_by_night_and_is_switched_and_is_a_source_all_the_same() -> None:
    engine = 4000.0 * (np.arange(2 * DAY) % 60 < 30)
    assert exchanges(blocks({1: engine, 2: pump(1, 2 * DAY)}, 300.0), ROLES, NIGHT) == ()


def test_what_takes_by_night_is_no_solar() -> None:
    taking = -900.0 * (np.arange(2 * DAY) % 24 < 9)
    (one,) = exchanges(blocks({1: taking, 2: pump(2, 2 * DAY)}, 300.0), ROLES, NIGHT)
    assert (one.production, one.load) == (1, None)


def test_an_inverter_takes_a_little_by_night() -> None:
    assert exchanges(blocks({1: np.where(BELL > 0, BELL, -8.0), 2: pump(3, 2 * DAY)}, 300.0), ROLES, NIGHT) == ()


def test_storage_takes_and_gives() -> None:
    batteries = roles(role(1, 0, "battery"), role(2))
    assert exchanges(blocks({1: -pump(1), 2: -sun(1)}), batteries) == ()


SUN, SWITCHED_ONCE, SWITCHED_OFTEN = sun(1), np.repeat([0.0, 1700.0, 0.0], 20), 1700.0 * (np.arange(60) // 5 % 2)


@pytest.mark.parametrize(
    ("watts", "kind", "nats"),
    [
        (SWITCHED_ONCE, "circuit", 3.0 + 1.5),
        (SWITCHED_OFTEN, "circuit", 6.0 + 1.5),
        (-SWITCHED_ONCE, "circuit", 3.0 - 1.5),
        (-SWITCHED_ONCE, "solar", 3.0 + 1.5),
        (SUN, "solar", -1.0 - 1.5),
        (-SUN, "solar", -1.0 + 1.5),
    ],
)
def test_what_a_behaviour_weighs(watts: np.ndarray, kind: str, nats: float) -> None:
    """Switched twice, or often, or never; and a little by its sign."""
    assert behaviour(blocks({1: watts}), role(1, 0, kind), None).load == pytest.approx(nats)


def test_what_the_night_weighs() -> None:
    heater = np.where(NIGHT, 1500.0, 0.0)
    assert behaviour(blocks({1: heater}, 300.0), role(1), NIGHT).load == pytest.approx(6.0 + 1.5 + 4.0)
    assert behaviour(blocks({1: BELL}, 300.0), role(1, 0, "solar"), NIGHT).load == pytest.approx(-1.0 - 1.5 - 4.0)


def test_an_input_must_behave_clearly_as_the_other_role() -> None:
    """A source that was switched twice, beside a "load" that is the sun: 1.5 nats; where it takes 4.5."""
    assert exchanges(blocks({1: SWITCHED_ONCE, 2: -SUN}), ROLES) == ()
    (one,) = exchanges(blocks({1: -SWITCHED_ONCE, 2: -SUN}), ROLES)
    assert (one.production, one.load, one.score) == (1, 2, pytest.approx(4.5 + 2.5))
