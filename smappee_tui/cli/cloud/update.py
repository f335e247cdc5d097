"""`smappee-tui cloud update`: a location's name or place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smappee_tui.cli.cloud import words
from smappee_tui.cli.cloud.changing import Latitude, Longitude, Name, change, checked_name, position, together
from smappee_tui.cli.guard import Misused, guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk


@guarded
def update(
    location: words.Location,
    name: Name = None,
    latitude: Latitude = None,
    longitude: Longitude = None,
    yes: words.Yes = False,
) -> int:
    """Change a location's name or place on the map, after asking for its present name. Needs a special account."""
    from smappee_tui.cli.cloud.confirm import quoted

    if name is None and latitude is None and longitude is None:
        raise Misused("Nothing to change.", "Give --name, or --latitude and --longitude.")
    name = None if name is None else checked_name(name)
    together(latitude, longitude)
    changes = [f"is now called {quoted(name)}"] if name is not None else []
    changes += [f"is now{position(latitude, longitude)}"] if latitude is not None else []

    async def work(talk: Talk, number: int) -> str:
        await talk.client.update_location(number, name=name, latitude=latitude, longitude=longitude)
        return "The cloud has taken the change."

    return change(location, [f"The location {{}} {change}." for change in changes], work, yes=yes)
