"""The tracer: what to do, what was found, the breakers so far."""

from __future__ import annotations

from collections.abc import Mapping

from smappee_tui.app import tracer_said
from smappee_tui.app.phone.stage import Stage
from smappee_tui.app.tracer_said import UNSEEN_AFTER, clock
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.site.quality import STALE_AFTER
from smappee_tui.web.page.parts.part import Context, Part, settings_of

TRACER_TONES = {"armed": "strong", "named": "ok", "sure": "ok", "unsure": "warn"}


def _silent(stage: Stage) -> bool:
    return stage.age is None or stage.age > STALE_AFTER


def _tracer_facts(stage: Stage) -> object:
    tracer, state = stage.tracer, stage.tracer.state
    unseen = state.stage == "armed" and state.waited >= UNSEEN_AFTER
    return (
        state.stage,
        state.found,
        state.others,
        state.same_moment,
        state.grid_differs,
        state.tries,
        unseen and round(state.waited, -1),
        tracer.armed,
        tracer.kept_as,
        tracer.circuits,
        tracer.hand,
        _silent(stage),
        settings_of(stage),
    )


def _tracer(stage: Stage, words: Translator) -> Context:
    tracer, state, settings = stage.tracer, stage.tracer.state, settings_of(stage)
    if _silent(stage):
        say, tone = words("tracer.no_data"), "warn"
    elif tracer.kept_as and state.stage == "sure":
        say, tone = words("tracer.say.kept", breaker=tracer.kept_as), "text"
    else:
        say, tone = words.fact(tracer_said.saying(state)), "text"
    others = "; ".join(words.fact(tracer_said.changed(one, settings)) for one in state.others)
    first = settings.get(state.found.inputs[0]) if state.found is not None and state.found.inputs else None
    unseen = state.stage == "armed" and state.waited >= UNSEEN_AFTER
    return {
        "giant": words(f"tracer.word.{state.stage}"),
        "tone": TRACER_TONES.get(state.stage, "wait"),
        "armed": tracer.armed,
        "found": words.fact(tracer_said.found(state.found, settings)) if state.found is not None else "",
        "odd": [words.fact(one) for one in tracer_said.odd(state, settings)],
        "say": say,
        "say_tone": tone,
        "unseen": words("tracer.unseen", seconds=round(state.waited, -1)) if unseen else "",
        "others": words("tracer.also" if state.found else "tracer.moved", changes=others) if others else "",
        "name": clean(tracer.kept_as) or (clean(first.name) if first is not None else ""),
        "hand": tracer.hand,
        "breakers": [
            {
                "sign": "✓" if one.sure else "?",
                "tone": "ok" if one.sure else "wait",
                "sure": words("page.twice" if one.sure else "page.once"),
                "name": clean(one.breaker),
                "inputs": ", ".join(_input_said(n, settings, words) for n in one.own)
                if one.inputs
                else words("tracer.none_sees"),
                "phases": "/".join(phase_name(p) or "" for p in one.phases),
                "watts": f"{words.number(one.watts, '+.0f')} W",
                "at": clock(one.at),
            }
            for one in reversed(tracer.circuits)
        ],
        "follows": [(kind, words.fact(one)) for kind, one in tracer_said.follows(tracer.circuits, settings)]
        if tracer.circuits
        else [],
    }


def _input_said(number: int, settings: Mapping[int, ChannelSetting], words: Translator) -> str:
    setting = settings.get(number)
    return f"{number} {clean(setting.name)}".strip() if setting is not None else str(number)


TRACER = Part("tracer", _tracer_facts, _tracer)
