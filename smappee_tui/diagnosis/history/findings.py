"""What only weeks of five-minute means tell: changed wiring, and how far it all reaches.

Somebody mended something within the weeks: what was seen before is of another wiring, and counts no more. The whole
past is judged, then ever shorter ends of it. Where the last days prove something else of a CT than the whole does, its
wiring or its configuration was changed, and only the end that agrees with the last days is kept of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from smappee_tui.diagnosis.evidence.record import Evidence, HistorySpan
from smappee_tui.diagnosis.evidence.sums.sizes import SizeQuestion
from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.judgement import AT_HOME, STRAY, Finding, Subject
from smappee_tui.diagnosis.model.channels import phase_name, told_name
from smappee_tui.protocol.fact import Param, fact

Word = tuple[str, int | None]
"""Verdict and named phase."""
DAY = 86_400.0
ENDS = (2 * DAY, 4 * DAY, 8 * DAY, 16 * DAY)
"""Lengths of the ends that are judged by themselves, s, shortest first."""
MANY = 3
"""So many CTs that changed at once point at the grid meter, by which circuits are judged."""


def changed(
    past: IntervalHistory,
    whole: dict[int, Word],
    grid: tuple[int, ...],
    words_of: Callable[[IntervalHistory], dict[int, Word]],
) -> dict[int, float]:
    """By input: from when on it counts, s since 1970; inputs that did not change are left out.

    Where a grid CT changed, or many CTs at once, all inputs count from then on: circuits are judged by the grid meter.

    Args:
        past: all of it.
        whole: what all of it proves.
        grid: the grid CTs.
        words_of: judges a part by itself.
    """
    ends = [end for end in ENDS if end < 0.9 * (past.at[-1] - past.at[0])] if len(past) else []
    if not ends:
        return {}
    latest = words_of(past.last(ends[0]))
    moved = {n for n, word in latest.items() if _decided(word) and _decided(whole.get(n)) and word != whole[n]}
    if not moved:
        return {}
    together = bool(moved & set(grid)) or len(moved) >= MANY
    since = dict.fromkeys(moved, past.at[-1] - ends[0])
    for end in ends[1:]:
        words = words_of(past.last(end))
        agree = {n for n in moved if words.get(n) == latest[n]}
        if together and agree != moved:
            break
        since.update(dict.fromkeys(agree, past.at[-1] - end))
        moved -= {n for n in moved - agree if _decided(words.get(n))}  # this end is of the wiring of before
        if not moved:
            break
    return dict.fromkeys(past.columns, min(since.values())) if together else since


def _decided(word: Word | None) -> bool:
    """Whether it says where a CT sits. What is open contradicts nothing, and a size is no wiring: a part of the weeks
    may simply not be able to prove it."""
    return word is not None and word[0] in AT_HOME | STRAY


def size_question(question: SizeQuestion, evidence: Evidence) -> Finding:
    """A circuit and its grid CT that disagree in size while nothing says which of them is wrong."""
    return Finding(
        code="size-question",
        severity="warning",
        subject=Subject("channel", question.circuit),
        evidence=(fact("history.ratio", changes=question.changes, ratio=question.ratio, input=question.circuit),),
        channels=(question.grid, question.circuit),
        params={
            "input": question.circuit,
            "grid_input": question.grid,
            "phase": phase_name(evidence.roles[question.grid].phase),
            "ratio": question.ratio,
        },
    )


def history_findings(
    evidence: Evidence, questions: Iterable[SizeQuestion], names: dict[int, str]
) -> tuple[Finding, ...]:
    """What is said beside the verdicts of a judgement from weeks of means; nothing after a watch.

    Args:
        evidence: what was seen.
        questions: sizes that contradict each other.
        names: of the channels.
    """
    if evidence.history is None:
        return ()
    return (
        *(size_question(one, evidence) for one in questions),
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
