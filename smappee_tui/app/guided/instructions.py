"""What the guided test tells: facts for events, one giant word and a sentence for what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smappee_tui.app.guided.plan import PlanStep, PortableLoad
from smappee_tui.protocol.fact import Fact, Param, fact

Tone = Literal["text", "ok", "warn", "fault", "wait"]
EventKind = Literal["seen", "judged", "repeat", "hint", "paused", "resumed", "step", "finished", "changed"]
GiantWord = Literal["on", "off", "seen", "wait", "run", "done"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened: worth a bell and a line in the log of the test."""

    at: float
    kind: EventKind
    what: Fact
    tone: Tone = "text"


@dataclass(frozen=True, slots=True)
class Instruction:
    word: GiantWord
    """To be read from two metres; `guided.word.…` in the catalogues."""
    text: Fact
    """The sentence below it."""
    hint: Fact | None = None
    """What else may be done, or why this is asked again."""
    tone: Tone = "text"


def power(watts: float) -> Fact:
    """1.9 kW, or 300 W."""
    return fact("guided.kilowatts", kilowatts=watts / 1000) if watts >= 950 else fact("guided.watts", watts=watts)


def named(number: int, name: str) -> Fact:
    """A channel: its name, or its input where nobody named it."""
    return fact("guided.named", name=name) if name else fact("guided.input", number=number)


def load_name(load: PortableLoad) -> Fact:
    """A load as an instruction calls it: the heater."""
    return fact(f"guided.the_load.{load.kind}")


def spot(step: PlanStep) -> str:
    """Last part of the codes that say where to plug the load in."""
    if step.kind == "pair":
        return "another_breaker" if step.number else "any_socket"
    return "phase" if step.kind == "phase" else "circuit"


def place(step: PlanStep) -> dict[str, Param]:
    """The parameters of such a code."""
    if step.kind == "pair":
        return {}
    return {"phase": f"L{step.number + 1}"} if step.kind == "phase" else {"name": named(step.number, step.name)}


def switch_on(step: PlanStep, load: PortableLoad, watts: float, again: bool) -> Instruction:
    """Ask for the load."""
    what = load_name(load)
    if again:
        text = fact(f"guided.switch_on_again.{spot(step)}", load=what, **place(step))
    else:
        text = fact(f"guided.switch_on.{spot(step)}", load=what, power=power(watts), **place(step))
    hint = None
    if step.kind == "phase":
        hint = fact("guided.any_socket_shows")
    elif step.kind == "pair":
        hint = fact("guided.three_pairs")
    return Instruction("on", text, hint)


def switch_off(load: PortableLoad) -> Instruction:
    """Ask for the end of it."""
    return Instruction("off", fact("guided.switch_off", load=load_name(load)), fact("guided.leave_plugged_in"))


def run(step: PlanStep) -> Instruction:
    """Ask for a fixed appliance."""
    return Instruction("run", fact("guided.run", **place(step)), fact("guided.run_later"))
