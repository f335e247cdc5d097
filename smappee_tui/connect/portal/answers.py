"""What the Expert Portal's answers say. Errors come with status 200 and an `error` key.

The settings come with the portal's own password in clear. It is dropped here, before anything is kept: what leaves
this module cannot hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

OWN_BROKER = "tcp://localhost:1883"
"""What the setting says on a monitor whose data stays on its own broker."""
LONGEST = 200

Logon = Literal["ok", "wrong password", "not understood", "no answer"]


@dataclass(frozen=True, slots=True)
class BrokerSetting:
    """Where the monitor pushes its data to. Passwords are never part of it, only whether there is one."""

    url: str
    """As the monitor has it, without a login; "" where the field is empty."""
    username: str = ""
    has_password: bool = False

    @property
    def own(self) -> bool:
        """The monitor's own broker: the data stays there."""
        try:
            host = urlsplit(self.url if "://" in self.url else f"tcp://{self.url}").hostname
        except ValueError:
            return False
        return host in ("localhost", "127.0.0.1", "::1")


def error_of(body: bytes) -> str:
    """The `error` of an answer, "" without one."""
    answer = _json(body)
    error = answer.get("error") if isinstance(answer, dict) else None
    return str(error)[:LONGEST] if error else ""


def logon_of(body: bytes) -> Logon:
    """What the portal says to a password."""
    answer = _json(body)
    if not isinstance(answer, dict):
        return "not understood"
    if answer.get("error"):
        return "wrong password"
    return "ok" if answer.get("success") else "not understood"


def setting_of(body: bytes) -> BrokerSetting | None:
    """The broker's fields of the advanced settings, None where they are not among them.

    The names of the fields differ from firmware to firmware, so they are told by the words in them.
    """
    rows = _json(body)
    if not isinstance(rows, list):
        return None
    url: str | None = None
    username, has_password = "", False
    for row in rows[:2000]:
        if not isinstance(row, dict):
            continue
        key = "".join(letter for letter in str(row.get("key", ""))[:80].casefold() if letter.isalnum())
        if "mqtt" not in key and "broker" not in key:
            continue
        if any(word in key for word in ("pass", "pwd", "secret")):
            has_password = has_password or bool(row.get("value"))
        elif "user" in key:
            username = str(row.get("value") or "")[:LONGEST]
        elif any(word in key for word in ("url", "uri", "address", "host", "location")):
            url = _without_login(str(row.get("value") or ""))
    return None if url is None else BrokerSetting(url, username, has_password)


def _without_login(url: str) -> str:
    """Somebody may have typed the login into the address."""
    scheme, separator, rest = url[: 4 * LONGEST].rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"[:LONGEST]


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
