"""What is always known of one location, without judging it: when it spoke, who it is, what it draws, its devices."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.told import CARRIES_AMPS
from smappee_tui.fleet.turns import Lit
from smappee_tui.protocol.fact import UnreadableError
from smappee_tui.protocol.messages import ChannelConfig, GasWaterInterval, PlugConnection
from smappee_tui.protocol.realtime import Reading, Realtime, read_realtime
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.protocol.topics import ROOT
from smappee_tui.protocol.wire import input_number

MOST_KEPT = 6 * 1024
"""Bytes of what a location tells once, packed: of 80 channels it is some 4 kB."""
MOST_TOPICS = 40
_LONGEST = 80
"""Characters of a name on the wire that are kept: of the end of a topic, a serial number, a plug."""
MOST_LAST = 3 * 1024
"""Bytes of a measurement that is kept as it came: of more channels only what it says is."""
MOST_DEVICES = 50
"""Plugs and sensors, of each."""
_PACKED = 256
"""Bytes from which on it pays to pack."""
_LIMITS = DeviceLimits()
_OTHER = 0.25
"""Of a current, by which it has become another one."""
_AWAY = ("DISCONNECTED", "UNREACHABLE")


class _Kept(NamedTuple):
    at: float
    retained: bool
    packed: bool
    payload: bytes


class Location:
    """One location of a fleet. Times are seconds since 1970 on the receiving clock."""

    __slots__ = (
        "_away",
        "_grid",
        "_kept",
        "_last",
        "_plugs",
        "_prints",
        "_size",
        "_watts",
        "_weak",
        "asked",
        "awaits",
        "count",
        "counted",
        "dialect",
        "first",
        "last",
        "lit",
        "live",
        "prefix",
        "rate",
        "serial",
        "settings",
        "topics",
        "unreadable",
        "uuid",
        "watched",
    )

    def __init__(self, uuid: str, prefix: str, at: float) -> None:
        self.uuid = uuid
        self.prefix = prefix
        """What a bridge puts before `servicelocation`."""
        self.first = at
        """When anything was first heard."""
        self.last = 0.0
        """When the monitor itself was last heard, not the broker's memory of it; 0: never."""
        self.live = False
        """It speaks, as of the last sweep."""
        self.count = 0
        """Measurements heard."""
        self.counted = 0
        """How many there were when the rate was last taken."""
        self.rate = 0.0
        """Measurements a second, of late."""
        self.serial = ""
        self.dialect = ""
        self.settings = 0
        """CT inputs that are configured and in use."""
        self.topics: tuple[bytes, ...] = ()
        """Under which it measures: one, unless two bridges bring it."""
        self.unreadable = 0
        self.asked = 0.0
        """When the broker was last asked for its configuration."""
        self.watched = False
        """It has its turn: what it says is wanted in full."""
        self.awaits: Mapping[int, float] = {}
        """Inputs that no turn could decide yet, and what they carried when the last one ended, A."""
        self.lit = Lit.NOTHING
        """Whether one of these carried another current when it was last looked at: it may be decided now."""
        self._last: bytes | None = None
        self._watts = math.nan
        self._grid: tuple[int, ...] = ()
        self._prints: tuple[int, int] = (0, 0)
        """Of how the inputs are configured, as either dialect says it."""
        self._kept: dict[str, _Kept] = {}
        self._size = 0
        self._plugs: frozenset[str] | None = None
        self._away: dict[str, tuple[str, float]] | None = None
        self._weak: dict[int, bool] | None = None

    def measured(self, payload: bytes, at: float) -> None:
        """Take a measurement; it is not read before somebody looks."""
        self.last = at
        self.count += 1
        self._last = payload

    @property
    def watts(self) -> float:
        """What is drawn from the grid as last measured, W, negative where it is given; NaN where not known."""
        self.look()
        return self._watts

    @property
    def last_watts(self) -> float:
        """The same as of when somebody looked last, which costs nothing."""
        return self._watts

    def look(self) -> None:
        """Read the last measurement, unless that was done."""
        payload, self._last = self._last, None
        if payload is None:
            return
        self._watts, self.lit = math.nan, Lit.NOTHING
        try:
            message = read_realtime("", payload)
        except UnreadableError:
            self.unreadable += 1
            return
        self._watts = self._drawn(message)
        if self.awaits:
            self.lit = max(map(self._lit_by, message.rows), default=Lit.NOTHING)

    def _lit_by(self, row: Reading) -> Lit:
        amps = row.amps or 0.0
        number = input_number(row.input) if amps >= CARRIES_AMPS else None
        was = self.awaits.get(number) if number is not None else None
        if was is None:
            return Lit.NOTHING
        if not was:
            return Lit.FIRST
        return Lit.OTHER if abs(amps - was) >= max(CARRIES_AMPS, _OTHER * was) else Lit.NOTHING

    def _drawn(self, message: Realtime) -> float:
        grid = self._grid
        watts = [row.watts for row in message.rows if row.watts is not None and input_number(row.input) in grid]
        return sum(watts) if watts else math.nan

    # --- what is told once ------------------------------------------------------------------------------------------

    def keep(self, rest: str, payload: bytes, at: float, retained: bool) -> bool:
        """Keep a message for whoever judges the location later; False where that would be too much."""
        packed = len(payload) > _PACKED
        content = zlib.compress(payload, 1) if packed else payload
        before = self._kept.get(rest)
        size = self._size + len(content) - (len(before.payload) if before is not None else 0)
        if size > MOST_KEPT or len(rest) > _LONGEST or (before is None and len(self._kept) >= MOST_TOPICS):
            return False
        self._kept[rest] = _Kept(at, retained, packed, content)
        self._size = size
        return True

    def lasting(self) -> Iterator[MqttMessage]:
        """What it told once, each topic's last, in the order in which they were first heard."""
        for rest, kept in self._kept.items():
            payload = zlib.decompress(kept.payload) if kept.packed else kept.payload
            yield MqttMessage(kept.at, f"{self.prefix}{ROOT}/{self.uuid}/{rest}", payload, 0, kept.retained)

    @property
    def configured(self) -> bool:
        """It is known how its inputs are configured."""
        return any(self._prints)

    @property
    def configuration(self) -> int:
        """Of how its inputs are configured, over restarts, too; 0: nobody knows."""
        return hash(self._prints) & 0x7FFF_FFFF_FFFF if any(self._prints) else 0

    def named(self, serial: str) -> None:
        """Take its serial number."""
        self.serial = serial[:_LONGEST]

    def configure(self, config: ChannelConfig, fingerprint: int) -> bool:
        """Take how the inputs are configured; whether that is new.

        Args:
            config: as told.
            fingerprint: of all in it that does not change by itself, not 0.
        """
        self.dialect = config.dialect
        self.settings = sum(not setting.unused for setting in config.channels)
        self._grid = tuple(setting.input for setting in config.channels if setting.is_grid)
        before, (twenty, infinity) = self._prints, self._prints
        self._prints = (twenty, fingerprint) if config.dialect == "infinity" else (fingerprint, infinity)
        return self._prints != before

    # --- devices ----------------------------------------------------------------------------------------------------

    def plugs(self, nodes: frozenset[str]) -> None:
        """Take which plugs are configured."""
        self._plugs = nodes

    def plug(self, connection: PlugConnection, at: float) -> None:
        """Take whether a plug is reached."""
        away, node = self._away or {}, connection.node[:_LONGEST]
        if connection.state not in _AWAY:
            away.pop(node, None)
        elif node in away or len(away) < MOST_DEVICES:
            before = away.get(node)
            since = before[1] if before is not None and before[0] == connection.state else at
            away[node] = connection.state, since
        self._away = away or None

    def plug_trouble(self, at: float) -> bool:
        """Whether a plug that is configured is not reached, for longer than a moment."""
        return self._away is not None and any(
            (self._plugs is None or node in self._plugs)
            and (state == "DISCONNECTED" or at - since > _LIMITS.unreachable_warning)
            for node, (state, since) in self._away.items()
        )

    def sensor(self, interval: GasWaterInterval) -> None:
        """Take what a gas and water sensor says of its battery."""
        percent = interval.battery
        if percent is None or (percent == 0 and not interval.celsius and not interval.humidity):
            return
        weak = self._weak or {}
        was = weak.pop(interval.sensor, False)
        if len(weak) < MOST_DEVICES and percent <= _LIMITS.battery_low + (_LIMITS.battery_hysteresis if was else 0):
            weak[interval.sensor] = True
        self._weak = weak or None

    @property
    def battery_low(self) -> bool:
        return self._weak is not None
