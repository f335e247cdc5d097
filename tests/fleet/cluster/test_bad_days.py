"""What goes wrong with the servers while a fleet is watched: it is said, it goes on by itself, and nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
from nats.js import JetStreamContext

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import ExternalError
from smappee_tui.fleet.cluster.address import NatsAddress
from smappee_tui.fleet.cluster.engine import BUCKET, STATE, STREAM, Terms, connect, everything, prepare
from smappee_tui.fleet.cluster.judging import FleetJudge
from smappee_tui.fleet.cluster.partition import Inbox, Partition, Tenure
from smappee_tui.fleet.cluster.run import Cluster
from smappee_tui.fleet.cluster.store import Kept, Part, PartitionStore, retained
from smappee_tui.fleet.view import Sweep, Window
from smappee_tui.simulator import sites
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.brokers import Publisher
from tests.fleet.cluster.conftest import ONE, NatsServer
from tests.fleet.cluster.counting import counting
from tests.fleet.cluster.test_lease import Stopwatch


@pytest.fixture
def held_port() -> Iterator[int]:
    """One that is nobody else's, also while the server is away.

    Who is bound to it and does not listen keeps everybody off but a server that shares addresses, as each does.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def measured(monitor: VirtualMonitor) -> bytes:
    return next(one.payload for one in monitor.tick(monitor.time + 1.0) if one.topic.endswith("/realtime"))


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    while not await true():
        await asyncio.sleep(0.05)


async def test_servers_that_go_lose_their_bucket_or_are_full_are_told_of_and_waited_for(
    tmp_path: Path, held_port: int
) -> None:
    from nats.errors import Error
    from nats.js import api

    config = ONE.format(folder=tmp_path).replace('"127.0.0.1:-1"', f'"127.0.0.1:{held_port}"', 1)
    server = NatsServer(tmp_path, config.replace('/store"', '/store", max_file_store: 24MB'))
    server.start()
    terms = Terms(partitions=2, lease=1, checkpoint=0.2, most_bytes=4 << 20)
    with pytest.raises(ExternalError, match=r"cluster\.nothing_there"):
        await asyncio.to_thread(Cluster, server.address, 0, terms)
    cluster = await asyncio.to_thread(Cluster, server.address, 1, terms, make=counting)
    client = await connect(server.address, "test", patient=True)
    js = client.jetstream(timeout=30.0)
    said = 0

    async def speak() -> None:
        nonlocal said
        name = {"Nats-Msg-Id": secrets.token_hex(8)}  # so that it counts once, however often it has to be said
        while True:
            try:
                await js.publish("servicelocation.house.realtime", json.dumps(said).encode(), headers=name)
                break
            except Error:  # this connection is not back yet
                await asyncio.sleep(0.05)
        said += 1

    async def all_known() -> bool:
        try:
            found = await everything(js, STATE, f"$KV.{BUCKET}.state.>")
        except Error:
            return False
        return [json.loads(msgspec.msgpack.decode(one.data, type=Kept).state)["count"] for one in found] == [said]

    def told(*codes: str) -> Callable[[], Awaitable[bool]]:
        async def is_told() -> bool:
            return {trouble.code for trouble in cluster.troubles if not trouble.code.endswith("advice")} == {*codes}

        return is_told

    try:
        await speak()
        await until(all_known)

        server.stop()
        await until(told("cluster.unreachable"))
        server.start()
        await until(told())
        await speak()
        await until(all_known)

        await js.delete_stream(STREAM)
        await js.delete_stream(STATE)

        async def begun_anew() -> bool:
            return dict(cluster.view().notes).get("begun_anew") == 1

        await until(begun_anew)
        said = 0
        await speak()
        await until(all_known)
        await until(told())

        await js.add_stream(api.StreamConfig(name="OTHER", subjects=["other"]))
        with contextlib.suppress(Error):
            while True:
                await js.publish("other", bytes(500_000))
        await until(told("cluster.no_room"))
        await js.delete_stream("OTHER")
        await until(told())
        await speak()
        await until(all_known)
    finally:
        await client.close()
        await asyncio.to_thread(cluster.close)
        server.stop()


def test_where_the_library_is_missing_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "nats"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nats", None)
    with pytest.raises(ExternalError, match=r"cluster\.no_library"):
        Cluster(NatsAddress.parse("127.0.0.1:1"), 1)


