"""What a session needs of any source of messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from smappee_tui.links.state import LinkState
from smappee_tui.protocol.arrival import Arrival, Mark


class Link(Protocol):
    """A source of messages: MQTT, a recording or a test's fake. Nothing here blocks for long or raises later."""

    def start(self) -> None:
        """Begin. A second call does nothing.

        Raises:
            LinkError: when it can be known at once that this will never work.
        """

    def drain(self, limit: int | None = None, /) -> Sequence[Arrival | Mark]:
        """Hand over what arrived since the last call, oldest first.

        Args:
            limit: at most so many; None for all.
        """

    @property
    def state(self) -> LinkState:
        """A snapshot; safe from any thread."""

    @property
    def dropped(self) -> int:
        """Messages thrown away because nobody drained in time."""

    def close(self) -> None:
        """Stop and let go of threads and sockets, in less than a second. What has arrived can still be drained."""
