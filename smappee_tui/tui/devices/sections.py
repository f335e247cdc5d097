"""The sections of the devices screen in lines: plugs, sensors, automations, supply, monitor."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.app.signs import severity_sign
from smappee_tui.app.switching import SwitchAction
from smappee_tui.diagnosis.checks.device_facts import (
    amount_fact,
    driving,
    leak_fact,
    schedule_fact,
    trigger_fact,
    unit_of,
)
from smappee_tui.diagnosis.checks.devices import DeviceVerdicts
from smappee_tui.diagnosis.checks.health import Health, health_of
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.moment import Moment
from smappee_tui.diagnosis.checks.plugs import PlugJudgement
from smappee_tui.diagnosis.checks.sensors import PulseCheck, SensorJudgement, last_seen
from smappee_tui.diagnosis.evidence.nominal import EUROPEAN, TOLERANCE
from smappee_tui.diagnosis.judgement import Judgement, PhaseVerdict, by_weight
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.protocol.messages import GasWaterChannel, Presence, Schedule, Trigger
from smappee_tui.site.devices import Devices, Heard, Meter, Plug
from smappee_tui.site.site import Site
from smappee_tui.tui.widgets.lines import Line, line, paragraph, spread


def sensor_lines(
    meter: Meter, said: DeviceVerdicts, check: PulseCheck | None, now: float, chosen: bool, width: int
) -> list[Line]:
    """One sensor: verdict, what it measured last, and its inputs.

    Args:
        meter: which.
        said: the verdicts of all.
        check: its guided check, if one was begun.
        now: the screen's clock, for how long the check runs.
        chosen: the cursor is on it.
        width: cells of a line.
    """
    judged = said.sensors[meter.sensor]
    glyph, tone = sensor_sign(judged)
    serial = (
        clean(meter.setting.serial)[:20] if meter.setting and meter.setting.serial else tr("devices_screen.no_serial")
    )
    left = line(
        ("▸ " if chosen else "  ", "key"), (f"{meter.sensor:>3}  ", "dim"), (serial, "strong" if chosen else "text")
    )
    lines = [spread(left, line((f"{glyph} {current().fact(judged.title)}", tone)), width)]
    lead = line("       ")
    lines += paragraph(_reading(meter, said), width, "text", lead)
    for place, channel in enumerate(meter.setting.channels if meter.setting else ()):
        lines += paragraph(_channel(meter, place, channel), width, "text" if channel.enabled else "dim", lead)
    if check is not None:
        text, mark, tone = check_words(check, said, now)
        lines += paragraph(text, width, tone, line("       ", (f"{mark} ", tone)))
    return lines


def sensor_sign(judged: SensorJudgement) -> tuple[str, str]:
    """Glyph and tone of a verdict. Silence is normal, so it is neither well nor wrong."""
    if judged.findings:
        worst = by_weight(judged.findings)[0]
        return severity_sign(worst.severity)
    return ("✓", "ok") if judged.verdict == "ok" else ("○", "wait")


def _reading(meter: Meter, said: DeviceVerdicts) -> str:
    reading = meter.interval
    if reading is None:
        return tr("devices_screen.sensor_nothing")
    unknown = said.sensors[meter.sensor].battery == "unknown" or reading.battery is None
    parts = [
        tr("devices_screen.battery_unknown") if unknown else tr("devices_screen.battery", percent=reading.battery or 0)
    ]
    if reading.celsius is not None:
        parts.append(tr("devices_screen.celsius", celsius=reading.celsius))
    if reading.humidity is not None:
        parts.append(tr("devices_screen.humidity", percent=reading.humidity))
    seen = last_seen(meter, said.moment)
    if seen is not None:
        code = (
            "devices_screen.last_seen_retained" if meter.heard and meter.heard.retained else "devices_screen.last_seen"
        )
        parts.append(tr(code, seconds=max(0.0, said.moment.now - seen)))
    return _BETWEEN.join(parts)


def _channel(meter: Meter, place: int, channel: GasWaterChannel) -> str:
    medium = current().word("device.medium", channel.medium)
    if not channel.enabled:
        return tr("devices_screen.disabled", place=place + 1, medium=medium)
    pulses = meter.interval.pulses[place] if meter.interval and place < len(meter.interval.pulses) else None
    total = meter.totals[place] if place < len(meter.totals) else 0.0
    rate = tr("devices_screen.pulses_not_set")
    if channel.pulses_per_unit:
        unit = clean(unit_of(channel)) or tr("devices_screen.unit")
        rate = tr("devices_screen.pulses", count=channel.pulses_per_unit, unit=unit)
    return tr(
        "devices_screen.channel",
        place=place + 1,
        medium=medium,
        last=amount_fact(pulses, channel),
        total=amount_fact(total, channel),
        pulses=rate,
        leak=leak_fact(channel),
    )


def check_words(check: PulseCheck, said: DeviceVerdicts, now: float) -> tuple[str, str, str]:
    """How the guided check stands: text, glyph, tone."""
    if check.counted:
        amounts = ", ".join(map(current().fact, check.counted))
        return tr("devices_screen.counted", amounts=amounts, seconds=check.seconds or 0.0), "✓", "ok"
    if check.failed(now):
        return tr("devices_screen.counted_nothing"), "!", "warn"
    return tr("devices_screen.run_water", seconds=check.report_in(now, said.moment.offset)), "…", "info"


_BETWEEN = "   "
_LABEL = 14
"""Cells of a label, at least."""
_PHASE = 12
_PHASE_TONES = {"ok": ("✓", "ok"), "reference": ("·", "dim"), "missing": ("✕", "fault")}


def automation_lines(site: Site, width: int) -> list[Line]:
    """Triggers, schedules and presence, plainly."""
    devices = site.devices
    lines: list[Line] = []
    rules: list[tuple[str, Schedule | Trigger, str]] = [
        *(("schedule", rule, current().fact(schedule_fact(rule))) for rule in devices.schedules.values()),
        *(("trigger", rule, current().fact(trigger_fact(rule))) for rule in devices.triggers.values()),
    ]
    room = _room("rule", ("schedule", "trigger", "presence"))
    for kind, rule, words in rules[:100]:
        code = "devices_screen.rule_named" if rule.label else "devices_screen.rule"
        text = tr(code, rule=words, label=rule.label, plugs=_plugs(site, rule.nodes))
        lines += paragraph(text, width, first=_label(f"rule.{kind}", room))
    presence = site.presence
    if presence is not None:
        code = {True: "present", False: "absent", None: "presence_unsaid"}[presence.present]
        heard = site.heard.get(Presence)
        text = _retained(tr(f"devices_screen.{code}"), heard is not None and heard.retained)
        lines += paragraph(text, width, first=_label("rule.presence", room))
    return lines


def _room(kind: str, labels: Sequence[str]) -> int:
    return max(_LABEL, *(cells_of(tr(f"devices_screen.{kind}.{label}")) + 4 for label in labels))


def _label(key: str, room: int) -> Line:
    return line((fit(f"  {tr(f'devices_screen.{key}')}", room), "dim"))


def _retained(what: str, retained: bool) -> str:
    return tr("devices_screen.retained", what=what) if retained else what


def _plugs(site: Site, nodes: tuple[int, ...]) -> str:
    names = []
    for node in nodes[:10]:
        plug = site.devices.plugs.get(str(node))
        names.append(
            tr("devices_screen.unknown_plug", node=node)
            if plug is None
            else clean(plug.name) or tr("device.plug", node=node)
        )
    return ", ".join(names) if names else tr("devices_screen.no_plug")


def supply_lines(site: Site, judgement: Judgement, width: int) -> list[Line]:
    """The voltage of each phase now and over the watch."""
    volts = site.sample.volts if site.sample is not None else ()
    lines = [_phase(phase, volts) for phase in judgement.phases]
    if not lines:
        return [line((f"  {tr('devices_screen.no_voltage')}", "dim"))]
    nominal = next((phase.nominal for phase in judgement.phases if phase.nominal), EUROPEAN)
    low, high = nominal * (1 - TOLERANCE), nominal * (1 + TOLERANCE)
    return [*lines, *paragraph(tr("devices_screen.certificate", low=low, high=high), width, "dim", line("  "))]


def _phase(phase: PhaseVerdict, volts: tuple[float, ...]) -> Line:
    glyph, tone = _PHASE_TONES.get(phase.verdict, ("!", "warn"))
    now = volts[phase.phase] if phase.phase < len(volts) else float("nan")
    present = now > 0  # also False for no number
    live = tr("devices_screen.volts_now", volts=now) if present else ""
    spread = ""
    if phase.lowest is not None and phase.highest is not None and phase.volts is not None:
        # What is judged may be some seconds older than what is shown as now.
        lowest, highest = min(phase.lowest, now if present else 1e9), max(phase.highest, now if present else 0.0)
        spread = tr("devices_screen.volts_spread", lowest=lowest, mean=phase.volts, highest=highest)
    return line(
        (f"  {phase_name(phase.phase)}  ", "strong"),
        (fit(f"{glyph} {tr(f'devices_screen.phase.{phase.verdict}')}", _PHASE), tone),
        (fit(live, _PHASE), "text"),
        (spread, "text"),
    )


def monitor_lines(site: Site, limits: DeviceLimits, width: int) -> list[Line]:
    """The monitor's health, and how old each thing is that it told."""
    health = health_of(site)
    lines: list[Line] = []
    room = _room("label", _LABELS)
    for label, text, well in _health(site, health, limits):
        tone = "text" if well else "warn"
        lines += paragraph(text if well else f"! {text}", width, tone, _label(f"label.{label}", room))
    parts = []
    for told in health.topics:
        age = tr("devices_screen.undated") if told.age is None else current().span(told.age)
        parts.append(_retained(f"{told.topic} {age}", told.retained))
    if parts:
        lines += paragraph(", ".join(parts), width, "dim", _label("label.ages", room))
    return lines


