"""The app around the live screen."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from smappee_tui.app.plug_switch import PlugSwitch
from smappee_tui.app.session import Session
from smappee_tui.tui.commands import COMMANDS
from smappee_tui.tui.live.connection_status import Mode
from smappee_tui.tui.live.header import Recording
from smappee_tui.tui.live.screen import LiveScreen
from smappee_tui.tui.widgets.styles import DARK, LIGHT, THEMES


class LiveApp(App[None]):
    """Shows one session until the person leaves."""

    TITLE = "smappee-tui"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(c.keys, c.action, c.label, tooltip=c.help) for c in COMMANDS if c.on == "app"),
        Binding("ctrl+c", "quit", show=False, priority=True),
    ]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        session: Session,
        *,
        clock: Callable[[], float] = time.time,
        tick: float = 1.0,
        mode: Mode = "live",
        recorder: Recording | None = None,
        switching: PlugSwitch | None = None,
        theme: str | None = None,
        on_theme: Callable[[str], None] | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        """Make the app; `run` shows it.

        Args:
            session: started by the app and closed with it.
            clock: seconds since 1970, the clock that arrivals carry.
            tick: seconds between two pictures; 0: only when asked, for tests.
            mode: "demo" and "replay" are said in the header.
            recorder: shown while it records.
            switching: how plugs can be tested, and what was; None for not at all.
            theme: a theme's name as `on_theme` gave it; unknown ones are ignored.
            on_theme: called with the name of a theme the person chose, to be kept.
            on_close: called once, after the session was closed.
        """
        super().__init__()
        self.live = LiveScreen(session, clock=clock, tick=tick, mode=mode, recorder=recorder, switching=switching)
        self._on_theme, self._on_close = on_theme, on_close
        for own in THEMES:
            self.register_theme(own)
        self.theme = theme if theme in self.available_themes else DARK

    def get_default_screen(self) -> Screen[None]:
        """The live screen is the first one: no empty screen below it."""
        return self.live

    def run(self, *args: Any, **wishes: Any) -> None:
        """Show the app until the person leaves; takes what textual's `run` takes.

        The garbage collector rests during the start, which makes little garbage and many lasting objects; from the
        first picture on it works again and leaves those alone.
        """
        gc.disable()
        self.call_later(self.call_after_refresh, _settle)
        try:
            super().run(*args, **wishes)
        finally:
            _settle()

    def on_mount(self) -> None:
        """Listen for a change of theme."""
        self.theme_changed_signal.subscribe(self, self._theme_changed)

    def on_unmount(self) -> None:
        """Close what was opened."""
        self.live.session.close()
        if self._on_close is not None:
            self._on_close()

    def _theme_changed(self, theme: object) -> None:
        if self._on_theme is not None:
            self._on_theme(self.theme)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every command that makes sense now, then textual's own."""
        if screen is self.live:
            now = self.live.now
            for command in COMMANDS:
                if command.when(now) and command.action != "quit":
                    title = f"{command.label.capitalize()}  ({command.key})"
                    yield SystemCommand(
                        title, command.help, lambda c=command: self.call_later(self._run, c.action, c.on)
                    )
        for theirs in super().get_system_commands(screen):
            if theirs.title not in ("Keys", "Maximize", "Minimize"):
                yield theirs

    async def _run(self, action: str, on: str) -> None:
        await self.run_action(action, self if on == "app" else self.live)

    def action_shade(self) -> None:
        """Light or dark."""
        self.theme = LIGHT if self.current_theme.dark else DARK

    def action_help(self) -> None:
        """Keys, signs and words."""
        from smappee_tui.tui.help import HelpSheet

        if self.screen is self.live:
            self.push_screen(HelpSheet())


def _settle() -> None:
    gc.freeze()
    gc.enable()
