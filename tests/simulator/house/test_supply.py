import math

import pytest

from smappee_tui.simulator.house.supply import Supply, SupplyModel
from tests.simulator.ideal import still


def test_a_step_sags_its_own_phase_by_the_loop_and_lifts_the_others_by_half_the_neutral() -> None:
    supply = Supply(still(r_phase=0.24, r_neutral=0.16), "s")
    amps = 8.7
    before = [abs(v) for v in supply.board([0j, 0j, 0j])]
    after = [abs(v) for v in supply.board([complex(amps), 0j, 0j])]
    assert after[0] - before[0] == pytest.approx(-0.4 * amps, abs=0.01)
    for k in (1, 2):
        assert after[k] - before[k] == pytest.approx(0.5 * 0.16 * amps, abs=0.02)


def test_a_delta_has_no_neutral_to_shift() -> None:
    supply = Supply(still("delta", r_phase=0.2), "s")
    v = supply.emf
    assert abs(v[0]) == pytest.approx(230.0 / math.sqrt(3.0))
    assert abs(v[0] - v[1]) == pytest.approx(230.0)
    loaded = supply.board([10 + 0j, 0j, -10 + 0j])
    assert loaded[1] == v[1]


def test_single_phase_has_one_live_conductor() -> None:
    supply = Supply(still("single", r_phase=0.1, r_neutral=0.1), "s")
    assert supply.board([10 + 0j, 0j, 0j])[1:] == (0j, 0j)
    assert abs(supply.board([10 + 0j, 0j, 0j])[0]) == pytest.approx(228.0)


def test_phases_lag_each_other_by_120_degrees() -> None:
    v = Supply(still(), "s").emf
    assert (v[1] / v[0]).imag < 0
    assert v[0] + v[1] + v[2] == pytest.approx(0j, abs=1e-9)


def test_drift_stays_within_what_the_model_says() -> None:
    supply = Supply(SupplyModel(), "seed")
    values = []
    for _ in range(4000):
        supply.step(1.0)
        values.append(abs(supply.emf[0]))
        assert 49.9 < supply.frequency < 50.1
    mean = sum(values) / len(values)
    sd = math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
    assert mean == pytest.approx(232.0, abs=1.0)
    assert 0.4 < sd < 2.0
