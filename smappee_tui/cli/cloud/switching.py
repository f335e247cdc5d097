"""What `actuator-on` and `actuator-off` have in common: asking first, then one order to the cloud."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk


class SecondsWord(StrEnum):
    """For how long the service can switch."""

    FIVE_MINUTES = "300"
    QUARTER = "900"
    HALF_HOUR = "1800"
    HOUR = "3600"


Actuator = Annotated[
    str, typer.Argument(metavar="ACTUATOR", help="Number or name of a plug or switch; see `cloud info`.")
]
For = Annotated[
    SecondsWord | None,
    typer.Option("--for", metavar="S", help="300, 900, 1800 or 3600 seconds. Default: until further notice.",
                 show_default=False),
]  # fmt: skip


def switch(wanted: str, actuator: str, *, on: bool, span: SecondsWord | None, yes: bool) -> int:
    """Switch it, once the person has typed the location's name.

    Args:
        wanted: the location, as typed.
        actuator: as typed.
        on: what it shall be.
        span: for how long; None: until further notice.
        yes: do not ask.

    Raises:
        Misused: when it is not wished, or nobody can be asked.
    """
    from smappee_tui.cli.amounts import lasting
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.confirm import confirmed, quoted, unlocked
    from smappee_tui.cli.cloud.place import device, place
    from smappee_tui.cli.cloud.which import title
    from smappee_tui.cli.talk import say

    unlocked()
    word = "on" if on else "off"

    async def work(talk: Talk) -> int:
        where = await place(talk.client, wanted)
        number, name = device(actuator, where.info.actuators if where.info else (), "plug or switch")
        talk.progress.wipe()
        which = f"{number} {quoted(name)}" if name else f"{number}, which the location does not list,"
        how_long = f"for {lasting(int(span.value))}" if span is not None else "until further notice"
        confirmed(
            [f"Actuator {which} at {title(where.location)} is switched {word} {how_long}."],
            where.location.name,
            instead=str(where.location.id),
            yes=yes,
        )
        seconds = int(span.value) if span is not None else None
        await talk.client.switch_actuator(where.location.id, number, on, seconds=seconds)
        say(f"The cloud has taken the order to switch it {word}. `actuator-state` tells whether it is.")
        return 0

    return ask(work)
