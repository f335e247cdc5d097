"""What `actuator-on` and `actuator-off` have in common: asking first, then one order to the cloud."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.cloud import options
from smappee_tui.cli.errors import guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.access import CommandContext


@guarded
def actuator_state(
    location: options.Location, actuator: options.Actuator, as_json: options.Json = False, as_csv: options.Csv = False
) -> int:
    """Say whether a plug or switch is on."""
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import device, find_location, location_entry
    from smappee_tui.cli.records import Listing, ListingColumn, print_listing

    form = options.form_of(as_json, as_csv)

    async def work(context: CommandContext) -> int:
        where = await find_location(context.client, location)
        number, name = device(actuator, where.info.actuators if where.info else (), "plug or switch")
        state = await context.client.actuator_state(where.location.id, number)
        context.progress.wipe()
        print_listing(
            Listing(
                (
                    ListingColumn("id", "ID", right=True),
                    ListingColumn("name", "NAME", gives=True),
                    ListingColumn("state", "STATE"),
                ),
                [(number, name, state)],
                {
                    "schema": "smappee-tui/cloud/actuator-state/1",
                    "location": location_entry(where.location),
                    "actuator": {"id": number, "name": name, "state": state},
                },
            ),
            form,
        )
        return 0

    return ask(work)


class SecondsWord(StrEnum):
    """For how long the service can switch."""

    FIVE_MINUTES = "300"
    QUARTER = "900"
    HALF_HOUR = "1800"
    HOUR = "3600"


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
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.changes import confirmed, quoted, unlocked
    from smappee_tui.cli.cloud.lookup import device, find_location, title
    from smappee_tui.cli.console import say
    from smappee_tui.i18n.amounts import lasting

    unlocked()
    word = "on" if on else "off"

    async def work(context: CommandContext) -> int:
        where = await find_location(context.client, wanted)
        number, name = device(actuator, where.info.actuators if where.info else (), "plug or switch")
        context.progress.wipe()
        which = f"{number} {quoted(name)}" if name else f"{number}, which the location does not list,"
        how_long = f"for {lasting(int(span.value))}" if span is not None else "until further notice"
        confirmed(
            [f"Actuator {which} at {title(where.location)} is switched {word} {how_long}."],
            where.location.name,
            instead=str(where.location.id),
            yes=yes,
        )
        seconds = int(span.value) if span is not None else None
        await context.client.switch_actuator(where.location.id, number, on, seconds=seconds)
        say(f"The cloud has taken the order to switch it {word}. `actuator-state` tells whether it is.")
        return 0

    return ask(work)


@guarded
def actuator_on(
    location: options.Location, actuator: options.Actuator, span: For = None, yes: options.Yes = False
) -> int:
    """Switch a plug or switch on, after asking for the location's name. Something real starts to run there."""
    return switch(location, actuator, on=True, span=span, yes=yes)


@guarded
def actuator_off(
    location: options.Location, actuator: options.Actuator, span: For = None, yes: options.Yes = False
) -> int:
    """Switch a plug or switch off, after asking for the location's name. Something real stops there."""
    return switch(location, actuator, on=False, span=span, yes=yes)
