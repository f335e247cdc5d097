"""A paho client that takes no packet larger than any monitor would send, whatever a broker says is coming."""

from __future__ import annotations

from paho.mqtt.client import Client

LARGEST_PACKET = 8 * 1024 * 1024
"""Bytes. A monitor's largest message, the configuration of 80 channels, has some 40 kB."""
_PIECE = 256 * 1024
"""Bytes taken from the socket at one go: paho would make room for a whole packet before a byte of it has come."""


class PacketTooLargeError(ConnectionError):
    """Tells paho that the connection is over."""


class BoundedClient(Client):
    """MQTT 3.1.1 lets nobody say how much he takes, so the connection ends where a packet is announced too large."""

    refused: int | None = None
    """Bytes of the packet that was too large."""

    def _sock_recv(self, bufsize: int) -> bytes:
        # What is still missing of a packet: called first with all of its length, before any of it was read.
        if bufsize > LARGEST_PACKET:
            self.refused = bufsize
            raise PacketTooLargeError
        return super()._sock_recv(min(bufsize, _PIECE))
