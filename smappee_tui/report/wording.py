"""Facts into the document and out of it: as JSON, and as sentences of any language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import clean, cut
from smappee_tui.i18n.translator import FindingText
from smappee_tui.protocol.fact import Fact, Param, Params
from smappee_tui.report.blocks import FactBlock
from smappee_tui.report.model import Channel, FindingBlock

ENGLISH = Translator("en")
"""Of the JSON, whatever the report's language."""
LONGEST_IN_TABLE = 40
"""Cells of a name in a table; the whole name stands in the annex and in the JSON."""
LONGEST_SHOWN = 4_000
"""Cells of any text on paper; the JSON has all."""


def shown_text(text: str, most: int = LONGEST_SHOWN) -> str:
    """A stranger's text as it may stand on paper: nothing steers, and an ellipsis says that there was more."""
    return cut(clean(text, most + 1), most)


def short(text: str) -> str:
    """The same for a table."""
    return shown_text(text, LONGEST_IN_TABLE)


def lines(text: str) -> list[str]:
    """A text of several lines, each as it may be shown."""
    return [shown_text(line) for line in text[:LONGEST_SHOWN].splitlines()]


def block_of(said: Fact) -> FactBlock:
    """A fact as the document holds it."""
    return FactBlock(code=said.code, params=params_block(said.params))


def params_block(params: Params) -> dict[str, Any]:
    """Parameters as the document holds them."""
    return {name: _plain(value) for name, value in params.items()}


def _plain(value: Param) -> Any:
    if isinstance(value, Fact):
        return {"code": value.code, "params": params_block(value.params)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None  # JSON has no such number
    return value


def fact_of(block: FactBlock) -> Fact:
    """A fact as the catalogues take it."""
    return Fact(block.code, params_of(block.params))


def params_of(params: Mapping[str, Any]) -> dict[str, Param]:
    """Parameters as the catalogues take them."""
    return {name: _param(value) for name, value in params.items()}


def _param(value: Any) -> Param:
    if isinstance(value, dict):  # a fact
        inner = value.get("params")
        return Fact(str(value.get("code", "")), params_of(inner if isinstance(inner, dict) else {}))
    if isinstance(value, list):
        return tuple(map(_param, value))
    return value if value is None or isinstance(value, str | int | float) else str(value)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, and whether in the language that was asked for."""

    text: str
    own: bool = True
    """False: only English words were there to be shown."""


@dataclass(frozen=True, slots=True)
class FindingSentences:
    """A finding in one language; empty texts for what nobody says."""

    title: Sentence
    evidence: tuple[Sentence, ...]
    consequence: Sentence
    advice: Sentence

    @property
    def own(self) -> bool:
        """Whether all of it is in the language that was asked for."""
        return all(one.own for one in (self.title, *self.evidence, self.consequence, self.advice))


def sentence(words: Translator, fact: FactBlock | None, english: str = "") -> Sentence:
    """One statement: of its fact, else the English words that a file of an older version has in its place."""
    if fact is None:
        return Sentence(shown_text(english), not english or words.language == "en")
    return Sentence(words.fact(fact_of(fact)))


def sentences(words: Translator, block: FindingBlock) -> FindingSentences:
    """A finding of the document in the language of `words`."""
    if block.params is None:
        title, consequence, advice, *evidence = (
            sentence(words, None, text) for text in (block.title, block.consequence, block.advice, *block.evidence)
        )
        return FindingSentences(title, tuple(evidence), consequence, advice)
    said = finding_text(words, block.code, block.params)
    seen = tuple(sentence(words, fact) for fact in block.evidence_facts)
    return FindingSentences(Sentence(said.title), seen, Sentence(said.consequence), Sentence(said.advice))


def finding_text(words: Translator, code: str, params: Mapping[str, Any]) -> FindingText:
    """Title, consequence and advice of a finding."""
    return words.finding(Finding(code, "info", Subject("monitor"), params=params_of(params)))


def title_fact(block: FindingBlock) -> FactBlock | None:
    """The title of a finding as a fact; None where there are English words only."""
    if block.params is None:
        return None
    section = ENGLISH.section_of(block.code)
    return FactBlock(code=f"{section}.{block.code}.title", params=block.params)


def in_english(block: FindingBlock) -> FindingBlock:
    """The same finding, its English words made of its facts alone."""
    said = sentences(ENGLISH, replace(block, title="", evidence=[], consequence="", advice=""))
    return replace(
        block,
        title=said.title.text,
        evidence=[one.text for one in said.evidence],
        consequence=said.consequence.text,
        advice=said.advice.text,
    )


def channel_in_english(channel: Channel) -> Channel:
    """The same row, its English words made of its facts alone."""
    return replace(
        channel,
        title=sentence(ENGLISH, channel.title_fact).text,
        said=[sentence(ENGLISH, fact).text for fact in channel.said_facts],
        advice=sentence(ENGLISH, channel.advice_fact).text,
    )
