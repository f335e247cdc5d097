import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from smappee_tui.connect.discovery import knock
from smappee_tui.connect.errors import CannotListenError
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.own_broker import mosquitto, mosquitto_guard
from smappee_tui.connect.own_broker.broker import MOST_CLIENTS, EmbeddedBroker
from smappee_tui.connect.own_broker.laptop import Kind, LaptopBroker, firewall_hint, new_password, push_url
from smappee_tui.protocol.fact import fact
from tests.brokers import DEADLINE, Publisher, Waker, collect, free_port
from tests.connect.hostile import length
from tests.said import said

KINDS = ["embedded", pytest.param("mosquitto", marks=pytest.mark.mosquitto)]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    if request.param == "mosquitto" and not mosquitto.installed():
        pytest.skip("mosquitto is not installed")
    chosen: Kind = request.param
    return chosen


async def test_one_user_on_one_address(kind: Kind) -> None:
    with LaptopBroker("127.0.0.1", free_port(), kind=kind) as broker:
        assert broker.running
        assert broker.url == f"tcp://127.0.0.1:{broker.port}"
        assert (await knock.mqtt("127.0.0.1", broker.port)).answer == "login"
        said = await knock.mqtt("127.0.0.1", broker.port, username=broker.username, password=broker.password)
        assert said.answer == "answering"
        assert await knock.port_open("127.0.0.2", broker.port) == "refused"
        assert broker.look() == ()
        assert broker.password not in repr(broker)
    assert not broker.running
    assert await knock.port_open("127.0.0.1", broker.port) == "refused"
    broker.stop()


def test_a_port_in_use_is_said(kind: Kind) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotListenError, match=rf"port_in_use\(port={port}, bind=127\.0\.0\.1\)"):
            LaptopBroker("127.0.0.1", port, kind=kind).start()


def test_an_address_of_somebody_else_is_said(kind: Kind) -> None:
    with pytest.raises(CannotListenError, match=r"192\.0\.2\.199"):
        LaptopBroker("192.0.2.199", free_port(), kind=kind).start()


@pytest.mark.mosquitto
def test_mosquitto_leaves_nothing_behind_and_shows_no_password() -> None:
    if not mosquitto.installed():
        pytest.skip("mosquitto is not installed")
    broker = LaptopBroker("127.0.0.1", free_port(), kind="mosquitto", password="se-cr-et-word")
    broker.start()
    process = broker._process
    assert process is not None
    assert process._folder is not None
    assert process._process is not None
    folder = process._folder
    assert "se-cr-et-word" not in "".join(path.read_text() for path in folder.iterdir() if path.is_file())
    if shutil.which("ps"):
        shown = subprocess.run(["ps", "-o", "args=", str(process._process.pid)], capture_output=True, text=True).stdout
        assert "se-cr-et-word" not in shown
    broker.stop()
    assert not folder.exists()


@pytest.mark.mosquitto
async def test_mosquitto_counts_who_is_connected() -> None:
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    if not mosquitto.installed():
        pytest.skip("mosquitto is not installed")
    with LaptopBroker("127.0.0.1", free_port(), kind="mosquitto") as broker:

        def connected(name: str) -> Client:
            client = Client(CallbackAPIVersion.VERSION2, client_id=name)
            client.username_pw_set(broker.username, broker.password)
            client.connect("127.0.0.1", broker.port)
            client.loop_start()
            return client

        async def there(count: int) -> None:
            async with asyncio.timeout(DEADLINE):
                while broker.clients != ("127.0.0.1",) * count:
                    await asyncio.sleep(0.02)

        def gone(client: Client) -> None:
            client.disconnect()
            client.loop_stop()

        first = connected("monitor")
        await there(1)
        liar = connected("x door: 1 left")  # as the log says it when it leaves
        await there(2)
        gone(liar)
        await there(1)
        last = connected("another")
        await there(2)
        gone(first)
        gone(last)
        await there(0)


def test_an_end_by_itself_is_seen(kind: Kind) -> None:
    broker = LaptopBroker("127.0.0.1", free_port(), kind=kind)
    broker.start()
    if broker._process is not None:
        guard = broker._process._process
        assert guard is not None
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait(DEADLINE)
    elif broker._embedded is not None:
        broker._embedded.stop()
    assert [trouble.what for trouble in broker.look()] == [fact("broker.ended")]
    broker.stop()


