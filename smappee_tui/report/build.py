"""From what is known to the report: one pure function."""

from __future__ import annotations

import hashlib

from msgspec.structs import replace

from smappee_tui import __version__
from smappee_tui.diagnosis import Judge, Judgement
from smappee_tui.diagnosis.decide import LEAST_AMPS, LEAST_VA, SURE
from smappee_tui.diagnosis.devices import device_verdicts
from smappee_tui.diagnosis.supply import HIGH_VOLTS, LOW_VOLTS
from smappee_tui.report.build_channels import channels, not_tested, phase_name
from smappee_tui.report.build_findings import findings
from smappee_tui.report.facts import Facts, facts_of
from smappee_tui.report.logbook import Logbook
from smappee_tui.report.missing import judged_header
from smappee_tui.report.model import (
    SCHEMA,
    Device,
    DevicesBlock,
    Header,
    InstallerBlock,
    Integrity,
    MethodBlock,
    Report,
    SignOff,
    SiteBlock,
    TestLoad,
    Voltage,
)
from smappee_tui.report.particulars import LONGEST_NOTES, Particulars, field
from smappee_tui.report.rounding import number, rounded
from smappee_tui.report.rules import fingerprint
from smappee_tui.report.steps import decisive, loop_resistance, written
from smappee_tui.site import Site

LIMITS = ("metrology", "safety", "voltage", "moment", "accuracy", "read_only")
"""What a report does not prove, by code."""


def build(
    site: Site,
    judgement: Judgement,
    who: Particulars,
    *,
    judge: Judge | None = None,
    logbook: Logbook | None = None,
) -> Report:
    """Write the report of one location at this moment.

    Args:
        site: the live site; read on the thread that folds messages into it.
        judgement: what is said of it now.
        who: the person's part, the time of writing included.
        judge: whoever judged, for announced loads and voltages over the watch.
        logbook: what was said earlier on this visit.
    """
    facts = facts_of(site, judgement, who, judge=judge, logbook=logbook)
    moments = decisive(judgement, site.settings, facts.witness, facts.past, facts.since)
    steps = list(written(moments, site.settings, facts.past, who))
    rows = list(channels(facts, steps))
    report = Report(
        schema=SCHEMA,
        header=_header(facts),
        site=_site(facts),
        installer=_installer(who),
        devices=_devices(facts),
        method=_method(facts),
        channels=rows,
        voltages=_voltages(facts),
        findings=findings(facts, rows),
        not_tested=list(not_tested(facts)),
        evidence=steps,
        limits=list(LIMITS),
        sign_off=_sign_off(who),
        integrity=Integrity(algorithm="sha256", covers="the bytes of the JSON file", recording=who.recording),
    )
    return judged_header(report)


def with_particulars(report: Report, who: Particulars) -> Report:
    """The same report with another person's part: what a form shows while it is filled in."""
    site = replace(
        report.site,
        name=field(who.site),
        customer=field(who.customer),
        address=field(who.address),
        main_fuse_amps=rounded(who.main_fuse_amps, 1),
        generation=who.generation,
        storage=who.storage,
        notes=field(who.notes, LONGEST_NOTES),
    )
    header = replace(report.header, language=who.language)
    return judged_header(replace(report, header=header, site=site, installer=_installer(who), sign_off=_sign_off(who)))


def _installer(who: Particulars) -> InstallerBlock:
    return InstallerBlock(
        company=field(who.company),
        person=field(who.person),
        licence=field(who.licence),
        role=field(who.role),
        second_person=field(who.second_person),
    )


def _header(facts: Facts) -> Header:
    """Everything but the result, which follows from the other blocks."""
    who = facts.who
    written_at = who.iso(who.generated_at) or ""
    digest = hashlib.sha256(f"{facts.site.uuid} {who.generated_at}".encode("utf-8", "replace")).hexdigest()
    return Header(
        report_id=f"R{''.join(c for c in written_at[:10] if c.isdigit())}-{digest[:8]}",
        result="undecided",
        partial=True,
        missing=[],
        untested=[],
        faults=0,
        warnings=0,
        tool="smappee-tui",
        version=__version__,
        rules=fingerprint(),
        generated=written_at,
        generated_utc=Particulars(who.generated_at).iso(who.generated_at) or "",
        language=who.language,
        redacted=False,
    )


