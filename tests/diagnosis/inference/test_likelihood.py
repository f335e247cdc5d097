import math

import pytest

from smappee_tui.diagnosis.evidence.angle import angle_evidence
from smappee_tui.diagnosis.evidence.grid_meter import LoadStep, SteadyState, load_step_scores
from smappee_tui.diagnosis.inference.likelihood import AT_HOME, MOST_SCENARIOS, generation_scenarios
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import SINGLE, STAR
from smappee_tui.diagnosis.model.hypotheses import COUNT, IMPOSSIBLE
from smappee_tui.diagnosis.model.priors import OPTIMISTIC
from tests.diagnosis.made import resting, role


def steady(generation: dict[int, float]) -> SteadyState:
    return SteadyState((0.0,) * 3, (0.0,) * 3, (0.0,) * 3, math.nan, generation, 6.0)


def solar(*phases: int, group: str = "") -> dict[int, Role]:
    """Units on inputs 3, 4, …"""
    return {3 + n: role(3 + n, phase, kind="solar", group=group) for n, phase in enumerate(phases)}


@pytest.mark.parametrize("units", [1, 2, 3, 5])
def test_every_unit_counts_however_many_there_are(units: int) -> None:
    roles = solar(*(n % 3 for n in range(units)))
    scenarios = generation_scenarios(steady(dict.fromkeys(roles, 1000.0)), roles, STAR)
    assert [sum(made) for _, made in scenarios] == pytest.approx([1000.0 * units] * len(scenarios))
    assert sum(share for share, _ in scenarios) == pytest.approx(1.0)
    assert len(scenarios) <= MOST_SCENARIOS
    at_home = [sum(1000.0 for r in roles.values() if r.phase == phase) for phase in range(3)]
    assert list(max(scenarios)[1]) == pytest.approx(at_home)


def test_a_unit_is_known_by_its_input_and_not_by_its_place() -> None:
    """The first unit's CT came later than this resting state, and the second one's is no unit any more."""
    roles = {**solar(0, 1, 2), 4: role(4, 1)}
    scenarios = generation_scenarios(steady({4: 700.0, 5: 300.0}), roles, STAR)
    assert max(scenarios) == (AT_HOME, (0.0, 0.0, 300.0))
    assert all(sum(made) == 300.0 for _, made in scenarios)


def test_a_three_phase_unit_feeds_its_own_phases() -> None:
    roles = solar(0, 1, 2, group="inverter")
    assert generation_scenarios(steady({3: 1.0, 4: 2.0, 5: 3.0}), roles, STAR) == [(1.0, (1.0, 2.0, 3.0))]
    assert generation_scenarios(steady({3: 5.0}), solar(0), SINGLE) == [(1.0, (5.0, 0.0, 0.0))]


def test_what_cannot_be_told_apart_is_impossible_everywhere() -> None:
    """On a single phase: by prior, by angle and by load step, one and the same number."""
    allowed = SINGLE.allowed(0, False, False)
    others = set(range(COUNT)) - set(allowed)
    own = angle_evidence(role(3), resting(2000, 2000), SINGLE).scores
    assert {value for (hypothesis, _), value in own.items() if hypothesis in others} == {IMPOSSIBLE}
    assert all(value > IMPOSSIBLE / 2 for (hypothesis, _), value in own.items() if hypothesis in allowed)
    step = LoadStep(0, 2000.0, 10.0, 10.0, math.nan, (-1.0, math.nan, math.nan))
    by_angle, with_volts = load_step_scores([step], role(0, kind="grid"), SINGLE, False, 230.0, 0.4)
    for scores in (by_angle[0], *with_volts[0], OPTIMISTIC.single(0, allowed)):
        assert {scores[hypothesis] for hypothesis in others} == {IMPOSSIBLE}
        assert min(scores[hypothesis] for hypothesis in allowed) > IMPOSSIBLE
