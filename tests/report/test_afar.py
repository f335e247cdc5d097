"""A report from afar: what it rests on stands in every format, and nothing in it claims a visit."""

import json
import math

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.report.compose.readings import readings_of_history
from smappee_tui.report.model import Report
from smappee_tui.report.render import csv_file, text
from smappee_tui.report.render.json_file import decode, digest, encode
from smappee_tui.report.render.report_text import ReportText
from tests.report import afar
from tests.report.made import Visit
from tests.report.reading import Page, allowed, html, pdf_text, spaced_numbers
from tests.report.render.test_numbers import in_language
from tests.report.schema import shipped_schema


@pytest.mark.parametrize("made", [afar.faulty, afar.healthy, afar.short, afar.hostile])
def test_it_fits_the_schema_and_is_read_as_written(made: object) -> None:
    content = encode(made())  # type: ignore[operator]
    jsonschema.validate(msgspec.json.decode(content), shipped_schema())
    assert encode(decode(content)) == content


def test_what_it_rests_on_is_told() -> None:
    history = afar.faulty().method.history
    assert history is not None
    assert (history.source, history.intervals, history.interval_seconds, history.days) == ("cloud", 576, 300, 2)
    assert (history.reactive_signed, history.nights_only) == (True, True)
    assert history.first < history.last < afar.faulty().header.generated
    unsigned, short = afar.healthy().method.history, afar.short().method.history
    assert unsigned is not None
    assert short is not None
    assert not unsigned.reactive_signed
    assert not short.nights_only


def test_nobody_asks_for_messages_and_the_limits_are_its_own() -> None:
    report = afar.faulty()
    assert report.header.missing == []
    assert report.method.received == report.method.expected == 0
    assert report.limits[0] == "history"
    assert "voltage" not in report.limits
    assert "history" not in Visit(guided=False).watch(5).report().limits