_LABELS = ("firmware", "status", "clock", "realtime", "frequency", "means", "restarts", "ages")


def _health(site: Site, health: Health, limits: DeviceLimits) -> list[tuple[str, str, bool]]:
    """Label, text, and whether it is well."""
    number = current().number
    rows: list[tuple[str, str, bool]] = []
    if site.monitor is not None and site.monitor.firmware:
        rows.append(("firmware", clean(site.monitor.firmware)[:40], True))
    if health.status is not None:
        text = number(health.status, "g") if health.status else tr("devices_screen.status_well", status=health.status)
        rows.append(("status", text, not health.status))
    if health.offset is not None:
        code = "devices_screen.clock_ahead" if health.offset > 0 else "devices_screen.clock_behind"
        rows.append(("clock", tr(code, seconds=abs(health.offset)), abs(health.offset) <= limits.clock_offset))
    if health.rate is not None:
        text = tr("devices_screen.rate", rate=health.rate)
        if health.gaps:
            text = tr("devices_screen.rate_gaps", rate=health.rate, count=health.gaps, longest=health.longest_gap)
        rows.append(("realtime", text, health.longest_gap <= limits.realtime_gap))
    if health.hertz is not None:
        rows.append(("frequency", f"{number(health.hertz, '.2f')} Hz", True))
    if health.means_age is not None:
        text = tr("devices_screen.means_age", seconds=health.means_age)
        rows.append(("means", text, health.means_age <= limits.interval_late))
    text = str(health.restarts) if health.restarts else tr("devices_screen.no_restarts")
    rows.append(("restarts", text, not health.restarts))
    return rows


