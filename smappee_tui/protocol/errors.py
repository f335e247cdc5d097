"""The one error of this room: a payload that cannot be read."""

from __future__ import annotations


class UnreadableError(Exception):
    """A message of a known topic whose payload cannot be read. The caller counts it and keeps its last good state.

    Attributes:
        topic: the topic as received, shortened to 200 characters.
        reason: what is wrong, in words for a person, never longer than 300 characters.
        place: where in the payload, as a JSON path (`$.channelPowers[3].power`, `$` for the whole) or a byte position.
    """

    def __init__(self, topic: str, reason: str, place: str = "") -> None:
        self.topic = topic[:200]
        self.reason = reason[:300]
        self.place = place[:200]
        super().__init__(f"{self.topic}: {self.reason}" + (f" at {self.place}" if self.place else ""))
