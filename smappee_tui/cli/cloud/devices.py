"""What switches and sensors measured: one way to ask for a range of either."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from smappee_tui.cli.cloud import options
from smappee_tui.cli.cloud.options import form_of
from smappee_tui.cli.exits import guarded
from smappee_tui.cli.language import for_data
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.i18n import Translator, current, tr
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.access import CommandContext
    from smappee_tui.cli.cloud.lookup import Range
    from smappee_tui.cli.records import RecordFormat
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.protocol.cloud.records import ApplianceEvent, CostRecord, SensorConsumption, SwitchConsumption


@guarded
def switch_consumption(
    location: options.Location,
    switch: Annotated[str, typer.Argument(metavar="SWITCH", help="Number or name of a Smappee Switch.")],
    begin: options.Begin = None,
    end: options.End = None,
    last: options.Last = None,
    by: options.ByOfDevice = Aggregation.HOUR,
    as_json: options.Json = False,
    as_csv: options.Csv = False,
) -> int:
    """Print what a Smappee Switch measured: Wh and varh an interval, the last day unless a range is given."""

    typed = DeviceRequest(begin, end, last, by, as_json, as_csv)
    return print_range(location, switch, "switch", typed, method=lambda c: c.switch_consumption, shape=_switch_format)


def _switch_format(asked: Range, device_id: int, name: str) -> RecordFormat[SwitchConsumption]:
    from smappee_tui.cli.records import RecordFormat, figure
    from smappee_tui.cli.values import number, zulu

    def entry(record: SwitchConsumption) -> dict[str, Any]:
        return {"at": zulu(record.at), "active": number(record.active, 3), "reactive": number(record.reactive, 3)}

    return RecordFormat(
        (
            *asked.place.time_columns(lambda record: record.at),
            figure("active Wh", tr("cloud_command.col_active"), 12, lambda record: record.active),
            figure("reactive varh", tr("cloud_command.col_reactive"), 14, lambda record: record.reactive),
        ),
        head=asked.document(
            "switch-consumption", switch={"id": device_id, "name": name}, units={"active": "Wh", "reactive": "varh"}
        ),
        entry=entry,
        before=asked.lines(tr("cloud_command.switch", id=str(device_id), name=name).rstrip()),
    )


@guarded
def sensor_consumption(
    location: options.Location,
    sensor: Annotated[str, typer.Argument(metavar="SENSOR", help="Number or name of a Gas & Water sensor.")],
    begin: options.Begin = None,
    end: options.End = None,
    last: options.Last = None,
    by: options.ByOfDevice = Aggregation.HOUR,
    as_json: options.Json = False,
    as_csv: options.Csv = False,
) -> int:
    """Print what a Gas & Water sensor counted: pulses of both inputs, °C, humidity and battery in %."""

    typed = DeviceRequest(begin, end, last, by, as_json, as_csv)
    return print_range(location, sensor, "sensor", typed, method=lambda c: c.sensor_consumption, shape=_sensor_format)


def _sensor_format(asked: Range, device_id: int, name: str) -> RecordFormat[SensorConsumption]:
    from smappee_tui.cli.records import RecordFormat, figure
    from smappee_tui.cli.values import number, zulu

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
    return RecordFormat(
        (
            *asked.place.time_columns(lambda record: record.at),
            figure("input 1 pulses", tr("cloud_command.col_counter", input=1), 10, lambda record: record.value1),
            figure("input 2 pulses", tr("cloud_command.col_counter", input=2), 10, lambda record: record.value2),
            figure("celsius", "°C", 6, lambda record: record.celsius),
            figure("humidity %", tr("cloud_command.col_humidity"), 10, lambda record: record.humidity, 0),
            figure("battery %", tr("cloud_command.col_battery"), 9, lambda record: record.battery, 0),
        ),
        head=asked.document("sensor-consumption", sensor={"id": device_id, "name": name}, units=units),
        entry=entry,
        before=asked.lines(tr("cloud_command.sensor", id=str(device_id), name=name).rstrip()),
    )


@guarded
def events(
    location: options.Location,
    appliance: Annotated[
        str | None,
        typer.Option("--appliance", metavar="WHICH", help="Number or name of an appliance. Default: all, one after "
                     "the other.", show_default=False),
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, metavar="N", help="Of each appliance.")] = 100,
    begin: options.Begin = None,
    end: options.End = None,
    last: options.Last = None,
    as_json: options.Json = False,
    as_csv: options.Csv = False,
) -> int:  # fmt: skip
    """Print when appliances were switched, with the change in W, in the last day unless a range is given."""
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import device, find_location, listed, ranged, wish_of
    from smappee_tui.cli.records import write_records

    form, wish = options.form_of(as_json, as_csv), wish_of(begin, end, last)

    async def work(context: CommandContext) -> int:
        client, progress = context.client, context.progress
        where = await find_location(client, location)
        known = where.info.appliances if where.info else ()
        wanted = [device(appliance, known, "appliance")] if appliance is not None else [(a.id, a.name) for a in known]
        asked = ranged(where, wish, None)
        found: list[ApplianceEvent] = []
        for place_in_row, (number, _) in enumerate(wanted):
            progress.line(partial(tr, "cloud_command.appliance_of", done=place_in_row + 1, all=len(wanted)))
            some = await client.events(where.location.id, number, asked.start, asked.end, most=most)
            if len(some) >= most:
                context.note(fact("cloud_command.more_events", appliance=str(number), most=str(most)))
            found += some
        found.sort(key=lambda event: event.at)
        await write_records(listed(found), _events_format(asked, dict(wanted)), form, progress, context.remarks)
        return 0

    return ask(work)


def _events_format(asked: Range, names: dict[int, str]) -> RecordFormat[ApplianceEvent]:
    from smappee_tui.cli.records import Column, RecordFormat, figure
    from smappee_tui.cli.values import number, zulu

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

    return RecordFormat(
        (
            *asked.place.time_columns(lambda event: event.at),
            figure("appliance", tr("cloud_command.col_id"), 7, lambda event: event.appliance),
            Column("name", tr("cloud_command.col_appliance"), name_of, 26),
            figure("change W", tr("cloud_command.col_change"), 10, lambda event: event.watts, 0),
            figure("total W", tr("cloud_command.col_total"), 10, lambda event: event.total, 0),
        ),
        head=asked.document("events", units={"watts": "W", "total": "W"}),
        entry=entry,
        before=asked.lines(),
    )


KEPT = (Aggregation.MONTH, Aggregation.YEAR)
"""The lengths of interval that the service has for costs."""


@guarded
def costs(
    location: options.Location,
    appliance: Annotated[
        str | None,
        typer.Option("--appliance", metavar="WHICH", help="Number or name of one. Default: all.", show_default=False),
    ] = None,
    begin: options.Begin = None,
    end: options.End = None,
    last: options.Last = None,
    by: Annotated[
        Aggregation,
        typer.Option("--aggregation", "-a", metavar="NAME", help="month (default) or year.", show_default=False),
    ] = Aggregation.MONTH,
    as_json: options.Json = False,
    as_csv: options.Csv = False,
) -> int:
    """Print the cost analysis: energy and cost per appliance, of the last year unless a range is given.

    No public source confirms the unit of the energy: it is printed as the cloud sends it.
    """
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import device, find_location, kept_for, listed, ranged, wish_of
    from smappee_tui.cli.records import write_records

    form, wish = options.form_of(as_json, as_csv), wish_of(begin, end, last)
    kept_for(by, "costs", set(Aggregation) - set(KEPT))

    async def work(context: CommandContext) -> int:
        client, progress = context.client, context.progress
        where = await find_location(client, location)
        known = where.info.appliances if where.info else ()
        one = device(appliance, known, "appliance")[0] if appliance is not None else None
        asked = ranged(where, wish, by)
        found = await client.costs(where.location.id, by, asked.start, asked.end, appliance=one)
        currency = (where.info.currency if where.info else None) or ""
        names = {one.id: one.name for one in known}
        await write_records(listed(found), _costs_format(asked, currency, names), form, progress, context.remarks)
        return 0

    return ask(work, by=by)


def _costs_format(asked: Range, currency: str, names: dict[int, str]) -> RecordFormat[CostRecord]:
    from smappee_tui.cli.records import Column, RecordFormat, figure
    from smappee_tui.cli.values import number, zulu
    from smappee_tui.i18n.text import clean, cut

    cost = tr("cloud_command.col_cost", currency=cut(clean(currency), 6)).rstrip()

    def name_of(record: CostRecord, words: Translator) -> str:
        if record.name:
            return record.name
        if record.appliance is None:
            return words("cloud_command.whole_site")
        return names.get(record.appliance, "")

    def entry(record: CostRecord) -> dict[str, Any]:
        return {
            "at": zulu(record.at),
            "appliance": record.appliance,
            "name": name_of(record, for_data()),
            "energy": number(record.energy, 3),
            "cost": number(record.cost, 4),
        }

    return RecordFormat(
        (
            *asked.place.time_columns(lambda record: record.at),
            figure("appliance", tr("cloud_command.col_id"), 7, lambda record: record.appliance),
            Column("name", "", lambda record: name_of(record, for_data())),
            Column("", tr("cloud_command.col_appliance"), lambda record: name_of(record, current()), 24),
            figure("energy as sent", tr("cloud_command.col_energy"), 12, lambda record: record.energy),
            figure("cost", cost, 12, lambda record: record.cost, 2),
            Column("currency", "", lambda _: currency),
        ),
        head=asked.document("costs", units={"energy": "as sent", "cost": currency or None}),
        entry=entry,
        before=asked.lines(),
    )


R = TypeVar("R", "SensorConsumption", "SwitchConsumption")


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """What a person typed for a range of values."""

    begin: str | None
    end: str | None
    last: str | None
    by: Aggregation
    as_json: bool
    as_csv: bool


def print_range(
    location: str,
    wanted: str,
    what: Literal["sensor", "switch"],
    typed: DeviceRequest,
    *,
    method: Callable[[CloudClient], Callable[..., AsyncIterator[R]]],
    shape: Callable[[Range, int, str], RecordFormat[R]],
) -> int:
    """Print the values of one device as they come.

    Args:
        location: which location is meant.
        wanted: the device by number or a part of its name.
        what: its kind, for a person.
        typed: range, aggregation and form.
        method: the client's method for this kind.
        shape: how its records are printed, given the range, the device's number and its name.

    Returns:
        The exit code.

    Raises:
        UsageError, CloudError, ExternalError: as `ask`.
    """
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import NOT_FOR_SWITCHES, device, find_location, kept_for, ranged, reading, wish_of
    from smappee_tui.cli.records import write_records

    form, wish = form_of(typed.as_json, typed.as_csv), wish_of(typed.begin, typed.end, typed.last)
    kept_for(typed.by, what, NOT_FOR_SWITCHES)

    async def work(context: CommandContext) -> int:
        where = await find_location(context.client, location)
        info = where.info
        known = () if info is None else info.sensors if what == "sensor" else info.actuators
        number, name = device(wanted, known, what)
        asked = ranged(where, wish, typed.by)
        progress = reading(context.progress)
        records = method(context.client)(where.location.id, number, typed.by, asked.start, asked.end, progress=progress)
        await write_records(records, shape(asked, number, name), form, context.progress, context.remarks)
        return 0

    return ask(work, by=typed.by)
