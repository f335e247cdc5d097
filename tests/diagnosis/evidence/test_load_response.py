"""What the voltages do to a load while nothing switches: on which wire it sits, and whether it is a load."""

from __future__ import annotations

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.load_response import (
    ENOUGH,
    LEAST_WATTS,
    LoadResponse,
    load_response,
)
from smappee_tui.diagnosis.evidence.sums.blocks import FloatArray
from smappee_tui.diagnosis.model.weights import LOAD_RESPONSE_DEPTH, LOAD_RESPONSE_OWN_DEPTH, MOST_LOAD

SECONDS = 8


def stretches(count: int, *, together: float = 0.0, seed: int = 1) -> tuple[FloatArray, FloatArray]:
    """True and published voltages of so many stretches; `together`: how much of what they do the phases share."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 1.2, (count, 1))
    true = 230.0 + together * common + (1 - together) * rng.normal(0, 1.2, (count, 3))
    seconds = true[:, None] + rng.normal(0, 0.4, (count, SECONDS, 3))
    return seconds.mean(1), np.rint(seconds).mean(1)


def judged(
    wire: int, power: float, *, configured: int = 0, watts: float = 1500.0, count: int = 90, together: float = 0.0
) -> LoadResponse | None:
    """A load on a wire, whose current goes as a power of its voltage."""
    true, published = stretches(count, together=together)
    read = watts * true[:, configured] / 230.0 * (true[:, wire] / 230.0) ** power
    return load_response(np.arange(count) * float(SECONDS), np.rint(read * 8) / 8, published, configured)


@pytest.mark.parametrize("wire", [0, 1, 2])
@pytest.mark.parametrize("power", [1.0, -1.0])
def test_the_wire_is_found(wire: int, power: float) -> None:
    found = judged(wire, power)
    assert found is not None
    assert found.wires[wire] == 0.0
    assert sorted(found.wires)[1] < -2.5


def test_where_phases_move_alike_little_is_said_and_nothing_false() -> None:
    for seed_wire in range(3):
        found = judged(seed_wire, 1.0, together=1.0)
        assert found is not None
        assert found.wires[seed_wire] > -1.5


def test_a_constant_current_says_nothing_of_its_wire() -> None:
    found = judged(0, 0.0)
    assert found is not None
    assert found.wires[0] == pytest.approx(0.0, abs=1.0)
    assert found.load == 0.0


def test_a_resistance_read_negative_is_a_load_and_a_constant_power_is_none() -> None:
    turned, inverter = judged(0, 1.0, watts=-1500.0), judged(0, -1.0, watts=-1500.0)
    assert turned is not None
    assert inverter is not None
    assert turned.load == MOST_LOAD == 4.0
    assert inverter.load == 0.0


def test_no_watch_says_more_than_its_cap() -> None:
    away = judged(1, 1.0, count=600)
    assert away is not None
    assert min(away.wires) == -LOAD_RESPONSE_DEPTH == -5.0
    assert away.wires[0] == -LOAD_RESPONSE_OWN_DEPTH == -3.0


def test_too_few_too_small_or_no_voltage() -> None:
    assert judged(0, 1.0, count=ENOUGH) is None
    assert judged(0, 1.0, count=ENOUGH + 1) is not None
    assert judged(0, 1.0, watts=LEAST_WATTS - 5) is None
    assert LEAST_WATTS == 300
    true, published = stretches(60)
    at, watts = np.arange(60.0) * SECONDS, 1500.0 * (true[:, 0] / 230.0) ** 2
    assert load_response(at, watts, np.where(np.arange(3) == 2, 0.0, published), 0) is None, "a phase has no voltage"
    assert load_response(at, watts, published * np.nan, 0) is None
    assert load_response(at * 2, watts, published, 0) is None, "stretches apart are no neighbours"


def test_what_switched_is_no_response() -> None:
    """A second load comes and goes on the circuit."""
    true, published = stretches(90)
    watts = 1500.0 * (true[:, 1] / 230.0) * (true[:, 0] / 230.0) + 60.0 * (np.arange(90) % 30 > 14)
    found = load_response(np.arange(90.0) * SECONDS, watts, published, 0)
    assert found is not None
    assert found.wires[1] == 0.0
    assert found.wires[0] < -2.0
