"""Whether the service lets somebody in: the answer to a login, or why it says no.

No message that is made here repeats anything of a login. The reasons of a refusal are the service's own words: foreign
text that nobody has cleaned yet.
"""

from __future__ import annotations

from typing import Any

import msgspec

from smappee_tui.protocol.cloud.rows import JsonRow, read_json
from smappee_tui.protocol.fact import UnreadableError, fact

_LONGEST_TOKEN = 16_384
_LIFETIME = 600.0
"""Seconds, where the service does not say how long a token lives."""
_LONGEST_LIFE = 30 * 86_400.0
_LONGEST_REFUSAL = 10_000
_NAMES = ("message", "Message", "error_description", "errorMessage", "error", "detail", "title")


class Refusal(msgspec.Struct, frozen=True):
    """An answer that is no success."""

    word: str
    """`error` as OAuth has it, "invalid_grant"; "" where there is none."""
    text: str
    """What to show a person beside our own words; "" where there is nothing fit to show."""


def read_refusal(body: bytes) -> Refusal:
    """Read any answer; never fails. A page in HTML has no message fit to show."""
    try:
        content: Any = read_json("error", body[:_LONGEST_REFUSAL])
    except UnreadableError:
        text = body[:_LONGEST_REFUSAL].decode("utf-8", "replace").strip()
        return Refusal("", "" if text.startswith("<") or "\x00" in text else text)
    if isinstance(content, str):
        return Refusal("", content.encode("utf-8", "replace").decode())  # half a pair of JSON's \u escapes
    if not isinstance(content, dict):
        return Refusal("", "")
    row = JsonRow(content)
    inner = row.row("error")
    word = row.text("error") or inner.text("code", "type")
    text = next((found for name in _NAMES if (found := row.text(name).strip())), "")
    return Refusal(word.strip().lower()[:100], text or inner.text(*_NAMES))


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
    usable = isinstance(value, str) and 0 < len(value) <= _LONGEST_TOKEN and value.isascii() and value.isprintable()
    return value if isinstance(value, str) and usable and " " not in value else ""
