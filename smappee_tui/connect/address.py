"""Where a broker is and how to be let in."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from smappee_tui.connect.errors import BadAddressError
from smappee_tui.protocol.fact import fact

PLAIN_PORT = 1883
TLS_PORT = 8883
WEBSOCKET_PORT = 1884
"""Where a monitor's own broker speaks MQTT over websockets."""
SECURE_WEBSOCKET_PORT = 443
WEBSOCKET_PATH = "/mqtt"
"""What nearly every broker calls it; RabbitMQ says `/ws`."""


class _Scheme(NamedTuple):
    tls: bool
    websockets: bool = False


_SCHEMES = {
    "mqtt": _Scheme(tls=False),
    "tcp": _Scheme(tls=False),
    "mqtts": _Scheme(tls=True),
    "ssl": _Scheme(tls=True),
    "tls": _Scheme(tls=True),
    "ws": _Scheme(tls=False, websockets=True),
    "wss": _Scheme(tls=True, websockets=True),
}
_PATH = re.compile(r"/[\w.~!$&'()*+,;=:@%/-]{0,200}", re.ASCII)
_LABEL = re.compile(r"[^\W_](?:[\w-]*\w)?|_[\w-]*\w")


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """A broker, with what is needed to log on. Its text never contains the password."""

    host: str
    """Name or address, IPv6 without brackets."""
    port: int = PLAIN_PORT
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    """Speak TLS and check the broker's certificate."""
    cafile: Path | None = None
    """PEM file of the authorities to trust instead of the system's. Only with TLS."""
    websocket: str | None = None
    """Path of MQTT over websockets, "/mqtt"; None for MQTT itself."""
    client_id: str | None = None
    """The name to log on with; None makes a fresh one for each link, so that two programs never push each other off."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.websocket is not None:
            return f"{'wss' if self.tls else 'ws'}://{host}:{self.port}{self.websocket}"
        return f"{'mqtts://' if self.tls else ''}{host}:{self.port}"

    @classmethod
    def parse(
        cls,
        text: str,
        *,
        port: int | None = None,
        username: str | None = None,
        password: str | None = None,
        tls: bool = False,
        cafile: Path | None = None,
    ) -> BrokerAddress:
        """Read what a person typed: `host`, `host:port`, `[v6]:port`, `mqtt://…`, `mqtts://…`, `tcp://…`,
        `ws://host:port/path`, `wss://…`.

        Args:
            text: the address; a `user@` before the host is understood.
            port: the port where the text names none; None for 1883, 8883 with TLS, 1884 and 443 with websockets.
            username: wins over a `user@` in the text.
            password: never part of the text.
            tls: speak TLS even where the text does not say `mqtts://`.
            cafile: authorities to trust instead of the system's; implies nothing else.

        Raises:
            BadAddressError: when this cannot be a broker's address. Its message never repeats a password.
        """
        rest, path = text.strip(), None
        scheme, separator, after = rest.partition("://")
        if separator:
            known = _scheme(scheme)
            tls, rest = known.tls or tls, after
            if known.websockets:
                rest, path = _path_apart(rest)
        user, at, rest = rest.rpartition("@")
        if ":" in user:
            raise BadAddressError(fact("errors.password_in_address"), fact("errors.password_in_address_advice"))
        host, port_text = _split(rest.removesuffix("/"))
        usual = (PLAIN_PORT, TLS_PORT) if path is None else (WEBSOCKET_PORT, SECURE_WEBSOCKET_PORT)
        number = _port(port_text) if port_text is not None else port or usual[tls]
        _check_port(number, str(number))
        check_host(host)
        return cls(host, number, username or (user if at else None) or None, password, tls, cafile, path)


def _scheme(scheme: str) -> _Scheme:
    word = scheme.lower()
    if word in _SCHEMES:
        return _SCHEMES[word]
    if word in ("http", "https"):
        raise BadAddressError(fact("errors.web_address"), fact("errors.host_advice"))
    raise BadAddressError(fact("errors.scheme_unknown", text=_short(scheme)), fact("errors.scheme_unknown_advice"))


def _path_apart(text: str) -> tuple[str, str]:
    """What stands before the path, and the path."""
    before, slash, after = text.partition("/")
    path = slash + after if after else WEBSOCKET_PATH
    if not _PATH.fullmatch(path):
        raise BadAddressError(fact("errors.no_path", text=_short(path)), fact("errors.no_path_advice"))
    return before, path


def _split(text: str) -> tuple[str, str | None]:
    """Host and port text of `host`, `host:port`, `v6`, `[v6]` or `[v6]:port`."""
    if text.startswith("["):
        host, bracket, after = text[1:].partition("]")
        if not bracket or (after and not after.startswith(":")) or ":" not in host:
            raise BadAddressError(fact("errors.no_ipv6", text=_short(text)), fact("errors.no_ipv6_advice"))
        return host, after[1:] if after else None
    if text.count(":") > 1:  # an IPv6 address without brackets cannot carry a port
        return text, None
    host, colon, after = text.partition(":")
    return host, after if colon else None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise BadAddressError(fact("errors.no_port", text=_short(text)), fact("errors.no_port_advice"))
    return int(text)


def _check_port(number: int, text: str) -> None:
    if not 1 <= number <= 65535:
        raise BadAddressError(fact("errors.no_port", text=_short(text)), fact("errors.no_port_advice"))


def check_host(host: str) -> None:
    """Raise BadAddressError for what can be no host's name and no IP address."""
    if not host:
        raise BadAddressError(fact("errors.no_host"), fact("errors.host_advice"))
    if ":" in host or re.fullmatch(r"[\d.]+", host):
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise BadAddressError(fact("errors.no_ip", text=_short(host)), fact("errors.host_advice")) from None
        return
    labels = host.removesuffix(".").split(".")
    if len(host) > 253 or not all(len(label) <= 63 and _LABEL.fullmatch(label) for label in labels):
        raise BadAddressError(fact("errors.no_host_name", text=_short(host)), fact("errors.host_advice"))


def _short(text: str) -> str:
    """Text of a stranger, kept short enough for a sentence."""
    return text if len(text) <= 60 else text[:59] + "…"
