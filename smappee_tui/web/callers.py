"""The open connections of the page: how many there may be, and how long one may keep others waiting.

Uvicorn speaks HTTP; what it leaves open is closed here: it waits for the head of a request for ever, and answers with
words of its own what is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.server import ServerState

STRANGERS = 16
"""Connections that have shown no cookie yet; when one more comes, the oldest goes."""
OF_A_PHONE = 8
"""Connections of one phone; browsers open six at most."""
HEAD_WITHIN = 5.0
"""Seconds that the head of a request may take. A stranger's connection lasts no longer in all."""
STALLED = 20.0
"""Seconds that a phone may take nothing of what waits for it: it sleeps, or has gone away."""
HEAD = 8_192
"""Bytes of the head of a request."""


class Lobby:
    """All callers of one server. Everything is called on the server's loop."""

    def __init__(self, refused: Callable[[str], None]) -> None:
        """Prepare.

        Args:
            refused: told by a word why one was sent away.
        """
        self.refused = refused
        self._open: list[Caller] = []
        """In the order of coming."""

    def enter(self, caller: Caller) -> None:
        """One more; where there are too many strangers, the oldest goes."""
        self._open.append(caller)
        self._room([one for one in self._open if one.visitor is None], STRANGERS)

    def recognised(self, caller: Caller) -> None:
        """It belongs to a phone."""
        self._room([one for one in self._open if one.visitor == caller.visitor], OF_A_PHONE)

    def _room(self, some: list[Caller], most: int) -> None:
        if len(some) > most:
            some[0].leave("many")

    def left(self, caller: Caller) -> None:
        """It is closed."""
        if caller in self._open:
            self._open.remove(caller)

    def drop(self, visitor: int | None = None) -> None:
        """Close the connections of one phone, or all of them."""
        for caller in [one for one in self._open if visitor is None or one.visitor == visitor]:
            caller.leave("")


class Caller(H11Protocol):
    """One connection."""

    def __init__(self, lobby: Lobby, config: Config, server_state: ServerState) -> None:
        """Serve what `config` serves; a request finds its caller as `state["caller"]`."""
        super().__init__(config, server_state, {"caller": self})
        self._lobby = lobby
        self.visitor: int | None = None
        """Number of the phone that it belongs to; None for a stranger's."""
        self._head: asyncio.TimerHandle | None = None
        self._spoke = False
        self._stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(transport)
        self._wait_for_head()
        self._lobby.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lobby.left(self)
        for timer in (self._head, self._stall):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._spoke = True
        if self._head is None and (self.cycle is None or self.cycle.response_complete):
            self._wait_for_head()
        super().data_received(data)

    def known(self, visitor: int) -> None:
        """Its request showed the cookie of this phone: it may take its time."""
        if self._head is not None:
            self._head.cancel()
            self._head = None
        if self.visitor != visitor:
            self.visitor = visitor
            self._lobby.recognised(self)

    def leave(self, why: str) -> None:
        """Close it at once, whatever it is about."""
        if why:
            self._lobby.refused(why)
        self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._stall is None:
            self._stall = self.loop.call_later(STALLED, self.leave, "stalled")

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP gets no answer."""
        self.leave("broken")

    def _wait_for_head(self) -> None:
        self._head = self.loop.call_later(HEAD_WITHIN, self._late)

    def _late(self) -> None:
        self._head = None
        self.leave("slow" if self._spoke else "")  # browsers open one more than they need, and say nothing on it


def caller_of(lobby: Lobby, config: Config, state: ServerState) -> Callable[[], Any]:
    """Makes the protocol of one more connection."""
    return lambda: Caller(lobby, config, state)
