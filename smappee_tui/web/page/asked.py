"""What a phone asks for, as its forms send it, becomes an action; anything else becomes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from smappee_tui.app.guided.plan import GENERATIONS, LOADS, Answers
from smappee_tui.app.phone.actions import (
    AcceptSafety,
    Action,
    AddNote,
    AdoptSize,
    ArmTracer,
    BeginTest,
    ClampMoved,
    DemoHand,
    EndTest,
    GoOn,
    NameBreaker,
    Repeat,
    Skip,
    StopTracer,
    Switched,
    TickLine,
)

BOARD = "board"
"""In place of an input: the whole board."""
LONGEST = 500
"""Characters of a note or a name that are looked at."""
_FIELDS = 8
_INPUT = re.compile(r"\d{1,6}", re.ASCII)

Form = Mapping[str, str]


class NotAskedError(ValueError):
    """The form has a value that no form of the page has."""


def form_of(body: bytes) -> Form:
    """The fields of a form, as a browser encodes them.

    Raises:
        NotAskedError: when it is none.
    """
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError as error:  # no UTF-8, or too many fields
        raise NotAskedError(str(error)) from error


def action_of(name: str, form: Form, now: float) -> Action:
    """The action of a form.

    Args:
        name: last part of its address.
        form: its fields.
        now: seconds since 1970.

    Raises:
        NotAskedError: when there is no such action, or a value makes no sense.
    """
    make = _ACTIONS.get(name)
    if make is None:
        raise NotAskedError(name)
    return make(form, now)


def place_of(text: str) -> int | None:
    """An input, or None for the whole board.

    Raises:
        NotAskedError: when it is neither.
    """
    return None if text == BOARD else _input({"input": text})


def _input(form: Form) -> int:
    text = form.get("input", "")
    if not _INPUT.fullmatch(text):
        raise NotAskedError(text)
    return int(text)


def _begin(form: Form, now: float) -> Action:
    generation = next((one for one in GENERATIONS if one == form.get("generation")), None)
    load = next((one for one in LOADS if one.kind == form.get("load")), None)
    if generation is None or load is None:
        raise NotAskedError("answers")
    return BeginTest(Answers(generation, load))


def _text(form: Form, name: str) -> str:
    text = form.get(name, "")[:LONGEST].strip()
    if not text:
        raise NotAskedError(name)
    return text


_ACTIONS: Mapping[str, Callable[[Form, float], Action]] = {
    "begin": _begin,
    "accept": lambda form, now: AcceptSafety(),
    "switched": lambda form, now: Switched(now),
    "skip": lambda form, now: Skip(form.get("place", "")[:LONGEST]),
    "repeat": lambda form, now: Repeat(),
    "adopt": lambda form, now: AdoptSize(),
    "end": lambda form, now: EndTest(),
    "go-on": lambda form, now: GoOn(),
    "moved": lambda form, now: ClampMoved(_input(form)),
    "arm": lambda form, now: ArmTracer(),
    "stop": lambda form, now: StopTracer(),
    "name": lambda form, now: NameBreaker(_text(form, "name")),
    "tick": lambda form, now: TickLine(_input(form), form.get("done") == "yes"),
    "note": lambda form, now: AddNote(place_of(form.get("input", "")), _text(form, "text")),
    "hand": lambda form, now: DemoHand(form.get("tracer") == "yes"),
}
