"""Words that a tired reader in a second language stumbles over, and second words for one thing, stand in no text.

What stands in their place is in docs/glossary.md. An option (`--generation`) is the name of something outside and may
stand.
"""

import re

import pytest

from smappee_tui.i18n import LANGUAGES, Translator
from smappee_tui.i18n.language import FOLDER, load

SECTIONS = sorted(path.stem for path in (FOLDER / "en").glob("*.json"))
RAW = ("messages", "recording", "fault")
"""Sections about the vendor's messages themselves and about faults to be typed: they take the words of the JSON."""
BANNED = {
    "en": r"retained|undated|unsettled|rested|plateau|correlat\w*|submeter\w*|channels?|(?<!-)generation(?!-)"
    r"|load steps?|edges?|5-minute means?|stale",
    "nl": r"kana(?:al|len)\w*|opwekking|deelmeting|flank(?:en)?|laststap(?:pen)?|verouderd",
    "fr": r"cana(?:l|ux)|sous-compt\w*|échelons?|fronts?|retenue?s?|périmée?s?",
    "de": r"\w*Kan[aä]le?n?|Abg[aä]nge?|Flanken?|Lastspr[uü]nge?n?|veraltet",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_words(language: str) -> None:
    for section in SECTIONS:
        if section not in RAW:
            _is_plain(language, section)


def _is_plain(language: str, section: str) -> None:
    banned = re.compile(rf"\b(?:{BANNED[language]})\b", re.IGNORECASE)
    found = {
        key: hit.group()
        for key, text in load(language, section).items()
        if (hit := banned.search(re.sub(r"\{[^}]*\}", "", text)))
    }
    assert not found, "see docs/glossary.md for the word to use"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_uncertainty_of_a_resistance_is_said_in_words(language: str) -> None:
    for section in SECTIONS:
        for key, text in load(language, section).items():
            assert not re.search(r"±[^°]*(?:Ω|ohm)", text, re.IGNORECASE), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_word_for_a_role_on_every_screen_and_in_the_check(language: str) -> None:
    tr = Translator(language)
    for role, live, report in (("grid", "grid", "grid"), ("CONSUMPTION", "submetered", "")):
        assert tr(f"cli.role_{role}") == tr(f"words.role.{role}")
        assert tr(f"live.sum.{live}").startswith(tr(f"words.role.{role}")[:4])
        assert not report or tr(f"report.role.{report}") == tr(f"words.role.{role}")
    assert tr("check.reversed_mark") == tr("live.rev")
    assert tr("live.sum_wide.production") == tr("balance.production") == tr("report.role.production")
    assert tr("live.sum_wide.submetered") == tr("balance.circuits")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_power_is_written_alike_in_a_row_and_in_a_sentence(language: str) -> None:
    tr = Translator(language)
    assert tr("evidence.watts", watts=-1178.4) == "-1\u00a0178 W"
    assert "-1\u00a0178 W" in tr("evidence.rested", amps=5.14, watts=-1178.4, seconds=8.0, factor=-0.9)
    assert "-1\u00a0178 W" in tr("balance.line", phase="L1", grid=-1178.4, production=0.0, circuits=0.0, unmetered=-0.2,
                                 verdict="ok")  # fmt: skip
    assert tr.number(1234567.25, ".1f") == "1\u00a0234\u00a0567" + tr("format.decimal") + "2"
    assert tr.number(-0.3, ".0f") == "0"
