"""The plugs in lines."""

from __future__ import annotations

from smappee_tui.app.switch_action import SwitchAction
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
from smappee_tui.diagnosis.judgement import Judgement, PhaseVerdict, by_weight
from smappee_tui.i18n import current
from smappee_tui.i18n.text import clean, fit
from smappee_tui.protocol.messages import GasWaterChannel, Presence, Schedule, Trigger
from smappee_tui.site.devices import Devices, Heard, Meter, Plug
from smappee_tui.site.site import Site
from smappee_tui.tui.widgets.lines import Line, line, paragraph, spread
from smappee_tui.tui.widgets.words import SEVERITY, counted, phase_word


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
    serial = clean(meter.setting.serial)[:20] if meter.setting and meter.setting.serial else "no serial"
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
        return SEVERITY[worst.severity][:2]
    return ("✓", "ok") if judged.verdict == "ok" else ("○", "wait")


def _reading(meter: Meter, said: DeviceVerdicts) -> str:
    reading = meter.interval
    if reading is None:
        return "Nothing heard yet: it reports only when something was consumed."
    battery = "unknown" if said.sensors[meter.sensor].battery == "unknown" else f"{reading.battery or 0:.0f} %"
    parts = [f"battery {battery}"]
    if reading.celsius is not None:
        parts.append(f"{reading.celsius:.1f} °C")
    if reading.humidity is not None:
        parts.append(f"{reading.humidity:.0f} % humidity")
    seen = last_seen(meter, said.moment)
    if seen is not None:
        kept = ", retained" if meter.heard is not None and meter.heard.retained else ""
        parts.append(f"last seen {current().span(max(0.0, said.moment.now - seen))} ago{kept}")
    return "   ".join(parts)


def _channel(meter: Meter, place: int, channel: GasWaterChannel) -> str:
    pulses = meter.interval.pulses[place] if meter.interval and place < len(meter.interval.pulses) else None
    head = f"{place + 1} {current().word('device.medium', channel.medium)}"
    if not channel.enabled:
        return f"{head}: disabled"
    total = meter.totals[place] if place < len(meter.totals) else 0.0
    parts = [
        f"last {current().fact(amount_fact(pulses, channel))}",
        f"{current().fact(amount_fact(total, channel))} this watch",
    ]
    if channel.pulses_per_unit:
        many = "" if channel.pulses_per_unit == 1 else "s"
        parts.append(f"{channel.pulses_per_unit:g} pulse{many} per {clean(unit_of(channel)) or 'unit'}")
    else:
        parts.append("pulses per unit not set")
    return f"{head}: {', '.join(parts)}, {current().fact(leak_fact(channel))}"


def check_words(check: PulseCheck, said: DeviceVerdicts, now: float) -> tuple[str, str, str]:
    """How the guided check stands: text, glyph, tone."""
    if check.counted:
        t = current()
        counted_words = ", ".join(map(t.fact, check.counted))
        return f"Counted {counted_words}, {t.span(check.seconds or 0.0)} after you began.", "✓", "ok"
    if check.failed(now):
        text = (
            "Nothing was counted. Check the pulse reader's place on the meter, the battery, and that the input is on."
        )
        return text, "!", "warn"
    left = current().span(check.report_in(now, said.moment.offset))
    return f"Run a litre of water, or light the burner. The next report is due in {left}.", "…", "info"


_LABEL = 14
_PHASE_TONES = {"ok": ("✓", "ok"), "reference": ("·", "dim"), "missing": ("✕", "fault")}


