"""`smappee-tui cloud switch-consumption`: what a Smappee Switch measured."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smappee_tui.cli.cloud import words
from smappee_tui.cli.guard import guarded
from smappee_tui.links.cloud.aggregation import Aggregation

if TYPE_CHECKING:
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
    by: words.ByOfDevice = Aggregation.HOUR,
    as_json: words.Json = False,
    as_csv: words.Csv = False,
) -> int:
    """Print what a Smappee Switch measured: Wh and varh an interval, the last day unless a range is given."""
    from smappee_tui.cli.cloud.device_range import Typed, print_range

    typed = Typed(begin, end, last, by, as_json, as_csv)
    return print_range(location, switch, "switch", typed, method=lambda c: c.switch_consumption, shape=_shape)


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
