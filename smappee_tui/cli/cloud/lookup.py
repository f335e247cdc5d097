"""The location of a command, its clock, and the range that is asked for."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from smappee_tui.cli.cloud.options import TypedRange, zone_of
from smappee_tui.cli.console import ProgressLine
from smappee_tui.cli.exits import UsageError
from smappee_tui.cli.values import zulu
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.connect.cloud_api.errors import BadRequestError, NotFoundError, NotPermittedError
from smappee_tui.i18n import tr
from smappee_tui.i18n.text import clean, cut
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.access import CommandContext
    from smappee_tui.cli.records import Column
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.protocol.cloud.records import CloudLocation, LocationInfo, MeteringConfiguration


_MOST_NAMED = 5


def which(wanted: str, locations: Sequence[CloudLocation]) -> CloudLocation:
    """Find it. The number counts before the uuid, the serial, the whole name, and a part of a name.

    Raises:
        UsageError: when none is meant, or several are.
    """
    word = wanted.strip().casefold()
    ways = (
        [one for one in locations if str(one.id) == word],
        [one for one in locations if one.uuid.casefold() == word],
        [one for one in locations if one.serial.casefold() == word],
        [one for one in locations if clean(one.name).casefold() == word],
        [one for one in locations if word in clean(one.name).casefold()],
    )
    found = next((way for way in ways if way), []) if word else []
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            fact("cloud_command.fits_locations", wanted=wanted, several=len(found), names=_named(found)),
            fact("cloud_command.type_number"),
        )
    if not locations:
        raise UsageError(fact("cloud_command.no_location_at_all"), fact("cloud_command.shared_with_you"))
    raise UsageError(fact("cloud_command.no_location", wanted=wanted), fact("cloud_command.no_location_advice"))


def title(location: CloudLocation) -> str:
    """A location in one line, for a person: `"Bakery" (71243, serial 5010001234)`."""
    name, number = cut(clean(location.name), 40), str(location.id)
    code = "cloud_command.title_serial" if location.serial else "cloud_command.title"
    return tr(code, name=name, id=number, serial=location.serial)


def _named(found: Sequence[CloudLocation]) -> str:
    more = " …" if len(found) > _MOST_NAMED else ""
    return ", ".join(f"{one.id} {cut(clean(one.name), 30)}" for one in found[:_MOST_NAMED]) + more


T = TypeVar("T")
R = TypeVar("R")
Device = Literal["actuator", "appliance", "sensor", "switch"]
Kept = Literal["consumption", "costs", "sensor", "switch"]
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
class LocationDetails:
    """A location with its clock."""

    location: CloudLocation
    zone: tzinfo
    zone_name: str
    info: LocationInfo | None = None
    metering: MeteringConfiguration | None = None

    def time_columns(self, at: Callable[[R], datetime]) -> tuple[Column[R], Column[R]]:
        """When a record of this location was made: for programs in UTC, for everybody by the location's clock."""
        from smappee_tui.cli.records import Column

        head = tr("cloud_command.col_time")
        return (
            Column("time_utc", "", lambda record: at(record).astimezone(UTC)),
            Column("time_local", head, lambda record: self.local(at(record)), 16),
        )

    def local(self, at: datetime) -> datetime:
        """The same time by the location's clock, without an offset."""
        return at.astimezone(self.zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Range:
    """From when to when, by what."""

    place: LocationDetails
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
        code = "cloud_command.range" if self.by is None else "cloud_command.range_by"
        by = interval_word(self.by) if self.by is not None else ""
        return [
            title(self.place.location),
            *(cut(text, 78) for text in about),
            tr(code, first=first, last=last, zone=self.place.zone_name, by=by),
            "",
        ]


async def find_location(client: CloudClient, wanted: str) -> LocationDetails:
    """The location that is meant, with what the cloud tells about it."""
    location = which(wanted, await client.locations())
    info = await client.info(location.id)
    return LocationDetails(location, *zone_of(info.time_zone), info=info)


async def find_location_with_channels(context: CommandContext, wanted: str) -> LocationDetails:
    """The location that is meant, with its CTs where the cloud tells them; that it does not is remarked."""
    client = context.client
    location = which(wanted, await client.locations())
    try:
        metering = await client.metering(location.id)
    except (NotFoundError, NotPermittedError, BadRequestError) as error:
        context.note(fact("cloud_command.no_names", what=error.what))
        metering = None
    name = metering.time_zone if metering is not None else None
    if name is None:
        name = (await client.info(location.id)).time_zone
    return LocationDetails(location, *zone_of(name), metering=metering)


def ranged(where: LocationDetails, wish: TypedRange, by: Aggregation | None) -> Range:
    """The range that is wished, by the clock of the place.

    Raises:
        UsageError: when it is empty or cannot be read.
    """
    return Range(where, *wish.range(where.zone, datetime.now(UTC), by or Aggregation.HOUR), by)


def wish_of(begin: str | None, end: str | None, last: str | None) -> TypedRange:
    """A range as typed.

    Raises:
        UsageError: when it cannot be read.
    """
    wish = TypedRange(begin, end, last)
    wish.check()
    return wish


def kept_for(by: Aggregation, what: Kept, missing: Iterable[Aggregation]) -> None:
    """See that the service has such values.

    Raises:
        UsageError: when it has not.
    """
    without = set(missing)
    if by in without:
        there = tuple(word.value for word in Aggregation if word not in without)
        raise UsageError(
            fact(f"cloud_command.no_values_{what}", by=interval_word(by)),
            fact("cloud_command.choose_one", there=there),
        )


def device(wanted: str, known: Sequence[N], what: Device) -> tuple[int, str]:
    """The number and the name of an actuator, a sensor or an appliance, by its number or a part of its name.

    A number that the location does not list is taken as it is, without a name: lists may be incomplete.

    Raises:
        UsageError: when none is meant, or several are.
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
    names = tuple(f"{one.id} {cut(clean(one.name), 30)}" for one in (found or known)[:8])
    there = names or fact("cloud_command.nothing")
    if found:
        raise UsageError(
            fact("cloud_command.fits_several", wanted=wanted, there=there), fact("cloud_command.type_number")
        )
    raise UsageError(fact(f"cloud_command.no_{what}", wanted=wanted), fact("cloud_command.lists", there=there))


def interval_word(by: Aggregation) -> str:
    """The length of an interval in a sentence."""
    return tr(f"cloud_command.by_{by.value}")


def location_columns() -> tuple[Column[CloudLocation], ...]:
    """A location in a list."""
    from smappee_tui.cli.records import Column

    return (
        Column("id", tr("cloud_command.col_id"), lambda one: one.id, right=True),
        Column("name", tr("cloud_command.col_name"), lambda one: one.name, gives=True),
        Column("serial", tr("cloud_command.col_serial"), lambda one: one.serial),
    )


def location_entry(location: CloudLocation) -> dict[str, Any]:
    return {
        "id": location.id,
        "name": location.name,
        "uuid": location.uuid or None,
        "serial": location.serial or None,
    }


def reading(progress: ProgressLine) -> Callable[[float], None]:
    """Draws how much of a range has been read, where rows on the same terminal do not show it already."""
    if sys.stdout.isatty():
        return lambda _: None

    def told(share: float) -> None:
        progress.line(lambda: tr("cloud_command.reading", share=share))

    return told


async def listed(items: Iterable[T]) -> AsyncIterator[T]:
    """What is there already, as a stream."""
    for item in items:
        yield item