async def test_a_screen_reads_on_though_not_at_the_first_try(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nats.errors import TimeoutError as NatsTimeoutError

    follow, fails = Cluster._follow, iter([False, True])

    async def sometimes(self: Cluster, js: JetStreamContext) -> Sequence[JetStreamContext.PushSubscription]:
        if next(fails, False):
            raise NatsTimeoutError
        return await follow(self, js)

    monkeypatch.setattr(Cluster, "_follow", sometimes)
    terms = Terms(partitions=1, lease=1)
    client = await connect(nats_server.address, "test")
    js = client.jetstream(timeout=30.0)
    await prepare(js, terms)
    cluster = await asyncio.to_thread(Cluster, nats_server.address, 0, terms)
    try:
        await js.delete_stream(STATE)
        await prepare(js, terms)
        store = await PartitionStore.seize(js, 0, "somebody")
        await store.show(Part(0, "somebody", 0.0, 0.0, 7, 0, 0, 0, 0.0, 0.0, Sweep(), Window(), (), ()))

        async def seen() -> bool:
            return 0 in cluster.parts

        await until(seen)
        assert cluster.begun_anew == 1
        view = cluster.view()
        assert (view.connected, dict(view.notes)) == (True, {"workers": 1, "begun_anew": 1}), "though it is far behind"
    finally:
        await client.close()
        await asyncio.to_thread(cluster.close)


async def test_what_mqtt_had_stored_before_the_streams_were_made_is_looked_up(nats_server: NatsServer) -> None:
    monitor = sites.build()
    uuid = monitor.site.identity.uuid

    def speak() -> None:
        with Publisher(BrokerAddress("127.0.0.1", nats_server.mqtt_port)) as monitors:
            for one in monitor.retained():
                monitors.publish(one.topic, one.payload, retain=True)

    await asyncio.to_thread(speak)
    client = await connect(nats_server.address, "test")
    js = client.jetstream()
    await prepare(js, Terms(partitions=1))
    made: list[FleetJudge] = []

    def make(inbox: Inbox, states: Mapping[str, bytes]) -> FleetJudge:
        made.append(FleetJudge(inbox, states))
        return made[-1]

    stopwatch = Stopwatch()
    try:
        for name in (uuid, "somebody-else"):
            await js.publish(f"servicelocation.{name}.realtime", measured(monitor))
        partition = await Partition.take(client, js, make, Tenure(0, 1, "one", lambda: True, stopwatch, 1e9))
        locations = made[-1]._fleet.roll.locations
        while uuid not in locations or not locations[uuid].configured:
            partition.fold(0.02)
            await partition.go_on()
            await asyncio.sleep(0.01)
            stopwatch.now += 0.5 if len(locations) == 2 else 0.0
        assert locations[uuid].serial == monitor.site.identity.serial
        await partition.close()
    finally:
        await client.close()


async def test_one_that_was_forgotten_and_speaks_again_needs_no_new_configuration(nats_server: NatsServer) -> None:
    client = await connect(nats_server.address, "test")
    js = client.jetstream()
    try:
        await prepare(js, Terms(partitions=1))
        store = await PartitionStore.seize(js, 0, "one")
        for name in ("house", "other"):
            await js.publish(f"servicelocation.{name}.channelConfigV2", name.encode())

        async def found() -> bool:
            return await store.stored(["house", "nobody"]) == [("servicelocation/house/channelConfigV2", b"house")]

        await until(found)
    finally:
        await client.close()


def test_a_location_that_measures_and_tells_no_configuration_is_counted() -> None:
    stopwatch = Stopwatch()
    inbox, said = Inbox(0, {}, stopwatch=stopwatch), measured(sites.build())
    judge = FleetJudge(inbox, {})
    for second in range(70):
        inbox.put(second + 1, "reply", ("servicelocation/house/realtime", said, 1000.0 + second))
        judge.step(1.0)
        stopwatch.now += 1.0
    assert dict(judge.view().notes)["unconfigured"] == 1


@pytest.mark.parametrize(("headers", "data", "found"), [
    ({"Nmqtt-RTopic": "servicelocation/a/config", "Nmqtt-RFlags": "3"}, b"{}", ("servicelocation/a/config", b"{}")),
    ({"Nmqtt-RTopic": "servicelocation/a/config", "Nmqtt-RFlags": "-1"}, b"", None),
    (None, b'{"topic":"servicelocation/a/config","msg":"e30=","flags":1}', ("servicelocation/a/config", b"{}")),
    (None, b"rubbish", None),
    (None, b'{"topic":"\xff","msg":"e30="}', None),
    ({}, b"[]", None),
])  # fmt: skip
def test_retained_messages_are_read_as_servers_of_now_and_before_store_them(
    headers: dict[str, str] | None, data: bytes, found: tuple[str, bytes] | None
) -> None:
    assert retained(headers, data) == found
