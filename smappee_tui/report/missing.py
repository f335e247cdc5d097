"""What a complete report needs. Without it the report is titled partial, and says what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from smappee_tui.diagnosis.judgement import FAULTS, WAITING
from smappee_tui.report.model import Report


def missing(report: Report) -> Iterator[str]:
    """`block.field` of everything mandatory that is not there."""
    site, installer, devices, method = report.site, report.installer, report.devices, report.method
    needed = {
        "site.customer": site.customer,
        "site.address": site.address,
        "site.main_fuse": site.main_fuse_amps,
        # What the configuration shows needs no declaration; what it does not show does.
        "site.generation": site.configured_generation or site.generation not in (None, "unknown"),
        "site.supply": site.supply if site.supply != "unknown" else None,
        "installer.company": installer.company,
        "installer.person": installer.person,
        "devices.serial": devices.serial,
        "method.messages": method.received or method.history,
        "channels.configuration": [c for c in report.channels if c.verdict != "unused"],
        "voltages.measured": report.voltages,
        "sign_off.name": report.sign_off.name,
    }
    yield from (code for code, value in needed.items() if not value)


def judged_header(report: Report) -> Report:
    """The report with its result. A pass needs everything: no fault, every channel in use judged, every block there."""
    lacking = list(missing(report))
    untested = [channel.input for channel in report.channels if channel.verdict in WAITING]
    open_faults = [f for f in report.findings if f.severity == "fault" and f.status == "open"]
    faulty = [channel for channel in report.channels if channel.verdict in FAULTS]
    partial = bool(lacking or untested)
    result = "faults" if open_faults or faulty else "undecided" if partial else "pass"
    header = replace(
        report.header,
        result=result,
        partial=partial,
        missing=lacking,
        untested=untested,
        faults=max(len(open_faults), 1 if faulty else 0),
        warnings=sum(f.severity == "warning" for f in report.findings if f.status == "open"),
    )
    return replace(report, header=header)
