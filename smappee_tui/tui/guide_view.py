"""The test as it runs: what to do in block letters, the plan beside it, and which CT answered below."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.guided.conductor import Conductor
from smappee_tui.guided.plan import Step
from smappee_tui.guided.talk import Instruction
from smappee_tui.site import ChannelView, SiteView
from smappee_tui.tui import words
from smappee_tui.tui.columns import Row
from smappee_tui.tui.guide_ask import keys_line
from smappee_tui.tui.guide_letters import HEIGHT, large
from smappee_tui.tui.lines import BLANK, Line, beside, line, paragraph, shortened, spread
from smappee_tui.tui.text import cut, fit, shown

_PLAN = 24
"""Cells of the plan beside the big word."""
_NAME = 20
_READING = 10
_TEXT_LINES = 2


def title_line(test: Conductor, width: int, link: Line) -> Line:
    """What this is, how far it has come, and the line to the monitor."""
    steps = len(test.plan.steps)
    left = "nothing left" if not steps else f"{words.counted(steps, 'step')} left, about {minutes(test.plan.seconds)}"
    return spread(line((" Guided test  ", "title"), (left, "text")), link, width)


def minutes(seconds: float) -> str:
    """A time to plan with."""
    return f"{max(10, round(seconds / 10) * 10):.0f} s" if seconds < 90 else f"{round(seconds / 60):.0f} min"


def running_lines(test: Conductor, view: SiteView | None, width: int, height: int, extra: Line = BLANK) -> list[Line]:
    """The whole body below the title; `extra` stands below the keys."""
    told = test.instruction()
    left = [line((text, _tone(told))) for text in large(_big(test, told))]
    plan = plan_lines(test, HEIGHT)
    lines = [BLANK, *beside([line("  ", *row) for row in left], plan, max(20, width - _PLAN)), BLANK]
    lines += _padded(paragraph(shown(told.text), width - 2, "strong"), _TEXT_LINES)
    lines += _padded(paragraph(shown(told.hint), width - 2, told.tone if told.hint else "text"), _TEXT_LINES)
    lines = [line(" ", *row) for row in lines]
    lines += [_keys(test), shortened(extra, width)]
    room = height - len(lines)
    return [*lines, *strip_lines(test, view, width, room)]


def _big(test: Conductor, told: Instruction) -> str:
    step = test.step
    if told.big == "ON" and step is not None and step.kind == "phase":
        return f"ON L{step.number + 1}"
    return told.big


def _tone(told: Instruction) -> str:
    return {"ON": "strong", "OFF": "strong", "SEEN": "ok", "DONE": "ok"}.get(told.big, "wait")


def _padded(lines: list[Line], count: int) -> list[Line]:
    """Always so many lines: what stands below must not jump."""
    kept = lines[:count]
    return [*kept, *[BLANK] * (count - len(kept))]


def plan_lines(test: Conductor, room: int) -> list[Line]:
    """The steps left, the present one first."""
    lines = [line(("Plan", "title"))]
    steps = test.plan.steps
    if test.step is not None:
        steps = (test.step, *(s for s in steps if s.key != test.step.key))
    for number, step in enumerate(steps[: room - 1]):
        if number == room - 2 and len(steps) > room - 1:
            lines.append(line((f"  and {len(steps) - number} more", "dim")))
            break
        lines.append(line(("▸ " if number == 0 else "  ", "key"), (cut(_step(step), _PLAN - 3), "text")))
    if not steps:
        lines.append(line(("  no step left", "dim")))
    if test.plan.passive and len(lines) < room:
        lines.append(line((f"  {words.counted(len(test.plan.passive), 'clamp')} by watching", "dim")))
    return lines


def _step(step: Step) -> str:
    if step.kind == "circuit":
        return shown(step.name)
    if step.kind == "run":
        return f"run {shown(step.name)}"
    return f"socket on {step.name}" if step.kind == "phase" else f"socket, pair {step.number + 1} of 3"


def _keys(test: Conductor) -> Line:
    pairs = [("space", "I switched it"), ("s", "skip"), ("r", "repeat")]
    if test.offered is not None:
        pairs.insert(1, ("w", f"it is {test.offered / 1000:.1f} kW"))
    if test.step is not None and test.step.kind == "run":
        pairs = pairs[1:]
    return keys_line((*pairs, ("e", "result"), ("esc", "leave")))


def strip_lines(test: Conductor, view: SiteView | None, width: int, room: int) -> list[Line]:
    """The channels: those of the step first, with what they read and how they answered."""
    if view is None or room < 2:
        return []
    channels = sorted((c for c in view.channels if c.role != "UNUSED"), key=lambda c: (_rank(test, c), c.input))
    columns = 2 if width >= 112 and len(channels) >= room else 1
    cells = width // columns
    rows = [_channel(test, channel, test.judgement, cells) for channel in channels]
    head = line((_head(cells) * columns, "head"))
    places = (room - 1) * columns
    if len(rows) > places:
        more = len(rows) - places + 1
        rows = [*rows[: places - 1], line((fit(f"    and {more} more", cells), "dim"))]
    if columns == 1:
        return [head, *rows]
    half = (len(rows) + 1) // 2
    return [head, *beside(rows[:half], rows[half:], cells)]


def _rank(test: Conductor, channel: ChannelView) -> int:
    if test.step is not None and channel.input in test.step.decides:
        return 0
    return 1 if channel.connection == "GRID" and channel.role == "CONSUMPTION" else 2


def _head(cells: int) -> str:
    numbers = f"{fit('now', _READING, right=True)}{fit('answered', _READING + 2, right=True)}"
    return fit(f"    {fit('clamp', _NAME)}{numbers}  verdict", cells)


def _channel(test: Conductor, channel: ChannelView, judgement: Judgement, cells: int) -> Line:
    said = Row(channel, judgement.channels.get(channel.input))
    here = test.step is not None and channel.input in test.step.decides
    answer = test.answered.get(channel.input, words.NONE)
    row = line(
        ("▸ " if here else "  ", "key"),
        (f"{said.sign} ", said.tone),
        (fit(shown(channel.name), _NAME), "strong" if here else "text"),
        (fit(words.watts(channel.watts), _READING, right=True), "text"),
        (fit(answer, _READING + 2, right=True), "ok" if answer != words.NONE else "dim"),
        ("  " + shown(said.title), said.tone),
    )
    return shortened(row, cells - 1)
