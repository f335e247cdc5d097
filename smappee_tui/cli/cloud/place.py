"""The location of a command, its clock, and the range that is asked for."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from smappee_tui.cli.cloud.cells import zulu
from smappee_tui.cli.cloud.span import Wish, zone_of
from smappee_tui.cli.cloud.which import title, which
from smappee_tui.cli.guard import Misused
from smappee_tui.cli.progress import Progress
from smappee_tui.links.cloud.aggregation import Aggregation
from smappee_tui.links.cloud.errors import AskedWrongly, NoRight, NotFound
from smappee_tui.plaintext import clean, cut

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk
    from smappee_tui.links.cloud.client import CloudClient
    from smappee_tui.protocol.cloud.places import CloudLocation, LocationInfo, MeteringConfiguration

T = TypeVar("T")
NOT_FOR_SWITCHES = frozenset({Aggregation.TEN_MINUTES, Aggregation.FIFTEEN_MINUTES,
                              Aggregation.TWENTY_MINUTES, Aggregation.THIRTY_MINUTES,
                              Aggregation.YEAR})  # fmt: skip
"""Lengths of interval that the service does not have for switches and sensors."""


class Named(Protocol):
    """An appliance, an actuator or a sensor."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def name(self) -> str:
        """As sent."""


N = TypeVar("N", bound=Named)


@dataclass(frozen=True, slots=True)
class Place:
    """A location with its clock."""

    location: CloudLocation
    zone: tzinfo
    zone_name: str
    info: LocationInfo | None = None
    metering: MeteringConfiguration | None = None

    def local(self, at: datetime) -> datetime:
        """The same time by the location's clock, without an offset."""
        return at.astimezone(self.zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Range:
    """From when to when, by what."""

    place: Place
    start: datetime
    end: datetime
    by: Aggregation | None

    def document(self, schema: str, **more: Any) -> dict[str, Any]:
        """The head of the JSON document."""
        return {
            "schema": f"smappee-tui/cloud/{schema}/1",
            "location": location_entry(self.place.location),
            "time_zone": self.place.zone_name,
            "from": zulu(self.start),
            "to": zulu(self.end),
            **({"aggregation": self.by.value} if self.by is not None else {}),
            **more,
        }

    def lines(self, *about: str) -> list[str]:
        """What stands above the table."""
        first, last = (f"{self.place.local(at):%Y-%m-%d %H:%M}" for at in (self.start, self.end))
        by = f", by {self.by.value}" if self.by is not None else ""
        return [
            title(self.place.location),
            *(cut(text, 78) for text in about),
            f"{first} to {last} ({self.place.zone_name}){by}",
            "",
        ]


async def place(client: CloudClient, wanted: str) -> Place:
    """The location that is meant, with what the cloud tells about it."""
    location = which(wanted, await client.locations())
    info = await client.info(location.id)
    return Place(location, *zone_of(info.time_zone), info=info)


async def place_with_channels(talk: Talk, wanted: str) -> Place:
    """The location that is meant, with its CTs where the cloud tells them; that it does not is remarked."""
    client = talk.client
    location = which(wanted, await client.locations())
    try:
        metering = await client.metering(location.id)
    except (NotFound, NoRight, AskedWrongly) as error:
        talk.note(f"The CTs have no names here: {error.what}")
        metering = None
    name = metering.time_zone if metering is not None else None
    if name is None:
        name = (await client.info(location.id)).time_zone
    return Place(location, *zone_of(name), metering=metering)


def ranged(where: Place, wish: Wish, by: Aggregation | None) -> Range:
    """The range that is wished, by the clock of the place.

    Raises:
        Misused: when it is empty or cannot be read.
    """
    return Range(where, *wish.range(where.zone, datetime.now(UTC), by or Aggregation.HOUR), by)


def wish_of(begin: str | None, end: str | None, last: str | None) -> Wish:
    """A range as typed.

    Raises:
        Misused: when it cannot be read.
    """
    wish = Wish(begin, end, last)
    wish.check()
    return wish


def kept_for(by: Aggregation, what: str, missing: Iterable[Aggregation]) -> None:
    """See that the service has such values.

    Raises:
        Misused: when it has not.
    """
    without = set(missing)
    if by in without:
        there = ", ".join(word.value for word in Aggregation if word not in without)
        raise Misused(f"The cloud has no {by.value} values of {what}.", f"Choose one of {there}.")


def device(wanted: str, known: Sequence[N], what: str) -> tuple[int, str]:
    """The number and the name of an actuator, a sensor or an appliance, by its number or a part of its name.

    A number that the location does not list is taken as it is, without a name: lists may be incomplete.

    Raises:
        Misused: when none is meant, or several are.
    """
    word = wanted.strip().casefold()
    exact = [one for one in known if str(one.id) == word]
    named = [one for one in known if clean(one.name).casefold() == word]
    partly = [one for one in known if word in clean(one.name).casefold()]
    found = (exact or named or partly) if word else []
    if len(found) == 1:
        return found[0].id, clean(found[0].name)
    if not found and word.isascii() and word.isdigit() and len(word) < 16:
        return int(word), ""
    there = ", ".join(f"{one.id} {cut(clean(one.name), 30)}" for one in (found or known)[:8]) or "none"
    if found:
        raise Misused(f"{clean(wanted)!r} fits several: {there}.", "Type the number of the one you mean.")
    raise Misused(f"There is no {what} {clean(wanted)!r} there.", f"The location lists: {there}.")


def location_entry(location: CloudLocation) -> dict[str, Any]:
    """A location in JSON."""
    return {
        "id": location.id,
        "name": location.name,
        "uuid": location.uuid or None,
        "serial": location.serial or None,
    }


def reading(progress: Progress) -> Callable[[float], None]:
    """Draws how much of a range has been read, where rows on the same terminal do not show it already."""
    if sys.stdout.isatty():
        return lambda _: None

    def told(share: float) -> None:
        progress.line(lambda: f"reading from the cloud: {share:.0%}")

    return told


async def listed(items: Iterable[T]) -> AsyncIterator[T]:
    """What is there already, as a stream."""
    for item in items:
        yield item
