"""`check --json`: the document of schema smappee-tui/check/2, as a pure function of what was seen."""

from __future__ import annotations

from typing import Any

from smappee_tui.app.watch import Observation
from smappee_tui.cli.check.corrections import correction_entries
from smappee_tui.cli.check.limits import limit_entry
from smappee_tui.cli.values import iso, number
from smappee_tui.diagnosis.checks.device_facts import amount, driving, leak_fact, schedule_fact, trigger_fact
from smappee_tui.diagnosis.checks.health import health_of
from smappee_tui.diagnosis.evidence.record import HistorySpan
from smappee_tui.diagnosis.judgement import WAITING, Finding, Judgement, PhaseBalance, PhaseVerdict, WitnessVerdict
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import Fact, Param, Params
from smappee_tui.site.devices import Meter, Plug
from smappee_tui.site.view import ChannelView


def plug_entry(plug: Plug, seen: Observation, words: Translator) -> dict[str, Any]:
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
        "words": words.fact(said.title),
        "connection_since": iso(connection.since) if connection else None,
        "connection_retained": plug.connection_heard.retained if plug.connection_heard else None,
        "state_retained": plug.relay_heard.retained if plug.relay_heard else None,
        "power_raw": number(interval.active_raw, 3) if interval else None,
        "power_at": iso(interval.end) if interval else None,
        "automations": list(map(words.fact, driving(plug.node, seen.devices))),
    }


def sensor_entry(meter: Meter, seen: Observation, words: Translator) -> dict[str, Any]:
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
        "words": words.fact(said.title),
        "battery_state": said.battery,
        "channels": _channels(meter, words),
    }


def _channels(meter: Meter, words: Translator) -> list[dict[str, Any]]:
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
                "leak": words.fact(leak_fact(setting)) if setting else None,
                "last": number(last, 6),
                "counted": number(total, 6),
            }
        )
    return entries


def automations_entry(seen: Observation, words: Translator) -> dict[str, Any]:
    """Triggers, schedules, presence."""
    devices, presence = seen.devices, seen.site.presence
    return {
        "triggers": [
            {
                "id": t.trigger,
                "label": t.label,
                "type": t.kind,
                "words": words.fact(trigger_fact(t)),
                "nodes": list(t.nodes),
            }
            for t in devices.triggers.values()
        ],
        "schedules": [
            {"id": s.schedule, "label": s.label, "words": words.fact(schedule_fact(s)), "nodes": list(s.nodes)}
            for s in devices.schedules.values()
        ],
        "presence": presence.present if presence else None,
    }


def health_entry(seen: Observation) -> dict[str, Any]:
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


SCHEMA = "smappee-tui/check/2"
_NOT_JUDGED = "inconclusive"
"""For a channel that the diagnosis does not mention, as before the configuration has arrived."""


def check_document(seen: Observation, words: Translator | None = None) -> dict[str, Any]:
    """Build the document. The same messages give the same document, whether they came live or from a recording.

    Args:
        seen: the end of a watch.
        words: whose sentences stand in it; None: English ones.
    """
    words = words or Translator("en")
    judgement = seen.judgement
    channels = [_channel(view, judgement, words) for view in seen.view.channels]
    return {
        "schema": SCHEMA,
        "monitor": {
            "uuid": seen.view.uuid,
            "serial": seen.view.serial or None,
            "product": seen.view.product,
            "firmware": seen.view.firmware or None,
            "dialect": None if seen.view.dialect == "unknown" else seen.view.dialect,
        },
        "observed": {
            "from": iso(seen.first or None),
            "to": iso(seen.last or None),
            "seconds": number(seen.last - seen.first, 1),
            "realtime_messages": seen.quality.realtime,
            "bad_messages": seen.quality.bad,
            "longest_gap": number(seen.quality.longest_gap, 2),
        },
        **({} if seen.past is None else {"history": _history(seen.past)}),
        "supply": {"kind": judgement.supply, "phases": [_phase(phase) for phase in judgement.phases]},
        "balance": [_balance(entry) for entry in judgement.balance],
        "limits": [limit_entry(limit, words) for limit in judgement.limits if limit.verdict != "unchecked"],
        "channels": channels,
        "plugs": [plug_entry(seen.devices.plugs[node], seen, words) for node in seen.said.plugs],
        "sensors": [sensor_entry(seen.devices.meters[sensor], seen, words) for sensor in seen.said.sensors],
        "findings": [_finding(finding, words) for finding in judgement.findings],
        "corrections": correction_entries(seen),
        "summary": {
            "fault": judgement.count("fault"),
            "warning": judgement.count("warning"),
            "info": judgement.count("info"),
            "undecided": sum(1 for channel in channels if channel["verdict"] in WAITING),
        },
        "automations": automations_entry(seen, words),
        "health": health_entry(seen),
        "link": _link(seen),
        "chosen": {"by": seen.chosen.by, "others": seen.chosen.others} if seen.chosen is not None else None,
        "witness": _witness(judgement.witness),
        "limits_unchecked": [limit_entry(limit, words) for limit in judgement.limits if limit.verdict == "unchecked"],
    }


