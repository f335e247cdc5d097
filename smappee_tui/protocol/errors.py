"""The one error of this room: a payload that cannot be read."""

from __future__ import annotations

from smappee_tui.protocol.fact import Fact, TellableError, fact


class UnreadableError(TellableError):
    """A message of a known topic whose payload cannot be read. The caller counts it and keeps its last good state.

    Attributes:
        what: topic, reason and place together, to tell a person.
        topic: the topic as received, shortened to 200 characters.
        reason: what is wrong.
        place: where in the payload: a JSON path (`$.channelPowers[3].power`, `$` for the whole) or a byte position.
    """

    def __init__(self, topic: str, reason: Fact, place: str | int) -> None:
        self.topic = topic[:200]
        self.reason = reason
        self.place = place[:200] if isinstance(place, str) else place
        where = self.place if isinstance(self.place, str) else fact("messages.byte", byte=self.place)
        super().__init__(fact("messages.unreadable", topic=self.topic, reason=reason, place=where))


def neither(topic: str, first: str, second: str) -> UnreadableError:
    """The error for a payload that has none of the two fields that make it what it should be."""
    return UnreadableError(topic, fact("messages.neither", first=first, second=second), "$")
