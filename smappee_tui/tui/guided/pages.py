"""The pages of the guided test in lines: the two questions, the words on safety, the test as it runs, the result.

While it runs: what to do in block letters, the plan beside it, and which CT answered below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from smappee_tui.app.guided.instructions import Instruction, named
from smappee_tui.app.guided.plan import GENERATIONS, LOADS, Answers, PlanStep
from smappee_tui.app.guided.procedure import GuidedTest
from smappee_tui.app.guided.result import ChannelResult, Result
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, cut, fit, wrap
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.site.view import ChannelView, SiteView
from smappee_tui.tui.live.columns import ChannelRow
from smappee_tui.tui.widgets import words
from smappee_tui.tui.widgets.lines import BLANK, Line, beside, line, paragraph, shortened, spread

SAFETY = ("reads", "board", "configuration", "secondary", "heater", "ask", "delta")
"""What is said once before the first test, by key."""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """The two questions, and where the cursor is."""

    answers: Answers
    question: int = 0
    place: int = 0
    alone: bool = False
    """The other question was answered when the program was started."""

    @property
    def count(self) -> int:
        """Answers to choose from."""
        return len(GENERATIONS) if self.question == 0 else len(LOADS)

    def moved(self, by: int) -> QuestionPage:
        """The cursor up or down."""
        return replace(self, place=max(0, min(self.count - 1, self.place + by)))

    def chosen(self) -> QuestionPage:
        """Take the answer under the cursor; the next question begins at its default."""
        if self.question == 0:
            answers = Answers(list(GENERATIONS)[self.place], self.answers.load)
            return QuestionPage(answers, 1, LOADS.index(self.answers.load))
        return QuestionPage(Answers(self.answers.generation, LOADS[self.place]), 2)


def asking(answers: Answers, declared: bool) -> QuestionPage:
    """Begin with these defaults; what was declared about generation is not asked again."""
    if declared:
        return QuestionPage(answers, 1, LOADS.index(answers.load), alone=True)
    return QuestionPage(answers, 0, list(GENERATIONS).index(answers.generation))


def question_lines(asked: QuestionPage, width: int) -> list[Line]:
    """One question with its answers."""
    if asked.question == 0:
        topic = "generation"
        options = [tr(f"guided.generation.{answer}") for answer in GENERATIONS]
    else:
        topic, options = "load", [tr(f"guided.load.{load.kind}") for load in LOADS]
    which = line(("" if asked.alone else f"{tr('guided_screen.question', number=asked.question + 1)}  ", "dim"))
    lines = [*paragraph(tr(f"guided_screen.{topic}"), width, "title", which), BLANK]
    for number, text in enumerate(options):
        here = number == asked.place
        lines.append(line(("▸ " if here else "  ", "key"), (text, "strong" if here else "text")))
    return [
        *lines,
        BLANK,
        *paragraph(tr(f"guided_screen.{topic}_why"), width, "dim"),
    ]


def safety_lines(width: int, height: int) -> list[Line]:
    """The words on safety; without a line between where they need every line of the screen."""
    title = line((tr("guided_screen.before"), "title"))
    lines: list[Line] = []
    for text in (tr(f"guided_screen.safety.{key}") for key in SAFETY):
        lines += [line(("· " if number == 0 else "  ", "warn"), (piece, "text"))
                  for number, piece in enumerate(wrap(text, width - 2))]  # fmt: skip
    return [title, *lines] if len(lines) + 2 > height else [title, BLANK, *lines]


_FONT = {
    "A": "01110 10001 10001 11111 10001 10001 10001",
    "B": "11110 10001 10001 11110 10001 10001 11110",
    "C": "01110 10001 10000 10000 10000 10001 01110",
    "D": "11110 10001 10001 10001 10001 10001 11110",
    "E": "11111 10000 10000 11110 10000 10000 11111",
    "Ê": "00100 01010 11111 10000 11110 10000 11111",
    "É": "00010 00100 11111 10000 11110 10000 11111",
    "F": "11111 10000 10000 11110 10000 10000 10000",
    "G": "01110 10001 10000 10111 10001 10001 01110",
    "H": "10001 10001 10001 11111 10001 10001 10001",
    "I": "111 010 010 010 010 010 111",
    "K": "10001 10010 10100 11000 10100 10010 10001",
    "L": "10000 10000 10000 10000 10000 10000 11111",
    "M": "10001 11011 10101 10101 10001 10001 10001",
    "N": "10001 11001 10101 10101 10011 10001 10001",
    "O": "01110 10001 10001 10001 10001 10001 01110",
    "P": "11110 10001 10001 11110 10000 10000 10000",
    "R": "11110 10001 10001 11110 10100 10010 10001",
    "S": "01111 10000 10000 01110 00001 00001 11110",
    "T": "11111 00100 00100 00100 00100 00100 00100",
    "U": "10001 10001 10001 10001 10001 10001 01110",
    "Ü": "01010 00000 10001 10001 10001 10001 01110",
    "V": "10001 10001 10001 10001 10001 01010 00100",
    "W": "10001 10001 10001 10101 10101 11011 10001",
    "Z": "11111 00001 00010 00100 01000 10000 11111",
    "1": "00100 01100 00100 00100 00100 00100 01110",
    "2": "01110 10001 00001 00110 01000 10000 11111",
    "3": "11110 00001 00001 01110 00001 00001 11110",
    " ": "0 0 0 0 0 0 0",
}
HEIGHT = 7


def large(text: str, cells: int) -> list[str]:
    """A word in block letters, one string a line, all equally long; letters that the font lacks are left out.

    A dot is two cells wide where so many cells allow it, else one.
    """
    wide = _large(text, 2)
    return wide if len(wide[0]) <= cells else _large(text, 1)


def _large(text: str, dot: int) -> list[str]:
    rows = [""] * HEIGHT
    for letter in text:
        dots = _FONT.get(letter)
        if dots is None:
            continue
        for number, pattern in enumerate(dots.split(" ")):
            gap = " " * dot if rows[number] else ""
            rows[number] += gap + "".join(("█" if bit == "1" else " ") * dot for bit in pattern)
    return rows


_SIGNS = {"pass": ("✓", "ok"), "fault": ("✕", "fault"), "open": ("○", "wait")}
_NAME = 20
_REMEDY = 5
"""Lines kept for what to do about the chosen channel, at least."""


def result_lines(
    result: Result, test: GuidedTest, place: int, width: int, height: int, extra: Line = BLANK
) -> list[Line]:
    """The whole body below the title; `place` is the chosen row, `extra` stands below the counts."""
    faults = tr("guided_screen.faults", count=result.count("fault"))
    counts = tr("guided_screen.counts", passed=result.count("pass"), faults=faults, open=result.count("open"))
    lines = [line((f" {tr('guided_screen.result')}   ", "title"), (counts, "text")), shortened(extra, width)]
    tail = _supply(result, width)
    if test.plan.steps:
        tail.append(line((f" {tr('guided_screen.steps_left', count=len(test.plan.steps))}", "dim")))
    tail = [BLANK, *tail, *paragraph(tr("guided_screen.then_report"), width - 2, "key", line(" "))]
    room = max(3, height - len(lines) - len(tail) - _REMEDY - 1)
    below = max(_REMEDY, height - len(lines) - len(tail) - 1 - len(result.channels))
    first = max(0, min(place - room // 2, len(result.channels) - room))
    for number, row in enumerate(result.channels[first : first + room], first):
        lines.append(_row(row, number == place, width))
    chosen = result.channels[place] if place < len(result.channels) else None
    remedy = [] if chosen is None else _remedy(chosen, width)
    hidden = _hidden(first, len(result.channels) - first - room)
    return [*lines, hidden, *remedy[:below], *[BLANK] * (below - len(remedy)), *tail]


def _hidden(above: int, below: int) -> Line:
    """How many rows are out of sight."""
    told = [f"{sign} {tr('guided_screen.and_more', count=n)}" for sign, n in (("▴", above), ("▾", below)) if n > 0]
    return line((f"  {'   '.join(told)}", "dim")) if told else BLANK


def _row(row: ChannelResult, chosen: bool, width: int) -> Line:
    sign, tone = _SIGNS[row.outcome]
    named = {outcome: tr(f"guided_screen.outcome.{outcome}") for outcome in _SIGNS}
    word = f"{sign} {fit(named[row.outcome], max(map(cells_of, named.values())))}"
    said = current().fact(row.said)
    if row.before:
        said = tr("guided_screen.was_now", before=row.before, said=said)
    return shortened(
        line(
            ("▸ " if chosen else "  ", "key"),
            (f"{word}  ", tone),
            (fit(current().fact(row.name), _NAME), "strong" if chosen else "text"),
            (f"  {said}", "text"),
        ),
        width - 1,
    )


def _remedy(row: ChannelResult, width: int) -> list[Line]:
    if row.remedy:
        return paragraph(current().fact(row.remedy), width - 2, first=line((" → ", "key")))
    return paragraph(
        tr("guided_screen.nothing_to_do" if row.outcome == "pass" else "guided_screen.not_tested"),
        width - 2,
        "dim",
        line("   "),
    )


def _supply(result: Result, width: int) -> list[Line]:
    if not result.supply:
        return []
    loops = [tr("guided_screen.ohm", phase=phase_name(o.phase), ohm=o.ohm, error=o.error) for o in result.supply]
    drop = max(o.ohm for o in result.supply) * 2000 / 230
    return paragraph(tr("guided_screen.supply", loops=", ".join(loops), volts=drop), width - 2, "dim", line(" "))


_PLAN = 24
"""Cells of the plan beside the big word."""
_READING = 10
_TEXT_LINES = 2


def title_line(test: GuidedTest, width: int, link: Line) -> Line:
    """What this is, how far it has come, and the line to the monitor."""
    steps = len(test.plan.steps)
    left = tr("guided_screen.nothing_left")
    if steps:
        left = tr("guided_screen.left", count=steps, time=minutes(test.plan.seconds))
    return spread(line((f" {tr('guided_screen.title')}  ", "title"), (left, "text")), link, width)


def minutes(seconds: float) -> str:
    """A time to plan with."""
    if seconds < 90:
        return tr("format.seconds", count=max(10, round(seconds / 10) * 10))
    return tr("format.minutes", count=round(seconds / 60))


def running_lines(test: GuidedTest, view: SiteView | None, width: int, height: int, extra: Line = BLANK) -> list[Line]:
    """The whole body below the title; `extra` stands below what is said."""
    told = test.instruction()
    room_left = max(20, width - _PLAN)
    left = [line((text, _tone(told))) for text in large(_big(test, told), room_left - 4)]
    plan = plan_lines(test, HEIGHT)
    lines = [BLANK, *beside([line("  ", *row) for row in left], plan, room_left), BLANK]
    lines += _padded(paragraph(current().fact(told.text), width - 2, "strong"), _TEXT_LINES)
    lines += _padded(paragraph(current().fact(told.hint), width - 2, told.tone if told.hint else "text"), _TEXT_LINES)
    lines = [line(" ", *row) for row in lines]
    lines += [_offered(test), shortened(extra, width)]
    room = height - len(lines)
    return [*lines, *strip_lines(test, view, width, room)]


def _big(test: GuidedTest, told: Instruction) -> str:
    step = test.step
    word = tr(f"guided.word.{told.word}")
    if told.word == "on" and step is not None and step.kind == "phase":
        return f"{word} L{step.number + 1}"
    return word


def _tone(told: Instruction) -> str:
    return {"on": "strong", "off": "strong", "seen": "ok", "done": "ok"}.get(told.word, "wait")


def _padded(lines: list[Line], count: int) -> list[Line]:
    """Always so many lines: what stands below must not jump."""
    kept = lines[:count]
    return [*kept, *[BLANK] * (count - len(kept))]


def plan_lines(test: GuidedTest, room: int) -> list[Line]:
    """The steps left, the present one first."""
    lines = [line((tr("guided_screen.plan"), "title"))]
    steps = test.plan.steps
    if test.step is not None:
        steps = (test.step, *(s for s in steps if s.key != test.step.key))
    for number, step in enumerate(steps[: room - 1]):
        if number == room - 2 and len(steps) > room - 1:
            lines.append(line((f"  {tr('guided_screen.and_more', count=len(steps) - number)}", "dim")))
            break
        lines.append(line(("▸ " if number == 0 else "  ", "key"), (cut(_step(step), _PLAN - 3), "text")))
    if not steps:
        lines.append(line((f"  {tr('guided_screen.no_step')}", "dim")))
    if test.plan.passive and len(lines) < room:
        lines.append(line((f"  {tr('guided_screen.watching', count=len(test.plan.passive))}", "dim")))
    return lines


def _step(step: PlanStep) -> str:
    name = current().fact(named(step.number, step.name))
    if step.kind == "circuit":
        return name
    if step.kind == "run":
        return tr("guided_screen.step.run", name=name)
    if step.kind == "phase":
        return tr("guided_screen.step.phase", name=phase_name(step.number))
    return tr("guided_screen.step.pair", number=step.number + 1)


def _offered(test: GuidedTest) -> Line:
    """The load showed another size than it was said to have: a key takes that over."""
    size = test.recognizer.offered
    if size is None:
        return BLANK
    return line((" A ", "key"), (tr("guided_screen.key.adopt", kilowatts=size / 1000), "dim"))


def strip_lines(test: GuidedTest, view: SiteView | None, width: int, room: int) -> list[Line]:
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
        rows = [*rows[: places - 1], line((fit(f"    {tr('guided_screen.and_more', count=more)}", cells), "dim"))]
    if columns == 1:
        return [head, *rows]
    half = (len(rows) + 1) // 2
    return [head, *beside(rows[:half], rows[half:], cells)]


def _rank(test: GuidedTest, channel: ChannelView) -> int:
    if test.step is not None and channel.input in test.step.decides:
        return 0
    return 1 if channel.connection == "GRID" and channel.role == "CONSUMPTION" else 2


def _head(cells: int) -> str:
    t = {key: tr(f"guided_screen.head.{key}") for key in ("clamp", "now", "answered", "verdict")}
    numbers = f"{fit(t['now'], _READING, right=True)}{fit(t['answered'], _READING + 2, right=True)}"
    return fit(f"    {fit(t['clamp'], _NAME)}{numbers}  {t['verdict']}", cells)


def _channel(test: GuidedTest, channel: ChannelView, judgement: Judgement, cells: int) -> Line:
    said = ChannelRow(channel, judgement.channels.get(channel.input))
    here = test.step is not None and channel.input in test.step.decides
    moved = test.recognizer.answered.get(channel.input)
    answer = words.NONE if moved is None else f"{current().number(moved, '+.0f')} W"
    row = line(
        ("▸ " if here else "  ", "key"),
        (f"{said.sign} ", said.tone),
        (fit(words.channel_name(channel), _NAME), "strong" if here else "text"),
        (fit(words.watts(channel.watts), _READING, right=True), "text"),
        (fit(answer, _READING + 2, right=True), "ok" if answer != words.NONE else "dim"),
        ("  " + clean(said.title), said.tone),
    )
    return shortened(row, cells - 1)
