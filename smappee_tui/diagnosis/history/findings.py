"""What only weeks of five-minute means tell: changed wiring, wrong CT sizes, and how far it all reaches.

Somebody mended something within the weeks: what was seen before is of another wiring, and counts no more. The whole
past is judged, then ever shorter ends of it. Where the last days prove something else of a CT than the whole does, its
wiring or its configuration was changed, and only the end that agrees with the last days is kept of it.

Sizes come from changes: a circuit's CT against the grid CT of its phase, and against its mates.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

from smappee_tui.diagnosis.evidence.ct_ratio import RatioFault, scaled
from smappee_tui.diagnosis.evidence.record import Evidence, HistorySpan
from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.judgement import WAITING, Finding, Subject
from smappee_tui.diagnosis.model.channels import phase_name, told_name
from smappee_tui.protocol.fact import Fact, Param, fact

Word = tuple[str, int | None]
"""Verdict and named phase."""
DAY = 86_400.0
ENDS = (2 * DAY, 4 * DAY, 8 * DAY, 16 * DAY)
"""Lengths of the ends that are judged by themselves, s, shortest first."""
MANY = 3
"""So many CTs that changed at once point at the grid meter, by which circuits are judged."""
ENOUGH = 8
"""Clear changes before their median counts."""
STEADY = 0.1
"""Median deviation of the ratios from their median, of one, above which they are no ratio."""
FINE = (0.87, 1.15)
"""Grid CT over circuit that counts as right: both CTs are known to some percent."""


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
    moved = {n for n, word in latest.items() if _decided(word) and word != whole.get(n)}
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
    return word is not None and word[0] not in WAITING and word[0] != "unused"


def history_ratio_faults(evidence: Evidence, placed: set[int]) -> dict[int, RatioFault]:
    """CTs whose size is wrong.

    A circuit that disagrees with its grid CT is wrong where another circuit of that phase agrees with it; the grid CT
    is, where two circuits disagree with it alike. One circuit alone says only that they differ: see `ratio_questions`.

    Args:
        evidence: learnt from a past.
        placed: channels known to sit on their own phase, either way round.
    """
    faults: dict[int, RatioFault] = {}
    if evidence.geometry.delta:
        return faults
    for k in evidence.grid_inputs:
        ratios = _ratios(evidence, k, placed)
        fine = [n for n, ratio in ratios.items() if FINE[0] < ratio < FINE[1]]
        odd = {n: ratio for n, ratio in ratios.items() if n not in fine}
        if fine:
            for n, ratio in odd.items():
                _add(faults, n, 1 / ratio, fact("history.seen_by_grid", changes=len(evidence.ratios[n])))
        elif len(odd) >= 2 and max(odd.values()) < 1.12 * min(odd.values()) and k in placed:
            seen = fact("history.seen_by_circuits", inputs=tuple(sorted(odd)))
            _add(faults, k, statistics.median(odd.values()), seen)
        elif len(odd) == 1:
            ((n, ratio),) = odd.items()
            share = _against_mates(evidence, n)
            if share is not None and not FINE[0] < share < FINE[1] and FINE[0] < share * ratio < FINE[1]:
                _add(faults, n, share, fact("history.seen_by_mates"))
    return faults


def ratio_questions(evidence: Evidence, placed: set[int], known: set[int]) -> Iterator[Finding]:
    """A circuit and its grid CT that disagree in size while nothing says which of them is wrong."""
    for k in evidence.grid_inputs if not evidence.geometry.delta else ():
        ratios = _ratios(evidence, k, placed)
        if k in known or len(ratios) != 1 or ratios.keys() & known:
            continue
        ((n, ratio),) = ratios.items()
        if FINE[0] * 0.9 < ratio < FINE[1] * 1.1:
            continue
        yield Finding(
            code="size-question",
            severity="warning",
            subject=Subject("channel", n),
            evidence=(fact("history.ratio", changes=len(evidence.ratios[n]), ratio=ratio, input=n),),
            channels=(k, n),
            params={"input": n, "grid_input": k, "phase": phase_name(evidence.roles[k].phase), "ratio": ratio},
        )


def _ratios(evidence: Evidence, k: int, placed: set[int]) -> dict[int, float]:
    """Grid CT over circuit, by circuit of this grid CT's phase."""
    found = {}
    for n, values in evidence.ratios.items():
        role = evidence.roles.get(n)
        if role is None or role.phase != evidence.roles[k].phase or n not in placed or len(values) < ENOUGH:
            continue
        middle = statistics.median(values)
        if statistics.median([abs(v / middle - 1) for v in values]) < STEADY:
            found[n] = middle
    return found


def _against_mates(evidence: Evidence, number: int) -> float | None:
    """Its highest mean current over that of the two other CTs of its load, where those two agree; else None."""
    group = evidence.roles[number].group
    mates = [n for n, r in evidence.roles.items() if group and r.group == group and n != number]
    tops = [t.loaded()[0].volt_amperes for n in mates if (t := evidence.tracks.get(n)) is not None and t.plateaus]
    track = evidence.tracks.get(number)
    if len(tops) != 2 or max(tops) > 1.1 * min(tops) or track is None or not track.plateaus:
        return None
    return track.loaded()[0].volt_amperes / (sum(tops) / 2)


def _add(faults: dict[int, RatioFault], number: int, factor: float, against: Fact) -> None:
    fault = scaled(number, [factor] * 4, against, "history.reads")
    if fault is not None:
        faults[number] = fault


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
