"""One installation: the fold of its messages."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import NamedTuple

from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.messages import (
    ChannelConfig,
    ChannelSetting,
    CloudFeed,
    Dialect,
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
from smappee_tui.protocol.realtime import IndexedRealtime
from smappee_tui.protocol.topics import parse_topic
from smappee_tui.site.counters import CounterWatch
from smappee_tui.site.devices import MOST, Devices, Heard
from smappee_tui.site.history import History
from smappee_tui.site.plans import LeftOver, Measured, Plans, Swings
from smappee_tui.site.quality import CLOCK_SET_BACK, Damage, LinkQuality
from smappee_tui.site.sample import Sample, sample_of, twice
from smappee_tui.site.still import StillWatch, Stretch, still_inputs


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
        self.spoke = False
        """The monitor itself has said something since the watch began: not all is the broker's memory."""
        self.doubled: frozenset[int] = frozenset()
        """Inputs of which the measurements bring two rows at once: nobody can say which is meant."""
        self.still = StillWatch()
        self.swings = Swings()
        """Configurations that take turns."""
        self._plans = Plans()
        self._measured = Measured()
        self._inputs: tuple[int, ...] = ()
        self._counters = CounterWatch()

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
            return self._realtime(message, at, retained)
        if isinstance(message, (Other, CloudFeed)):
            self.quality.other += 1
            if isinstance(message, CloudFeed):
                self.spoke = self.spoke or not retained
                self.heard[CloudFeed] = Heard(at, retained)
            return False
        self.quality.messages += 1
        heard = Heard(at, retained, self.quality.seconds_of(getattr(message, "sent", None), at))
        self.heard[type(message)] = heard
        # A command is what somebody else wants of a plug.
        self.spoke = self.spoke or not (retained or isinstance(message, PlugCommand))
        if isinstance(message, MonitorConfig):
            self.monitor = message
            self._measured = replace(self._measured, serial=message.serial, location_id=message.location_id)
            self._choose(at)
        elif isinstance(message, ChannelConfig):
            self._plans.take(message, heard, self.quality.newest_sent)
            self._choose(at)
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
        damage = Damage(parse_topic(error.topic).kind, (error.what,), whole=True, names_only=False)
        self.quality.damaged(error.topic, damage, at)

    @property
    def location_id(self) -> int | None:
        """The vendor's number of this service location."""
        if self.monitor is not None and self.monitor.location_id is not None:
            return self.monitor.location_id
        return self.plan.location_id if self.plan is not None else None

    @property
    def left_over(self) -> tuple[LeftOver, ...]:
        """Channel configurations that were heard and do not count."""
        return self._plans.left_over(self._measured)

    @property
    def frozen(self) -> dict[str, Stretch]:
        """What repeats the same numbers and so measures nothing: hubs by serial number, "" for all there is."""
        whole = self.still.now
        if whole is not None:
            return {"": whole}
        every = self.sample.inputs if self.sample is not None else ()
        found = still_inputs(self.history, {"": every})
        return found or still_inputs(self.history, self.hubs)

    @property
    def hubs(self) -> dict[str, tuple[int, ...]]:
        """Inputs by the serial number of the CT hub that measures them."""
        hubs: dict[str, list[int]] = {}
        for number, setting in self.settings.items():
            if setting.hub is not None:
                hubs.setdefault(setting.hub.rpartition("/")[0], []).append(number)
        return {hub: tuple(inputs) for hub, inputs in hubs.items()}

    def _realtime(self, message: Realtime, at: float, retained: bool) -> bool:
        """Fold one in. What the broker remembers is shown while there is nothing better, and never judged."""
        self.quality.messages += 1
        if retained and self.quality.live:
            self.quality.duplicates += 1
            return False
        if not self.quality.take(at, message.sent, retained):
            return False
        before = self.sample
        if before is not None and before.at > at > before.at - CLOCK_SET_BACK:
            at = before.at
        self.latest = message
        self.sample = sample = sample_of(message, at, self.location_id, before)
        if retained:
            return False
        self.spoke = True
        self.quality.live += 1
        self._counters.take(message, at, self.quality)
        if len(sample.inputs) != len(message.rows):
            self.doubled |= twice(message, self.location_id)
        self.history.add(sample)
        self.still.take(sample)
        if sample.inputs is not self._inputs:
            self._inputs = sample.inputs
            keys: Dialect = "infinity" if isinstance(message, IndexedRealtime) else "20-series"
            measured = replace(self._measured, keys=keys if self._inputs else None, inputs=frozenset(self._inputs))
            if measured != self._measured:
                self._measured = measured
                self._choose(at)
        return True

    def _choose(self, at: float) -> None:
        """Use the configuration that counts. One that takes another's place keeps what still holds: only channels
        that differ are noted as changed, and none where the other was left over from another monitor."""
        plan, before = self._plans.best(self._measured), self.plan
        if plan is before:
            return
        fresh = {channel.input: channel for channel in plan.channels} if plan is not None else {}
        if plan is not None and before is not None and plan.dialect == before.dialect:
            self.swings.take(before, plan, at)
            for number in sorted(fresh.keys() | self.settings.keys()):
                old, new = self.settings.get(number), fresh.get(number)
                if old != new:
                    self.changes.append(SettingChange(at, number, old, new))
        if plan is not None and (before is None or plan.remarks != before.remarks):
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
                plug.command, plug.command_heard = message, heard
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
