"""The structure of a PDF for whoever has it read aloud: headings, paragraphs and pictures in reading order.

fpdf2 gives pictures a place in it and nothing else. What it has drawn is gone through once more: each text on a page
becomes marked content of an element. Notes in the page (comments of its language) say what a text is and are taken out;
one without is a paragraph of its own, as the cells of a table are.
"""

from __future__ import annotations

import re
from collections import deque
from typing import cast

from fpdf import FPDF
from fpdf.output import PDFPage
from fpdf.structure_tree import StructElem

TITLE, HEADING, SUBHEADING = "H1", "H2", "H3"
MORE, ARTIFACT = "more", "artifact"
"""One more line of the text before; no content but the page's own, such as its number."""
_STRING = rb"\((?:\\.|[^\\()])*\)"
_ITEM = re.compile(
    rb"% (?P<note>H1|H2|H3|more|artifact)\n"
    rb"|/P <</MCID (?P<picture>\d+)>> BDC"
    rb"|BT (?P<text>[^()]*(?:" + _STRING + rb"[^()]*?)*) ET(?=\s)",
    re.DOTALL,
)


def note(paper: FPDF, what: str) -> None:
    """Say what the next text on this page is."""
    _contents(paper.pages[paper.page]).extend(f"% {what}\n".encode())


def _contents(page: PDFPage) -> bytearray:
    """What is drawn on a page: a stream only later, when it is written."""
    return cast("bytearray", page.contents)


def tag(paper: FPDF) -> None:
    """Give every text its place in the structure; to be called once, when all is drawn."""
    tree = paper.struct_builder
    pictures = deque(tree.doc_struct_elem.k)
    tree.doc_struct_elem.k.clear()
    tree.struct_tree_root.parent_tree.nums.clear()
    tree.spid_per_page_number.clear()
    for number, page in paper.pages.items():
        page.struct_parents = number - 1
        tree.spid_per_page_number[number] = number - 1
        marks = _Marks(number, tree.doc_struct_elem, pictures)
        page.contents = bytearray(_ITEM.sub(marks.marked, bytes(_contents(page))))
        tree.struct_tree_root.parent_tree.nums[number - 1] = [*marks.elements]


class _Marks:
    """The marked content of one page."""

    def __init__(self, page: int, document: StructElem, pictures: deque[StructElem]) -> None:
        self.elements: list[StructElem] = []
        """By number of their mark; one that has several stands there as often."""
        self._page = page
        self._document = document
        self._pictures = pictures
        self._said = ""

    def marked(self, found: re.Match[bytes]) -> bytes:
        """What to write in place of a note, a picture's mark or a text."""
        if found["note"]:
            self._said = found["note"].decode()
            return b""
        if found["picture"]:
            return self._begin(self._pictures.popleft())
        if b"(" not in found["text"]:
            return found[0]  # a font is chosen, nothing is written
        what, self._said = self._said, ""
        if what == ARTIFACT:
            return b"/Artifact BMC " + found[0] + b" EMC"
        if what == MORE and self.elements:
            return self._begin(self.elements[-1]) + b" " + found[0] + b" EMC"
        kind = what if what in (TITLE, HEADING, SUBHEADING) else "P"
        element = StructElem(f"/{kind}", self._document, [], page_number=self._page)
        return self._begin(element) + b" " + found[0] + b" EMC"

    def _begin(self, element: StructElem) -> bytes:
        if not self.elements or element is not self.elements[-1]:
            element.k.clear()
            self._document.k.append(element)
        mark = len(self.elements)
        element.k.append(mark)
        self.elements.append(element)
        return f"{element.s} <</MCID {mark}>> BDC".encode()
