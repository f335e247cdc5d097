"""Every finding and every piece of evidence that has words stands in a report of each language, with nothing left open.

What the sentences are made of is invented by what their templates ask for: whoever gives the diagnosis a new sentence
sees it here in four languages without doing anything.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from string import Formatter
from typing import Any

import pytest
from msgspec.structs import replace

from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.i18n.language import load
from smappee_tui.i18n.translator import FINDINGS
from smappee_tui.report.blocks import FactBlock
from smappee_tui.report.model import FindingBlock, Report
from smappee_tui.report.render import text
from smappee_tui.report.render.json_file import decode, digest, encode
from smappee_tui.report.wording import in_english, sentences
from tests.report.made import faulty
from tests.report.reading import Page, html, pdf_text
from tests.report.render.test_numbers import in_language

SECTIONS = (*FINDINGS, "advice", "evidence", "history", "verdicts", "device")
"""Where the diagnosis' own sentences stand."""
NAME = "Xylofoon 7"
"""A stranger's text: stands as it is in every language."""
ENGLISH = re.compile(
    r"\b(the|this|that|its|and|with|were|has|have|input|reversed|load|another|while|between|check|switch|wrong)\b", re.I
)
ALIKE = re.compile(r"\b(circuit|cloud|latitude|longitude|monitor|phase|type|water)\b", re.I)
"""Words that other languages spell as English does."""
TITLE = ".title"


def keys(section: str) -> set[str]:
    return {re.sub(r"_(one|other)$", "", key) if f"{key.rpartition('_')[0]}_other" in load("en", section) else key
            for key in load("en", section)}  # fmt: skip


def invented(*codes: str) -> dict[str, Any]:
    """Something for every parameter of these sentences."""
    made: dict[str, Any] = {}
    for code in codes:
        section, _, key = code.partition(".")
        if f"{key}_other" in load("en", section):  # one or many is chosen by it, whether it is told or not
            made.setdefault("count", _value("count", ""))
        for form in (key, f"{key}_one", f"{key}_other"):
            for _, name, spec, _ in Formatter().parse(load("en", section).get(form, "")):
                if name is not None:
                    made.setdefault(name, _value(name, spec or ""))
    return made


def _value(name: str, spec: str) -> Any:
    if spec.startswith("@"):
        section, _, rest = spec[1:].partition(".")
        begin = f"{rest}." if rest else ""
        listed = (key.removeprefix(begin) for key in load("en", section) if key.startswith(begin))
        return next(listed, "x")
    if spec == "phase":
        return None
    if spec in ("span", "lasting") or name == "count":
        return 259_200
    if spec in ("moment", "clock", "date"):
        return 1_760_000_000.0
    return [NAME, NAME] if spec in ("and", "or") else NAME if spec in ("", "cap") else 3


def finding(number: int, section: str, code: str) -> FindingBlock:
    params = invented(*(f"{section}.{code}.{part}" for part in ("title", "advice", "consequence")))
    block = replace(faulty().findings[0], id=f"F{number}", code=code, params=params, evidence_facts=[], evidence=[])
    return in_english(block)


@lru_cache(maxsize=1)
def everything() -> Report:
    """All findings with a title, the first of them with every other sentence of the diagnosis as its evidence."""
    named = [(s, key.removesuffix(TITLE)) for s in FINDINGS for key in sorted(keys(s)) if key.endswith(TITLE)]
    blocks = [finding(number, *one) for number, one in enumerate(named, 1)]
    assert len(blocks) > 40
    facts: list[Any] = [
        FactBlock(code=f"{section}.{key}", params=invented(f"{section}.{key}"))
        for section in SECTIONS
        for key in sorted(keys(section))
        if not key.endswith((TITLE, ".advice", ".consequence"))
    ]
    blocks[0] = in_english(replace(blocks[0], evidence_facts=facts))
    return decode(encode(replace(faulty(), findings=blocks)))


def said(report: Report, language: Language) -> Iterator[str]:
    words = Translator(language)
    for block in report.findings:
        told = sentences(words, block)
        yield from (one.text for one in (told.title, *told.evidence, told.consequence, told.advice) if one.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_holds_every_sentence(language: Language) -> None:
    report = in_language(everything(), language)
    contents = {
        "html": Page(html(report)).text,
        "pdf": " ".join(pdf_text(report)),
        "txt": text.render(report, digest(encode(report))).decode(),
    }
    flat = {name: re.sub(r"[\s\u00ad]", "", content) for name, content in contents.items()}
    for content in contents.values():
        assert not re.search(r"\{\w+\}", content)
    for block in report.findings:
        told = sentences(Translator(language), block)
        for name in ("html", "txt"):
            for one in (told.title, told.advice):
                assert re.sub(r"\s", "", one.text) in flat[name], name
    assert not [s for s in said(report, language) if re.sub(r"\s", "", s) not in flat["html"]]


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_nothing_english_is_left(language: Language) -> None:
    report = everything()
    for english, own in zip(said(report, "en"), said(report, language), strict=True):
        bare = re.sub(r"'[^']*'|«[^»]*»|„[^“]*“|--\w+( \w+)?|EN 50160", "", own.replace(NAME, ""))
        assert not ENGLISH.search(bare), own
        assert own != english or not re.search(r"[a-z]{4}", ALIKE.sub("", english.replace(NAME, ""))), own


def test_the_english_words_of_the_json_are_the_facts_own() -> None:
    for block in everything().findings:
        told = sentences(Translator("en"), block)
        assert (block.title, block.advice) == (told.title.text, told.advice.text)
        assert block.evidence == [one.text for one in told.evidence]
