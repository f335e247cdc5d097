"""Why the service says no, in its own words. Foreign text: nobody has cleaned it yet."""

from __future__ import annotations

from typing import Any

import msgspec

from smappee_tui.protocol.cloud.rows import JsonRow, read_json
from smappee_tui.protocol.errors import UnreadableError

_LONGEST = 10_000
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
        content: Any = read_json("error", body[:_LONGEST])
    except UnreadableError:
        text = body[:_LONGEST].decode("utf-8", "replace").strip()
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
