"""Which title, advice and cost belong to a verdict, whatever the role and the phase."""

import itertools
import re

import pytest

from smappee_tui.diagnosis.evidence.sums.ct_ratio import RatioFault
from smappee_tui.diagnosis.evidence.watch.tracks import Track
from smappee_tui.diagnosis.inference.decide import Decision
from smappee_tui.diagnosis.inference.verdicts import (
    AFAR,
    RETEST,
    advice,
    advised_together,
    cost,
    size_advice,
    size_title,
    title,
)
from smappee_tui.diagnosis.judgement import FAULTS, ISOLATE, ChannelVerdict, Verdict
from smappee_tui.i18n import Translator
from smappee_tui.i18n.quantities import first_sentence
from smappee_tui.protocol.fact import Fact, fact
from tests.diagnosis.made import resting, role

VERDICTS = ("ok", "reversed", "wrong_phase", "wrong_phase_reversed", "no_current", "inconclusive")
KINDS = ("grid", "sub", "solar", "battery")
_ODD = re.compile(r"%s|%d|\{|\}|\bNone\b|\bnan\b|\binf\b|\bTrue\b|\bFalse\b|  |\bon on\b")


def sound(said: Fact) -> str:
    """Its sentence, without left-over placeholder, doubled word or blank."""
    text = Translator("en").fact(said)
    assert text != said.code
    assert not _ODD.search(text), text
    return text


def advised(decision: Decision, kind: str = "sub", track: Track | None = None) -> Fact:
    said = advice(decision, role(kind=kind), track)
    assert said is not None
    return said


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("kind", KINDS)
def test_titles_and_advice(verdict: str, kind: str) -> None:
    for phase, actual, is_open in itertools.product(range(3), (None, 0, 1, 2), (False, True)):
        decision = Decision(verdict, 0.98, actual, is_open)  # type: ignore[arg-type]
        one = role(3, phase, kind=kind)
        assert len(sound(title(decision, one))) < 60
        for track in (None, resting(300, 300), resting(1500, 1600)):
            said = advice(decision, one, track)
            assert (said is None) == (verdict == "ok")
            if said is not None:
                sound(said)
        if verdict in FAULTS:
            sound(cost(decision, one))


def test_a_title_names_both_phases() -> None:
    here = role(3, 0)
    assert title(Decision("wrong_phase", 0.98, 1), here) == fact("verdicts.wrong_phase", there="L2", phase="L1")
    assert title(Decision("wrong_phase", 0.98, None), here) == fact("verdicts.wrong_phase", there=None, phase="L1")
    assert title(Decision("ok", 0.98, None), here) == fact("verdicts.ok", phase="L1")


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (Decision("reversed", 0.98, None, kind_open=True), "verdicts.reversed_probably"),
        (Decision("wrong_phase", 0.98, 1, kind_open=True), "verdicts.wrong_probably_phase"),
        (Decision("wrong_phase", 0.98, 1, phase_probable=True), "verdicts.wrong_phase_probably"),
        (Decision("wrong_phase_reversed", 0.98, 1, kind_open=True), "verdicts.wrong_phase_reversed_probably"),
    ],
)
def test_what_is_only_probable_is_said_to_be(decision: Decision, code: str) -> None:
    assert title(decision, role()).code == code


@pytest.mark.parametrize(
    ("kind", "amps", "verdict", "code"),
    [
        ("solar", 0.0, "no_current", "advice.wait_for_sun"),
        ("battery", 0.0, "no_current", "advice.wait_for_battery"),
        ("sub", 0.0, "no_current", "advice.wait_for_load"),
        ("grid", 0.0, "no_current", "advice.wait_for_load_grid"),
        ("sub", 2.0, "inconclusive", "advice.ambiguous"),
        ("grid", 2.0, "inconclusive", "advice.ambiguous_grid"),
        ("grid", 0.5, "inconclusive", "advice.wait_for_load_grid"),
    ],
)
def test_what_is_missing_for_a_verdict(kind: str, amps: float, verdict: str, code: str) -> None:
    said = advised(Decision(verdict, 0.5, None), kind, resting(230 * amps, 230 * amps))  # type: ignore[arg-type]
    assert said.code == code
    assert said.params["amps"] == pytest.approx(amps)


