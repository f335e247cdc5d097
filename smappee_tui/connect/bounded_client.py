"""A paho client that takes no packet larger than any monitor would send, whatever a broker says is coming."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from typing import Any

from paho.mqtt.client import Client, MQTTMessage

from smappee_tui.protocol.topics import LONGEST_TOPIC

LARGEST_PACKET = 8 * 1024 * 1024
"""Bytes. A monitor's largest message, the configuration of 80 channels, has some 40 kB."""
_PIECE = 256 * 1024
"""Bytes taken from the socket at one go: paho would make room for a whole packet before a byte of it has come."""
_PUBLISH = 0x30
_MOMENT = 0.25


class PacketTooLargeError(ConnectionError):
    """Tells paho that the connection is over."""


class BoundedClient(Client):
    """MQTT 3.1.1 lets nobody say how much he takes, so the connection ends where a packet is announced too large."""

    refused: tuple[int, str] | None = None
    """Bytes of the packet that was too large, and its topic, "" where that is not known."""
    _line: socket.socket | None = None

    def _sock_recv(self, bufsize: int) -> bytes:
        # What is still missing of a packet: called first with all of its length, before any of it was read.
        if bufsize > LARGEST_PACKET:
            self.refused = bufsize, self._topic_ahead()
            raise PacketTooLargeError
        return super()._sock_recv(min(bufsize, _PIECE))

    def _handle_on_message(self, message: MQTTMessage) -> None:
        """Hand a message over. Paho would look for functions by topic first, of which there are none here, and each
        time leave a ring of garbage with the topic in it: at 60 kB a topic a hundred megabytes, until they are found.
        """
        take = self.on_message
        if take is not None:
            with self._in_callback_mutex:
                take(self, self._userdata, message)

    def _topic_ahead(self) -> str:
        """The topic of the packet of which nothing was read yet: it comes first, so it is here in a moment."""
        if self._in_packet["command"] & 0xF0 != _PUBLISH or self._sock is None:
            return ""
        with contextlib.suppress(OSError):
            select.select([self._sock], [], [], _MOMENT)
            head = super()._sock_recv(2 + LONGEST_TOPIC)
            size = int.from_bytes(head[:2], "big")
            return head[2 : 2 + size].decode(errors="replace") if len(head) >= 2 + size else ""
        return ""

    def _create_socket_connection(self) -> socket.socket:
        opened = super()._create_socket_connection()
        self._line = opened.dup()  # which stays the connection's where TLS takes the first one over
        return opened

    def _create_socket(self) -> Any:
        """As paho does it; websockets within `connect_timeout`, and of a frame no more is kept than of a packet."""
        self._line = None
        late = threading.Timer(self.connect_timeout, self._hang_up)
        late.daemon = True
        if self.transport == "websockets":
            late.start()  # the greeting is read byte by byte, each with a time of its own
        try:
            opened: Any = super()._create_socket()
        finally:
            late.cancel()
            if self._line is not None:
                self._line.close()
        if self.transport == "websockets":
            read = opened._buffered_read
            opened._buffered_read = lambda length: read(self._bounded(length))  # frames: a topic is further inside
        return opened

    def _bounded(self, length: int) -> int:
        if length > LARGEST_PACKET:
            self.refused = length, ""
            raise PacketTooLargeError
        return length

    def _hang_up(self) -> None:
        line = self._line
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
