"""The PDF for a screen reader: marked, with a title and a language, headings, and every text in reading order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from pypdf.generic import ContentStream

from smappee_tui.i18n import Translator
from smappee_tui.report.model import Report
from tests.report.made import faulty, hostile, short, unbalanced
from tests.report.reading import pdf
from tests.report.render.test_numbers import in_language


@pytest.mark.parametrize("made", [faulty, short, hostile, unbalanced, lambda: in_language(faulty(), "nl")])
def test_every_text_has_its_place(made: Callable[[], Report]) -> None:
    report = made()
    file = pdf(report)
    root: Any = file.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == report.header.language
    assert report.header.report_id in str(file.metadata.title if file.metadata else "")
    tree = root["/StructTreeRoot"]
    document = tree["/K"][0].get_object()
    elements = [kid.get_object() for kid in document["/K"]]
    assert {element["/S"] for element in elements} <= {"/H1", "/H2", "/H3", "/P", "/Figure"}
    by_page = {
        tree["/ParentTree"]["/Nums"][n]: tree["/ParentTree"]["/Nums"][n + 1] for n in range(0, 2 * len(file.pages), 2)
    }
    seen: list[Any] = []
    for page in file.pages:
        marks = _marks(page, file)
        parents = [parent.get_object() for parent in by_page[page["/StructParents"]]]
        assert [mark for mark, _ in marks] == list(range(len(parents))), "numbered as they are drawn, none left out"
        for mark, kind in marks:
            assert parents[mark]["/S"] == kind
            assert mark in parents[mark]["/K"]
            if not seen or seen[-1] != parents[mark]:
                seen.append(parents[mark])
    assert seen == elements, "the structure goes through the pages as a reader does"


def _marks(page: Any, file: Any) -> list[tuple[int, str]]:
    """Number and kind of each marked content. Every text must stand in one, or be an artifact."""
    found: list[tuple[int, str]] = []
    inside = ""
    for operands, operator in ContentStream(page.get_contents(), file).operations:
        if operator in (b"BDC", b"BMC"):
            assert not inside, "not one in another"
            inside = str(operands[0])
            if operator == b"BDC":
                found.append((operands[1]["/MCID"], inside))
        elif operator == b"EMC":
            inside = ""
        elif operator in (b"Tj", b"TJ"):
            assert inside, "a text that no reader finds"
    return found


def test_headings_are_those_of_the_page() -> None:
    root: Any = pdf(faulty()).trailer["/Root"]
    elements = [kid.get_object() for kid in root["/StructTreeRoot"]["/K"][0].get_object()["/K"]]
    kinds = [element["/S"] for element in elements if re.match("/H", element["/S"])]
    assert kinds[:3] == ["/H1", "/H2", "/H3"]
    assert kinds.count("/H1") == 1
    assert len(kinds) > 10
    assert Translator("en")("report.block.summary")
