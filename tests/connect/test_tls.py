from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotReadError
from smappee_tui.connect.lean.reader import LeanSource
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.retry import Backoff
from tests.brokers import Mosquitto, Publisher, Waker, collect, find_mosquitto, publish
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


def reason(address: BrokerAddress, waker: Waker) -> str:
    """Why connecting to this address does not work."""
    link = MqttSource(address, on_wake=waker, backoff=Backoff(60, 60))
    link.start()
    waker.until(lambda: link.state.phase == "disconnected")
    text = said(link.state.reason)
    link.close()
    return text


def test_messages_come_through_tls(tls_broker: Mosquitto, waker: Waker) -> None:
    link = MqttSource(tls_broker.address, on_wake=waker)
    link.start()
    waker.until(lambda: link.state.phase == "connected")
    big = b"x" * 300_000  # more than one TLS record
    publish(tls_broker.address, "servicelocation/u/realtime", big)
    got = collect(link, waker, 1)
    assert got[0].payload == big
    link.close()


def test_many_at_once_come_through_tls(tls_broker: Mosquitto, waker: Waker) -> None:
    source = LeanSource(tls_broker.address, on_wake=waker)
    source.start()
    waker.until(lambda: source.state.phase == "connected")
    sent = [b"x" * 300_000, *(str(number).encode() for number in range(200))]
    with Publisher(tls_broker.address) as publisher:
        for payload in sent:
            publisher.publish("servicelocation/u/realtime", payload, qos=0)
    got: list[bytes] = []

    def enough() -> bool:
        got.extend(payload for batch in source.drain() for _, payload, _ in batch.arrivals)
        return len(got) >= len(sent)

    waker.until(enough)
    assert got == sent
    source.close()


def test_each_way_tls_fails_has_its_words(tls_broker: Mosquitto, waker: Waker) -> None:
    good = tls_broker.address
    assert "not trusted" in reason(replace(good, cafile=None), waker)
    assert "not trusted" in reason(replace(good, host="127.0.0.1"), waker)  # the certificate names localhost
    assert "--tls" in reason(replace(good, tls=False, cafile=None), waker)


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
