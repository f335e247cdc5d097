"""The app around the cloud screen, for when nothing else is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from smappee_tui.app.cloud_access import CloudAccess
from smappee_tui.tui.cloud.locations import CloudScreen
from smappee_tui.tui.widgets.styles import DARK, LIGHT, THEMES


class CloudApp(App[None]):
    """Shows the cloud until the person leaves."""

    TITLE = "smappee-tui"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding("t", "shade", show=False),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        door: CloudAccess,
        *,
        theme: str | None = None,
        on_theme: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make the app; `run` shows it.

        Args:
            door: how to get in.
            theme: a theme's name; unknown ones are ignored.
            on_theme: called with the name of a theme that the person chose.
            clock: s since 1970.
        """
        super().__init__()
        self._door, self._clock, self._on_theme = door, clock, on_theme
        for own in THEMES:
            self.register_theme(own)
        self.theme = theme if theme in self.available_themes else DARK

    def get_default_screen(self) -> Screen[None]:
        """The cloud screen is the first one."""
        return CloudScreen(self._door, clock=self._clock)

    def action_shade(self) -> None:
        """Light or dark."""
        self.theme = LIGHT if self.current_theme.dark else DARK
        if self._on_theme is not None:
            self._on_theme(self.theme)

    async def action_quit(self) -> None:
        """Leave."""
        self.exit(None)
