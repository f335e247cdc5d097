"""`check` for a person: a table, what was found and what to do, and one line that sums it up. Plain text."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.app.watch import Observation
from smappee_tui.cli.console import Paint, plain
from smappee_tui.diagnosis.checks.device_words import amount_words, driving, plug_label, sensor_label
from smappee_tui.diagnosis.checks.health import health_of
from smappee_tui.diagnosis.evidence.record import HistorySpan
from smappee_tui.diagnosis.judgement import FAULTS, WAITING, ChannelVerdict, Finding, PhaseVerdict, Subject
from smappee_tui.i18n import current
from smappee_tui.i18n.amounts import counted, lasting, moment, phase_name
from smappee_tui.i18n.plaintext import clean, cut, pad, wrap
from smappee_tui.site.devices import Meter, Plug
from smappee_tui.site.view import ChannelView, SiteView

_ROLES = {
    "CONSUMPTION": "submeter",
    "PRODUCTION": "solar",
    "STORAGE": "battery",
    "UNUSED": "unused",
    "UNKNOWN": "?",
}
_VERDICTS = {
    "ok": "ok",
    "reversed": "reversed",
    "wrong_phase": "wrong phase",
    "wrong_phase_reversed": "wrong phase, reversed",
    "dead": "no signal",
    "wrong_ratio": "wrong CT type?",
    "half_open": "not closed?",
    "no_current": "too little current",
    "inconclusive": "not clear yet",
    "unused": "unused",
}


def role_word(channel: ChannelView) -> str:
    """What the CT is there for."""
    if channel.setting is not None and channel.setting.is_grid:
        return "grid"
    return _ROLES.get(channel.role) or clean(channel.role.lower())


def mark_of(verdict: str) -> str:
    """One letter that says it without colour."""
    if verdict in FAULTS:
        return "✗"
    return {"ok": "✓", "unused": "·"}.get(verdict, "?")


def verdict_words(said: ChannelVerdict | None) -> str:
    """The diagnosis's own few words where it has some, else ours. What is well needs no more than `ok`."""
    if said is None:
        return "not judged"
    if said.title and said.verdict != "ok":
        return current().fact(said.title)
    where = f" ({phase_name(said.actual_phase)})" if said.actual_phase is not None else ""
    return _VERDICTS[said.verdict] + where


def subject_words(subject: Subject, view: SiteView) -> str:
    """What a finding is about: `channel:3` becomes `input 3 "Oven"`."""
    kind, rest = subject.kind, subject.id
    if kind == "channel":
        named = (c.setting.name for c in view.channels if c.input == rest and c.setting is not None)
        name = next(named, "")
        return f'input {rest} "{clean(name)}"' if name else f"input {rest}"
    return kind if rest is None else f"{kind} {rest}"


def device_lines(seen: Observation, cells: int) -> Iterator[str]:
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


def _plug(plug: Plug, seen: Observation) -> str:
    t = current()
    parts = [t.fact(seen.said.plugs[plug.node].title)]
    if plug.relay is not None:
        lasted = seen.said.moment.lasting(plug.relay.since, plug.relay_heard)
        remembered = " (from the broker's memory)" if plug.relay_heard and plug.relay_heard.retained else ""
        parts.append(f"{plug.relay.state} for {t.span(lasted)}{remembered}")
    if plug.interval is not None and plug.interval.active_raw is not None:
        parts.append(f"last power {plug.interval.active_raw:g} (unit unsettled)")
    parts += map(t.fact, driving(plug.node, seen.devices))
    return f"{t.fact(plug_label(plug))}: {', '.join(parts)}"


def _sensor(meter: Meter, seen: Observation) -> str:
    t = current()
    parts = [t.fact(seen.said.sensors[meter.sensor].title)]
    reading = meter.interval
    if reading is not None:
        for place, setting in enumerate(meter.setting.channels if meter.setting else ()):
            pulses = reading.pulses[place] if place < len(reading.pulses) else None
            last = t.fact(amount_words(pulses, setting)) if setting.enabled else "disabled"
            parts.append(f"{t.word('device.medium', setting.medium)} {last}")
        if reading.celsius is not None:
            parts.append(f"temperature {reading.celsius:.1f}")
        percents = (("humidity", reading.humidity), ("battery", reading.battery))
        parts += [f"{name} {value:.0f} %" for name, value in percents if value is not None]
    return f"{t.fact(sensor_label(meter))}: {', '.join(parts)}"


def health_line(seen: Observation) -> str:
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
        parts.append(f"5-minute values {current().span(health.means_age)} old")
    return f"Monitor: {', '.join(parts)}"


NARROWEST, WIDEST = 70, 120
"""Columns that the text takes at least, and at most."""
_FIXED = 42
"""Cells of all columns but name and verdict, with the space between them."""
_VERDICT = 22
"""Cells of the verdict at 80 columns; of more columns it takes half."""
_SEVERITY = {"fault": "✗ FAULT", "warning": "! WARNING", "info": "i NOTE"}


def check_text(seen: Observation, *, columns: int = 80, paint: Paint = plain) -> str:
    """Write the verdict.

    Args:
        seen: the end of a watch.
        columns: how wide the terminal is.
        paint: how a piece of text is coloured; must not change its letters.
    """
    cells = max(NARROWEST, min(columns, WIDEST))
    blocks: list[Iterator[str]] = [
        _head(seen, cells),
        _channels(seen, cells, paint),
        device_lines(seen, cells),
        *(_finding(finding, seen, cells, paint) for finding in seen.judgement.findings),
        _summary(seen, cells),
    ]
    texts = ("\n".join(line.rstrip() for line in block) for block in blocks)
    return "\n\n".join(text for text in texts if text)


