"""What was said during a visit, so that the report can tell what was wrong before it was mended."""

from __future__ import annotations

from dataclasses import dataclass, field

from smappee_tui.diagnosis.judgement import WAITING, Finding, Judgement

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
            key = (finding.code, str(finding.subject))
            if finding.severity == "fault" and (key in self.faults or len(self.faults) < MOST_FAULTS):
                self.faults[key] = finding
