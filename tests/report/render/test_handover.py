"""The page for the customer: one sheet, in his words and language, that claims no more than was proved."""

import io
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace as changed
from pypdf import PdfReader

from smappee_tui.diagnosis.judgement import Finding, Judgement, Limit, PhaseVerdict, Subject, Verdict
from smappee_tui.i18n import LANGUAGES, Language
from smappee_tui.i18n.language import load
from smappee_tui.protocol.fact import fact
from smappee_tui.report.compose.document import build, with_metadata
from smappee_tui.report.compose.handover import TROUBLES, Trouble, handover
from smappee_tui.report.formats import handed, write
from smappee_tui.report.logbook import Logbook
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import HistoryBlock, Report
from smappee_tui.report.redact import redacted
from smappee_tui.report.render import handover_html, handover_pdf
from smappee_tui.report.render.handover_text import ROOM, HandoverText
from smappee_tui.report.verify import GivenFile, verify
from smappee_tui.site.site import Site
from tests.report.made import COMPLETE
from tests.report.reading import Page
from tests.tui.houses import HOSTILE_NAMES, START, Clamp, House, twelve
from tests.tui.scene import Scene, verdict

WHO = ReportMetadata(START, **COMPLETE, phone="+32 9 123 45 67", email="an@volt.example")
HASH = "ab" * 32
JARGON = re.compile(
    r"\bCTs?\b|\bPF\b|\bL[123]\b|MQTT|phas(?:e|or|ing)|fasor|stroomtang|\bpinces?\b|[Ww]andler|\bhub\b|broker|cos"
    r"|kanaal|channel|input|ingang|entrée|Eingang|reactive|reactief|réactive|Blindleistung|angle|hoek|Winkel",
    re.IGNORECASE,
)
TURNED = Finding("ct-reversed", "fault", Subject("channel", 4), channels=(4,), params={"input": 4, "name": "Oven"})


@lru_cache
def site(house: str = "twelve") -> Site:
    made = twelve() if house == "twelve" else House([Clamp("Mains", 0, 9, 2000, connection="GRID"), *_eighty()])
    found = Scene(made).configure().run(3).session.site
    assert found is not None
    return found


def _eighty() -> list[Clamp]:
    names = [f"{HOSTILE_NAMES[n % len(HOSTILE_NAMES)]} {n}" for n in range(80)]
    return [Clamp(name[:300], n % 3, 1.0, 200) for n, name in enumerate(names)]


def judged(count: int = 12, *faults: Finding, quiet: tuple[int, ...] = (), wrong: tuple[int, ...] = ()) -> Judgement:
    words: dict[int, Verdict] = dict.fromkeys(range(count), "ok") | dict.fromkeys(quiet, "no_current")
    words |= dict.fromkeys(wrong, "reversed") | ({11: "unused"} if count == 12 else {})
    volts = tuple(PhaseVerdict(phase, 230.0, "ok") for phase in range(3))
    return Judgement("star", volts, {n: verdict(n, word) for n, word in words.items()}, faults)


def report(judgement: Judgement, who: ReportMetadata = WHO, book: Logbook | None = None) -> Report:
    return build(site(), judgement, who, logbook=book)


def afar(of: Report) -> Report:
    history = HistoryBlock(source="cloud", first="", last="", intervals=9, interval_seconds=300, days=7,
                           reactive_signed=True, nights_only=False)  # fmt: skip
    return changed(of, method=changed(of.method, history=history))


def mended() -> Report:
    book = Logbook()
    book.note(START, judged(12, TURNED, wrong=(4,)))
    return report(judged(), book=book)


REPORTS = {
    "all": lambda: report(judged()),
    "faults": lambda: report(judged(12, TURNED, wrong=(4,))),
    "open": lambda: report(judged(quiet=(4, 8))),
    "informal": lambda: report(judged(), replace(WHO, signed_by="")),
    "nothing": lambda: report(Judgement("star", channels={n: verdict(n, "unused") for n in range(12)})),
    "noted": lambda: report(judged(12, Finding("battery-low", "warning", Subject("sensor", 7)))),
}


def text(of: Report) -> str:
    shown = HandoverText(of)
    parts = [shown.title, shown.under, shown.outcome, *shown.foot]
    for section in shown.sections:
        parts += [section.title, *(item.text for item in section.items), *section.texts]
    return "\n".join(parts)


