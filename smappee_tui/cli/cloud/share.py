"""`smappee-tui cloud share`: another user may see a location."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.cloud import words
from smappee_tui.cli.cloud.changing import change
from smappee_tui.cli.guard import Misused, guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk


@guarded
def share(
    location: words.Location,
    username: Annotated[str, typer.Argument(metavar="USER", help="Who may see it from then on.", show_default=False)],
    yes: words.Yes = False,
) -> int:
    """Give another user access to a location, after asking for its name. Needs a special account."""
    from smappee_tui.cli.cloud.confirm import quoted

    username = username.strip()
    if not username:
        raise Misused("The user to share with is empty.", "Type the name that he logs in with.")

    async def work(talk: Talk, number: int) -> str:
        await talk.client.share_location(number, username)
        return "The cloud has taken the order to share it."

    return change(location, [f"The location {{}} is shared with the user {quoted(username)}."], work, yes=yes)
