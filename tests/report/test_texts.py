"""Three languages with the same keys, and a diagnosis that is understood in each."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

import smappee_tui.report
from smappee_tui.report.model import Device, Report
from smappee_tui.report.phrases import pattern_names, said, templates
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.report.translator import LANGUAGES, ReportTranslator, texts
from tests.report.made import Visit, faulty, healthy, short
from tests.report.reading import Page, html

FOLDER = Path(smappee_tui.report.__file__).parent
_PLACE = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_places(language: str) -> None:
    english, own = texts("en"), texts(language)
    assert {s: set(keys) for s, keys in own.items()} == {s: set(keys) for s, keys in english.items()}
    for section, keys in english.items():
        for key, text in keys.items():
            assert set(_PLACE.findall(str(text))) == set(_PLACE.findall(str(own[section][key]))), (section, key)
            assert type(text) is type(own[section][key])
            assert own[section][key] != ""
    assert len(own["csv"]["columns"]) == 27


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_every_phrase_is_there(language: str) -> None:
    assert set(templates(language)) == pattern_names()


def test_every_key_that_code_asks_for_exists() -> None:
    known = {f"{section}.{key}" for section, keys in texts("en").items() for key in keys}
    sources = [p.read_text(encoding="utf-8") for p in FOLDER.rglob("*") if p.suffix in (".py", ".j2")]
    asked = {key for source in sources for key in re.findall(r"w(?:ords)?\(['\"]([a-z]+\.[a-z_]+)['\"]", source)}
    assert len(asked) > 60
    assert asked <= known


def sentences(report: Report) -> set[str]:
    found = {s for c in report.channels for s in (*c.said, c.advice)}
    for finding in report.findings:
        found |= {*finding.evidence, finding.consequence, finding.advice, finding.title}
    return {s for s in found if s}


@pytest.mark.parametrize("language", ["nl", "fr"])
@pytest.mark.parametrize("made", [faulty, healthy, short, lambda: Visit("home1", ("dead:1",)).whole().report()])
def test_what_the_diagnosis_says_is_said_in_every_language(language: str, made: object) -> None:
    words = ReportTranslator(language)  # type: ignore[arg-type]
    told = {s: said(s, words) for s in sentences(made())}  # type: ignore[operator]
    assert told
    unknown = [sentence for sentence, (_, own) in told.items() if not own]
    assert not unknown
    assert not [text for text, own in told.values() if own and "{" in text]


def test_a_sentence_nobody_knows_stays_english_and_says_so() -> None:
    strange = replace(faulty().findings[0], advice="Something quite new. This program only reads.")
    report = replace(faulty(), findings=[strange], header=replace(faulty().header, language="fr"))
    assert said(strange.advice, ReportTranslator("fr")) == (strange.advice, False)
    content = html(report)
    assert f'<bdi lang="en">{strange.advice}</bdi>' in content
    assert ReportTranslator("fr")("label.english") in Page(content).text
    whole = replace(faulty(), header=report.header)
    assert ReportTranslator("fr")("label.english") not in Page(html(whole)).text, (
        "where nothing is English nobody says so"
    )


def test_numbers_and_dates_are_the_language_s() -> None:
    english, dutch = ReportTranslator("en"), ReportTranslator("nl")
    assert (english.number(-1234.5), dutch.number(-1234.5)) == ("−1234.5", "−1234,5")
    assert dutch.number(2.0, digits=1) == "2,0"
    assert dutch.number(230.25, digits=1) == "230,25", "never rounded"
    assert dutch.number(None) == "–"
    assert dutch.number(3, signed=True) == "+3"
    moment = "2025-03-09T08:05:00+01:00"
    assert english.moment(moment) == "9 March 2025, 08:05:00 (UTC+01:00)"
    assert dutch.moment(moment) == "9 maart 2025, 08:05:00 (UTC+01:00)"
    assert ReportTranslator("fr").day("2025-08-01") == "1 août 2025"
    assert english.moment("nonsense") == "–"


def test_the_report_in_dutch_speaks_dutch() -> None:
    report = replace(faulty(), header=replace(faulty().header, language="nl"))
    text = Page(html(report)).text
    for word in ("Inbedrijfstellingsrapport", "NIET GOEDGEKEURD", "omgekeerd", "op L2, niet op L3", "Hoofdzekering"):
        assert word in text
    for word in ("Commissioning", "switch the", "Try the configuration", "Findings"):
        assert word not in text


def test_a_name_with_braces_is_no_place_for_the_next_value() -> None:
    text = ReportTranslator("nl")("label.plot_alt", name="{before} {after}", before="1", after="2")
    assert "Vermogen van {before} {after} over" in text


def test_a_sensor_has_its_number_in_the_report_s_language() -> None:
    sensor = Device(kind="gas-water", name="sensor 301", serial="", state="ok", battery_percent=None)
    plug = replace(sensor, kind="plug", name="sensor 7 {number}")
    shown = ReportText(replace(faulty(), header=replace(faulty().header, language="fr")))
    assert (shown.device_name(sensor), shown.device_name(plug)) == ("capteur 301", "sensor 7 {number}")
