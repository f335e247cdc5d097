"""The tracer's screen in lines: one large word, what was found, and the list of breakers with what follows from it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from smappee_tui.app.tracer import input_facts
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.diagnosis.tracing.board import Traced, exchanges, unmeasured, untraced
from smappee_tui.diagnosis.tracing.tracer import Change, Stage, Tracing
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, cut, fit
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.tui.guided.pages import large
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph, shortened

Settings = Mapping[int, ChannelSetting]
TONES: dict[Stage, str] = {
    "armed": "strong",
    "moving": "wait",
    "likely": "wait",
    "named": "ok",
    "unsure": "warn",
    "sure": "ok",
}
UNSEEN_AFTER = 20.0
"""Seconds without anything that switched, after which it is asked whether a load runs there."""
LOW, NARROW = 20, 60
"""Lines of a body, and cells, below which the large word gives its room to the list."""
MOST_NAMED = 8
"""Inputs that are counted out."""


def stage_lines(state: Tracing, settings: Settings, width: int, height: int, kept: str, silent: bool) -> list[Line]:
    """What to do now in large letters, what was found, and why.

    Args:
        state: of the tracer.
        settings: as configured.
        width: cells.
        height: lines of the whole body.
        kept: the breaker as which the find is kept; "" for none.
        silent: no measurements come.
    """
    tone = TONES.get(state.stage, "dim")
    word = tr(f"tracer.word.{state.stage}")
    lines: list[Line] = [BLANK]
    if height >= LOW and width >= NARROW:
        lines += [line(("  " + row, tone)) for row in large(word, width - 4)]
    else:
        lines += [line((f" {word}", tone))]
    room = width - 2
    said: list[Line] = [BLANK]
    if state.found is not None:
        said += paragraph(found_text(state.found, settings), room, "strong")
        said += [row for text in notes(state, settings) for row in paragraph(text, room, "warn")]
    if silent:
        said += paragraph(tr("tracer.no_data"), room, "warn")
    elif kept and state.stage == "sure":
        said += paragraph(tr("tracer.say.kept", breaker=kept), room)
    else:
        said += paragraph(tr(f"tracer.say.{_saying(state)}"), room)
    if state.stage == "armed" and state.waited >= UNSEEN_AFTER:
        said += paragraph(tr("tracer.unseen", seconds=state.waited), room, "warn")
    if state.others:
        changes = tuple(change_text(other, settings) for other in state.others)
        said += paragraph(tr("tracer.also" if state.found else "tracer.moved", changes="; ".join(changes)), room, "dim")
    return lines + [line(" ", *row) for row in said]


def _saying(state: Tracing) -> str:
    if state.stage == "unsure" and state.same_moment:
        return "unsure_together"
    return "named_again" if state.stage == "named" and state.tries > 1 else state.stage


def found_text(change: Change, settings: Settings) -> str:
    """The find in a sentence."""
    if not change.inputs:
        return tr("tracer.on_no_input", grid=_named(change.grid, settings), watts=change.watts, at=clock(change.at))
    own = tuple(n for n in change.inputs if n not in change.through) or change.inputs
    what = _named(own, settings)
    if change.phases:
        what = tr("tracer.on_phases", inputs=what, phases=_phases(change.phases))
    text = tr("tracer.seen_by", what=what, watts=change.watts, at=clock(change.at))
    if change.through:
        text += " " + tr("tracer.through", inputs=_named(change.through, settings))
    return text


def notes(state: Tracing, settings: Settings) -> list[str]:
    """What is odd about a find: another phase than configured, another size than the grid meter's."""
    said: list[str] = []
    found = state.found
    if found is None:
        return said
    setting = settings.get(found.inputs[0]) if len(found.inputs) == 1 else None
    told = setting.phase if setting is not None else None
    if told is not None and len(found.phases) == 1 and found.grid and found.phases[0] != told:
        said.append(tr("tracer.other_phase", configured=phase_name(told), phases=_phases(found.phases)))
    if state.grid_differs is not None:
        said.append(tr("tracer.grid_differs", watts=state.grid_differs))
    return said


