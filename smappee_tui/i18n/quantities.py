"""Numbers, chances and roles as a front end shows them, in the language that it is given."""

from __future__ import annotations

from smappee_tui.i18n.text import clean
from smappee_tui.i18n.translator import Translator

NONE = "-"
"""Shown where a value is not known, or too small to say."""


def grouped(words: Translator, value: float | None, digits: int = 0) -> str:
    """A number with its thousands apart: 12 345."""
    if value is None:
        return NONE
    return words.number(value, f".{digits}f").replace("\u00a0", " ")


def watts(words: Translator, value: float | None) -> str:
    """A power with its unit: W below 100 kW."""
    if value is None:
        return NONE
    return f"{grouped(words, value)} W" if abs(value) < 100_000 else f"{grouped(words, value / 1000, 1)} kW"


def percent(words: Translator, probability: float) -> str:
    """A chance, 0 to 1. Never "100 %": nothing that was measured is."""
    if probability >= 0.9995:
        return f">{words.number(99.9, '.1f')} %"
    if probability < 0.005:
        return "<1 %" if probability > 0 else "0 %"
    return f"{words.number(100 * probability, '.1f' if probability >= 0.95 else '.0f')} %"


def sureness(words: Translator, probability: float) -> str:
    """How sure, in words and in percent."""
    if probability >= 0.995:
        word = "certain"
    elif probability >= 0.95:
        word = "very_likely"
    elif probability >= 0.8:
        word = "likely"
    else:
        word = "not_certain"
    return words(f"words.sure.{word}", percent=percent(words, probability))


def role_word(words: Translator, role: str, connection: str) -> str:
    """What a channel measures, in one word; an unknown role as it is, or a dash."""
    if role == "CONSUMPTION" and connection == "GRID":
        return words("words.role.grid")
    if role == "UNKNOWN":
        return NONE
    code = f"words.role.{role}"
    return words(code) if words.has(code) else clean(role.lower())


def first_sentence(text: str) -> str:
    """What there is room for at the top."""
    end = text.find(". ")
    return text if end < 0 else text[: end + 1]
