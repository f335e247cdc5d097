"""Two workers, one killed or stopped while messages come: in the end is known what one worker alone would know."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Mapping

import msgspec
import pytest

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.fleet.cluster.engine import BUCKET, CHANGES, KEPT, STATE, STREAM, Terms, connect, everything, prepare
from smappee_tui.fleet.cluster.partition import Inbox, Partition, Tenure
from smappee_tui.fleet.cluster.run import Cluster
from smappee_tui.fleet.cluster.store import Kept, Told, unpacked
from tests.brokers import Publisher
from tests.fleet.cluster.conftest import NatsServer
from tests.fleet.cluster.counting import CountingJudge, Heard, counting

LOCATIONS = [f"house-{number}" for number in range(40)]
ROUNDS = 60
TERMS = Terms(partitions=8, lease=1, checkpoint=0.2)


def payload(uuid: str, number: int) -> bytes:
    return json.dumps({"who": uuid, "n": number}).encode()


def known_alone() -> dict[str, Heard]:
    """What a worker that nothing happens to knows in the end."""
    found = {uuid: Heard() for uuid in LOCATIONS}
    for uuid, heard in found.items():
        for number in range(ROUNDS):
            heard.hear(payload(uuid, number))
    return found


@pytest.mark.parametrize("wakes", [False, True], ids=["killed", "sleeps through its leases"])
async def test_a_worker_that_is_gone_loses_nothing_and_nobody_is_judged_by_two(
    nats_server: NatsServer, wakes: bool
) -> None:
    cluster = await asyncio.to_thread(Cluster, nats_server.address, 2, TERMS, make=counting)
    client = await connect(nats_server.address, "test")
    js = client.jetstream()

    async def states() -> dict[str, Heard]:
        found = {}
        for message in await everything(js, STATE, f"$KV.{BUCKET}.state.>"):
            kept = msgspec.msgpack.decode(message.data, type=Kept)
            found[message.subject.rpartition(".")[2]] = Heard(**json.loads(kept.state))
        return found

    async def workers() -> set[str]:
        return {unpacked(one.data).worker for one in await everything(js, STATE, f"$KV.{BUCKET}.part.>")}

    try:
        with Publisher(BrokerAddress("127.0.0.1", nats_server.mqtt_port)) as monitors:
            for uuid in LOCATIONS:
                monitors.publish(f"servicelocation/{uuid}/config", b"{}", retain=True)
        for number in range(ROUNDS):
            for uuid in LOCATIONS:
                await client.publish(f"servicelocation.{uuid}.realtime", payload(uuid, number))
            await client.flush()
            if number == ROUNDS // 2:
                while len(await workers()) < 2:
                    await asyncio.sleep(0.02)
                victim = cluster.processes[0]
                assert victim is not None
                assert victim.pid is not None
                os.kill(victim.pid, signal.SIGSTOP if wakes else signal.SIGKILL)
                gone = f"-{victim.pid}-"
                while any(gone in worker for worker in await workers()):  # others have taken what it had
                    await asyncio.sleep(0.05)
                if wakes:
                    os.kill(victim.pid, signal.SIGCONT)
        while await states() != known_alone():
            await asyncio.sleep(0.05)

        told = [
            msgspec.json.decode((await js.get_msg(CHANGES, place)).data or b"", type=Told)
            for place in range(1, (await js.stream_info(CHANGES)).state.last_seq + 1)
        ]
        assert sorted((one.uuid, one.number) for one in told) == sorted((uuid, 1) for uuid in LOCATIONS)
        seen = [row.uuid for row in cluster.view().rows()]
        assert sorted(seen) == sorted(LOCATIONS)
        assert cluster.view().counts.locations == len(LOCATIONS)
        assert (await js.stream_info(KEPT)).state.messages == len(LOCATIONS)
        if not wakes:
            assert (await js.stream_info(STREAM)).state.consumer_count == TERMS.partitions
    finally:
        await client.close()
        await asyncio.to_thread(cluster.close)


async def test_a_stream_that_was_begun_anew_is_read_from_its_beginning(nats_server: NatsServer) -> None:
    client = await connect(nats_server.address, "test")
    js = client.jetstream()
    made: list[CountingJudge] = []

    def make(inbox: Inbox, states: Mapping[str, bytes]) -> CountingJudge:
        made.append(counting(inbox, states))
        return made[-1]

    tenure = Tenure(0, 1, "one", lambda: True, time.monotonic, checkpoint=10.0)
    try:
        for fresh, known in ((3, 3), (2, 5)):
            await prepare(js, Terms(partitions=1))
            for number in range(fresh):
                await js.publish("servicelocation.house.realtime", payload("house", number))
            partition = await Partition.take(client, js, make, tenure)
            while made[-1].count("house") < known:
                await partition.go_on()
                await asyncio.sleep(0.01)
                partition.fold(0.02)
            await partition.save()
            await partition.close()
            await js.delete_stream(STREAM)
    finally:
        await client.close()
