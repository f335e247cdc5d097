"""The roll: all locations of a fleet, all the time. Who speaks, who fell silent, who was configured anew; and a bound.

A measurement costs a look-up and three assignments: it is read only when somebody looks at what a house draws. What is
told once is kept packed, so that whoever judges the location later has it. No clock: time comes with what was heard.
"""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from zlib import crc32

from smappee_tui.connect.lean.batch import Arrival
from smappee_tui.fleet.location import MOST_LAST, Location
from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError
from smappee_tui.protocol.messages import (
    ChannelConfig,
    GasWaterIntervals,
    HomeControlConfig,
    Message,
    MonitorConfig,
    PlugConnection,
)
from smappee_tui.protocol.topics import ROOT, Kind, parse_topic

MOST_LOCATIONS = 25_000
SILENT = 60.0
"""Seconds without a measurement after which a location is silent."""
PACE = 10.0
"""Seconds between two looks at how fast each speaks."""
_LOOKED = 30
"""Sweeps in which each location's measurement is read once, so that one who sends rubbish is found out."""
ESTABLISHED = 60
"""Measurements of one that is configured, after which it gives up its place to nobody."""
MOST_COUNTED = 100_000
"""Locations turned away that are told apart."""
MOST_INTERVALS = 20_000
"""Five-minute messages that wait for whoever judges them."""
_PATIENCE = 5.0
"""Seconds that a configuration may come after the first word of a location."""
_ASK_AGAIN = 300.0
_MOST_DEVICES = 200
"""Plugs and sensors of one message that are looked at."""
_MOST_BRIDGES = 2
"""Topics of measurements of one location that are known by heart."""
_CHANCES = 16
"""Of those that may have to go, how many are looked at for one that comes."""
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{3,63}")
"""What a location can be called: a uuid has 36 letters and figures, and a test bench may be less strict."""
_STAMP = re.compile(rb'"utcTimeStamp"\s*:\s*"?[\d.eE+-]*"?')
_KEPT = frozenset(
    {
        Kind.CONFIG,
        Kind.CHANNELS,
        Kind.SENSORS,
        Kind.HOME_CONTROL,
        Kind.PLUG_CONNECTION,
        Kind.PLUG_STATE,
        Kind.GAS_WATER_INTERVAL,
    }
)
_ADMITS = frozenset({Kind.CONFIG, Kind.CHANNELS})
_READ = frozenset({Kind.CONFIG, Kind.CHANNELS, Kind.HOME_CONTROL, Kind.PLUG_CONNECTION, Kind.GAS_WATER_INTERVAL})


class Watched(NamedTuple):
    """A message of a location that has its turn."""

    location: Location
    arrival: Arrival


class Swept(NamedTuple):
    """What a sweep found."""

    silent: tuple[Location, ...]
    """Those that speak no longer, or never did."""
    back: tuple[Location, ...]
    """Those that speak, and did not before."""


