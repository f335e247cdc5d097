"""A broker on loopback that sends what a test wants: it logs everybody in, grants everything, and then goes on."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Say = Callable[[bytes], bool]
"""Sends bytes; False when the other side has hung up."""


def length(size: int) -> bytes:
    """A remaining length as MQTT writes it."""
    out = bytearray()
    while True:
        size, low = divmod(size, 128)
        out.append(low | (0x80 if size else 0))
        if not size:
            return bytes(out)


def published(topic: str, payload: bytes, *, retain: bool = False) -> bytes:
    """A PUBLISH packet of QoS 0."""
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name + payload
    return bytes([0x30 | retain]) + length(len(body)) + body


@contextmanager
def hostile(send: Callable[[Say], None]) -> Iterator[int]:
    """Serve until the block ends; gives the port. `send` is called for each connection once it has subscribed."""
    door = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve(peer: socket.socket) -> None:
        with peer:

            def say(data: bytes) -> bool:
                try:
                    peer.sendall(data)
                except OSError:
                    return False
                return not over.is_set()

            try:
                peer.recv(4096)
                peer.sendall(b"\x20\x02\x00\x00")
                asked = peer.recv(4096)
                count = asked.count(b"servicelocation")
                peer.sendall(b"\x90" + length(2 + count) + asked[2:4] + b"\x00" * count)
            except OSError:
                return
            send(say)
            while not over.is_set():
                try:
                    if not peer.recv(4096):
                        return
                except OSError:
                    return

    def accept() -> None:
        while True:
            try:
                peer, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(peer,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield door.getsockname()[1]
    finally:
        over.set()
        door.close()
