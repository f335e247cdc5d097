"""Brokers for tests, real ones on loopback only, and a way to publish to them. Registered as a pytest plugin."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.message_source import MessageSource
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.protocol.received import MqttMessage

DEADLINE = 40.0
"""Seconds after which a test stops waiting for an event and fails."""


class RunningBroker(Protocol):
    """What both kinds of broker can do."""

    @property
    def address(self) -> BrokerAddress: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Mosquitto:
    """A Mosquitto process on a free loopback port."""

    def __init__(
        self,
        folder: Path,
        *,
        username: str | None = None,
        password: str | None = None,
        tls: Path | None = None,
        web: bool = False,
    ) -> None:
        self.folder = folder
        self.web_port = free_port() if web else 0
        """Where it speaks MQTT over websockets, too; 0 for nowhere."""
        self.username = username
        self.password = password
        self.tls = tls
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> BrokerAddress:
        host = "localhost" if self.tls else "127.0.0.1"
        cafile = self.tls / "ca.crt" if self.tls else None
        return BrokerAddress(host, self.port, self.username, self.password, self.tls is not None, cafile)

    def start(self) -> None:
        binary = find_mosquitto()
        assert binary is not None
        lines = [f"listener {self.port} 127.0.0.1", "log_dest stderr", "persistence false"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            lines.append("user root")  # as another user it could not read the test's private folder
        if self.username is None:
            lines.append("allow_anonymous true")
        else:
            users = self.folder / "users"
            users.unlink(missing_ok=True)
            subprocess.run(
                ["mosquitto_passwd", "-b", "-c", str(users), self.username, self.password or ""],
                check=True,
                capture_output=True,
            )
            lines += ["allow_anonymous false", f"password_file {users}"]
        if self.web_port:
            lines += [f"listener {self.web_port} 127.0.0.1", "protocol websockets"]
        if self.tls is not None:
            lines += [f"certfile {self.tls / 'server.crt'}", f"keyfile {self.tls / 'server.key'}"]
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.process = subprocess.Popen(
            [binary, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        up = threading.Event()
        said: list[str] = []
        threading.Thread(target=_follow, args=(self.process, up, said), daemon=True).start()
        assert up.wait(DEADLINE), said
        assert self.process.poll() is None, said

    def stop(self) -> None:
        """Kill it, as a power cut would."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait(DEADLINE)


def _follow(process: subprocess.Popen[str], up: threading.Event, said: list[str]) -> None:
    assert process.stderr is not None
    with process.stderr as lines:
        for line in lines:
            said.append(line)
            if line.rstrip().endswith("running"):
                up.set()
    up.set()


def find_mosquitto() -> str | None:
    """The mosquitto binary, also where only root has its folder on the PATH."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")


def free_port() -> int:
    """A loopback port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Publisher:
    """A client that publishes and waits until the broker has it. Use it as a context manager."""

    def __init__(self, address: BrokerAddress) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        self._client = Client(CallbackAPIVersion.VERSION2)
        if address.username:
            self._client.username_pw_set(address.username, address.password)
        if address.tls:
            self._client.tls_set(str(address.cafile))
        self._address = address

    def __enter__(self) -> Publisher:
        self._client.connect(self._address.host, self._address.port)
        self._client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes | str, *, qos: int = 1, retain: bool = False) -> None:
        """Publish one message; with QoS 1 the broker has it when this returns."""
        self._client.publish(topic, payload, qos, retain).wait_for_publish(DEADLINE)


def publish(address: BrokerAddress, topic: str, payload: bytes | str, *, qos: int = 1, retain: bool = False) -> None:
    """Publish a single message through a connection of its own."""
    with Publisher(address) as publisher:
        publisher.publish(topic, payload, qos=qos, retain=retain)


class Waker:
    """Waits for a condition that a link's `on_wake` announces: pass the object itself as `on_wake`."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __call__(self) -> None:
        self._event.set()

    def until(self, condition: Callable[[], bool], *, every: float = DEADLINE) -> None:
        """Return as soon as the condition holds; fail after the deadline.

        Args:
            condition: asked at each announcement.
            every: s after which it is asked without one: for a condition that itself makes the next thing happen. Two
                arrivals before a drain are announced once, so that it would wait for ever for what it did not do.
        """
        end = time.monotonic() + DEADLINE
        while True:
            self._event.clear()
            if condition():
                return
            self._event.wait(min(every, end - time.monotonic()))
            assert time.monotonic() < end, "the awaited condition never came"


def collect(link: MessageSource, waker: Waker, count: int) -> list[MqttMessage]:
    """Drain until so many messages came."""
    got: list[MqttMessage] = []

    def enough() -> bool:
        got.extend(item for item in link.drain() if isinstance(item, MqttMessage))
        return len(got) >= count

    waker.until(enough)
    return got


@pytest.fixture
def waker() -> Waker:
    return Waker()


@pytest.fixture
def embedded_broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(anonymous=True) as broker:
        yield broker


@pytest.fixture
def mosquitto_broker(tmp_path: Path) -> Iterator[Mosquitto]:
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    broker = Mosquitto(tmp_path)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(params=["embedded", pytest.param("mosquitto", marks=pytest.mark.mosquitto)])
def broker(request: pytest.FixtureRequest) -> RunningBroker:
    """Each kind of broker in turn, open to everybody on loopback."""
    found: RunningBroker = request.getfixturevalue(f"{request.param}_broker")
    return found


@pytest.fixture(params=["embedded", pytest.param("mosquitto", marks=pytest.mark.mosquitto)])
def locked_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningBroker]:
    """Each kind of broker in turn, with a username and a password."""
    found: RunningBroker
    if request.param == "embedded":
        found = EmbeddedBroker(username="installer", password="correct horse")
    elif find_mosquitto() is None or shutil.which("mosquitto_passwd") is None:
        pytest.skip("mosquitto is not installed")
    else:
        found = Mosquitto(tmp_path, username="installer", password="correct horse")
    found.start()
    yield found
    found.stop()
