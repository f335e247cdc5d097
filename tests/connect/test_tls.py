from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotReadError
from smappee_tui.connect.lean.reader import LeanSource
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.retry import Backoff
from tests.brokers import DEADLINE, Mosquitto, Publisher, Waker, collect, find_mosquitto, publish
from tests.said import said

pytestmark = pytest.mark.mosquitto


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate authority and a certificate of `localhost`, made for this run."""
    openssl = shutil.which("openssl")
    if openssl is None or find_mosquitto() is None:
        pytest.skip("needs openssl and mosquitto")
    folder = tmp_path_factory.mktemp("tls")
    (folder / "san").write_text("subjectAltName=DNS:localhost\n", encoding="utf-8")
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for arguments in (
        ["req", "-x509", *new, "-subj", "/CN=Test authority", "-days", "2", "-keyout", "ca.key", "-out", "ca.crt"],
        ["req", *new, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"],
        ["x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
         "-extfile", "san", "-out", "server.crt"],
    ):  # fmt: skip
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def tls_broker(tmp_path: Path, certificates: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path, tls=certificates)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def wss_address(tmp_path: Path, certificates: Path) -> Iterator[tuple[BrokerAddress, BrokerAddress]]:
    """A broker's websockets behind a door that speaks TLS, as a web server stands before one; and its plain door."""
    broker = Mosquitto(tmp_path, web=True)
    broker.start()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.crt", certificates / "server.key")
    up, port, ended = threading.Event(), 0, lambda: None

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner = await asyncio.open_connection("127.0.0.1", broker.web_port)
        await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))

    async def serve() -> None:
        nonlocal port, ended
        server = await asyncio.start_server(passed_on, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        end, loop = asyncio.Event(), asyncio.get_running_loop()
        ended = lambda: loop.call_soon_threadsafe(end.set)  # noqa: E731
        up.set()
        await end.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert up.wait(DEADLINE)
    authority = certificates / "ca.crt"
    yield BrokerAddress("localhost", port, tls=True, cafile=authority, websocket="/mqtt"), broker.address
    ended()
    thread.join(DEADLINE)
    broker.stop()


@pytest.fixture(params=["mqtts", "wss"])
def doors(request: pytest.FixtureRequest) -> tuple[BrokerAddress, BrokerAddress]:
    """Where to hear a broker through TLS, as it is and by websockets, and where to speak to it."""
    if request.param == "wss":
        both: tuple[BrokerAddress, BrokerAddress] = request.getfixturevalue("wss_address")
        return both
    broker: Mosquitto = request.getfixturevalue("tls_broker")
    return broker.address, broker.address


def reason(address: BrokerAddress, waker: Waker) -> str:
    """Why connecting to this address does not work."""
    link = MqttSource(address, on_wake=waker, backoff=Backoff(60, 60))
    link.start()
    waker.until(lambda: link.state.phase == "disconnected")
    text = said(link.state.reason)
    link.close()
    return text


def test_messages_come_through_tls(doors: tuple[BrokerAddress, BrokerAddress], waker: Waker) -> None:
    link = MqttSource(doors[0], on_wake=waker)
    link.start()
    waker.until(lambda: link.state.phase == "connected")
    # More than one TLS record. Of a websocket's only message Mosquitto hands on 4 kB ten times a second.
    big = b"x" * (300_000 if doors[0].websocket is None else 20_000)
    publish(doors[1], "servicelocation/u/realtime", big)
    got = collect(link, waker, 1)
    assert got[0].payload == big
    link.close()


def test_many_at_once_come_through_tls(doors: tuple[BrokerAddress, BrokerAddress], waker: Waker) -> None:
    source = LeanSource(doors[0], on_wake=waker)
    source.start()
    waker.until(lambda: source.state.phase == "connected")
    sent = [b"x" * 300_000, *(str(number).encode() for number in range(200))]
    with Publisher(doors[1]) as publisher:
        for payload in sent:
            publisher.publish("servicelocation/u/realtime", payload, qos=0)
    got: list[bytes] = []

    def enough() -> bool:
        got.extend(payload for batch in source.drain() for _, payload, _ in batch.arrivals)
        return len(got) >= len(sent)

    waker.until(enough)
    assert got == sent
    source.close()


def test_each_way_tls_fails_has_its_words(doors: tuple[BrokerAddress, BrokerAddress], waker: Waker) -> None:
    secure = doors[0]
    assert "not trusted" in reason(replace(secure, cafile=None), waker)
    assert "not trusted" in reason(replace(secure, host="127.0.0.1"), waker)  # the certificate names localhost
    wanted = "--tls" if secure.websocket is None else "websockets"
    assert wanted in reason(replace(secure, tls=False, cafile=None), waker)


def test_tls_on_a_plain_port(mosquitto_broker: Mosquitto, waker: Waker) -> None:
    assert "TLS" in reason(replace(mosquitto_broker.address, tls=True), waker)


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_an_unusable_authority_file_is_told_at_once(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    link = MqttSource(BrokerAddress("127.0.0.1", 8883, tls=True, cafile=file))
    with pytest.raises(CannotReadError, match=r"ca\.pem"):
        link.start()
    link.close()
