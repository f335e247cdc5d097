"""The five-minute values of all locations: kept for two days, and judged once a day each, whoever has its turn or not.

What never runs while somebody looks for two minutes has run within two days. An hour of a location is kept together,
packed; only the hour that is not over is in memory.
"""

from __future__ import annotations

import heapq
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

import msgspec

from smappee_tui.connect.cloud_api.aggregation import time_zone
from smappee_tui.diagnosis.history.intervals import INTERVAL, IntervalHistory
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.fleet.judging import Said, said_of
from smappee_tui.fleet.location import Location
from smappee_tui.protocol.intervals import IntervalMeans
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.site.locations import Locations

KEPT = 48 * 3600
"""Seconds that are kept."""
ENOUGH = 144
"""Intervals without which nothing is judged: half a day."""
EVERY = 86_400.0
"""Seconds between two judgements of one location."""
LATER = 3600.0
"""Seconds until one of which too little is there is looked at again."""
PACE = 5.0
"""Seconds between two judgements: a whole fleet of ten thousand takes a day's half, and nobody waits."""
MOST_INPUTS = 200
MOST_PIECE = 16 * 1024
"""Bytes of one hour of five-minute values, packed: of 13 channels it is .7 kB, of 80 some 4, and twice that where a
monitor sends twice as often."""
MOST_PIECES = 4
"""Pieces that one location's hour may fall into: it is begun anew when the inputs or their configuration change."""
_HOUR = 3600.0
_MOST_ROWS = 24
"""Intervals of one hour: some monitors send more than twelve."""
_SCALE = 4.0
"""W and var are kept as a quarter of them in 16 bits, which reach to 260 kW: to a twentieth of a percent."""
_LARGEST = 65_000.0
_MOST_BYTES = 200_000
_NAN = float("nan")


class Shelf(Protocol):
    """Where hours are kept."""

    def keep_hour(self, uuid: str, begun: int, data: bytes) -> None:
        """Keep the values of an hour or less that began then, s since 1970, and none older than `KEPT` before."""

    def ready(self, uuid: str) -> bool:
        """Whether `hours` has them at hand; where not, they are on their way."""

    def hours(self, uuid: str) -> list[bytes]:
        """All that is kept, the oldest first."""


