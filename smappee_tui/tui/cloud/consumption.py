"""The consumption pane in lines: a day of the whole site, of solar, and of one CT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from smappee_tui.connect.cloud_api.aggregation import SECONDS, Aggregation, time_zone
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, fit
from smappee_tui.protocol.cloud.records import Consumption, MeteringConfiguration
from smappee_tui.protocol.fact import Fact
from smappee_tui.tui.cloud.loadable import bar
from smappee_tui.tui.widgets.canvas import Canvas
from smappee_tui.tui.widgets.lines import BLANK, Line, Piece, line, paragraph, spread
from smappee_tui.tui.widgets.words import NONE, kwh, watts

KEPT = timedelta(days=31)
"""For how long the service keeps 5-minute values."""
Points = list[tuple[float, float | None]]
"""(s after the day began, mean W of the interval that begins there; None where it was not told)."""


@dataclass(slots=True)
class Day:
    """What is known of one day."""

    day: date
    zone: tzinfo
    zone_told: bool
    """False: the cloud names no time zone that this laptop knows, so UTC is used."""
    aggregation: Aggregation
    records: list[Consumption] = field(default_factory=list)
    until: datetime | None = None
    """Up to when it was asked for; None while it was not."""

    @property
    def start(self) -> datetime:
        """When it begins there, in UTC."""
        return datetime.combine(self.day, time(), self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """When the next one begins, in UTC: a day of changing clocks has 23 or 25 hours."""
        return datetime.combine(self.day + timedelta(days=1), time(), self.zone).astimezone(UTC)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start).total_seconds()

    @property
    def step(self) -> int:
        """Length of one interval, s."""
        return SECONDS[self.aggregation]

    @property
    def expected(self) -> int:
        """How many intervals a complete answer has."""
        return 0 if self.until is None else int((self.until - self.start).total_seconds() // self.step)

    def hour(self, hour: int) -> float:
        """Seconds from its beginning to this hour by the clock on the wall."""
        if hour >= 24:
            return self.seconds
        return (datetime.combine(self.day, time(hour), self.zone).astimezone(UTC) - self.start).total_seconds()

    def points(self, values: Sequence[float | None]) -> Points:
        """Energies, Wh, one a record, as powers at their times."""
        begin, per_hour = self.start, 3600 / self.step
        return [
            ((record.at - begin).total_seconds(), None if value is None else value * per_hour)
            for record, value in zip(self.records, values, strict=True)
        ]


def day_of(day: date, zone_name: str | None, now: float) -> Day:
    """An empty day at a location.

    Args:
        day: which.
        zone_name: IANA name, as the cloud told it.
        now: s since 1970; decides whether 5-minute values are still kept.
    """
    zone, told = zone_of(zone_name)
    made = Day(day, zone, told, Aggregation.FIVE_MINUTES)
    if made.start < datetime.fromtimestamp(now, UTC) - KEPT:
        made.aggregation = Aggregation.HOUR
    return made


def zone_of(name: str | None) -> tuple[tzinfo, bool]:
    """The time zone, and whether it is the one that was told; UTC where that is not known."""
    known = time_zone(name)
    return known or UTC, known is not None


def today_at(zone_name: str | None, now: float) -> date:
    """The date there now."""
    return datetime.fromtimestamp(now, zone_of(zone_name)[0]).date()


@dataclass(frozen=True, slots=True)
class PlottedCt:
    """One CT that can be plotted."""

    input: int
    column: int
    """Its place in a record's values."""
    name: str
    phase: int | None
    """0 to 2; None where it is not told."""


def cts_of(metering: MeteringConfiguration | None) -> list[PlottedCt]:
    """The CTs in use that the records have a place for."""
    if metering is None:
        return []
    return [
        PlottedCt(one.input, metering.columns[one.input], one.name, one.phase)
        for one in metering.plan.channels
        if one.input in metering.columns and not one.unused
    ]


def column(records: Sequence[Consumption], place: int) -> list[float | None]:
    """The energies of one CT, Wh."""
    return [record.active[place] if 0 <= place < len(record.active) else None for record in records]


LABEL = 10
"""Cells of the scale at the left."""
FLAT = 100.0
"""W. Less than this is drawn small: what an inverter draws at night is no curve."""
HOURS = (0, 3, 6, 9, 12, 15, 18, 21, 24)
_INK = "x"


def panel(title: str, points: Points, day: Day, width: int, rows: int) -> list[Line]:
    """One curve: title with sum and peak, then the area. Its scale is its own.

    Args:
        title: safe text.
        points: mean powers, W.
        day: for time.
        width: cells of a line.
        rows: of the area.
    """
    known = [(at, value) for at, value in points if value is not None]
    if not known:
        return [line((title, "strong"), (f"   {tr('cloud_screen.no_values')}", "dim")), *([line()] * rows)]
    high = max(0.0, *(value for _, value in known))
    low = min(0.0, *(value for _, value in known))
    if high - low < FLAT:
        high = FLAT
    total = sum(value for _, value in known) * day.step
    peak_at, peak = max(known, key=lambda pair: abs(pair[1]))
    told = tr("cloud_screen.sum_and_peak", sum=kwh(total), peak=watts(peak), at=clock_at(day, peak_at))
    lines = [spread(line((title, "strong")), line((told, "text")), width)]
    area = _area(known, low, high, day, max(4, width - LABEL), rows)
    labels = {round((rows - 1) * high / (high - low)): "0 W"}
    labels |= {0: watts(high), rows - 1: watts(low)}
    for number, dots in enumerate(area):
        label = labels.get(number, "")
        lines.append(line((fit(label, LABEL - 1, right=True), "dim"), " ", (dots, "trend")))
    return lines


