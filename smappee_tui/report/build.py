"""From what is known to the report: one pure function."""

from __future__ import annotations

import hashlib

from msgspec.structs import replace

from smappee_tui import __version__
from smappee_tui.diagnosis import Judge, Judgement
from smappee_tui.diagnosis.devices import device_verdicts
from smappee_tui.report.build_channels import channels, not_tested, phase_name
from smappee_tui.report.build_findings import findings
from smappee_tui.report.build_method import method
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
    Report,
    SignOff,
    SiteBlock,
    Step,
    Voltage,
)
from smappee_tui.report.particulars import LONGEST_NOTES, Particulars, field
from smappee_tui.report.rounding import rounded
from smappee_tui.report.rules import fingerprint
from smappee_tui.report.steps import decisive, written
from smappee_tui.report.steps_past import pictured
from smappee_tui.site import Site

LIMITS = ("metrology", "safety", "voltage", "moment", "accuracy", "read_only")
"""What a report does not prove, by code."""
LIMITS_FROM_AFAR = ("history", "metrology", "safety", "voltage_history", "moment_history", "accuracy", "read_only")
"""The same of a judgement by the cloud's five-minute values."""


def build(
    site: Site,
    judgement: Judgement,
    who: Particulars,
    *,
    judge: Judge | None = None,
    logbook: Logbook | None = None,
    told: frozenset[str] | None = None,
) -> Report:
    """Write the report of one location at this moment.

    Args:
        site: the live site; read on the thread that folds messages into it.
        judgement: what is said of it now.
        who: the person's part, the time of writing included.
        judge: whoever judged, for announced loads and voltages over the watch.
        logbook: what was said earlier on this visit.
        told: which settings the source of the configuration tells at all; None: all. A setting that nobody told is
            not known, whatever its default.
    """
    facts = facts_of(site, judgement, who, judge=judge, logbook=logbook, told=told)
    steps = _steps(facts)
    rows = list(channels(facts, steps))
    report = Report(
        schema=SCHEMA,
        header=_header(facts),
        site=_site(facts),
        installer=_installer(who),
        devices=_devices(facts),
        method=method(facts),
        channels=rows,
        voltages=_voltages(facts),
        findings=findings(facts, rows),
        not_tested=list(not_tested(facts)),
        evidence=steps,
        limits=list(LIMITS if facts.witness.span is None else LIMITS_FROM_AFAR),
        sign_off=_sign_off(who),
        integrity=Integrity(algorithm="sha256", covers="the bytes of the JSON file", recording=who.recording),
    )
    return judged_header(report)


def _steps(facts: Facts) -> list[Step]:
    site, who, witness = facts.site, facts.who, facts.witness
    if witness.remembered is not None:
        return list(pictured(facts.judgement, site.settings, witness.remembered, witness.dark, who))
    moments = decisive(facts.judgement, site.settings, witness, facts.past, facts.since)
    return list(written(moments, site.settings, facts.past, who))


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
