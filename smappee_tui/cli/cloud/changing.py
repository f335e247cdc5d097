"""What `create`, `update`, `delete` and `share` have in common: their options, and asking first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.guard import Misused

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk

LONGEST_NAME = 200

Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="A new name.", show_default=False)]
Latitude = Annotated[
    float | None, typer.Option("--latitude", min=-90, max=90, metavar="DEG", help="Degrees north.", show_default=False)
]
Longitude = Annotated[
    float | None,
    typer.Option("--longitude", min=-180, max=180, metavar="DEG", help="Degrees east.", show_default=False),
]


def change(wanted: str, changes: list[str], work: Callable[[Talk, int], Awaitable[str]], *, yes: bool) -> int:
    """Find the location, ask, do it, and say so.

    Args:
        wanted: the location, as typed.
        changes: what will happen, a sentence each; the first `{}` stands for the location.
        work: does it, and returns what to say.
        yes: do not ask.

    Raises:
        Misused: when it is not wished, or nobody can be asked.
    """
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.confirm import confirmed, unlocked
    from smappee_tui.cli.cloud.which import title, which
    from smappee_tui.cli.talk import say

    unlocked()

    async def all_of_it(talk: Talk) -> int:
        meant = which(wanted, await talk.client.locations())
        talk.progress.wipe()
        sentences = [change.replace("{}", title(meant), 1) for change in changes]
        confirmed(sentences, meant.name, instead=str(meant.id), yes=yes)
        say(await work(talk, meant.id))
        return 0

    return ask(all_of_it)


def checked_name(name: str) -> str:
    """A new name without blanks around it.

    Raises:
        Misused: when it cannot be one.
    """
    name = name.strip()
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise Misused("That is no name for a location.", f"Give 1 to {LONGEST_NAME} letters, all on one line.")
    return name


def together(latitude: float | None, longitude: float | None) -> None:
    """See that a place is whole.

    Raises:
        Misused: when one half of it is missing.
    """
    if (latitude is None) != (longitude is None):
        raise Misused("A place needs both --latitude and --longitude.", "Give both, or neither.")


def position(latitude: float | None, longitude: float | None) -> str:
    """A place in a sentence, "" where there is none."""
    return "" if latitude is None or longitude is None else f" at {latitude:.5f}, {longitude:.5f}"
