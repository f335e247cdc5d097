"""Five-minute values of a partition: kept with its state, taken over, and judged as by one who was always there."""

from __future__ import annotations

import zlib
from functools import cache

import msgspec
from nats.aio.client import Client
from nats.js import JetStreamContext

from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.fleet.cluster.engine import STATE, Terms, connect, prepare
from smappee_tui.fleet.cluster.judging import CarriedStore, FleetJudge
from smappee_tui.fleet.cluster.partition import Inbox, Partition, Tenure
from smappee_tui.fleet.cluster.store import PartitionStore
from smappee_tui.fleet.past import EVERY, KEPT, LATER, MOST_PIECE, MOST_PIECES
from smappee_tui.fleet.standing import ChannelWord, unpacked
from smappee_tui.simulator import sites
from tests.diagnosis.history.made import NOW, past_of
from tests.fleet.cluster.conftest import NatsServer
from tests.fleet.cluster.test_lease import Stopwatch
from tests.payloads import Means, aggregated, raw

FAULT = "reversed:8"
HOUSE = sites.build(faults=[FAULT]).site.identity.uuid


@cache
def weeks() -> IntervalHistory:
    return past_of(sites.build(faults=[FAULT]), 0.6)


def message(past: IntervalHistory, row: int) -> bytes:
    means = [
        Means(n, c.current[row], c.watts[row], abs(c.watts[row]), c.vars[row], 1.0) for n, c in past.columns.items()
    ]
    return raw(aggregated(means, end=past.at[row], volts=[volts[row] for volts in past.volts]))


class Holder:
    """One who has the partition; what comes is put into his inbox by hand, as a day cannot be waited for."""

    def __init__(
        self, partition: Partition, store: PartitionStore, inbox: Inbox, judge: FleetJudge, stopwatch: Stopwatch
    ) -> None:
        self.partition, self.store, self.inbox, self.judge, self.stopwatch = partition, store, inbox, judge, stopwatch

    @classmethod
    async def take(cls, client: Client, js: JetStreamContext) -> Holder:
        stopwatch = Stopwatch()
        store = await PartitionStore.seize(js, 0, "somebody")
        place, states = await store.load()
        inbox = Inbox(place, {uuid: kept.place for uuid, kept in states.items()}, stopwatch=stopwatch)
        judge = FleetJudge(inbox, {uuid: kept.state for uuid, kept in states.items()})
        tenure = Tenure(0, 1, "somebody", lambda: True, stopwatch, checkpoint=1e9)
        partition = Partition(client, js, store, inbox, judge, tenure)
        await partition.go_on()  # places the consumer: what waits in the inbox would be read again
        for one in sites.build(faults=[FAULT]).retained():
            inbox.put(0, "", (one.topic, one.payload, NOW - KEPT))
        return cls(partition, store, inbox, judge, stopwatch)

    async def hear(self, first: int, last: int) -> None:
        past = weeks()
        for row in range(first, last):
            at = past.at[row] + 12.0
            self.inbox.put(row + 1, "nobody", (f"servicelocation/{HOUSE}/aggregated", message(past, row), at))
        await self.work()
        await self.partition.save()

    async def work(self) -> None:
        """Fold, and bring what the judge wants, until neither is left."""
        while self.partition.fold(0.02):
            await self.partition.go_on()
        await self.partition.go_on()

    async def said(self) -> dict[int, ChannelWord]:
        """What the past of the location proves: a day later its time has come, whenever it had it last."""
        self.stopwatch.now += EVERY + LATER
        since = self.inbox.now()
        for _ in range(50):
            self.stopwatch.now += 10.0
            await self.work()
            for _, state in self.judge.states():
                found = unpacked(state)
                if found is not None and (found[0].past_at or 0.0) > since:
                    return found[0].past
        raise AssertionError("too little is known of its past")

    async def kept(self) -> set[bytes]:
        """All five-minute values that are in the bucket."""
        found = set()
        for hour in (await self.store.hours(HOUSE)).values():
            _, inputs, rows = msgspec.msgpack.decode(zlib.decompress(hour))
            size = 8 + 3 * 4 + 3 * len(inputs) * 2
            found |= {rows[place : place + size] for place in range(0, len(rows), size)}
        return found


async def test_the_next_worker_judges_a_past_that_another_one_heard(nats_server: NatsServer) -> None:
    client = await connect(nats_server.address, "test")
    js = client.jetstream()
    await prepare(js, Terms(partitions=1))
    rows = len(weeks())
    try:
        alone = await Holder.take(client, js)
        await alone.hear(0, rows)
        whole = await alone.said()
        assert {n for n, word in whole.items() if word.verdict == "reversed"} == {8}
        known = await alone.kept()
        assert len(known) == rows
        await js.purge_stream(STATE)

        first = await Holder.take(client, js)
        middle = rows // 2 + 5  # within an hour
        await first.hear(0, middle)
        # And now it is gone: what it would write when it ends is not written.
        second = await Holder.take(client, js)
        await second.hear(middle - 3, rows)  # what was written down and not acknowledged comes once more
        assert await second.said() == whole
        assert await second.kept() == known
    finally:
        await client.close()


async def test_hours_in_the_bucket_are_fenced_and_expire(nats_server: NatsServer) -> None:
    client = await connect(nats_server.address, "test")
    js = client.jetstream()
    await prepare(js, Terms(partitions=1))
    try:
        store = await PartitionStore.seize(js, 0, "one")
        await store.keep([("house", 100, b"first"), ("a.b c", 100, b"other"), ("house", 3700, b"second")])
        await store.keep([("house", 100, b"first, and more")])
        assert await store.hours("house") == {100: b"first, and more", 3700: b"second"}
        assert await store.hours("nobody") == {}
        kept = await js.get_last_msg(STATE, "$KV.fleet.hour.0.house.3700")
        assert kept.headers is not None
        assert int(kept.headers["Nats-TTL"]) == KEPT
        await js.publish("$KV.fleet.hour.0.house.7300", b"0of another version")
        assert await store.hours("house") == {100: b"first, and more", 3700: b"second"}
    finally:
        await client.close()


def test_what_is_carried_of_one_hour_is_bounded_and_that_is_counted() -> None:
    store = CarriedStore({})
    for begun in range(MOST_PIECES + 3):
        store.keep_hour("flood", 3600 + begun, b"x")
    assert len(store.pieces()) == MOST_PIECES
    assert store.notes == {"hours_cut": 1}, "an hour, however many of its pieces there is no room for"
    store.keep_hour("flood", 3600, b"longer")  # the same piece, with more
    for more in (1, 2):
        store.keep_hour("large", 3600, bytes(MOST_PIECE + more))
    assert store.pieces() == [("flood", 3600, b"longer")]
    store.keep_hour("flood", 7200, b"of the next hour")
    store.keep_hour("large", 7200, bytes(MOST_PIECE + 1))
    assert store.notes == {"hours_cut": 3}
    assert not store.ready("flood")
    assert store.wanted() == ["flood"]
    store.keep_hour("flood", 7201, b"while it was on its way")
    store.bring("flood", {3600: b"longer"})
    assert store.ready("flood")
    store.keep_hour("flood", 7202, b"after that")
    assert store.hours("flood") == [b"longer", b"of the next hour", b"while it was on its way", b"after that"]
    assert not store.ready("flood")  # it is brought anew each time
    for uuid in ("gone before it was judged", "flood"):
        store.bring(uuid, {})
    assert not store.ready("gone before it was judged")
    assert store.ready("flood")