def automation_lines(site: Site, width: int) -> list[Line]:
    """Triggers, schedules and presence, plainly."""
    devices = site.devices
    lines: list[Line] = []
    rules: list[tuple[str, Schedule | Trigger, str]] = [
        *(("schedule", rule, current().fact(schedule_fact(rule))) for rule in devices.schedules.values()),
        *(("trigger", rule, current().fact(trigger_fact(rule))) for rule in devices.triggers.values()),
    ]
    for kind, rule, words in rules[:100]:
        label = f" “{clean(rule.label)}”" if rule.label else ""
        drives = _plugs(site, rule.nodes)
        lines += paragraph(f"{clean(words)}{label}: {drives}", width, first=line((fit(f"  {kind}", _LABEL), "dim")))
    presence = site.presence
    if presence is not None:
        word = {True: "somebody is at home", False: "nobody is at home", None: "not said"}[presence.present]
        heard = site.heard.get(Presence)
        kept = " (retained)" if heard is not None and heard.retained else ""
        lines += paragraph(
            f"the monitor thinks that {word}{kept}", width, first=line((fit("  presence", _LABEL), "dim"))
        )
    return lines


def _plugs(site: Site, nodes: tuple[int, ...]) -> str:
    names = []
    for node in nodes[:10]:
        plug = site.devices.plugs.get(str(node))
        names.append(clean(plug.name) if plug is not None else f"unknown plug {node}")
    return ", ".join(names) if names else "no plug"


def supply_lines(site: Site, judgement: Judgement, width: int) -> list[Line]:
    """The voltage of each phase now and over the watch."""
    volts = site.sample.volts if site.sample is not None else ()
    lines = [_phase(phase, volts) for phase in judgement.phases]
    if not lines:
        return [line(("  No voltage has been heard yet.", "dim"))]
    text = "Within 207 to 253 V is an indication only: a certificate (EN 50160) takes a week of 10-minute means."
    return [*lines, *paragraph(text, width, "dim", line("  "))]


def _phase(phase: PhaseVerdict, volts: tuple[float, ...]) -> Line:
    glyph, tone = _PHASE_TONES.get(phase.verdict, ("!", "warn"))
    now = volts[phase.phase] if phase.phase < len(volts) else float("nan")
    present = now > 0  # also False for no number
    live = f"now {now:.0f} V" if present else ""
    spread = ""
    if phase.lowest is not None and phase.highest is not None and phase.volts is not None:
        # What is judged may be some seconds older than what is shown as now.
        lowest, highest = min(phase.lowest, now if present else 1e9), max(phase.highest, now if present else 0.0)
        spread = f"lowest {lowest:.0f}, mean {phase.volts:.1f}, highest {highest:.0f} V"
    return line(
        (f"  {phase_word(phase.phase)}  ", "strong"),
        (fit(f"{glyph} {phase.verdict}", 12), tone),
        (fit(live, 12), "text"),
        (spread, "text"),
    )


def monitor_lines(site: Site, limits: DeviceLimits, width: int) -> list[Line]:
    """The monitor's health, and how old each thing is that it told."""
    health = health_of(site)
    lines: list[Line] = []
    for label, text, well in _health(site, health, limits):
        tone = "text" if well else "warn"
        lines += paragraph(text if well else f"! {text}", width, tone, line((fit(f"  {label}", _LABEL), "dim")))
    parts = []
    for told in health.topics:
        age = "undated" if told.age is None else current().span(told.age)
        parts.append(f"{told.topic} {age}{' (retained)' if told.retained else ''}")
    if parts:
        lines += paragraph(", ".join(parts), width, "dim", line((fit("  ages", _LABEL), "dim")))
    return lines


def _health(site: Site, health: Health, limits: DeviceLimits) -> list[tuple[str, str, bool]]:
    """Label, text, and whether it is well."""
    rows: list[tuple[str, str, bool]] = []
    if site.monitor is not None and site.monitor.firmware:
        rows.append(("firmware", clean(site.monitor.firmware)[:40], True))
    if health.status is not None:
        rows.append(("status", f"{health.status:g}" + ("" if health.status else ", well"), not health.status))
    if health.offset is not None:
        side = "ahead of" if health.offset > 0 else "behind"
        text = f"{abs(health.offset):.1f} s {side} this computer"
        rows.append(("clock", text, abs(health.offset) <= limits.clock_offset))
    if health.rate is not None:
        gaps = (
            f", {counted(health.gaps, 'gap')} over 5 s, the longest {current().span(health.longest_gap)}"
            if health.gaps
            else ""
        )
        rows.append(("realtime", f"{health.rate:.2f} a second{gaps}", health.longest_gap <= limits.realtime_gap))
    if health.hertz is not None:
        rows.append(("frequency", f"{health.hertz:.2f} Hz", True))
    if health.means_age is not None:
        rows.append(
            (
                "5 minutes",
                f"last values {current().span(health.means_age)} ago",
                health.means_age <= limits.interval_late,
            )
        )
    rows.append(("restarts", str(health.restarts) if health.restarts else "none seen", not health.restarts))
    return rows


