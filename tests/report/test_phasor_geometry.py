"""Where a current's arrow points, and where it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.judgement import FAULTS
from smappee_tui.report.phasors import current_arrow, voltage_direction


def test_the_voltages_stand_a_third_of_a_turn_apart() -> None:
    assert [voltage_direction(phase) for phase in range(3)] == [90, -30, -150]


@pytest.mark.parametrize(
    ("phase", "angle", "verdict", "actual", "measured", "expected", "state"),
    [
        (0, 20.0, "ok", None, 70, 90, "ok"),
        (1, 0.0, "ok", None, -30, -30, "ok"),
        (0, 170.0, "ok", None, -80, -90, "ok"),
        (0, 170.0, "reversed", None, -80, 90, "fault"),
        (0, 10.0, "reversed", None, 80, -90, "fault"),
        (0, 120.0, "wrong_phase", 1, -30, 90, "fault"),
        (0, 120.0, "wrong_phase", 2, 210, 90, "fault"),
        (0, 60.0, "wrong_phase_reversed", 1, 150, 90, "fault"),
        (1, 60.0, "wrong_phase_reversed", 0, -90, -30, "fault"),
        (0, 60.0, "wrong_phase", 1, 150, -90, "fault"),
        (0, 100.0, "wrong_phase", None, -10, 90, "fault"),
        (0, 60.0, "inconclusive", None, 30, 90, "open"),
        (0, 160.0, "inconclusive", None, -70, None, "open"),
        (2, 5.0, "wrong_ratio", None, -155, -150, "open"),
    ],
    ids=[
        "takes, lags", "takes", "a healthy export", "turned", "turned, while it exports", "on L2", "on L3",
        "on L2 and turned", "on L1 and turned", "on L2, while it exports", "not on L1, and nobody knows where",
        "not decided", "not decided: an export, or turned", "another fault than one of direction",
    ],
)  # fmt: skip
def test_arrows(
    phase: int, angle: float, verdict: str, actual: int | None, measured: float, expected: float | None, state: str
) -> None:
    arrow = current_arrow(7, phase, angle, verdict, actual)
    assert arrow.measured % 360 == pytest.approx(measured % 360)
    assert (arrow.expected is None) == (expected is None)
    assert arrow.expected is None or arrow.expected % 360 == (expected or 0) % 360
    assert arrow.state == state
    assert arrow.gives == (expected is not None and expected != voltage_direction(phase))


@given(
    st.integers(0, 2), st.floats(0, 180), st.sampled_from(["ok", *sorted(FAULTS), "inconclusive"]), st.integers(0, 2)
)
def test_what_was_measured_stays_measured(phase: int, angle: float, verdict: str, actual: int) -> None:
    """Whatever the verdict, the arrow stands as far from its voltage as was measured."""
    arrow = current_arrow(0, phase, angle, verdict, actual)
    away = (arrow.measured - voltage_direction(phase)) % 360
    assert min(away, 360 - away) == pytest.approx(angle, abs=1e-9)
    assert arrow.expected is None or (arrow.expected - voltage_direction(phase)) % 180 == 0
    assert abs(arrow.lag) == pytest.approx(angle, abs=1e-9)
    if verdict == "ok":
        assert arrow.expected is not None
        apart = (arrow.measured - arrow.expected) % 360
        assert arrow.lag >= 0 or angle > 180 - 1e-9, "nobody knows which: always the same one"
        assert min(apart, 360 - apart) <= 90 + 1e-9, "what is right is drawn on the side where it should be"
