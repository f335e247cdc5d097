"""The app around the find screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from smappee_tui.connect.discovery.search import Search
from smappee_tui.connect.laptop_broker import LaptopBroker
from smappee_tui.tui.find.laptop import Laptop
from smappee_tui.tui.find.screen import FindScreen
from smappee_tui.tui.find.state import Choice
from smappee_tui.tui.widgets.styles import DARK, LIGHT, THEMES

if TYPE_CHECKING:
    from smappee_tui.app.cloud_access import CloudAccess


class FindApp(App[Choice]):
    """Ends with the broker to watch, or None."""

    TITLE = "smappee-tui"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding("t", "shade", show=False),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        make: Callable[[Callable[[], None]], Search],
        *,
        laptop: Laptop | None = None,
        theme: str | None = None,
        on_theme: Callable[[str], None] | None = None,
        portal_port: int = 80,
        cloud: CloudAccess | None = None,
    ) -> None:
        """Make the app; `run` shows it.

        Args:
            make: makes the search, given what it calls when something changed.
            laptop: the broker of this laptop; it is left running, in `kept`, when a monitor speaks on it.
            theme: a theme's name; unknown ones are ignored.
            on_theme: called with the name of a theme that the person chose.
            portal_port: where portals are; another one is for tests.
            cloud: how to get into the vendor's cloud; None: that is not offered.
        """
        super().__init__()
        self.laptop = laptop or Laptop()
        self.kept: LaptopBroker | None = None
        """The broker that must go on after this app."""
        self.find = FindScreen(make, self.laptop, portal_port=portal_port, cloud=cloud)
        self._on_theme = on_theme
        for own in THEMES:
            self.register_theme(own)
        self.theme = theme if theme in self.available_themes else DARK

    def get_default_screen(self) -> Screen[None]:
        """The find screen is the first one."""
        return self.find

    async def on_unmount(self) -> None:
        """Stop searching; a broker that is needed goes on."""
        await self.find.search.close()
        choice = self.return_value
        broker = self.laptop.broker
        if broker is not None and (self.laptop.keep or (choice is not None and choice.address == broker.address)):
            self.kept = await self.laptop.release()
        else:
            await self.laptop.stop()

    async def action_quit(self) -> None:
        """Leave."""
        self.exit(None)

    def action_shade(self) -> None:
        """Light or dark."""
        self.theme = LIGHT if self.current_theme.dark else DARK
        if self._on_theme is not None:
            self._on_theme(self.theme)
