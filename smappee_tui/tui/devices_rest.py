"""What is neither plug nor sensor on the devices screen: automations, presence, supply, the monitor itself."""

from __future__ import annotations

from smappee_tui.diagnosis.device_words import schedule_words, span, trigger_words
from smappee_tui.diagnosis.health import Health, health_of
from smappee_tui.diagnosis.judgement import Judgement, PhaseVerdict
from smappee_tui.diagnosis.limits import DeviceLimits
from smappee_tui.protocol.messages import Schedule, Trigger
from smappee_tui.site import Site
from smappee_tui.tui.lines import Line, line, paragraph
from smappee_tui.tui.text import fit, shown
from smappee_tui.tui.words import counted, phase_word

_LABEL = 14
_PHASE_TONES = {"ok": ("✓", "ok"), "reference": ("·", "dim"), "missing": ("✕", "fault")}


def automation_lines(site: Site, width: int) -> list[Line]:
    """Triggers, schedules and presence, plainly."""
    devices = site.devices
    lines: list[Line] = []
    rules: list[tuple[str, Schedule | Trigger, str]] = [
        *(("schedule", rule, schedule_words(rule)) for rule in devices.schedules.values()),
        *(("trigger", rule, trigger_words(rule)) for rule in devices.triggers.values()),
    ]
    for kind, rule, words in rules[:100]:
        label = f" “{shown(rule.label)}”" if rule.label else ""
        drives = _plugs(site, rule.nodes)
        lines += paragraph(f"{shown(words)}{label}: {drives}", width, first=line((fit(f"  {kind}", _LABEL), "dim")))
    presence = site.presence
    if presence is not None:
        word = {True: "somebody is at home", False: "nobody is at home", None: "not said"}[presence.present]
        heard = site.heard.get("Presence")
        kept = " (retained)" if heard is not None and heard.retained else ""
        lines += paragraph(
            f"the monitor thinks that {word}{kept}", width, first=line((fit("  presence", _LABEL), "dim"))
        )
    return lines


def _plugs(site: Site, nodes: tuple[int, ...]) -> str:
    names = []
    for node in nodes[:10]:
        plug = site.devices.plugs.get(str(node))
        names.append(shown(plug.name) if plug is not None else f"unknown plug {node}")
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
        age = "undated" if told.age is None else span(told.age)
        parts.append(f"{told.topic} {age}{' (retained)' if told.retained else ''}")
    if parts:
        lines += paragraph(", ".join(parts), width, "dim", line((fit("  ages", _LABEL), "dim")))
    return lines


def _health(site: Site, health: Health, limits: DeviceLimits) -> list[tuple[str, str, bool]]:
    """Label, text, and whether it is well."""
    rows: list[tuple[str, str, bool]] = []
    if site.monitor is not None and site.monitor.firmware:
        rows.append(("firmware", shown(site.monitor.firmware)[:40], True))
    if health.status is not None:
        rows.append(("status", f"{health.status:g}" + ("" if health.status else ", well"), not health.status))
    if health.offset is not None:
        side = "ahead of" if health.offset > 0 else "behind"
        text = f"{abs(health.offset):.1f} s {side} this computer"
        rows.append(("clock", text, abs(health.offset) <= limits.clock_offset))
    if health.rate is not None:
        gaps = (
            f", {counted(health.gaps, 'gap')} over 5 s, the longest {span(health.longest_gap)}" if health.gaps else ""
        )
        rows.append(("realtime", f"{health.rate:.2f} a second{gaps}", health.longest_gap <= limits.realtime_gap))
    if health.hertz is not None:
        rows.append(("frequency", f"{health.hertz:.2f} Hz", True))
    if health.means_age is not None:
        rows.append(
            ("5 minutes", f"last values {span(health.means_age)} ago", health.means_age <= limits.interval_late)
        )
    rows.append(("restarts", str(health.restarts) if health.restarts else "none seen", not health.restarts))
    return rows
