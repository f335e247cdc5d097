"""The sheet that switches a plug: confirm by name, see the answer, put it back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from smappee_tui.app.switch_action import SwitchAction
from smappee_tui.i18n import current
from smappee_tui.i18n.text import clean
from smappee_tui.site.devices import Plug
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import NameSheet
from smappee_tui.tui.widgets.words import ago

if TYPE_CHECKING:
    from smappee_tui.tui.live.screen import LiveScreen

_WARNING = (
    "Whatever is plugged in gains or loses power. Ask first: nothing medical, no alarm, lift, server or cooling may "
    "hang on it."
)


class SwitchSheet(NameSheet, inherit_bindings=False):
    """One plug's test. Nothing is sent before its name has been typed and confirmed."""

    TITLE_TEXT = "Test a plug"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "switch", priority=True),
        Binding("escape", "close", "back", priority=True),
        Binding("down", "down", show=False),
        Binding("up", "up", show=False),
    ]

    def __init__(self, live: LiveScreen, location: str, node: str) -> None:
        """Test this plug.

        Args:
            live: the screen whose session hears the answer.
            location: uuid of its service location.
            node: which plug.
        """
        super().__init__()
        self._live, self._location, self._node = live, location, node
        self.action: SwitchAction | None = None
        """The latest switching of this sheet."""

    @property
    def plug(self) -> Plug | None:
        """The plug now."""
        site = self._live.session.locations.sites.get(self._location)
        return site.devices.plugs.get(self._node) if site is not None else None

    def look(self) -> None:
        """Fold in what has arrived, and draw."""
        self._live.session.poll(5000)
        super().look()

    def title_line(self) -> Line:
        """The title, and what keys do now."""
        keys = "type its name   ⏎ switch   esc back"
        if self.action is not None:
            keys = "b put it back   esc back" if self.action.restorable else "esc back"
        return line((f" {self.TITLE_TEXT}   ", "title"), (keys, "dim"))

    def lay_out(self, width: int) -> list[Line]:
        """The question, or how the test stands."""
        plug = self.plug
        if plug is None:
            return [line(("This plug is not there any more.", "warn"))]
        switching = self._live.switching
        switching.look(self._live.session.locations.sites.get, self._live.clock())
        if self.action is None:
            return self._question(plug, width)
        return _progress(self.action, self._live.clock(), switching.patience, width)

    def _question(self, plug: Plug, width: int) -> list[Line]:
        state = clean(plug.relay.state) if plug.relay is not None else "not known"
        ask = "OFF" if not self._wish(plug) else "ON"
        lines = paragraph(f"Switch {confirmation(plug)} {ask}?", width, "strong")
        lines += paragraph(f"It is {state} now.", width)
        lines += self.name_lines(confirmation(plug), _WARNING, width)
        return lines

    @staticmethod
    def _wish(plug: Plug) -> bool:
        return not (plug.relay is not None and plug.relay.state == "ON")

    def on_key(self, event: events.Key) -> None:
        """Type the name; once it is done, b puts the plug back."""
        if self.action is None:
            self.take(event)
            return
        if event.key == "b":
            self._restore()
        elif event.key == "q":
            self.dismiss(None)
        else:
            return
        self.done_with(event)

    def action_go(self) -> None:
        """Switch, if the name is right."""
        plug = self.plug
        if self.action is not None or plug is None:
            return
        if self.named(confirmation(plug)):
            self._begin(self._wish(plug))

    def _restore(self) -> None:
        if self.action is not None and self.action.restorable:
            self._begin(self.action.before == "ON", restores=True)

    def _begin(self, on: bool, *, restores: bool = False) -> None:
        site = self._live.session.locations.sites.get(self._location)
        if site is None:
            return
        self.action = self._live.switching.ask(site, self._node, on, self._live.clock(), restores=restores)
        # A thread of its own, which the end of this sheet must not end: what was asked for is sent, and kept.
        self.app.run_worker(asyncio.to_thread(self._live.switching.run, self.action), exit_on_error=False)
        self.redraw()


def confirmation(plug: Plug) -> str:
    """What must be typed: the name, or "plug 11" for a name that is empty or that no keyboard could type."""
    name = plug.setting.name.strip() if plug.setting is not None else ""
    typable = 0 < len(name) <= 60 and name.isprintable() and clean(name) == name
    return name if typable else f"plug {clean(plug.node)[:40]}"


def _progress(action: SwitchAction, now: float, patience: float, width: int) -> list[Line]:
    name = clean(action.name)
    what = f"{name}: {'back to ' if action.restores else ''}{action.word}"
    match action.outcome:
        case "answered":
            lines = paragraph(
                f"{what}. It answered after {action.seconds or 0.0:.1f} s.", width, "ok", line(("✓ ", "ok"))
            )
        case "no answer":
            text = f"{what} was sent, and nothing answered within {patience:.0f} s."
            advice = "Is it connected, and in reach of the monitor? It may still switch: look at it before you go on."
            lines = [*paragraph(text, width, "fault", line(("✕ ", "fault"))), *paragraph(advice, width)]
        case "unconfirmed":
            text = f"{what} was sent, no answer: it may have been carried out; look at the plug."
            lines = paragraph(text, width, "warn", line(("? ", "warn")))
            lines += paragraph(current().fact(action.problem), width)
        case "not sent":
            lines = paragraph(f"Not sent. {current().fact(action.problem)}", width, "fault", line(("✕ ", "fault")))
        case "sending":
            lines = paragraph(f"{what} is being sent …", width, "info")
        case _:
            gone = now - (action.sent_at or now)
            lines = paragraph(f"{what} is sent, waiting for its answer, {ago(max(0.0, gone))}", width, "info")
    if action.restorable:
        lines += [BLANK, *paragraph(f"put it back {action.before}, as it was", width, first=line(("b ", "key")))]
    return [*lines, BLANK, *paragraph("This is kept for the report.", width, "dim")]