_STATES = {"CONNECTED": "connected", "DISCONNECTED": "disconnected", "UNREACHABLE": "unreachable"}


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
    name = clean(plug.setting.name if plug.setting and plug.setting.name else "(no name)")
    left = line(("▸ " if chosen else "  ", "key"), (f"{node:>3}  ", "dim"), (name, "strong" if chosen else "text"))
    lines = [spread(left, line((f"{glyph} {current().fact(judged.title)}", tone)), width)]
    lead = line("       ")
    for text in (_state(plug, said.moment), _identity(plug, said.moment)):
        if text:
            lines += paragraph(text, width, "text" if not lines[1:] else "dim", lead)
    for rule in driving(plug.node, devices)[:20]:
        lines += paragraph(current().fact(rule), width, "dim", line("       ", ("↻ ", "dim")))
    if action is not None:
        lines += paragraph(clean(action_words(action)), width, "text", line("       ", ("T ", "key")))
    return lines


def plug_sign(judged: PlugJudgement) -> tuple[str, str]:
    """Glyph and tone of a verdict: by its finding where there is one."""
    if judged.finding is not None:
        return SEVERITY[judged.finding.severity][:2]
    return ("✓", "ok") if judged.verdict == "ok" else ("○", "wait")


def _state(plug: Plug, moment: Moment) -> str:
    parts = []
    if plug.connection is not None:
        word = _STATES.get(plug.connection.state) or clean(plug.connection.state)
        parts.append(_since(word, plug.connection.since, plug.connection_heard, moment))
    if plug.relay is not None:
        parts.append(_since(clean(plug.relay.state), plug.relay.since, plug.relay_heard, moment))
    return ", ".join(parts) if parts else "nothing heard of it yet"


def _since(word: str, since: float | None, heard: Heard | None, moment: Moment) -> str:
    retained = " (retained)" if heard is not None and heard.retained else ""
    return f"{word} for {current().span(moment.lasting(since, heard))}{retained}"


def _identity(plug: Plug, moment: Moment) -> str:
    parts = []
    if plug.setting is None:
        parts.append("not in the configuration")
    elif plug.setting.serial:
        parts.append(f"serial {clean(plug.setting.serial)[:20]}")
    if plug.interval is not None and plug.interval.active_raw is not None:
        ended = moment.received(plug.interval.end)
        at = ended if ended is not None else plug.interval_heard.at if plug.interval_heard else moment.now
        ago = current().span(max(0.0, moment.now - at))
        retained = ", retained" if plug.interval_heard is not None and plug.interval_heard.retained else ""
        parts.append(f"last power {plug.interval.active_raw:g}, unit unsettled, {ago} ago{retained}")
    elif plug.setting is not None and not plug.setting.measures:
        parts.append("does not measure")
    elif plug.setting is not None:
        parts.append("no power value yet")
    return "   ".join(parts)


def action_words(action: SwitchAction) -> str:
    """How a test went."""
    what = f"put back {action.word}" if action.restores else f"switched {action.word}"
    match action.outcome:
        case "answered":
            return f"{what}: answered after {action.seconds or 0.0:.1f} s"
        case "no answer":
            return f"{what}: no answer"
        case "unconfirmed":
            return f"{what}: sent, no answer: it may have been carried out; look at the plug"
        case "not sent":
            return f"{what}: not sent. {current().fact(action.problem)}"
        case _:
            return f"{what}: waiting for its answer"
