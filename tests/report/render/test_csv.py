"""The CSV opens in the spreadsheet that is meant, and holds nothing that cannot be."""

from __future__ import annotations

import csv
import io

import pytest
from msgspec.structs import replace

from smappee_tui.i18n import use
from smappee_tui.report.render import csv_file
from smappee_tui.report.render.csv_file import CsvSeparator
from tests.report.made import faulty, hostile
from tests.report.reading import Page, html
from tests.report.render.test_numbers import in_language


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(("word", "delimiter", "decimal"), [("comma", ",", "."), ("semicolon", ";", ",")])
def test_the_separator_that_is_wished(language: str, word: CsvSeparator, delimiter: str, decimal: str) -> None:
    report = in_language(faulty(), language)  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(csv_file.render(report, word).decode("utf-8-sig")), delimiter=delimiter))
    assert {len(row) for row in rows} == {len(csv_file.COLUMNS)}
    for row, channel in zip(rows[1:], report.channels, strict=True):
        pf = channel.loaded.pf
        assert row[16] == ("" if pf is None else f"{pf:g}".replace(".", decimal))


def test_of_itself_it_follows_the_language() -> None:
    for language, delimiter in (("en", ","), ("nl", ";"), ("fr", ";"), ("de", ";")):
        content = csv_file.render(in_language(faulty(), language)).decode("utf-8-sig")  # type: ignore[arg-type]
        assert content.splitlines()[0].count(delimiter) == len(csv_file.COLUMNS) - 1


@pytest.mark.parametrize(
    ("language", "environment", "expected"),
    [
        ("en", {"LANG": "en_GB.UTF-8"}, "comma"),
        ("en", {"LANG": "en_BE.UTF-8"}, "semicolon"),
        ("en", {"LANG": "en_GB.UTF-8", "LC_NUMERIC": "nl_BE.UTF-8"}, "semicolon"),
        ("en", {"LC_ALL": "C.UTF-8", "LC_NUMERIC": "nl_BE.UTF-8"}, None),
        ("en", {"LC_ALL": "POSIX"}, None),
        ("en", {}, None),
        ("nl", {"LANG": "en_US.UTF-8"}, None),
    ],
)
def test_english_is_spoken_where_commas_are_decimal(
    language: str, environment: dict[str, str], expected: str | None
) -> None:
    from smappee_tui.cli.report.run import csv_of_locale

    use(language)  # type: ignore[arg-type]
    assert csv_of_locale(environment) == expected


def test_no_row_of_the_html_has_an_empty_head() -> None:
    for report in (faulty(), hostile()):
        nameless = [replace(device, name="", serial="", number=None) for device in report.devices.devices]
        channels = [replace(channel, name="\u200b") for channel in report.channels]
        report = replace(report, devices=replace(report.devices, devices=nameless), channels=channels)
        page = Page(html(report))
        assert page.heads
        assert all(head.strip() for head in page.heads)
