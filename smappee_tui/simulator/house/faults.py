"""Installation faults as people type them: `reversed:3`, `swapped:0,1`, `phase:4,L2`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "reversed",
    "swapped",
    "rotated",
    "phase",
    "dead",
    "half-open",
    "ratio",
    "neutral",
    "two-wires",
    "duplicate",
    "unused-current",
    "overrange",
    "phaseid",
    "voltage-missing",
    "voltage-rotated",
    "plug-unreachable",
    "plug-disconnected",
    "battery-low",
]


class FaultError(ValueError):
    """A fault text that cannot be understood, or that does not fit the site. Its text says what to type instead."""


@dataclass(frozen=True, slots=True)
class FaultShape:
    """What a kind of fault needs after its colon."""

    inputs: int
    """How many input numbers (node numbers for plugs)."""
    tail: Literal["", "phase", "factor"] = ""
    """What follows them."""
    example: str = ""
    meaning: str = ""


SHAPES: dict[FaultKind, FaultShape] = {
    "reversed": FaultShape(1, "", "reversed:3", "this CT's arrow points the wrong way"),
    "swapped": FaultShape(2, "", "swapped:0,1", "these two CTs have changed places"),
    "rotated": FaultShape(
        3, "", "rotated:0,1,2", "each of these CTs sits on the wire of the next, the last on the first's"
    ),
    "phase": FaultShape(1, "phase", "phase:4,L2", "this CT is really on another phase than configured"),
    "dead": FaultShape(1, "", "dead:2", "this CT gives no signal"),
    "half-open": FaultShape(1, "", "half-open:5", "this CT is not closed and reads too little"),
    "ratio": FaultShape(1, "factor", "ratio:4,4.0", "this CT reads so many times the true current: wrong CT type"),
    "neutral": FaultShape(1, "", "neutral:0", "this CT is clipped round the neutral"),
    "two-wires": FaultShape(1, "", "two-wires:1", "this CT is clipped round both conductors, which cancel"),
    "duplicate": FaultShape(2, "", "duplicate:2,0", "the first CT sits on the wire of the second as well"),
    "unused-current": FaultShape(
        1, "", "unused-current:6", "this input is configured as unused but its CT is clipped on"
    ),
    "overrange": FaultShape(1, "", "overrange:1", "this CT sees more than it can measure"),
    "phaseid": FaultShape(1, "", "phaseid:3", "realtime reports another phaseId than the configuration"),
    "voltage-missing": FaultShape(0, "phase", "voltage-missing:L2", "this voltage lead is not connected"),
    "voltage-rotated": FaultShape(0, "", "voltage-rotated", "the voltage leads of L2 and L3 are exchanged"),
    "plug-unreachable": FaultShape(
        1, "", "plug-unreachable:2", "the monitor no longer hears the plug with this node number"
    ),
    "plug-disconnected": FaultShape(1, "", "plug-disconnected:2", "the plug with this node number is not connected"),
    "battery-low": FaultShape(0, "", "battery-low", "the gas and water sensor's battery is nearly empty"),
}

_PHASES = {"L1": 0, "L2": 1, "L3": 2}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `str()` gives the text that `parse` reads."""

    kind: FaultKind
    inputs: tuple[int, ...] = ()
    phase: int | None = None
    """0 = L1, 1 = L2, 2 = L3."""
    factor: float | None = None

    def __str__(self) -> str:
        parts = [str(n) for n in self.inputs]
        if self.phase is not None:
            parts.append(f"L{self.phase + 1}")
        if self.factor is not None:
            parts.append(f"{self.factor:g}")
        return f"{self.kind}:{','.join(parts)}" if parts else self.kind


def parse(text: str) -> Fault:
    """Read one fault text. Raises FaultError with the right spelling in it."""
    word, _, rest = text.strip().partition(":")
    kind = _kind(word.strip().lower(), text)
    shape = SHAPES[kind]
    parts = [part.strip() for part in rest.split(",")] if rest.strip() else []
    if len(parts) != shape.inputs + (1 if shape.tail else 0):
        raise FaultError(f"{text!r}: write {kind} like this: {shape.example} ({shape.meaning})")
    inputs = tuple(_input(part, text) for part in parts[: shape.inputs])
    if len(set(inputs)) != len(inputs):
        raise FaultError(f"{text!r}: names the same input twice; write it like {shape.example}")
    if shape.tail == "phase":
        return Fault(kind, inputs, phase=_phase(parts[-1], text))
    if shape.tail == "factor":
        return Fault(kind, inputs, factor=_factor(parts[-1], text))
    return Fault(kind, inputs)


def parse_all(texts: Iterable[str | Fault]) -> list[Fault]:
    """Read several fault texts; ready-made faults pass through."""
    return [text if isinstance(text, Fault) else parse(text) for text in texts]


def overview() -> str:
    """One line for each kind, for a help text."""
    width = max(len(shape.example) for shape in SHAPES.values())
    return "\n".join(f"{shape.example:<{width}}  {shape.meaning}" for shape in SHAPES.values())


def _kind(word: str, text: str) -> FaultKind:
    for kind in SHAPES:
        if kind == word:
            return kind
    near = difflib.get_close_matches(word, SHAPES, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known kinds: {', '.join(SHAPES)}"
    raise FaultError(f"{text!r}: no fault is called {word!r}; {hint}")


def _input(part: str, text: str) -> int:
    if not part.isascii() or not part.isdigit():
        raise FaultError(f"{text!r}: {part!r} is not an input number (0, 1, 2, …)")
    return int(part)


def _phase(part: str, text: str) -> int:
    phase = _PHASES.get(part.upper())
    if phase is None:
        raise FaultError(f"{text!r}: {part!r} is not a phase; write L1, L2 or L3")
    return phase


def _factor(part: str, text: str) -> float:
    try:
        factor = float(part)
    except ValueError:
        raise FaultError(f"{text!r}: {part!r} is not a number such as 4.0 or 0.5") from None
    if not 0.01 <= factor <= 100.0:
        raise FaultError(f"{text!r}: a ratio lies between 0.01 and 100")
    return factor
