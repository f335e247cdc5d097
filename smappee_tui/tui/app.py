"""The app around the screens: themes, languages, the palette, and the way out."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Generic, Protocol, TypeVar, runtime_checkable

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.driver import Driver
from textual.screen import Screen

from smappee_tui.i18n import LANGUAGES, Language, current, tr, use
from smappee_tui.tui.commands import LANGUAGE, SHADE, Command
from smappee_tui.tui.terminal import lasting
from smappee_tui.tui.widgets.styles import DARK, LIGHT, THEMES

NAMES: dict[Language, str] = {"en": "English", "nl": "Nederlands", "fr": "Français", "de": "Deutsch"}
"""Each language as it calls itself."""
First = TypeVar("First", bound=Screen[Any])
ENDED = 130
"""Exit code of an app that was told to end."""
HANGUP = 5.0
"""Seconds between two looks whether the terminal is still there."""
_ENDS = tuple(number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None)


@runtime_checkable
class Speaking(Protocol):
    """A screen that can say everything anew, in another language."""

    def speak(self) -> None:
        """Draw all of it."""


@runtime_checkable
class Offering(Protocol):
    """A screen whose commands the palette offers."""

    def offered(self) -> list[Command]:
        """The commands that make sense now."""


class SmappeeApp(App[Any], Generic[First]):
    """Shows one screen, and what that opens, until the person leaves. The screen closes what it was given."""

    TITLE = "smappee-tui"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding(SHADE.keys, "shade", show=False),
        Binding(LANGUAGE.keys, "next_language", show=False, priority=True),  # on every sheet and in every field
    ]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        first: First,
        *,
        theme: str | None = None,
        on_theme: Callable[[str], None] | None = None,
        on_language: Callable[[Language], None] | None = None,
    ) -> None:
        """Make the app; `run` shows it.

        Args:
            first: the screen that is shown first.
            theme: a theme's name as `on_theme` gave it; unknown ones are ignored.
            on_theme: called with the name of a theme the person chose, to be kept.
            on_language: called with the language the person chose, to be kept.
        """
        super().__init__()
        self.first = first
        self._on_theme, self._on_language = on_theme, on_language
        for own in THEMES:
            self.register_theme(own)
        self.theme = theme if theme in self.available_themes else DARK

    def get_driver_class(self) -> type[Driver]:
        """One that outlives its terminal."""
        return lasting(super().get_driver_class())

    def get_default_screen(self) -> Screen[Any]:
        """No empty screen below the first one."""
        return self.first

    def run(self, *args: Any, **wishes: Any) -> Any:
        """Show the app until the person leaves; takes what textual's `run` takes, and gives what the screen ended with.

        The garbage collector rests during the start, which makes little garbage and many lasting objects; from the
        first picture on it works again and leaves those alone.
        """
        gc.disable()
        self.call_later(self.call_after_refresh, _settle)
        kept = {number: signal.getsignal(number) for number in _ENDS}
        try:
            left = super().run(*args, **wishes)
        finally:
            _settle()
            for number, handler in kept.items():  # the loop, which had them, has put others there
                signal.signal(number, handler)
        if self._exception is not None:
            raise self._exception  # whoever called tells it in a line
        return left

    def _fatal_error(self) -> None:
        """Leave after a failure that nobody foresaw, without the page of traceback that Textual would print."""
        self._close_messages_no_wait()

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in _ENDS:
                if signal.getsignal(number) != signal.SIG_IGN:  # as `nohup` wishes
                    loop.add_signal_handler(number, self._end)
            self.set_interval(HANGUP, self._look_at_terminal)

    def _end(self) -> None:
        """Somebody ends the program: put the terminal back and finish what is being written."""
        self.exit(return_code=ENDED)

    def _look_at_terminal(self) -> None:
        """Leave when the terminal is gone and no signal said so: reading from it would go round for ever."""
        if sys.__stdin__ is not None and not os.isatty(sys.__stdin__.fileno()):
            self._end()

    def _theme_changed(self, theme: object) -> None:
        if self._on_theme is not None:
            self._on_theme(self.theme)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: every command that makes sense now, then languages, themes and the way out."""
        if isinstance(screen, Offering):
            for command in screen.offered():
                if command.action != "app.quit":
                    label = command.label
                    title = f"{label[:1].upper()}{label[1:]}  ({command.key})"
                    yield SystemCommand(
                        title, command.help, lambda c=command: self.call_later(screen.run_action, c.action)
                    )
        for language, name in NAMES.items():
            if language != current().language:
                yield SystemCommand(name, tr("keys.palette_language.help"), lambda to=language: self.speak(to))
        yield SystemCommand(tr("keys.palette_theme.label"), tr("keys.palette_theme.help"), self.action_change_theme)
        picture = tr("keys.palette_picture.label"), tr("keys.palette_picture.help")
        yield SystemCommand(*picture, lambda: self.set_timer(0.1, self.deliver_screenshot))
        label = tr("keys.quit.label")
        yield SystemCommand(f"{label[:1].upper()}{label[1:]}  (q)", tr("keys.quit.help"), self.action_quit)

    def speak(self, language: Language) -> None:
        """Another language, at once on every screen."""
        use(language)
        for screen in self.screen_stack:
            if isinstance(screen, Speaking):
                screen.speak()
        self.clear_notifications()  # of the languages passed on the way
        self.notify(NAMES[language], markup=False, timeout=2)
        if self._on_language is not None:
            self._on_language(language)

    def action_next_language(self) -> None:
        """English, Nederlands, Français, Deutsch, in turn."""
        place = LANGUAGES.index(current().language)
        self.speak(LANGUAGES[(place + 1) % len(LANGUAGES)])

    def action_command_palette(self) -> None:
        if not CommandPalette.is_open(self):
            self.push_screen(CommandPalette(id="--command-palette", placeholder=tr("keys.palette.prompt")))

    def action_shade(self) -> None:
        self.theme = LIGHT if self.current_theme.dark else DARK


def _settle() -> None:
    gc.freeze()
    gc.enable()
