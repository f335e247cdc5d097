"""`smappee-tui cloud actuator-state`: is a plug or switch on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smappee_tui.cli.cloud import words
from smappee_tui.cli.cloud.switching import Actuator
from smappee_tui.cli.guard import guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk


@guarded
def actuator_state(
    location: words.Location, actuator: Actuator, as_json: words.Json = False, as_csv: words.Csv = False
) -> int:
    """Say whether a plug or switch is on."""
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.place import device, location_entry, place
    from smappee_tui.cli.cloud.table import Column, Listing, show

    form = words.form_of(as_json, as_csv)

    async def work(talk: Talk) -> int:
        where = await place(talk.client, location)
        number, name = device(actuator, where.info.actuators if where.info else (), "plug or switch")
        state = await talk.client.actuator_state(where.location.id, number)
        talk.progress.wipe()
        show(
            Listing(
                (Column("id", "ID", right=True), Column("name", "NAME", gives=True), Column("state", "STATE")),
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