@pytest.mark.mosquitto
async def test_no_broker_is_left_behind_when_the_program_is_killed() -> None:
    if not mosquitto.installed():
        pytest.skip("mosquitto is not installed")
    port = free_port()
    code = (
        "import time; from smappee_tui.connect.own_broker.laptop import LaptopBroker\n"
        f"b = LaptopBroker('127.0.0.1', {port}, kind='mosquitto'); b.start()\n"
        "print(b._process._folder, flush=True); time.sleep(60)"
    )
    program = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    folder = Path(program.stdout.readline().strip())
    assert await knock.port_open("127.0.0.1", port) == "open"
    program.kill()
    program.wait(DEADLINE)
    async with asyncio.timeout(DEADLINE):
        while await knock.port_open("127.0.0.1", port) == "open" or folder.exists():
            await asyncio.sleep(0.02)


def test_sleep_and_a_lost_address_are_seen() -> None:
    now, addresses = 1000.0, {"127.0.0.1"}
    broker = LaptopBroker("127.0.0.1", 0, kind="embedded", addresses=lambda: addresses, clock=lambda: now)
    with broker:
        for _ in range(10):
            now += 1.0
            assert broker.look() == ()
        now += 600.0
        assert broker.look()[0].what.code == "broker.slept"
        now += 1.0
        assert broker.look() == ()
        addresses.clear()
        now += 4.0
        assert broker.look()[0].what.code == "broker.address_lost"
        addresses.add("127.0.0.1")
        now += 4.0
        assert broker.look() == ()


def test_values() -> None:
    assert push_url("fd00::1") == "tcp://[fd00::1]:1883"
    assert len({new_password() for _ in range(50)}) == 50
    assert set(new_password()) <= set("abcdefghjkmnpqrstuvwxyz23456789-")


@pytest.mark.parametrize(("system", "word"), [("win32", "netsh"), ("darwin", "System Settings"), ("linux", "ufw")])
def test_every_system_has_its_firewall(system: str, word: str) -> None:
    assert word in said(firewall_hint(1883, system))


SETSTATE = "servicelocation/u/plug/7/setstate"
REPORTED = (
    "servicelocation/u/realtime",
    "servicelocation/u/trigger/1",
    "servicelocation/u/plug/7/state",
    "servicelocation/u/plug/7/connectionState",
)


def test_a_monitors_login_reports_and_switches_nothing(kind: Kind, waker: Waker) -> None:
    with LaptopBroker("127.0.0.1", free_port(), kind=kind) as broker:
        ours, monitor = broker.address, replace(broker.address, username=broker.username, password=broker.password)
        assert ours.username != broker.username
        link = MqttSource(ours, on_wake=waker)
        link.start()
        waker.until(lambda: link.state.phase == "connected")
        with Publisher(monitor) as publisher:
            for topic in ("else/where", "servicelocation", SETSTATE, f"x/{SETSTATE}", *REPORTED):
                publisher.publish(topic, b"1", retain=topic == SETSTATE)
        assert [item.topic for item in collect(link, waker, len(REPORTED))] == list(REPORTED)
        with Publisher(ours) as publisher:
            publisher.publish(SETSTATE, b"2")
        assert [(item.topic, item.payload) for item in collect(link, waker, 1)] == [(SETSTATE, b"2")]
        link.close()


def test_a_monitor_hears_its_commands_and_nobody_elses_topics(kind: Kind, waker: Waker) -> None:
    with LaptopBroker("127.0.0.1", free_port(), kind=kind) as broker:
        monitor = replace(broker.address, username=broker.username, password=broker.password)
        link = MqttSource(monitor, on_wake=waker)
        link.start()
        waker.until(lambda: link.state.phase == "connected")
        with Publisher(broker.address) as publisher:
            publisher.publish(SETSTATE, b"1")
        assert [item.topic for item in collect(link, waker, 1)] == [SETSTATE]
        link.close()


def test_who_does_not_log_in_is_sent_away() -> None:
    broker = EmbeddedBroker(own=("own", "word"), login_within=0.05)
    with broker, socket.create_connection(("127.0.0.1", broker.port)) as silent:
        silent.settimeout(DEADLINE)
        assert silent.recv(10) == b""
    with broker, socket.create_connection(("127.0.0.1", broker.port)) as dripping:
        dripping.settimeout(DEADLINE)
        dripping.sendall(b"\x10\x7f\x00\x04MQ")
        assert dripping.recv(10) == b""


def test_who_has_logged_in_may_be_silent(waker: Waker) -> None:
    with EmbeddedBroker(own=("own", "word"), login_within=0.2) as broker:
        link = MqttSource(replace(broker.address, username="own", password="word"), on_wake=waker)
        link.start()
        waker.until(lambda: link.state.phase == "connected")
        with socket.create_connection(("127.0.0.1", broker.port)) as silent:
            silent.settimeout(DEADLINE)
            assert silent.recv(10) == b""  # so much time has passed
        assert link.state.phase == "connected"
        assert link.state.reconnects == 0
        link.close()


