"""What the conductor says: short sentences for events, one big word for what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smappee_tui.app.guided.plan import PlanStep

Tone = Literal["text", "ok", "warn", "fault", "wait"]
EventKind = Literal["seen", "judged", "repeat", "hint", "paused", "resumed", "step", "finished", "changed"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened: worth a bell and a line in the log of the test."""

    at: float
    kind: EventKind
    text: str
    tone: Tone = "text"


@dataclass(frozen=True, slots=True)
class Instruction:
    """What to do now."""

    big: str
    """One word to be read from two metres: ON, OFF, WAIT, RUN, DONE."""
    text: str
    """The sentence below it; holds device text."""
    hint: str = ""
    """What else may be done, or why this is asked again."""
    tone: Tone = "text"


def kilowatts(watts: float) -> str:
    """1.9 kW, or 300 W."""
    return f"{watts / 1000:.1f} kW" if watts >= 950 else f"{watts:.0f} W"


def place(step: PlanStep) -> str:
    """Where to plug the load in."""
    if step.kind == "circuit":
        return step.name
    if step.kind == "phase":
        return f"a socket on {step.name}"
    return "a socket on another breaker" if step.number else "any socket"


def switch_on(step: PlanStep, load: str, watts: float, again: bool) -> Instruction:
    """Ask for the load."""
    text = f"Plug the {load} ({kilowatts(watts)}) into {place(step)} and switch it ON, then press space."
    if again:
        text = f"Once more, {place(step)}: switch the {load} ON, then press space."
    hint = ""
    if step.kind == "phase":
        hint = "Not sure which phase a socket is on? Try any: the answer shows here."
    elif step.kind == "pair":
        hint = "On this supply a socket lies between two lines: three different pairs are needed."
    return Instruction("ON", text, hint)


def switch_off(step: PlanStep, load: str) -> Instruction:
    """Ask for the end of it."""
    return Instruction("OFF", f"Switch the {load} OFF, then press space.", "Leave it plugged in where it is.")


def run(step: PlanStep) -> Instruction:
    """Ask for a fixed appliance."""
    text = f"Let {step.name} run on full power. It is recognised by itself."
    return Instruction("RUN", text, "Cannot run now? s leaves it out: it will be listed as not tested.")
