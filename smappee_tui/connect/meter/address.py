"""Where the digital meter is read: what stands after `--p1`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from smappee_tui.connect.address import check_host
from smappee_tui.connect.errors import BadAddressError
from smappee_tui.connect.plain_file import typed
from smappee_tui.protocol.fact import fact

Kind = Literal["homewizard", "homewizard-v2", "tcp", "serial", "file"]


@dataclass(frozen=True, slots=True)
class MeterAddress:
    """One meter, and how it is asked."""

    kind: Kind
    host: str = ""
    """Name or address; "" for a device or a file."""
    port: int = 0
    path: Path | None = None
    """Of the device or the file."""

    def __str__(self) -> str:
        if self.path is not None:
            return str(self.path)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host


def meter_address(text: str) -> MeterAddress:
    """Read an address: a HomeWizard P1's host, `https://host` for its second API, `tcp://host:port` of a gateway that
    hands telegrams on, a serial device, or a file of telegrams.

    Raises:
        BadAddressError: when it is none of these.
    """
    text = text.strip()
    secret, sign, after = text.rpartition("@")
    shown = f"…@{after}" if sign and ":" in secret else text  # a password is not repeated
    bad = BadAddressError(fact("meter.bad_address", text=shown[:80]), fact("meter.bad_address_advice"))
    scheme, mark, _ = text.partition("://")
    if not mark:
        path = typed(text)
        try:
            if path.is_file():
                return MeterAddress("file", path=path)
            if text.startswith(("/dev/", "COM")) or path.is_char_device():
                return MeterAddress("serial", path=path)
        except OSError as error:  # a name too long for any file
            raise bad from error
        if not text or "/" in text or any(sign.isspace() for sign in text):
            raise bad
        scheme, text = "http", f"http://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise bad from error
    if not host or parts.username or parts.path.strip("/") or parts.query:
        raise bad
    check_host(host)
    if scheme == "tcp" and port:
        return MeterAddress("tcp", host, port)
    if scheme in ("http", "https"):
        return MeterAddress("homewizard" if scheme == "http" else "homewizard-v2", host, port or 0)
    raise bad
