"""`smappee-tui cloud sensor-consumption`: what a Gas & Water sensor counted."""

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
    from smappee_tui.protocol.cloud.records import SensorConsumption


@guarded
def sensor_consumption(
    location: words.Location,
    sensor: Annotated[str, typer.Argument(metavar="SENSOR", help="Number or name of a Gas & Water sensor.")],
    begin: words.Begin = None,
    end: words.End = None,
    last: words.Last = None,
    by: words.ByOfDevice = Aggregation.HOUR,
    as_json: words.Json = False,
    as_csv: words.Csv = False,
) -> int:
    """Print what a Gas & Water sensor counted: pulses of both inputs, °C, humidity and battery in %."""
    from smappee_tui.cli.cloud.device_range import Typed, print_range

    typed = Typed(begin, end, last, by, as_json, as_csv)
    return print_range(location, sensor, "sensor", typed, method=lambda c: c.sensor_consumption, shape=_shape)


def _shape(asked: Range, device_id: int, name: str) -> Shape[SensorConsumption]:
    from smappee_tui.cli.cloud.cells import zulu
    from smappee_tui.cli.cloud.stream import Cell, Shape
    from smappee_tui.cli.json_values import number

    local = asked.place.local

    def entry(record: SensorConsumption) -> dict[str, Any]:
        return {
            "at": zulu(record.at),
            "value1": number(record.value1, 3),
            "value2": number(record.value2, 3),
            "celsius": number(record.celsius, 1),
            "humidity": number(record.humidity, 1),
            "battery": number(record.battery, 1),
        }

    units = {"value1": "pulses", "value2": "pulses", "celsius": "°C", "humidity": "%", "battery": "%"}
    return Shape(
        head=asked.document("sensor-consumption", sensor={"id": device_id, "name": name}, units=units),
        entry=entry,
        columns=["time_utc", "time_local", "input 1 pulses", "input 2 pulses", "celsius", "humidity %", "battery %"],
        row=lambda record: [
            record.at.astimezone(UTC), local(record.at), record.value1, record.value2,
            record.celsius, record.humidity, record.battery,
        ],
        table=(
            Cell("TIME", 16, lambda record: local(record.at), left=True),
            Cell("INPUT 1", 10, lambda record: record.value1),
            Cell("INPUT 2", 10, lambda record: record.value2),
            Cell("°C", 6, lambda record: record.celsius),
            Cell("HUMIDITY %", 10, lambda record: record.humidity, 0),
            Cell("BATTERY %", 9, lambda record: record.battery, 0),
        ),
        before=asked.lines(f"Sensor {device_id} {name}".rstrip()),
    )  # fmt: skip
