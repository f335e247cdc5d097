"""`check` for a person: a table, what was found and what to do, and one line that sums it up. Plain text."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from smappee_tui.app.next_step import next_step
from smappee_tui.app.watch import Observation
from smappee_tui.cli.check.corrections import correction_lines
from smappee_tui.cli.check.limits import limits_text
from smappee_tui.cli.console import Paint, plain
from smappee_tui.cli.values import role_word
from smappee_tui.diagnosis.checks.configuration import awaited_topic
from smappee_tui.diagnosis.checks.device_facts import amount_fact, driving, plug_label, sensor_label
from smappee_tui.diagnosis.checks.health import health_of
from smappee_tui.diagnosis.evidence.record import HistorySpan
from smappee_tui.diagnosis.judgement import (
    FAULTS,
    WAITING,
    ChannelVerdict,
    Finding,
    PhaseBalance,
    PhaseVerdict,
    Severity,
    Subject,
    WitnessVerdict,
)
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, cut, fit, width, wrap
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.stamps import NEAR
from smappee_tui.site.devices import Meter, Plug
from smappee_tui.site.view import ChannelView, SiteView

NARROWEST, WIDEST = 70, 120
"""Columns that the text takes at least, and at most."""
_ROLE = 7
"""Cells of the role at least; a language with longer words takes more, off the name."""
_FIXED = 36
"""Cells of all columns but name, role and verdict, with the space between them."""
_VERDICT = 22
"""Cells of the verdict at 80 columns; of more columns it takes half."""
_ROLES = ("grid", "CONSUMPTION", "PRODUCTION", "STORAGE", "UNUSED")


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
        _balance(seen.judgement.balance, cells, paint),
        _witness(seen.judgement.witness, cells),
        limits_text(seen, cells, paint),
        _devices(seen, cells),
        *(_finding(finding, seen, cells, paint) for finding in seen.judgement.findings),
        correction_lines(seen, cells),
        _waiting(seen, cells),
        _next(seen, cells),
        _summary(seen, cells),
    ]
    texts = ("\n".join(line.rstrip() for line in block) for block in blocks)
    return "\n\n".join(text for text in texts if text)


def verdict_of(seen: Observation, channel: ChannelView) -> str:
    """The verdict of a channel; one that the diagnosis does not mention is not judged yet."""
    said = seen.judgement.channels.get(channel.input)
    return said.verdict if said is not None else "inconclusive"


def _head(seen: Observation, cells: int) -> Iterator[str]:
    view = seen.view
    who = [tr("check.monitor", serial=view.serial) if view.serial else tr("check.location", uuid=view.uuid)]
    who += [clean(view.product)] if view.product != "unknown" else []
    who += [tr("check.firmware", version=view.firmware)] if view.firmware else []
    yield from wrap(", ".join(who), cells)
    yield from wrap(_watched(seen) if seen.past is None else _history(seen.past), cells)
    supply = tr(f"check.supply_{seen.judgement.supply}")
    yield from wrap("; ".join((supply, *map(_phase, seen.judgement.phases))), cells)
    health = _health(seen)
    if health:
        yield from wrap(tr("check.health", parts=", ".join(health)), cells)
    if not view.configured:
        yield from wrap(tr("check.no_configuration", topic=awaited_topic(view.uuid, view.dialect)), cells)
    lost = _lost(seen)
    if lost:
        yield from wrap(tr("check.lost", parts=lost), cells)


def _watched(seen: Observation) -> str:
    quality = seen.quality
    watched = tr("check.watched", span=seen.last - seen.first, first=seen.first, count=quality.realtime,
                 gap=quality.longest_gap)  # fmt: skip
    return f"{watched}, {tr('check.unreadable', count=quality.bad)}" if quality.bad else watched


def _lost(seen: Observation) -> list[str]:
    """What is missing of the watch, each with its number; nothing where nothing is."""
    if seen.link is None:
        return []
    missing, dropped = seen.missing, seen.link.dropped
    parts = [tr("check.reconnects", count=seen.link.reconnects)] if seen.link.reconnects else []
    parts += [tr("check.missing_seconds", seconds=missing)] if missing else []
    parts += [tr("check.dropped_realtime", count=dropped.realtime)] if dropped.realtime else []
    parts += [tr("check.dropped_lasting", count=dropped.lasting)] if dropped.lasting else []
    return parts + ([tr("check.dropped_unknown", count=dropped.unknown)] if dropped.unknown else [])


def _history(past: HistorySpan) -> str:
    return tr("check.history", count=past.intervals, days=past.days, first=past.first, last=past.last)


def _phase(phase: PhaseVerdict) -> str:
    volts: float | str = tr("format.none") if phase.volts is None else phase.volts
    verdict = tr(f"check.volts_{phase.verdict}")
    if phase.lowest is None or phase.highest is None:
        return tr("check.phase", phase=phase_name(phase.phase), volts=volts, verdict=verdict)
    return tr("check.phase_range", phase=phase_name(phase.phase), volts=volts, lowest=phase.lowest,
              highest=phase.highest, verdict=verdict)  # fmt: skip


def _health(seen: Observation) -> list[str]:
    """The monitor itself; nothing before it has measured anything."""
    health, parts = health_of(seen.site), []
    if health.rate is None and health.hertz is None:
        return []
    if health.rate is not None:
        parts.append(tr("check.rate", rate=health.rate))
    if health.hertz is not None:
        parts.append(f"{current().number(health.hertz, '.2f')} Hz")
    if health.offset is not None and abs(health.offset) < NEAR:  # beyond, a finding says what it is
        parts.append(tr("check.clock", offset=round(health.offset, 1) + 0.0))
    parts.append(tr("check.status_none") if health.status is None else tr("check.status", status=health.status))
    if health.restarts:
        parts.append(tr("check.restarts", count=health.restarts))
    if health.means_age is not None:
        parts.append(tr("check.means_age", age=health.means_age))
    return parts


def _channels(seen: Observation, cells: int, paint: Paint) -> Iterator[str]:
    if not seen.view.channels:
        yield tr("check.no_channel")
        return
    role = max(_ROLE, *(width(tr(f"cli.role_{word}")) for word in _ROLES))
    verdict_cells = _VERDICT + max(0, cells - 80) // 2
    name = cells - _FIXED - role - verdict_cells
    in_, named, of_role, phase = (tr(f"check.col_{column}") for column in ("in", "name", "role", "phase"))
    heads = _row(in_, named, of_role, phase, "A", "W", tr("check.col_factor"), name, role)
    yield heads + tr("check.col_verdict")
    marks = seen.judgement.marks()
    for channel in seen.view.channels:
        verdict, found = verdict_of(seen, channel), marks.get(channel.input)
        words = f"{mark_of(verdict, found)} {verdict_words(seen.judgement.channels.get(channel.input))}"
        yield _values(channel, name, role) + paint(cut(words, verdict_cells), _style(verdict, found))
    if any(channel.setting is not None and channel.setting.reversed for channel in seen.view.channels):
        yield from wrap(tr("check.reversed_note"), cells)


def mark_of(verdict: str, found: Severity | None = None) -> str:
    """One letter that says it without colour.

    Args:
        verdict: on the CT.
        found: the weightiest finding that names it.
    """
    if verdict in FAULTS or found == "fault":
        return "✗"
    if found == "warning":
        return "!"
    return {"ok": "✓", "unused": "·"}.get(verdict, "?")


def verdict_words(said: ChannelVerdict | None) -> str:
    """The diagnosis's own few words. What is well needs no more than `ok`."""
    if said is None:
        return tr("check.not_judged")
    return tr("check.ok") if said.verdict == "ok" else current().fact(said.said)


