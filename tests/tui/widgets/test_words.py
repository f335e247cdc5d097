import pytest

from smappee_tui.app import signs
from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict
from smappee_tui.protocol.fact import fact
from smappee_tui.tui.widgets import words


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.99999, ">99.9 %"), (0.9993, "99.9 %"), (0.95, "95.0 %"), (0.62, "62 %"), (0.004, "<1 %"), (0.0, "0 %")],
)
def test_percent_never_says_all(probability: float, expected: str) -> None:
    assert words.percent(probability) == expected


def test_numbers() -> None:
    assert words.grouped(-12345.4) == "-12 345"
    assert words.grouped(-0.2) == "0"
    assert words.grouped(None) == "-"
    assert words.watts(123456) == "123.5 kW"
    assert words.kwh(3.6e6 * 1234.5) == "1 234.50 kWh"
    assert words.amps(0.04) == "0.0"


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.4, "0.4 s"), (3, "3 s"), (119, "119 s"), (600, "10 min"), (86400, "24 h")]
)
def test_ages(seconds: float, expected: str) -> None:
    assert words.ago(seconds) == expected


@pytest.mark.parametrize("verdict", [*sorted(FAULTS), "ok", "no_current", "inconclusive", "unused"])
def test_every_verdict_has_a_sign_a_word_and_a_tone(verdict: str) -> None:
    said = ChannelVerdict(1, verdict, fact(f"verdicts.{verdict}"), 0.5)  # type: ignore[arg-type]
    assert signs.glyph_of(said).strip()
    assert words.title_of(said)
    assert (signs.tone_of(said) == "fault") == (verdict in FAULTS)


def test_the_diagnosis_words_win() -> None:
    said = ChannelVerdict(1, "wrong_phase", fact("verdicts.wrong_phase", there="L2", phase="L1"), 0.9)
    assert words.title_of(said) == "on L2, not L1"
    assert words.title_of(None) == "not judged"
    assert words.title_of(None, configured=False) == "not configured"
