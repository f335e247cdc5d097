"""What is told of every judgement from weeks of five-minute means: its reach, and what was wired otherwise before."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.evidence.record import Evidence, HistorySpan
from smappee_tui.diagnosis.history.ct_ratio import ratio_questions
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.diagnosis.model.channels import told_name
from smappee_tui.protocol.fact import Param, fact


def history_findings(
    evidence: Evidence, placed: set[int], sized: set[int], names: dict[int, str]
) -> tuple[Finding, ...]:
    """What is said beside the verdicts of a judgement from weeks of means; nothing after a watch.

    Args:
        evidence: what was seen.
        placed: channels known to sit on their own phase, either way round.
        sized: channels that are known to read the wrong size.
        names: of the channels.
    """
    if evidence.history is None:
        return ()
    return (
        *ratio_questions(evidence, placed, sized),
        *_changes(evidence.history, names),
        _reach(evidence.history),
    )


def _changes(span: HistorySpan, names: dict[int, str]) -> Iterator[Finding]:
    """A note for each CT that was wired or configured otherwise before; one for all where all are judged anew."""
    evidence = (fact("history.last_days_differ"),)
    if names.keys() <= span.changed.keys() and span.changed:
        since = next(iter(span.changed.values()))
        params: dict[str, Param] = {"since": since, "what": fact("findings.all_changed", since=since)}
        yield Finding("wiring-changed", "info", Subject("supply"), evidence=evidence, params=params)
        return
    for number, since in sorted(span.changed.items()):
        name = told_name(names[number], number)
        what = fact("findings.one_changed", input=number, name=name, since=since)
        params = {"input": number, "name": name, "since": since, "what": what}
        subject = Subject("channel", number)
        yield Finding("wiring-changed", "info", subject, evidence=evidence, channels=(number,), params=params)


def _reach(span: HistorySpan) -> Finding:
    """What a judgement from afar can tell, and what it cannot: said with every one."""
    return Finding(
        code="judged-from-history",
        severity="info",
        subject=Subject("monitor"),
        evidence=(
            fact("history.angles_signed" if span.signed else "history.angles_unsigned"),
            fact("history.by_night" if span.dark else "history.no_night"),
            fact("history.limits"),
        ),
        params={"days": span.days, "signed": span.signed, "by_night": span.dark},
    )
