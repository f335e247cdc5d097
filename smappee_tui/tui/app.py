"""The app around the screens: themes, languages, the palette, and the way out."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar, Generic, Protocol, TypeVar, runtime_checkable

from rich.console import COLOR_SYSTEMS, RenderableType
from textual import events
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.message_pump import MessagePump
from textual.notifications import Notification
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets._toast import ToastRack

from smappee_tui.i18n import LANGUAGES, Language, current, tr, use
from smappee_tui.tui.commands import LANGUAGE, PLAN, SHADE, Command
from smappee_tui.tui.frames import Frames, erases_with_ground, placed
from smappee_tui.tui.notices import CSS as NOTICES
from smappee_tui.tui.notices import HIGH, FewNotices, show
from smappee_tui.tui.terminal import lasting, takes_the_mouse
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


@runtime_checkable
class Reporting(Protocol):
    """A screen that has something to report."""

    @property
    def unreported(self) -> int:
        """Faults that are open while no report was written."""

    def action_report(self) -> None:
        """Open the report."""


LAST_ANSWER = 0.5
"""Seconds that leaving waits for the terminal, at most."""
HELD_AGAIN = 0.25
"""Seconds after which a frame that was held back is tried again, where neither an answer nor another frame comes."""
PATIENCE = 2.0
"""Seconds that a key waits for those before it, at most: the keyboard must not die with a handler that hangs."""
ROUNDS = 20


class SmappeeApp(App[Any], Generic[First]):
    """Shows one screen, and what that opens, until the person leaves. The screen closes what it was given."""

    TITLE = "smappee-tui"
    BINDINGS: ClassVar[list[BindingType]] = [
        # These go past sheets and fields, which keep other keys to themselves; past keys before them goes none.
        Binding("ctrl+c", "leave", show=False, priority=True),
        Binding(PLAN.keys, "plan", PLAN.text, show=False, priority=True),
        Binding(LANGUAGE.keys, "next_language", LANGUAGE.text, show=False, priority=True),
        Binding(SHADE.keys, "shade", SHADE.text, show=False),
    ]
    ENABLE_COMMAND_PALETTE = True
    CSS = NOTICES

    def __init__(
        self,
        first: First,
        *,
        theme: str | None = None,
        bell: bool = True,
        on_theme: Callable[[str], None] | None = None,
        on_language: Callable[[Language], None] | None = None,
    ) -> None:
        """Make the app; `run` shows it.

        Args:
            first: the screen that is shown first.
            theme: a theme's name as `on_theme` gave it; unknown ones are ignored.
            bell: the terminal may ring.
            on_theme: called with the name of a theme the person chose, to be kept.
            on_language: called with the language the person chose, to be kept.
        """
        super().__init__()
        self.first = first
        self._on_theme, self._on_language = on_theme, on_language
        self._typed: deque[events.Event] = deque()
        self._typing: asyncio.Task[None] | None = None
        self._frames: Frames | None = None
        """Made with the first frame of a terminal."""
        self._held: Timer | None = None
        """Looks after a frame that was held back."""
        self._leaving = False
        self._notice = FewNotices()
        self._rings = bell
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
            left = super().run(*args, **{"mouse": takes_the_mouse(os.environ), **wishes})
        finally:
            _settle()
            for number, handler in kept.items():  # the loop, which had them, has put others there
                ended = self.return_code == ENDED or signal.getsignal(number) == signal.SIG_IGN
                # Told to end, it finishes what it writes: a second signal must not disturb that.
                signal.signal(number, signal.SIG_IGN if ended else handler)
        if self._exception is not None:
            raise self._exception  # whoever called tells it in a line
        return left

    def _fatal_error(self) -> None:
        """Leave after a failure that nobody foresaw, without the page of traceback that Textual would print."""
        self._close_messages_no_wait()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send what differs from what the terminal shows, and nothing while that is behind.

        What is no picture of the whole terminal goes Textual's own way.
        """
        driver, pictures = self._driver, (LayoutUpdate, ChopsUpdate)
        if not isinstance(renderable, pictures) or driver is None or driver.is_headless or driver.is_inline:
            super()._display(screen, renderable)
            return
        if self._running and not self._closed and not self._batch_count:
            frames = self._frames = self._frames or Frames(driver.write, erases=erases_with_ground())
            if frames.size != self.size:
                frames.forget(*self.size)
            colours = COLOR_SYSTEMS.get(self.console.color_system or "")
            for x, y, strip in placed(renderable):
                frames.draw(x, y, strip, colours)
            marks = (SYNC_START, SYNC_END) if self._sync_available else ("", "")
            frames.send(self.screen.outer_size.clamp_offset(self.cursor_position), *marks)
            if frames.held:
                self._later(frames)
        self.post_display_hook()

    def _later(self, frames: Frames) -> None:
        """Look soon whether what was held back may be sent: nothing else may be drawn for a long while."""

        def look() -> None:
            self._held = None
            frames.again()
            if frames.held:
                self._later(frames)

        if self._held is None:
            self._held = self.set_timer(HELD_AGAIN, look)

    def on_cursor_position(self, event: events.CursorPosition) -> None:
        """The terminal has drawn what was sent before it was asked."""
        if self._frames is not None:
            self._frames.answered(event.x)
            if self._leaving and self._frames.quiet:
                self._leave_now()

    def exit(self, result: Any = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave; first hear the terminal's answers, which would else be typed into whatever comes after."""
        if self._leaving:
            return
        self._leave_now = partial(super().exit, result, return_code, message)
        if self._frames is None or self._frames.quiet:
            self._leave_now()
            return
        self._leaving = True
        self.set_timer(LAST_ANSWER, self._leave_now)

    async def on_event(self, event: events.Event) -> None:
        """Keys act one after the other.

        Textual hands a key to the widget that has the focus now, and some to actions at once, while keys before it are
        still on their way through other queues: typed in one burst, as a slow line brings them, they would overtake
        each other, or reach a screen that is about to close. So the next one waits until the one before has been dealt
        with to its end.
        """
        if isinstance(event, events.Resize | Driver.SignalResume) and self._frames is not None:
            self._frames.forget(*self._frames.size)  # smaller for a moment, or a shell's meanwhile: nobody knows
        typed = isinstance(event, events.Key | events.Paste | events.MouseDown | events.MouseUp)
        if not typed or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed.append(event)
        if self._typing is None or self._typing.done():
            self._typing = asyncio.create_task(self._in_order())

    async def _in_order(self) -> None:
        while self._typed and not (self._exit or self._leaving):
            try:
                await super().on_event(self._typed.popleft())
                async with asyncio.timeout(PATIENCE):
                    await self._settled()
            except TimeoutError:
                continue
            except Exception as error:  # noqa: BLE001 - textual's own way to end with a traceback
                self._handle_exception(error)

    async def _settled(self) -> None:
        """Wait until everything that hears keys has worked through what it has heard."""
        for _ in range(ROUNDS):
            hearing = self._hearing()
            for pump in hearing:
                passed = asyncio.Event()
                if pump.is_running and pump.call_later(passed.set):
                    await passed.wait()
            if hearing == self._hearing() and not any(pump.message_queue_size for pump in hearing):
                return

    def _hearing(self) -> list[MessagePump]:
        """From the widget with the focus up to the app."""
        if not self.screen_stack:
            return [self]
        inner = self.focused if self.focused is not None else self.screen
        return list(inner.ancestors_with_self)

    def _refresh_notifications(self) -> None:
        """Few notices at a time, on a small screen one."""
        for rack in self.screen.query_children(ToastRack) if self.screen_stack else ():
            low = self.size.height < HIGH
            show(rack, self._notice.of(self._notifications, low=low), self.screen, low=low)

    def _unnotify(self, notification: Notification, refresh: bool = True) -> None:
        """It was read, or clicked away: the next one."""
        super()._unnotify(self._notice.meant(notification), refresh=False)
        self._refresh_notifications()

    def bell(self) -> None:
        """Ring, unless the person wants it quiet."""
        if self._rings:
            super().bell()

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
        web = self._driver is not None and self._driver.is_web  # a browser is at the other end of a pipe
        if not web and sys.__stdin__ is not None and not os.isatty(sys.__stdin__.fileno()):
            self._end()

    def _theme_changed(self, theme: object) -> None:
        if self._on_theme is not None:
            self._on_theme(self.theme)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: every command that makes sense now, then languages, themes and the way out."""
        if isinstance(screen, Offering):
            for command in screen.offered():
                if command.action not in ("app.quit", PLAN.action):
                    label = command.label
                    title = f"{label[:1].upper()}{label[1:]}  ({command.key})"
                    yield SystemCommand(
                        title, command.help, lambda c=command: self.call_later(screen.run_action, c.action)
                    )
        yield SystemCommand(f"{PLAN.label[:1].upper()}{PLAN.label[1:]}  ({PLAN.key})", PLAN.help, self.action_plan)
        for language, name in NAMES.items():
            if language != current().language:
                yield SystemCommand(name, tr("keys.palette_language.help"), lambda to=language: self.speak(to))
        yield SystemCommand(tr("keys.palette_theme.label"), tr("keys.palette_theme.help"), self.action_change_theme)
        picture = tr("keys.palette_picture.label"), tr("keys.palette_picture.help")
        yield SystemCommand(*picture, lambda: self.set_timer(0.1, self.deliver_screenshot))
        label = tr("keys.quit.label")
        yield SystemCommand(
            f"{label[:1].upper()}{label[1:]}  (q)", tr("keys.quit.help"), lambda: self.call_later(self.action_quit)
        )

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

    async def action_quit(self) -> None:
        """Leave; ask once where faults are open and nothing was reported, or where something is open on top."""
        from smappee_tui.tui.widgets.sheet import LeaveSheet

        faults = self.first.unreported if isinstance(self.first, Reporting) else 0
        if isinstance(self.screen, LeaveSheet) or not (faults or len(self.screen_stack) > 1):
            self.exit()
        else:
            self.push_screen(LeaveSheet(faults), self._stay)

    def _stay(self, what: object) -> None:
        if what == "report" and isinstance(self.first, Reporting):
            self.first.action_report()

    def action_plan(self) -> None:
        """Show the commissioning plan over whatever is open; a second time goes back there."""
        from smappee_tui.tui.plan.sheet import toggle

        toggle(self)

    def action_leave(self) -> None:
        """Leave at once."""
        self.exit()

    def action_command_palette(self) -> None:
        from smappee_tui.tui.palette import Palette

        if not any(isinstance(screen, Palette) for screen in self.screen_stack):  # on top, or below something
            self.push_screen(Palette(id="--command-palette", placeholder=tr("keys.palette.prompt")))

    def action_shade(self) -> None:
        self.theme = LIGHT if self.current_theme.dark else DARK


SELDOM = 10_000
"""Objects after which garbage is looked for, 700 otherwise. A second makes thousands, and nearly all go by themselves:
looking through them was a tenth of what a large board cost."""


def _settle() -> None:
    gc.freeze()
    gc.set_threshold(SELDOM)
    gc.enable()
