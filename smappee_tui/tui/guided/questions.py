"""Before the test: the two questions, and the words on safety."""

from __future__ import annotations

from dataclasses import dataclass, replace

from smappee_tui.app.guided.questions import GENERATIONS, LOADS, Answers, Generation
from smappee_tui.i18n import tr
from smappee_tui.i18n.text import wrap
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph

SAFETY = (
    "This program only reads. It does not make the board safe, and nothing that it shows proves anything dead.",
    "Opening the board, clipping or turning a CT is a qualified electrician's work: isolate, lock off, prove dead, "
    "then touch. The supply side of the main switch stays live.",
    "Put a fault right in the configuration where that will do. It saves opening the board.",
    "A CT with a 1 A or 5 A secondary must never be opened under load: short it first. Only plug-in clamps made for "
    "this monitor may be unplugged while current flows.",
    "Test with one heater or kettle on its own plug, its flex unrolled, straight into a sound socket: no reel, no "
    "power strip. Stay with it. Stop at once on smell, heat or flicker.",
    "Ask before you switch anything else. Leave medical, fire, lift, server and cooling circuits alone.",
    "On a 3x230 V supply both conductors of a socket are live. If lamps brighten on one phase while others dim, the "
    "neutral may be broken: stop the test and switch the installation off.",
)
"""Said once before the first test."""


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
        title = "Is there solar, a battery or a generator on site?"
        options = [tr(f"guided.generation.{answer}") for answer in GENERATIONS]
        why = (
            "Power that flows back looks like a clamp that is the wrong way round, and no meter can tell the two apart "
            "by looking. Think of a plug-in panel on the balcony too. The default is what the configuration shows."
        )
    else:
        title, options = "Which load can you switch for the test?", [tr(f"guided.load.{load.kind}") for load in LOADS]
        why = (
            "A load of known size, switched on and off, proves a clamp in a few seconds. A plain heater or kettle is "
            "best: no fan heater with a speed control, no microwave oven."
        )
    lines = [line((f"{asked.question + 1} of 2  ", "dim"), (title, "title")), BLANK]
    for number, text in enumerate(options):
        here = number == asked.place
        lines.append(line(("▸ " if here else "  ", "key"), (text, "strong" if here else "text")))
    return [
        *lines,
        BLANK,
        *paragraph(why, width, "dim"),
        BLANK,
        _keys(("↑↓", "choose"), ("⏎", "next"), ("esc", "leave")),
    ]


def safety_lines(width: int) -> list[Line]:
    """The words on safety."""
    lines = [line(("Before you switch anything", "title")), BLANK]
    for text in SAFETY:
        lines += [line(("· " if number == 0 else "  ", "warn"), (piece, "text"))
                  for number, piece in enumerate(wrap(text, width - 2))]  # fmt: skip
    return [*lines, BLANK, _keys(("⏎", "I have read this, begin"), ("esc", "leave"))]


def _keys(*pairs: tuple[str, str]) -> Line:
    return keys_line(pairs)


def keys_line(pairs: tuple[tuple[str, str], ...]) -> Line:
    """Keys and what they do, in one line."""
    return line(*[piece for key, word in pairs for piece in ((f" {key} ", "key"), (f"{word}  ", "dim"))])
