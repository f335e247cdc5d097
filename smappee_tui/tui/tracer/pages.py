"""The tracer's screen in lines: one large word, what was found, and the list of breakers with what follows from it."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.app.tracer_said import UNSEEN_AFTER, Settings, changed, clock, follows, found, odd, saying
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.diagnosis.tracing.board import Traced
from smappee_tui.diagnosis.tracing.tracer import Change, Stage, Tracing
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, cut, fit
from smappee_tui.tui.guided.pages import large
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph, shortened

TONES: dict[Stage, str] = {
    "armed": "strong",
    "moving": "wait",
    "likely": "wait",
    "named": "ok",
    "unsure": "warn",
    "sure": "ok",
}
LOW, NARROW = 20, 60
"""Lines of a body, and cells, below which the large word gives its room to the list."""


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
        said += paragraph(current().fact(found(state.found, settings)), room, "strong")
        said += [row for one in odd(state, settings) for row in paragraph(current().fact(one), room, "warn")]
    if silent:
        said += paragraph(tr("tracer.no_data"), room, "warn")
    elif kept and state.stage == "sure":
        said += paragraph(tr("tracer.say.kept", breaker=kept), room)
    else:
        said += paragraph(current().fact(saying(state)), room)
    if state.stage == "armed" and state.waited >= UNSEEN_AFTER:
        said += paragraph(tr("tracer.unseen", seconds=state.waited), room, "warn")
    if state.others:
        changes = "; ".join(current().fact(changed(other, settings)) for other in state.others)
        said += paragraph(tr("tracer.also" if state.found else "tracer.moved", changes=changes), room, "dim")
    return lines + [line(" ", *row) for row in said]


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
    for tone, said in follows(circuits, settings):
        first = line(("! ", "warn")) if tone == "warn" else ()
        lines += paragraph(current().fact(said), width, tone, first)
    return lines


def suggestion(change: Change | None, settings: Settings) -> str:
    """What the breaker may be called: as its input is configured; "" where nobody named that."""
    numbers = change.inputs if change is not None else ()
    setting = settings.get(numbers[0]) if numbers else None
    return cut(setting.name, 40) if setting is not None else ""
