"""The guided test: questions, words on safety, the test as it runs, the result."""

from __future__ import annotations

from typing import Any

from smappee_tui.app.guided.instructions import Instruction, named
from smappee_tui.app.guided.plan import GENERATIONS, LOADS, PlanStep
from smappee_tui.app.phone.stage import GuidedStage, Stage
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import fact
from smappee_tui.web.page.parts.part import Context, Part, channels_of, said_name

SAFETY = ("reads", "board", "configuration", "secondary", "heater", "ask", "delta")
"""The words on safety, by key."""
OUTCOME_SIGNS = {"pass": ("✓", "ok"), "fault": ("✕", "fault"), "open": ("○", "wait")}
GIANT_TONES = {"on": "strong", "off": "strong", "seen": "ok", "done": "ok"}
_WAIT = Instruction("wait", fact("guided.looking"))


def _test_facts(stage: Stage) -> object:
    guided = stage.guided
    judgement = stage.snapshot.judgement
    return (
        guided.page,
        guided.answers,
        guided.instruction,
        guided.phase,
        guided.countdown.kind if guided.countdown is not None else None,
        guided.last,
        guided.offered,
        guided.answered,
        guided.plan,
        guided.watching,
        guided.place,
        guided.switchable,
        guided.finished,
        guided.result,
        guided.hand,
        [(n, one.said) for n, one in judgement.channels.items() if n in (guided.answered or {})],
        [(one.input, one.name) for one in channels_of(stage) if one.input in (guided.answered or {})],
        bool(stage.snapshot.view is not None and stage.snapshot.view.configured),
    )


def _test(stage: Stage, words: Translator) -> Context:
    guided = stage.guided
    page = "ask" if guided.page == "none" else guided.page
    made: dict[str, Any] = {"page": page, "hand": words.fact(guided.hand)}
    if page == "ask":
        answers = guided.answers
        made["generations"] = [
            (one, words(f"guided.generation.{one}"), answers is not None and one == answers.generation)
            for one in GENERATIONS
        ]
        made["loads"] = [
            (one.kind, words(f"guided.load.{one.kind}"), answers is not None and one.kind == answers.load.kind)
            for one in LOADS
        ]
        made["ready"] = answers is not None
    elif page == "safety":
        made["safety"] = [words(f"guided_screen.safety.{key}") for key in SAFETY]
    elif page == "test":
        made |= _running(stage, words)
    else:
        made |= _result(stage, words)
    return made


def _running(stage: Stage, words: Translator) -> Context:
    guided = stage.guided
    told = guided.instruction or _WAIT
    giant = words(f"guided.word.{told.word}")
    if guided.phase is not None:
        giant = f"{giant} {phase_name(guided.phase)}"
    names = {one.input: said_name(one, words) for one in channels_of(stage)}
    verdicts = stage.snapshot.judgement.channels
    return {
        "giant": giant,
        "word": told.word,
        "tone": GIANT_TONES.get(told.word, "wait"),
        "text": words.fact(told.text),
        "hint": words.fact(told.hint),
        "hint_tone": told.tone,
        "count": _count(guided, told.word, words),
        "last": words.fact(guided.last.what) if guided.last is not None else "",
        "last_tone": guided.last.tone if guided.last is not None else "text",
        "offered": words("page.adopt", kilowatts=guided.offered / 1000) if guided.offered is not None else "",
        "place": guided.place,
        "switchable": guided.switchable,
        "left": _left(stage, words),
        "plan": [plan_line(step, words) for step in guided.plan],
        "watching": words("guided_screen.watching", count=guided.watching) if guided.watching else "",
        "seen": [
            (
                names.get(n, words("page.input", number=n)),
                f"{words.number(moved, '+.0f')} W",
                words.fact(verdicts[n].said) if n in verdicts else "",
            )
            for n, moved in sorted((guided.answered or {}).items(), key=lambda one: -abs(one[1]))
        ],
    }


def _count(guided: GuidedStage, word: str, words: Translator) -> str:
    """What is waited for: once it was seen, the judgement."""
    if guided.countdown is None:
        return ""
    return words(f"page.count.{'judged' if word == 'seen' else guided.countdown.kind}")


def _left(stage: Stage, words: Translator) -> str:
    steps, seconds = len(stage.guided.plan), stage.guided.seconds
    if not steps:
        return words("guided_screen.nothing_left")
    return words("guided_screen.left", count=steps, time=words.span(seconds))


def plan_line(step: PlanStep, words: Translator) -> str:
    """A step of the plan in a few words."""
    name = words.fact(named(step.number, step.name))
    if step.kind == "circuit":
        return name
    if step.kind == "run":
        return words("guided_screen.step.run", name=name)
    if step.kind == "phase":
        return words("guided_screen.step.phase", name=phase_name(step.number))
    return words("guided_screen.step.pair", number=step.number + 1)


def _result(stage: Stage, words: Translator) -> Context:
    result = stage.guided.result
    if result is None:
        return {"rows": (), "counts": "", "finished": True, "supply": "", "left": ""}
    order = {"fault": 0, "open": 1, "pass": 2}
    rows = [
        {
            "input": one.input,
            "sign": OUTCOME_SIGNS[one.outcome][0],
            "tone": OUTCOME_SIGNS[one.outcome][1],
            "outcome": words(f"guided_screen.outcome.{one.outcome}"),
            "name": words.fact(one.name),
            "said": words("guided_screen.was_now", before=one.before, said=one.said)
            if one.before is not None
            else words.fact(one.said),
            "remedy": words.fact(one.remedy),
            "fault": one.outcome == "fault",
        }
        for one in sorted(result.channels, key=lambda one: (order[one.outcome], one.input))
    ]
    loops = tuple(
        words("guided_screen.ohm", phase=phase_name(one.phase), ohm=one.ohm, error=one.error) for one in result.supply
    )
    drop = max((one.ohm for one in result.supply), default=0.0) * 2000 / 230
    faults = words("guided_screen.faults", count=result.count("fault"))
    return {
        "rows": rows,
        "counts": words("guided_screen.counts", passed=result.count("pass"), faults=faults, open=result.count("open")),
        "finished": stage.guided.finished,
        "supply": words("guided_screen.supply", loops=", ".join(loops), volts=drop) if loops else "",
        "left": _left(stage, words),
    }


GUIDED = Part("test", _test_facts, _test)
