"""What the partitions of a cluster come to, seen together."""

from __future__ import annotations

import asyncio
import time
import zlib
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

pytest.importorskip("nats")

from nats.errors import BadSubscriptionError
from nats.errors import TimeoutError as NatsTimeoutError

from smappee_tui.connect.errors import ExternalError
from smappee_tui.fleet.cluster import run
from smappee_tui.fleet.cluster import store as state
from smappee_tui.fleet.cluster.address import NatsAddress
from smappee_tui.fleet.cluster.engine import Terms
from smappee_tui.fleet.cluster.partition import Inbox, Partition, Tenure
from smappee_tui.fleet.cluster.run import Cluster, not_since, sweep_of
from smappee_tui.fleet.cluster.store import Part, PartitionStore, change_document, packed, read_change, unpacked
from smappee_tui.fleet.view import Change, FleetView, LocationRow, Sweep, Window
from smappee_tui.fleet.words import troubles_of

NOBODY = Sweep(begun=1.0)


def part(worker: str, messages: int, since: float = 0.0) -> Part:
    return Part(3, worker, 0.0, since, messages, 0, 0, 0, 0.0, 0.0, Sweep(), Window(), (), ())


def test_the_round_is_that_of_who_is_furthest_behind_and_of_nobody_where_nobody_is() -> None:
    ahead = Sweep(begun=5.0, done=1, of=4, left=90.0, number=3)
    behind = Sweep(begun=2.0, done=2, of=3, left=7.0, number=2)
    assert sweep_of([NOBODY, ahead, behind], 0.0) == Sweep(begun=2.0, done=6, of=7, left=7.0, number=2)
    assert sweep_of([NOBODY, ahead], 0.0) == ahead
    assert sweep_of([NOBODY], 9.0) == sweep_of([], 9.0) == Sweep(begun=9.0)


def test_messages_count_from_when_the_watch_began_whoever_has_the_partition() -> None:
    seen = [part("a", 500), part("a", 503), part("b", 2, since=20.0), part("b", 6, since=20.0)]
    before, was, counted = 0, None, []
    for now in seen:
        before = not_since(10.0, now, was, before)
        counted.append(now.messages - before)
        was = now
    assert counted == [0, 3, 5, 9]
    assert not_since(10.0, part("a", 4, since=11.0), None, 0) == 0


