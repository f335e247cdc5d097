"""Numbers and verdicts in words and signs, the same everywhere on the screens."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict, Severity
from smappee_tui.i18n import current

NONE = "-"
"""Shown where a value is not known, or too small to say."""

_GLYPHS = {"ok": "✓", "no_current": "○", "inconclusive": "?", "unused": "·"}
_TONES = {"ok": "ok", "no_current": "wait", "inconclusive": "wait", "unused": "dim"}
_ROLES = {"CONSUMPTION": "load", "PRODUCTION": "prod", "STORAGE": "storage", "UNUSED": "unused", "UNKNOWN": NONE}

SEVERITY: dict[Severity, tuple[str, str, str]] = {
    "fault": ("✕", "fault", "fault"),
    "warning": ("!", "warn", "warning"),
    "info": ("i", "info", "note"),
}
"""Severity: its sign, its tone and its word."""


def glyph_of(verdict: ChannelVerdict | None, *, configured: bool = True) -> str:
    """The sign of a verdict; None: not judged, or not to be judged, as nobody configured it."""
    if verdict is None:
        return "?" if configured else "·"
    return "✕" if verdict.verdict in FAULTS else _GLYPHS.get(verdict.verdict, "?")


def tone_of(verdict: ChannelVerdict | None, *, configured: bool = True) -> str:
    """The tone of a verdict."""
    if verdict is None:
        return "wait" if configured else "dim"
    return "fault" if verdict.verdict in FAULTS else _TONES.get(verdict.verdict, "wait")


def title_of(verdict: ChannelVerdict | None, *, configured: bool = True) -> str:
    """A verdict in a few words; as the diagnosis puts it where it does."""
    if verdict is None:
        return "not judged" if configured else "not configured"
    return current().fact(verdict.title)


def sureness(probability: float) -> str:
    """How sure, in words and in percent. Never "100 %": nothing that was measured is."""
    if probability >= 0.995:
        words = "practically certain"
    elif probability >= 0.95:
        words = "very likely"
    elif probability >= 0.8:
        words = "likely"
    else:
        words = "not certain"
    return f"{words}, {percent(probability)}"


def percent(probability: float) -> str:
    """A probability in percent."""
    if probability >= 0.9995:
        return ">99.9 %"
    if probability < 0.005:
        return "<1 %" if probability > 0 else "0 %"
    return f"{100 * probability:.1f} %" if probability >= 0.95 else f"{100 * probability:.0f} %"


def role_word(role: str, connection: str) -> str:
    """What a channel measures, in one word."""
    if role == "CONSUMPTION" and connection == "GRID":
        return "grid"
    return _ROLES.get(role, role.lower())


def phase_word(phase: int | None) -> str:
    """L1, L2 or L3."""
    return NONE if phase is None else f"L{phase + 1}"


def grouped(value: float | None) -> str:
    """A whole number with its thousands apart: 12 345."""
    if value is None:
        return NONE
    text = f"{value:,.0f}".replace(",", " ")
    return "0" if text == "-0" else text


def kilo(value: float | None) -> str:
    """A number in thousands, for where the whole one does not fit: "-276 k"."""
    return NONE if value is None else f"{value / 1000:.0f} k"


def amps(value: float | None) -> str:
    """A current, A, as the monitor rounds it."""
    return NONE if value is None else f"{value:.1f}"


def watts(value: float | None) -> str:
    """A power with its unit: W below 100 kW."""
    if value is None:
        return NONE
    return f"{grouped(value)} W" if abs(value) < 100_000 else f"{value / 1000:,.1f} kW".replace(",", " ")


def kwh(joules: float | None) -> str:
    """An energy counter."""
    return NONE if joules is None else f"{joules / 3.6e6:,.2f} kWh".replace(",", " ")


def ago(seconds: float) -> str:
    """An age: 0.4 s, 12 s, 3 min, 2 h. Whole seconds stay whole."""
    if seconds < 3 and seconds != round(seconds):
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"


def counted(number: int, word: str) -> str:
    """ "1 fault", "2 faults"."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
