"""How probable the judge holds generation that no CT measures."""

from types import SimpleNamespace
from typing import cast

import pytest

from smappee_tui.diagnosis import look as module
from smappee_tui.diagnosis.evidence.record import HistorySpan
from smappee_tui.diagnosis.inference.likelihood import Likelihood
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import Generation
from smappee_tui.simulator import sites
from tests.diagnosis.made import Run, role


def watched(generation: Generation | None = None) -> Run:
    """A house with three circuits and solar, a few seconds long."""
    run = Run(sites.build("home3pv"))
    run.judge = Judge(generation)
    run.play(15)
    return run


def held(run: Run, monkeypatch: pytest.MonkeyPatch) -> float:
    """What the likelihood is told."""
    told: list[float] = []

    class Told(Likelihood):
        def __init__(self, evidence: object, unmetered: float, *rest: object) -> None:
            told.append(unmetered)
            super().__init__(evidence, unmetered, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "Likelihood", Told)
    run.judge.judgement()
    return told[0]


@pytest.mark.parametrize(
    ("generation", "chance"), [("metered", 0.0), ("none", 0.0), ("unknown", 0.06), ("unmetered", 0.98), (None, 0.0)]
)
def test_what_the_person_declares(
    generation: Generation | None, chance: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If nothing: the solar CTs have shown what they measure."""
    assert held(watched(generation), monkeypatch) == chance


def test_a_production_ct_that_never_showed_anything_may_be_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    run = watched()
    for n, one in run.judge.evidence.roles.items():
        if one.generates:
            run.judge.evidence.tracks[n].most_amps = 0.1
    assert held(run, monkeypatch) == 0.06


def test_where_circuits_draw_and_nothing_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "fed_unseen", lambda blocks, roles: True)
    assert held(watched(), monkeypatch) == 0.98


def test_a_battery_moves_the_grid_cts_either_way() -> None:
    run = watched()
    run.judge.evidence.roles[30] = role(30, kind="battery")
    assert module.unmetered_chance(run.judge.evidence, None) == 0.5


def test_by_night_the_sun_hides_nowhere() -> None:
    run = watched("unmetered")
    run.judge.evidence.history = cast("HistorySpan", SimpleNamespace(dark=True))
    assert module.unmetered_chance(run.judge.evidence, "unmetered") == pytest.approx(0.1 * 0.98)
