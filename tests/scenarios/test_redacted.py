"""A recording without names is judged as the one with names is."""

import pytest

from smappee_tui.connect.recording.redact import Redactor
from smappee_tui.diagnosis.judgement import Judgement
from tests.scenarios.engine import judged
from tests.scenarios.spec import Scenario, everything

CHOSEN = [one for n, one in enumerate(everything()) if n % 6 == 0 or one.name in ("T02", "T04-infinity", "H20")]


def told(said: Judgement) -> tuple[object, ...]:
    """All but the words: names stand in these."""
    findings = [(f.code, f.severity, f.subject, f.channels, len(f.evidence)) for f in said.findings]
    channels = {n: (v.verdict, v.confidence, v.actual_phase, v.size, v.hypotheses) for n, v in said.channels.items()}
    return channels, findings, said.phases, said.balance


def test_both_dialects_are_among_them() -> None:
    assert {one.dialect for one in CHOSEN} == {"20-series", "infinity"}


@pytest.mark.parametrize("scenario", CHOSEN, ids=lambda one: one.name)
def test_the_same_is_said(scenario: Scenario) -> None:
    redactor = Redactor()
    seed = scenario.seeds[0]
    assert told(judged(scenario, seed, redactor.redact)) == told(judged(scenario, seed))
    assert redactor.unknown == 0, "the simulated monitor says nothing that is not known"
