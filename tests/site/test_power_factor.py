"""The interval that the wire's rounding leaves open."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from smappee_tui.site.power_factor import FLOOR_AMPS, WIDEST, PowerFactor, power_factor

currents = st.floats(0.05, 200)
voltages = st.floats(80, 440)
cosines = st.floats(-1, 1)
anything = st.floats(-1e9, 1e9) | st.just(math.nan)


@given(currents, voltages, cosines)
def test_the_true_value_lies_inside_for_rounded_values(amps: float, volts: float, true: float) -> None:
    found = power_factor(round(amps * volts * true), round(amps, 1), round(volts))
    assume(found is not None)
    assert found is not None
    assert found.low - 1e-9 <= true <= found.high + 1e-9


@given(currents, voltages, cosines)
def test_it_lies_inside_with_apparent_power_published_too(amps: float, volts: float, true: float) -> None:
    apparent = amps * volts
    found = power_factor(round(apparent * true), round(amps, 1), round(volts), round(apparent))
    assume(found is not None)
    assert found is not None
    assert found.low - 1e-9 <= true <= found.high + 1e-9


@given(anything, anything, anything, st.none() | anything)
def test_whatever_comes_it_is_an_interval_or_nothing(
    watts: float, amps: float, volts: float, volt_amperes: float | None
) -> None:
    found = power_factor(watts, amps, volts, volt_amperes)
    if found is not None:
        assert -1.1 <= found.low <= found.value <= found.high <= 1.1
        assert -1 <= found.value <= 1
        assert found.high - found.low <= 2 * WIDEST
        assert amps >= FLOOR_AMPS


@given(currents, voltages, cosines)
def test_more_current_never_says_less(amps: float, volts: float, true: float) -> None:
    widths = []
    for factor in (1, 10):
        found = power_factor(round(amps * factor * volts * true), round(amps * factor, 1), round(volts))
        widths.append(math.inf if found is None else found.high - found.low)
    assert widths[1] <= widths[0] + 1e-9


@pytest.mark.parametrize("amps", [0, 0.1, 0.2, -5, math.nan])
def test_too_little_current_says_nothing(amps: float) -> None:
    assert power_factor(40, amps, 230) is None
    assert power_factor(40, amps, 230, 46) is None


@pytest.mark.parametrize("volts", [0, -230, math.nan, 1])
def test_without_voltage_only_published_apparent_power_helps(volts: float) -> None:
    assert power_factor(100, 1.0, volts) is None
    assert power_factor(100, 1.0, volts, 0) is None
    assert power_factor(100, 1.0, volts, 125) == pytest.approx(PowerFactor(0.8, 99.5 / 125.5, 100.5 / 124.5))


def test_without_power_nothing() -> None:
    assert power_factor(math.nan, 1.0, 230, 230) is None


def test_the_vendors_realtime_example_in_words() -> None:
    """98 W at 207 V and 0.7 A: from 0.63 to 0.73, as the rounding allows."""
    found = power_factor(98, 0.7, 207)
    assert found is not None
    assert (round(found.low, 2), round(found.high, 2)) == (0.63, 0.73)


def test_published_apparent_power_is_sharper() -> None:
    rough, sharp = power_factor(98, 0.7, 207), power_factor(98, 0.7, 207, 145)
    assert rough is not None
    assert sharp is not None
    assert sharp.high - sharp.low < (rough.high - rough.low) / 5


def test_signs() -> None:
    here, there = power_factor(200, 1.0, 230), power_factor(-200, 1.0, 230)
    assert here is not None
    assert there is not None
    assert there == pytest.approx(PowerFactor(-here.value, -here.high, -here.low))


def test_more_power_than_apparent_power_is_at_most_one() -> None:
    found = power_factor(500, 1.0, 230)
    assert found is not None
    assert found.value == 1.0
    assert found.low <= 1.0 <= found.high


def test_an_interval_too_wide_to_mean_anything_is_not_shown() -> None:
    assert power_factor(1, 0.3, 230, 2) is None
    assert power_factor(1, 0.3, 230, 0.4) is None
