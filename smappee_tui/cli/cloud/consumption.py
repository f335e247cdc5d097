"""`smappee-tui cloud consumption`: what a location used and produced, and what flowed through each CT."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smappee_tui.cli.cloud import options
from smappee_tui.cli.exits import UsageError, guarded
from smappee_tui.cli.records import Column, RecordFormat, figure, table
from smappee_tui.cli.values import fixed, number, role_word, zulu
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.i18n import tr
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.access import CommandContext
    from smappee_tui.cli.cloud.lookup import Range
    from smappee_tui.protocol.cloud.records import Consumption


_PHASES = 3
_ANY = 1.0
"""Wh in an interval that are more than the noise of an input without a CT."""


@dataclass(frozen=True, slots=True)
class CloudCt:
    """One CT of the records."""

    column: int
    """Its place in the arrays."""
    input: int
    name: str
    role: str
    connection: str
    phase: str | None
    """L1 to L3."""

    def role_word(self) -> str:
        """What it is there for."""
        return role_word("grid" if self.role == "CONSUMPTION" and self.connection == "GRID" else self.role)

    def value(self, values: Sequence[float | None]) -> float | None:
        """Its own among the values of a record."""
        return values[self.column] if 0 <= self.column < len(values) else None


def cts_of(asked: Range) -> tuple[CloudCt, ...]:
    """The CTs that the cloud tells, in order of input."""
    from smappee_tui.diagnosis.model.channels import phase_name

    metering = asked.place.metering
    if metering is None:
        return ()
    settings = {setting.input: setting for setting in metering.plan.channels}
    found = []
    for place, column in sorted(metering.columns.items()):
        setting = settings.get(place)
        if setting is None:
            found.append(CloudCt(column, place, "", "", "", None))
        else:
            phase = phase_name(setting.phase)
            found.append(CloudCt(column, place, setting.name, setting.role, setting.connection, phase))
    return tuple(found)


@dataclass(slots=True)
class Sums:
    """What all records together come to; Wh and varh."""

    cts: tuple[CloudCt, ...]
    remark: Callable[[Fact], None]
    """Called with what a person should know."""
    used: float = 0.0
    solar: float = 0.0
    records: int = 0
    missing: int = 0
    active: dict[int, float] = field(default_factory=dict)
    reactive: dict[int, float] = field(default_factory=dict)
    strange: set[int] = field(default_factory=set)
    """Columns that no CT stands for, as far as there were values."""

    def note(self, record: Consumption) -> None:
        self.records += 1
        self.missing += record.consumption is None
        self.used += record.consumption or 0.0
        self.solar += record.solar or 0.0
        if len(record.active) > len(self.cts):
            self._unnamed(record)
        for sums, values in ((self.active, record.active), (self.reactive, record.reactive)):
            for ct in self.cts:
                value = ct.value(values)
                if value is not None:
                    sums[ct.input] = sums.get(ct.input, 0.0) + value

    def _unnamed(self, record: Consumption) -> None:
        """Remark values that no CT of the configuration stands for: only JSON holds them."""
        named = {ct.column for ct in self.cts}
        for column, value in enumerate(record.active):
            if abs(value or 0.0) >= _ANY and column not in named and column not in self.strange:
                self.strange.add(column)
                self.remark(fact("cloud_command.strange_column", column=str(column)))

    def lines(self) -> list[str]:
        """Below the table."""
        used, solar = fixed(self.used / 1000, 2), fixed(self.solar / 1000, 2)
        code = "cloud_command.sums_missing" if self.missing else "cloud_command.sums"
        lines = ["", tr(code, used=used, solar=solar, count=self.records, missing=self.missing)]
        if not self.active:
            return lines
        columns: tuple[Column[CloudCt], ...] = (
            Column("", tr("cloud_command.col_input"), lambda ct: ct.input, right=True),
            Column("", tr("cloud_command.col_name"), lambda ct: ct.name, gives=True),
            Column("", tr("cloud_command.col_phase"), lambda ct: ct.phase),
            Column("", tr("cloud_command.col_role"), CloudCt.role_word),
            _sum_column("kWh", self.active),
            _sum_column("kvarh", self.reactive),
        )
        return [*lines, "", *table(columns, self.cts, 80)]


def _sum_column(head: str, sums: Mapping[int, float]) -> Column[CloudCt]:
    return Column("", head, lambda ct: sums[ct.input] / 1000 if ct.input in sums else None, right=True, digits=2)


def shape_of(asked: Range, inputs: Sequence[int], remark: Callable[[Fact], None]) -> RecordFormat[Consumption]:
    """Everything that `write_records` wants to know.

    Args:
        asked: the range.
        inputs: the CTs that the table shows in place of the voltages.
        remark: called with what a person should know.

    Raises:
        UsageError: when one of the inputs does not exist.
    """
    cts = cts_of(asked)
    unknown = [str(wanted) for wanted in inputs if wanted not in {ct.input for ct in cts}]
    if unknown:
        there = tuple(str(ct.input) for ct in cts) or fact("cloud_command.nothing")
        raise UsageError(
            fact("cloud_command.no_input", wanted=tuple(unknown)),
            fact("cloud_command.known_inputs", there=there),
        )
    sums = Sums(cts, remark)
    return RecordFormat(
        (
            *asked.place.time_columns(lambda record: record.at),
            figure("consumption Wh", tr("cloud_command.col_used"), 11, lambda record: record.consumption),
            figure("solar Wh", tr("cloud_command.col_solar"), 11, lambda record: record.solar),
            figure("always on Wh", tr("cloud_command.col_always_on"), 11, lambda record: record.always_on),
            *(_volts(phase, shown=not inputs) for phase in range(_PHASES)),
            *(column for ct in cts for column in _of_ct(ct)),
            *(_chosen(ct) for wanted in inputs for ct in cts if ct.input == wanted),
        ),
        head=asked.document("consumption", units=_UNITS, channels=[_entry(ct) for ct in cts]),
        entry=_record,
        before=asked.lines(),
        note=sums.note,
        after=sums.lines,
    )


_UNITS = {
    "consumption": "Wh",
    "solar": "Wh",
    "always_on": "Wh",
    "active": "Wh",
    "reactive": "varh",
    "volts": "V",
    "current": "as sent",
}


def _chosen(ct: CloudCt) -> Column[Consumption]:
    """A CT in the table."""
    return figure("", tr("cloud_command.col_input_wh", input=ct.input), 10, lambda record: ct.value(record.active))


def _of_ct(ct: CloudCt) -> tuple[Column[Consumption], ...]:
    name = f"{ct.input} {ct.name}".strip()
    return (
        Column(f"{name} Wh", "", lambda record: ct.value(record.active)),
        Column(f"{name} varh", "", lambda record: ct.value(record.reactive)),
        Column(f"{name} current", "", lambda record: ct.value(record.current)),
    )


def _volts(phase: int, *, shown: bool) -> Column[Consumption]:
    name = f"L{phase + 1} V"
    return figure(name, name if shown else "", 6, lambda record: _at(record.volts, phase))


def _at(values: Sequence[float | None], place: int) -> float | None:
    return values[place] if place < len(values) else None


def _entry(ct: CloudCt) -> dict[str, Any]:
    return {
        "column": ct.column,
        "input": ct.input,
        "name": ct.name,
        "role": ct.role or None,
        "connection": ct.connection or None,
        "phase": ct.phase,
    }


def _record(record: Consumption) -> dict[str, Any]:
    return {
        "at": zulu(record.at),
        "consumption": number(record.consumption, 3),
        "solar": number(record.solar, 3),
        "always_on": number(record.always_on, 3),
        "active": [number(value, 3) for value in record.active],
        "reactive": [number(value, 3) for value in record.reactive],
        "volts": [number(value, 3) for value in record.volts],
        "current": [number(value, 3) for value in record.current],
    }


@guarded
def consumption(
    location: options.Location,
    begin: options.Begin = None,
    end: options.End = None,
    last: options.Last = None,
    by: options.By = Aggregation.HOUR,
    inputs: Annotated[
        list[int] | None,
        typer.Option(
            "--input",
            "-i",
            min=0,
            metavar="N",
            help="Show this CT in the table instead of the voltages; "
            "several times for several. JSON and CSV hold them all.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
    as_csv: options.Csv = False,
) -> int:
    """Print what a location consumed and produced: Wh an interval, per CT with --csv or --json; volts per phase.

    Without --from and --last: the last day; 31 days by day, a year by month, three years by quarter.
    """
    from smappee_tui.cli.cloud.access import ask
    from smappee_tui.cli.cloud.lookup import find_location_with_channels, kept_for, ranged, reading, wish_of
    from smappee_tui.cli.records import write_records

    form, wish = options.form_of(as_json, as_csv), wish_of(begin, end, last)
    kept_for(by, "consumption", [Aggregation.YEAR])

    async def work(context: CommandContext) -> int:
        client, progress = context.client, context.progress
        where = await find_location_with_channels(context, location)
        asked = ranged(where, wish, by)
        records = client.consumption(where.location.id, by, asked.start, asked.end, progress=reading(progress))
        await write_records(records, shape_of(asked, inputs or [], context.note), form, progress, context.remarks)
        return 0

    return ask(work, by=by)
