"""The correction sheet: what is to be set or moved, and what became of it."""

from __future__ import annotations

from smappee_tui.app.phone.stage import Stage
from smappee_tui.app.tracer_said import clock
from smappee_tui.diagnosis.judgement import ISOLATE, Finding
from smappee_tui.diagnosis.remedy.corrections import Correction, changes_of, move_of, wished_of
from smappee_tui.diagnosis.remedy.history import SheetLine, proof_of, worse_fact
from smappee_tui.i18n import Translator
from smappee_tui.i18n.quantities import sureness
from smappee_tui.i18n.text import clean
from smappee_tui.web.page.parts.part import Context, Part, channels_of

SHEET_SIGNS = {"open": ("○", "wait"), "otherwise": ("!", "warn"), "changed": ("◔", "wait"), "proved": ("✓", "ok")}


def _sheet_facts(stage: Stage) -> object:
    inputs = {one.input for one in stage.sheet}
    channels = stage.snapshot.judgement.channels
    watching = {n: one.watching for n, one in channels.items() if n in inputs}
    return (
        stage.sheet,
        stage.causes,
        stage.unplaced,
        stage.worse,
        watching,
        [(one.input, one.setting) for one in channels_of(stage) if one.input in inputs],
        stage.snapshot.view is None,
        [finding for finding in stage.snapshot.judgement.findings if any(map(finding.names, inputs))],
    )


def _sheet(stage: Stage, words: Translator) -> Context:
    lines = stage.sheet
    configure = [one for one in lines if one.correction.how == "configure"]
    done = sum(one.state in ("changed", "proved") for one in configure)
    proved = sum(one.state == "proved" for one in configure)
    nothing = "corrections_screen.nothing" if stage.snapshot.view is not None else "corrections_screen.waiting"
    return {
        "worse": [words.fact(worse_fact(one)) for one in stage.worse],
        "causes": [words.finding(one) for one in stage.causes],
        "head": words("corrections_screen.settings", count=len(configure), done=done, proved=proved),
        "configure": [_line(one, stage, words) for one in configure],
        "by_hand": words("check.corrections_by_hand", safety=ISOLATE) if done < len(configure) else "",
        "move": [_line(one, stage, words) for one in lines if one.correction.how == "move"],
        "unplaced": [(one.input, clean(one.name), words.fact(one.why)) for one in stage.unplaced],
        "nothing": words(nothing) if not lines and not stage.causes and not stage.unplaced else "",
    }


def _line(one: SheetLine, stage: Stage, words: Translator) -> Context:
    correction, (sign, tone) = one.correction, SHEET_SIGNS[one.state]
    channel = next((each for each in channels_of(stage) if each.input == one.input), None)
    verdict = stage.snapshot.judgement.channels.get(one.input)
    proof = proof_of(one, channel, verdict) if channel is not None else None
    said = []
    if one.state == "otherwise" and one.became is not None:
        what = changes_of(one.became, correction.set)
        said.append(("!", "warn", words("corrections_screen.otherwise", what=what)))
    if one.changed is not None:
        by_hand = "by_tick" if one.ticked else "by_hand"
        code = by_hand if one.by == "hand" else "set_otherwise" if one.became is not None else "set"
        said.append(("✓", "ok", words(f"corrections_screen.{code}", at=clock(one.changed))))
    if one.proved is not None:
        said.append(("✓", "ok", words("corrections_screen.proved", at=clock(one.proved))))
    if proof is not None:
        said.append(("→", "text", words("corrections_screen.prove", step=proof)))
    todo = one.state in ("open", "otherwise")
    return {
        "input": one.input,
        "hub": clean(correction.hub or ""),
        "name": clean(correction.name) or words("page.input", number=one.input),
        "sign": sign,
        "tone": tone,
        "state": words(f"page.state.{one.state}"),
        "wished": [words.fact(each) for each in wished_of(correction)] if correction.how == "configure" else [],
        "sure": sureness(words, correction.confidence) if one.state == "open" else "",
        "what": _why(correction, stage, words) if todo and correction.how == "move" else None,
        "said": said,
        "todo": todo,
        "untick": one.ticked and one.state == "changed",
    }


def _why(correction: Correction, stage: Stage, words: Translator) -> object:
    """What is wrong with a clamp that is to be moved, in the words of its finding where it has some for a hand."""
    own = move_of(correction)
    if own is not None:
        return {"title": words("corrections_screen.moves"), "advice": words.fact(own)}
    codes, findings = correction.why[:1], stage.snapshot.judgement.findings
    found: Finding | None = next((one for one in findings if one.code in codes and one.names(correction.input)), None)
    return words.finding(found) if found is not None else None


CORRECTIONS = Part("corrections", _sheet_facts, _sheet)
