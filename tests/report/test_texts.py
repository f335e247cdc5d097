"""Four languages: numbers, dates and words as a reader of each expects them."""

import pytest
from markupsafe import escape
from msgspec.structs import replace

from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.report.model import Device, FindingBlock
from smappee_tui.report.render import text
from smappee_tui.report.render.report_text import ReportText
from tests.report.made import faulty, unbalanced
from tests.report.reading import Page, html, pdf_text
from tests.report.render.test_numbers import in_language


def shown(language: Language) -> ReportText:
    return ReportText(in_language(faulty(), language))


def test_numbers_and_dates_are_the_language_s() -> None:
    english, dutch = shown("en"), shown("nl")
    assert (english.number(-1234.5), dutch.number(-1234.5)) == ("−1\u00a0234.5", "−1\u00a0234,5")
    assert dutch.number(2.0, digits=1) == "2,0"
    assert dutch.number(230.25, digits=1) == "230,25", "never rounded"
    assert dutch.number(None) == "–"
    assert dutch.number(3, signed=True) == "+3"
    moment = "2025-03-09T08:05:00+01:00"
    assert english.moment(moment) == "9 March 2025, 08:05:00 (UTC+01:00)"
    assert dutch.moment(moment) == "9 maart 2025, 08:05:00 (UTC+01:00)"
    assert shown("fr").day("2025-08-01") == "1 août 2025"
    assert shown("de").day("2025-03-09") == "9. März 2025"
    assert english.moment("nonsense") == "–"


@pytest.mark.parametrize(
    ("language", "words", "others"),
    [
        ("nl", ("Inbedrijfstellingsrapport", "NIET GOEDGEKEURD: 2 open fouten", "op L2, niet op L3", "Hoofdzekering"),
         ("Commissioning", "Findings")),
        ("fr", ("Rapport de mise en service", "NON ACCEPTÉ\u00a0: 2 défauts ouverts", "sur L2, pas sur L3"),
         ("Commissioning", "Findings")),
        ("de", ("Inbetriebnahmebericht", "NICHT BESTANDEN: 2 offene Fehler", "auf L2, nicht L3", "Hauptsicherung"),
         ("Commissioning", "Findings")),
    ],
)  # fmt: skip
def test_the_report_speaks_its_language(language: Language, words: tuple[str, ...], others: tuple[str, ...]) -> None:
    page = Page(html(in_language(faulty(), language))).text
    assert not [word for word in words if word not in page]
    assert not [word for word in others if word in page]


def english_only(finding: FindingBlock) -> FindingBlock:
    """As a file of an older version has it."""
    return replace(finding, params=None, evidence_facts=[], evidence=["It was seen."], advice="Do something new.")


def test_words_without_facts_stay_english_and_say_so() -> None:
    old = english_only(faulty().findings[0])
    report = replace(in_language(faulty(), "fr"), findings=[old], not_tested=[])
    content = html(report)
    for sentence in (old.title, old.advice, "It was seen."):
        assert f'<bdi lang="en">{escape(sentence)}</bdi>' in content
    note = Translator("fr")("report.label.english")
    assert note in Page(content).text
    assert note not in Page(html(replace(report, findings=[]))).text, "where nothing is English nobody says so"
    assert 'lang="en">Do' not in html(in_language(report, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_with_braces_is_no_place_for_the_next_value(language: Language) -> None:
    words = Translator(language)
    assert "{before} {after}" in words("report.label.plot_alt", name="{before} {after}", before="1", after="2")


def test_a_sensor_has_its_number_in_the_report_s_language() -> None:
    sensor = Device(kind="gas-water", name="sensor 301", serial="", state="ok", battery_percent=None, number=301)
    plug = replace(sensor, kind="plug", name="sensor 7 {number}", number=None)
    french = shown("fr")
    assert (french.device_name(sensor), french.device_name(plug)) == ("capteur 301", "sensor 7 {number}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_balance_that_does_not_add_up_is_one_sentence_a_phase_everywhere(language: Language) -> None:
    report = in_language(unbalanced(), language)
    said = list(ReportText(report).unbalanced())
    assert [one for one in said if "586 W" in one] == said[:1]
    assert ["L1" in said[0], "L3" in said[1], len(said)] == [True, True, 2]
    content = (html(report), " ".join(text.render(report, "").decode().split()), pdf_text(report)[0].replace("\n", " "))
    for one in said:
        assert escape(one) in content[0]
        assert all(" ".join(one.split()) in " ".join(other.split()) for other in content[1:])
    report = replace(report, balance=[replace(one, verdict="unchecked") for one in report.balance])
    assert not list(ReportText(report).unbalanced())
    assert '<th scope="col" class="num">Mean V</th>' in html(in_language(report, "en"))
    assert "Unmetered" not in html(in_language(report, "en"))


def test_what_is_missing_for_a_verdict_stands_in_every_format() -> None:
    report = unbalanced()
    advice = ReportText(report).advice(report.not_tested[0]).text
    assert advice
    assert escape(advice) in html(report)
    assert advice in " ".join(text.render(report, "").decode().split())
    assert advice[:40] in " ".join(pdf_text(report)[1:]).replace("\n", " ")


def test_a_size_in_doubt_is_the_verdict_in_words() -> None:
    shown = ReportText(unbalanced())
    assert shown.verdict(shown.report.channels[4]) == "size doubtful"
    assert [shown.size(shown.report.channels[n]) for n in (0, 4, 5, 9, 12)] == [
        "ok", "doubtful", "wrong", "not checked", "–",
    ]  # fmt: skip
