"""Plugs, sensors, automations and the monitor's health in `check --json`."""

from __future__ import annotations

from typing import Any

from smappee_tui.cli.json_values import iso, number
from smappee_tui.cli.watched import Watched
from smappee_tui.diagnosis.automations import driving
from smappee_tui.diagnosis.device_words import amount, leak_words, schedule_words, trigger_words
from smappee_tui.diagnosis.health import health_of
from smappee_tui.site.devices import Meter, Plug


def plug_entry(plug: Plug, seen: Watched) -> dict[str, Any]:
    """One plug."""
    relay, connection, interval = plug.relay, plug.connection, plug.interval
    since = relay.since if relay is not None else connection.since if connection is not None else None
    said = seen.said.plugs[plug.node]
    return {
        "node": int(plug.node) if plug.node.isascii() and plug.node.isdigit() and len(plug.node) < 16 else plug.node,
        "name": plug.setting.name if plug.setting else "",
        "serial": (plug.setting.serial or None) if plug.setting else None,
        "connection": connection.state if connection else None,
        "state": relay.state if relay else None,
        "since": iso(since),
        "verdict": said.verdict,
        "words": said.words,
        "connection_since": iso(connection.since) if connection else None,
        "connection_retained": plug.connection_heard.retained if plug.connection_heard else None,
        "state_retained": plug.relay_heard.retained if plug.relay_heard else None,
        "power_raw": number(interval.active_raw, 3) if interval else None,
        "power_at": iso(interval.end) if interval else None,
        "automations": driving(plug.node, seen.devices),
    }


def sensor_entry(meter: Meter, seen: Watched) -> dict[str, Any]:
    """One gas and water sensor."""
    reading, heard = meter.interval, meter.heard
    at = None
    if reading is not None and heard is not None:
        at = reading.end if heard.retained else heard.at  # the broker's memory is not "now"
    said = seen.said.sensors[meter.sensor]
    return {
        "sensor": meter.sensor,
        "serial": (meter.setting.serial or None) if meter.setting else None,
        "battery": number(reading.battery, 0) if reading else None,
        "temperature": number(reading.celsius, 1) if reading else None,
        "humidity": number(reading.humidity, 0) if reading else None,
        "last_seen": iso(at),
        "verdict": said.verdict,
        "words": said.words,
        "battery_state": said.battery,
        "channels": _channels(meter),
    }


def _channels(meter: Meter) -> list[dict[str, Any]]:
    settings = meter.setting.channels if meter.setting else ()
    pulses = meter.interval.pulses if meter.interval else ()
    entries = []
    for place in range(max(len(settings), len(pulses))):
        setting = settings[place] if place < len(settings) else None
        last, unit = amount(pulses[place] if place < len(pulses) else None, setting)
        counted = meter.totals[place] if place < len(meter.totals) else None
        total, total_unit = amount(counted, setting)
        entries.append(
            {
                "medium": setting.medium if setting else None,
                "unit": unit or total_unit or None,
                "pulses_per_unit": number(setting.pulses_per_unit, 6) if setting else None,
                "enabled": setting.enabled if setting else None,
                "leak": leak_words(setting) if setting else None,
                "last": number(last, 6),
                "counted": number(total, 6),
            }
        )
    return entries


def automations_entry(seen: Watched) -> dict[str, Any]:
    """Triggers, schedules, presence."""
    devices, presence = seen.devices, seen.site.presence
    return {
        "triggers": [
            {"id": t.trigger, "label": t.label, "type": t.kind, "words": trigger_words(t), "nodes": list(t.nodes)}
            for t in devices.triggers.values()
        ],
        "schedules": [
            {"id": s.schedule, "label": s.label, "words": schedule_words(s), "nodes": list(s.nodes)}
            for s in devices.schedules.values()
        ],
        "presence": presence.present if presence else None,
    }


def health_entry(seen: Watched) -> dict[str, Any]:
    """How the monitor itself is doing."""
    health = health_of(seen.site)
    return {
        "status": number(health.status, 3),
        "hertz": number(health.hertz, 3),
        "clock_offset": number(health.offset, 2),
        "restarts": health.restarts,
        "realtime_rate": number(health.rate, 3),
        "longest_gap": number(health.longest_gap, 2),
        "gaps": health.gaps,
        "aggregated_age": number(health.means_age, 1),
        "heard": [
            {"topic": told.topic, "retained": told.retained, "age": number(told.age, 1), "heard": iso(told.heard_at)}
            for told in health.topics
        ],
    }
