"""What was said during a visit, so that the report can tell what was wrong before it was mended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from smappee_tui.diagnosis.judgement import WAITING, Finding, Judgement, Subject
from smappee_tui.diagnosis.remedy.history import SheetHistory
from smappee_tui.report.model import FindingBlock, Report
from smappee_tui.report.wording import fact_of, params_of

MOST_TURNS = 20
"""Changes of verdict kept per channel."""
MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Turn:
    """From when on a verdict stood."""

    at: float
    verdict: str


@dataclass(slots=True)
class Logbook:
    """Remembers verdicts and faults of one location. Bounded."""

    turns: dict[int, list[Turn]] = field(default_factory=dict)
    """By input, oldest first; verdicts that say "not yet" are left out."""
    faults: dict[tuple[str, str], Finding] = field(default_factory=dict)
    """Every fault ever said, by code and subject."""
    sheet: SheetHistory = field(default_factory=SheetHistory)
    """What became of the correction sheet, as whoever follows it keeps it."""

    def note(self, at: float, judgement: Judgement) -> None:
        """Take down what is said now.

        Args:
            at: receiving clock, seconds since 1970.
            judgement: of this moment.
        """
        for number, verdict in judgement.channels.items():
            if verdict.verdict in WAITING:
                continue
            turns = self.turns.setdefault(number, [])
            if not turns or turns[-1].verdict != verdict.verdict:
                turns.append(Turn(at, verdict.verdict))
                del turns[:-MOST_TURNS]
        for finding in judgement.findings:
            if finding.severity != "fault":
                continue
            key = (finding.code, str(finding.subject))
            if key in self.faults or len(self.faults) < MOST_FAULTS:
                self.faults[key] = finding


def logbook_of(report: Report, *, mended: bool) -> Logbook:
    """What a report of an earlier time said, to go on from.

    Args:
        report: the earlier one.
        mended: with the faults that were mended by then, too.
    """
    book = Logbook()
    try:
        at = datetime.fromisoformat(report.header.generated).timestamp()
    except ValueError:
        at = 0.0
    for channel in report.channels:
        before = channel.retest.verdict_before if channel.retest is not None else None
        verdicts = [verdict for verdict in (before, channel.verdict) if verdict is not None and verdict not in WAITING]
        if verdicts:
            book.turns[channel.input] = [Turn(at, verdict) for verdict in verdicts]
    for block in report.findings:
        if block.severity == "fault" and block.params is not None and (mended or block.status != "mended"):
            finding = _finding(block)
            book.faults[finding.code, str(finding.subject)] = finding
    return book


def _finding(block: FindingBlock) -> Finding:
    return Finding(
        block.code,
        block.severity,
        Subject.named(block.subject) or Subject("monitor"),
        tuple(map(fact_of, block.evidence_facts)),
        None if block.confidence_percent is None else block.confidence_percent / 100,
        tuple(block.inputs),
        params_of(block.params or {}),
    )