def _witness(found: WitnessVerdict | None) -> dict[str, Any] | None:
    """The utility's meter beside the grid CTs; None without one."""
    if found is None:
        return None
    return {
        "house": found.house,
        "readings": found.readings,
        "delay_seconds": number(found.delay, 1),
        "order": [{"phase": phase_name(phase), "line": phase_name(line)} for phase, line in enumerate(found.order)],
        "grid": [
            {
                "input": one.input,
                "line": phase_name(one.line),
                "meter_watts": number(one.meter, 0),
                "watts": number(one.shown, 0),
                "ratio": number(one.size, 3),
                "proved": one.clear,
            }
            for one in found.lines
        ],
    }


def _history(past: HistorySpan) -> dict[str, Any]:
    """What a judgement from the cloud rests on; there is no such key after a watch."""
    return {
        "source": "cloud",
        "from": iso(past.first),
        "to": iso(past.last),
        "intervals": past.intervals,
        "interval_seconds": 300,
        "reactive_signed": past.signed,
    }


def _probability(value: float) -> float | int | None:
    """Three digits; 1 is never said of something that is not certain."""
    return number(min(value, 0.999) if value < 1 else 1.0, 3)


def _phase(phase: PhaseVerdict) -> dict[str, Any]:
    return {
        "phase": phase_name(phase.phase),
        "volts": number(phase.volts, 1),
        "nominal": number(phase.nominal, 0),
        "lowest": number(phase.lowest, 1),
        "highest": number(phase.highest, 1),
        "verdict": phase.verdict,
    }


def _balance(entry: PhaseBalance) -> dict[str, Any]:
    return {
        "phase": phase_name(entry.phase),
        "grid": number(entry.grid, 1),
        "production": number(entry.production, 1),
        "circuits": number(entry.circuits, 1),
        "unmetered": number(entry.unmetered, 1),
        "verdict": entry.verdict,
    }


def _link(seen: Observation) -> dict[str, Any] | None:
    """How whole the watch was; None where nothing was watched."""
    if seen.link is None:
        return None
    return {
        "reconnects": seen.link.reconnects,
        "seconds_missing": number(seen.missing, 1),
        "dropped": seen.link.dropped.total,
        "dropped_realtime": seen.link.dropped.realtime,
        "dropped_unknown": seen.link.dropped.unknown,
        "unreadable": seen.quality.bad,
    }


def _channel(view: ChannelView, judgement: Judgement, words: Translator) -> dict[str, Any]:
    setting, said = view.setting, judgement.channels.get(view.input)
    return {
        "input": view.input,
        "hub": setting.hub if setting else None,
        "name": setting.name if setting else "",
        "role": view.role,
        "connection": view.connection,
        "configured_phase": phase_name(setting.phase) if setting else None,
        "reversed": setting.reversed if setting else False,
        "amps": number(view.amps, 2),
        "watts": number(view.watts, 1),
        "volts": number(view.volts, 1),
        "pf": number(view.pf.value, 2) if view.pf else None,
        "verdict": said.verdict if said else _NOT_JUDGED,
        "actual_phase": phase_name(said.actual_phase) if said else None,
        "confidence": _probability(said.confidence) if said else 0,
        "evidence": list(map(words.fact, said.evidence)) if said else [],
        "advice": (words.fact(said.advice) or None) if said else None,
        "watching": said.watching if said else None,
        "size": said.size if said else "unchecked",
        "findings": [place for place, finding in enumerate(judgement.findings) if finding.names(view.input)],
    }


def _finding(finding: Finding, words: Translator) -> dict[str, Any]:
    said = words.finding(finding)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "subject": str(finding.subject),
        "title": said.title,
        "evidence": list(said.evidence),
        "advice": said.advice,
        "params": _params(finding.params),
        "channels": list(finding.channels),
    }


def _params(params: Params) -> dict[str, Any]:
    """The facts that the sentences are made of, in SI units, whatever the language."""
    return {name: _param(value) for name, value in params.items()}


def _param(value: Param) -> Any:
    if isinstance(value, Fact):
        return {**_params(value.params), "code": value.code}
    if isinstance(value, tuple):
        return [_param(one) for one in value]
    return number(value, 6) if isinstance(value, float) else value
