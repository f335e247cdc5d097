import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.model.geometry import DELTA_LINE, DELTA_NEUTRAL, SINGLE, STAR
from smappee_tui.diagnosis.model.hypotheses import (
    COUNT,
    PHASE_OF,
    REVERSED,
    angle_density,
    hypothesis_of,
    kind_of,
    log_sum,
)
from tests.diagnosis.made import role

KINDS = ("large", "medium", "small", "generator", "heater", "storage")

# Load angle, then P/S and Q/S of a CT configured on L1: healthy, turned, on L2, on L3, on L2 turned, on L3 turned.
TABLE = {
    -60: ((0.50, -0.87), (-0.50, 0.87), (0.50, 0.87), (-1.00, 0.00), (-0.50, -0.87), (1.00, 0.00)),
    -40: ((0.77, -0.64), (-0.77, 0.64), (0.17, 0.98), (-0.94, -0.34), (-0.17, -0.98), (0.94, 0.34)),
    -20: ((0.94, -0.34), (-0.94, 0.34), (-0.17, 0.98), (-0.77, -0.64), (0.17, -0.98), (0.77, 0.64)),
    0: ((1.00, 0.00), (-1.00, 0.00), (-0.50, 0.87), (-0.50, -0.87), (0.50, -0.87), (0.50, 0.87)),
    20: ((0.94, 0.34), (-0.94, -0.34), (-0.77, 0.64), (-0.17, -0.98), (0.77, -0.64), (0.17, 0.98)),
    40: ((0.77, 0.64), (-0.77, -0.64), (-0.94, 0.34), (0.17, -0.98), (0.94, -0.34), (-0.17, 0.98)),
    60: ((0.50, 0.87), (-0.50, -0.87), (-1.00, 0.00), (0.50, -0.87), (1.00, 0.00), (-0.50, 0.87)),
}
WIRINGS = (0, 1, 2, 4, 3, 5)
"""Hypothesis numbers in the order of the table's columns."""


@pytest.mark.parametrize("angle", TABLE)
@pytest.mark.parametrize("configured", [0, 1, 2])
def test_power_of_every_wiring(angle: int, configured: int) -> None:
    for (active, reactive), wiring in zip(TABLE[angle], WIRINGS, strict=True):
        hypothesis = (wiring + 2 * configured) % COUNT
        measured = math.radians(angle + STAR.rho(configured, hypothesis))
        assert math.cos(measured) == pytest.approx(active, abs=0.006)
        assert math.sin(measured) == pytest.approx(reactive, abs=0.006)


@pytest.mark.parametrize("kind", KINDS)
def test_angle_densities_are_densities(kind: str) -> None:
    for blur in (0.0, 5.0, 30.0):
        whole = sum(angle_density(kind, degrees, blur) for degrees in range(-180, 180))  # type: ignore[arg-type]
        assert whole == pytest.approx(1.0, abs=0.01)


@given(st.sampled_from(KINDS), st.floats(-900, 900), st.floats(0, 40))
def test_no_angle_is_impossible(kind: str, degrees: float, blur: float) -> None:
    assert angle_density(kind, degrees, blur) > 0  # type: ignore[arg-type]
    assert angle_density(kind, degrees, blur) == pytest.approx(angle_density(kind, degrees + 360, blur), rel=1e-6)  # type: ignore[arg-type]


def test_a_battery_is_alike_both_ways() -> None:
    for degrees in range(-180, 180, 7):
        assert angle_density("storage", degrees) == pytest.approx(angle_density("storage", degrees + 180))


def test_a_number_for_each_phase_and_direction() -> None:
    assert [(PHASE_OF[h], REVERSED[h]) for h in range(COUNT)] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert [hypothesis_of(PHASE_OF[h], REVERSED[h]) for h in range(COUNT)] == list(range(COUNT))


def test_kinds_by_size() -> None:
    assert [kind_of(s) for s in (60, 400, 2000)] == ["small", "medium", "large"]


@given(st.lists(st.floats(-500, 50), min_size=1, max_size=8))
def test_log_sum(values: list[float]) -> None:
    assert max(values) <= log_sum(values) <= max(values) + math.log(len(values)) + 1e-9


@pytest.mark.parametrize("geometry", [SINGLE, STAR, DELTA_LINE, DELTA_NEUTRAL])
@pytest.mark.parametrize("phase", [0, 1, 2])
@pytest.mark.parametrize("kind", ["grid", "sub"])
def test_the_healthy_wiring_is_always_among_those_judged(geometry: object, phase: int, kind: str) -> None:
    assert 2 * phase in geometry.allowed(phase, False, kind == "grid")  # type: ignore[attr-defined]


@pytest.mark.parametrize("geometry", [STAR, DELTA_LINE, DELTA_NEUTRAL])
@pytest.mark.parametrize("one", [role(kind="grid"), role(), role(group="x"), role(kind="solar")])
def test_shifts_of_a_delta_are_a_distribution(geometry: object, one: object) -> None:
    shifts = geometry.shifts(one, 0)  # type: ignore[attr-defined]
    assert sum(weight for _, weight in shifts) == pytest.approx(1.0)
