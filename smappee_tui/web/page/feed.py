"""What phones are sent: every edition that somebody reads, and the news of it as they come."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.i18n import Language
from smappee_tui.web.page.edition import Edition

BEAT = 2.0
"""Seconds after which a phone hears that the laptop is there, when nothing is new."""
FRESH = 0.8
"""Seconds that the first page waits for something to show."""
LOOKS_ON = 15.0
"""Seconds for which stages are still made after the last phone went away: it mostly comes again."""
RETRY = b"retry: 1000\n\n"
_BEAT = b"event: beat\ndata: \n\n"


class Feed:
    """Of one desk, on one loop."""

    def __init__(self, desk: PhoneDesk) -> None:
        self._desk = desk
        desk.wanted = False
        self._editions: dict[Language, Edition] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._readers = 0
        self._close: asyncio.TimerHandle | None = None

    async def edition(self, language: Language) -> Edition:
        """The page in a language, up to date; it waits a moment where nobody looked for a while."""
        asleep = not self._desk.wanted
        self._look()
        self._look_on()
        if asleep or self._desk.shown[1] is None:
            await self._next(FRESH)
        return self._current(language)

    async def events(self, language: Language, since: int) -> AsyncIterator[bytes]:
        """Server-sent events until the phone goes away.

        Args:
            language: of the phone.
            since: number of the stage that it shows.
        """
        self._look()
        self._readers += 1
        try:
            yield RETRY
            while True:
                edition = self._current(language)
                if edition.number != since:
                    yield b"id: %d\ndata: %b\n\n" % (edition.number, edition.news(since))
                    since = edition.number
                if not await self._next(BEAT):
                    yield _BEAT
        finally:
            self._readers -= 1
            self._look_on()

    def _current(self, language: Language) -> Edition:
        edition = self._editions.setdefault(language, Edition(language))
        number, stage = self._desk.shown
        if stage is not None:
            edition.look(number, stage)
        return edition

    async def _next(self, seconds: float) -> bool:
        """Wait for the next stage; whether it came in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

    def _look(self) -> None:
        """Have stages made, and hear of them."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._desk.on_news = self._tell
        self._desk.wanted = True

    def _tell(self) -> None:
        """On the program's thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the server has just stopped
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        told, self._news = self._news, asyncio.Event()
        told.set()

    def _look_on(self) -> None:
        """No more stages are made, after a while without a reader."""
        if self._close is not None:
            self._close.cancel()
        self._close = asyncio.get_running_loop().call_later(LOOKS_ON, self._rest)

    def _rest(self) -> None:
        if not self._readers:
            self._desk.wanted = False
