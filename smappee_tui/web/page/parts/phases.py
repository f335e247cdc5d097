"""The phases: voltages, sums, and what does not add up."""

from __future__ import annotations

from smappee_tui.app.phone.stage import Stage
from smappee_tui.app.signs import severity_sign
from smappee_tui.diagnosis.judgement import Finding, PhaseBalance
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import Translator
from smappee_tui.i18n.quantities import watts
from smappee_tui.site.view import PhaseView
from smappee_tui.web.page.parts.part import Context, Part

BALANCE_SIGNS = {"ok": ("✓", "ok"), "doubtful": ("?", "wait"), "impossible": ("✕", "fault")}


def _phases_facts(stage: Stage) -> object:
    judgement = stage.snapshot.judgement
    return (
        [(one.phase, one.verdict) for one in judgement.phases],
        [(one.phase, one.verdict, _tens(one.unmetered)) for one in judgement.balance],
        [(one.phase, one.volts is not None) for one in shown_phases(stage)],
        _of_phases(stage),
    )


def _tens(value: float) -> float:
    return round(value, -1) if value == value else 0.0


def shown_phases(stage: Stage) -> list[PhaseView]:
    """All three; of a single-phase site the one that it has."""
    view, supply = stage.snapshot.view, stage.snapshot.judgement.supply
    if view is None:
        return []
    if supply not in ("single", "unknown") or not view.configured:
        return list(view.phases)
    used = {one.phase for one in view.channels if one.setting is not None and not one.setting.unused}
    return [one for one in view.phases if one.volts or one.phase in used] or list(view.phases)


def _of_phases(stage: Stage) -> list[Finding]:
    return [one for one in stage.snapshot.judgement.findings if one.subject.kind in ("phase", "supply")]


def _phases(stage: Stage, words: Translator) -> Context:
    judgement = stage.snapshot.judgement
    volts = {one.phase: one.verdict for one in judgement.phases}
    balance = {one.phase: one for one in judgement.balance}
    cards = []
    for one in shown_phases(stage):
        word = volts.get(one.phase, "ok")
        sums = balance.get(one.phase)
        cards.append(
            {
                "phase": one.phase,
                "name": phase_name(one.phase),
                "word": words(f"page.volts.{word}") if one.volts is not None or word != "ok" else "",
                "tone": "warn" if word in ("low", "high", "missing") else "text",
                "sums": [
                    ("g", words("live.sum_wide.grid")),
                    ("p", words("live.sum_wide.production")),
                    ("s", words("live.sum_wide.submetered")),
                ],
                "balance": _balance(sums, words) if sums is not None and sums.verdict != "unchecked" else None,
            }
        )
    said = []
    for verdict in ("impossible", "doubtful"):
        wrong = tuple(phase_name(one.phase) for one in judgement.balance if one.verdict == verdict)
        if wrong:
            said.append((*BALANCE_SIGNS[verdict], words(f"live.balance.{verdict}", phases=wrong, count=len(wrong))))
    if judgement.balance and all(one.verdict == "ok" for one in judgement.balance):
        said.append((*BALANCE_SIGNS["ok"], words("live.balance.ok")))
    return {
        "cards": cards,
        "said": said,
        "findings": [(severity_sign(one.severity), words.finding(one)) for one in _of_phases(stage)],
    }


def _balance(one: PhaseBalance, words: Translator) -> Context:
    sign, tone = BALANCE_SIGNS[one.verdict]
    unmetered = watts(words, one.unmetered if one.unmetered == one.unmetered else None)
    return {"sign": sign, "tone": tone, "word": words(f"balance.verdict.{one.verdict}"), "watts": unmetered}


PHASES = Part("phases", _phases_facts, _phases)
