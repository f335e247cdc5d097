"""The keys that do something now, in the last line of every screen."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.message import Message
from textual.screen import Screen

from smappee_tui.i18n import current
from smappee_tui.i18n.text import width
from smappee_tui.tui.commands import BACK, PLAN, SHEET, Command
from smappee_tui.tui.widgets.lines import Line, LineView, Piece
from smappee_tui.tui.widgets.painter import Painter


class Footer(LineView):
    """Shows as many commands as fit; a click runs one."""

    DEFAULT_CSS = "Footer { height: 1; dock: bottom; overflow: hidden; }"

    class Asked(Message):
        """A command was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._commands: list[Command] = []
        self._told: tuple[list[Command], str] = ([], "")
        self._places: list[tuple[int, int, str]] = []

    def tell(self, commands: list[Command]) -> None:
        """Show these; nothing is laid out anew while they and the language are the same."""
        told = (commands, current().language)
        if told != self._told:
            self._commands, self._told = commands, told
            self.resized()
            self.repaint()

    def resized(self) -> None:
        """Lay them out for the width."""
        content, self._places = footer_line(self._commands, self.room or self.app.size.width)
        self._lines = [content]

    def on_click(self, event: events.Click) -> None:
        for start, stop, action in self._places:
            if start <= event.x < stop:
                self.post_message(self.Asked(action))


class Framed(Screen[Any]):
    """A screen that says its keys in the last line, and all of them when it is asked."""

    KEYS: ClassVar[tuple[Command, ...]] = SHEET
    """All that can be asked for here."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = Painter()
        self.footer = Footer(id="footer")

    def offered(self) -> list[Command]:
        """The commands that make sense now."""
        return list(self.KEYS)

    def tell_keys(self) -> None:
        """Say in the last line what makes sense now."""
        offered = [c for c in self.offered() if c.footer]
        if all(c.action != PLAN.action for c in offered):
            offered.append(PLAN._replace(footer=85))
        self.footer.tell(sorted(offered, key=lambda c: c.footer))

    async def on_footer_asked(self, message: Footer.Asked) -> None:
        await self.run_action(message.action)

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close, where it is the screen in front. A click or a command of the palette may come when it is closed
        already or covered: what is in front then is not meant."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def action_help(self) -> None:
        from smappee_tui.tui.help import HelpSheet, keys_of

        self.app.push_screen(HelpSheet(keys_of(self.KEYS)))


def footer_line(commands: list[Command], width: int) -> tuple[Line, list[tuple[int, int, str]]]:
    """The line, and (start, stop, action) of each command on it. Help, quit and the way back from a sheet always have
    their place."""
    last = [c for c in commands if c.action in ("help", "app.quit")]
    back = [c for c in commands if c.keys == BACK.keys and c.footer >= BACK.footer]
    room = width - sum(_size(c) for c in (*last, *back))
    kept: list[Command] = []
    for command in commands:
        if command not in last:
            room -= 0 if command in back else _size(command)
            if room >= 0 or command in back:
                kept.append(command)
    pieces: list[Piece] = []
    places, x = [], 0
    for command in [*kept, *last]:
        pieces += [(f" {command.key} ", "key"), (f"{command.label} ", "dim")]
        places.append((x, x + _size(command), command.action))
        x += _size(command)
    return tuple(pieces), places


def _size(command: Command) -> int:
    return width(command.key) + width(command.label) + 3
