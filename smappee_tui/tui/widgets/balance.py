"""Whether what comes in on each phase and what is measured of where it goes add up: one line of a screen."""

from __future__ import annotations

from math import isfinite

from smappee_tui.diagnosis.judgement import PhaseBalance
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import tr
from smappee_tui.tui.widgets.lines import Line, joined, length, line, spread
from smappee_tui.tui.widgets.words import watts

_SIGNS = {"ok": ("✓", "ok"), "doubtful": ("?", "wait"), "impossible": ("✕", "fault")}


def balance_lines(balance: tuple[PhaseBalance, ...], width: int) -> list[Line]:
    """What no CT sees of each phase, mean over the watch, and whether that can be; none where nothing is compared."""
    if all(one.verdict == "unchecked" for one in balance):
        return []
    each = joined([_unmetered(one) for one in balance])
    said = _adds_up(balance)
    named = (line((f" {tr(code)}  ", "dim")) for code in ("live.unmetered", "balance.unmetered"))
    for left in (*((*name, *each) for name in named), (*line("  "), *each), line("  ")):  # the least worth gives way
        if length(left) + length(said) < width:
            break
    return [spread(left, said, width)]


def _unmetered(one: PhaseBalance) -> Line:
    sign, tone = _sign(one.verdict)
    power = watts(one.unmetered if isfinite(one.unmetered) else None)
    return line((phase_name(one.phase) or "", "strong"), (f" {power} ", "text"), (sign, tone))


def _adds_up(balance: tuple[PhaseBalance, ...]) -> Line:
    """The worst that is to be said, and of which phases."""
    for verdict in ("impossible", "doubtful"):
        phases = tuple(phase_name(one.phase) for one in balance if one.verdict == verdict)
        if phases:
            sign, tone = _sign(verdict)
            return line((f"{sign} {tr(f'live.balance.{verdict}', phases=phases, count=len(phases))} ", tone))
    return line((f"✓ {tr('live.balance.ok')} ", "ok")) if all(one.verdict == "ok" for one in balance) else ()


def _sign(verdict: str) -> tuple[str, str]:
    """Sign and tone of a balance."""
    return _SIGNS.get(verdict, ("·", "dim"))
