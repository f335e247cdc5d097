"""Before the test: the two questions, and the words on safety."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from smappee_tui.app.guided.plan import GENERATIONS, LOADS, Answers, Generation
from smappee_tui.i18n import tr
from smappee_tui.i18n.text import wrap
from smappee_tui.tui.commands import key_cap
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph

SAFETY = ("reads", "board", "configuration", "secondary", "heater", "ask", "delta")
"""What is said once before the first test, by key."""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """The two questions, and where the cursor is."""

    answers: Answers
    question: int = 0
    place: int = 0

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
            generation = _generations()[self.place]
            answers = Answers(generation, self.answers.load)
            return QuestionPage(answers, 1, LOADS.index(self.answers.load))
        return QuestionPage(Answers(self.answers.generation, LOADS[self.place]), 2)


def asking(answers: Answers) -> QuestionPage:
    """Begin with these defaults."""
    return QuestionPage(answers, 0, _generations().index(answers.generation))


def _generations() -> list[Generation]:
    return list(GENERATIONS)


def question_lines(asked: QuestionPage, width: int) -> list[Line]:
    """One question with its answers."""
    if asked.question == 0:
        topic = "generation"
        options = [tr(f"guided.generation.{answer}") for answer in GENERATIONS]
    else:
        topic, options = "load", [tr(f"guided.load.{load.kind}") for load in LOADS]
    which = line((f"{tr('guided_screen.question', number=asked.question + 1)}  ", "dim"))
    lines = [*paragraph(tr(f"guided_screen.{topic}"), width, "title", which), BLANK]
    for number, text in enumerate(options):
        here = number == asked.place
        lines.append(line(("▸ " if here else "  ", "key"), (text, "strong" if here else "text")))
    return [
        *lines,
        BLANK,
        *paragraph(tr(f"guided_screen.{topic}_why"), width, "dim"),
        BLANK,
        keys_line((("↑↓", "choose"), ("⏎", "next"), ("esc", "leave"))),
    ]


def safety_lines(width: int, height: int) -> list[Line]:
    """The words on safety. Where they need every line of the screen, the keys stand in the first one."""
    title = line((tr("guided_screen.before"), "title"))
    lines: list[Line] = []
    for text in (tr(f"guided_screen.safety.{key}") for key in SAFETY):
        lines += [line(("· " if number == 0 else "  ", "warn"), (piece, "text"))
                  for number, piece in enumerate(wrap(text, width - 2))]  # fmt: skip
    keys = keys_line((("⏎", "begin"), ("esc", "leave")))
    if len(lines) + 4 > height:
        return [line(*title, "  ", *keys), *lines]
    return [title, BLANK, *lines, BLANK, keys]


def keys_line(pairs: Sequence[tuple[str, str]], **params: object) -> Line:
    """Keys and what they do, in one line.

    Args:
        pairs: a key, and the key of its words in the catalogue.
        params: what the words hold.
    """
    said = ((key_cap(key), tr(f"guided_screen.key.{word}", **params)) for key, word in pairs)
    return line(*[piece for key, word in said for piece in ((f" {key} ", "key"), (f"{word}  ", "dim"))])
