"""The quarter-hour peak, as it is billed in Flanders: of the running quarter, and the month's highest so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from smappee_tui.diagnosis.judgement import Limit
from smappee_tui.diagnosis.limits.declared import Peak
from smappee_tui.diagnosis.limits.quarters import LAST, LOST, QUARTER, Quarter
from smappee_tui.diagnosis.limits.trust import Seen
from smappee_tui.protocol.fact import Fact, fact

MOST_PARTS = 5
"""Circuits that are named as those that made a peak."""
LEAST_SHARE = 0.05
"""Of the peak: less is no part of it."""
LONGEST_NAME = 40


_TRUE_ALL_THE_SAME = frozenset({"limits.why.no_peak", "limits.why.no_country", "limits.why.no_quarter"})
"""Why a peak is not judged, though what was measured holds."""
_NONE: tuple[tuple[int, str, float], ...] = ()


def peaks(seen: Seen) -> Iterator[Limit]:
    """Of the running quarter, and of the month."""
    way, why = seen.pattern
    limit, source = seen.declared.peak
    if limit is None:
        why = why or _unbilled(seen)
    watch = seen.watch
    running = watch.quarters.running
    if running is None or watch.now is None or watch.since is None:
        if not watch.from_means or watch.now is None:
            nothing = why or fact("limits.why.nothing_seen")
            yield Limit("quarter-peak", "unchecked", "W", limit, None, why=nothing, source=source)
            if watch.now is None or watch.since is None:
                yield Limit("month-peak", "unchecked", "W", limit, None, why=nothing, source=source)
                return
    else:
        yield _running(seen, running, way, why)
    yield from _month(seen, way, why)


def _running(seen: Seen, quarter: Quarter, way: int, why: Fact | None) -> Limit:
    limit, source = seen.declared.peak
    passed = min(QUARTER, max(0.0, (seen.watch.now or quarter.begin) - quarter.begin))
    so_far = quarter.imports[way] / QUARTER
    goes_on = so_far + (seen.watch.recent(way) or 0.0) * (QUARTER - passed) / QUARTER
    verdict = seen.word(so_far, limit) if limit is not None else "ok"
    if limit is not None and verdict != "over":
        verdict = "near" if seen.word(goes_on, limit) != "ok" else "ok"
    partly = quarter.seconds < passed - LOST
    if partly and verdict == "ok":
        why = why or fact("limits.why.partly")
    return Limit(
        code="quarter-peak",
        verdict="unchecked" if why or limit is None else verdict,
        unit="W",
        limit=limit,
        worst=so_far,
        at=quarter.begin,
        why=why,
        notes=seen.turned_note,
        source=source,
        at_least=partly,
        seconds=quarter.seconds,
        projected=goes_on if seen.pattern[1] is None else None,
        parts=_parts(seen, quarter, so_far),
    )


def _month(seen: Seen, way: int, why: Fact | None) -> Iterator[Limit]:
    limit, source = seen.declared.peak
    now, since = seen.watch.now or 0.0, seen.watch.since or 0.0
    begin, end = month_of(seen, now)
    own = [quarter for quarter in seen.watch.quarters if begin <= quarter.begin < end]
    best = max(own, key=lambda quarter: quarter.watts(way), default=None)
    earlier = seen.declared.earlier
    if earlier is not None and not begin <= earlier.begun <= now:
        earlier = None
    notes, parts = [*seen.turned_note], _NONE
    if seen.declared.zone is None:
        notes.append(fact("limits.note.utc"))
    if earlier is not None:
        since = min(since, earlier.since)
    partly = max(since, begin)
    notes.append(fact("limits.note.since", at=partly))
    if earlier is not None and (best is None or earlier.watts > best.watts(way)):
        notes.append(fact("limits.note.earlier"))
        worst, at, seconds = earlier.watts, earlier.begun, earlier.seconds
    elif best is not None:
        worst, at, seconds = best.watts(way), best.begin, best.seconds
        parts = _parts(seen, best, worst)
    else:
        nothing = why or fact("limits.why.nothing_seen")
        yield Limit("month-peak", "unchecked", "W", limit, None, why=nothing, source=source)
        return
    verdict = seen.word(worst, limit) if limit is not None else "ok"
    if seconds < QUARTER - LOST and verdict == "ok":
        why = why or fact("limits.why.no_quarter")
    yield Limit(
        code="month-peak",
        verdict="unchecked" if why or limit is None else verdict,
        unit="W",
        limit=limit,
        worst=worst,
        at=at,
        why=why,
        notes=(*notes, *seen.means_note),
        source=source,
        at_least=seconds < QUARTER - LOST or partly > begin + QUARTER,
        seconds=seconds,
        parts=parts,
    )


def _unbilled(seen: Seen) -> Fact:
    country = seen.declared.country
    return fact("limits.why.no_peak", country=country) if country else fact("limits.why.no_country")


def month_of(seen: Seen, at: float) -> tuple[float, float]:
    """When the month of a moment begins and ends at the place, seconds since 1970."""
    zone = seen.declared.zone or UTC
    try:
        there = datetime.fromtimestamp(at, zone)
        begin = datetime(there.year, there.month, 1, tzinfo=zone)
        after = datetime(there.year + there.month // 12, there.month % 12 + 1, 1, tzinfo=zone)
        return begin.timestamp(), after.timestamp()
    except (OverflowError, OSError, ValueError):
        return 0.0, LAST


def _parts(seen: Seen, quarter: Quarter, peak: float) -> tuple[tuple[int, str, float], ...]:
    """The circuits that took most in a quarter, the largest first; none of a sum that is not to be relied on."""
    if seen.pattern[1] is not None:
        return _NONE
    powers = quarter.powers()
    circuits = [(n, seen.used[n].name[:LONGEST_NAME], powers[n]) for n in powers if n in seen.used]
    takes = [one for one in circuits if not (seen.used[one[0]].is_grid or seen.used[one[0]].produces)]
    large = [one for one in takes if one[2] >= LEAST_SHARE * max(peak, 1.0)]
    return tuple(sorted(large, key=lambda one: -one[2])[:MOST_PARTS])


def peak_of(limits: Iterable[Limit]) -> Peak | None:
    """The month's peak, to be kept for the next visit; None where it is not relied on."""
    for one in limits:
        sure = one.why is None or one.why.code in _TRUE_ALL_THE_SAME
        if one.code == "month-peak" and sure and one.worst and one.at is not None:
            since = next((note.params["at"] for note in one.notes if note.code == "limits.note.since"), one.at)
            return Peak(one.at, one.worst, one.seconds or 0.0, since if isinstance(since, float) else one.at)
    return None
