"""Numbers and verdicts in words and signs, the same everywhere on the screens."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict, Severity
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.site.view import ChannelView

NONE = "-"
"""Shown where a value is not known, or too small to say."""

_GLYPHS = {"ok": "✓", "no_current": "○", "inconclusive": "?", "unused": "·"}
_TONES = {"ok": "ok", "no_current": "wait", "inconclusive": "wait", "unused": "dim"}

SEVERITIES: dict[Severity, tuple[str, str]] = {
    "fault": ("✕", "fault"),
    "warning": ("!", "warn"),
    "info": ("i", "info"),
}
"""Sign and tone of each severity, the worst first."""


def severity_sign(severity: Severity) -> tuple[str, str]:
    """The sign and the tone of a severity."""
    return SEVERITIES.get(severity, ("?", "wait"))


def severity_word(severity: Severity) -> str:
    """The word of a severity."""
    return tr(f"words.severity.{severity}")


def glyph_of(verdict: ChannelVerdict | None, *, configured: bool = True, mark: Severity | None = None) -> str:
    """The sign of a verdict; None: not judged, or not to be judged, as nobody configured it.

    Args:
        verdict: on the CT.
        configured: somebody said what the input is.
        mark: the weightiest finding that names it. A fault or a warning goes before a verdict that is none; a note
            stands behind its sign.
    """
    if mark == "fault" or (verdict is not None and verdict.verdict in FAULTS):
        return "✕"
    if mark == "warning":
        return "!"
    if verdict is None:
        sign = "?" if configured else "·"
    else:
        sign = WATCHING if verdict.watching else _GLYPHS.get(verdict.verdict, "?")
    return sign + ("i" if mark == "info" else "")


WATCHING = "◔"


def tone_of(verdict: ChannelVerdict | None, *, configured: bool = True, mark: Severity | None = None) -> str:
    """The tone of that sign."""
    if mark == "fault" or (verdict is not None and verdict.verdict in FAULTS):
        return "fault"
    if mark == "warning":
        return "warn"
    if verdict is None:
        return "wait" if configured else "dim"
    return _TONES.get(verdict.verdict, "wait")


def title_of(verdict: ChannelVerdict | None, *, configured: bool = True) -> str:
    """A verdict in a few words."""
    if verdict is None:
        return tr("words.not_judged") if configured else tr("words.not_configured")
    return current().fact(verdict.said)


def first_sentence(text: str) -> str:
    end = text.find(". ")
    return text if end < 0 else text[: end + 1]


def sureness(probability: float) -> str:
    """How sure, in words and in percent. Never "100 %": nothing that was measured is."""
    if probability >= 0.995:
        words = "certain"
    elif probability >= 0.95:
        words = "very_likely"
    elif probability >= 0.8:
        words = "likely"
    else:
        words = "not_certain"
    return tr(f"words.sure.{words}", percent=percent(probability))


def percent(probability: float) -> str:
    number = current().number
    if probability >= 0.9995:
        return f">{number(99.9, '.1f')} %"
    if probability < 0.005:
        return "<1 %" if probability > 0 else "0 %"
    return f"{number(100 * probability, '.1f' if probability >= 0.95 else '.0f')} %"


def role_word(role: str, connection: str) -> str:
    """What a channel measures, in one word; an unknown role as it is, or a dash."""
    if role == "CONSUMPTION" and connection == "GRID":
        return tr("words.role.grid")
    if role == "UNKNOWN":
        return NONE
    code = f"words.role.{role}"
    return tr(code) if current().has(code) else clean(role.lower())


def channel_name(channel: ChannelView) -> str:
    """A channel's name; by its input where nobody named it."""
    return clean(channel.name) or tr("device.input", input=channel.input)


def way_word(phase: int | None, backwards: bool) -> str:
    """A place of a clamp: L2, or L2 reversed."""
    where = phase_name(phase) or NONE
    return tr("words.phase_reversed", phase=where) if backwards else where


def grouped(value: float | None, digits: int = 0) -> str:
    """A number with its thousands apart: 12 345."""
    if value is None:
        return NONE
    return current().number(value, f".{digits}f").replace("\u00a0", " ")


def kilo(value: float | None) -> str:
    """A number in thousands, for where the whole one does not fit: "-276 k"."""
    return NONE if value is None else f"{grouped(value / 1000)} k"


def amps(value: float | None) -> str:
    """A current, A, as the monitor rounds it."""
    return grouped(value, 1)


def watts(value: float | None) -> str:
    """A power with its unit: W below 100 kW."""
    if value is None:
        return NONE
    return f"{grouped(value)} W" if abs(value) < 100_000 else f"{grouped(value / 1000, 1)} kW"


def kwh(joules: float | None) -> str:
    """An energy counter."""
    return NONE if joules is None else f"{grouped(joules / 3.6e6, 2)} kWh"


def ago(seconds: float) -> str:
    """An age: 0.4 s, 12 s, 3 min, 2 h. Whole seconds stay whole."""
    number = current().number
    if seconds < 3 and seconds != round(seconds):
        return tr("format.seconds", count=number(seconds, ".1f"))
    if seconds < 120:
        return tr("format.seconds", count=number(seconds, ".0f"))
    if seconds < 7200:
        return tr("format.minutes", count=number(seconds / 60, ".0f"))
    return tr("format.hours", count=number(seconds / 3600, ".0f"))
