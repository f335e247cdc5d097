"""Something to tell a person, without a language: a code and the numbers, names and words that its sentence needs.

Everything below `i18n` says what it knows as facts, and what went wrong as an error that carries one. The sentence of a
code stands in each catalogue of `i18n`, once a language, and nowhere else; nobody ever reads a sentence to find out
what is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, Union

Param: TypeAlias = Union[str, int, float, bool, "Fact", tuple["Param", ...], None]
"""What stands in a sentence: SI units, seconds since 1970, a phase as "L1", a code of a word list, a stranger's text.

A stranger's text goes in as it is: whoever makes the sentence cleans it.
"""
Params: TypeAlias = Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement. `Fact("evidence.rest", {"amps": 2.4})` is a sentence in every catalogue."""

    code: str
    """Key in the catalogues, `section.name`; the section is the file it stands in."""
    params: Params = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.code)

    def __str__(self) -> str:
        """For logs and tracebacks; people get the sentence from `i18n`."""
        return f"{self.code}({', '.join(f'{name}={value}' for name, value in self.params.items())})"


def fact(code: str, **params: Param) -> Fact:
    return Fact(code, params)


class TellableError(Exception):
    """Something went wrong that a person is to be told.

    Attributes:
        what: what happened.
        advice: what to do next; None where nothing helps.
    """

    def __init__(self, what: Fact, advice: Fact | None = None) -> None:
        self.what = what
        self.advice = advice
        super().__init__(what, *([advice] if advice is not None else []))

    @property
    def told(self) -> Fact:
        """What happened, and what to do: one fact of two sentences."""
        return self.what if self.advice is None else Fact("errors.told", {"what": self.what, "advice": self.advice})

    def __str__(self) -> str:
        return " ".join(map(str, self.args))


class UnreadableError(TellableError):
    """A message of a known topic whose payload cannot be read. The caller counts it and keeps its last good state.

    Attributes:
        what: topic, reason and place together, to tell a person.
        topic: the topic as received, shortened to 200 characters.
        reason: what is wrong.
        place: where in the payload: a JSON path (`$.channelPowers[3].power`, `$` for the whole) or a byte position.
    """

    def __init__(self, topic: str, reason: Fact, place: str | int) -> None:
        self.topic = topic[:200]
        self.reason = reason
        self.place = place[:200] if isinstance(place, str) else place
        where = self.place if isinstance(self.place, str) else fact("messages.byte", byte=self.place)
        super().__init__(fact("messages.unreadable", topic=self.topic, reason=reason, place=where))


def neither(topic: str, first: str, second: str) -> UnreadableError:
    """The error for a payload that has none of the two fields that make it what it should be."""
    return UnreadableError(topic, fact("messages.neither", first=first, second=second), "$")