async def test_of_more_than_a_message_carries_the_worst_are_listed_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [
        LocationRow(f"{hash(n):032x}{n}", f"{n:03}", n != 90, 9.0, 1.0, 0.0, 5, "fault" if n == 95 else "ok", 9.0, (),
                    False, False, None)
        for n in range(100)
    ]  # fmt: skip
    shown: list[Part] = []

    class Bucket:
        async def publish(self, subject: str, data: bytes, **_: object) -> None:
            shown.append(unpacked(data))

    tenure = Tenure(0, 1, "worker", lambda: True, lambda: 0.0, 10.0)
    store = PartitionStore(Bucket(), 0, 1, 0)  # type: ignore[arg-type]
    view = FleetView(at=9.0, since=0.0, _rows=lambda: rows)
    partition = Partition(None, None, store, Inbox(0, {}, stopwatch=lambda: 0.0), None, tenure)  # type: ignore[arg-type]
    whole = partition._part(view)
    monkeypatch.setattr(state, "MOST_VALUE", len(packed(whole)) // 3)
    await store.show(whole)
    assert [row.serial for row in shown[0].rows[:3]] == ["095", "090", "000"]
    left_out = 100 - len(shown[0].rows)
    assert left_out > 0
    assert sum(count for name, count in shown[0].notes if name == "rows_left_out") == left_out
    (told,) = troubles_of([("rows_left_out", left_out)])
    assert told.code == "fleet.note.rows_left_out"


class Subscribed:
    def __init__(self) -> None:
        self.open = True

    async def unsubscribe(self) -> None:
        if not self.open:
            raise BadSubscriptionError
        self.open = False

    async def consumer_info(self) -> None:
        """The server knows it."""


class Servers:
    """As far as whoever looks asks them: they let somebody read unless they are `slow`."""

    def __init__(self, slow: int = 0) -> None:
        self.slow = slow
        """Times that nothing is answered to who wants to read changes."""
        self.odd: BaseException | None = None
        """What nobody expects of them."""
        self.created = 1.0
        self.reading: list[Subscribed] = []
        self.is_connected = False

    async def connect(self, *_: object, **__: object) -> Servers:
        self.is_connected = True
        return self

    async def prepare(self, *_: object, **__: object) -> int:
        return 2

    async def close(self) -> None:
        self.is_connected = False

    def jetstream(self, **_: object) -> Servers:
        return self

    async def stream_info(self, _: str) -> Any:
        return SimpleNamespace(created=self.created, state=SimpleNamespace(last_seq=0))

    async def publish(self, *_: object, **__: object) -> None:
        """There is room."""
        if self.odd is not None:
            raise self.odd

    async def subscribe(self, subject: str, **_: object) -> Subscribed:
        if subject.startswith("fleet-changes") and self.slow:
            self.slow -= 1
            raise NatsTimeoutError
        self.reading.append(Subscribed())
        return self.reading[-1]


def looks(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setattr(run, "connect", servers.connect)
    monkeypatch.setattr(run, "prepare", servers.prepare)
    monkeypatch.setattr(run, "pause", lambda lease: 0.005)
    return Cluster(NatsAddress.parse("127.0.0.1"), 0, Terms())


def test_who_cannot_begin_to_read_is_told_and_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    servers = Servers(slow=1)
    with pytest.raises(ExternalError, match=r"cluster\.no_leader"):
        looks(servers, monkeypatch)
    assert [one.open for one in servers.reading] == [False]


async def test_measurements_a_second_are_what_workers_say_and_not_how_often_they_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster = looks(Servers(), monkeypatch)
    try:
        for number in range(2):
            rows = tuple(
                LocationRow(f"u{n}", "", True, 9.0, 0.5, 0.0, 5, "ok", 9.0, (), False, False, None) for n in range(50)
            )
            written = SimpleNamespace(sequence=SimpleNamespace(stream=7 + number), timestamp=datetime.now(UTC))
            shown = msgspec.structs.replace(part("worker", 500), number=number, rows=rows)
            await cluster._part_came(SimpleNamespace(data=packed(shown), metadata=written))  # type: ignore[arg-type]
        assert [cluster.view().pace for _ in range(3)] == [50.0] * 3
    finally:
        cluster.close()


@pytest.mark.parametrize("odd", [ValueError("nobody foresaw it"), asyncio.CancelledError()])
def test_what_nobody_foresaw_ends_the_fleet_instead_of_showing_what_was(
    odd: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = Servers()
    cluster = looks(servers, monkeypatch)
    servers.odd = odd
    cluster._thread.join(30)
    with pytest.raises(type(odd)):
        cluster.step()
    cluster.close()
    assert not servers.is_connected


def test_a_line_that_breaks_is_told_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    servers = Servers()
    cluster = looks(servers, monkeypatch)
    try:
        for odd in (TimeoutError(), OSError("gone")):
            servers.odd = odd
            while not cluster.troubles:
                time.sleep(0.005)
            servers.odd = None
            while cluster.troubles:
                time.sleep(0.005)
        cluster.step()
    finally:
        cluster.close()


def test_a_change_that_somebody_else_wrote_is_read_or_left_out() -> None:
    told = change_document(Change(7, 12.0, "house", "5010", "ok", "fault", ("ct-dead",)), 3)
    read = read_change(told)
    assert read is not None
    assert (read.uuid, read.number, read.findings) == ("house", 3, ["ct-dead"])
    for bad in (
        told.replace(b"house", b"\xff"),
        told.replace(b"house", 300 * b"x"),
        told.replace(b"12.0", b"1e300"),
        told.replace(b"ct-dead", b"@everyone"),
        told.replace(b"ct-dead", rb"ct-dead\n"),
        b"\xff",
        b"",
        None,
        b"[]",
    ):
        assert read_change(bad) is None
    bad = zlib.compress(zlib.decompress(packed(part("worker", 1))).replace(b"worker", b"work\xff\xff"))
    with pytest.raises(ValueError, match="utf-8"):
        unpacked(bad)


def test_reading_on_is_tried_until_the_servers_let_it(monkeypatch: pytest.MonkeyPatch) -> None:
    servers = Servers()
    cluster = looks(servers, monkeypatch)
    try:
        servers.slow, servers.created = 3, 2.0  # a bucket that was made anew by servers that are busy still
        while servers.slow or cluster.troubles or sum(one.open for one in servers.reading) != 2:
            time.sleep(0.005)
        assert cluster.begun_anew == 1
    finally:
        cluster.close()
