"""The sheet that switches a plug: confirm by name, see the answer, put it back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from smappee_tui.app.session import Session
from smappee_tui.app.switching import PlugSwitch, SwitchAction
from smappee_tui.connect.message_source import SLICE
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.site.devices import Plug
from smappee_tui.tui.commands import SWITCH, SWITCHED, Command, bindings
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import NameSheet
from smappee_tui.tui.widgets.words import ago


class SwitchSheet(NameSheet, inherit_bindings=False):
    """One plug's test. Nothing is sent before its name has been typed and confirmed."""

    TITLE_TEXT = "devices_screen.switch.title"
    KEYS: ClassVar[tuple[Command, ...]] = (*SWITCH, *SWITCHED)
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(SWITCH),
        Binding("down", "down", show=False),
        Binding("up", "up", show=False),
    ]

    def __init__(
        self, session: Session, switching: PlugSwitch, clock: Callable[[], float], location: str, node: str
    ) -> None:
        """Test this plug.

        Args:
            session: hears the answer.
            switching: sends the command, and keeps what came of it.
            clock: seconds since 1970, the clock that arrivals carry.
            location: uuid of its service location.
            node: which plug.
        """
        super().__init__()
        self._session, self._switching, self._clock = session, switching, clock
        self._location, self._node = location, node
        self.action: SwitchAction | None = None
        """The latest switching of this sheet."""

    @property
    def plug(self) -> Plug | None:
        """The plug now."""
        site = self._session.locations.sites.get(self._location)
        return site.devices.plugs.get(self._node) if site is not None else None

    def look(self) -> None:
        """Fold in what has arrived, and draw."""
        self._session.poll(SLICE)
        super().look()

    def offered(self) -> list[Command]:
        """First its name is typed; then it can be put back."""
        if self.action is None:
            return list(SWITCH)
        return [c for c in SWITCHED if c.action != "restore" or self.action.restorable]

    def lay_out(self, width: int) -> list[Line]:
        """The question, or how the test stands."""
        plug = self.plug
        if plug is None:
            return [line((tr("devices_screen.switch.gone"), "warn"))]
        self._switching.look(self._session.locations.sites.get, self._clock())
        if self.action is None:
            return self._question(plug, width)
        return _progress(self.action, self._clock(), self._switching.patience, width)

    def _question(self, plug: Plug, width: int) -> list[Line]:
        ask = "OFF" if not self._wish(plug) else "ON"
        lines = paragraph(tr("devices_screen.switch.ask", name=confirmation(plug), state=ask), width, "strong")
        now = tr("devices_screen.switch.now_unknown")
        if plug.relay is not None:
            now = tr("devices_screen.switch.now", state=plug.relay.state)
        lines += paragraph(now, width)
        lines += self.name_lines(confirmation(plug), tr("devices_screen.switch.warning"), width)
        return lines

    @staticmethod
    def _wish(plug: Plug) -> bool:
        return not (plug.relay is not None and plug.relay.state == "ON")

    def on_key(self, event: events.Key) -> None:
        """Type the name; once it is done, letters are keys."""
        if self.action is None:
            self.take(event)
            return
        if event.key == "Z":
            self.action_restore()
        elif event.key == "question_mark":
            self.action_help()
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

    def action_restore(self) -> None:
        """Put the plug back to how it was."""
        if self.action is not None and self.action.restorable:
            self._begin(self.action.before == "ON", restores=True)

    def _begin(self, on: bool, *, restores: bool = False) -> None:
        site = self._session.locations.sites.get(self._location)
        if site is None:
            return
        self.action = self._switching.ask(site, self._node, on, self._clock(), restores=restores)
        # A thread of its own, which the end of this sheet must not end: what was asked for is sent, and kept.
        self.app.run_worker(asyncio.to_thread(self._switching.run, self.action), exit_on_error=False)
        self.redraw()


def confirmation(plug: Plug) -> str:
    """What must be typed: the name, or the plug's number where that is empty or no keyboard could type it."""
    name = plug.setting.name.strip() if plug.setting is not None else ""
    typable = 0 < len(name) <= 60 and name.isprintable() and clean(name) == name
    return name if typable else tr("devices_screen.switch.number", node=clean(plug.node)[:40])


def _progress(action: SwitchAction, now: float, patience: float, width: int) -> list[Line]:
    code = "devices_screen.switch.back_to" if action.restores else "devices_screen.switch.to"
    what = tr(code, name=action.name or tr("device.plug", node=action.target), state=action.word)
    problem = current().fact(action.problem)
    match action.outcome:
        case "answered":
            text = tr("devices_screen.switch.answered", what=what, seconds=action.seconds or 0.0)
            lines = paragraph(text, width, "ok", line(("✓ ", "ok")))
        case "no answer":
            text = tr("devices_screen.switch.no_answer", what=what, seconds=patience)
            advice = tr("devices_screen.switch.no_answer_advice")
            lines = [*paragraph(text, width, "fault", line(("✕ ", "fault"))), *paragraph(advice, width)]
        case "unconfirmed":
            text = tr("devices_screen.switch.unconfirmed", what=what)
            lines = paragraph(text, width, "warn", line(("? ", "warn")))
            lines += paragraph(problem, width)
        case "not sent":
            text = tr("devices_screen.switch.not_sent", problem=problem)
            lines = paragraph(text, width, "fault", line(("✕ ", "fault")))
        case "sending":
            lines = paragraph(tr("devices_screen.switch.sending", what=what), width, "info")
        case _:
            gone = max(0.0, now - (action.sent_at or now))
            lines = paragraph(tr("devices_screen.switch.waiting", what=what, ago=ago(gone)), width, "info")
    if action.restorable:
        lines += [
            BLANK,
            *paragraph(tr("devices_screen.switch.restore", state=action.before), width, first=line(("Z ", "key"))),
        ]
    return [*lines, BLANK, *paragraph(tr("devices_screen.switch.kept"), width, "dim")]
