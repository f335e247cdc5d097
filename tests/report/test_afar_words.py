"""What the history shows and the cloud has otherwise is said in every language; a report for sharing names nobody."""

from typing import Any

import pytest

from smappee_tui.report.model import Report
from smappee_tui.report.phrases import said
from smappee_tui.report.redact import redacted
from smappee_tui.report.render.json_file import decode, encode
from smappee_tui.report.translator import ReportTranslator
from tests.report import afar
from tests.report.reading import Page, html
from tests.report.render.test_numbers import in_language
from tests.report.test_redact import everything, secrets

HOUSES: dict[str, dict[str, Any]] = {
    "signed": {},
    "unsigned": {"signed": False},
    "exchanged": {"faults": ("swapped:0,1",)},
    "sizes": {"faults": ("ratio:9,2", "reversed:3")},
    "shop": {"name": "shop28", "faults": (), "days": 1.0},
    "single": {"name": "home1", "faults": ("reversed:2",), "dialect": "20-series", "signed": False},
}


def sentences(report: Report) -> set[str]:
    found = {s for c in report.channels for s in (*c.said, c.advice, c.title)}
    found |= {s for u in report.not_tested for s in (u.advice,)}
    for finding in report.findings:
        found |= {*finding.evidence, finding.consequence, finding.advice, finding.title}
    return {s for s in found if s}


@pytest.mark.parametrize("house", HOUSES)
def test_every_sentence_from_afar_has_its_translations(house: str) -> None:
    report = afar.made(**HOUSES[house])[0]
    _all_said(report)


def test_what_is_open_from_afar_has_its_translations() -> None:
    report = afar.short()
    assert report.not_tested
    _all_said(report)


def test_every_difference_has_its_translations() -> None:
    report = afar.second_opinion()
    codes = {f.code for f in report.findings}
    assert codes >= {
        "cloud-setting-differs", "cloud-name-differs", "cloud-input-missing-cloud", "cloud-input-missing-monitor",
        "cloud-supply-differs",
    }  # fmt: skip
    _all_said(report, only="cloud-")
    assert report.method.history is None


def _all_said(report: Report, only: str = "") -> None:
    kept = [f for f in report.findings if f.code.startswith(only)]
    told = {s for f in kept for s in (*f.evidence, f.consequence, f.advice, f.title) if s}
    if not only:
        told = sentences(report)
    for language in ("nl", "fr"):
        words = ReportTranslator(language)
        unknown = [s for s in told if not said(s, words)[1]]
        assert not unknown, unknown
        assert not [s for s in told if said(s, words)[0] == s and len(s) > 40]
        assert not [s for s in told if "{" in said(s, words)[0]]


def test_names_and_settings_in_dutch() -> None:
    words = ReportTranslator("nl")
    assert said("Phase: L2 in the cloud, none in the monitor.", words)[0] == "Fase: L2 in de cloud, geen in de monitor."
    assert said("'yes 1.5' in the cloud, '{n} no' in the monitor.", words)[0] == (
        "'yes 1.5' in de cloud, '{n} no' in de monitor."
    )
    title = "Input 7 '{n} 2.5 {rest}': phase and CT type not the same in the cloud and in the monitor"
    assert said(title, words)[0] == (
        "Ingang 7 '{n} 2.5 {rest}': fase en type CT niet dezelfde in de cloud en in de monitor"
    )


def test_in_dutch_it_speaks_dutch() -> None:
    text = Page(html(in_language(afar.faulty(), "nl"))).text
    for word in ("niemand was ter plaatse", "Historiek:", "op L2, niet op L3", "Aantal waarden", "'s nachts"):
        assert word in text
    for word in ("History", "on site", "5-minute v", "5-minute m", "days of", "Commissioning"):
        assert word not in text


def test_redacted_from_afar_names_nobody() -> None:
    report = afar.made(site="Peeters family, Ghent", days=1.0)[0]
    shared = redacted(report)
    found = secrets(report) | {"Peeters", "cloud.example", "69172"}
    assert shared.method == report.method
    assert decode(encode(shared)) == shared
    for name, content in everything(shared).items():
        words = content.split("<section", 1)[-1] if name == "html" else content
        assert not [one for one in found if one in words and one != "Solar"], name


def test_redacted_names_of_the_cloud_s_own_go_too() -> None:
    report = afar.second_opinion()
    shared = redacted(report)
    assert [f.code for f in shared.findings] == [f.code for f in report.findings]
    for content in everything(shared).values():
        for name in ("Claes", "Bathroom", "pool", "=1+1", "Sauna"):
            assert name not in content
    named = next(f for f in shared.findings if f.code == "cloud-name-differs" and f.inputs == [6])
    own = shared.channel(6)
    assert own is not None
    assert named.evidence[0].endswith(f"'{own.name}' in the monitor.")