def pages(of: Report) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(handover_pdf.render(of, HASH))).pages]


def in_language(of: Report, language: Language) -> Report:
    return changed(of, site=changed(of.site, customer_language=language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", REPORTS)
def test_each_outcome_is_said_in_each_language_on_one_page_without_jargon(outcome: str, language: Language) -> None:
    made = in_language(REPORTS[outcome](), language)
    assert handover(made).outcome == outcome
    said = text(made)
    assert "{" not in said
    assert "handover." not in said
    assert not JARGON.search(said.replace("Washing machine and dryer in the cellar", "").replace("Heat pump", ""))
    (page,) = pages(made)
    html = handover_html.render(made, HASH).decode()
    shown = HandoverText(made)
    assert f'<html lang="{language}"' in html
    for content in (" ".join(page.split()), " ".join(Page(html).text.split())):
        assert " ".join(shown.outcome.split()) in content.replace("\u00a0", " ")
        assert HASH in content
        assert made.header.report_id in content
        assert "+32 9 123 45 67" in content


def test_a_pass_says_what_is_measured_and_how_it_was_proved() -> None:
    said = text(REPORTS["all"]())
    assert "Everything was tested: it is measured in the right place and in the right direction." in said
    assert "Your connection to the grid\n" in said, "the three phases are one thing"
    assert "Solar inverter (production)" in said
    assert "\nHeat pump\n" in said
    assert "11 of 11 measuring points were proved" in said
    assert "and what it means for you\nNothing." in said
    assert "switched on and off on purpose" not in said, "nobody switched anything"


def test_a_fault_says_where_and_what_it_means() -> None:
    said = text(REPORTS["faults"]())
    assert "Not everything is right yet: 1 fault is still to be put right." in said
    assert "Oven: not right yet" in said
    assert "Oven: measured in the wrong direction.\nWhat you use is shown as produced or fed into the grid" in said
    assert "10 of 11 measuring points" in said


def test_what_is_undecided_is_said_plainly_and_never_counted_as_proved() -> None:
    said = text(REPORTS["open"]())
    assert "Not finished: 2 of the 11 measuring points are not yet proved right." in said
    assert "Not proved yet, as nothing ran there: Oven and Car charger." in said
    assert "9 of 11 measuring points" in said
    assert "Everything was tested" not in said


def test_a_phase_that_is_open_leaves_the_whole_thing_open() -> None:
    said = handover(report(judged(quiet=(1,))))
    assert next((one.kind, one.state, one.inputs) for one in said.things) == ("grid", "open", (0, 1, 2))


def test_from_afar_it_says_that_nobody_was_there() -> None:
    said = text(afar(REPORTS["all"]()))
    assert "Nobody tested it at your place." in said
    assert "values that were stored over 7 days" in said
    assert "second by second" not in said


def test_what_was_mended_is_told() -> None:
    said = text(mended())
    assert "What was put right\nOven: was measured in the wrong direction." in said
    assert "Everything was tested" in said


def test_a_danger_comes_first_and_is_no_fault_of_an_input() -> None:
    danger = Finding(
        "neutral-suspect", "fault", Subject("supply"), channels=(0, 4), params={"said": None, "cost": None}
    )
    left = handover(report(judged(12, TURNED, danger, wrong=(4,)))).left
    assert [one.what for one in left] == ["danger", "direction"]
    assert left[0].things == ()


def test_a_change_without_a_test_is_not_called_mended() -> None:
    book = Logbook()
    book.note(START, judged(12, TURNED, wrong=(4,)))
    said = text(report(judged(quiet=(4,)), book=book))
    assert "Oven: changed, but not tested again since." in said
    assert "What was put right" not in said


def test_eighty_circuits_with_names_that_try_something_fit_one_page() -> None:
    for judgement in (judged(81), judged(81, quiet=tuple(range(1, 70)))):
        made = build(
            site("eighty"), judgement, replace(WHO, customer="x" * 900, company="Volt " * 300, phone="1" * 500)
        )
        assert len(pages(in_language(made, "fr"))) == 1
        html = handover_html.render(made, HASH).decode()
        assert "<script" not in html
        assert not Page(html).all("img")
        assert "\u202e" not in html
        assert re.search(r"and \d\d more", Page(html).text)


def crowded() -> Report:
    """Eighty circuits, most of them wrong in every way, in the longest language."""
    findings = [
        Finding(code, "fault", Subject("channel", n), channels=tuple(range(1, 70)), params={})
        for n, code in enumerate(TROUBLES)
    ]
    return in_language(build(site("eighty"), judged(81, *findings, quiet=tuple(range(1, 70))), WHO), "fr")


def test_shortest_words_fit_when_nothing_else_does() -> None:
    assert HandoverText(crowded()).most in ROOM[1:]
    assert len(pages(crowded())) == 1


def test_the_language_is_the_customer_s_and_by_default_the_report_s() -> None:
    made = report(judged(), replace(WHO, language="nl"))
    assert HandoverText(made).title == "Je energiemonitor"
    assert HandoverText(with_metadata(made, replace(WHO, customer_language="fr"))).language == "fr"
    assert made.site.customer_language is None


def test_the_peak_is_told_where_a_whole_quarter_was_measured() -> None:
    parts = ((4, "Oven", 3000.0), (5, "Heat pump L1", 900.0), (6, "Heat pump L2", 900.0))
    peak = Limit("month-peak", "ok", "W", 2500.0, 6240.0, at=START, seconds=900.0, parts=parts)
    said = text(report(replace(judged(), limits=(peak,)), replace(WHO, country="BE")))
    assert "6.2 kW from the grid, on 4 November 2025 at 22:00." in said
    assert "What used most then: Oven and Heat pump." in said
    assert "In Flanders" in said
    assert "In Flanders" not in text(report(replace(judged(), limits=(peak,))))
    for other in (
        replace(peak, seconds=60.0),
        replace(peak, verdict="unchecked", why=fact("limits.why.size", input=1)),
    ):
        assert "Your peak" not in text(report(replace(judged(), limits=(other,))))


def test_without_particulars_there_is_a_line_to_fill_in() -> None:
    bare = report(judged(), replace(WHO, company="", person="", phone="", email=""))
    assert "Your installer: ____" in text(bare)


def test_a_redacted_page_names_nobody() -> None:
    said = text(redacted(REPORTS["faults"]())[0])
    for name in ("Oven", "Jo Claes", "Kaai", "Volt", "An Peeters", "123 45", "an@volt"):
        assert name not in said
    assert "made up" in said


def test_every_kind_of_trouble_has_its_words() -> None:
    for language in LANGUAGES:
        texts = load(language, "handover")
        for what in get_args(Trouble):
            assert {f"mended.{what}", f"left.{what}", f"means.{what}"} <= set(texts), what
    known = {key.partition(".")[0] for one in ("checks", "findings") for key in load("en", one)}
    assert set(TROUBLES) <= known


def test_a_report_is_written_with_its_page_and_verify_knows_it(tmp_path: Path) -> None:
    made = REPORTS["faults"]()
    written = write(made, tmp_path, ("html", "pdf", "csv"), name="house")
    names = {path.name for path in written.files.values()}
    assert names == {f"house.{one}" for one in ("json", "html", "pdf", "csv")} | {
        "house-handover.html", "house-handover.pdf",
    }  # fmt: skip
    assert handed(written.files) == tmp_path / "house-handover.pdf"
    files = [GivenFile(path.name, "", path.read_bytes()) for path in sorted(tmp_path.iterdir())]
    files = [one._replace(sha256=written.digest) if one.name.endswith(".json") else one for one in files]
    assert {one.outcome for one in verify(files)} == {"agrees"}
    page = next(one for one in files if one.name == "house-handover.pdf")
    other = page._replace(content=(page.content or b"").replace(written.digest.encode(), b"0" * 64))
    assert [one.outcome for one in verify([*files, other])][-1] == "differs"


def test_it_can_be_left_out_and_comes_with_a_page_or_a_pdf_only(tmp_path: Path) -> None:
    made = REPORTS["all"]()
    assert handed(write(made, tmp_path / "a", ("html", "pdf"), handover=False).files) is None
    assert handed(write(made, tmp_path / "b", ("csv",)).files) is None
    assert set(write(made, tmp_path / "c", ("html",)).files) == {"json", "html", "handover-html"}
