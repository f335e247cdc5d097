"""`smappee-tui cloud locations`: all that this account sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smappee_tui.cli.cloud import words
from smappee_tui.cli.guard import guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk


@guarded
def locations(as_json: words.Json = False, as_csv: words.Csv = False) -> int:
    """List the service locations that this account sees, by name."""
    from smappee_tui.cli.amounts import counted
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.place import location_entry
    from smappee_tui.cli.cloud.table import Column, Listing, show

    form = words.form_of(as_json, as_csv)

    async def work(talk: Talk) -> int:
        client, progress = talk.client, talk.progress
        found = sorted(await client.locations(), key=lambda one: (one.name.casefold(), one.id))
        progress.wipe()
        show(
            Listing(
                (Column("id", "ID", right=True), Column("name", "NAME", gives=True), Column("serial", "SERIAL"),
                 Column("uuid", "UUID")),
                [(one.id, one.name, one.serial, one.uuid) for one in found],
                {"schema": "smappee-tui/cloud/locations/1", "locations": [location_entry(one) for one in found]},
                empty="This account sees no location. Has the customer shared it with this user?",
                after=("", counted(len(found), "location") + ".") if found else (),
            ),
            form,
        )  # fmt: skip
        return 0

    return ask(work)
