"""Every number in every format is the JSON's."""

import pytest
from msgspec.structs import replace

from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.report.model import Report
from smappee_tui.report.render import csv_file, text
from smappee_tui.report.render.json_file import decode, digest, encode
from smappee_tui.report.render.report_text import ReportText
from tests.report.made import faulty, healthy, short, unbalanced
from tests.report.reading import Page, allowed, html, pdf, pdf_text, spaced_numbers


def in_language(report: Report, language: Language) -> Report:
    return replace(report, header=replace(report.header, language=language))


@pytest.fixture(params=LANGUAGES)
def report(request: pytest.FixtureRequest) -> Report:
    return decode(encode(in_language(unbalanced(), request.param)))


def test_the_html_holds_no_number_of_its_own(report: Report) -> None:
    found = spaced_numbers([Page(html(report)).text], allowed(report))
    assert len(found) > 100
    assert found <= allowed(report)


def test_the_pdf_holds_no_number_of_its_own(report: Report) -> None:
    pages = pdf_text(report)
    found = spaced_numbers(pages, allowed(report))
    assert len(found) > 100
    assert found <= allowed(report) | {float(n) for n in range(len(pages) + 1)}


def test_the_text_holds_no_number_of_its_own(report: Report) -> None:
    hashed = digest(encode(report))
    assert spaced_numbers([text.render(report, hashed).decode()], allowed(report)) <= allowed(report)


def test_the_channel_tables_agree_cell_by_cell(report: Report) -> None:
    shown = ReportText(report)
    n = shown.number
    page, first = Page(html(report)), pdf_text(report)[0]
    rows = {row[0]: row for row in reversed(page.rows) if len(row) == 11}
    for channel in report.channels:
        row = rows[str(channel.input)]
        amps = f"{n(channel.amps.median, digits=1)} ({n(channel.amps.most, digits=1)})"
        assert row[5:8] == [amps, n(channel.loaded.watts), n(channel.loaded.pf, digits=2)]
        assert row[8].endswith(shown.verdict(channel))
        assert row[9] == shown.percent(channel.confidence_percent)
        line = next(line for line in first.splitlines() if line.startswith(f"{channel.input} ") or amps in line)
        assert line
        assert amps in first
        assert n(channel.loaded.watts).replace("\u00a0", " ") in first


def test_the_csv_is_the_json_s(report: Report) -> None:
    import csv
    import io

    words = Translator(report.header.language)
    content = csv_file.render(report).decode("utf-8")
    assert content.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(content[1:]), delimiter=words("format.csv_separator")))
    assert [len(row) for row in rows] == [31] * (len(report.channels) + 1)
    for row, channel in zip(rows[1:], report.channels, strict=True):
        values = [None if not cell else float(cell.replace(",", ".")) for cell in row[10:19]]
        loaded = channel.loaded
        assert values == [
            channel.amps.least, channel.amps.median, channel.amps.most,
            channel.watts.least, channel.watts.median, channel.watts.most,
            loaded.pf, loaded.pf_low, loaded.pf_high,
        ]  # fmt: skip
        assert row[19] == channel.verdict
        assert row[27] == channel.size


def test_the_hash_and_the_number_of_pages_are_on_every_page(report: Report) -> None:
    words, hashed = Translator(report.header.language), digest(encode(report))
    pages = pdf_text(report)
    for number, page in enumerate(pages, 1):
        assert hashed in page.replace("\n", "")
        assert words("report.result.page", page=number, pages=len(pages)) in page


@pytest.mark.parametrize("made", [faulty, healthy, short, unbalanced])
def test_a_home_s_summary_is_the_first_page(made: object) -> None:
    """Thirteen channels: everything up to the sign-off stands on page one, the annex begins on page two."""
    for language in LANGUAGES:
        one = in_language(made(), language)  # type: ignore[operator]
        words = Translator(language)
        pages = pdf_text(one)
        assert words("report.label.declaration")[:40] in pages[0].replace("\n", " ")
        assert words("report.label.customer_signed") in pages[0]
        assert pages[1].lstrip().startswith(words("report.block.findings"))


def test_the_pdf_has_an_outline_a_language_and_the_json_in_it() -> None:
    report = in_language(faulty(), "nl")
    reader, words = pdf(report), Translator("nl")
    titles: list[str] = []

    def collect(items: list[object]) -> None:
        for item in items:
            if isinstance(item, list):
                collect(item)
            else:
                titles.append(item.title)  # type: ignore[attr-defined]

    collect(reader.outline)
    for block in ("summary", "findings", "not_tested", "evidence", "method", "limits", "integrity", "sign_off"):
        assert words(f"report.block.{block}") in titles
    assert reader.root_object["/Lang"] == "nl"
    assert list(reader.attachments.values()) == [[encode(report)]]