def plain(shown: str) -> str:
    """One space wherever a text has any, a line broken or none to break at."""
    return " ".join(shown.split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("made", [afar.faulty, afar.healthy, afar.short])
def test_no_format_claims_a_visit(made: object, language: Language) -> None:
    report = in_language(made(), language)  # type: ignore[operator]
    words, shown = Translator(language), ReportText(report)
    on_site = ReportText(replace(report, method=replace(report.method, history=None)))
    assert shown.title != on_site.title
    contents = {
        "html": plain(Page(html(report)).text),
        "pdf": plain("\n".join(pdf_text(report))),
        "txt": plain(text.render(report, digest(encode(report))).decode()),
    }
    for name, content in contents.items():
        assert plain(shown.under) in content, name
        assert plain(shown.result) in content, name
        assert plain(on_site.result) not in content, name
        for key in ("label.messages", "label.lost", "label.longest_gap", "limit.voltage", "limit.moment", "label.loop"):
            assert plain(words(f"report.{key}")) not in content, (name, key)
        assert plain(words("report.limit.history"))[:60] in content
    assert plain(words("report.label.declaration")) not in contents["html"]
    assert plain(words("report.label.declaration")) not in contents["pdf"]


def test_well_from_afar_is_no_pass_on_site() -> None:
    report = afar.healthy()
    assert report.header.result == "pass"
    assert "PASS" not in ReportText(report).result
    assert "not a test on site" in ReportText(report).title


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_the_json_s(language: Language) -> None:
    report = decode(encode(in_language(afar.faulty(), language)))
    known, pages = allowed(report), pdf_text(report)
    assert spaced_numbers([Page(html(report)).text], known) <= known
    assert spaced_numbers([text.render(report, digest(encode(report))).decode()], known) <= known
    assert spaced_numbers(pages, known) <= known | {float(n) for n in range(len(pages) + 1)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_home_s_summary_is_the_first_page(language: Language) -> None:
    words = Translator(language)
    for report in (afar.faulty(), afar.healthy()):
        pages = pdf_text(in_language(report, language))
        assert words("report.label.customer_signed") in pages[0]
        assert pages[1].lstrip().startswith(words("report.block.findings"))


def test_the_table_is_of_all_the_days() -> None:
    report, judge, _ = afar.made()
    assert judge.history is not None
    for channel in report.channels:
        column = judge.history.columns[channel.input]
        assert channel.watts.least == round(min(column.watts))
        assert channel.watts.most == round(max(column.watts))
        track = judge.evidence.tracks[channel.input]
        assert channel.amps.most == pytest.approx(track.most_amps, abs=0.051), "as the sentences say"
    six, one = report.channel(6), report.channel(1)
    assert six is not None
    assert one is not None
    assert six.loaded.pf is not None
    assert six.loaded.pf < -0.98
    assert six.loaded.volts is not None
    assert one.angle_degrees is not None
    assert [v.phase for v in report.voltages] == ["L1", "L2", "L3"]
    assert all(v.least is not None and 200 < v.least < 240 for v in report.voltages)


def test_pictures_are_of_hours_and_days() -> None:
    report = afar.faulty()
    kinds = {step.input: step.kind for step in report.evidence}
    assert kinds[0] == kinds[3] == "day"
    assert kinds[6] == kinds[8] == "change"
    for step in report.evidence:
        assert len(step.seconds) == (49 if step.kind == "change" else 48)
        assert all(len(one.values) == len(step.seconds) for one in step.series)
        assert step.series[0].input == step.input
        assert step.begins <= step.at <= step.ends
    six = next(step for step in report.evidence if step.input == 6)
    assert six.change_watts is not None
    assert six.before_watts is not None
    assert six.after_watts is not None
    assert abs(six.change_watts) > 1000
    assert min(six.before_watts, six.after_watts) < -1000, "it reads backwards"
    night = next(step for step in report.evidence if step.input == 0)
    assert not 3 <= int(night.at[11:13]) < 22
    noon = next(step for step in report.evidence if step.input == 3)
    assert 8 <= int(noon.at[11:13]) <= 15


def test_a_phase_that_is_not_there_moves_by_nothing() -> None:
    report = afar.made("home1", ("reversed:2",), dialect="20-series", signed=False)[0]
    changes = [step.change_volts for step in report.evidence if step.kind == "change"]
    assert changes
    assert all(one is not None and two is None and three is None for one, two, three in changes)
    assert all(len([s for s in step.series if s.unit == "V"]) == 1 for step in report.evidence)


def test_holes_in_the_values_are_holes_in_the_report() -> None:
    _, judge, site = afar.made(days=1.0)
    past = judge.history
    assert past is not None
    for place in range(100, 150):
        past.columns[6].watts[place] = math.nan
    made = readings_of_history(past, site.settings)
    assert len(made.watts[6]) == len(made.amps[6]) == len(past) - 50
    assert list(made.watts) == list(past.columns)
    assert made.watts.get(99, []) == []


def test_a_setting_that_nobody_told_is_not_known() -> None:
    report = afar.made(told=frozenset({"name", "phase"}), days=1.0)[0]
    assert {channel.expected.reversed for channel in report.channels} == {None}
    assert {channel.measured.reversed for channel in report.channels} == {None}


def test_hostile_names_stay_text() -> None:
    report = afar.hostile()
    page = Page(html(report))
    assert not page.all("script")
    assert not page.all("img")
    assert "<script>alert(1)</script>" in page.text
    assert "\x1b" not in "\n".join(pdf_text(report))
    assert "'=cmd|" in csv_file.render(report).decode()
    assert not [c for c in encode(report).decode() if c in "\x1b\x07\x00\u202e"]


def test_the_csv_says_by_what_each_channel_was_judged() -> None:
    rows = csv_file.render(in_language(afar.faulty(), "nl")).decode().splitlines()
    assert ";5-minutenwaarden;" in rows[1]


def without_history(report: Report) -> bytes:
    """The file as a version wrote it that knew of watches only."""
    told = json.loads(encode(report))
    del told["method"]["history"]
    for step in told["evidence"]:
        del step["begins"], step["ends"]
    return json.dumps(told).encode()
