"""The board as traced: breakers as a person calls them, with the inputs that saw them; and what follows for names.

Names are only compared: "F7 oven" resembles "Oven", so that two inputs whose breakers are called like each other's
inputs are proposed as exchanged. Nothing here changes a name.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from smappee_tui.diagnosis.tracing.tracer import Change
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.names import base_name

RESEMBLES = 0.8
"""Likeness of two words, 0 to 1, from which on they are one."""
SHORTEST = 3
"""Letters of a word that says something."""
_CODE = re.compile(r"[a-z]{0,3}[\d.:/-]+[a-z]?")
"""F7, Q12, 3.1: where a breaker sits, and no name."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Traced:
    """One breaker."""

    breaker: str
    """As the person calls it."""
    inputs: tuple[int, ...]
    """Inputs that saw it, largest first; empty where no CT does."""
    grid: tuple[int, ...]
    """Grid CTs that saw it."""
    phases: tuple[int, ...]
    """0 to 2."""
    watts: float
    """What went on or off, W; off is negative."""
    at: float
    """Seconds since 1970."""
    sure: bool
    """Switched off and on, and seen both times."""
    through: tuple[int, ...] = ()
    """Of the inputs: those that feed the others."""

    @property
    def own(self) -> tuple[int, ...]:
        """The inputs of the circuit itself."""
        return tuple(n for n in self.inputs if n not in self.through) or self.inputs


def traced(breaker: str, change: Change, sure: bool) -> Traced:
    """A breaker that was just found."""
    return Traced(breaker, change.inputs, change.grid, change.phases, change.watts, change.at, sure, change.through)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two circuits that are each configured with the other's name, as far as their breakers' names tell."""

    inputs: tuple[int, ...]
    other_inputs: tuple[int, ...]
    name: str
    """As the first are configured now."""
    other_name: str
    roles: bool = False
    """They are configured with different roles: exchanged names alone would be half of it."""
    unsure: tuple[str, ...] = ()
    """Breakers of the two that were seen once only."""


def exchanges(circuits: Sequence[Traced], settings: Mapping[int, ChannelSetting]) -> Iterator[Exchange]:
    """Names to exchange; none of an input that may be exchanged with more than one other."""
    found = list(_alike_crosswise(circuits, settings))
    times = Counter(number for one in found for number in (*one.inputs, *one.other_inputs))
    yield from (one for one in found if all(times[n] == 1 for n in (*one.inputs, *one.other_inputs)))


def _alike_crosswise(circuits: Sequence[Traced], settings: Mapping[int, ChannelSetting]) -> Iterator[Exchange]:
    """Pairs of which each breaker is called as the other one's input is."""
    seen = [(one, _name_of(one, settings)) for one in circuits if one.inputs]
    for place, (one, name) in enumerate(seen):
        for other, other_name in seen[place + 1 :]:
            if set(one.own) & set(other.own) or not name or not other_name:
                continue
            crossed = min(likeness(one.breaker, other_name), likeness(other.breaker, name))
            own = max(likeness(one.breaker, name), likeness(other.breaker, other_name))
            if crossed >= RESEMBLES and own < crossed:
                unsure = tuple(each.breaker for each in (one, other) if not each.sure)
                yield Exchange(
                    one.own, other.own, name, other_name, _role(one, settings) != _role(other, settings), unsure
                )


def _role(one: Traced, settings: Mapping[int, ChannelSetting]) -> set[tuple[str, str]]:
    here = (settings[n] for n in one.own if n in settings)
    return {(setting.role, setting.connection) for setting in here}


def unmeasured(circuits: Sequence[Traced]) -> list[Traced]:
    """Breakers that no input saw."""
    return [one for one in circuits if not one.inputs]


def untraced(circuits: Sequence[Traced], settings: Mapping[int, ChannelSetting]) -> list[int]:
    """Inputs in use whose breaker was not traced yet, the grid meter's aside."""
    done = {number for one in circuits for number in one.inputs}
    return [n for n, setting in settings.items() if n not in done and _in_use(setting) and not setting.is_grid]


def _in_use(setting: ChannelSetting) -> bool:
    """Configured as something: an Infinity calls an input without a CT not known in every respect."""
    return not setting.unused and (setting.role, setting.connection) != ("UNKNOWN", "UNKNOWN")


def likeness(label: str, name: str) -> float:
    """How much a breaker's name resembles an input's, 0 to 1: the share of the fewer words that stand in both."""
    one, other = _words(label), _words(name)
    if not one or not other:
        return 0.0
    few, many = sorted((one, other), key=len)
    hits = sum(any(difflib.SequenceMatcher(None, a, b).ratio() >= RESEMBLES for b in many) for a in few)
    return hits / len(few)


def _name_of(one: Traced, settings: Mapping[int, ChannelSetting]) -> str:
    """What its inputs are called, without the phase; "" where nobody named them."""
    for number in one.own:
        setting = settings.get(number)
        if setting is not None and setting.name.strip():
            return base_name(setting.name) if len(one.own) > 1 else setting.name.strip()
    return ""


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text[:200].casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    found = [word for word in _WORD.findall(plain) if not _CODE.fullmatch(word)]
    return [word for word in found if len(word) >= SHORTEST] or found
