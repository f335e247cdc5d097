"""The actuators of a location: what state one is in, and switching it, which asks first."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.cloud import options
from smappee_tui.cli.exits import guarded
from smappee_tui.i18n import tr
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.access import CommandContext


@guarded
def actuator_state(
    location: options.Location, actuator: options.Actuator, as_json: options.Json = False, as_csv: options.Csv = False
) -> int:
    """Say whether a plug or switch is on."""
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import device, find_location, location_entry
    from smappee_tui.cli.records import Column, Listing, print_listing

    form = options.form_of(as_json, as_csv)

    async def work(context: CommandContext) -> int:
        where = await find_location(context.client, location)
        number, name = device(actuator, where.info.actuators if where.info else (), "actuator")
        state = await context.client.actuator_state(where.location.id, number)
        context.progress.wipe()
        columns: tuple[Column[None], ...] = (
            Column("id", tr("cloud_command.col_id"), lambda _: number, right=True),
            Column("name", tr("cloud_command.col_name"), lambda _: name, gives=True),
            Column("state", tr("cloud_command.col_state"), lambda _: state),
        )
        document = {
            "schema": "smappee-tui/cloud/actuator-state/1",
            "location": location_entry(where.location),
            "actuator": {"id": number, "name": name, "state": state},
        }
        print_listing(Listing(columns, [None], document), form)
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
        UsageError: when it is not wished, or nobody can be asked.
    """
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.changes import confirmed, short, unlocked
    from smappee_tui.cli.cloud.lookup import device, find_location, title
    from smappee_tui.cli.console import say

    unlocked()
    word = "on" if on else "off"

    async def work(context: CommandContext) -> int:
        where = await find_location(context.client, wanted)
        number, name = device(actuator, where.info.actuators if where.info else (), "actuator")
        context.progress.wipe()
        which = fact(
            "cloud_command.named_device" if name else "cloud_command.unlisted_device", id=str(number), name=short(name)
        )
        seconds = int(span.value) if span is not None else None
        code = f"cloud_command.will_be_{word}" if seconds is None else f"cloud_command.will_be_{word}_for"
        confirmed(
            [fact(code, which=which, place=title(where.location), span=seconds)],
            where.location.name,
            instead=str(where.location.id),
            yes=yes,
        )
        await context.client.switch_actuator(where.location.id, number, on, seconds=seconds)
        say(tr(f"cloud_command.ordered_{word}"))
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
