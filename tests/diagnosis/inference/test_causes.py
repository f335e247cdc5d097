"""One finding a cause."""

import pytest

from smappee_tui.diagnosis.inference.causes import wiring_findings
from smappee_tui.diagnosis.inference.decide import Decision
from smappee_tui.diagnosis.inference.verdicts import RETEST, advice, title
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import fact
from tests.diagnosis.made import role

OK = Decision("ok", 0.99, None)
SEEN = fact("evidence.test_edges", edges=3)


def found(decisions: list[Decision], kind: str = "grid") -> list[Finding]:
    """Findings on the three CTs of one load, on inputs 0 to 2."""
    roles: dict[int, Role] = {n: role(n, n, kind=kind, group="grid") for n in range(3)}
    by_input = dict(enumerate(decisions))
    verdicts = {
        n: ChannelVerdict(
            n, d.verdict, title(d, roles[n]), d.confidence, d.actual_phase, (SEEN,), advice(d, roles[n], None)
        )
        for n, d in by_input.items()
    }
    return wiring_findings(roles, by_input, verdicts, {n: f"Mains L{n + 1}" for n in range(3)})


def wrong(place: int | None, turned: bool = False) -> Decision:
    """A CT on another phase."""
    return Decision("wrong_phase_reversed" if turned else "wrong_phase", 0.98, place)


REVERSED = Decision("reversed", 0.99, None)


def test_all_well() -> None:
    assert found([OK, OK, OK]) == []


def test_a_swapped_pair_is_one_finding_that_names_both() -> None:
    (one,) = found([OK, wrong(2), wrong(1)])
    assert one.code == "ct-swapped"
    assert one.channels == (1, 2)
    assert one.severity == "fault"
    assert one.params["moves"] == (
        fact("findings.sits", input=1, phase="L2", there="L3"),
        fact("findings.sits", input=2, phase="L3", there="L2"),
    )
    assert one.evidence == tuple(fact("evidence.of_input", input=n, what=SEEN) for n in (1, 2))
    assert one.confidence == 0.98


@pytest.mark.parametrize("places", [(1, 2, 0), (2, 0, 1)])
def test_a_rotation_is_one_finding(places: tuple[int, int, int]) -> None:
    (one,) = found([wrong(p) for p in places])
    assert one.code == "ct-rotated"
    assert one.channels == (0, 1, 2)


def test_all_turned_is_one_finding() -> None:
    (one,) = found([REVERSED] * 3)
    assert one.code == "ct-all-reversed"
    assert one.channels == (0, 1, 2)


def test_rotated_and_turned_is_one_finding_that_says_both() -> None:
    (one,) = found([wrong(p, turned=True) for p in (1, 2, 0)])
    assert one.code == "ct-rotated"
    said = Translator("en").finding(one)
    assert "reversed" in said.title
    assert "reversed" in said.advice
    assert one.params["fix"] == fact(
        "findings.set_phases_and_turn",
        settings=tuple(fact("findings.set_phase", input=n, there=f"L{(n + 1) % 3 + 1}") for n in range(3)),
        turned=(0, 1, 2),
    )


def test_one_turned_is_one_finding_of_its_own() -> None:
    (one,) = found([OK, REVERSED, OK])
    assert one.code == "ct-reversed"
    assert one.channels == (1,)
    params = {key: one.params[key] for key in ("input", "name", "phase", "there", "is", "cost")}
    assert params == {
        "input": 1,
        "name": "Mains L2",
        "phase": "L2",
        "there": None,
        "is": fact("verdicts.reversed"),
        "cost": fact("findings.cost_of_reversed_grid"),
    }


def test_a_clamp_doubled_on_another_wire_is_no_swap() -> None:
    (one,) = found([OK, wrong(0), OK])
    assert one.code == "ct-wrong-phase"


def test_a_swapped_pair_beside_a_turned_clamp_is_two_findings() -> None:
    assert [(f.code, f.channels) for f in found([REVERSED, wrong(2), wrong(1)])] == [
        ("ct-swapped", (1, 2)),
        ("ct-reversed", (0,)),
    ]


def test_a_rotation_whose_direction_is_open_is_one_finding() -> None:
    (one,) = found([wrong(None)] * 3)
    assert one.params["fix"] == fact(
        "findings.set_phases", settings=fact("findings.set_phases_by_power_factor"), turned=()
    )


def test_every_finding_is_complete() -> None:
    for decisions in ([OK, wrong(2), wrong(1)], [REVERSED] * 3, [OK, REVERSED, OK], [wrong(1), OK, OK]):
        for finding in found(decisions):
            said = Translator("en").finding(finding)
            assert all((said.title, said.evidence, said.advice, said.consequence))
            assert Translator("en").fact(RETEST) in said.advice
            assert finding.confidence is not None