def _site(facts: Facts) -> SiteBlock:
    who, site = facts.who, facts.site
    return SiteBlock(
        name=field(who.site),
        customer=field(who.customer),
        address=field(who.address),
        uuid=site.uuid,
        location_id=site.location_id,
        supply=facts.judgement.supply,
        main_fuse_amps=rounded(who.main_fuse_amps, 1),
        generation=who.generation,
        storage=who.storage,
        configured_generation=any(s.produces or s.stores for s in site.settings.values()),
        notes=field(who.notes, LONGEST_NOTES),
    )


def _devices(facts: Facts) -> DevicesBlock:
    site, view, monitor = facts.site, facts.view, facts.site.monitor
    said = device_verdicts(site)
    hubs = sorted({s.hub.partition("/")[0] for s in site.settings.values() if s.hub})
    devices = [Device(kind="ct-hub", name="", serial=hub, state="ok", battery_percent=None) for hub in hubs]
    for node, plug in site.devices.plugs.items():
        serial = (plug.setting.serial or "") if plug.setting else ""
        state = said.plugs[node].verdict
        devices.append(Device(kind="plug", name=plug.name, serial=serial, state=state, battery_percent=None))
    for number_, meter in site.devices.meters.items():
        serial = (meter.setting.serial or "") if meter.setting else ""
        battery = rounded(meter.interval.battery) if meter.interval else None
        name = f"sensor {number_}"
        heard = said.sensors[number_].verdict
        devices.append(Device(kind="gas-water", name=name, serial=serial, state=heard, battery_percent=battery))
    return DevicesBlock(
        serial=view.serial,
        product=view.product,
        firmware=view.firmware,
        dialect=view.dialect,
        device_uuid=monitor.device_uuid if monitor else "",
        source=field(facts.who.source),
        clock_offset_seconds=rounded(site.quality.offset, 1),
        devices=devices,
    )


def _method(facts: Facts) -> MethodBlock:
    quality, witness, who = facts.site.quality, facts.witness, facts.who
    first, last = quality.first_at, quality.last_at
    seconds = 0.0 if first is None or last is None else last - first
    # A monitor sends once a second; the first message opens the span.
    expected = max(quality.realtime, round(seconds) + 1 if quality.realtime else 0)
    answered = {trial.mark for trial in witness.trials}
    ohms, edges = loop_resistance(witness, facts.past)
    return MethodBlock(
        started=who.iso(first),
        ended=who.iso(last),
        seconds=number(seconds),
        received=quality.realtime,
        expected=expected,
        lost_percent=number(100.0 * (1.0 - quality.realtime / expected), 1) if expected else 0,
        unreadable=quality.bad,
        longest_gap_seconds=number(quality.longest_gap, 1),
        guided=bool(witness.marks),
        loads=[
            TestLoad(
                at=who.iso(mark.at) or "",
                direction="on" if mark.kind == "load-on" else "off",
                watts=number(mark.watts),
                input=mark.input,
                seen=mark in answered,
            )
            for mark in witness.marks
        ],
        edges_announced=len(witness.marks),
        edges_seen=sum(mark in answered for mark in witness.marks),
        loop_ohms=rounded(ohms, 2),
        loop_edges=edges,
        sure_percent=number(100.0 * SURE, 1),
        least_amps=LEAST_AMPS,
        least_volt_amperes=number(LEAST_VA),
        low_volts=number(LOW_VOLTS),
        high_volts=number(HIGH_VOLTS),
        measuring=witness.measuring if facts.judgement.supply != "unknown" else "unknown",
    )


def _voltages(facts: Facts) -> list[Voltage]:
    rows = []
    for said in facts.judgement.phases:
        seen = facts.witness.ranges[said.phase] if facts.witness.ranges else None
        known = seen is not None and seen.count > 0
        rows.append(
            Voltage(
                phase=phase_name(said.phase) or "",
                least=rounded(seen.low, 1) if seen is not None and known else None,
                mean=rounded(said.volts, 1),
                most=rounded(seen.high, 1) if seen is not None and known else None,
                verdict=said.verdict,
            )
        )
    return rows


def _sign_off(who: Particulars) -> SignOff:
    signed = field(who.signed_by)
    today = (who.iso(who.generated_at) or "")[:10]
    return SignOff(
        name=signed,
        date=(who.signed_on or today) if signed else "",
        customer_name=field(who.customer_name),
        photos=list(who.photos),
    )
