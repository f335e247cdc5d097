"""Where messages come from, and how that is going."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from smappee_tui.connect.errors import PacketRefusedError
from smappee_tui.protocol.fact import Fact
from smappee_tui.protocol.received import Mark, MqttMessage

Phase = Literal["connecting", "connected", "refused", "disconnected", "closed"]
"""Where a link is in its life. `refused` and `disconnected` keep trying; only `closed` is final."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """One frozen snapshot of a link."""

    phase: Phase
    """`connected` means subscribed as well: from then on nothing published is missed."""
    since: float
    """When it got connected, stopped being so, or was closed, in seconds since 1970. Attempts in between do not
    change it: `disconnected` since then, however often it was tried."""
    reason: Fact | None = None
    """Why it is not connected and what to do. None while all is well."""
    retry_at: float | None = None
    """When it will be tried again, in seconds since 1970. None when connected, trying right now, or closed."""
    attempts: int = 0
    """Attempts begun since the link was last connected; 0 when connected or never started."""
    reconnects: int = 0
    """How often it came back after it had been connected; of a recording, as often as it says that its link did."""
    too_large: PacketRefusedError | None = None
    """The last message refused because no monitor sends such large ones: told also when the link is up again."""


class Dropped(NamedTuple):
    """Messages thrown away because nobody drained in time, by what is lost with them."""

    unknown: int = 0
    """Of topics that this program does not read: they go first."""
    realtime: int = 0
    """Measurements of a second."""
    lasting: int = 0
    """Everything that is told once: configurations, means, plugs."""

    @property
    def total(self) -> int:
        return self.unknown + self.realtime + self.lasting


class MessageSource(Protocol):
    """A source of messages: MQTT, a recording or a test's fake. Nothing here blocks for long or raises later."""

    def start(self) -> None:
        """Begin. A second call does nothing.

        Raises:
            ExternalError: when it can be known at once that this will never work.
        """

    def drain(self, limit: int | None = None, /) -> Sequence[MqttMessage | Mark]:
        """Hand over what arrived since the last call, oldest first.

        Args:
            limit: at most so many; None for all.
        """

    def listen(self, topics: tuple[str, ...], /) -> None:
        """Take these filters from now on instead of those before; what is retained under new ones comes again.

        A source that has no broker takes no notice.
        """

    @property
    def state(self) -> SourceState:
        """A snapshot; safe from any thread."""

    @property
    def dropped(self) -> Dropped:
        """What was thrown away because nobody drained in time."""

    def close(self) -> None:
        """Stop and let go of threads and sockets, in less than a second. What has arrived can still be drained."""


SLICE = 0.05
"""Seconds of work at one go where somebody waits at a keyboard: a flood must not take it away."""
_PIECE = 8
"""Messages between two looks at the clock."""


def take(
    source: MessageSource,
    each: Callable[[MqttMessage | Mark], None],
    seconds: float | None,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[int, bool]:
    """Hand over what has arrived, oldest first.

    Args:
        source: what it has.
        each: called with each item.
        seconds: leave off after so long; None: hand over all of it.
        clock: seconds from any start.

    Returns:
        How many there were, and whether there may be more because time was up.
    """
    if seconds is None:
        items = source.drain()
        for item in items:
            each(item)
        return len(items), False
    end, count = clock() + seconds, 0
    while True:
        items = source.drain(_PIECE)
        for item in items:
            each(item)
        count += len(items)
        if len(items) < _PIECE:
            return count, False
        if clock() >= end:
            return count, True