def _values(channel: ChannelView, name: int, role: int) -> str:
    number = current().number
    turned = f" {tr('check.reversed_mark')}" if channel.setting is not None and channel.setting.reversed else ""
    return _row(
        str(channel.input),
        clean(channel.name) or tr("device.input", input=channel.input),
        role_word("grid" if channel.setting is not None and channel.setting.is_grid else channel.role),
        (phase_name(channel.phase) or "-") + turned,
        number(channel.amps, ".1f"),
        number(channel.watts, ".0f"),
        number(channel.pf.value if channel.pf else None, ".2f"),
        name,
        role,
    )


def _row(
    number: str, label: str, role: str, phase: str, amps: str, watts: str, factor: str, cells: int, of_role: int
) -> str:
    left = f"{fit(number, 3, right=True)} {fit(label, cells)} {fit(role, of_role)} {fit(phase, 6)}"
    return f"{left} {fit(amps, 6, right=True)} {fit(watts, 7, right=True)} {fit(factor, 5, right=True)}  "


def _style(verdict: str, found: Severity | None) -> str:
    if verdict in FAULTS or found == "fault":
        return "fault"
    if found == "warning":
        return "warning"
    return {"ok": "ok", "unused": "dim"}.get(verdict, "waiting")


_BALANCE = ("grid", "production", "circuits", "unmetered")
_BALANCE_STYLES = {"ok": ("✓", "ok"), "doubtful": ("?", "waiting"), "impossible": ("✗", "fault")}


