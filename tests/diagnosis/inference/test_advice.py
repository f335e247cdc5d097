"""Every sentence is one, whatever the verdict, the role and the phase."""

import itertools
import re

import pytest

from smappee_tui.diagnosis.evidence.ct_ratio import RatioFault
from smappee_tui.diagnosis.inference.advice import (
    advice,
    consequence,
    phase_word,
    size_advice,
    size_consequence,
    size_title,
    title,
)
from smappee_tui.diagnosis.inference.decide import Decision
from smappee_tui.diagnosis.judgement import FAULTS
from tests.diagnosis.made import resting, role

VERDICTS = ("ok", "reversed", "wrong_phase", "wrong_phase_reversed", "no_current", "inconclusive")
KINDS = ("grid", "sub", "solar", "battery")
_ODD = re.compile(r"%s|%d|\{|\}|\bNone\b|\bnan\b|\binf\b|\bTrue\b|\bFalse\b|  |\bon on\b")
TOUCHES = re.compile(r"clamp|conductor")


def sound(text: str) -> bool:
    """No left-over placeholder, no doubled word or blank."""
    return bool(text) and not _ODD.search(text)


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("kind", KINDS)
def test_titles_and_advice(verdict: str, kind: str) -> None:
    for phase, actual, is_open in itertools.product(range(3), (None, 0, 1, 2), (False, True)):
        decision = Decision(verdict, 0.98, actual, is_open)  # type: ignore[arg-type]
        one = role(3, phase, kind=kind)
        assert sound(title(decision, one))
        assert len(title(decision, one)) < 60
        for track in (None, resting(300, 300), resting(1500, 1600)):
            text = advice(decision, one, track)
            if verdict == "ok":
                assert text is None
            elif verdict in FAULTS or kind in ("solar", "battery"):
                assert text is not None
                assert sound(text), text
        if verdict in FAULTS:
            assert sound(consequence(decision, one))


@pytest.mark.parametrize("kind", ["grid", "sub"])
def test_advice_to_switch_a_load_reads_well(kind: str) -> None:
    text = advice(Decision("no_current", 1.0, None), role(kind=kind), None)
    assert text is not None
    assert sound(text), text


@pytest.mark.parametrize("verdict", ["reversed", "wrong_phase", "wrong_phase_reversed"])
def test_whoever_must_touch_a_clamp_is_told_to_isolate_first(verdict: str) -> None:
    text = advice(Decision(verdict, 0.98, 1), role(), None) or ""  # type: ignore[arg-type]
    assert TOUCHES.search(text)
    assert "isolate" in text
    assert text.index("configuration") < text.index("isolate")


@pytest.mark.parametrize(("verdict", "factor"), [("dead", 0.0), ("wrong_ratio", 4.0), ("half_open", 0.6)])
def test_words_of_a_wrong_size(verdict: str, factor: float) -> None:
    fault = RatioFault(3, verdict, factor, 0.99, "it reads so")  # type: ignore[arg-type]
    for text in (size_title(fault), size_advice(fault), size_consequence(fault)):
        assert sound(text)


def test_phase_words() -> None:
    assert [phase_word(p) for p in (0, 1, 2, None)] == ["L1", "L2", "L3", "another phase"]
