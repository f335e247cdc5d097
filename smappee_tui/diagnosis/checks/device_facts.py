"""What plugs, sensors and automations are called and do, as facts."""

from __future__ import annotations

from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import GasWaterChannel, Schedule, Trigger
from smappee_tui.site.devices import Devices, Meter, Plug

_DAYS = {
    "ALL_DAYS": "device.every_day",
    "EVERY_DAY": "device.every_day",
    "WEEKDAYS": "device.weekdays",
    "WEEK_DAYS": "device.weekdays",
    "WEEKEND": "device.weekends",
    "WEEKENDS": "device.weekends",
}
_WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_TRIGGERS = {"ACTIVE_POWER_ABOVE": "device.trigger_above", "ACTIVE_POWER_BELOW": "device.trigger_below"}
_DELAYED = {"ACTIVE_POWER_ABOVE": "device.trigger_above_delay", "ACTIVE_POWER_BELOW": "device.trigger_below_delay"}
_UNITS = {"m3": "m³", "M3": "m³", "L": "l"}
INTERVAL_MINUTES = 5


def plug_label(plug: Plug) -> Fact:
    if plug.setting and plug.setting.name:
        return fact("device.plug_named", node=plug.node, name=plug.setting.name[:40])
    return fact("device.plug", node=plug.node)


def sensor_label(meter: Meter) -> Fact:
    serial = meter.setting.serial if meter.setting else None
    if serial:
        return fact("device.sensor_serial", number=meter.sensor, serial=serial[:20])
    return fact("device.sensor", number=meter.sensor)


def driving(node: str, devices: Devices) -> list[Fact]:
    """What drives this plug: "on at 09:10 every day (Boiler on)"."""
    schedules = [(rule.label, schedule_fact(rule)) for rule in devices.schedules.values() if drives(rule, node)]
    triggers = [(rule.label, trigger_fact(rule)) for rule in devices.triggers.values() if drives(rule, node)]
    return [
        fact("device.automation", rule=words, label=label) if label else words
        for label, words in (*schedules, *triggers)
    ]


def drives(rule: Schedule | Trigger, node: str) -> bool:
    """Whether this automation names the plug."""
    return node in (str(number) for number in rule.nodes)


def schedule_fact(schedule: Schedule) -> Fact:
    """What a schedule does: "on at 09:10 every day"."""
    known = schedule.hour is not None and 0 <= schedule.hour < 24
    minute = schedule.minute if schedule.minute is not None and 0 <= schedule.minute < 60 else 0
    time = fact("device.at_time", time=f"{schedule.hour:02d}:{minute:02d}") if known else fact("device.at_no_time")
    action, day = _action(schedule.action), _day(schedule.day)
    if day is None:
        return fact("device.schedule", action=action, time=time)
    return fact("device.schedule_days", action=action, time=time, when=day)


def _day(day: str) -> Fact | None:
    if day in _WEEK:
        return fact(f"device.each.{day}")
    if day.startswith("ALL_") and day[4:-1] in _WEEK:
        return fact(f"device.each.{day[4:-1]}")
    if day in _DAYS:
        return fact(_DAYS[day])
    return fact("device.other_day", day=day) if day and day != "UNKNOWN" else None


def trigger_fact(trigger: Trigger) -> Fact:
    """What a trigger does; one of an unknown type with every field that it carries."""
    action = _action(trigger.action)
    if trigger.kind in _TRIGGERS and trigger.threshold is not None:
        if trigger.delay:
            return fact(_DELAYED[trigger.kind], action=action, watts=trigger.threshold, delay=trigger.delay)
        return fact(_TRIGGERS[trigger.kind], action=action, watts=trigger.threshold)
    fields = tuple(
        fact(f"device.field.{name}", value=value)
        for name, value in (
            ("threshold", trigger.threshold),
            ("delay", trigger.delay),
            ("latitude", trigger.latitude),
            ("longitude", trigger.longitude),
            ("radius", trigger.radius),
        )
        if value
    )
    if not fields:
        return fact("device.trigger_unknown", action=action, kind=trigger.kind)
    return fact("device.trigger_unknown_fields", action=action, kind=trigger.kind, fields=fields)


def _action(action: str) -> Fact:
    if action in ("ON", "OFF"):
        return fact("device.switched_on" if action == "ON" else "device.switched_off")
    return fact("device.other_action", action=action)


def amount(pulses: float | None, channel: GasWaterChannel | None) -> tuple[float | None, str]:
    """Pulses as what they stand for: (3.0, "l"), (0.02, "m³"); bare "pulses" where the configuration does not tell."""
    if pulses is None:
        return None, ""
    if channel is None or not channel.pulses_per_unit or channel.pulses_per_unit < 0:
        return pulses, "pulses"
    return pulses / channel.pulses_per_unit, unit_of(channel) or "units"


def unit_of(channel: GasWaterChannel) -> str:
    """The unit as people write it: "l", "m³"; "" where none is configured."""
    return _UNITS.get(channel.unit, channel.unit)


def amount_fact(pulses: float | None, channel: GasWaterChannel | None) -> Fact:
    """The same to tell: "3 l", "0.02 m³", "-" where nothing was said."""
    value, unit = amount(pulses, channel)
    return fact("format.none") if value is None else fact("device.amount", value=value, unit=unit)


def leak_fact(channel: GasWaterChannel) -> Fact:
    """When the monitor calls uninterrupted flow a leak."""
    if not channel.leak_intervals or channel.leak_intervals < 0:
        return fact("device.no_leak_watch")
    return fact("device.leak_after", seconds=60.0 * INTERVAL_MINUTES * channel.leak_intervals)
