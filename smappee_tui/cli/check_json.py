"""`check --json`: the document of schema smappee-tui/check/1, as a pure function of what was seen."""

from __future__ import annotations

import json
import re
from typing import Any

from smappee_tui.cli.check_devices import automations_entry, health_entry, plug_entry, sensor_entry
from smappee_tui.cli.json_values import iso, number
from smappee_tui.cli.watched import Watched
from smappee_tui.diagnosis.judgement import WAITING, ChannelVerdict, Finding, PhaseVerdict
from smappee_tui.diagnosis.past.record import PastSpan
from smappee_tui.site.view import ChannelView

SCHEMA = "smappee-tui/check/1"
_NOT_JUDGED = "inconclusive"
"""For a channel that the diagnosis does not mention, as before the configuration has arrived."""
_UNSAFE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")
"""Characters that steer a terminal or turn text round; JSON can spell them so that they do neither."""


def check_document(seen: Watched) -> dict[str, Any]:
    """Build the document. The same messages give the same document, whether they came live or from a recording."""
    channels = [_channel(view, seen.judgement.channels.get(view.input)) for view in seen.view.channels]
    judgement = seen.judgement
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
            "from": iso(seen.first),
            "to": iso(seen.last),
            "seconds": number(seen.last - seen.first, 1),
            "realtime_messages": seen.quality.realtime,
            "bad_messages": seen.quality.bad,
            "longest_gap": number(seen.quality.longest_gap, 2),
        },
        **({} if seen.past is None else {"history": _history(seen.past)}),
        "supply": {"kind": judgement.supply, "phases": [_phase(phase) for phase in judgement.phases]},
        "channels": channels,
        "plugs": [plug_entry(seen.devices.plugs[node], seen) for node in seen.said.plugs],
        "sensors": [sensor_entry(seen.devices.meters[sensor], seen) for sensor in seen.said.sensors],
        "findings": [_finding(finding) for finding in judgement.findings],
        "summary": {
            "fault": judgement.count("fault"),
            "warning": judgement.count("warning"),
            "info": judgement.count("info"),
            "undecided": sum(1 for channel in channels if channel["verdict"] in WAITING),
        },
        "automations": automations_entry(seen),
        "health": health_entry(seen),
    }


def _history(past: PastSpan) -> dict[str, Any]:
    """What a judgement from the cloud rests on; there is no such key after a watch."""
    return {
        "source": "cloud",
        "from": iso(past.first),
        "to": iso(past.last),
        "intervals": past.intervals,
        "interval_seconds": 300,
        "reactive_signed": past.signed,
    }


def as_text(document: dict[str, Any], *, ascii_only: bool = False) -> str:
    """Write a document so that it can be shown on any terminal: nothing in a device's name steers it."""
    text = json.dumps(document, ensure_ascii=ascii_only, indent=2, allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _phase_name(phase: int | None) -> str | None:
    return None if phase is None else f"L{phase + 1}"


def _probability(value: float) -> float | int | None:
    """Three digits; 1 is never said of something that is not certain."""
    return number(min(value, 0.999) if value < 1 else 1.0, 3)


def _phase(phase: PhaseVerdict) -> dict[str, Any]:
    return {
        "phase": _phase_name(phase.phase),
        "volts": number(phase.volts, 1),
        "lowest": number(phase.lowest, 1),
        "highest": number(phase.highest, 1),
        "verdict": phase.verdict,
    }


def _channel(view: ChannelView, said: ChannelVerdict | None) -> dict[str, Any]:
    setting = view.setting
    return {
        "input": view.input,
        "hub": setting.hub if setting else None,
        "name": setting.name if setting else "",
        "role": view.role,
        "connection": view.connection,
        "configured_phase": _phase_name(setting.phase) if setting else None,
        "reversed": setting.reversed if setting else False,
        "amps": number(view.amps, 2),
        "watts": number(view.watts, 1),
        "volts": number(view.volts, 1),
        "pf": number(view.pf.value, 2) if view.pf else None,
        "verdict": said.verdict if said else _NOT_JUDGED,
        "actual_phase": _phase_name(said.actual_phase) if said else None,
        "confidence": _probability(said.confidence) if said else 0,
        "evidence": list(said.evidence) if said else [],
        "advice": (said.advice or None) if said else None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "subject": finding.subject,
        "title": finding.title,
        "evidence": list(finding.evidence),
        "advice": finding.advice,
    }
