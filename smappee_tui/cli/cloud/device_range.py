"""What switches and sensors measured: one way to ask for a range of either."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from smappee_tui.cli.cloud.ask import ask
from smappee_tui.cli.cloud.place import NOT_FOR_SWITCHES, device, kept_for, place, ranged, reading, wish_of
from smappee_tui.cli.cloud.stream import pour
from smappee_tui.cli.cloud.words import form_of
from smappee_tui.links.cloud.aggregation import Aggregation
from smappee_tui.protocol.cloud import SensorConsumption, SwitchConsumption

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk
    from smappee_tui.cli.cloud.place import Range
    from smappee_tui.cli.cloud.stream import Shape
    from smappee_tui.links.cloud.client import CloudClient

R = TypeVar("R", SensorConsumption, SwitchConsumption)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed for a range of values."""

    begin: str | None
    end: str | None
    last: str | None
    by: Aggregation
    as_json: bool
    as_csv: bool


def print_range(
    location: str,
    wanted: str,
    what: Literal["sensor", "switch"],
    typed: Typed,
    *,
    method: Callable[[CloudClient], Callable[..., AsyncIterator[R]]],
    shape: Callable[[Range, int, str], Shape[R]],
) -> int:
    """Print the values of one device as they come.

    Args:
        location: which location is meant.
        wanted: the device by number or a part of its name.
        what: its kind, for a person.
        typed: range, aggregation and form.
        method: the client's method for this kind.
        shape: how its records are printed, given the range, the device's number and its name.

    Returns:
        The exit code.

    Raises:
        Misused, CloudError, LinkError: as `ask`.
    """
    form, wish = form_of(typed.as_json, typed.as_csv), wish_of(typed.begin, typed.end, typed.last)
    kept_for(typed.by, f"a {what}", NOT_FOR_SWITCHES)

    async def work(talk: Talk) -> int:
        where = await place(talk.client, location)
        info = where.info
        known = () if info is None else info.sensors if what == "sensor" else info.actuators
        number, name = device(wanted, known, what)
        asked = ranged(where, wish, typed.by)
        progress = reading(talk.progress)
        records = method(talk.client)(where.location.id, number, typed.by, asked.start, asked.end, progress=progress)
        await pour(records, shape(asked, number, name), form, talk.progress, talk.remarks)
        return 0

    return ask(work, by=typed.by)
