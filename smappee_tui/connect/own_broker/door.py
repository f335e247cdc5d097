"""What stands between a socket and amqtt: who does not log in in time is sent away, and no packet is endless."""

from __future__ import annotations

import asyncio

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter

LARGEST_PIECE = 8 * 1024 * 1024
"""Bytes that a packet may have; amqtt reads it whole."""


class DoorWriter(StreamWriterAdapter):  # type: ignore[misc]
    """Remembers whether the broker has answered: its first word is the answer to logging in."""

    answered = False

    def write(self, data: bytes) -> None:
        self.answered = True
        super().write(data)

    def hang_up(self) -> None:
        """End the connection at once."""
        self._writer.transport.abort()


class DoorReader(StreamReaderAdapter):  # type: ignore[misc]
    """Until the broker has answered, reading ends in time."""

    def __init__(self, reader: asyncio.StreamReader, answer: DoorWriter, within: float) -> None:
        """Take the reader.

        Args:
            reader: the connection.
            answer: tells whether the login was answered.
            within: seconds from now.
        """
        super().__init__(reader)
        self._answer = answer
        self._until = asyncio.get_running_loop().time() + within

    async def read(self, n: int = -1) -> bytes:
        """Read `n` bytes.

        Raises:
            ConnectionResetError: when the time for logging in is up, or more is announced than any monitor sends.
        """
        if n > LARGEST_PIECE:
            self._answer.hang_up()
            raise ConnectionResetError
        if self._answer.answered:
            return bytes(await super().read(n))
        left = self._until - asyncio.get_running_loop().time()
        try:
            return bytes(await asyncio.wait_for(super().read(n), max(0.0, left)))
        except TimeoutError:
            raise ConnectionResetError from None
