"""An inverter's constant power tells which of the two other wires its CT sits on."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.inverter_response import ENOUGH, InverterVoltageResponse
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.simulator import sites
from smappee_tui.simulator.house.meter import Dialect
from tests.diagnosis.made import Run


def _judged(dialect: Dialect, *faults: str, seconds: int = 260) -> Judge:
    run = Run(sites.build("home3pv", dialect=dialect, faults=faults, guided=True))
    run.play(seconds)
    return run.judge


@pytest.mark.parametrize(("fault", "wire"), [("phase:4,L1", 0), ("phase:4,L3", 2)])
def test_the_wire_of_a_misplaced_solar_ct_is_named(fault: str, wire: int) -> None:
    """Its inverter has angle 0 and the monitor publishes no sign of Q: both other phases read the same -1/2."""
    judge = _judged("20-series", fault)
    verdict = judge.judgement().channels[4]
    assert (verdict.verdict, verdict.actual_phase) == ("wrong_phase", wire)
    scores = judge.evidence.inverter_responses[4].wire_scores(1)
    assert scores[wire] > 0 > min(scores)
    assert scores[1] == 0.0


def test_a_ct_in_its_place_is_neither_accused_nor_cleared_by_it() -> None:
    judge = _judged("infinity")
    for number in (3, 4, 5):
        assert judge.evidence.inverter_responses[number].wire_scores(number - 3)[number - 3] == 0.0
        assert judge.judgement().channels[number].verdict == "ok"


def test_it_keeps_silent_until_it_has_seen_enough() -> None:
    judge = _judged("infinity", seconds=20)
    for response in judge.evidence.inverter_responses.values():
        assert len(response.changes) < ENOUGH
        assert response.wire_scores(0) == (0.0, 0.0, 0.0)


def test_night_and_missing_voltages_add_nothing() -> None:
    judge = _judged("infinity", seconds=5)
    sample = judge.evidence.recent[-1]
    response = InverterVoltageResponse()
    for watts in (3.0, -2.0, float("nan"), 500.0, -500.0) * 4:
        response.add(watts, sample)
    assert len(response.changes) == 0


@pytest.mark.parametrize("missing", range(3))
def test_a_voltage_that_is_missing_adds_nothing_whichever_phase_it_is_of(missing: int) -> None:
    """One reading without it must not make the judgement of the whole site a number that is none."""
    sample = _judged("infinity", seconds=5).evidence.recent[-1]
    volts = [math.nan if phase == missing else value for phase, value in enumerate(sample.volts)]
    response = InverterVoltageResponse()
    for _ in range(8):
        response.add(500.0, replace(sample, volts=tuple(volts)))
    assert len(response.changes) == 0


def responding(wire: int, count: int, noise: float = 0.0) -> InverterVoltageResponse:
    """Constant power of an inverter on a wire, whose CT is multiplied with L1."""
    rng, response = np.random.default_rng(3), InverterVoltageResponse()
    for moved in rng.normal(0, 0.003, (count, 3)).tolist():
        response.changes.append((moved[0] - moved[wire] + float(rng.normal(0, noise)), *moved))
    return response


def test_no_watch_says_more_than_its_cap() -> None:
    scores = responding(1, 500).wire_scores(0)
    assert scores[0] == 0.0
    assert scores[1] - scores[2] == pytest.approx(3.5)


def test_comparisons_that_follow_each_other_count_half() -> None:
    """45 of them, each of three samples: about what 15 say by themselves, and of that one half."""
    response = responding(1, 45, noise=0.004)
    scores = response.wire_scores(0)
    assert scores[1] - scores[2] == pytest.approx(0.5 * (response._fit(0, 1) - response._fit(0, 2)))
    assert 0.5 < scores[1] - scores[2] < 3.4
