"""Somebody mended something within the weeks: what was seen before is of another wiring, and counts no more.

The whole past is judged, then ever shorter ends of it. Where the last days prove something else of a CT than the whole
does, its wiring or its configuration was changed, and only the end that agrees with the last days is kept of it.
"""

from __future__ import annotations

from collections.abc import Callable

from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.judgement import WAITING

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
