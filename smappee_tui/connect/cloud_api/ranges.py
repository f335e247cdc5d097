"""Long ranges of values: cut to what the service keeps, asked for in pieces, joined without a seam."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar

from smappee_tui.connect.cloud_api.aggregation import CONFIRMED, SECONDS, UNCONFIRMED, Aggregation
from smappee_tui.connect.cloud_api.calls import Calls, Question
from smappee_tui.connect.cloud_api.errors import BadRequestError
from smappee_tui.protocol.cloud.read_records import Read
from smappee_tui.protocol.cloud.records import Consumption, SensorConsumption, SwitchConsumption
from smappee_tui.protocol.fact import Fact, fact

_MOST = 100
"""Remarks kept. A service that is odd in a hundred ways is odd enough."""


RowKind = Literal["record", "location", "event", "cost"]


class Remarks:
    """What a person should know about the answers, each once, in the order in which it came up."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def add(self, told: Fact) -> None:
        if told not in self.facts and len(self.facts) < _MOST:
            self.facts.append(told)

    def left_out(self, count: int, kind: RowKind) -> None:
        """Say that rows could not be read; nothing where the count is 0."""
        if count:
            self.add(fact(f"cloud_api.unreadable_{kind}", count=count))


KEPT = timedelta(days=31)
"""How long the service keeps values of 5 to 30 minutes."""
_LONGEST_FINE = SECONDS[Aggregation.THIRTY_MINUTES]
MOST_A_PIECE = 2016
"""Intervals asked for at once: 7 days of 5-minute values, some 4 MB for 80 channels."""
_BEFORE_ANY = datetime(2010, 1, 1, tzinfo=UTC)
"""Nothing was measured before: there was no such monitor."""
_GRACE = timedelta(minutes=10)
"""Who asks for all that is kept has looked at his clock a little earlier: not worth a remark."""
_LONGEST = timedelta(days=366)
"""Longer than any interval: a month, a quarter, a year."""

R = TypeVar("R", Consumption, SwitchConsumption, SensorConsumption)


@dataclass(frozen=True, slots=True)
class Piece:
    """One request out of a range."""

    path: str
    query: dict[str, int]
    guessed: bool
    """Nobody confirmed the aggregation's code."""
    start: datetime
    end: datetime
    slack: timedelta
    """One interval: by so much a time stamp may lie outside of what was asked."""


class RangePlanner:
    """Turns names of aggregations and aware times into what the service wants."""

    def __init__(self, codes: Mapping[Aggregation, int], clock: Callable[[], float], remarks: Remarks) -> None:
        self._codes = {**CONFIRMED, **UNCONFIRMED, **codes}
        self._clock = clock
        self._remarks = remarks

    def code(self, aggregation: Aggregation) -> int:
        """The service's number for it."""
        return self._codes[aggregation]

    def guessed(self, aggregation: Aggregation) -> bool:
        """Whether the number is no public client's, but a guess or a setting."""
        return CONFIRMED.get(aggregation) != self._codes[aggregation]

    def cut(self, path: str, aggregation: Aggregation, start: datetime, end: datetime) -> list[Piece]:
        """The requests for a range, in order of time.

        Raises:
            BadRequestError: when there is nothing in this range that the service could have.
            ValueError: when a time has no zone.
        """
        millis(start), millis(end)  # refuses what has no time zone
        if aggregation is Aggregation.YEAR:
            raise BadRequestError(fact("cloud_api.no_years"), fact("cloud_api.no_years_advice"))
        if end <= start:
            raise BadRequestError(fact("cloud_api.range_backwards"), fact("cloud_api.range_backwards_advice"))
        start, end = self._kept(aggregation, start.astimezone(UTC), end.astimezone(UTC))
        length = SECONDS.get(aggregation)
        step = timedelta(seconds=length * MOST_A_PIECE) if length else end - start
        slack = timedelta(seconds=length) if length else _LONGEST
        pieces = []
        while start < end:
            until = min(end, _on_the_grid(start + step, length or 1))
            query = {"aggregation": self.code(aggregation), "from": millis(start), "to": millis(until)}
            pieces.append(Piece(path, query, self.guessed(aggregation), start, until, slack))
            start = until
        return pieces

    def _kept(self, aggregation: Aggregation, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        """Clip a range to what can be there, and say so."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        if start > now + timedelta(days=1):
            raise BadRequestError(fact("cloud_api.range_in_future"), fact("cloud_api.range_in_future_advice"))
        fine = SECONDS.get(aggregation, 86_400) <= _LONGEST_FINE
        oldest = now - KEPT if fine else _BEFORE_ANY
        if end <= oldest:
            if not fine:
                raise BadRequestError(fact("cloud_api.before_monitors"), fact("cloud_api.before_monitors_advice"))
            raise BadRequestError(
                fact("cloud_api.fine_too_old", minutes=SECONDS[aggregation] // 60, oldest=_day(oldest)),
                fact("cloud_api.fine_too_old_advice"),
            )
        if start < oldest:
            if oldest - start > _GRACE:
                self._remarks.add(
                    fact(
                        "cloud_api.clipped_fine",
                        minutes=SECONDS[aggregation] // 60,
                        asked=_day(start),
                        read=_day(oldest),
                    )
                    if fine
                    else fact("cloud_api.clipped_start", asked=_day(start), read=_day(oldest))
                )
            start = oldest
        latest = now + timedelta(days=1)
        if end > latest:  # a day more than now, in case this computer's clock is slow
            self._remarks.add(fact("cloud_api.clipped_end", asked=_day(end), read=_day(latest)))
            end = latest
        return start, end


async def piece_by_piece(
    pieces: list[Piece],
    calls: Calls,
    decode: Callable[[bytes], Read[R]],
    remarks: Remarks,
    progress: Callable[[float], None],
) -> AsyncIterator[R]:
    """Fetch one piece after the other and yield its records in order of time; only one piece is held at a time."""
    last: datetime | None = None
    unreadable = in_part = outside = 0
    progress(0.0)
    for number, piece in enumerate(pieces, start=1):
        read = await calls.read(Question(piece.path, piece.query, piece.guessed), decode)
        progress(number / len(pieces))
        earliest, latest = piece.start - piece.slack, piece.end + piece.slack
        unreadable, in_part = unreadable + read.unreadable, in_part + read.in_part
        for record in read.records:
            if not earliest <= record.at <= latest:
                outside += 1
                continue
            # What lies at the seam may come with both pieces, and what lies behind it comes with the next.
            if (last is None or record.at > last) and (record.at <= piece.end or number == len(pieces)):
                last = record.at
                yield record
    _tell(remarks, unreadable, in_part, outside)


def _tell(remarks: Remarks, unreadable: int, in_part: int, outside: int) -> None:
    remarks.left_out(unreadable, "record")
    if in_part:
        remarks.add(fact("cloud_api.in_part", count=in_part))
    if outside:
        remarks.add(fact("cloud_api.out_of_range", count=outside))


def millis(at: datetime) -> int:
    """An aware time as the service writes it, ms since 1970. Raises ValueError for one without a time zone."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("a time without a time zone could be any time")
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _on_the_grid(at: datetime, length: int) -> datetime:
    """The beginning of the interval that holds a time, so that no seam cuts an interval in two."""
    since = millis(at) // 1000
    return datetime.fromtimestamp(since - since % length, UTC)


def _day(at: datetime) -> str:
    """Written so in every language."""
    return at.strftime("%Y-%m-%d %H:%M UTC")
