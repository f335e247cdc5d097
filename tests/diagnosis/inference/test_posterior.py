"""What is left of states that are far behind, and what circuits say of a grid CT."""

from collections.abc import Sequence

import numpy as np
import pytest

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.inference.likelihood import Likelihood
from smappee_tui.diagnosis.inference.posterior import Joint
from smappee_tui.diagnosis.model.geometry import STAR
from smappee_tui.diagnosis.model.hypotheses import Places, State
from smappee_tui.diagnosis.model.priors import PESSIMISTIC
from tests.diagnosis.made import resting, role


def site() -> Likelihood:
    """One grid CT and one circuit, both on L1, of which nothing was seen."""
    evidence = Evidence(STAR)
    evidence.roles, evidence.grid_inputs = {0: role(0, kind="grid"), 3: role(3)}, (0,)
    evidence.tracks[0] = resting(0.0, 200.0)
    return Likelihood(evidence, 0.0)


@pytest.mark.parametrize(("nats", "left"), [(9.9, True), (10.1, False)])
def test_states_far_behind_are_left_out(monkeypatch: pytest.MonkeyPatch, nats: float, left: bool) -> None:
    likelihood = site()
    prior = dict(enumerate(PESSIMISTIC.single(0, tuple(range(6)))))

    def behind(states: Places) -> Array:
        """Posterior of the state, relative to the best: 0, or so many nats behind."""
        return np.array([(0.0 if h == 0 else -nats) - prior[h] for h in states[:, 0].tolist()])

    monkeypatch.setattr(likelihood, "meter", behind)
    assert all((one > 0) is left for one in Joint(likelihood, PESSIMISTIC).marginals[0][1:])


def test_circuits_count_for_a_grid_ct_beyond_what_they_say_of_it_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight nats that a circuit says for its place, while the grid CT showed nothing itself."""
    likelihood = site()

    def given(states: Sequence[State]) -> Array:
        return np.array([[[0.0 if state == (0,) else -8.0] * 6 for state in states]])

    assert Joint(likelihood, PESSIMISTIC).margins[0] == pytest.approx(0.0)
    monkeypatch.setattr(likelihood, "given", given)
    assert Joint(likelihood, PESSIMISTIC).margins[0] == pytest.approx(8.0 - 3.0)
