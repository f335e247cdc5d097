"""Plugs, sensors and automations in words."""

from __future__ import annotations

from smappee_tui.protocol.messages import GasWaterChannel, Schedule, Trigger

_DAYS = {
    "ALL_DAYS": "every day",
    "EVERY_DAY": "every day",
    "WEEKDAYS": "on weekdays",
    "WEEK_DAYS": "on weekdays",
    "WEEKEND": "at weekends",
    "WEEKENDS": "at weekends",
}
_WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_POWER = {"ACTIVE_POWER_ABOVE": "rises above", "ACTIVE_POWER_BELOW": "falls below"}
_UNITS = {"m3": "m³", "M3": "m³", "L": "l"}
INTERVAL_MINUTES = 5


def span(seconds: float) -> str:
    """A length of time: 42 s, 16 min, 5 h, 3 days."""
    if seconds < 100:
        return f"{max(0, seconds):.0f} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86_400:.0f} days"


def schedule_words(schedule: Schedule) -> str:
    """What a schedule does: "on at 09:10 every day"."""
    known = schedule.hour is not None and 0 <= schedule.hour < 24
    minute = schedule.minute if schedule.minute is not None and 0 <= schedule.minute < 60 else 0
    time = f"at {schedule.hour:02d}:{minute:02d}" if known else "at a time not given"
    return f"{_action(schedule.action)} {time} {_day(schedule.day)}".strip()


def _day(day: str) -> str:
    if day in _WEEK:
        return f"on {day.capitalize()}s"
    if day.startswith("ALL_") and day[4:-1] in _WEEK:
        return f"on {day[4:].capitalize()}"
    return _DAYS.get(day, f"on {day}" if day and day != "UNKNOWN" else "")


def trigger_words(trigger: Trigger) -> str:
    """What a trigger does; one of an unknown type with every field that it carries."""
    if trigger.kind in _POWER and trigger.threshold is not None:
        words = f"{_action(trigger.action)} when the power {_POWER[trigger.kind]} {trigger.threshold:g} W"
        return words + (f", delay {trigger.delay:g}" if trigger.delay else "")
    fields = [
        f"{name} {value:g}"
        for name, value in (
            ("threshold", trigger.threshold),
            ("delay", trigger.delay),
            ("latitude", trigger.latitude),
            ("longitude", trigger.longitude),
            ("radius", trigger.radius),
        )
        if value
    ]
    return f"{_action(trigger.action)} by {trigger.kind}" + (f" ({', '.join(fields)})" if fields else "")


def _action(action: str) -> str:
    return action.lower() if action in ("ON", "OFF") else f"“{action}”"


def amount(pulses: float | None, channel: GasWaterChannel | None) -> tuple[float | None, str]:
    """Pulses as what they stand for: (3.0, "l"), (0.02, "m³"); bare pulses where the configuration does not tell."""
    if pulses is None:
        return None, ""
    if channel is None or not channel.pulses_per_unit or channel.pulses_per_unit < 0:
        return pulses, "pulses"
    return pulses / channel.pulses_per_unit, unit_word(channel) or "units"


def unit_word(channel: GasWaterChannel) -> str:
    """The unit as people write it: "l", "m³"; "" where none is configured."""
    return _UNITS.get(channel.unit, channel.unit)


def amount_words(pulses: float | None, channel: GasWaterChannel | None) -> str:
    """The same as a text: "3 l", "0.02 m³", "-" where nothing was said."""
    value, unit = amount(pulses, channel)
    return "-" if value is None else f"{value:.6g} {unit}"


def medium_word(channel: GasWaterChannel) -> str:
    """Water, gas, or what the configuration says."""
    return channel.medium.lower() if channel.medium in ("WATER", "GAS") else channel.medium


def leak_words(channel: GasWaterChannel) -> str:
    """When the monitor calls uninterrupted flow a leak."""
    if not channel.leak_intervals or channel.leak_intervals < 0:
        return "no leak watch"
    return f"leak after {span(60.0 * INTERVAL_MINUTES * channel.leak_intervals)} without a pause"
