"""For eyes that see no colour, and for screen readers: what an accessibility checker would look at."""

import re
from itertools import pairwise

import pytest
from msgspec.structs import replace

from smappee_tui.report.model import Report
from tests.report.made import faulty, hostile, short, unbalanced
from tests.report.reading import Page, html


@pytest.fixture(params=[faulty, short, hostile, unbalanced])
def report(request: pytest.FixtureRequest) -> Report:
    return request.param()  # type: ignore[no-any-return]


@pytest.fixture
def page(report: Report) -> Page:
    return Page(html(report))


def test_language_title_and_landmarks(page: Page, report: Report) -> None:
    assert page.all("html") == [{"lang": report.header.language, "dir": "ltr"}]
    assert len([attrs for attrs in page.all("title") if "id" not in attrs]) == 1
    for tag in ("h1", "main", "header"):
        assert len(page.all(tag)) == 1, tag


def test_headings_do_not_skip_a_level(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_has_heads_with_a_scope(page: Page) -> None:
    assert page.all("table")
    assert all(attrs.get("scope") in ("col", "row") for attrs in page.all("th"))
    assert len(page.all("thead")) == len(page.all("table"))


def test_every_picture_is_told_in_words(page: Page) -> None:
    for attrs in page.all("svg"):
        assert attrs.get("role") == "img"
        assert attrs.get("aria-labelledby")
    assert all(attrs.get("alt") for attrs in page.all("img"))


def test_ids_are_unique_and_references_resolve(page: Page) -> None:
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    referred = {attrs["aria-labelledby"] for _, attrs in page.elements if "aria-labelledby" in attrs}
    assert referred <= set(ids)


def test_nothing_runs_and_nothing_is_fetched(page: Page) -> None:
    assert not page.all("script")
    assert not page.all("link")
    for _, attrs in page.elements:
        assert not [name for name in attrs if name.startswith("on")]
        for name in ("src", "href", "data", "action"):
            value = attrs.get(name)
            assert value is None or value.startswith(("data:image/", "#"))
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_every_text_colour_stands_out() -> None:
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", html(faulty())))
    for name in ("ink", "soft", "blue", "orange"):
        for ground in ("#ffffff", colours["band"]):
            assert contrast(colours[name], ground) >= 7, name


def test_verdicts_are_words_and_signs_not_only_colours(page: Page, report: Report) -> None:
    rows = {row[0]: row for row in reversed(page.rows) if len(row) == 11}
    for channel in report.channels:
        cell = rows[str(channel.input)][8]
        assert cell[0] in "✓✗?·"
        assert len(cell) > 1


def test_the_balance_has_words_and_signs_not_only_colours() -> None:
    rows = [row for row in Page(html(unbalanced())).rows if len(row) == 10 and row[0] in ("L1", "L2", "L3")]
    assert [row[-1] for row in rows] == ["✗does not add up", "✓adds up", "?doubtful"]


def test_a_partial_report_looks_different_without_colour() -> None:
    boxes = []
    for partial, result in ((True, "undecided"), (True, "faults"), (False, "faults"), (False, "pass")):
        header = replace(faulty().header, partial=partial, result=result)
        boxes += [
            a["class"]
            for a in Page(html(replace(faulty(), header=header))).all("div")
            if "result" in (a.get("class") or "")
        ]
    assert len({" ".join(sorted(set((box or "").split()))) for box in boxes}) == 4
