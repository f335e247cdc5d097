"""The phasor part of a channel's pane."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.tui import words
from smappee_tui.tui.columns import Row
from smappee_tui.tui.lines import Line, line
from smappee_tui.tui.phasor import Current, Phasor, absolute, draw, toned
from smappee_tui.tui.subject import Subject


def phasor_lines(subject: Subject, size: tuple[int, int]) -> list[Line]:
    """The phasor of the chosen channel or of its whole load, and what is seen in it."""
    rows: Sequence[Row] = subject.group if subject.together and subject.group else (subject.row,)
    currents = []
    for row in rows:
        verdict, phase = row.verdict, row.channel.phase
        if verdict is not None and verdict.angle is not None and phase is not None:
            label = f"I{phase + 1}" if len(rows) > 1 else "I"
            # Without an error nothing is known about it: drawn as uncertain, never as exact.
            error = verdict.angle_error if verdict.angle_error is not None else 30.0
            currents.append(Current(absolute(phase, verdict.angle), error, label))
    own = subject.row.verdict
    fits = None
    if len(rows) == 1 and own is not None and own.hypotheses:
        fits = (own.hypotheses[0].phase, own.hypotheses[0].reversed)
    lines = toned(draw(Phasor(currents, subject.phases, fits), *size))
    return [*lines, *_legend(currents, fits, subject)]


def _legend(currents: list[Current], fits: tuple[int, bool] | None, subject: Subject) -> list[Line]:
    own = subject.row.verdict
    lines: list[Line] = []
    if not currents:
        lines.append(line(("current's angle unknown", "dim")))
    elif subject.together and subject.group:
        lines.append(line((f"{len(currents)} of {len(subject.group)} currents known", "text")))
    elif own is not None and own.angle is not None:
        lag = own.angle
        side = "behind" if lag >= 0 else "ahead of"
        error = f" ± {own.angle_error:.0f}°" if own.angle_error else ""
        text = f"{abs(lag):.0f}°{error} {side} {words.phase_word(subject.row.channel.phase)}"
        lines.append(line(("I ", "strong"), (text, "text")))
    if fits is not None:
        way = words.phase_word(fits[0]) + (" reversed" if fits[1] else "")
        lines.append(line(("◆ ", "ok"), (f"fits {way}", "text")))
    if len(subject.group) > 1:
        lines.append(line(("g ", "key"), ("one clamp" if subject.together else "all three clamps", "dim")))
    return lines
