"""MQTT packets out of a stream of bytes, cut wherever the network likes.

This is a wire format that is not our own, and the only place where it is read by hand: paho takes 30 µs a message, most
of it four reads and a wait for each, where cutting a whole read into its packets takes less than one. Logging on, TLS,
subscribing and the goodbye stay paho's. MQTT 3.1.1, section 2 and 3.3; MQTT 5, sections 2 and 3.3.
"""

from __future__ import annotations

from smappee_tui.connect.bounded_client import LARGEST_PACKET
from smappee_tui.connect.lean.batch import Arrival
from smappee_tui.protocol.topics import LONGEST_TOPIC

_PUBLISH, _PUBACK = 3, b"\x40\x02"
_AT_LEAST_ONCE, _EXACTLY_ONCE = 0x02, 0x04
_HEAD = 5
"""Bytes that tell what a packet is and how long, at most."""
MOST_ANSWERS = 1000
"""Packets other than messages between two looks at them: a broker that sends more is none."""


class GarbledError(ValueError):
    """These bytes are no MQTT."""


class Frames:
    """Takes bytes as they come and collects what was in them."""

    def __init__(self, five: bool = False, largest: int = LARGEST_PACKET) -> None:
        """Begin behind a packet's end.

        Args:
            five: the connection speaks MQTT 5, where each message has properties, which nobody here reads.
            largest: bytes of a packet that is taken; a larger one is passed over without being kept.
        """
        self.arrivals: list[Arrival] = []
        """Messages since the caller last took them, oldest first: he puts an empty list in their place."""
        self.acknowledge = bytearray()
        """PUBACK packets to send for them."""
        self.answers: list[tuple[int, bytes]] = []
        """Other packets: the kind, 1 to 15, and what is behind the length."""
        self.refused: list[tuple[int, str]] = []
        """Packets that were passed over: bytes, and the topic, "" where it was not seen."""
        self._five = five
        self._largest = largest
        self._pieces: list[bytes] = []
        """The beginning of a packet, whose rest is still to come."""
        self._missing = 0
        """Bytes without which these are no whole packet."""
        self._over = 0
        """Bytes of a packet too large that are still to come."""

    def feed(self, data: bytes) -> None:
        """Take what came.

        Raises:
            GarbledError: it is no MQTT; nothing after it can be read.
        """
        if self._over:
            data, self._over = data[self._over :], max(0, self._over - len(data))
        if self._pieces:
            self._missing -= len(data)
            self._pieces.append(data)
            if self._missing > 0:  # a large packet is put together once, not with each piece
                return
            data = b"".join(self._pieces)
            self._pieces = []
        rest = self._cut(data)
        if rest:
            self._pieces = [rest]

    def _cut(self, data: bytes) -> bytes:
        """Take the whole packets; gives what is left behind them, and says in `_missing` what that lacks."""
        append, five = self.arrivals.append, self._five
        place, end = 0, len(data)
        while end - place >= 2:
            first, size, body = data[place], data[place + 1], place + 2
            shift = 7
            while size >> shift:  # each byte of the length says in its highest bit that there is one more
                if body - place == _HEAD:
                    raise GarbledError
                if body == end:
                    self._missing = 1
                    return data[place:]
                size += (data[body] - 1) << shift
                body += 1
                shift += 7
            over = body + size
            if size > self._largest:
                if not self._passed_over(data, place, body, over):
                    return data[place:]
                place = min(over, end)
                continue
            if over > end:
                self._missing = over - end
                return data[place:]
            if first >> 4 == _PUBLISH:
                payload = body + 2 + (data[body] << 8 | data[body + 1]) if size >= 2 else over + 1
                topic = data[body + 2 : payload]
                if first & 6:
                    payload = self._confirmed(first, data, payload, over)
                if five:
                    payload = _behind_properties(data, payload, over)
                if payload > over:
                    raise GarbledError
                append((topic, data[payload:over], first & 1 == 1))
            else:
                if not first >> 4 or len(self.answers) >= MOST_ANSWERS:
                    raise GarbledError
                self.answers.append((first >> 4, data[body:over]))
            place = over
        self._missing = 1
        return data[place:]

    def _confirmed(self, first: int, data: bytes, place: int, over: int) -> int:
        """Note that a message is to be acknowledged; where its packet number ends."""
        if first & _EXACTLY_ONCE or place + 2 > over:  # nobody asked for messages exactly once
            raise GarbledError
        self.acknowledge += _PUBACK + data[place : place + 2]
        return place + 2

    def _passed_over(self, data: bytes, place: int, body: int, over: int) -> bool:
        """Pass over a packet that is too large; False where its topic is still to come, which is told, or its number:
        unless it is acknowledged the broker sends it again and again, and after some of them nothing else."""
        topic = ""
        if data[place] >> 4 == _PUBLISH:
            name = int.from_bytes(data[body : body + 2], "big") if len(data) >= body + 2 else 0
            numbered = data[place] & 6 == _AT_LEAST_ONCE
            behind = body + 2 + (name + 2 if numbered else min(name, LONGEST_TOPIC))
            if behind > over:
                raise GarbledError
            if len(data) < behind:
                self._missing = behind - len(data)
                return False
            topic = data[body + 2 : body + 2 + min(name, LONGEST_TOPIC)].decode(errors="replace")
            if numbered:
                self.acknowledge += _PUBACK + data[behind - 2 : behind]
        self._over = max(0, over - len(data))
        if len(self.refused) < MOST_ANSWERS:
            self.refused.append((over - body, topic))
        return True


def _behind_properties(data: bytes, place: int, over: int) -> int:
    size, shift = 0, 0
    while place < over and shift <= 21:
        byte = data[place]
        place += 1
        size |= (byte & 127) << shift
        if byte < 128:
            return place + size
        shift += 7
    raise GarbledError
