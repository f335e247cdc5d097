"""Numbers and verdicts in words and signs, the same everywhere on the screens."""

from __future__ import annotations

from smappee_tui.app.connection_status import age
from smappee_tui.diagnosis.judgement import ChannelVerdict, Severity
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import current, quantities, tr
from smappee_tui.i18n.quantities import NONE, first_sentence
from smappee_tui.i18n.text import clean
from smappee_tui.site.view import ChannelView

__all__ = ["NONE", "first_sentence"]


def severity_word(severity: Severity) -> str:
    """The word of a severity."""
    return tr(f"words.severity.{severity}")


def title_of(verdict: ChannelVerdict | None, *, configured: bool = True) -> str:
    """A verdict in a few words."""
    if verdict is None:
        return tr("words.not_judged") if configured else tr("words.not_configured")
    return current().fact(verdict.said)


def sureness(probability: float) -> str:
    """How sure, in words and in percent. Never "100 %": nothing that was measured is."""
    return quantities.sureness(current(), probability)


def percent(probability: float) -> str:
    return quantities.percent(current(), probability)


def role_word(role: str, connection: str) -> str:
    """What a channel measures, in one word; an unknown role as it is, or a dash."""
    return quantities.role_word(current(), role, connection)


def channel_name(channel: ChannelView) -> str:
    """A channel's name; by its input where nobody named it."""
    return clean(channel.name) or tr("device.input", input=channel.input)


def way_word(phase: int | None, backwards: bool) -> str:
    """A place of a clamp: L2, or L2 reversed."""
    where = phase_name(phase) or NONE
    return tr("words.phase_reversed", phase=where) if backwards else where


def grouped(value: float | None, digits: int = 0) -> str:
    """A number with its thousands apart: 12 345."""
    return quantities.grouped(current(), value, digits)


def kilo(value: float | None) -> str:
    """A number in thousands, for where the whole one does not fit: "-276 k"."""
    return NONE if value is None else f"{grouped(value / 1000)} k"


def amps(value: float | None) -> str:
    """A current, A, as the monitor rounds it."""
    return grouped(value, 1)


def watts(value: float | None) -> str:
    """A power with its unit: W below 100 kW."""
    return quantities.watts(current(), value)


def kwh(joules: float | None) -> str:
    """An energy counter."""
    return NONE if joules is None else f"{grouped(joules / 3.6e6, 2)} kWh"


def ago(seconds: float) -> str:
    """An age: 0.4 s, 12 s, 3 min, 2 h. Whole seconds stay whole."""
    return current().fact(age(seconds))
