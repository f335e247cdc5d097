"""Block 8: what is open, and what was mended on this visit."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.judgement import FAULTS, WAITING, Finding
from smappee_tui.report.facts import Facts
from smappee_tui.report.model import Channel, FindingBlock, Status
from smappee_tui.report.rounding import percent


def findings(facts: Facts, rows: list[Channel]) -> list[FindingBlock]:
    """Open findings as the diagnosis orders them, then faults of this visit that are gone or wait for their re-test."""
    said: list[tuple[Finding, Status]] = [(finding, "open") for finding in facts.judgement.findings]
    now = {(finding.code, finding.subject) for finding in facts.judgement.findings}
    said += _past(facts, now)
    return [_block(place, finding, status, rows) for place, (finding, status) in enumerate(said, 1)]


def _past(facts: Facts, now: set[tuple[str, str]]) -> Iterator[tuple[Finding, Status]]:
    for key, finding in facts.logbook.faults.items():
        if key in now:
            continue
        verdicts = {v.verdict for n in finding.inputs if (v := facts.judgement.channels.get(n)) is not None}
        if verdicts & FAULTS:
            continue  # another finding tells of it now
        yield finding, "retest" if verdicts & WAITING else "mended"


def _block(place: int, finding: Finding, status: Status, rows: list[Channel]) -> FindingBlock:
    own = [row for row in rows if row.input in finding.inputs]
    return FindingBlock(
        id=f"F{place}",
        code=finding.code,
        severity=finding.severity,
        status=status,
        subject=finding.subject,
        title=finding.title,
        evidence=list(finding.evidence),
        consequence=finding.consequence,
        advice=finding.advice,
        confidence_percent=None if finding.confidence is None else percent(finding.confidence),
        inputs=list(finding.inputs),
        steps=[step for row in own for step in row.steps],
        actions=[action for row in own for action in row.actions],
    )
