"""Arguments and options that the cloud's commands share, each declared once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.exits import UsageError
from smappee_tui.connect.cloud_api.aggregation import Aggregation, time_zone
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.cli.records import OutputFormat


_SPAN = re.compile(r"(\d{1,6})\s*(min|h|d|w|y)")
_UNITS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=366),
}
_USUAL = {
    Aggregation.DAY: timedelta(days=31),
    Aggregation.MONTH: timedelta(days=366),
    Aggregation.QUARTER: timedelta(days=3 * 366),
    Aggregation.YEAR: timedelta(days=5 * 366),
}
"""How far back where nobody says; a day for all shorter intervals."""
FINE = frozenset({Aggregation.FIVE_MINUTES, Aggregation.TEN_MINUTES, Aggregation.FIFTEEN_MINUTES,
                  Aggregation.TWENTY_MINUTES, Aggregation.THIRTY_MINUTES})  # fmt: skip
KEPT = timedelta(days=31)
"""How long the cloud keeps fine values."""
_EDGE = timedelta(minutes=1)
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
"""Nothing was measured before."""


@dataclass(frozen=True, slots=True)
class TypedRange:
    """A range as typed."""

    begin: str | None
    end: str | None
    last: str | None

    def check(self) -> None:
        """See that it can be read, before anybody is asked for anything.

        Raises:
            UsageError: when it cannot.
        """
        if self.begin is not None and self.last is not None:
            raise UsageError(fact("cloud_command.from_and_last"), fact("cli.leave_one_out"))
        for text in (self.begin, self.end):
            if text is not None:
                _when(text, UTC, end=False)
        if self.last is not None:
            _lasting(self.last)

    def range(self, zone: tzinfo, now: datetime, by: Aggregation) -> tuple[datetime, datetime]:
        """From when to when, aware, in UTC.

        Args:
            zone: of times without an offset.
            now: aware.
            by: the aggregation, which sets how far back where nobody says.

        Raises:
            UsageError: when it cannot be read or is empty.
        """
        self.check()
        end = now if self.end is None else min(_when(self.end, zone, end=True), now)
        if self.begin is not None:
            start = _when(self.begin, zone, end=False)
        else:
            back = _lasting(self.last) if self.last is not None else _USUAL.get(by, timedelta(days=1))
            start = end - min(back, end - EARLIEST) if end > EARLIEST else end
        start = max(start, EARLIEST)
        kept = now - KEPT + _EDGE
        if by in FINE and kept - 2 * _EDGE <= start < kept:
            start = kept  # "31d" means all that is kept; a minute less, for it grows older while it is asked for
        if start >= end:
            raise UsageError(
                fact(
                    "cloud_command.empty_range" if self.end else "cloud_command.empty_range_now",
                    start=f"{start.astimezone(zone):%Y-%m-%d %H:%M}",
                    end=f"{end.astimezone(zone):%Y-%m-%d %H:%M}",
                ),
                fact("cloud_command.empty_range_advice"),
            )
        return start.astimezone(UTC), end.astimezone(UTC)


def _when(text: str, zone: tzinfo, *, end: bool) -> datetime:
    text = text.strip()
    try:
        at = datetime.fromisoformat(text)
        day = at.tzinfo is None and len(text) <= len("2026-06-01") and ":" not in text and "T" not in text
        if end and day:
            at += timedelta(days=1) - timedelta(milliseconds=1)  # what begins at the next midnight is not meant
        aware = at if at.tzinfo is not None else at.replace(tzinfo=zone)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(fact("cloud_command.no_time", text=text), fact("cloud_command.no_time_advice")) from None


def _lasting(text: str) -> timedelta:
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None or int(found[1]) == 0:
        raise UsageError(fact("cloud_command.no_span", text=text), fact("cloud_command.no_span_advice"))
    try:
        return int(found[1]) * _UNITS[found[2]]
    except OverflowError:
        return datetime.now(UTC) - EARLIEST


def zone_of(name: str | None) -> tuple[tzinfo, str]:
    """A time zone by the name that the cloud gives, and what to call it; UTC where it is not known here."""
    known = time_zone(name)
    return (known, name) if known is not None and name else (UTC, "UTC")


Location = Annotated[
    str,
    typer.Argument(
        metavar="LOCATION",
        help="Its number, uuid, serial, or a part of its name that no other has.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, for spreadsheets; times in UTC and local.")]
Begin = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="WHEN",
        help="2026-06-01, 2026-06-01T14:30, or with an offset such as Z or +02:00. Without one it is local time at "
        "the location.",
        show_default=False,
    ),
]
End = Annotated[
    str | None,
    typer.Option("--to", metavar="WHEN", help="Likewise; a day is meant to its end. Default now.", show_default=False),
]
Last = Annotated[
    str | None,
    typer.Option("--last", metavar="SPAN", help="Instead of --from: 90min, 24h, 7d, 4w or 1y.", show_default=False),
]
By = Annotated[
    Aggregation,
    typer.Option("--aggregation", "-a", metavar="NAME", help="5min, 10min, 15min, 20min, 30min, hour, day, month or "
                 "quarter. Up to 30min they are kept for 31 days. Default hour.", show_default=False),
]  # fmt: skip
ByOfDevice = Annotated[
    Aggregation,
    typer.Option("--aggregation", "-a", metavar="NAME", help="5min (kept for 31 days), hour, day, month or quarter. "
                 "Default hour.", show_default=False),
]  # fmt: skip
Actuator = Annotated[
    str, typer.Argument(metavar="ACTUATOR", help="Number or name of a plug or switch; see `cloud info`.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking for the location's name; for scripts.")]


def form_of(as_json: bool, as_csv: bool) -> OutputFormat:
    """How to print.

    Raises:
        UsageError: when both are wished.
    """
    if as_json and as_csv:
        raise UsageError(fact("cloud_command.json_and_csv"), fact("cloud_command.json_and_csv_advice"))
    return "json" if as_json else "csv" if as_csv else "table"