def plug_lines(
    plug: Plug, devices: Devices, said: DeviceVerdicts, action: SwitchAction | None, chosen: bool, width: int
) -> list[Line]:
    """One plug: name and verdict, what it said and when, what it measures, what drives it.

    Args:
        plug: which.
        devices: those of the site, for automations.
        said: their verdicts.
        action: its last test, if there was one.
        chosen: the cursor is on it.
        width: cells of a line.
    """
    judged = said.plugs[plug.node]
    glyph, tone = plug_sign(judged)
    node = clean(plug.node)[:12]
    name = clean(plug.setting.name if plug.setting and plug.setting.name else tr("devices_screen.no_name"))
    left = line(("▸ " if chosen else "  ", "key"), (f"{node:>3}  ", "dim"), (name, "strong" if chosen else "text"))
    lines = [spread(left, line((f"{glyph} {current().fact(judged.title)}", tone)), width)]
    lead = line("       ")
    for text in (_state(plug, said.moment), _identity(plug, said.moment)):
        if text:
            lines += paragraph(text, width, "text" if not lines[1:] else "dim", lead)
    for rule in driving(plug.node, devices)[:20]:
        lines += paragraph(current().fact(rule), width, "dim", line("       ", ("↻ ", "dim")))
    if action is not None:
        lines += paragraph(action_words(action), width, "text", line("       ", ("T ", "key")))
    return lines


def plug_sign(judged: PlugJudgement) -> tuple[str, str]:
    """Glyph and tone of a verdict: by its finding where there is one."""
    if judged.finding is not None:
        return severity_sign(judged.finding.severity)
    return ("✓", "ok") if judged.verdict == "ok" else ("○", "wait")


def _state(plug: Plug, moment: Moment) -> str:
    parts = []
    if plug.connection is not None:
        parts.append(_since(plug.connection.state, plug.connection.since, plug.connection_heard, moment))
    if plug.relay is not None:
        parts.append(_since(plug.relay.state, plug.relay.since, plug.relay_heard, moment))
    return ", ".join(parts) if parts else tr("devices_screen.plug_nothing")


def _since(state: str, since: float | None, heard: Heard | None, moment: Moment) -> str:
    text = tr("devices_screen.state_for", state=state, seconds=moment.lasting(since, heard))
    return _retained(text, heard is not None and heard.retained)


def _identity(plug: Plug, moment: Moment) -> str:
    parts = []
    if plug.setting is None:
        parts.append(tr("devices_screen.not_in_configuration"))
    elif plug.setting.serial:
        parts.append(tr("devices_screen.serial", serial=clean(plug.setting.serial)[:20]))
    if plug.interval is not None and plug.interval.active_raw is not None:
        ended = moment.received(plug.interval.end)
        at = ended if ended is not None else plug.interval_heard.at if plug.interval_heard else moment.now
        retained = plug.interval_heard is not None and plug.interval_heard.retained
        code = "devices_screen.last_power_retained" if retained else "devices_screen.last_power"
        parts.append(tr(code, value=plug.interval.active_raw, seconds=max(0.0, moment.now - at)))
    elif plug.setting is not None and not plug.setting.measures:
        parts.append(tr("devices_screen.does_not_measure"))
    elif plug.setting is not None:
        parts.append(tr("devices_screen.no_power_yet"))
    return _BETWEEN.join(parts)


def action_words(action: SwitchAction) -> str:
    what = tr("devices_screen.put_back" if action.restores else "devices_screen.switched", state=action.word)
    outcome = action.outcome.replace(" ", "_")
    code = f"devices_screen.test.{outcome if outcome != 'sending' else 'waiting'}"
    return tr(code, what=what, seconds=action.seconds or 0.0, problem=current().fact(action.problem))
