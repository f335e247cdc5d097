"""Installation faults as people type them: `reversed:3`, `swapped:0,1`, `phase:4,L2`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from smappee_tui.protocol.fact import Fact, TellableError, fact

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


class FaultError(TellableError, ValueError):
    """A fault text that cannot be understood, or that does not fit the site; it says what to type instead."""


@dataclass(frozen=True, slots=True)
class FaultShape:
    """What a kind of fault needs after its colon."""

    inputs: int
    """How many input numbers (node numbers for plugs)."""
    tail: Literal["", "phase", "factor"] = ""
    """What follows them."""
    example: str = ""


SHAPES: dict[FaultKind, FaultShape] = {
    "reversed": FaultShape(1, "", "reversed:3"),
    "swapped": FaultShape(2, "", "swapped:0,1"),
    "rotated": FaultShape(3, "", "rotated:0,1,2"),
    "phase": FaultShape(1, "phase", "phase:4,L2"),
    "dead": FaultShape(1, "", "dead:2"),
    "half-open": FaultShape(1, "", "half-open:5"),
    "ratio": FaultShape(1, "factor", "ratio:4,4.0"),
    "neutral": FaultShape(1, "", "neutral:0"),
    "two-wires": FaultShape(1, "", "two-wires:1"),
    "duplicate": FaultShape(2, "", "duplicate:2,0"),
    "unused-current": FaultShape(1, "", "unused-current:6"),
    "overrange": FaultShape(1, "", "overrange:1"),
    "phaseid": FaultShape(1, "", "phaseid:3"),
    "voltage-missing": FaultShape(0, "phase", "voltage-missing:L2"),
    "voltage-rotated": FaultShape(0, "", "voltage-rotated"),
    "plug-unreachable": FaultShape(1, "", "plug-unreachable:2"),
    "plug-disconnected": FaultShape(1, "", "plug-disconnected:2"),
    "battery-low": FaultShape(0, "", "battery-low"),
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

    def touches(self, other: Fault) -> bool:
        """Whether both are about one clamp: then their order matters."""
        return bool(set(self.inputs) & set(other.inputs)) and "plug" not in self.kind + other.kind

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
        raise FaultError(fact("fault.shape", text=text, kind=kind, example=shape.example, meaning=meaning(kind)))
    inputs = tuple(_input(part, text) for part in parts[: shape.inputs])
    if len(set(inputs)) != len(inputs):
        raise FaultError(fact("fault.twice", text=text, example=shape.example))
    if shape.tail == "phase":
        return Fault(kind, inputs, phase=_phase(parts[-1], text))
    if shape.tail == "factor":
        return Fault(kind, inputs, factor=_factor(parts[-1], text))
    return Fault(kind, inputs)


def parse_all(texts: Iterable[str | Fault]) -> list[Fault]:
    """Read several fault texts; ready-made faults pass through."""
    return [text if isinstance(text, Fault) else parse(text) for text in texts]


def meaning(kind: FaultKind) -> Fact:
    """What is wrong then."""
    return Fact(f"fault.is_{kind}")


def _kind(word: str, text: str) -> FaultKind:
    for kind in SHAPES:
        if kind == word:
            return kind
    near = difflib.get_close_matches(word, SHAPES, n=1)
    if near:
        raise FaultError(fact("fault.unknown_near", text=text, word=word, near=near[0]))
    raise FaultError(fact("fault.unknown", text=text, word=word, kinds=tuple(SHAPES)))


def _input(part: str, text: str) -> int:
    if not part.isascii() or not part.isdigit():
        raise FaultError(fact("fault.no_number", text=text, part=part))
    return int(part)


def _phase(part: str, text: str) -> int:
    phase = _PHASES.get(part.upper())
    if phase is None:
        raise FaultError(fact("fault.no_phase", text=text, part=part))
    return phase


def _factor(part: str, text: str) -> float:
    try:
        factor = float(part)
    except ValueError:
        raise FaultError(fact("fault.no_factor", text=text, part=part)) from None
    if not 0.01 <= factor <= 100.0:
        raise FaultError(fact("fault.odd_factor", text=text))
    return factor
