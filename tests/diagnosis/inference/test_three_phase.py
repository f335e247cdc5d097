"""Three CTs of one three-phase load, judged together."""

import cmath
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.evidence.angle import angle_evidence
from smappee_tui.diagnosis.inference.three_phase import CELLS, JointCache, marginals, shared_table, with_prior
from smappee_tui.diagnosis.model.channels import Role, roles_of
from smappee_tui.diagnosis.model.geometry import STAR
from smappee_tui.diagnosis.model.hypotheses import COUNT
from smappee_tui.diagnosis.model.priors import OPTIMISTIC
from smappee_tui.protocol.messages import ChannelSetting
from tests.diagnosis.made import resting, role

HEALTHY = (0, 2, 4)


def probabilities(
    wirings: tuple[int, ...], watts: float = 3000.0, angle: float = 5.0, kind: str = "sub"
) -> list[list[float]]:
    """What a balanced load's own angles say of its three CTs."""
    roles = [role(3 + n, n, kind=kind, group="load") for n in range(3)]
    size = watts / 3 / math.cos(math.radians(angle))
    tracks = []
    for one, wiring in zip(roles, wirings, strict=True):
        power = cmath.rect(size, math.radians(angle + STAR.rho(one.phase, wiring)))
        tracks.append(resting(float(round(power.real)), float(round(size))))
    own = [angle_evidence(r, t, STAR) for r, t in zip(roles, tracks, strict=True)]
    table = with_prior(shared_table(roles, list(tracks), own, STAR, JointCache()), OPTIMISTIC, (0, 1, 2))
    found: list[list[float]] = marginals(table[None], np.zeros((1, 3, len(CELLS))))[1][0].tolist()
    return found


def best(one: list[float]) -> int:
    """The most probable hypothesis."""
    return max(range(COUNT), key=lambda h: one[h])


def test_a_swapped_pair_is_found() -> None:
    found = probabilities((0, 4, 2))
    assert best(found[0]) == 0
    for number, actual in ((1, 4), (2, 2)):
        assert best(found[number]) == actual
        assert found[number][2 * number] < 0.03


def test_one_turned_clamp_is_found() -> None:
    found = probabilities((0, 3, 4))
    assert [best(one) for one in found] == [0, 3, 4]
    assert found[1][2] < 0.03


def test_a_rotation_is_found_though_not_which() -> None:
    found = probabilities((2, 4, 0), angle=0.0)
    for number in range(3):
        assert found[number][2 * number] < 0.03


@given(st.floats(1500, 12000), st.floats(-12, 32))
def test_a_healthy_load_is_never_convicted(watts: float, angle: float) -> None:
    found = probabilities(HEALTHY, watts, angle)
    for number in range(3):
        assert found[number][2 * number] > 0.03


@given(st.floats(-12, 32))
def test_production_by_day_knows_its_sign(angle: float) -> None:
    found = probabilities(HEALTHY, 6000.0, angle / 8, kind="solar")
    assert all(found[n][2 * n] > 0.9 for n in range(3))
    turned = probabilities((1, 3, 5), 6000.0, angle / 8, kind="solar")
    assert all(turned[n][2 * n + 1] > 0.9 for n in range(3))


def test_marginals_are_probabilities() -> None:
    for wirings in (HEALTHY, (0, 4, 2), (3, 5, 1)):
        for one in probabilities(wirings):
            assert sum(one) == pytest.approx(1.0)


def setting(
    number: int, name: str, phase: int | None, role_word: str = "CONSUMPTION", where: str = "SUBMETER"
) -> ChannelSetting:
    """A channel as configured."""
    return ChannelSetting(number, name, role_word, where, phase, False, False, None, None)


def groups(settings: list[ChannelSetting]) -> dict[int, str]:
    """Group of every channel."""
    found: dict[int, Role] = roles_of({s.input: s for s in settings})
    return {n: r.group for n, r in found.items()}


@pytest.mark.parametrize(
    "names",
    [("Pump L1", "Pump L2", "Pump L3"), ("Pump", "Pump", "Pump"), ("pump (R)", "pump (S)", "pump (T)"),
     ("Warmtepomp fase 1", "Warmtepomp fase 2", "Warmtepomp fase 3")],
)  # fmt: skip
def test_three_inputs_of_one_load(names: tuple[str, str, str]) -> None:
    found = groups([setting(n, name, n) for n, name in enumerate(names)])
    assert len(set(found.values())) == 1
    assert found[0]


def test_three_circuits_that_only_share_a_word_stay_apart() -> None:
    assert set(groups([setting(n, f"Oven {word}", n) for n, word in enumerate(("left", "right", "top"))]).values()) == {
        ""
    }


def test_grid_cts_belong_together_whatever_they_are_called() -> None:
    found = groups([setting(n, name, n, "CONSUMPTION", "GRID") for n, name in enumerate(("a", "zz", ""))])
    assert len(set(found.values())) == 1
    assert found[0]


def test_two_loads_of_one_name_are_two_groups() -> None:
    found = groups([setting(n, "Charger", n % 3) for n in range(6)])
    assert found[0] == found[1] == found[2] != found[3] == found[4] == found[5]


def test_inputs_without_a_phase_or_a_use_have_no_role() -> None:
    assert groups([setting(0, "x", None), setting(1, "y", 1, "UNUSED")]) == {}


def test_angles_that_disagree_leave_each_ct_to_its_own_angle_for_a_price() -> None:
    """The first is turned: the three cannot have one angle, or the load is not balanced."""
    roles = [role(3 + n, n, group="load") for n in range(3)]
    tracks = [resting(1000.0, 1000.0) for _ in range(3)]
    own = [angle_evidence(r, t, STAR) for r, t in zip(roles, tracks, strict=True)]
    table = shared_table(roles, list(tracks), own, STAR, JointCache())
    turned = tuple(CELLS.index((h, 1)) for h in (1, 2, 4))
    alone = sum(round(one.scores[CELLS[cell]], 2) for one, cell in zip(own, turned, strict=True))
    assert table[turned] - alone == pytest.approx(math.log(0.15) - 4.0)


def test_joint_states_far_behind_are_left_out() -> None:
    prior = with_prior(np.zeros((12, 12, 12)), OPTIMISTIC, (0, 1, 2))
    best, near, far = (tuple(CELLS.index((h, 1)) for h in state) for state in (HEALTHY, (2, 0, 4), (0, 4, 2)))
    table = np.full((12, 12, 12), -100.0)
    for state, nats in ((best, 0.0), (near, 13.9), (far, 14.1)):
        table[state] = -nats - prior[state]
    found = with_prior(table, OPTIMISTIC, (0, 1, 2))
    assert (found[best], found[near]) == (pytest.approx(0.0), pytest.approx(-13.9))
    assert found[far] == -math.inf
