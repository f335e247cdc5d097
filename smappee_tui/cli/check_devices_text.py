"""Plugs, sensors and the monitor's health in `check` for a person."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.cli.amounts import counted
from smappee_tui.cli.watched import Watched
from smappee_tui.diagnosis.automations import driving
from smappee_tui.diagnosis.device_words import amount_words, medium_word, span
from smappee_tui.diagnosis.health import health_of
from smappee_tui.diagnosis.plugs import plug_label
from smappee_tui.diagnosis.sensors import sensor_label
from smappee_tui.plaintext import clean, wrap
from smappee_tui.site.devices import Meter, Plug


def device_lines(seen: Watched, cells: int) -> Iterator[str]:
    """Every plug and every sensor, one or two lines each."""
    devices, said = seen.devices, seen.said
    if devices.plugs:
        well = sum(1 for one in said.plugs.values() if one.verdict == "ok")
        yield f"{counted(len(devices.plugs), 'plug')}, {well} ok"
    for node, one in said.plugs.items():
        yield from _item(_plug(devices.plugs[node], seen), one.verdict, cells)
    if devices.meters:
        fine = sum(1 for one in said.sensors.values() if one.verdict == "ok")
        yield f"{counted(len(devices.meters), 'gas & water sensor')}, {fine} ok"
    for number, other in said.sensors.items():
        # Its silence is normal: that nothing was counted is worth no exclamation mark.
        yield from _item(_sensor(devices.meters[number], seen), other.verdict if other.findings else "ok", cells)


def _item(text: str, verdict: str, cells: int) -> list[str]:
    mark = "✓" if verdict == "ok" else "!"
    return wrap(clean(text, 2000), cells, first=f"  {mark} ", rest="    ")


def _plug(plug: Plug, seen: Watched) -> str:
    parts = [seen.said.plugs[plug.node].words]
    if plug.relay is not None:
        lasted = seen.said.moment.lasting(plug.relay.since, plug.relay_heard)
        remembered = " (from the broker's memory)" if plug.relay_heard and plug.relay_heard.retained else ""
        parts.append(f"{plug.relay.state} for {span(lasted)}{remembered}")
    if plug.interval is not None and plug.interval.active_raw is not None:
        parts.append(f"last power {plug.interval.active_raw:g} (unit unsettled)")
    parts += driving(plug.node, seen.devices)
    return f"{plug_label(plug)}: {', '.join(parts)}"


def _sensor(meter: Meter, seen: Watched) -> str:
    parts = [seen.said.sensors[meter.sensor].words]
    reading = meter.interval
    if reading is not None:
        for place, setting in enumerate(meter.setting.channels if meter.setting else ()):
            pulses = reading.pulses[place] if place < len(reading.pulses) else None
            last = amount_words(pulses, setting) if setting.enabled else "disabled"
            parts.append(f"{medium_word(setting)} {last}")
        if reading.celsius is not None:
            parts.append(f"temperature {reading.celsius:.1f}")
        percents = (("humidity", reading.humidity), ("battery", reading.battery))
        parts += [f"{name} {value:.0f} %" for name, value in percents if value is not None]
    return f"{sensor_label(meter)}: {', '.join(parts)}"


def health_line(seen: Watched) -> str:
    """The monitor in one line; empty before it has measured anything."""
    health = health_of(seen.site)
    if health.rate is None and health.hertz is None:
        return ""
    parts = []
    if health.rate is not None:
        parts.append(f"{health.rate:.2f} readings/s")
    if health.hertz is not None:
        parts.append(f"{health.hertz:.2f} Hz")
    if health.offset is not None:
        parts.append(f"clock {round(health.offset, 1) + 0.0:+.1f} s")
    parts.append(f"status {'not given' if health.status is None else f'{health.status:g}'}")
    if health.restarts:
        parts.append(counted(health.restarts, "restart"))
    if health.means_age is not None:
        parts.append(f"5-minute values {span(health.means_age)} old")
    return f"Monitor: {', '.join(parts)}"
