"""Reading for the panes of one location, piece by piece, so that the screen shows what is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from smappee_tui.links.errors import LinkError
from smappee_tui.tui.cloud_access import Cloud
from smappee_tui.tui.cloud_actuators import ActuatorNow
from smappee_tui.tui.cloud_day import Day
from smappee_tui.tui.cloud_reading import Reading


async def records(
    client: Cloud,
    location: int,
    day: Day,
    reading: Reading[Day],
    draw: Callable[[], None],
    now: float,
    together: int,
) -> list[str]:
    """Read a day into `day.records`.

    Args:
        client: logged in.
        location: number of the service location.
        day: which; it is filled.
        reading: told how far it is.
        draw: called when there is more to show.
        now: s since 1970: what has not happened yet is not asked for.
        together: records between two drawings.

    Returns:
        What the client remarked meanwhile.
    """

    def progress(share: float) -> None:
        reading.share = share

    before = len(client.remarks)
    start, end = day.start, min(day.end, datetime.fromtimestamp(now, UTC))
    reading.share, day.until = 0.0, end
    draw()
    if end <= start:
        return []
    async for record in client.consumption(location, day.aggregation, start, end, progress=progress):
        if start <= record.at < day.end:
            day.records.append(record)
            if len(day.records) % together == 0:
                draw()
    return list(client.remarks[before:])


async def actuators(
    client: Cloud, location: int, reading: Reading[tuple[ActuatorNow, ...]], draw: Callable[[], None]
) -> tuple[ActuatorNow, ...]:
    """The actuators of a location, each asked for its state. One that does not answer keeps what the list says."""
    known = (await client.info(location)).actuators
    rows: list[ActuatorNow] = []
    for number, one in enumerate(known):
        reading.share = number / len(known)
        draw()
        try:
            rows.append(ActuatorNow(one, await client.actuator_state(location, one.id)))
        except LinkError as problem:
            rows.append(ActuatorNow(one, one.state, problem))
    return tuple(rows)
