"""Thousands of monitors in one process, for benches: what simulated houses said is said again, of many locations.

    python -m tests.bench.street PORT LOCATIONS SECONDS [--rate HZ] [--from NUMBER]

Publishing must cost little beside reading, so the packets are put together from parts made before: a topic, what a
house said at one second, and the time of now in place of the time of then. Every hundredth location is wired wrong.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from smappee_tui.simulator import sites

HOUSES = 24
"""Simulated ones; each stands for many locations, which are not at the same second of it."""
FAULTS = (("home3pv", "reversed:7"), ("home1", "reversed:1"), ("delta", "reversed:3"), ("shop28", "reversed:4"),
          ("home3pv", "phase:8,L2"), ("home3pv", "swapped:0,1"))  # fmt: skip
"""Of each hundred, in turn: the kind of house that is wired wrong, and how."""
PAST = 420
"""Seconds of each: seven minutes, then from the beginning."""
SLOTS = 20
"""In which of so many parts of a second a location speaks."""
_STAMP = re.compile(rb'("utc(?:TimeStamp|Endtime)":\s*)(\d{13})')


@dataclass(frozen=True)
class House:
    """What one house said."""

    uuid: bytes
    serial: bytes
    kept: list[tuple[bytes, bytes]]
    """Rest of the topic, and payload, of what a broker keeps."""
    seconds: list[tuple[bytes, bytes]]
    """Each measurement, before its time stamp and behind it."""
    means: bytes
    """A message of 5-minute values."""


def house(number: int, site: str = "home3pv", fault: str | None = None) -> House:
    """One of 13 inputs unless another kind is named; both dialects in turn."""
    dialect = "infinity" if number % 2 else "20-series"
    monitor = sites.build(site, dialect=dialect, seed=number, faults=(fault,) if fault else ())  # type: ignore[arg-type]
    identity = monitor.site.identity
    root = f"servicelocation/{identity.uuid}/"
    kept = [(one.topic.removeprefix(root).encode(), one.payload) for one in monitor.retained()]
    seconds, means = [], b""
    for one in monitor.publications(monitor.time + PAST):
        if one.topic.endswith("/realtime"):
            found = _STAMP.search(one.payload)
            assert found is not None
            seconds.append((one.payload[: found.start(2)], one.payload[found.end() :]))
        elif one.topic.endswith("/aggregated"):
            means = one.payload
    return House(identity.uuid.encode(), identity.serial.encode(), kept, seconds, means)


def uuid_of(number: int) -> str:
    """The name of a location of the street."""
    return str(UUID(int=0x5A17_0000_4000_8000_0000_0000_0000 + number))


def is_faulty(number: int) -> bool:
    """Whether it is wired wrong."""
    return number % 100 == 20


def remaining(size: int) -> bytes:
    """A length as MQTT writes it, 0 to 2 MB."""
    out = bytearray()
    while True:
        size, low = divmod(size, 128)
        out.append(low | (0x80 if size else 0))
        if not size:
            return bytes(out)


def published(topic: bytes, payload: bytes, *, retain: bool = False) -> bytes:
    """A PUBLISH of QoS 0."""
    name = len(topic).to_bytes(2, "big") + topic
    return bytes([0x30 | retain]) + remaining(len(name) + len(payload)) + name + payload


class Street:
    """The locations, and what is to be sent for them."""

    def __init__(self, locations: int, first: int = 0) -> None:
        healthy = [house(number) for number in range(HOUSES)]
        faulty = [house(100 + number, *wrong) for number, wrong in enumerate(FAULTS)]
        self.numbers = range(first, first + locations)
        self.houses = [
            faulty[number // 100 % len(faulty)] if is_faulty(number) else healthy[number % HOUSES]
            for number in self.numbers
        ]
        self._heads: dict[int, bytes] = {}
        self._topics = []
        for number in self.numbers:
            topic = f"servicelocation/{uuid_of(number)}/realtime".encode()
            self._topics.append(len(topic).to_bytes(2, "big") + topic)

    def kept(self) -> Iterator[bytes]:
        """The packets of what a broker is to keep, a location at a time."""
        for number, one in zip(self.numbers, self.houses, strict=True):
            uuid, serial = uuid_of(number).encode(), f"50{number:08}".encode()
            yield b"".join(
                published(
                    b"servicelocation/%s/%s" % (uuid, rest),
                    payload.replace(one.uuid, uuid).replace(one.serial, serial) if rest == b"config" else payload,
                    retain=True,
                )
                for rest, payload in one.kept
            )

    def second(self, number: int, slot: int, at: float) -> tuple[bytes, int]:
        """The packets of one slot of one second, and how many they are."""
        stamp, parts, count = b"%d" % (at * 1000), [], 0
        topics, houses, heads = self._topics, self.houses, self._heads
        for place in range(slot, len(topics), SLOTS):
            topic = topics[place]
            before, after = houses[place].seconds[(number + 7 * place) % PAST]
            size = len(topic) + len(before) + 13 + len(after)
            head = heads.get(size)
            if head is None:
                head = heads[size] = b"0" + remaining(size)
            parts += head, topic, before, stamp, after
            count += 1
        return b"".join(parts), count

    def means(self, slot: int, end: float) -> tuple[bytes, int]:
        """The 5-minute values of those of one slot."""
        stamp = rb"\g<1>%d" % (end * 1000)
        packets = [
            published(
                f"servicelocation/{uuid_of(self.numbers[place])}/aggregated".encode(),
                _STAMP.sub(stamp, self.houses[place].means),
            )
            for place in range(slot, len(self.numbers), SLOTS)
        ]
        return b"".join(packets), len(packets)


def connected(port: int) -> socket.socket:
    """Logged on."""
    door = socket.create_connection(("127.0.0.1", port))
    name = b"street-%d" % os.getpid()  # brokers of a cluster push off whoever has the same name
    body = b"\x00\x04MQTT\x04\x02\x00\x00" + len(name).to_bytes(2, "big") + name
    door.sendall(b"\x10" + remaining(len(body)) + body)
    assert door.recv(4)[:2] == b"\x20\x02"
    return door


def main() -> None:
    """Publish, and print how many measurements were sent; `kept` once the configurations are with the broker."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("locations", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--from", dest="first", type=int, default=0)
    args = parser.parse_args()
    street = Street(args.locations, args.first)
    door = connected(args.port)
    for packets in street.kept():
        door.sendall(packets)
    door.sendall(b"\xc0\x00")  # answered once all before it was taken
    assert door.recv(2) == b"\xd0\x00"
    print("kept", flush=True)
    sys.stdin.readline()  # somebody listens now
    sent = late = 0
    begun = time.time()
    tick, ticks = 0, int(args.seconds * SLOTS)
    interval = int(begun // 300)
    owed: list[int] = []
    while tick < ticks:
        wait = begun + tick / SLOTS - time.time()
        if wait > 0:
            time.sleep(wait)
        elif wait < -1:
            late += 1
        now = time.time()
        data, count = street.second(tick // SLOTS, tick % SLOTS, now)
        door.sendall(data)
        sent += count
        if int(now // 300) != interval:
            interval, owed = int(now // 300), list(range(SLOTS))
        if owed and tick % 10 == 0:  # they are not all there in one moment
            data, _ = street.means(owed.pop(), interval * 300.0)
            door.sendall(data)
        tick += 1
    door.sendall(b"\xc0\x00")
    door.recv(2)
    used = time.process_time()
    print(f"sent {sent} late {late} cpu {used:.1f}", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main()
