"""`smappee-tui cloud events`: when appliances were switched on and off."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smappee_tui.cli.cloud import words
from smappee_tui.cli.guard import guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk
    from smappee_tui.cli.cloud.place import Range
    from smappee_tui.cli.cloud.stream import Shape
    from smappee_tui.protocol.cloud.records import ApplianceEvent


@guarded
def events(
    location: words.Location,
    appliance: Annotated[
        str | None,
        typer.Option("--appliance", metavar="WHICH", help="Number or name of an appliance. Default: all, one after "
                     "the other.", show_default=False),
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, metavar="N", help="Of each appliance.")] = 100,
    begin: words.Begin = None,
    end: words.End = None,
    last: words.Last = None,
    as_json: words.Json = False,
    as_csv: words.Csv = False,
) -> int:  # fmt: skip
    """Print when appliances were switched, with the change in W, in the last day unless a range is given."""
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.place import device, listed, place, ranged, wish_of
    from smappee_tui.cli.cloud.stream import pour

    form, wish = words.form_of(as_json, as_csv), wish_of(begin, end, last)

    async def work(talk: Talk) -> int:
        client, progress = talk.client, talk.progress
        where = await place(client, location)
        known = where.info.appliances if where.info else ()
        wanted = [device(appliance, known, "appliance")] if appliance is not None else [(a.id, a.name) for a in known]
        asked = ranged(where, wish, None)
        found: list[ApplianceEvent] = []
        for place_in_row, (number, _) in enumerate(wanted):
            progress.line(lambda done=place_in_row: f"appliance {done + 1} of {len(wanted)}")  # type: ignore[misc]
            some = await client.events(where.location.id, number, asked.start, asked.end, most=most)
            if len(some) >= most:
                talk.note(f"Appliance {number}: there may be more than {most} events; see --most.")
            found += some
        found.sort(key=lambda event: event.at)
        await pour(listed(found), _shape(asked, dict(wanted)), form, progress, talk.remarks)
        return 0

    return ask(work)


def _shape(asked: Range, names: dict[int, str]) -> Shape[ApplianceEvent]:
    from smappee_tui.cli.cloud.cells import zulu
    from smappee_tui.cli.cloud.stream import Cell, Shape
    from smappee_tui.cli.json_values import number

    local = asked.place.local

    def name_of(event: ApplianceEvent) -> str:
        return "" if event.appliance is None else names.get(event.appliance, "")

    def entry(event: ApplianceEvent) -> dict[str, Any]:
        return {
            "at": zulu(event.at),
            "appliance": event.appliance,
            "name": name_of(event),
            "watts": number(event.watts, 1),
            "total": number(event.total, 1),
        }

    return Shape(
        head=asked.document("events", units={"watts": "W", "total": "W"}),
        entry=entry,
        columns=["time_utc", "time_local", "appliance", "name", "change W", "total W"],
        row=lambda event: [
            event.at.astimezone(UTC), local(event.at), event.appliance, name_of(event), event.watts, event.total
        ],
        table=(
            Cell("TIME", 16, lambda event: local(event.at), left=True),
            Cell("ID", 7, lambda event: event.appliance),
            Cell("APPLIANCE", 26, name_of, left=True),
            Cell("CHANGE W", 10, lambda event: event.watts, 0),
            Cell("TOTAL W", 10, lambda event: event.total, 0),
        ),
        before=asked.lines(),
    )  # fmt: skip
