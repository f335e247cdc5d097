"""Knocking at a port: is it open, and does MQTT answer behind it?"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import secrets
import ssl
from dataclasses import dataclass
from typing import Literal

PORTS = (1883, 10000)
"""Where monitors have their broker: today's, and that of 20-series firmware of 2018."""
Answer = Literal["answering", "login", "open", "refused", "silent", "unreachable"]
"""`login`: MQTT that wants a password · `open`: something listens that is not MQTT, or says nothing."""
_AWAY = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL)
_LOGIN = (4, 5)
"""MQTT 3.1.1 return codes: bad username or password, not authorised."""


@dataclass(frozen=True, slots=True)
class Knock:
    """What one port answered."""

    port: int
    answer: Answer
    code: int = 0
    """MQTT's return code, 0 where there was none."""

    @property
    def is_open(self) -> bool:
        """Something listens."""
        return self.answer in ("answering", "login", "open")


async def port_open(host: str, port: int, timeout: float = 0.8) -> Answer:
    """Whether somebody listens on a port: "open", "refused", "silent" or "unreachable"."""
    try:
        async with asyncio.timeout(timeout):
            _reader, writer = await asyncio.open_connection(host, port)
    except (OSError, UnicodeError) as error:  # a TimeoutError is an OSError
        return _why(error)
    _drop(writer)
    return "open"


async def mqtt(
    host: str,
    port: int = PORTS[0],
    *,
    timeout: float = 2.0,
    username: str | None = None,
    password: str | None = None,
    tls: ssl.SSLContext | None = None,
) -> Knock:
    """Say hello in MQTT and goodbye at once.

    Args:
        host: name or address.
        port: TCP port.
        timeout: seconds for all of it.
        username: to log on with.
        password: to log on with.
        tls: how to speak TLS, None for not at all.
    """
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(host, port, ssl=tls)
            writer.write(_hello(username, password))
            answer = await reader.readexactly(4)
            writer.write(b"\xe0\x00")
    except asyncio.IncompleteReadError:
        return Knock(port, "open")
    except (OSError, UnicodeError) as error:
        return Knock(port, _why(error) if writer is None else "open")
    finally:
        if writer is not None:
            _drop(writer)
    if answer[:2] != b"\x20\x02":
        return Knock(port, "open")
    return Knock(port, "login" if answer[3] in _LOGIN else "answering", answer[3])


async def brokers(host: str, timeout: float = 2.0) -> tuple[Knock, ...]:
    """Knock where a monitor may have its broker; the second port only where the first is not one."""
    knocks = []
    for port in PORTS:
        knocks.append(await mqtt(host, port, timeout=timeout))
        if knocks[-1].answer in ("answering", "login", "unreachable"):
            break
    return tuple(knocks)


def _hello(username: str | None, password: str | None) -> bytes:
    """An MQTT 3.1.1 CONNECT with a clean session."""
    flags = 2 | (0x80 if username else 0) | (0x40 if username and password is not None else 0)
    body = b"\x00\x04MQTT\x04" + bytes([flags]) + b"\x00\x0a" + _text(f"smappee-tui-{secrets.token_hex(5)}")
    if username:
        body += _text(username)
        if password is not None:
            body += _text(password)
    length, size = bytearray(), len(body)
    while True:
        size, low = divmod(size, 128)
        length.append(low | (0x80 if size else 0))
        if not size:
            return b"\x10" + bytes(length) + body


def _text(text: str) -> bytes:
    encoded = text.encode("utf-8", "replace")[:60_000]
    return len(encoded).to_bytes(2, "big") + encoded


def _why(error: OSError | UnicodeError) -> Answer:
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, OSError) and error.errno in _AWAY:
        return "unreachable"
    if isinstance(error, ConnectionError | ssl.SSLError):
        return "open"
    return "silent"


def _drop(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        writer.close()
