"""From what is known to the report: one pure function."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from smappee_tui import __version__
from smappee_tui.diagnosis.checks.devices import device_verdicts
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import FAULTS, WAITING, Finding, Judgement
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.diagnosis.tracing.board import Traced
from smappee_tui.protocol.messages import HomeControlConfig
from smappee_tui.report.compose.channels import channels, not_tested
from smappee_tui.report.compose.circuits import circuit_blocks
from smappee_tui.report.compose.corrections import corrections
from smappee_tui.report.compose.limits import limit_blocks
from smappee_tui.report.compose.material import Material, material_of
from smappee_tui.report.compose.method import fingerprint, method
from smappee_tui.report.compose.readings import percent, rounded
from smappee_tui.report.compose.steps import decisive, written
from smappee_tui.report.compose.steps_history import pictured
from smappee_tui.report.compose.witness import curves_of, witness_block
from smappee_tui.report.logbook import Logbook
from smappee_tui.report.metadata import LONGEST_NOTES, ReportMetadata, field
from smappee_tui.report.model import (
    SCHEMA,
    Balance,
    Channel,
    Device,
    DevicesBlock,
    FindingBlock,
    Header,
    InstallerBlock,
    Integrity,
    Report,
    SignOff,
    SiteBlock,
    Status,
    Step,
    Voltage,
)
from smappee_tui.report.requirements import ABSENT, Known, lacking
from smappee_tui.report.wording import ENGLISH, block_of, params_block
from smappee_tui.site.site import Site


def known_of(report: Report) -> Known:
    """What of a report decides whether anything is missing."""
    site, installer, method = report.site, report.installer, report.method
    return Known(
        customer=site.customer,
        address=site.address,
        main_fuse_amps=site.main_fuse_amps,
        generation=site.generation,
        configured_generation=site.configured_generation,
        company=installer.company,
        person=installer.person,
        signed_by=report.sign_off.name,
        serial=report.devices.serial,
        measured=bool(method.received or method.history),
        used=sum(channel.verdict != "unused" for channel in report.channels),
        supply=site.supply,
        voltages=bool(report.voltages),
        absent=sum(
            device.kind == "plug" and device.configured and device.state in ABSENT
            for device in report.devices.devices
            if method.history is None
        ),
    )


def judged_header(report: Report) -> Report:
    """The report with its result. A pass needs everything: no fault, every channel in use judged, every block there."""
    missing = list(lacking(known_of(report)))
    untested = [channel.input for channel in report.channels if channel.verdict in WAITING]
    open_faults = [f for f in report.findings if f.severity == "fault" and f.status == "open"]
    faulty = [channel for channel in report.channels if channel.verdict in FAULTS]
    partial = bool(missing or untested)
    result = "faults" if open_faults or faulty else "undecided" if partial else "pass"
    header = replace(
        report.header,
        result=result,
        partial=partial,
        missing=missing,
        untested=untested,
        faults=max(len(open_faults), 1 if faulty else 0),
        warnings=sum(f.severity == "warning" for f in report.findings if f.status == "open"),
    )
    return replace(report, header=header)


def findings(material: Material, rows: list[Channel]) -> list[FindingBlock]:
    """Open findings as the diagnosis orders them, then faults of this visit that are gone or wait for their re-test."""
    said: list[tuple[Finding, Status]] = [(finding, "open") for finding in material.judgement.findings]
    now = {(finding.code, str(finding.subject)) for finding in material.judgement.findings}
    said += _past(material, now)
    return [_block(place, finding, status, rows) for place, (finding, status) in enumerate(said, 1)]


def _past(material: Material, now: set[tuple[str, str]]) -> Iterator[tuple[Finding, Status]]:
    for key, finding in material.logbook.faults.items():
        if key in now:
            continue
        verdicts = {v.verdict for n in finding.channels if (v := material.judgement.channels.get(n)) is not None}
        if verdicts & FAULTS:
            continue  # another finding tells of it now
        yield finding, "retest" if verdicts & WAITING else "mended"


def _block(place: int, finding: Finding, status: Status, rows: list[Channel]) -> FindingBlock:
    own = [row for row in rows if row.input in finding.channels]
    said = ENGLISH.finding(finding)
    return FindingBlock(
        id=f"F{place}",
        code=finding.code,
        severity=finding.severity,
        status=status,
        subject=str(finding.subject),
        title=said.title,
        evidence=list(said.evidence),
        consequence=said.consequence,
        advice=said.advice,
        confidence_percent=None if finding.confidence is None else percent(finding.confidence),
        inputs=list(finding.channels),
        steps=[step for row in own for step in row.steps],
        actions=[action for row in own for action in row.actions],
        params=params_block(finding.params),
        evidence_facts=list(map(block_of, finding.evidence)),
    )


LIMITS = ("metrology", "safety", "voltage", "moment", "accuracy", "read_only")
"""What a report does not prove, by code."""
LIMITS_FROM_AFAR = ("history", "metrology", "safety", "voltage_history", "moment_history", "accuracy", "read_only")
"""The same of a judgement by the cloud's five-minute values."""


