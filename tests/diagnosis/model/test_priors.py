import itertools
import math

import pytest

from smappee_tui.diagnosis.model.geometry import SINGLE, STAR
from smappee_tui.diagnosis.model.hypotheses import IMPOSSIBLE
from smappee_tui.diagnosis.model.priors import OPTIMISTIC, PESSIMISTIC, Prior

PRIORS = pytest.mark.parametrize("prior", [OPTIMISTIC, PESSIMISTIC], ids=["optimistic", "pessimistic"])


@PRIORS
@pytest.mark.parametrize("phase", [0, 1, 2])
def test_one_ct(prior: Prior, phase: int) -> None:
    logs = prior.single(phase, STAR.allowed(phase, False, False))
    assert sum(math.exp(value) for value in logs) == pytest.approx(1.0)
    assert max(range(6), key=lambda h: logs[h]) == 2 * phase


@PRIORS
def test_one_ct_of_a_single_phase_cannot_be_elsewhere(prior: Prior) -> None:
    logs = prior.single(0, SINGLE.allowed(0, False, False))
    assert [value > IMPOSSIBLE for value in logs] == [True, True, False, False, False, False]


@PRIORS
def test_three_cts(prior: Prior) -> None:
    table = prior.triple((0, 1, 2))
    assert len(table) == 216
    assert sum(math.exp(value) for _, value in table) == pytest.approx(1.0)
    best = max(table, key=lambda one: one[1])
    assert best[0] == (0, 2, 4)


@PRIORS
@pytest.mark.parametrize("configured", [*itertools.permutations((0, 1, 2)), (0, 0, 1), (2, 2, 2)])
def test_three_cts_have_probabilities(prior: Prior, configured: tuple[int, int, int]) -> None:
    assert sum(math.exp(value) for _, value in prior.triple(configured)) == pytest.approx(1.0)
    assert min(value for _, value in prior.triple(configured)) > IMPOSSIBLE / 2  # none is left out by accident


@PRIORS
def test_three_cts_whichever_way_they_are_numbered(prior: Prior) -> None:
    for order in itertools.permutations((0, 1, 2)):
        best = max(prior.triple(order), key=lambda one: one[1])
        assert best[0] == tuple(2 * phase for phase in order)


def test_the_pessimist_expects_every_fault_more_often() -> None:
    for hypothesis in range(1, 6):
        allowed = tuple(range(6))
        assert PESSIMISTIC.single(0, allowed)[hypothesis] > OPTIMISTIC.single(0, allowed)[hypothesis]
    better = [state for state, p in PESSIMISTIC.triple((0, 1, 2)) if p < dict(OPTIMISTIC.triple((0, 1, 2)))[state]]
    assert better == [(0, 2, 4)]
