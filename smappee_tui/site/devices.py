"""Plugs, gas and water sensors, triggers and schedules of one site, as last heard."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from smappee_tui.protocol.messages import (
    GasWaterInterval,
    GasWaterSensor,
    PlugCommand,
    PlugConnection,
    PlugSetting,
    PlugState,
    Schedule,
    SwitchInterval,
    SwitchSensor,
    Trigger,
)

MOST = 500
"""Devices of one kind that are kept: far beyond any building, and a bound on what a hostile sender can cost."""


@dataclass(slots=True)
class Heard:
    """When something was heard, and whether it was the broker's memory of it."""

    at: float
    retained: bool
    sent: float | None = None
    """The monitor's own time stamp, where the message carries one."""


@dataclass(slots=True)
class Plug:
    """One plug: what is configured and what was heard."""

    node: str
    setting: PlugSetting | None = None
    sensor: SwitchSensor | None = None
    """Its measuring half, joined by serial number, else by name."""
    connection: PlugConnection | None = None
    connection_heard: Heard | None = None
    relay: PlugState | None = None
    relay_heard: Heard | None = None
    command: PlugCommand | None = None
    command_heard: Heard | None = None
    interval: SwitchInterval | None = None
    interval_heard: Heard | None = None

    @property
    def has_spoken(self) -> bool:
        """Whether it has ever said anything itself."""
        return not (self.connection is None and self.relay is None and self.command is None)

    @property
    def name(self) -> str:
        """As configured; "" where nobody named it."""
        return self.setting.name if self.setting else ""


@dataclass(slots=True)
class Meter:
    """One Gas & Water sensor: what is configured and what was heard."""

    sensor: int
    setting: GasWaterSensor | None = None
    interval: GasWaterInterval | None = None
    heard: Heard | None = None
    batteries: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=300))
    """(receiving clock, percent), oldest first."""
    totals: list[float] = field(default_factory=lambda: [0.0, 0.0])
    """Pulses counted since the watch began, per input."""

    def take(self, interval: GasWaterInterval, heard: Heard) -> None:
        """Count what one interval brought, once: a repeated interval and the broker's memory of one count nothing."""
        before = self.interval.end if self.interval is not None else None
        repeated = interval.end is not None and interval.end == before
        if not repeated and not heard.retained:
            for place, pulses in enumerate(interval.pulses[: len(self.totals)]):
                self.totals[place] += max(0.0, pulses or 0.0)
        self.interval, self.heard = interval, heard
        if interval.battery is not None and not repeated:
            self.batteries.append((heard.at, interval.battery))


@dataclass(slots=True)
class Devices:
    """All devices of one site, by what they are known by on the wire."""

    plugs: dict[str, Plug] = field(default_factory=dict)
    meters: dict[int, Meter] = field(default_factory=dict)
    switch_sensors: tuple[SwitchSensor, ...] = ()
    triggers: dict[int, Trigger] = field(default_factory=dict)
    schedules: dict[int, Schedule] = field(default_factory=dict)
    _intervals: dict[int, tuple[SwitchInterval, Heard]] = field(default_factory=dict)
    """Last interval per measuring half, which may be heard before it is known whose it is."""

    def plug(self, node: str) -> Plug | None:
        """The plug of this node, made when new; None when there are absurdly many."""
        node = node[:40]
        if node not in self.plugs and len(self.plugs) < MOST:
            self.plugs[node] = Plug(node)
        return self.plugs.get(node)

    def meter(self, sensor: int) -> Meter | None:
        """The sensor of this id, made when new; None when there are absurdly many."""
        if sensor not in self.meters and len(self.meters) < MOST:
            self.meters[sensor] = Meter(sensor)
        return self.meters.get(sensor)

    def configure_plugs(self, settings: tuple[PlugSetting, ...]) -> None:
        """Take a new `homeControlConfig`. A plug no longer configured keeps what was heard, without a setting."""
        for plug in self.plugs.values():
            plug.setting = None
        self.plugs = {node: plug for node, plug in self.plugs.items() if plug.has_spoken}
        for setting in settings[:MOST]:
            plug_of = self.plug(str(setting.node))
            if plug_of is not None:
                plug_of.setting = setting
        self.join()

    def configure_meters(self, settings: tuple[GasWaterSensor, ...], switches: tuple[SwitchSensor, ...]) -> None:
        """Take a new `sensorConfig`."""
        for meter in self.meters.values():
            meter.setting = None
        self.meters = {sensor: meter for sensor, meter in self.meters.items() if meter.heard is not None}
        for setting in settings[:MOST]:
            meter_of = self.meter(setting.sensor)
            if meter_of is not None:
                meter_of.setting = setting
        self.switch_sensors = switches[:MOST]
        self.join()

    def join(self) -> None:
        """Join measuring halves to plugs: by serial number, else by a name that only one of each has."""
        plugs = [(plug, plug.setting) for plug in self.plugs.values() if plug.setting is not None]
        for plug in self.plugs.values():
            plug.sensor = None
        by_serial = {sensor.serial: sensor for sensor in reversed(self.switch_sensors) if sensor.serial}
        for plug, setting in plugs:
            plug.sensor = by_serial.get(setting.serial) if setting.serial else None
        taken = {plug.sensor.sensor for plug, _ in plugs if plug.sensor is not None}
        sensors = Counter(sensor.name for sensor in self.switch_sensors)
        named = Counter(setting.name for _, setting in plugs)
        by_name = {sensor.name: sensor for sensor in self.switch_sensors if sensor.sensor not in taken and sensor.name}
        for plug, setting in plugs:
            if plug.sensor is None and sensors[setting.name] == 1 and named[setting.name] == 1:
                plug.sensor = by_name.get(setting.name)
        for plug in self.plugs.values():
            last = self._intervals.get(plug.sensor.sensor) if plug.sensor is not None else None
            plug.interval, plug.interval_heard = last if last is not None else (None, None)

    def measured(self, interval: SwitchInterval, heard: Heard) -> None:
        """Take what a measuring half measured, and give it to its plug where that is known."""
        if interval.sensor in self._intervals or len(self._intervals) < MOST:
            self._intervals[interval.sensor] = (interval, heard)
            plug = self.plug_of_sensor(interval.sensor)
            if plug is not None:
                plug.interval, plug.interval_heard = interval, heard

    def plug_of_sensor(self, sensor: int) -> Plug | None:
        """The plug whose measuring half has this id."""
        return next((p for p in self.plugs.values() if p.sensor is not None and p.sensor.sensor == sensor), None)
