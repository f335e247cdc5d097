"""`smappee-tui cloud switch-consumption`: what a Smappee Switch measured."""

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
    from smappee_tui.protocol.cloud.records import SwitchConsumption


@guarded
def switch_consumption(
    location: words.Location,
    switch: Annotated[str, typer.Argument(metavar="SWITCH", help="Number or name of a Smappee Switch.")],
    begin: words.Begin = None,
    end: words.End = None,
    last: words.Last = None,
    by: words.ByOfDevice = words.AggregationWord.HOUR,
    as_json: words.Json = False,
    as_csv: words.Csv = False,
) -> int:
    """Print what a Smappee Switch measured: Wh and varh an interval, the last day unless a range is given."""
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.place import NOT_FOR_SWITCHES, device, kept_for, place, ranged, reading, wish_of
    from smappee_tui.cli.cloud.stream import pour
    from smappee_tui.links.cloud.aggregation import Aggregation

    form, wish = words.form_of(as_json, as_csv), wish_of(begin, end, last)
    kept_for(by, "a switch", NOT_FOR_SWITCHES)

    async def work(talk: Talk) -> int:
        client, progress = talk.client, talk.progress
        where = await place(client, location)
        number, name = device(switch, where.info.actuators if where.info else (), "switch")
        asked = ranged(where, wish, by)
        records = client.switch_consumption(
            where.location.id, number, Aggregation(by.value), asked.start, asked.end, progress=reading(progress)
        )
        await pour(records, _shape(asked, number, name), form, progress, talk.remarks)
        return 0

    return ask(work, by=by)


def _shape(asked: Range, device_id: int, name: str) -> Shape[SwitchConsumption]:
    from smappee_tui.cli.cloud.cells import zulu
    from smappee_tui.cli.cloud.stream import Cell, Shape
    from smappee_tui.cli.json_values import number

    local = asked.place.local

    def entry(record: SwitchConsumption) -> dict[str, Any]:
        return {"at": zulu(record.at), "active": number(record.active, 3), "reactive": number(record.reactive, 3)}

    return Shape(
        head=asked.document(
            "switch-consumption", switch={"id": device_id, "name": name}, units={"active": "Wh", "reactive": "varh"}
        ),
        entry=entry,
        columns=["time_utc", "time_local", "active Wh", "reactive varh"],
        row=lambda record: [record.at.astimezone(UTC), local(record.at), record.active, record.reactive],
        table=(
            Cell("TIME", 16, lambda record: local(record.at), left=True),
            Cell("ACTIVE Wh", 12, lambda record: record.active),
            Cell("REACTIVE varh", 14, lambda record: record.reactive),
        ),
        before=asked.lines(f"Switch {device_id} {name}".rstrip()),
    )
