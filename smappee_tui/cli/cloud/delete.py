"""`smappee-tui cloud delete`: a location and all its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smappee_tui.cli.cloud import words
from smappee_tui.cli.cloud.changing import change
from smappee_tui.cli.guard import guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk


@guarded
def delete(location: words.Location, yes: words.Yes = False) -> int:
    """Delete a location with all its history, after asking for its name. Needs a special account."""

    async def work(talk: Talk, number: int) -> str:
        await talk.client.delete_location(number)
        return "The cloud has taken the order to delete it."

    lines = ["The location {} is deleted, with its configuration and all that was ever measured there.",
             "It cannot be undone."]  # fmt: skip
    return change(location, lines, work, yes=yes)
