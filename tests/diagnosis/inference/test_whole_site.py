"""What of the whole site is told, and of which CTs nothing may be called right."""

import pytest

from smappee_tui.diagnosis.evidence.blocks import Blocks
from smappee_tui.diagnosis.inference.whole_site import Known, whole_site
from smappee_tui.diagnosis.model.geometry import STAR
from tests.diagnosis.made_blocks import blocks, household, role, roles, sun

NAMES = {0: "Net", 1: "Boiler", 2: "Oven", 5: "Solar"}
ROLES = roles(role(0, kind="grid"), role(1), role(2))
LOADS, OTHERS = household(1, base=0), household(2, base=0)


def test_a_site_that_adds_up_has_nothing_to_tell() -> None:
    found = whole_site(blocks({0: LOADS + OTHERS + 80, 1: LOADS, 2: OTHERS}), ROLES, NAMES, STAR)
    assert (found.findings, found.unsure) == ((), frozenset())
    assert [one.verdict for one in found.balance] == ["ok"]


def test_a_circuit_and_its_grid_ct_contradict_each_other() -> None:
    found = whole_site(blocks({0: LOADS + 80, 1: 2.2 * LOADS}), ROLES, NAMES, STAR)
    assert [one.code for one in found.findings] == ["circuit-above-supply"]
    assert found.doubtful == {0, 1}


def test_a_third_that_agrees_with_the_grid_ct_clears_it() -> None:
    watts = blocks({0: LOADS + OTHERS + 80, 1: 3 * LOADS, 2: OTHERS})
    assert whole_site(watts, ROLES, NAMES, STAR).doubtful == {1}


def test_what_is_known_already_is_not_told_again() -> None:
    found = whole_site(
        blocks({0: LOADS + 80, 1: 2.2 * LOADS}), ROLES, NAMES, STAR, known=Known(explained=frozenset({1}))
    )
    assert (found.findings, found.unsure) == ((), frozenset())


@pytest.mark.parametrize(("hides", "code"), [(True, "balance-doubtful"), (False, "balance-impossible")])
def test_more_is_taken_than_comes_in(hides: bool, code: str) -> None:
    watts = blocks({0: LOADS + OTHERS + 500 - 900, 1: LOADS + 250, 2: OTHERS + 250})
    found = whole_site(watts, roles(role(0, kind="grid"), role(1), role(2, 0)), NAMES, STAR, hides=hides)
    assert code in {one.code for one in found.findings} or found.above
    assert found.unsure or hides


def test_a_solar_clamp_on_the_grid_wire_is_not_turned_but_misplaced() -> None:
    house = LOADS + 90 - sun(1, peak=800)
    found = whole_site(blocks({0: house, 5: -house}), roles(role(0, kind="grid"), role(5, kind="solar")), NAMES, STAR)
    assert [(one.code, one.severity) for one in found.findings] == [("same-current-production", "fault")]
    assert found.misplaced == {5}


def test_nothing_heard_nothing_said() -> None:
    found = whole_site(Blocks.empty((0, 1, 2)), ROLES, NAMES, STAR)
    assert (found.findings, found.unsure) == ((), frozenset())
    assert all(one.verdict == "unchecked" for one in found.balance)
