"""The answer to a login. No message that is made here repeats anything of it."""

from __future__ import annotations

import msgspec

from smappee_tui.protocol.cloud.rows import JsonRow, read_json
from smappee_tui.protocol.errors import UnreadableError
from smappee_tui.protocol.fact import fact

_LONGEST = 16_384
_LIFETIME = 600.0
"""Seconds, where the service does not say how long a token lives."""
_LONGEST_LIFE = 30 * 86_400.0


class Token(msgspec.Struct, frozen=True):
    """What opens the service for a while. It does not show in `repr`."""

    access: str
    refresh: str
    """Renews it without the password; "" where there is none."""
    lifetime: float
    """Seconds from now on."""

    def __repr__(self) -> str:
        return f"Token(lifetime={self.lifetime!r})"

    def renewable_by(self, refresh: str) -> Token:
        """The same with a refresh token from before, which some services give only once."""
        return Token(self.access, refresh, self.lifetime)


def read_token(body: bytes) -> Token:
    """Decode the answer to a login. Raises UnreadableError, without a word of the answer in it."""
    try:
        content = read_json("login", body)
    except UnreadableError:
        raise UnreadableError("login", fact("messages.no_json"), "$") from None
    row = JsonRow(content if isinstance(content, dict) else {})
    access = _token(row.fields.get("access_token"))
    if not access:
        raise UnreadableError("login", fact("messages.no_token"), "$.access_token")
    lifetime = row.number("expires_in")
    return Token(
        access,
        _token(row.fields.get("refresh_token")),
        _LIFETIME if lifetime is None else min(max(lifetime, 0.0), _LONGEST_LIFE),
    )


def _token(value: object) -> str:
    """A token as a header can carry it: no blanks, no line breaks, no foreign letters; "" where it is none."""
    usable = isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isascii() and value.isprintable()
    return value if isinstance(value, str) and usable and " " not in value else ""
