"""The sign and the tone of a verdict and of a finding, and what comes first: the same for every front end."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict, Severity

_GLYPHS = {"ok": "✓", "no_current": "○", "inconclusive": "?", "unused": "·"}
WATCHING = "◔"
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


def tone_of(verdict: ChannelVerdict | None, *, configured: bool = True, mark: Severity | None = None) -> str:
    """The tone of that sign."""
    if mark == "fault" or (verdict is not None and verdict.verdict in FAULTS):
        return "fault"
    if mark == "warning":
        return "warn"
    if verdict is None:
        return "wait" if configured else "dim"
    return _TONES.get(verdict.verdict, "wait")


def wrong(verdict: ChannelVerdict | None, mark: Severity | None) -> bool:
    """It is a fault, or a fault names it."""
    return mark == "fault" or (verdict is not None and verdict.verdict in FAULTS)


REST = 2
"""Where what is neither a fault nor named by a warning stands."""


def first_order(verdict: ChannelVerdict | None, mark: Severity | None) -> tuple[int, float]:
    """Faults by certainty, what a warning names, then the rest."""
    if wrong(verdict, mark):
        return (0, -verdict.confidence if verdict is not None and verdict.verdict in FAULTS else 0.0)
    return (1 if mark == "warning" else REST, 0.0)
