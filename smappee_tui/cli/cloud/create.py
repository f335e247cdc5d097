"""`smappee-tui cloud create`: a new location."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.cloud import words
from smappee_tui.cli.cloud.changing import Latitude, Longitude, checked_name, position, together
from smappee_tui.cli.guard import Misused, guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk


@guarded
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the new location.", show_default=False)],
    latitude: Latitude = None,
    longitude: Longitude = None,
    serial: Annotated[
        str | None, typer.Option("--serial", metavar="SERIAL", help="Of its monitor.", show_default=False)
    ] = None,
    yes: words.Yes = False,
    as_json: words.Json = False,
) -> int:
    """Create a service location, after asking for its name again. Needs a special account."""
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.confirm import confirmed, quoted, unlocked
    from smappee_tui.cli.cloud.place import location_entry
    from smappee_tui.cli.cloud.table import Column, Listing, show

    name = checked_name(name)
    together(latitude, longitude)
    if serial is not None and not (serial.isascii() and serial.isdigit()):
        raise Misused(f"{serial!r} is no serial number.", "It has ten digits and stands on the monitor.")
    unlocked()
    monitor = f"with the monitor {serial}" if serial else "without a monitor"
    change = f"A location {quoted(name)}{position(latitude, longitude)}, {monitor}, is created."
    confirmed([change], name, instead="yes", yes=yes, what="its name")

    async def work(talk: Talk) -> int:
        made = await talk.client.create_location(name, latitude=latitude, longitude=longitude, serial=serial)
        talk.progress.wipe()
        columns = (Column("id", "ID", right=True), Column("name", "NAME", gives=True), Column("serial", "SERIAL"))
        document = {"schema": "smappee-tui/cloud/create/1", "location": location_entry(made)}
        show(Listing(columns, [(made.id, made.name, made.serial)], document), "json" if as_json else "table")
        return 0

    return ask(work)
