"""What of the whole site is told, and of which CTs nothing may be called right."""

import pytest

from smappee_tui.diagnosis.evidence.sums.blocks import Blocks
from smappee_tui.diagnosis.evidence.sums.shares import SeenShare
from smappee_tui.diagnosis.inference.whole_site import Known, WholeSite, whole_site, with_doubts
from smappee_tui.diagnosis.judgement import ChannelVerdict
from smappee_tui.diagnosis.model.geometry import STAR
from smappee_tui.protocol.fact import fact
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
    """No circuit alone is above the supply; all together are, by something that gives 700 W."""
    base = household(7, base=1500, peak=0)
    watts = blocks({0: LOADS + OTHERS + 3 * base - 700, 1: LOADS + base, 2: OTHERS + base, 3: base})
    found = whole_site(watts, roles(role(0, kind="grid"), role(1), role(2), role(3)), NAMES, STAR, hides=hides)
    assert [(one.code, one.severity) for one in found.findings] == [(code, "warning")]
    assert found.doubtful == (frozenset() if hides else {0, 1, 2, 3})


def test_a_circuit_that_agrees_in_size_is_not_in_doubt_where_something_may_give() -> None:
    watts = blocks({0: LOADS - 600, 1: LOADS})
    known = Known(fine=frozenset({0, 1}))
    found = whole_site(watts, ROLES, NAMES, STAR, known=known)
    assert [one.code for one in found.findings] == ["balance-doubtful"]
    assert found.doubtful == frozenset()


def test_a_circuit_that_covers_its_phase_and_is_not_alone_on_it() -> None:
    watts = blocks({0: LOADS + OTHERS, 1: LOADS + OTHERS, 2: OTHERS})
    found = whole_site(watts, ROLES, NAMES, STAR)
    assert [(one.code, one.channels) for one in found.findings] == [("same-current", (0, 1))]
    assert found.misplaced == {1}


def test_what_the_site_contradicts_is_never_called_right() -> None:
    verdicts = {n: ChannelVerdict(n, "ok", fact("verdicts.ok", phase="L1"), 0.999) for n in (0, 1, 2)}
    verdicts[2] = ChannelVerdict(2, "reversed", fact("verdicts.reversed"), 0.99)
    said = with_doubts(verdicts, WholeSite(doubtful=frozenset({0, 2}), misplaced=frozenset({1})), fine={2})
    assert [(said[n].verdict, said[n].size) for n in (0, 1, 2)] == [
        ("inconclusive", "doubtful"),
        ("inconclusive", "unchecked"),
        ("reversed", "doubtful"),
    ]
    assert (said[0].confidence, said[1].confidence) == (0.9, 0.9)


def test_solar_that_no_grid_ct_shows_enters_behind_them() -> None:
    made = sun(1)
    shares = {(0, 1): SeenShare(1.0, 0.01, 30), (0, 5): SeenShare(0.01, 0.01, 30)}
    everyone = roles(role(0, kind="grid"), role(1), role(5, kind="solar"))
    found = whole_site(blocks({0: LOADS + 90, 1: LOADS, 5: made}), everyone, NAMES, STAR, shares=shares)
    assert [(one.code, one.channels) for one in found.findings] == [("grid-misses-production", (0, 5))]
    assert found.doubtful == {0, 5}


def test_a_solar_clamp_on_the_grid_wire_is_not_turned_but_misplaced() -> None:
    house = LOADS + 90 - sun(1, peak=800)
    found = whole_site(blocks({0: house, 5: -house}), roles(role(0, kind="grid"), role(5, kind="solar")), NAMES, STAR)
    assert [(one.code, one.severity) for one in found.findings] == [("same-current-production", "fault")]
    assert found.misplaced == {5}


def test_nothing_heard_nothing_said() -> None:
    found = whole_site(Blocks.empty((0, 1, 2)), ROLES, NAMES, STAR)
    assert (found.findings, found.unsure) == ((), frozenset())
    assert all(one.verdict == "unchecked" for one in found.balance)
