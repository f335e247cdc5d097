"""What the test came to: one line a channel, the remedy of the chosen one, and the supply."""

from __future__ import annotations

from smappee_tui.guided.conductor import Conductor
from smappee_tui.guided.result import ChannelResult, Result
from smappee_tui.tui.guide_ask import keys_line
from smappee_tui.tui.lines import BLANK, Line, line, paragraph, shortened
from smappee_tui.tui.text import fit, shown
from smappee_tui.tui.words import counted

_WORDS = {"pass": ("✓ PASS ", "ok"), "fault": ("✕ FAULT", "fault"), "open": ("○ open ", "wait")}
_NAME = 20
_REMEDY = 5
"""Lines kept for what to do about the chosen channel, at least."""


def result_lines(
    result: Result, test: Conductor, place: int, width: int, height: int, extra: Line = BLANK
) -> list[Line]:
    """The whole body below the title; `place` is the chosen row, `extra` stands below the counts."""
    counts = f"{result.count('pass')} passed, {counted(result.count('fault'), 'fault')}, {result.count('open')} open"
    lines = [line((" Result   ", "title"), (counts, "text")), shortened(extra, width)]
    tail = [BLANK, *_supply(result, width), _keys(test)]
    room = max(3, height - len(lines) - len(tail) - _REMEDY - 1)
    below = max(_REMEDY, height - len(lines) - len(tail) - 1 - len(result.channels))
    first = max(0, min(place - room // 2, len(result.channels) - room))
    for number, row in enumerate(result.channels[first : first + room], first):
        lines.append(_row(row, number == place, width))
    chosen = result.channels[place] if place < len(result.channels) else None
    remedy = [] if chosen is None else _remedy(chosen, width)
    return [*lines, BLANK, *remedy[:below], *[BLANK] * (below - len(remedy)), *tail]


def _row(row: ChannelResult, chosen: bool, width: int) -> Line:
    word, tone = _WORDS[row.outcome]
    said = shown(row.said)
    if row.before:
        said = f"was {shown(row.before)}, now {said}"
    return shortened(
        line(
            ("▸ " if chosen else "  ", "key"),
            (f"{word}  ", tone),
            (fit(shown(row.name), _NAME), "strong" if chosen else "text"),
            (f"  {said}", "text"),
        ),
        width - 1,
    )


def _remedy(row: ChannelResult, width: int) -> list[Line]:
    if row.remedy:
        return paragraph(shown(row.remedy), width - 2, first=line((" → ", "key")))
    return paragraph("Nothing to do here." if row.outcome == "pass" else "Not tested.", width - 2, "dim", line("   "))


def _supply(result: Result, width: int) -> list[Line]:
    if not result.supply:
        return []
    parts = [f"L{o.phase + 1} {o.ohm:.2f} ±{o.error:.2f} Ω" for o in result.supply]
    drop = max(o.ohm for o in result.supply) * 2000 / 230
    text = f"Supply: {', '.join(parts)}. 2 kW pull it down by {drop:.1f} V."
    return paragraph(text, width - 2, "dim", line(" "))


def _keys(test: Conductor) -> Line:
    left = len(test.plan.steps)
    go_on = (("⏎", f"{counted(left, 'step')} left"),) if left else ()
    return keys_line((*go_on, ("m", "I moved this clamp"), ("r", "repeat"), ("↑↓", "choose"), ("esc", "leave")))