class Roll:
    """All locations that are heard, up to a bound."""

    def __init__(self, most: int = MOST_LOCATIONS) -> None:
        """Know none yet.

        Args:
            most: locations that are kept. Beyond, one that is configured takes the place of one that is not.
        """
        self.messages = 0
        self.other = 0
        """Messages of topics that are no location's, or that nobody reads."""
        self.unreadable = 0
        self.not_kept = 0
        """Messages that would have been too large to keep for later."""
        self.intervals_lost = 0
        """Five-minute messages that nobody took in time."""
        self._most = max(1, most)
        self._locations: dict[str, Location] = {}
        self._speaking: dict[bytes, Location] = {}
        """By the topic of their measurements."""
        self._new: OrderedDict[str, None] = OrderedDict()
        """Those that may have to give way, first those that were not looked at for longest."""
        self._turned_away: set[int] = set()
        self._changed: dict[str, None] = {}
        self._intervals: deque[tuple[Location, Arrival, float]] = deque()
        self._swept = 0
        self._asked = 0.0
        self._stored = self._flowed = 0
        """Messages that the broker had stored: up to now, and when the roll was last asked who lacks some."""
        self._paced: float | None = None
        self._silent: set[str] = set()

    @property
    def locations(self) -> Mapping[str, Location]:
        """All that are kept, by uuid, in the order in which they were first heard."""
        return self._locations

    @property
    def silent(self) -> Collection[str]:
        """The uuids of those that do not speak, as of the last sweep."""
        return self._silent

    @property
    def turned_away(self) -> int:
        """Locations that were heard and are not kept, up to `MOST_COUNTED`."""
        return len(self._turned_away)

    def hear(self, arrivals: Iterable[Arrival], at: float) -> list[Watched]:
        """Take what came together.

        Args:
            arrivals: topic, payload, and whether the broker replayed it.
            at: when, seconds since 1970.

        Returns:
            Those of locations that have their turn (`Location.watched`), whatever they are about.
        """
        speaking, watched, count = self._speaking.get, [], 0
        for arrival in arrivals:
            count += 1
            location = speaking(arrival[0])
            if location is None or arrival[2]:
                location = self._seldom(arrival, at)
                if location is None:
                    continue
            else:
                payload = arrival[1]
                location.measured(payload, at)
                if len(payload) > MOST_LAST:
                    self._look(location)
            if location.watched:
                watched.append(Watched(location, arrival))
        self.messages += count
        return watched

    def sweep(self, at: float, since: float | None = None) -> Swept:
        """Look who fell silent and how fast they speak; once a second is enough. It costs 0.2 µs a location.

        Args:
            at: now, seconds since 1970.
            since: from when on all that was sent has come: silence from before counts nothing. None: as long as the
                roll knows.
        """
        silent: list[Location] = []
        back: list[Location] = []
        since = since or 0.0
        pace = at - self._paced if self._paced is not None else None
        if pace is None or pace >= PACE or pace < 0:
            self._paced = at
        else:
            pace = None
        turn, self._swept = self._swept % _LOOKED, self._swept + 1
        for place, location in enumerate(self._locations.values()):
            last = location.last
            if at - last <= SILENT and last:
                if not location.live:
                    location.live = True
                    self._silent.discard(location.uuid)
                    back.append(location)
            elif (location.live or location.uuid not in self._silent) and at - max(
                last or location.first, since
            ) > SILENT:
                location.live = False
                self._silent.add(location.uuid)
                silent.append(location)
            if pace is not None:
                location.rate = (location.count - location.counted) / pace if pace > 0 else 0.0
                location.counted = location.count
            if place % _LOOKED == turn:
                self._look(location)
        return Swept(tuple(silent), tuple(back))

    def put_back(self, at: float) -> None:
        """The clock may show an earlier time than before: what was heard is from now at the latest, else silence would
        be noticed when the clock is there again."""
        for location in self._locations.values():
            location.first, location.last = min(location.first, at), min(location.last, at)

    def changed(self) -> list[str]:
        """The uuids of those that were configured for the first time or anew since the last call, oldest first."""
        changed, self._changed = self._changed, {}
        return [uuid for uuid in changed if uuid in self._locations]

    def unconfigured(self, at: float, since: float = 0.0) -> list[Location]:
        """Those whose configuration has not come for some seconds, each once in five minutes: a broker may be asked.

        Args:
            at: now, seconds since 1970.
            since: when all that was stored had come.
        """
        if 0 <= at - self._asked < _PATIENCE:
            return []
        self._asked, flows, self._flowed = at, self._stored > self._flowed, self._stored
        if flows:  # what the broker stored is still coming, or still being taken in
            return []
        missing = [
            one
            for one in self._locations.values()
            if not one.configured and at - max(one.first, since) >= _PATIENCE and not 0 <= at - one.asked < _ASK_AGAIN
        ]
        for location in missing:
            location.asked = at
        return missing

    def intervals(self, limit: int | None = None) -> list[tuple[Location, Arrival, float]]:
        """Five-minute messages since the last call, with when they came, oldest first, at most so many."""
        count = len(self._intervals) if limit is None else min(limit, len(self._intervals))
        return [self._intervals.popleft() for _ in range(count)]

    # --- what does not come every second ----------------------------------------------------------------------------

    def _seldom(self, arrival: Arrival, at: float) -> Location | None:
        raw, payload, retained = arrival
        self._stored += retained
        topic = raw.decode(errors="replace")
        parts = parse_topic(topic)
        uuid, kind = parts.location, parts.kind
        if kind is Kind.OTHER or kind is Kind.CLOUD_FEED or not _NAME.fullmatch(uuid):
            self.other += 1
            return None
        location = self._locations.get(uuid)
        if location is None and kind not in _ADMITS and len(self._locations) >= self._most:
            self._turn_away(uuid)
            return None
        message: Message | None = None
        if kind in _READ or (kind is Kind.REALTIME and not retained):
            if not payload:  # a retained message that was taken back
                return location
            try:
                message = decode(topic, payload)[1]
            except UnreadableError:
                self.unreadable += 1
                if location is not None:
                    location.unreadable += 1
                return location
        if location is None:
            location = self._enter(uuid, topic, at, isinstance(message, (MonitorConfig, ChannelConfig)))
            if location is None:
                return None
        if kind is Kind.REALTIME:
            if not retained:
                if len(location.topics) < _MOST_BRIDGES and raw not in location.topics:
                    location.topics += (raw,)
                    self._speaking[raw] = location
                location.measured(payload, at)
        elif kind is Kind.INTERVAL:
            self._interval(location, arrival, at)
        elif kind in _KEPT and not location.keep(topic.rpartition(f"{ROOT}/{uuid}/")[2], payload, at, retained):
            self.not_kept += 1
        if message is not None:
            self._told(location, message, payload, at)
        return location

    def _told(self, location: Location, message: Message, payload: bytes, at: float) -> None:
        match message:
            case MonitorConfig():
                location.named(message.serial)
            case ChannelConfig():
                # The stamp of an old configuration that is told again is new, and nothing else.
                fingerprint = crc32(_STAMP.sub(b"", payload)) or 1
                if location.configure(message, fingerprint):
                    self._changed[location.uuid] = None
            case HomeControlConfig():
                location.plugs(frozenset(str(plug.node) for plug in message.plugs[:_MOST_DEVICES]))
            case PlugConnection():
                location.plug(message, at)
            case GasWaterIntervals():
                for interval in message.sensors[:_MOST_DEVICES]:
                    location.sensor(interval)

    def _interval(self, location: Location, arrival: Arrival, at: float) -> None:
        if len(self._intervals) >= MOST_INTERVALS:
            self._intervals.popleft()
            self.intervals_lost += 1
        self._intervals.append((location, arrival, at))

    def _look(self, location: Location) -> None:
        before = location.unreadable
        location.look()
        self.unreadable += location.unreadable - before

    # --- who is kept ------------------------------------------------------------------------------------------------

    def _enter(self, uuid: str, topic: str, at: float, configured: bool) -> Location | None:
        """Make room for one that was not heard before; None: there is none for it."""
        if len(self._locations) >= self._most and not (configured and self._make_room(at)):
            self._turn_away(uuid)
            return None
        location = Location(uuid, topic[: topic.rfind(f"{ROOT}/{uuid}/")], at)
        self._locations[uuid] = location
        self._new[uuid] = None
        self._turned_away.discard(hash(uuid))
        return location

    def _make_room(self, at: float) -> bool:
        """Give up the one that seems least real of a few that have not been there for long; False for none."""
        least: Location | None = None
        for _ in range(min(_CHANCES, len(self._new))):
            uuid, _ = self._new.popitem(last=False)
            location = self._locations[uuid]
            if location.configured and location.count >= ESTABLISHED:
                continue  # it stays for good
            self._new[uuid] = None
            speaks = location.configured and location.count > 1 and at - location.last <= SILENT
            if not speaks and not location.watched and (least is None or _weight(location) < _weight(least)):
                least = location
        if least is not None:
            self.forget(least)
            self._turn_away(least.uuid)
        return least is not None

    def forget(self, location: Location) -> None:
        """It is nobody's any more. Should it be heard again, it is new."""
        del self._locations[location.uuid]
        self._new.pop(location.uuid, None)
        self._silent.discard(location.uuid)
        self._changed.pop(location.uuid, None)
        for topic in location.topics:
            del self._speaking[topic]

    def _turn_away(self, uuid: str) -> None:
        if len(self._turned_away) < MOST_COUNTED:
            self._turned_away.add(hash(uuid))


def _weight(location: Location) -> tuple[bool, int]:
    """How much speaks for its being real."""
    return location.configured, location.count
