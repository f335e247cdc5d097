"""The words that `check` prints for a person: how a verdict or a role is said in a few letters."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict
from smappee_tui.plaintext import clean
from smappee_tui.site.view import ChannelView, SiteView

_ROLES = {
    "CONSUMPTION": "submeter",
    "PRODUCTION": "solar",
    "STORAGE": "battery",
    "UNUSED": "unused",
    "UNKNOWN": "?",
}
_VERDICTS = {
    "ok": "ok",
    "reversed": "reversed",
    "wrong_phase": "wrong phase",
    "wrong_phase_reversed": "wrong phase, reversed",
    "dead": "no signal",
    "wrong_ratio": "wrong CT type?",
    "half_open": "not closed?",
    "no_current": "too little current",
    "inconclusive": "not clear yet",
    "unused": "unused",
}


def phase_name(phase: int | None) -> str:
    """L1 to L3, or a dash."""
    return "-" if phase is None else f"L{phase + 1}"


def role_word(channel: ChannelView) -> str:
    """What the CT is there for."""
    if channel.setting is not None and channel.setting.is_grid:
        return "grid"
    return _ROLES.get(channel.role) or clean(channel.role.lower())


def mark_of(verdict: str) -> str:
    """One letter that says it without colour."""
    if verdict in FAULTS:
        return "✗"
    return {"ok": "✓", "unused": "·"}.get(verdict, "?")


def verdict_words(said: ChannelVerdict | None) -> str:
    """The diagnosis's own few words where it has some, else ours. What is well needs no more than `ok`."""
    if said is None:
        return "not judged"
    if said.title and said.verdict != "ok":
        return clean(said.title)
    where = f" ({phase_name(said.actual_phase)})" if said.actual_phase is not None else ""
    return _VERDICTS[said.verdict] + where


def subject_words(subject: str, view: SiteView) -> str:
    """What a finding is about: `channel:3` becomes `input 3 "Oven"`."""
    kind, _, rest = subject.partition(":")
    if kind == "channel":
        named = (c.setting.name for c in view.channels if str(c.input) == rest and c.setting is not None)
        name = next(named, "")
        return f'input {rest} "{clean(name)}"' if name else f"input {rest}"
    return f"{kind} {rest}".strip()
