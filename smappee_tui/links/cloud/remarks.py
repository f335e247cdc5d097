"""What a person should know about answers that were read, though nothing failed."""

from __future__ import annotations

_MOST = 100
"""Texts kept. A service that is odd in a hundred ways is odd enough."""


class Remarks:
    """Sentences, each once, in the order in which they came up. All of them are this program's own words."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def add(self, text: str) -> None:
        """Keep a sentence, unless it is known already."""
        if text not in self.texts and len(self.texts) < _MOST:
            self.texts.append(text)

    def left_out(self, count: int, kind: str) -> None:
        """Say that rows could not be read; nothing where the count is 0."""
        if count:
            self.add(f"{plural(count, kind)} could not be read: left out.")


def plural(count: int, kind: str) -> str:
    """ "1 event", "2 events"."""
    return f"{count} {kind}{'' if count == 1 else 's'}"