def clock(at: float) -> str:
    """A time of day of this computer, as the head of the live screen has it."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def change_text(change: Change, settings: Settings) -> str:
    """Another change in a few words."""
    if change.inputs:
        text = tr("tracer.change", inputs=_named(change.inputs, settings), watts=change.watts)
    else:
        text = tr("tracer.change_unseen", grid=_named(change.grid, settings), watts=change.watts)
    if change.own_steps:
        text = tr("tracer.by_itself", change=text, times=change.own_steps, seconds=change.seconds)
    return text


def list_lines(
    circuits: Sequence[Traced], settings: Settings, chosen: int, width: int, room: int
) -> tuple[list[Line], tuple[int, int]]:
    """The breakers with a cursor, and what follows: names to exchange, circuits without a CT, what is left.

    Returns:
        The lines, and which of them is the first row with which breaker that is.
    """
    head = line((f" {tr('tracer.list')} ({len(circuits)})" if circuits else f" {tr('tracer.list')}", "title"))
    if not circuits:
        empty = (line(" ", *row) for row in paragraph(tr("tracer.list_empty"), width - 2, "dim"))
        return [head, *empty][:room], (0, 0)
    below = [line(" ", *row) for row in _follows(circuits, settings, width - 2)]
    rows = max(2, min(len(circuits), room - 2 - min(len(below), max(2, room // 3))))
    first = max(0, min(chosen - rows // 2, len(circuits) - rows))
    columns = _columns(width)
    names = ("breaker", "inputs", "phases", "watts", "at")
    titles = (
        fit(tr(f"tracer.head.{key}"), cells, right=key == "watts") for key, cells in zip(names, columns, strict=True)
    )
    lines = [head, line((fit("    " + " ".join(titles), width), "head"))]
    for place, one in enumerate(circuits[first : first + rows], first):
        lines.append(_row(one, settings, place == chosen, columns, width))
    return [*lines, *below][:room], (2, first)


def _columns(width: int) -> tuple[int, int, int, int, int]:
    rest = width - 4 - 8 - 8 - 8 - 5
    breaker = max(12, rest * 2 // 5)
    return breaker, max(10, rest - breaker), 8, 8, 8


def _row(one: Traced, settings: Settings, here: bool, columns: tuple[int, ...], width: int) -> Line:
    inputs = " ".join(_short(n, settings) for n in one.own) if one.inputs else tr("tracer.none_sees")
    if len(one.own) > 1:
        setting = settings.get(one.own[0])
        inputs = f"{'+'.join(map(str, one.own))} {setting.name if setting is not None else ''}".strip()
    phases = "/".join(phase_name(p) or "" for p in one.phases)
    cells = (
        fit(clean(one.breaker), columns[0]),
        fit(clean(inputs), columns[1]),
        fit(phases, columns[2]),
        fit(current().number(one.watts, "+.0f"), columns[3], right=True),
        fit(clock(one.at), columns[4]),
    )
    sign, tone = ("✓", "ok") if one.sure else ("?", "wait")
    row = line(
        ("▸ " if here else "  ", "key"),
        (f"{sign} ", tone),
        (cells[0] + " ", "strong" if here else "text"),
        (cells[1] + " ", "text" if one.inputs else "warn"),
        (" ".join(cells[2:]), "text"),
    )
    return shortened(row, width)


def _short(number: int, settings: Settings) -> str:
    setting = settings.get(number)
    return f"{number} {setting.name}".strip() if setting is not None else str(number)


def _follows(circuits: Sequence[Traced], settings: Settings, width: int) -> list[Line]:
    lines: list[Line] = []
    for pair in exchanges(circuits, settings):
        text = tr(
            "tracer.exchange",
            inputs=_named(pair.inputs, settings, bare=True),
            others=_named(pair.other_inputs, settings, bare=True),
            name=pair.name,
            other_name=pair.other_name,
        )
        lines += paragraph(text, width, "warn", line(("! ", "warn")))
    unseen = unmeasured(circuits)
    if unseen:
        lines += paragraph(
            tr("tracer.unmeasured", breakers=", ".join(clean(one.breaker) for one in unseen)), width, "info"
        )
    left = untraced(circuits, settings)
    if left:
        shown = ", ".join(map(str, left[:MOST_NAMED])) + (" …" if len(left) > MOST_NAMED else "")
        lines += paragraph(tr("tracer.left", count=len(left), inputs=shown), width, "dim")
    else:
        lines += paragraph(tr("tracer.all_traced"), width, "ok")
    return lines


def _named(numbers: tuple[int, ...], settings: Settings, bare: bool = False) -> str:
    told = current()
    return told.joined([told.fact(one) for one in input_facts(numbers, {} if bare else settings)])


def _phases(phases: tuple[int, ...]) -> str:
    return current().joined([phase_name(p) or "" for p in phases])


def suggestion(change: Change | None, settings: Settings) -> str:
    """What the breaker may be called: as its input is configured; "" where nobody named that."""
    numbers = change.inputs if change is not None else ()
    setting = settings.get(numbers[0]) if numbers else None
    return cut(setting.name, 40) if setting is not None else ""
