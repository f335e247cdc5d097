"""One installation: the fold of its messages."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.messages import (
    ChannelConfig,
    ChannelSetting,
    GasWaterIntervals,
    HomeControlConfig,
    IntervalMeans,
    Message,
    MonitorConfig,
    Other,
    PlugCommand,
    PlugConnection,
    PlugState,
    Presence,
    Realtime,
    Schedule,
    SensorConfig,
    SwitchIntervals,
    Trigger,
)
from smappee_tui.site.devices import MOST, Devices, Heard
from smappee_tui.site.history import History
from smappee_tui.site.quality import CLOCK_SET_BACK, LinkQuality
from smappee_tui.site.sample import Sample, sample_of


class SettingChange(NamedTuple):
    """One channel's configuration changed while we watched."""

    at: float
    input: int
    before: ChannelSetting | None
    after: ChannelSetting | None


class Site:
    """What is known about one service location now. `apply` is the only way in."""

    def __init__(self, uuid: str) -> None:
        self.uuid = uuid
        self.monitor: MonitorConfig | None = None
        self.plan: ChannelConfig | None = None
        self.settings: dict[int, ChannelSetting] = {}
        """Channel settings by input, in order of input."""
        self.latest: Realtime | None = None
        """Last realtime message folded in."""
        self.sample: Sample | None = None
        """The same as columns."""
        self.means: IntervalMeans | None = None
        """Last 5-minute means."""
        self.means_at: float | None = None
        self.history = History()
        self.quality = LinkQuality()
        self.devices = Devices()
        self.presence: Presence | None = None
        self.changes: deque[SettingChange] = deque(maxlen=200)
        """Configuration changes seen since the watch began (the first configuration is none)."""
        self.heard: dict[type[Message], Heard] = {}
        """When each kind of message came last."""
        self._counter: tuple[int, float | None, float] | None = None

    def apply(self, message: Message, at: float, retained: bool = False) -> bool:
        """Fold one message in.

        Args:
            message: as decoded.
            at: receiving clock, seconds since 1970.
            retained: the broker replayed it from memory.

        Returns:
            True when the message brought a new sample (`self.sample`), for whoever judges sample by sample.
        """
        if isinstance(message, Realtime):
            sampled = self._realtime(message, at)
            self.quality.live += sampled and not retained
            return sampled
        if isinstance(message, Other):
            self.quality.other += 1
            return False
        self.quality.messages += 1
        heard = Heard(at, retained, getattr(message, "sent", None))
        self.heard[type(message)] = heard
        if isinstance(message, MonitorConfig):
            self.monitor = message
        elif isinstance(message, ChannelConfig):
            self._configure(message, at)
        elif isinstance(message, IntervalMeans):
            self.means, self.means_at = message, at
        elif isinstance(message, (SensorConfig, HomeControlConfig)):
            self._configure_devices(message)
        elif isinstance(message, Presence):
            self.presence = message
        else:
            self._device(message, heard)
        return False

    def unreadable(self, error: UnreadableError, at: float) -> None:
        """Count a payload that could not be read. The last good state stays."""
        self.quality.bad += 1
        self.quality.wrong(at, error.what)

    @property
    def location_id(self) -> int | None:
        """The vendor's number of this service location."""
        if self.monitor is not None and self.monitor.location_id is not None:
            return self.monitor.location_id
        return self.plan.location_id if self.plan is not None else None

    def _realtime(self, message: Realtime, at: float) -> bool:
        self.quality.messages += 1
        if not self.quality.take(at, message.sent):
            return False
        if self.sample is not None and at > self.sample.at - CLOCK_SET_BACK:
            at = max(at, self.sample.at)
        self._watch_counters(message, at)
        self.latest = message
        self.sample = sample_of(message, at, self.location_id, self.sample)
        self.history.add(self.sample)
        return True

    def _watch_counters(self, message: Realtime, at: float) -> None:
        """One counter tells a restart: that of the channel that had counted most. Both directions together, so that
        a reversal switched on, which exchanges them, is none."""
        rows = message.rows
        if self._counter is not None:
            place, number, before = self._counter
            row = rows[place] if place < len(rows) else None
            if row is not None and row.input == number and row.joules_imported is not None:
                now = row.joules_imported + (row.joules_exported or 0.0)
                if now >= before:
                    self._counter = (place, number, now)
                    return
                self.quality.restarts += 1
                self.quality.restarted_at = at
                self.quality.wrong(at, fact("messages.counters_fell"))
        counted = [(r.joules_imported or 0.0) + (r.joules_exported or 0.0) for r in rows]
        most = max(counted, default=0.0)
        place = counted.index(most) if most > 0 else 0
        self._counter = (place, rows[place].input, most) if most > 0 else None

    def _configure(self, plan: ChannelConfig, at: float) -> None:
        """A changed configuration keeps what still holds: only channels that differ are noted as changed."""
        fresh = {channel.input: channel for channel in plan.channels}
        if self.plan is not None:
            for number in sorted(fresh.keys() | self.settings.keys()):
                before, after = self.settings.get(number), fresh.get(number)
                if before != after:
                    self.changes.append(SettingChange(at, number, before, after))
        if self.plan is None or plan.remarks != self.plan.remarks:
            for remark in plan.remarks[:10]:
                self.quality.wrong(at, remark)
        self.plan = plan
        self.settings = fresh

    def _configure_devices(self, message: SensorConfig | HomeControlConfig) -> None:
        if isinstance(message, HomeControlConfig):
            self.devices.configure_plugs(message.plugs)
        else:
            self.devices.configure_meters(message.gas_water, message.switches)

    def _device(self, message: Message, heard: Heard) -> None:
        devices = self.devices
        if isinstance(message, (PlugConnection, PlugState, PlugCommand)):
            plug = devices.plug(message.node)
            if plug is None:
                self.quality.wrong(heard.at, fact("messages.too_many_plugs", most=MOST))
            elif isinstance(message, PlugConnection):
                plug.connection, plug.connection_heard = message, heard
            elif isinstance(message, PlugState):
                plug.relay, plug.relay_heard = message, heard
            else:
                plug.command = message
        elif isinstance(message, SwitchIntervals):
            for interval in message.switches:
                devices.measured(interval, heard)
        elif isinstance(message, GasWaterIntervals):
            for reading in message.sensors:
                meter = devices.meter(reading.sensor)
                if meter is not None:
                    meter.take(reading, heard)
        elif isinstance(message, Trigger):
            if message.trigger in devices.triggers or len(devices.triggers) < MOST:
                devices.triggers[message.trigger] = message
        elif isinstance(message, Schedule) and (message.schedule in devices.schedules or len(devices.schedules) < MOST):
            devices.schedules[message.schedule] = message
