"""Names that try to do something stand as text in every format."""

import csv
import io
import json

import pytest

from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import text_cell
from smappee_tui.report.render import csv_file, text
from smappee_tui.report.render.json_file import digest, encode
from smappee_tui.report.wording import LONGEST_IN_TABLE, short, shown_text
from tests.report.made import HOSTILE, hostile
from tests.report.reading import Page, html, pdf_text


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(html(hostile()))


def test_the_json_has_every_name_whole() -> None:
    names = [channel["name"] for channel in json.loads(encode(hostile()))["channels"]]
    for name, given in zip(names, HOSTILE, strict=True):
        assert given.startswith(name)
        assert len(name) >= min(len(given), 900), "the protocol may cut, the report does not"


def test_markup_stays_text_in_html(page: Page) -> None:
    assert not page.all("script")
    assert not page.all("img")
    assert "<script>alert(1)</script>" in page.text
    assert "</title><img src=x onerror=alert(2)>" in page.text
    assert "{{ 7*7 }} {% raw %}" in page.text
    assert "49" not in page.text.split()


def test_every_name_is_isolated_in_html(page: Page) -> None:
    assert "\u202e" not in page.text
    assert "right to left" in page.text
    content = html(hostile())
    for name in HOSTILE:
        shown = short(name).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
        assert f"<bdi>{shown}</bdi>" in content


def test_no_control_character_is_left_in_html() -> None:
    assert not [c for c in html(hostile()) if ord(c) < 32 and c != "\n"]


def test_long_names_are_short_in_tables_and_whole_in_the_annex(page: Page) -> None:
    long = [row[1] for row in page.rows if len(row) == 11 and row[1].startswith("xxx")]
    assert long
    assert all(len(name) <= LONGEST_IN_TABLE for name in long)
    kept = next(c.name for c in hostile().channels if c.name.startswith("xxx"))
    assert kept in page.text


def test_every_name_prints() -> None:
    pages = "\n".join(pdf_text(hostile()))
    flat = pages.replace("\n", "")
    for name in ("<script>alert(1)</script>", "@SUM(1)", "+1+1"):
        assert name in flat
    for word in ("שלום", "עולם", "漢字の名前"):
        # drawn by a font of the system's, else spelled by number
        assert word in pages or word[::-1] in pages or f"‹U+{ord(word[0]):04X}›" in flat
    assert "\u202e" not in flat
    assert "\x1b" not in pages


def test_a_pdf_of_hostile_names_keeps_its_first_page() -> None:
    assert Translator("en")("report.label.customer_signed") in pdf_text(hostile())[0] + pdf_text(hostile())[1]


def test_no_cell_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(csv_file.render(hostile()).decode("utf-8-sig"))))
    for row in rows[1:]:
        for place, cell in enumerate(row):
            if cell[:1] in ("=", "+", "@", "\t", "\r"):
                pytest.fail(f"{cell!r} would be calculated")
            if cell[:1] == "-":
                float(cell)
                assert place >= 10
    names = [row[1] for row in rows[1:]]
    assert "'=cmd|' /C calc'!A0" in names
    assert "'@SUM(1)" in names
    assert all("\n" not in cell for row in rows for cell in row)


@pytest.mark.parametrize("name", ["=1", " =1", "+1", "-1", "@A", "\t=1", "\r=1", "\n=1", "＝1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(name: str) -> None:
    assert text_cell(name).startswith("'")


def test_a_cell_that_begins_like_nothing_else_stays() -> None:
    assert text_cell('Küche; 1 "x"') == 'Küche; 1 "x"'


def test_the_plain_text_has_nothing_that_steers() -> None:
    content = text.render(hostile(), digest(encode(hostile()))).decode()
    assert not [c for c in content if (ord(c) < 32 and c != "\n") or c in "\u202e\u202c"]
    assert all(len(line) <= 200 for line in content.splitlines())


def test_a_text_on_paper_is_clean_and_says_that_there_was_more() -> None:
    assert shown_text("\u202eabc\x1b[0m") == "abc\ufffd[0m"
    assert shown_text("x" * 5000) == "x" * 3999 + "…"
    assert short("y" * 41) == "y" * 39 + "…"