@pytest.fixture
async def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """Mosquitto's door before a broker that lets in whoever says "in", and then says everything back."""

    async def broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            writer.write(b"\x20\x02\x00" + (b"\0" if await reader.readexactly(2) == b"in" else b"\5"))
            while data := await reader.read(100):
                writer.write(data)
        writer.close()

    path = str(tmp_path / "socket")
    monkeypatch.setattr(mosquitto_guard, "LOGIN_WITHIN", 0.05)
    async with (
        await asyncio.start_unix_server(broker, path),
        await asyncio.start_server(mosquitto_guard.Door(path).serve, "127.0.0.1", 0) as server,
    ):
        yield server.sockets[0].getsockname()[1]


@pytest.mark.skipif(sys.platform == "win32", reason="needs sockets of a Unix")
@pytest.mark.parametrize(("said", "answer"), [(b"", b""), (b"i", b""), (b"no", b"\x20\x02\x00\x05")])
async def test_mosquittos_door_sends_away_who_does_not_log_in(door: int, said: bytes, answer: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door)
    writer.write(said)
    async with asyncio.timeout(DEADLINE):
        assert await reader.read() == answer
    writer.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs sockets of a Unix")
async def test_mosquittos_door_lets_through_who_does(door: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(mosquitto_guard, "_say", told.append)
    async with asyncio.timeout(DEADLINE):
        reader, writer = await asyncio.open_connection("127.0.0.1", door)
        writer.write(b"in")
        assert await reader.readexactly(4) == b"\x20\x02\x00\x00"
        silent, other = await asyncio.open_connection("127.0.0.1", door)
        assert await silent.read() == b""  # so much time has passed
        for text in (b"a", b"bcd" * 30_000):
            writer.write(text)
            assert await reader.readexactly(len(text)) == text
        writer.close()
        other.close()
        while len(told) < 2:
            await asyncio.sleep(0)
    assert told == ["door: 1 came from 127.0.0.1", "door: 1 left"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs sockets of a Unix")
async def test_who_is_gone_before_he_is_let_in_leaves_his_place(tmp_path: Path) -> None:
    answers: list[bytes] = []
    gone = SimpleNamespace(get_extra_info=lambda _: None, write=answers.append, close=lambda: None)

    async def broker(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x20\x02\x00\x00")
        writer.close()

    async with await asyncio.start_unix_server(broker, tmp_path / "socket"):
        door = mosquitto_guard.Door(str(tmp_path / "socket"))
        for _ in range(MOST_CLIENTS + 1):
            reader = asyncio.StreamReader()
            reader.feed_eof()
            await door.serve(reader, gone)  # type: ignore[arg-type]
    assert len(answers) == MOST_CLIENTS + 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs sockets of a Unix")
async def test_mosquittos_door_is_not_wider_than_said(door: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mosquitto_guard, "LOGIN_WITHIN", DEADLINE)
    async with asyncio.timeout(DEADLINE):
        inside = [await asyncio.open_connection("127.0.0.1", door) for _ in range(MOST_CLIENTS)]
        late, _ = await asyncio.open_connection("127.0.0.1", door)
        assert await late.read() == b""
        inside[0][1].write(b"in")
        assert await inside[0][0].readexactly(4)
        for _, writer in inside:
            writer.close()


def test_no_more_than_so_many_at_a_time() -> None:
    with EmbeddedBroker(own=("own", "word"), login_within=DEADLINE) as broker, ExitStack() as open_:
        for _ in range(MOST_CLIENTS):
            open_.enter_context(socket.create_connection(("127.0.0.1", broker.port)))
        late = open_.enter_context(socket.create_connection(("127.0.0.1", broker.port)))
        late.settimeout(DEADLINE)
        assert late.recv(10) == b""


def test_a_packet_that_is_too_large_ends_the_connection() -> None:
    with EmbeddedBroker(anonymous=True) as broker, socket.create_connection(("127.0.0.1", broker.port)) as sender:
        sender.settimeout(DEADLINE)
        sender.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04abcd")
        assert sender.recv(4) == b"\x20\x02\x00\x00"
        sender.sendall(b"\x30" + length(128**4 - 1) + b"\x00\x01x" + b"\0" * 1000)
        with suppress(ConnectionResetError):
            assert sender.recv(10) == b""
