"""What the value under a key of the wire is: written at the field itself, in its type, once.

A decoder does not look at it. Whoever gives a recording away does: what stands here is what the protocol knows, and
only that may stay readable.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec


class Holds(enum.Enum):
    """The kinds of values."""

    MEASURE = "measure"
    """What was measured or counted: no more than the quantity can be."""
    COUNTER = "counter"
    """Energy since somebody began to count, J."""
    SETTING = "setting"
    """A number that somebody set, or that a small sensor shows: of five digits at most."""
    TIME = "time"
    """A moment, since 1970."""
    ID = "id"
    """A number that something is called by: an input, a phase, a plug."""
    WORD = "word"
    """One word of a list, or the number that stands for it."""
    FLAG = "flag"
    """Yes or no, in any of the spellings seen."""
    VERSION = "version"
    CODE = "code"
    """mRID, `1.<kind>.<phase>.<unit>`."""
    CT_TYPE = "ct-type"
    ZONE = "zone"
    """Time zone, "Europe/Brussels"."""
    FORMULA = "formula"
    """`$<serial>/<input>$` and sums of such."""
    SERIAL = "serial"
    UUID = "uuid"
    LOCATION = "location"
    """Number of a service location."""
    PLACE = "place"
    """Latitude or longitude."""
    NAME = "name"
    """What a person called a channel: the diagnosis reads it."""
    TEXT = "text"
    """Any other text that a person chose."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a field holds."""

    holds: Holds
    words: frozenset[str] = frozenset()
    """The words known, upper case, for `WORD` and `ID`; others may come."""
    least: float = 0.0
    most: float = 99_999.0
    """The least and the most that a `MEASURE` of six or more digits, or a `COUNTER`, can be, whichever its sign: what
    is beyond is no measurement, and may be somebody's number."""


def means(holds: Holds, *words: str) -> msgspec.Meta:
    """For use in `Annotated`: it constrains nothing."""
    return msgspec.Meta(extra={"meaning": Meaning(holds, frozenset(words))})


def measures(most: float, least: float = 0.0) -> msgspec.Meta:
    """The same for an amount that may have six or more digits."""
    return msgspec.Meta(ge=-1e18, le=1e18, extra={"meaning": Meaning(Holds.MEASURE, least=least, most=most)})


MOST_WATTS = 400_000.0
"""W of one circuit: the largest CTs take 1000 A, at 400 V."""
MOST_OF_SITE = 10 * MOST_WATTS
MOST_AMPS = 2000.0
MOST_JOULES = 1e13
"""J that a counter reaches: 100 kW for three years."""
MICROHERTZ = (40e6, 70e6)

Joules = Annotated[float, msgspec.Meta(extra={"meaning": Meaning(Holds.COUNTER, most=MOST_JOULES)})] | None
Millis = Annotated[float | str | None, means(Holds.TIME)]
Id = Annotated[float | str | None, means(Holds.ID)]
"""A number that some firmware writes as text."""
Serial = Annotated[str | float | None, means(Holds.SERIAL)]
Version = Annotated[str | float | None, means(Holds.VERSION)]
LocationId = Annotated[float | str | None, means(Holds.LOCATION)]
Uuid = Annotated[str | None, means(Holds.UUID)]
Name = Annotated[str | None, means(Holds.NAME)]
Label = Annotated[str | None, means(Holds.TEXT)]
Zone = Annotated[str | None, means(Holds.ZONE)]
Formula = Annotated[str | None, means(Holds.FORMULA)]
CtType = Annotated[str | None, means(Holds.CT_TYPE)]
Code = Annotated[str | None, means(Holds.CODE)]
Flag = Annotated[Any, means(Holds.FLAG)]
MilliWatts = Annotated[float, measures(1e3 * MOST_WATTS)] | None
"""Means of five minutes; var and VA as well."""
MilliAmps = Annotated[float, measures(1e3 * MOST_AMPS)] | None
Setting = Annotated[float, msgspec.Meta(ge=-1e18, le=1e18, extra={"meaning": Meaning(Holds.SETTING)})] | None
Place = Annotated[float, msgspec.Meta(ge=-1e18, le=1e18, extra={"meaning": Meaning(Holds.PLACE)})] | None
