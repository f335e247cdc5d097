"""When a change is told: once, when it is certain, and not again and again of one that goes to and fro."""

from __future__ import annotations

from typing import NamedTuple

from smappee_tui.diagnosis.judgement import FAULTS
from smappee_tui.fleet.judging import Said, contradicted, together, word_of
from smappee_tui.fleet.standing import ChannelWord, Flips, Standing
from smappee_tui.fleet.view import DAY, News

OPEN = "inconclusive"
FLAPS = 4
"""Changes of one thing within a day, after which it flaps."""
CALM = 6 * 3600.0
"""Seconds without a change after which it does not any more."""


class Told(NamedTuple):
    """A change that is to be told, of a location that whoever asked knows."""

    before: News
    after: News
    codes: tuple[str, ...] = ()
    flaps: int = 0


def judge(standing: Standing, said: Said, at: float, *, certain: bool = False) -> tuple[Told | None, bool]:
    """Take what a turn said.

    From right to fault and back two turns in a row must say so, and nothing of the first is kept: what it says of one
    clamp while another was moved may be wrong. So it is with a turn that contradicts what those before it said and
    rests on what they learnt: that is of two boards, `Standing.doubts` grows, and the next turn begins without. A
    change is told where a fault comes, goes, or has another cause; that more or less is decided is none. What is
    certain needs no second turn.

    Returns:
        What is to be told, if anything; and whether another turn should soon confirm what this one said.
    """
    words = together(standing.words, said.words)
    verdict, codes = word_of(words, said)
    before, found = standing.verdict, set(codes) - set(standing.findings)
    same = verdict == before and not (verdict == "fault" and found)
    turned = not same and before in ("ok", "fault") and (before == "fault") | (verdict == "fault")
    standing.judged = at
    doubts = set(standing.doubts)
    against = contradicted(standing.words, said.words) - doubts if said.carried else set()
    if against or (turned and not certain and standing.waits != verdict):
        standing.waits = verdict if turned else None
        standing.doubts = tuple(sorted(doubts | against))
        return None, True
    standing.doubts = tuple(number for number in standing.doubts if number in words and not said.words[number].decided)
    standing.filled = tuple(number for number in standing.filled if number in words and not said.words[number].decided)
    standing.words, standing.channels = words, said.channels
    standing.faults, standing.left_out = said.faults, said.left_out
    if same:
        standing.waits = None
        standing.findings = codes
        return _calm(standing.word, verdict, codes, at), False
    gone = tuple(code for code in standing.findings if before == "fault" and verdict != "fault")
    standing.waits, standing.verdict, standing.findings = None, verdict, codes
    if verdict == before:
        return Told(before, verdict, tuple(code for code in codes if code in found)), False
    standing.changed = at
    if "fault" not in (before, verdict):
        if standing.word.told != "fault":
            standing.word.told = verdict
        return None, False
    return _flipped(standing.word, verdict, codes if verdict == "fault" else gone, at), False


def judge_past(standing: Standing, said: Said, at: float) -> Told | None:
    """Take what two days of five-minute values said: it fills in what turns could not decide, and what it filled in it
    may take back. That a CT is wrong, or is not any more, counts when the values of another day say the same; a turn,
    which could not judge it, confirms nothing.

    Returns:
        What is to be told, if anything.
    """
    counts = {
        n: word if word.verdict not in FAULTS or standing.past.get(n) == word else ChannelWord(OPEN, word.setting)
        for n, word in said.words.items()
    }
    another, standing.past, standing.past_at = standing.past, said.words, at
    words, own = {**counts, **standing.words}, {n for n, word in counts.items() if n not in standing.words}
    for number, word in standing.words.items():
        other = counts.get(number)
        if other is None or not other.decided or other.setting != word.setting:
            continue
        if not word.decided or (number in standing.filled and another.get(number) == other):
            words[number] = other
            own.add(number)
    if words == standing.words:
        return None
    judged, doubts, waits, filled = standing.judged, standing.doubts, standing.waits, {*standing.filled, *own}
    whole = Said(words, standing.faults, (), standing.left_out, standing.channels or said.channels)
    told, _ = judge(standing, whole, at, certain=True)
    standing.judged, standing.doubts, standing.waits = judged if judged is not None else at, doubts, waits
    standing.filled = tuple(sorted(filled))
    return told


def fell_silent(standing: Standing, at: float) -> Told | None:
    """It speaks no longer."""
    return _flipped(standing.speech, "silent", (), at) if standing.speech.told != "silent" else None


def came_back(standing: Standing, at: float) -> Told | None:
    """It speaks again, or for the first time."""
    return _flipped(standing.speech, "live", (), at) if standing.speech.told == "silent" else None


def settle(standing: Standing, live: bool, at: float) -> Told | None:
    """Once a minute: whether it speaks is told of one that stuttered and does not any more."""
    return _calm(standing.speech, "live" if live else "silent", (), at)


def _flipped(flips: Flips, now: News, codes: tuple[str, ...], at: float) -> Told | None:
    times = (*(time for time in flips.at if 0 <= at - time < DAY), at)[-FLAPS:]
    flaps, flips.at = len(times) >= FLAPS, times
    before = flips.told
    if flips.held and flaps:
        return None
    flips.told, flips.held = now, flaps
    return Told(before, now, codes, len(times) if flaps else 0)


def _calm(flips: Flips, now: News, codes: tuple[str, ...], at: float) -> Told | None:
    """What was held back is told once it is calm, or once the clock that it was held back by is put back."""
    if not flips.held or not flips.at or 0 <= at - flips.at[-1] < CALM:
        return None
    before, flips.held, flips.told, flips.at = flips.told, False, now, ()
    return Told(before, now, codes) if before != now and {before, now} & {"fault", "silent"} else None