@pytest.mark.parametrize("verdict", ["reversed", "wrong_phase", "wrong_phase_reversed"])
@pytest.mark.parametrize("actual", [None, 1])
def test_whoever_must_touch_a_clamp_is_told_to_isolate_first(verdict: str, actual: int | None) -> None:
    said = advised(Decision(verdict, 0.98, actual))  # type: ignore[arg-type]
    assert said.params["safety"] == ISOLATE
    text = sound(said)
    assert text.index("configuration") < text.index("isolate")


def test_the_arrow_of_production_points_the_other_way() -> None:
    decision = Decision("reversed", 0.99, None)
    assert advised(decision).code == "advice.reversed"
    assert advised(decision, "solar").code == "advice.reversed_production"


def test_the_proof_of_the_mending_depends_on_where_one_is() -> None:
    decision = Decision("reversed", 0.99, None)
    assert advised(decision).params["retest"] == RETEST
    afar = advice(decision, role(), None, retest=AFAR)
    assert afar is not None
    assert afar.params["retest"] == AFAR


def test_a_reversed_ct_costs_what_its_role_makes_of_it() -> None:
    decision = Decision("reversed", 0.99, None)
    assert [cost(decision, role(kind=kind)).code for kind in ("solar", "grid", "sub")] == [
        "findings.cost_of_reversed_production",
        "findings.cost_of_reversed_grid",
        "findings.cost_of_reversed_circuit",
    ]
    assert cost(Decision("wrong_phase", 0.99, 1), role()).code == "findings.cost_of_wrong_phase"


@pytest.mark.parametrize(("verdict", "factor"), [("dead", 0.0), ("wrong_ratio", 4.0), ("half_open", 0.6)])
def test_a_wrong_size(verdict: str, factor: float) -> None:
    fault = RatioFault(3, verdict, factor, 0.99, fact("evidence.edges_unseen", edges=2))  # type: ignore[arg-type]
    assert size_title(fault).code == f"verdicts.{verdict}"
    assert size_title(fault).params.get("factor", 0.0) == factor
    assert size_advice(fault).code == f"advice.{verdict}"
    sound(size_title(fault))
    sound(size_advice(fault))


@pytest.mark.parametrize(
    ("word", "retest", "code"),
    [
        ("ok", RETEST, "advice.wrong_phase_taken"),
        ("reversed", AFAR, "advice.wrong_phase_taken"),
        ("no_current", RETEST, "advice.wrong_phase_pair"),
        ("inconclusive", AFAR, "advice.wrong_phase"),
        ("wrong_phase", RETEST, "advice.wrong_phase_pair"),
    ],
)
@pytest.mark.parametrize("group", ["", "pump"])
@pytest.mark.parametrize("turned", [False, True])
def test_nobody_is_told_to_set_half_of_an_exchange(
    word: str, retest: Fact, code: str, group: str, turned: bool
) -> None:
    moved_as: Verdict = "wrong_phase_reversed" if turned else "wrong_phase"
    roles = {n: role(n, n, kind="sub" if group else "grid", group=group) for n in range(3)}
    moved = advice(Decision(moved_as, 0.98, 1), roles[0], None, retest=retest)
    verdicts = {
        0: ChannelVerdict(0, moved_as, fact("verdicts.ok"), 0.98, 1, advice=moved),
        1: ChannelVerdict(1, word, fact("verdicts.ok"), 0.9),  # type: ignore[arg-type]
    }

    said = advised_together(verdicts, roles)[0].advice

    assert said is not None
    assert said.code == code.replace("wrong_phase", moved_as)
    assert not turned or "turn it" in sound(said)
    first = first_sentence(sound(said))  # it stands alone in the head of the screen
    assert "move the clamp" not in first.casefold() or first.startswith("Isolate, lock off, prove dead, then move")
    sound(said)


@pytest.mark.parametrize(("seen", "third"), [(0, "inconclusive"), (None, "ok")])
def test_both_halves_of_an_exchange_are_set_where_both_are_known(seen: int | None, third: Verdict) -> None:
    """The other one was seen on the first one's phase, or must be there as the third one is right."""
    roles = {n: role(n, n, kind="grid") for n in range(3)}
    moved = advice(Decision("wrong_phase", 0.98, 1), roles[0], None, retest=RETEST)
    verdicts = {
        0: ChannelVerdict(0, "wrong_phase", fact("verdicts.ok"), 0.98, 1, advice=moved),
        1: ChannelVerdict(1, "wrong_phase", fact("verdicts.ok"), 0.98, seen),
        2: ChannelVerdict(2, third, fact("verdicts.ok"), 0.98),
    }
    assert advised_together(verdicts, roles)[0].advice == moved
