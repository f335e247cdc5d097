"""A worker that dies between any two of its writes, and one that does not know yet that it lost its partition.

`test_kill.py` kills processes at whatever moment; here each moment is tried once, in one process.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import msgspec
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from smappee_tui.fleet.cluster.engine import BUCKET, CHANGES, STATE, STREAM, Terms, connect, everything, prepare
from smappee_tui.fleet.cluster.partition import BATCH, Inbox, Partition, Tenure
from smappee_tui.fleet.cluster.store import Kept, LostError, Told
from tests.fleet.cluster.conftest import NatsServer
from tests.fleet.cluster.counting import TURNS_AT, CountingJudge, Heard, counting

HOUSES = ("house-1", "house-2", "house-3")
Wired = tuple[Client, JetStreamContext]


@pytest.fixture
async def wired(nats_server: NatsServer) -> AsyncIterator[Wired]:
    """Connected to a server that is ready for one partition."""
    client = await connect(nats_server.address, "test")
    js = client.jetstream()
    await prepare(js, Terms(partitions=1))
    yield client, js
    await client.close()


class DiedError(Exception):
    """Like kill -9: nothing that the code would do after it is done."""


class Dying:
    """JetStream as one sees it who dies before his so manieth write."""

    def __init__(self, js: JetStreamContext) -> None:
        self._js = js
        self.left = 1_000_000
        """Writes until then."""

    async def publish(self, *args: Any, **named: Any) -> Any:
        if self.left <= 0:
            raise DiedError
        self.left -= 1
        return await self._js.publish(*args, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._js, name)


class One:
    """A worker of one partition, which is all there is."""

    def __init__(self, partition: Partition, judge: CountingJudge, js: Dying) -> None:
        self.partition, self.judge, self.js = partition, judge, js

    @classmethod
    async def take(cls, client: Client, js: JetStreamContext, holds: Callable[[], bool] = lambda: True) -> One:
        made: list[CountingJudge] = []

        def make(inbox: Inbox, states: Mapping[str, bytes]) -> CountingJudge:
            made.append(counting(inbox, states))
            return made[-1]

        dying = Dying(js)
        tenure = Tenure(0, 1, "one", holds, time.monotonic, checkpoint=1e9)
        return cls(await Partition.take(client, dying, make, tenure), made[-1], dying)  # type: ignore[arg-type]

    async def fold(self, client: Client, each: int, *houses: str) -> None:
        """Until it knows so many of each."""
        while any(self.judge.count(house) < each for house in houses):
            await self.partition.go_on()
            await client.flush()
            self.partition.fold(0.02)


async def acknowledged(js: JetStreamContext) -> int:
    """Sequence up to which the server was told, by any worker, that all is folded."""
    told = [(await js.consumer_info(STREAM, one.name)).ack_floor for one in await js.consumers_info(STREAM)]
    return max((floor.stream_seq for floor in told if floor is not None), default=0)


async def written(js: JetStreamContext) -> int:
    """Sequence up to which all is written down."""
    found = await everything(js, STATE, f"$KV.{BUCKET}.place.0")
    return int(found[0].data.split()[0]) if found else 0


async def test_whoever_dies_between_two_writes_leaves_nothing_undone_and_nothing_done_twice(wired: Wired) -> None:
    client, js = wired
    for turns in range(4):  # with its so manieth round the house's verdict changes
        house, alone, writes = f"house-{turns}", Heard(), 0
        while True:
            for _ in range(TURNS_AT - alone.count if writes == turns else 1):
                payload = json.dumps([house, alone.count]).encode()
                await js.publish(f"servicelocation.{house}.realtime", payload)
                alone.hear(payload)
            worker = await One.take(client, js)
            await worker.fold(client, alone.count, house)
            worker.js.left = writes
            try:
                await worker.partition.save()
            except DiedError:
                assert await acknowledged(js) <= await written(js)  # never more than what is written down
                writes += 1
            else:
                break
        assert writes > turns
        assert await written(js) == (await js.stream_info(STREAM)).state.last_seq
        while await acknowledged(js) < await written(js):  # nobody waits for what a server says to that
            await asyncio.sleep(0.01)
        (message,) = await everything(js, STATE, f"$KV.{BUCKET}.state.0.{house}")
        assert Heard(**json.loads(msgspec.msgpack.decode(message.data, type=Kept).state)) == alone
    assert await all_told(js) == [(f"house-{turns}", 1) for turns in range(4)]


async def test_whoever_lost_his_partition_unknowing_writes_tells_and_acknowledges_nothing(wired: Wired) -> None:
    client, js = wired
    for number in range(TURNS_AT):
        for house in HOUSES:
            await js.publish(f"servicelocation.{house}.realtime", json.dumps(number).encode())
    old = await One.take(client, js)
    await old.fold(client, TURNS_AT, *HOUSES)
    new = await One.take(client, js)  # the lease of the old one ran out, and it believes that it holds it
    with pytest.raises(LostError):
        await old.partition.save()
    assert await all_told(js) == []
    assert await written(js) == await acknowledged(js) == 0
    await new.fold(client, TURNS_AT, *HOUSES)
    await new.partition.save()
    with pytest.raises(LostError):
        await old.partition.save()
    assert await all_told(js) == sorted((house, 1) for house in HOUSES)


async def test_whoever_is_not_certain_any_more_to_hold_a_partition_folds_nothing(wired: Wired) -> None:
    client, js = wired
    held = [True]
    worker = await One.take(client, js, lambda: held[0])
    worker.partition.fold(0.01)
    held[0] = False
    with pytest.raises(LostError):
        worker.partition.fold(0.01)


async def all_told(js: JetStreamContext) -> list[tuple[str, int]]:
    last = (await js.stream_info(CHANGES)).state.last_seq
    told = [msgspec.json.decode((await js.get_msg(CHANGES, n)).data or b"", type=Told) for n in range(1, last + 1)]
    return sorted((one.uuid, one.number) for one in told)


async def test_what_the_server_threw_away_before_a_slow_worker_had_it_is_counted(wired: Wired) -> None:
    client, js = wired
    worker = await One.take(client, js)
    for number in range(BATCH + 200):
        await client.publish("servicelocation.house-1.realtime", json.dumps(["house-1", number]).encode())
    while (await js.stream_info(STREAM)).state.messages < BATCH + 200:
        pass
    await worker.fold(client, 1, "house-1")
    while worker.judge.count("house-1") < BATCH:
        await client.flush()
        worker.partition.fold(0.02)
    await worker.partition.save()
    assert worker.judge.view().lost == 0
    await js.purge_stream(STREAM)
    for _ in range(2):
        await worker.partition.save()
        assert worker.judge.view().lost == 200
