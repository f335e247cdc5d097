"""Read the renderings back, with readers that have nothing to do with how they were written."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from html.parser import HTMLParser

from pypdf import PdfReader

from smappee_tui.i18n.language import load
from smappee_tui.report.model import Report
from smappee_tui.report.render.html import render as html_of
from smappee_tui.report.render.json_file import decode, digest, encode
from smappee_tui.report.render.pdf import render as pdf_of

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_APART = re.compile(r"(?<=\d)\u00a0(?=\d{3}(?!\d))")
_SPACED = re.compile(r"(?<![\d.,])(\d{1,3}) (\d{3}(?:[.,]\d+)?)(?!\d)")
_VOID = {"col", "meta", "br", "img", "link", "hr", "input"}


def html(report: Report) -> str:
    return _html(encode(report))


@lru_cache(maxsize=32)
def _html(content: bytes) -> str:
    """Kept, as the text of pages below: many tests look at the same report, and rendering it is what they cost."""
    return html_of(decode(content), digest(content)).decode()


def pdf(report: Report) -> PdfReader:
    content = encode(report)
    return PdfReader(io.BytesIO(pdf_of(report, digest(content), content)))


def pdf_text(report: Report) -> list[str]:
    """The text of each page."""
    return list(_pdf_text(encode(report)))


@lru_cache(maxsize=64)
def _pdf_text(content: bytes) -> tuple[str, ...]:
    reader = PdfReader(io.BytesIO(pdf_of(decode(content), digest(content), content)))
    return tuple(page.extract_text() for page in reader.pages)


def numbers(text: str) -> set[float]:
    """All numbers in a text, signs aside, whatever the decimal sign; thousands may be apart."""
    return {float(found.replace(",", ".")) for found in _NUMBER.findall(_APART.sub("", text))}


def spaced_numbers(pages: list[str], known: set[float]) -> set[float]:
    """All numbers of what was read back from a PDF or a page, where thousands are apart by a space like any other."""

    def one(found: re.Match[str]) -> str:
        number = found[1] + found[2]
        return number if float(number.replace(",", ".")) in known else found[0]

    return numbers(_SPACED.sub(one, "\n".join(pages).replace("\n", " ")))


def allowed(report: Report) -> set[float]:
    """Numbers of the JSON, of our own words, of phases, and ordinals."""
    content = encode(report)
    own = " ".join(load(report.header.language, "report").values())
    found = numbers(content.decode()) | numbers(own) | numbers(digest(content))
    return found | {float(n) for n in range(len(report.channels) + 1)}


class Page(HTMLParser):
    """The visible text, the elements and the table cells of an HTML file."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.heads: list[str] = []
        """The text of each `th`."""
        self.words: list[str] = []
        self._inside: list[str] = []
        self.feed(content)
        self.close()
        assert not self._inside, f"not closed: {self._inside}"

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID and not self._drawn(tag):
            self._inside.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag == "th":
            self.heads.append("")
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def _drawn(self, tag: str) -> bool:
        return tag in ("path", "polyline", "polygon", "circle")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or self._drawn(tag):
            return
        assert self._inside, tag
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self._inside:
            return
        self.words.append(data)
        if "th" in self._inside:
            self.heads[-1] += data
        if self.rows and {"td", "th"} & set(self._inside):
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]