def _balance(balance: tuple[PhaseBalance, ...], cells: int, paint: Paint) -> Iterator[str]:
    """What comes in on each phase and where it goes; a line of running text where there is but one phase."""
    if all(one.verdict == "unchecked" for one in balance):
        return  # sums that nobody can judge, as by phase on a delta supply, say nothing to a person
    if len(balance) == 1:
        one, (grid, production, circuits, unmetered) = balance[0], _parts(balance[0])
        yield from wrap(tr("balance.line", phase=phase_name(one.phase), grid=grid, production=production,
                           circuits=circuits, unmetered=unmetered, verdict=one.verdict), cells)  # fmt: skip
        return
    heads = [f"{tr(f'balance.{part}')} W" for part in _BALANCE]
    rooms = [max(7, width(head)) for head in heads]
    title = tr("balance.title").upper()
    phase = max(2, width(title))
    named = "  ".join(fit(head, room, right=True) for head, room in zip(heads, rooms, strict=True))
    yield f" {fit(title, phase)}  {named}"
    for one in balance:
        texts = (current().number(value, ".0f") for value in _parts(one))
        shown = "  ".join(fit(text, room, right=True) for text, room in zip(texts, rooms, strict=True))
        mark, style = _BALANCE_STYLES.get(one.verdict, ("·", "dim"))
        words = paint(f"{mark} {tr(f'balance.verdict.{one.verdict}')}", style)
        yield f" {fit(phase_name(one.phase) or '', phase)}  {shown}  {words}"


def _witness(found: WitnessVerdict | None, cells: int) -> Iterator[str]:
    """The utility's meter beside each grid CT."""
    if found is None:
        return
    yield tr("meter.title").upper()
    if not found.lines:
        yield from wrap(tr(f"meter.house.{found.house}", readings=found.readings), cells, first="  ", rest="  ")
    for one in found.lines:
        params = {"line": phase_name(one.line), "input": one.input, "meter": one.meter, "watts": one.shown}
        if isfinite(one.meter):
            yield from wrap(tr("meter.beside", **params), cells, first="  ", rest="  ")
        if isfinite(one.size):
            yield from wrap(
                tr("meter.size", input=one.input, percent=100 * (one.size - 1)), cells, first="  ", rest="  "
            )


def _parts(one: PhaseBalance) -> list[float | None]:
    return [value if isfinite(value) else None for value in (one.grid, one.production, one.circuits, one.unmetered)]


def _devices(seen: Observation, cells: int) -> Iterator[str]:
    """Every plug and every sensor, one or two lines each."""
    devices, said = seen.devices, seen.said
    if devices.plugs:
        well = sum(1 for one in said.plugs.values() if one.verdict == "ok")
        yield tr("check.plugs", count=len(devices.plugs), well=well)
    for node, one in said.plugs.items():
        yield from _item(_plug(devices.plugs[node], seen), one.verdict, cells)
    if devices.meters:
        fine = sum(1 for one in said.sensors.values() if not one.findings)
        yield tr("check.sensors", count=len(devices.meters), well=fine)
    for number, other in said.sensors.items():
        # Its silence is normal: that nothing was counted yet is worth no exclamation mark, and no less in the count.
        yield from _item(_sensor(devices.meters[number], seen), other.verdict if other.findings else "ok", cells)


def _item(text: str, verdict: str, cells: int) -> list[str]:
    mark = "✓" if verdict == "ok" else "!"
    return wrap(text, cells, first=f"  {mark} ", rest="    ")


def _plug(plug: Plug, seen: Observation) -> str:
    said: list[Fact | str] = [seen.said.plugs[plug.node].title]
    if plug.relay is not None:
        lasted = seen.said.moment.lasting(plug.relay.since, plug.relay_heard)
        remembered = plug.relay_heard is not None and plug.relay_heard.retained
        code = "check.plug_state_remembered" if remembered else "check.plug_state"
        said.append(fact(code, state=plug.relay.state, span=lasted))
    if plug.interval is not None and plug.interval.active_raw is not None:
        said.append(fact("check.plug_power", power=plug.interval.active_raw))
    said += driving(plug.node, seen.devices)
    return _listed(plug_label(plug), said)


