"""The corrections in a report and between two of them."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from smappee_tui.app.visit.memory import VisitRecord
from smappee_tui.diagnosis.model.channels import told_name
from smappee_tui.diagnosis.remedy.corrections import CorrectionSheet, OpenInput
from smappee_tui.diagnosis.remedy.history import SheetHistory
from smappee_tui.i18n import LANGUAGES, Translator
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.report.compose import corrections as composed
from smappee_tui.report.correction_blocks import CorrectionLine, CorrectionsBlock
from smappee_tui.report.diff import compare, diff_text
from smappee_tui.report.diff_corrections import carried_out
from smappee_tui.report.model import Placing, Report
from smappee_tui.report.redact import redacted
from smappee_tui.report.render import csv_file, html, text
from smappee_tui.report.render.corrections_text import CorrectionsText
from smappee_tui.report.render.json_file import decode, encode
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.site.view import view_of
from tests.report import afar
from tests.report.made import Visit, _configured, faulty, healthy
from tests.report.reading import Page, pdf_text


def block(report: Report) -> CorrectionsBlock:
    assert report.corrections is not None
    return report.corrections


def line_of(report: Report, number: int) -> CorrectionLine:
    return next(line for line in block(report).lines if line.input == number)


def with_line(report: Report, number: int, **changes: object) -> Report:
    lines = [replace(line, **changes) if line.input == number else line for line in block(report).lines]
    return replace(report, corrections=replace(block(report), lines=lines))


@pytest.fixture(scope="module")
def visits() -> tuple[Report, Report]:
    """Before and after one of two corrections was set and proved, as the command follows it."""
    visit, notes = Visit().whole(), VisitRecord()
    first = visit.report()
    notes.session = visit.session
    assert visit.plan is not None
    notes(visit.plan)
    notes(_configured(visit.plan, {6}, at=visit.monitor.time))
    visit.configure_reversed(6)
    visit.heat(6, "Car charger", 0, flip={6})
    site = visit.session.site
    assert site is not None
    seen = SimpleNamespace(view=view_of(site), judgement=visit.session.judgement(), site=site)
    visit.logbook.sheet = notes.closed(seen).sheet  # type: ignore[arg-type]
    return first, visit.report()


def test_every_input_that_is_to_change_stands_there_as_now_and_as_to_be_set() -> None:
    report = faulty()
    assert [line.input for line in block(report).lines] == [6, 8]
    turned, moved = line_of(report, 6), line_of(report, 8)
    assert (turned.now.reversed, turned.set.reversed, turned.how) == (False, True, "configure")
    assert (moved.now.phase, moved.set.phase) == ("L3", "L2")
    assert turned.state == moved.state == "open"
    assert turned.findings == ["F1"]
    assert turned.tested == "announced load"
    assert block(report).adds_up
    assert block(healthy()).lines == []
    assert block(healthy()).adds_up is None


def test_what_was_set_and_proved_is_kept_with_its_times(visits: tuple[Report, Report]) -> None:
    first, second = visits
    assert line_of(first, 6).state == "open"
    mended, open_ = line_of(second, 6), line_of(second, 8)
    assert (mended.state, mended.by) == ("proved", "setting")
    assert (mended.found or "") <= (mended.changed or "") < (mended.proved or "")
    assert (mended.now.reversed, mended.set.reversed) == (False, True)
    assert open_.state == "open"
    assert decode(encode(second)) == second


def test_the_second_report_tells_which_corrections_of_the_first_were_carried_out(
    visits: tuple[Report, Report],
) -> None:
    found = compare(*visits)
    assert [(one.input, one.outcome) for one in found.corrections] == [(6, "proved"), (8, "open")]
    said = diff_text(found, 200)
    assert 'input 6 "Car charger", reversed no → yes: set and proved.' in said
    assert 'input 8 "Water heater", phase L3 → L2: not carried out.' in said


def test_each_outcome_is_told_apart() -> None:
    old = faulty()

    def outcome(number: int, **changes: object) -> str:
        channel = old.channel(number)
        assert channel is not None
        after = replace(channel, **changes)
        pairs = [(one, after if one.input == number else one) for one in old.channels]
        return next(one.outcome for one in carried_out(old, pairs) if one.input == number)

    wished = Placing(phase="L1", reversed=True)
    assert outcome(6) == "open"
    assert outcome(6, verdict="ok") == "hand"
    assert outcome(6, expected=wished, verdict="inconclusive") == "set"
    assert outcome(6, expected=wished, verdict="ok") == "proved"
    assert outcome(6, expected=Placing(phase="L2", reversed=False)) == "otherwise"
    assert [one.outcome for one in carried_out(old, [(one, None) for one in old.channels])] == ["gone", "gone"]
    assert carried_out(replace(old, corrections=None), []) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_has_it_in_the_language(language: str) -> None:
    report = with_line(
        faulty(), 6, state="proved", by="setting", found="2025-10-09T08:57:20+00:00",
        changed="2025-10-09T08:58:00+00:00", proved="2025-10-09T08:59:00+00:00",
    )  # fmt: skip
    report = replace(report, header=replace(report.header, language=language))
    said = CorrectionsText(ReportText(report))
    words = Translator(language)  # type: ignore[arg-type]
    (turned, moved) = said.rows("configure")
    assert words.language == "en" or "reversed" not in turned.change
    assert "L3 → L2" in moved.change
    assert "08:59:00" in turned.became
    page, plain = Page(html.render(report, "0" * 64).decode()), text.render(report, "0" * 64).decode()
    cells = {cell for row in page.rows for cell in row}
    assert {turned.change, moved.change} <= cells
    assert words("report.block.corrections").upper() in plain
    assert " ".join(f"{turned.name}: {turned.change}".split()) in " ".join(plain.split())
    assert turned.change in csv_file.render(report).decode()
    printed = " ".join(" ".join(pdf_text(report)).split())
    assert words("report.correction.configure") in printed
    assert "L3 → L2" in printed


def test_what_a_hand_does_stands_apart_with_the_safety_wording() -> None:
    report = with_line(faulty(), 8, how="move", set=line_of(faulty(), 8).now)
    plain = " ".join(text.render(report, "").decode().split())
    words = Translator("en")
    assert [row.input for row in CorrectionsText(ReportText(report)).rows("move")] == [8]
    assert plain.index(words("report.correction.move")) < plain.index(words("report.safety.text"))
    assert "move, turn or replace the clamp" in plain


def test_a_file_of_an_older_version_has_no_such_part() -> None:
    body = json.loads(encode(faulty()))
    del body["corrections"]
    old = decode(json.dumps(body).encode())
    assert old.corrections is None
    assert "Corrections" not in html.render(old, "").decode()
    assert "CORRECTIONS" not in text.render(old, "").decode()


def test_a_report_that_is_given_away_names_nobody_in_it() -> None:
    report = with_line(faulty(), 6, rename="Jan Peeters his charger")
    shared, unknown = redacted(report)
    mine, theirs = line_of(report, 6), line_of(shared, 6)
    assert unknown == 0
    assert theirs.name != mine.name
    assert "Peeters" not in encode(shared).decode()
    channel = shared.channel(6)
    assert channel is not None
    assert (theirs.name, theirs.hub) == (channel.name, channel.hub)
    assert (theirs.now, theirs.set) == (mine.now, mine.set)


def test_from_afar_a_direction_that_nobody_told_is_to_be_turned_round() -> None:
    report, _, _ = afar.made(told=afar.ALL - {"reversed"})
    turned, moved = line_of(report, 6), line_of(report, 8)
    assert (turned.now.reversed, turned.set.reversed, turned.turn) == (None, None, True)
    assert (moved.now.reversed, moved.turn, moved.set.phase) == (None, False, "L2")
    assert "the other way than it is set" in CorrectionsText(ReportText(report)).rows("configure")[0].change
    assert block(report).adds_up, "weeks of means add up as well, without a reading of now"
    assert {one.code for one in block(report).missing} <= {"preview.missing.circuit"}


def test_what_waits_for_another_input_is_said_and_is_not_called_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"input": 8, "name": told_name("Water heater", 8, 30), "there": "L3"}
    waits = OpenInput(6, None, "Car charger", Fact("corrections.together_phase", told), fault=True, held=True)
    unknown = OpenInput(9, None, "Oven", fact("corrections.place_open"), fault=True)
    monkeypatch.setattr(composed, "correction_sheet", lambda view, judgement: CorrectionSheet(open=(waits, unknown)))
    material = SimpleNamespace(view=None, judgement=None, logbook=SimpleNamespace(sheet=SheetHistory()))
    held = composed.corrections(material, [], [], None)  # type: ignore[arg-type]
    assert [one.input for one in held.held] == [6]
    report = replace(faulty(), corrections=held)
    assert decode(encode(report)) == report
    for language in LANGUAGES:
        shown = ReportText(replace(report, header=replace(report.header, language=language)))
        (said,) = CorrectionsText(shown).sums()
        assert "Car charger" in said
        assert "Water heater" in said
    said = "Input 6 'Car charger' is not to be set yet. Sits on L3, but input 8 'Water heater' is set to that phase"
    page = " ".join(text.render(report, "").decode().split())
    assert said in page
    assert "Nothing was or is to be corrected" not in page
    assert "Water heater" not in encode(redacted(report)[0]).decode()