class Room:
    """How much of one hour a shelf takes: of one location so many pieces, of all together so many bytes. Without it a
    single monitor that tells of other inputs each second would fill a disk."""

    def __init__(self, most: int) -> None:
        """All of it is free; `most` bytes."""
        self.cut = 0
        """Hours of a location that are not kept whole, so far; each value that comes for one asks again."""
        self._most = most
        self._cut: set[str] = set()
        """Locations of which that is so in this hour."""
        self._hour = self._size = 0
        self._sizes: dict[str, dict[int, int]] = {}
        """Bytes of each piece, by location and beginning."""

    def take(self, uuid: str, begun: int, size: int) -> bool:
        """Take it for a piece, in place of what the same piece had before; False where there is none."""
        hour = begun // int(_HOUR)
        if hour > self._hour:
            self._hour, self._size = hour, 0
            self._sizes.clear()
            self._cut.clear()
        sizes = self._sizes.setdefault(uuid, {})
        if any(other // int(_HOUR) != hour for other in sizes):  # a clock that was ahead holds up no hour after it
            self._size -= sum(sizes.values())
            sizes.clear()
        more = size - sizes.get(begun, 0)
        crowded = begun not in sizes and len(sizes) >= MOST_PIECES
        if crowded or size > MOST_PIECE or self._size + more > self._most:
            self.cut += uuid not in self._cut
            self._cut.add(uuid)
            return False
        sizes[begun] = size
        self._size += more
        return True


class _Hour:
    """One location's hour that is not over."""

    __slots__ = ("begun", "of", "rows")

    def __init__(self, begun: int, of: tuple[int, int, tuple[int, ...]]) -> None:
        self.begun, self.of = begun, of
        """Which hour, how the location is configured, and the inputs."""
        self.rows: list[bytes] = []


class Pasts:
    """Takes five-minute values, keeps them, and judges them in turn."""

    def __init__(self, shelf: Shelf) -> None:
        """Hold no hour yet."""
        self._shelf = shelf
        self._open: dict[str, _Hour] = {}
        self._touched: dict[str, None] = {}
        """Those whose hour that is not over is not kept as it is now."""
        self._due: list[tuple[float, str]] = []
        self._known: set[str] = set()
        self._judged = 0.0

    def take(self, location: Location, means: IntervalMeans, at: float, judged: float | None) -> None:
        """Take one message.

        Args:
            location: whose.
            means: what it says.
            at: when it came, s since 1970: the monitor's own time may be anything, and counts where it is near that.
            judged: when its past was last judged; None: never.
        """
        uuid = location.uuid
        if uuid not in self._known:
            self._known.add(uuid)
            if judged is not None and judged > at:  # by a clock that was ahead: that day would never come
                judged = None
            heapq.heappush(self._due, (at + LATER if judged is None else max(at, judged + EVERY), uuid))
        channels = {one.input: one for one in means.channels[:MOST_INPUTS]}
        of = int(at // _HOUR), location.configuration, tuple(sorted(channels))
        hour = self._open.get(uuid)
        if hour is None or hour.of != of or len(hour.rows) >= _MOST_ROWS:
            self._put_away(uuid)
            hour = self._open[uuid] = _Hour(int(at), of)
        values = [
            value
            for n in of[2]
            for value in (_quarter(channels[n].watts), _quarter(channels[n].vars), _plain(channels[n].amps))
        ]
        volts = [*map(_plain, means.volts[:3]), _NAN, _NAN, _NAN][:3]
        end = means.end if means.end is not None and abs(at - means.end) < 2 * INTERVAL else at
        hour.rows.append(struct.pack(f"<d3f{len(values)}e", end, *volts, *values))
        self._touched[uuid] = None

    def judge(self, at: float, locations: Mapping[str, Location]) -> tuple[str, Said] | None:
        """Judge the past of the next one whose time has come, if any; ask about once a second."""
        if not self._due or self._due[0][0] > at or 0 <= at - self._judged < PACE:
            return None
        uuid = self._due[0][1]
        location = locations.get(uuid)
        if location is not None and not self._shelf.ready(uuid):
            return None
        heapq.heappop(self._due)
        if location is None:
            self.forget(locations)
            return None
        said = self._said(location)
        heapq.heappush(self._due, (at + (LATER if said is None else EVERY), uuid))
        self._judged = at
        return None if said is None else (uuid, said)

    def put_back(self, by: float) -> None:
        """The clock was put back by so many seconds: who is to be judged is so as soon as before."""
        self._due = [(when - by, uuid) for when, uuid in self._due]
        self._judged -= by

    def forget(self, locations: Collection[str]) -> None:
        """Hold nothing of others than these any more."""
        gone = self._known - set(locations)
        if gone:
            self._known -= gone
            self._due = [one for one in self._due if one[1] not in gone]
            heapq.heapify(self._due)
            for uuid in gone:
                self._open.pop(uuid, None)
                self._touched.pop(uuid, None)

    def put_by(self) -> None:
        """Keep the hours that are not over as they are, and go on with them: each takes the place of what it was."""
        for uuid in self._touched:
            self._keep(uuid, self._open.get(uuid))
        self._touched.clear()

    def close(self) -> None:
        """Keep the hours that are not over."""
        for uuid in list(self._open):
            self._put_away(uuid)

    def _put_away(self, uuid: str) -> None:
        self._touched.pop(uuid, None)
        self._keep(uuid, self._open.pop(uuid, None))

    def _keep(self, uuid: str, hour: _Hour | None) -> None:
        if hour is not None and hour.rows:
            data = msgspec.msgpack.encode((*hour.of[1:], b"".join(hour.rows)))
            self._shelf.keep_hour(uuid, hour.begun, zlib.compress(data, 1))

    def _said(self, location: Location) -> Said | None:
        heard = Locations(location.uuid)
        for message in location.lasting():
            heard.receive(message)
        site = heard.sites.get(location.uuid)
        if site is None or site.plan is None or len(site.settings) > MOST_INPUTS:
            return None
        zone = time_zone(site.monitor.time_zone) if site.monitor is not None and site.monitor.time_zone else None
        past = IntervalHistory(list(site.settings), zone)
        self._put_away(location.uuid)
        for inputs, rows in _read(self._shelf.hours(location.uuid), location.configuration):
            for when, volts, values in rows:
                watts = {n: _SCALE * values[3 * k] for k, n in enumerate(inputs)}
                reactive = {n: _SCALE * values[3 * k + 1] for k, n in enumerate(inputs)}
                amps = {n: values[3 * k + 2] for k, n in enumerate(inputs)}
                past.add(round(when / INTERVAL) * INTERVAL, watts, reactive, volts, amps)
        if len(past) < ENOUGH:
            return None
        judge = Judge()
        judge.load_history(site, past)
        return said_of(site, judge.judgement())


def _read(
    hours: Iterable[bytes], configuration: int
) -> Iterator[tuple[tuple[int, ...], Iterator[tuple[float, list[float], list[float]]]]]:
    """Inputs, and time, volts and values of each row; what cannot be read, or was configured otherwise, is left out."""
    for hour in hours:
        try:
            unpacker = zlib.decompressobj()
            plain = unpacker.decompress(hour, _MOST_BYTES)
            then, inputs, rows = msgspec.msgpack.decode(plain, type=tuple[int, tuple[int, ...], bytes])
            if then != configuration:
                continue
            found = list(struct.iter_unpack(f"<d3f{3 * len(inputs)}e", rows))
        except (zlib.error, msgspec.DecodeError, struct.error):
            continue
        yield inputs, ((row[0], [*row[1:4]], [*row[4:]]) for row in found)


def _quarter(value: float | None) -> float:
    return _NAN if value is None or not abs(value) <= _SCALE * _LARGEST else value / _SCALE


def _plain(value: float | None) -> float:
    return _NAN if value is None or not abs(value) <= _LARGEST else value


def means_of(message: MqttMessage) -> IntervalMeans | None:
    """The five-minute values of a message; None where it has none that can be read."""
    from smappee_tui.protocol.decode import decode
    from smappee_tui.protocol.fact import UnreadableError

    try:
        found = decode(message.topic, message.payload)[1]
    except UnreadableError:
        return None
    return found if isinstance(found, IntervalMeans) else None
