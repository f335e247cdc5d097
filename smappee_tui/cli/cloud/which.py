"""Which location a person means: its number, uuid, serial, or a part of its name that no other has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smappee_tui.cli.guard import Misused
from smappee_tui.plaintext import clean, cut

if TYPE_CHECKING:
    from smappee_tui.protocol.cloud.places import CloudLocation

_MOST_NAMED = 5


def which(wanted: str, locations: Sequence[CloudLocation]) -> CloudLocation:
    """Find it. The number counts before the uuid, the serial, the whole name, and a part of a name.

    Raises:
        Misused: when none is meant, or several are.
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
        raise Misused(
            f"{clean(wanted)!r} fits {len(found)} locations: {_named(found)}.", "Type the number of the one you mean."
        )
    if not locations:
        raise Misused("This account sees no location at all.", "Has the customer shared it with this user?")
    raise Misused(
        f"No location of this account is called {clean(wanted)!r}.",
        "See `smappee-tui cloud locations`; the customer may still have to share it with this user.",
    )


def title(location: CloudLocation) -> str:
    """A location in one line, for a person: `"Bakery" (71243, serial 5010001234)`."""
    serial = f", serial {clean(location.serial)}" if location.serial else ""
    return f'"{cut(clean(location.name), 40)}" ({location.id}{serial})'


def _named(found: Sequence[CloudLocation]) -> str:
    more = " …" if len(found) > _MOST_NAMED else ""
    return ", ".join(f"{one.id} {cut(clean(one.name), 30)}" for one in found[:_MOST_NAMED]) + more
