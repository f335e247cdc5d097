"""A language that nobody speaks: every text in brackets and 40 % longer, so that what has no catalogue stands out."""

import re
from collections.abc import Mapping

from smappee_tui.i18n import Translator
from smappee_tui.i18n.language import Section, load

KEPT = frozenset({"format"})
"""Sections that are signs and units rather than words."""


def pseudo_text(text: str) -> str:
    """`Switch it on` as `[Switch it on ~~~~~]`; what stands in braces is left alone."""
    bare = re.sub(r"\{[^}]*\}", "", text)
    return f"[{text}{'~' * max(1, round(0.4 * len(bare)) - 2)}]"


def load_pseudo(_language: str, section: str) -> Section:
    english: Mapping[str, str] = load("en", section)
    return dict(english) if section in KEPT else {key: pseudo_text(text) for key, text in english.items()}


def pseudo() -> Translator:
    return Translator("en", loader=load_pseudo)