def build(
    site: Site,
    judgement: Judgement,
    who: ReportMetadata,
    *,
    judge: Judge | None = None,
    logbook: Logbook | None = None,
    told: frozenset[str] | None = None,
    circuits: Sequence[Traced] = (),
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
        circuits: the breakers that were traced.
    """
    material = material_of(site, judgement, who, judge=judge, logbook=logbook, told=told)
    steps = _steps(material)
    rows = list(channels(material, steps))
    found = findings(material, rows)
    report = Report(
        schema=SCHEMA,
        header=_header(material),
        site=_site(material),
        installer=_installer(who),
        devices=_devices(material),
        method=method(material),
        channels=rows,
        voltages=_voltages(material),
        balance=_balance(material),
        witness=witness_block(
            judgement.witness,
            who.meter,
            {row.input: row.name for row in rows},
            curves_of(judge.weighed) if judge else None,
        ),
        installation_limits=list(limit_blocks(judgement.limits, who)),
        findings=found,
        corrections=corrections(material, rows, found, judge),
        not_tested=list(not_tested(material)),
        evidence=steps,
        circuits=circuit_blocks(circuits, who),
        limits=list(LIMITS if material.witness.span is None else LIMITS_FROM_AFAR),
        sign_off=_sign_off(who),
        integrity=Integrity(algorithm="sha256", covers="the bytes of the JSON file", recording=who.recording),
    )
    return judged_header(report)


def _steps(material: Material) -> list[Step]:
    site, who, witness = material.site, material.who, material.witness
    if witness.remembered is not None:
        return list(pictured(material.judgement, site.settings, witness.remembered, witness.dark, who))
    moments = decisive(material.judgement, site.settings, witness, material.past, material.since)
    return list(written(moments, site.settings, material.past, who))


def with_metadata(report: Report, who: ReportMetadata) -> Report:
    """The same report with another person's part: what a form shows while it is filled in."""
    site = replace(
        report.site,
        name=field(who.site),
        customer=field(who.customer),
        customer_language=who.customer_language,
        address=field(who.address),
        main_fuse_amps=rounded(who.main_fuse_amps, 1),
        country=who.country,
        generation=who.generation,
        storage=who.storage,
        notes=field(who.notes, LONGEST_NOTES),
    )
    header = replace(report.header, language=who.language)
    return judged_header(replace(report, header=header, site=site, installer=_installer(who), sign_off=_sign_off(who)))


def _installer(who: ReportMetadata) -> InstallerBlock:
    return InstallerBlock(
        company=field(who.company),
        person=field(who.person),
        licence=field(who.licence),
        role=field(who.role),
        second_person=field(who.second_person),
        phone=field(who.phone),
        email=field(who.email),
    )


def _header(material: Material) -> Header:
    """Everything but the result, which follows from the other blocks."""
    who = material.who
    written_at = who.iso(who.generated_at) or ""
    digest = hashlib.sha256(f"{material.site.uuid} {who.generated_at}".encode("utf-8", "replace")).hexdigest()
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
        generated_utc=ReportMetadata(who.generated_at).iso(who.generated_at) or "",
        language=who.language,
        redacted=False,
    )


def _site(material: Material) -> SiteBlock:
    who, site = material.who, material.site
    return SiteBlock(
        name=field(who.site),
        customer=field(who.customer),
        customer_language=who.customer_language,
        address=field(who.address),
        uuid=site.uuid,
        location_id=site.location_id,
        supply=material.judgement.supply,
        main_fuse_amps=rounded(who.main_fuse_amps, 1),
        country=who.country,
        generation=who.generation,
        storage=who.storage,
        configured_generation=any(s.produces or s.stores for s in site.settings.values()),
        notes=field(who.notes, LONGEST_NOTES),
    )


def _devices(material: Material) -> DevicesBlock:
    site, view, monitor = material.site, material.view, material.site.monitor
    said = device_verdicts(site)
    hubs = sorted({s.hub.partition("/")[0] for s in site.settings.values() if s.hub})
    devices = [Device(kind="ct-hub", name="", serial=hub, state="ok", battery_percent=None) for hub in hubs]
    for node, plug in site.devices.plugs.items():
        serial = (plug.setting.serial or "") if plug.setting else ""
        state = said.plugs[node].verdict
        devices.append(
            Device(
                kind="plug",
                name=plug.name or f"plug {node}",
                serial=serial,
                state=state,
                battery_percent=None,
                configured=HomeControlConfig not in site.heard or plug.setting is not None,
            )
        )
    for number_, meter in site.devices.meters.items():
        serial = (meter.setting.serial or "") if meter.setting else ""
        battery = rounded(meter.interval.battery) if meter.interval else None
        heard = said.sensors[number_].verdict
        devices.append(
            Device(
                kind="gas-water",
                name=f"sensor {number_}",
                serial=serial,
                state=heard,
                battery_percent=battery,
                number=number_,
            )
        )
    return DevicesBlock(
        serial=view.serial,
        product=view.product,
        firmware=view.firmware,
        dialect=view.dialect,
        device_uuid=monitor.device_uuid if monitor else "",
        source=field(material.who.source),
        clock_offset_seconds=rounded(site.quality.offset, 1),
        devices=devices,
    )


def _voltages(material: Material) -> list[Voltage]:
    rows = []
    for said in material.judgement.phases:
        seen = material.witness.ranges[said.phase] if material.witness.ranges else None
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


def _balance(material: Material) -> list[Balance]:
    return [
        Balance(
            phase=phase_name(one.phase) or "",
            grid=rounded(one.grid),
            production=rounded(one.production),
            circuits=rounded(one.circuits),
            unmetered=rounded(one.unmetered),
            verdict=one.verdict,
        )
        for one in material.judgement.balance
    ]


def _sign_off(who: ReportMetadata) -> SignOff:
    signed = field(who.signed_by)
    today = (who.iso(who.generated_at) or "")[:10]
    return SignOff(
        name=signed,
        date=(who.signed_on or today) if signed else "",
        customer_name=field(who.customer_name),
        photos=list(who.photos),
    )