def _sensor(meter: Meter, seen: Observation) -> str:
    said: list[Fact | str] = [seen.said.sensors[meter.sensor].title]
    reading = meter.interval
    if reading is not None:
        for place, setting in enumerate(meter.setting.channels if meter.setting else ()):
            pulses = reading.pulses[place] if place < len(reading.pulses) else None
            last = amount_fact(pulses, setting) if setting.enabled else fact("check.disabled")
            said.append(fact("check.medium", medium=current().word("device.medium", setting.medium), amount=last))
        said += [
            fact(
                "check.temperature_none" if (celsius := reading.celsius) is None else "check.temperature",
                celsius=celsius,
            ),
            fact("check.humidity_none" if (percent := reading.humidity) is None else "check.humidity", percent=percent),
            fact("check.battery_none" if (percent := reading.battery) is None else "check.battery", percent=percent),
        ]
    return _listed(sensor_label(meter), said)


def _listed(label: Fact | str, said: list[Fact | str]) -> str:
    return tr("check.device", label=label, said=", ".join(map(current().fact, said)))


def _finding(finding: Finding, seen: Observation, cells: int, paint: Paint) -> Iterator[str]:
    said = current().finding(finding)
    head = tr("check.finding", severity=tr(f"check.severity_{finding.severity}"),
              subject=subject_words(finding.subject, seen.view), title=said.title)  # fmt: skip
    for line in wrap(head, cells, rest="  "):
        yield paint(line, finding.severity)
    for sentence in said.evidence:
        yield from wrap(sentence, cells, first="  - ", rest="    ")
    if said.advice:
        yield from wrap(clean(said.advice, 2000), cells, first="  → ", rest="    ")


def _waiting(seen: Observation, cells: int) -> Iterator[str]:
    """What is missing for a verdict, once for all inputs that miss the same, and not what a finding has said."""
    missing: dict[str, list[int]] = {}
    told = {current().finding(finding).advice for finding in seen.judgement.findings}
    for channel in seen.view.channels:
        said = seen.judgement.channels.get(channel.input)
        if said is not None and said.verdict in WAITING and said.advice is not None:
            missing.setdefault(current().fact(said.advice), []).append(channel.input)
    missing = {advice: inputs for advice, inputs in missing.items() if advice not in told}
    if missing:
        yield tr("check.waiting")
    for advice, inputs in missing.items():
        subject = subject_words(Subject("channel", inputs[0]), seen.view)
        if len(inputs) > 1:
            subject = tr("check.subject_channels", inputs=tuple(inputs))
        text = tr("check.missing", subject=subject, advice=advice)
        yield from wrap(clean(text, 2000), cells, first="  ? ", rest="    ")


def _next(seen: Observation, cells: int) -> Iterator[str]:
    """The first thing to do: of several findings which one, else what proves most."""
    step = next_step(seen.view, seen.judgement) if seen.past is None else None
    several = seen.judgement.count("fault") + seen.judgement.count("warning") > 1
    if step is not None and (step.why is None or several):
        yield from wrap(tr("check.next", step=step.why or step.do), cells)


def subject_words(subject: Subject, view: SiteView) -> str:
    """What a finding is about: `channel:3` becomes `input 3 "Oven"`."""
    if subject.kind == "channel":
        names = (c.setting.name for c in view.channels if c.input == subject.id and c.setting is not None)
        name = next(names, "")
        if name:
            return tr("check.subject_channel_named", id=subject.id, name=name)
    return tr(f"check.subject_{subject.kind}", id=subject.id)


def _summary(seen: Observation, cells: int) -> Iterator[str]:
    judgement = seen.judgement
    verdicts = {channel.input: verdict_of(seen, channel) for channel in seen.view.channels}
    used = [number for number, verdict in verdicts.items() if verdict != "unused"]
    waiting = [str(number) for number in used if verdicts[number] in WAITING]
    yield from wrap(
        tr(
            "check.summary_waiting" if waiting else "check.summary",
            faults=tr("check.faults", count=judgement.count("fault")),
            warnings=tr("check.warnings", count=judgement.count("warning")),
            notes=tr("check.notes", count=judgement.count("info")),
            judged=len(used) - len(waiting),
            count=len(used),
            waiting=", ".join(waiting),
        ),
        cells,
    )