def verdict_of(seen: Observation, channel: ChannelView) -> str:
    """The verdict of a channel; one that the diagnosis does not mention is not judged yet."""
    said = seen.judgement.channels.get(channel.input)
    return said.verdict if said is not None else "inconclusive"


def _head(seen: Observation, cells: int) -> Iterator[str]:
    view, quality = seen.view, seen.quality
    who = [f"Monitor {view.serial}" if view.serial else f"Location {view.uuid}"]
    who += [view.product] if view.product != "unknown" else []
    who += [f"firmware {view.firmware}"] if view.firmware else []
    yield from wrap(clean(", ".join(who)), cells)
    if seen.past is not None:
        yield from wrap(_history(seen.past), cells)
    watched = (
        f"Watched {lasting(seen.last - seen.first)} from {moment(seen.first)}: "
        f"{counted(quality.realtime, 'reading')}, longest gap {quality.longest_gap:.1f} s"
    )
    if quality.bad:
        watched += f", {counted(quality.bad, 'unreadable message')}"
    if seen.past is None:
        yield from wrap(watched, cells)
    phases = "".join(
        f"; {phase_name(phase.phase)} {'?' if phase.volts is None else f'{phase.volts:.0f}'} V{_range(phase)} "
        f"{phase.verdict}"
        for phase in seen.judgement.phases
    )
    yield from wrap(f"Supply {seen.judgement.supply}{phases}", cells)
    health = health_line(seen)
    if health:
        yield from wrap(health, cells)
    if not view.configured:
        yield from wrap("No channel configuration has arrived: names, roles and phases are not known.", cells)


def _history(past: HistorySpan) -> str:
    return (
        f"Judged from the cloud: {counted(past.intervals, '5-minute value')} ({past.days:.1f} days) from "
        f"{moment(past.first)} to {moment(past.last)}; the table shows each CT in its busiest 5 minutes"
    )


def _range(phase: PhaseVerdict) -> str:
    if phase.lowest is None or phase.highest is None:
        return ""
    return f" ({phase.lowest:.0f} to {phase.highest:.0f})"


def _channels(seen: Observation, cells: int, paint: Paint) -> Iterator[str]:
    if not seen.view.channels:
        yield "No channel was heard of."
        return
    verdict_cells = _VERDICT + max(0, cells - 80) // 2
    name = cells - _FIXED - verdict_cells
    yield _row("IN", "NAME", "ROLE", "PH", "A", "W", "PF", name) + "VERDICT"
    for channel in seen.view.channels:
        verdict = verdict_of(seen, channel)
        words = f"{mark_of(verdict)} {verdict_words(seen.judgement.channels.get(channel.input))}"
        yield _values(channel, name) + paint(cut(words, verdict_cells), _style(verdict))
    if any(channel.setting is not None and channel.setting.reversed for channel in seen.view.channels):
        yield "r: reversed in the configuration, which the readings have applied"


def _values(channel: ChannelView, name: int) -> str:
    turned = " r" if channel.setting is not None and channel.setting.reversed else ""
    return _row(
        str(channel.input),
        clean(channel.name),
        role_word(channel),
        phase_name(channel.phase) + turned,
        "-" if channel.amps is None else f"{channel.amps:.1f}",
        "-" if channel.watts is None else f"{channel.watts:.0f}",
        "-" if channel.pf is None else f"{channel.pf.value:.2f}",
        name,
    )


def _row(number: str, label: str, role: str, phase: str, amps: str, watts: str, factor: str, name: int) -> str:
    left = f"{pad(number, 3, right=True)} {pad(label, name)} {pad(role, 8)} {pad(phase, 4)}"
    return f"{left} {pad(amps, 6, right=True)} {pad(watts, 7, right=True)} {pad(factor, 5, right=True)}  "


def _finding(finding: Finding, seen: Observation, cells: int, paint: Paint) -> Iterator[str]:
    said = current().finding(finding)
    head = f"{_SEVERITY[finding.severity]} {subject_words(finding.subject, seen.view)}: {said.title}"
    for line in wrap(clean(head), cells, rest="  "):
        yield paint(line, finding.severity)
    for sentence in said.evidence:
        yield from wrap(clean(sentence), cells, first="  - ", rest="    ")
    if said.advice:
        yield from wrap(clean(said.advice, 2000), cells, first="  → ", rest="    ")


def _summary(seen: Observation, cells: int) -> Iterator[str]:
    judgement = seen.judgement
    verdicts = {channel.input: verdict_of(seen, channel) for channel in seen.view.channels}
    used = [number for number, verdict in verdicts.items() if verdict != "unused"]
    waiting = [str(number) for number in used if verdicts[number] in WAITING]
    said = ", ".join(
        (
            counted(judgement.count("fault"), "fault"),
            counted(judgement.count("warning"), "warning"),
            counted(judgement.count("info"), "note"),
        )
    )
    judged = f"{len(used) - len(waiting)} of {counted(len(used), 'channel')} in use judged"
    rest = f", not yet: {', '.join(waiting)}" if waiting else ""
    yield from wrap(f"{said}; {judged}{rest}.", cells)


def _style(verdict: str) -> str:
    if verdict in FAULTS:
        return "fault"
    return {"ok": "ok", "unused": "dim"}.get(verdict, "waiting")
