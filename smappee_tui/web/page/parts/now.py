"""What to do now, in large words; without inputs what is missing."""

from __future__ import annotations

from smappee_tui.app.phone.stage import Stage
from smappee_tui.app.signs import severity_sign
from smappee_tui.i18n import Translator
from smappee_tui.i18n.quantities import first_sentence
from smappee_tui.web.page.parts.part import Context, Part, channels_of, said_name, standing

SHORTCUTS = 6
"""Buttons to the cards that it is about, which the sentence names."""


def _now_facts(stage: Stage) -> object:
    here, judgement = standing(stage), stage.snapshot.judgement
    rows = channels_of(stage)
    banner = here.banner.code if here.banner is not None else ""
    inputs = [one.input for one in rows]
    return (
        here.name,
        here.notice if not rows else None,
        banner,
        stage.step,
        judgement.count("fault"),
        judgement.count("warning"),
        judgement.undecided(inputs),
        judgement.judged(inputs) > 0,
        [(one.input, one.name) for one in rows if stage.step is not None and one.input in stage.step.channels],
    )


def _now(stage: Stage, words: Translator) -> Context:
    here, rows, judgement = standing(stage), channels_of(stage), stage.snapshot.judgement
    if not rows:
        notice = here.notice
        lines = tuple(filter(None, map(words.fact, notice.lines))) if notice is not None else ()
        return {
            "notice": words(f"live.notice.{notice.name}.title") if notice is not None else words("page.starting"),
            "sign": here.glyph,
            "tone": here.tone,
            "lines": lines,
            "steps": notice.steps(words) if notice is not None else (),
        }
    inputs = [one.input for one in rows]
    undecided = judgement.undecided(inputs)
    tiles = [
        (*severity_sign(severity), words(f"live.count.{severity}", count=count))
        for severity in ("fault", "warning")
        if (count := judgement.count(severity))
    ]
    if not judgement.judged(inputs):
        tiles.append(("?", "wait", words("live.none_judged")))
    elif undecided:
        tiles.append(("?", "wait", words("live.count.undecided", count=undecided)))
    else:
        tiles.append(("✓", "ok", words("live.all_judged")))
    step = stage.step
    do = words.fact(step.do) if step is not None else ""
    head = first_sentence(do)
    sign, tone = severity_sign(step.severity) if step is not None and step.severity else ("", "text")
    names = {one.input: said_name(one, words) for one in rows}
    return {
        "banner": here.banner is not None,
        "why": words.fact(step.why) if step is not None else "",
        "severity": words(f"words.severity.{step.severity}") if step is not None and step.severity else "",
        "sign": sign,
        "tone": tone,
        "head": head or words("page.nothing_to_do"),
        "rest": do[len(head) :].strip(),
        "inputs": [(n, names[n]) for n in step.channels[:SHORTCUTS] if n in names] if step is not None else [],
        "tiles": tiles,
    }


NOW = Part("now", _now_facts, _now)
