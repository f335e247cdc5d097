"""The page in one language: its parts with the number of the stage that changed each last, made once for all phones.

A phone that saw stage 17 is sent what changed since, whether that is a second ago or it slept for an hour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup, escape

from smappee_tui.app.phone.stage import Stage
from smappee_tui.app.tracer_said import clock
from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.i18n.quantities import grouped, watts
from smappee_tui.web.page.parts import PARTS
from smappee_tui.web.page.parts.board import MOST_CARDS, Board
from smappee_tui.web.page.parts.part import channels_of, standing
from smappee_tui.web.page.parts.phases import shown_phases
from smappee_tui.web.page.words import page_words

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_VALUE = re.compile(r'(data-v="(\w+)"[^>]*>)')
"""Where a number stands; a part is made without them."""
SHOWN = "x-shown"
"""Header, and hidden field of a form, with the number of the stage that the phone showed."""
_APART = re.compile(r"(?<=\d) (?=(?:[kM]?(?:W|VA|var|Wh)|m?[AV]|m?Ω|Hz|°C|s|min|h)\b|[%°])")
"""Where a line must not break: between a number and its unit."""
_TEXT = re.compile(r"(?:^|>)[^<]*")
"""What stands outside of tags; in them a name stays as it is."""
NAMES: Mapping[Language, str] = {"en": "English", "nl": "Nederlands", "fr": "Français", "de": "Deutsch"}


class Edition:
    """Follows the stages in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.number = 0
        """Of the newest stage that it has seen."""
        self._words = page_words(language)
        self._parts: dict[str, tuple[int, str]] = {}
        self._facts: dict[str, object] = {}
        self._values: dict[str, tuple[int, str]] = {}
        self._board = 0
        """Of the stage since which the board has these inputs."""
        self._more = 0
        """Inputs beyond those."""
        self._order: tuple[int, list[int]] = 0, []
        self._place: tuple[int, str] = 0, ""
        """The location, since that stage."""
        self._at: float | None = None
        self._made: dict[int, bytes] = {}
        """News since a number, as long as no newer stage comes."""

    def look(self, number: int, stage: Stage) -> None:
        """Take in a stage; what is in it already costs nothing.

        Args:
            number: of the stage, counted up.
            stage: what the program shows.
        """
        if number == self.number:
            return
        self.number, self._at = number, stage.at
        self._made.clear()
        if stage.uuid != self._place[1]:
            self._place = number, stage.uuid
        for part in PARTS:
            self._part(part.name, part.name, part.facts(stage), partial(part.context, stage, self._words))
        self._look_at_board(stage)
        shown = dict(_values(stage, self._words))
        for key, text in shown.items():
            if self._values.get(key, (0, None))[1] != text:
                self._values[key] = number, text
        for key in self._values.keys() - shown.keys():
            del self._values[key]

    def _look_at_board(self, stage: Stage) -> None:
        board = Board(stage)
        for channel in board.channels:
            make = partial(board.card, channel, self._words)
            self._part(f"c{channel.input}", "card", board.facts(channel), make)
        order = board.order
        inputs = set(order)
        if (inputs, board.more) != (set(self._order[1]), self._more) or not self._board:
            self._board, self._more = self.number, board.more
            for gone in [name for name in self._parts if _is_card(name) and int(name[1:]) not in inputs]:
                del self._parts[gone], self._facts[gone]
        whole = (stage.notes or {}).get(None), (stage.photos or {}).get(None), stage.notes is not None
        self._part("whole", "whole", whole, lambda: board.kept(None, self._words))
        if order != self._order[1]:
            self._order = self.number, order

    def _part(self, name: str, template: str, facts: object, context: Callable[[], Mapping[str, Any]]) -> None:
        if name in self._parts and self._facts.get(name) == facts:
            return
        self._facts[name] = facts
        html = _together(_template(template).render(context(), w=self._words))
        if name not in self._parts or self._parts[name][1] != html:
            self._parts[name] = self.number, html

    def _html(self, name: str) -> Markup:
        if name == "board":
            made = _template("board").render(w=self._words, order=self._order[1], more=self._more, parts=self._html)
            return Markup(made)  # noqa: S704 - as below
        return Markup(self._parts[name][1]) if name in self._parts else Markup()  # noqa: S704 - made by a template

    def news(self, since: int) -> bytes:
        """What changed after a stage: JSON, an event's data.

        Args:
            since: number of the stage that the phone has; 0, or one that was never: everything.
        """
        since = since if since <= self.number else 0
        made = self._made.get(since)
        if made is None:
            board = self._board > since
            fresh = {name: html for name, (number, html) in self._parts.items() if number > since}
            parts = {name: html for name, html in fresh.items() if not (board and _is_card(name))}
            if board:  # with its cards
                parts["board"] = str(self._html("board"))
            values = {key: text for key, (number, text) in self._values.items() if number > since}
            news: dict[str, Any] = {"n": self.number, "v": values}
            if parts:
                news["p"] = parts
            if self._place[0] > since > 0:
                news["e"] = True  # another location: what is typed and opened was of the one before
            if self._order[0] > since:
                news["o"] = self._order[1]
            made = self._made[since] = msgspec.json.encode(news)
        return made

    def document(self, static: str) -> str:
        """The whole page as it is now.

        Args:
            static: address of the folder with style and script.
        """
        at = clock(self._at) if self._at is not None else "-"
        html = _template("page").render(
            w=self._words,
            static=static,
            language=self.language,
            languages=[(one, NAMES[one]) for one in LANGUAGES],
            number=self.number,
            parts=self._html,
            at=at,
        )
        shown = f'<input type="hidden" name="{SHOWN}" value="{self.number}"></form>'
        html = html.replace("</form>", shown)  # without a script it is the form that says of which location it is
        return _VALUE.sub(lambda found: f"{found[1]}{escape(self._values.get(found[2], (0, ''))[1])}", html)


def _together(html: str) -> str:
    """Numbers with their units, however narrow the phone is."""
    return _TEXT.sub(lambda found: _APART.sub("\N{NO-BREAK SPACE}", found[0]), html)


def _is_card(name: str) -> bool:
    return name[0] == "c" and name[1:].isdigit()


def _values(stage: Stage, words: Translator) -> Iterator[tuple[str, str]]:
    """The numbers that move each second, as texts."""
    here = standing(stage)
    yield "link", words.fact(here.word)
    yield "banner", _together(words.fact(here.banner).strip())
    for one in channels_of(stage)[:MOST_CARDS]:
        yield f"w{one.input}", watts(words, one.watts)
        yield f"a{one.input}", f"{grouped(words, one.amps, 1)} A"
    for phase in shown_phases(stage):
        yield f"v{phase.phase}", f"{grouped(words, phase.volts)} V"
        yield f"g{phase.phase}", watts(words, phase.grid_watts)
        yield f"p{phase.phase}", watts(words, phase.production_watts)
        yield f"s{phase.phase}", watts(words, phase.submetered_watts)
    countdown = stage.guided.countdown
    yield "count", words.span(countdown.seconds) if countdown is not None else ""


@cache
def _environment() -> Environment:
    import jinja2

    folder = files("smappee_tui.web") / "templates"
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def warm() -> None:
    """Compile all templates now: whoever comes first shall not wait for that."""
    for file in (files("smappee_tui.web") / "templates").iterdir():
        _template(file.name.removesuffix(".html.j2"))


@cache
def _template(name: str) -> Template:
    return _environment().get_template(f"{name}.html.j2")
