"""What stands in deploy/: the configuration of three servers is run, the others are read."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import ExternalError
from smappee_tui.fleet.cluster.address import NatsAddress
from smappee_tui.fleet.cluster.engine import CHANGES, KEPT, STREAM, Terms, connect, prepare
from smappee_tui.fleet.cluster.store import PartitionStore
from tests.brokers import Publisher, free_port
from tests.fleet.cluster.conftest import NatsServer

DEPLOY = Path(__file__).parents[3] / "deploy"
USERS = ("MONITOR", "WORKER", "READER", "ADMIN", "ROUTE")
PASSWORDS = {f"{user}_PASSWORD": f"word-of-{user.lower()}" for user in USERS}


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[NatsServer]]:
    """The three of deploy/nats.conf, on loopback ports and in other folders, else as it stands there."""
    text = (DEPLOY / "nats.conf").read_text(encoding="utf-8")
    names = ("nats-1", "nats-2", "nats-3")
    ports = [free_port() for _ in names]
    routes = {
        f"ROUTE_{number}": f"nats://route:{PASSWORDS['ROUTE_PASSWORD']}@127.0.0.1:{port}"
        for number, port in enumerate(ports, 1)
    }
    found = []
    for name, port in zip(names, ports, strict=True):
        mine = text.replace("0.0.0.0:6222", f"127.0.0.1:{port}")
        mine = re.sub(r'"(0\.0\.0\.0|127\.0\.0\.1):(4222|8222|1883)"', '"127.0.0.1:-1"', mine)
        mine = mine.replace("40GB", "1GB")
        here = {"NATS_NAME": name, "NATS_STORE": str(tmp_path / name / "store")}
        found.append(NatsServer(tmp_path / name, mine, {**PASSWORDS, **routes, **here}))
    try:
        for server in found:
            server.start()
        yield found
    finally:
        for server in found:
            server.stop()


async def test_three_servers_keep_what_monitors_say_and_each_user_may_do_his_part(servers: list[NatsServer]) -> None:
    from nats.errors import Error
    from nats.js.api import ConsumerConfig
    from nats.js.errors import APIError

    everywhere = ",".join(server.client_url for server in servers)

    def address(user: str) -> NatsAddress:
        return NatsAddress.parse(everywhere, username=user, password=PASSWORDS[f"{user.upper()}_PASSWORD"])

    worker = await connect(address("worker"), "worker", patient=True)
    js = worker.jetstream()
    while True:
        try:
            await prepare(js, Terms(partitions=4, replicas=3, most_bytes=1 << 28))
            break
        except ExternalError as problem:
            if problem.what.code != "cluster.no_leader":
                raise
            await asyncio.sleep(0.1)

    monitor = BrokerAddress("127.0.0.1", servers[1].mqtt_port, "monitor", PASSWORDS["MONITOR_PASSWORD"])

    def speak() -> None:
        with Publisher(monitor) as monitors:
            monitors.publish("servicelocation/some-house/config", json.dumps({"serialNumber": "1"}), retain=True)
            monitors.publish("servicelocation/some-house/plug/7/state", "{}", retain=True)
            monitors.publish("fleet-changes/some-house", "not his")  # dropped
            monitors.publish("servicelocation/some-house/realtime", "{}")

    await asyncio.to_thread(speak)
    while (await js.stream_info(STREAM)).state.messages < 3 or (await js.stream_info(KEPT)).state.messages < 2:
        await asyncio.sleep(0.02)
    info = await js.stream_info(STREAM)
    assert info.config.num_replicas == 3
    assert (await js.stream_info(CHANGES)).state.messages == 0

    store = await PartitionStore.seize(js, 0, "worker")
    stored = dict(await store.stored(["some-house", "nobody"]))
    assert stored["servicelocation/some-house/config"] == b'{"serialNumber": "1"}'
    assert set(stored) == {f"servicelocation/some-house/{rest}" for rest in ("config", "plug/7/state")}

    await js.publish("fleet-changes.some-house", b"{}")
    with pytest.raises(Error):
        await js.publish("servicelocation.some-house.realtime", b"{}", timeout=0.3)  # a worker is no monitor

    reader = await connect(address("reader"), "reader")
    theirs = reader.jetstream(timeout=0.3)
    changes = await theirs.pull_subscribe("fleet-changes.*", stream=CHANGES, config=ConsumerConfig(num_replicas=1))
    (change,) = await changes.fetch(1)
    await change.ack()
    assert change.subject == "fleet-changes.some-house"
    for forbidden in ("fleet-changes.x", "$KV.fleet.fence.1", "servicelocation.x.realtime"):
        with pytest.raises(Error):
            await theirs.publish(forbidden, b"{}")
    with pytest.raises((Error, APIError)):
        await theirs.delete_stream(STREAM)
    await reader.close()
    await worker.close()


def test_the_compose_file_and_the_units_say_what_the_configuration_needs() -> None:
    yaml = pytest.importorskip("yaml")
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert set(services) == {"nats-1", "nats-2", "nats-3", "worker"}
    needed = set(re.findall(r"\$([A-Z][A-Z_]+[A-Z\d])\b(?!\.)", (DEPLOY / "nats.conf").read_text(encoding="utf-8")))
    assert needed == {*PASSWORDS, "NATS_NAME", "NATS_STORE", "ROUTE_1", "ROUTE_2", "ROUTE_3"}
    for name in ("nats-1", "nats-2", "nats-3"):
        assert set(services[name]["environment"]) == needed
        assert services[name]["environment"]["NATS_NAME"] == name
        assert services[name]["volumes"] == [f"{name}:{services[name]['environment']['NATS_STORE']}"]
        assert name in compose["volumes"]
    assert compose["configs"]["nats"]["file"] == "nats.conf"
    assert (DEPLOY.parent / services["worker"]["build"]["dockerfile"]).exists()
    example = (DEPLOY / "passwords.example").read_text(encoding="utf-8")
    assert {line.partition("=")[0] for line in example.splitlines() if re.match(r"[A-Z]", line)} == set(PASSWORDS)
    unit = (DEPLOY / "smappee-fleet.service").read_text(encoding="utf-8")
    assert "NATS=" + services["worker"]["command"][2] in unit