def _area(known: list[tuple[float, float]], low: float, high: float, day: Day, width: int, rows: int) -> list[str]:
    """Each column of dots reaches to the greatest power of its time; a column without a value stays empty."""
    canvas = Canvas(width, rows)
    columns, deep = width * 2, rows * 4 - 1
    span = high - low
    zero = deep * high / span
    most: dict[int, float] = {}
    for at, value in known:
        first = int(at / day.seconds * columns)
        last = max(first, int((at + day.step) / day.seconds * columns) - 1)
        for place in range(max(0, first), min(columns - 1, last) + 1):
            if place not in most or abs(value) > abs(most[place]):
                most[place] = value
    for place, value in most.items():
        end = round(deep * (high - value) / span)
        for y in range(min(round(zero), end), max(round(zero), end) + 1):
            canvas.dot(place, y, _INK)
    return canvas.lines()


def axis(day: Day, width: int) -> Line:
    """The hours of the day, by the clock on the wall there."""
    cells = [" "] * width
    room = width - LABEL
    for hour in HOURS:
        text = f"{hour:02d}"
        place = LABEL + min(room - 2, max(0, round(day.hour(hour) / day.seconds * room) - (0 if hour == 0 else 1)))
        if room > 40 or hour % 6 == 0:
            cells[place : place + 2] = text
    pieces: list[Piece] = [("".join(cells)[:width], "dim")]
    return tuple(pieces)


def clock_at(day: Day, seconds: float) -> str:
    """The time there, so many seconds after the day began."""
    return f"{(day.start + timedelta(seconds=seconds)).astimezone(day.zone):%H:%M}"


LOWEST, HIGHEST = 2, 12
"""Rows of one curve."""


def day_lines(
    day: Day, ct: PlottedCt | None, share: float | None, remarks: Sequence[Fact | str], width: int, height: int
) -> list[Line]:
    """One day.

    Args:
        day: with the values read so far.
        ct: which CT to plot below; None where the cloud names none that is in use.
        share: how much of the day is read, 0 to 1; None once it is.
        remarks: what the client left out.
        width: cells of a line.
        height: rows of the screen's body.
    """
    lines = [_title(day, share, width)]
    for text in (*_notes(day), *map(current().fact, remarks[-2:])):
        lines += paragraph(text, width, "warn", line(("! ", "warn")))[:2]
    if not day.records:
        return lines if share is not None else [*lines, BLANK, *_empty(day, width)]
    records = day.records
    rows = max(LOWEST, min(HIGHEST, (height - len(lines) - 4) // 3))
    lines += panel(tr("cloud_screen.consumption"), day.points([one.consumption for one in records]), day, width, rows)
    lines += panel(tr("cloud_screen.solar"), day.points([one.solar for one in records]), day, width, rows)
    if ct is None:
        lines += [line((tr("cloud_screen.ct"), "strong"), (f"   {tr('cloud_screen.no_ct')}", "dim"))]
    else:
        name, phase = clean(ct.name)[:30], phase_name(ct.phase) or NONE
        title = f"{tr('cloud_screen.ct')} {ct.input}  {name}"
        title += "" if ct.phase is None or phase in name else f"  {phase}"
        lines += panel(title, day.points(column(records, ct.column)), day, width, rows)
    return [*lines, axis(day, width)]


def _title(day: Day, share: float | None, width: int) -> Line:
    left = line(("← ", "key"), (date_words(day.day, whole=width >= 100), "title"), (" →", "key"))
    if share is not None:
        return spread(left, line(*bar(share)), width)
    count, whole = len(day.records), max(day.expected, len(day.records))
    many = tr(f"cloud_screen.values.{'hourly' if _hourly(day) else 'five_minutes'}", count=count, whole=whole)
    return spread(left, line((many, "text" if count == whole else "warn"), (f"  {clean(str(day.zone))}", "dim")), width)


def date_words(day: date, *, whole: bool) -> str:
    """A date with its day of the week, whole or shortened."""
    weekday = tr(f"cloud_screen.{'weekday' if whole else 'wd'}.{day.isoweekday()}")
    month = tr(f"cloud_screen.month.{day.month}")
    return tr("cloud_screen.date", weekday=weekday, day=day.day, month=month, year=day.year)


def _hourly(day: Day) -> bool:
    return day.aggregation is Aggregation.HOUR


def _notes(day: Day) -> list[str]:
    notes = []
    if _hourly(day):
        notes.append(tr("cloud_screen.hourly"))
    if not day.zone_told:
        notes.append(tr("cloud_screen.in_utc"))
    return notes


def _empty(day: Day, width: int) -> list[Line]:
    lines = [line(("○ ", "wait"), (tr("cloud_screen.empty_day"), "title")), BLANK]
    return [*lines, *paragraph(tr("cloud_screen.empty_day_why"), width)]
