"""The lean reader against real brokers, and against one that sends whatever it likes."""

from __future__ import annotations

import selectors
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from smappee_tui.connect import mqtt_connection
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.bounded_client import LARGEST_PACKET
from smappee_tui.connect.filters import NEEDED
from smappee_tui.connect.lean.batch import Arrival
from smappee_tui.connect.lean.reader import _WAITING, LeanSource, _Reading
from smappee_tui.connect.retry import Backoff
from tests.brokers import Mosquitto, Publisher, RunningBroker, Waker, publish
from tests.connect.hostile import Say, hostile, length, published
from tests.said import said

SOON = Backoff(first=0.02, cap=0.1)
UUID = "8133db70-6cb2-4e20-a7ea-4c4457478cc8"
CONFIG, LIVE, MEANS = (f"servicelocation/{UUID}/{rest}" for rest in ("config", "realtime", "aggregated"))
ONE = ("servicelocation/#",)
"""What the broker that is made here understands: a single question."""

MakeSource = Callable[..., LeanSource]


@pytest.fixture
def make_source(waker: Waker) -> Iterator[MakeSource]:
    sources: list[LeanSource] = []

    def make(address: BrokerAddress, topics: tuple[str, ...] = NEEDED, **options: object) -> LeanSource:
        source = LeanSource(address, topics, on_wake=waker, **{"backoff": SOON, **options})  # type: ignore[arg-type]
        sources.append(source)
        source.start()
        return source

    yield make
    for source in sources:
        source.close()


def arrived(source: LeanSource, waker: Waker, count: int) -> list[Arrival]:
    """Drain until so many messages came."""
    got: list[Arrival] = []

    def enough() -> bool:
        got.extend(arrival for batch in source.drain() for arrival in batch.arrivals)
        return len(got) >= count

    waker.until(enough)
    return got


def connected(source: LeanSource, waker: Waker) -> None:
    waker.until(lambda: source.state.phase == "connected")


@pytest.fixture(params=["embedded", *(pytest.param(name, marks=pytest.mark.mosquitto) for name in ("mosquitto", "5"))])
def versions(request: pytest.FixtureRequest) -> Iterator[RunningBroker]:
    """Each broker, spoken to in MQTT 3.1.1, and in MQTT 5 where it knows that."""
    broker: RunningBroker = request.getfixturevalue(
        f"{'embedded' if request.param == 'embedded' else 'mosquitto'}_broker"
    )
    door = (broker.address.host, broker.address.port)
    if request.param == "5":
        mqtt_connection._speak_5.add(door)
    yield broker
    mqtt_connection._speak_5.discard(door)


def test_what_is_stored_and_what_is_new(versions: RunningBroker, make_source: MakeSource, waker: Waker) -> None:
    publish(versions.address, CONFIG, b'{"a":1}', retain=True)
    publish(versions.address, f"site/bridge/{MEANS}", b"3", retain=True)
    source = make_source(versions.address, clock=lambda: 1000.0)
    connected(source, waker)
    with Publisher(versions.address) as publisher:
        publisher.publish("zigbee2mqtt/lamp", b"4")
        publisher.publish(f"servicelocation/{UUID}/power", b"5")
        for number in range(300):
            publisher.publish(LIVE, bytes([number % 256]) * 500, qos=number % 100 == 0)
    got = arrived(source, waker, 302)
    assert {(CONFIG.encode(), b'{"a":1}', True), (f"site/bridge/{MEANS}".encode(), b"3", True)} == set(got[:2])
    assert got[2:] == [(LIVE.encode(), bytes([number % 256]) * 500, False) for number in range(300)]
    assert source.state.since == 1000.0
    assert source.received == 302
    assert source.dropped.total == source.too_large == 0


@pytest.mark.mosquitto
def test_what_is_stored_of_one_location_is_told_again(
    mosquitto_broker: Mosquitto, make_source: MakeSource, waker: Waker
) -> None:
    names = [str(uuid.UUID(int=number)) for number in range(100)]
    with Publisher(mosquitto_broker.address) as publisher:
        for name in names:
            publisher.publish(f"a/servicelocation/{name}/config", name, qos=0, retain=True)
        publisher.publish(CONFIG, b"another", retain=True)
    source = make_source(mosquitto_broker.address)
    arrived(source, waker, 101)
    for name in names:
        source.ask(name, "a/")
    source.ask("#", "")
    assert sorted(payload.decode() for _, payload, _ in arrived(source, waker, 100)) == names
    with Publisher(mosquitto_broker.address) as publisher:
        publisher.publish(f"a/servicelocation/{names[3]}/config", b"new")  # which comes once, as before
        publisher.publish(LIVE, b"after")
    assert sorted(payload for _, payload, _ in arrived(source, waker, 2)) == [b"after", b"new"]


def test_a_large_message_comes_whole(broker: RunningBroker, make_source: MakeSource, waker: Waker) -> None:
    source = make_source(broker.address)
    connected(source, waker)
    publish(broker.address, CONFIG, bytes(range(256)) * 4000)
    assert arrived(source, waker, 1)[0][1] == bytes(range(256)) * 4000


def test_a_restarted_broker_is_found_again(broker: RunningBroker, make_source: MakeSource, waker: Waker) -> None:
    source = make_source(broker.address)
    connected(source, waker)
    broker.stop()
    waker.until(lambda: source.state.phase == "disconnected")
    assert source.state.reason is not None
    broker.start()
    connected(source, waker)
    publish(broker.address, LIVE, b"2")
    assert arrived(source, waker, 1) == [(LIVE.encode(), b"2", False)]
    assert source.state.reconnects == 1


def test_a_wrong_password_is_refused(locked_broker: RunningBroker, make_source: MakeSource, waker: Waker) -> None:
    source = make_source(replace(locked_broker.address, password="nonsense"))
    waker.until(lambda: source.state.phase == "refused")
    assert "installer" in said(source.state.reason)
    assert "nonsense" not in repr(source.state)
    source = make_source(locked_broker.address)
    connected(source, waker)


@pytest.mark.mosquitto
def test_what_comes_while_it_is_away_is_kept_for_one_with_a_name(
    mosquitto_broker: Mosquitto, make_source: MakeSource, waker: Waker
) -> None:
    named = replace(mosquitto_broker.address, client_id="fleet-of-ours")
    source = make_source(named)
    connected(source, waker)
    source.close()
    publish(mosquitto_broker.address, MEANS, b"while you were away")
    publish(mosquitto_broker.address, LIVE, b"a second that is over")
    source = make_source(named)
    connected(source, waker)
    publish(mosquitto_broker.address, CONFIG, b"now")
    assert [payload for _, payload, _ in arrived(source, waker, 2)] == [b"while you were away", b"now"]
    source.close()
    source = make_source(named)  # what was acknowledged does not come again
    connected(source, waker)
    publish(mosquitto_broker.address, CONFIG, b"last")
    assert [payload for _, payload, _ in arrived(source, waker, 1)] == [b"last"]


def test_it_asks_a_silent_broker_and_leaves_one_that_does_not_answer(make_source: MakeSource, waker: Waker) -> None:
    with hostile(lambda _: None) as port:
        silent = make_source(BrokerAddress("127.0.0.1", port), ONE, keepalive=1, backoff=Backoff(60, 60))
        connected(silent, waker)
        waker.until(lambda: silent.state.phase == "disconnected")


def test_a_message_too_large_is_told_and_the_next_is_taken(make_source: MakeSource, waker: Waker) -> None:
    def send(say: Say) -> None:
        say(published(MEANS, b"\0" * (LARGEST_PACKET + 1)))
        say(published(LIVE, b"next"))

    with hostile(send) as port:
        source = make_source(BrokerAddress("127.0.0.1", port), ONE)
        assert arrived(source, waker, 1) == [(LIVE.encode(), b"next", False)]
        assert source.too_large == 1
        assert source.state.phase == "connected"
        assert source.state.too_large is not None
        assert f"8 MB (topic {MEANS})" in said(source.state.too_large.what)


@pytest.mark.parametrize("bad", [b"\x00\x00", b"\x34\x07\x00\x01a\x00\x01zz", b"\x30\xff\xff\xff\xff\x7f"])
def test_garbage_ends_the_connection_with_its_reason(bad: bytes, make_source: MakeSource, waker: Waker) -> None:
    with hostile(lambda say: say(bad) and None) as port:  # type: ignore[func-returns-value]
        source = make_source(BrokerAddress("127.0.0.1", port), ONE, backoff=Backoff(60, 60))
        waker.until(lambda: source.state.phase == "disconnected")
        assert "MQTT" in said(source.state.reason)


class Waiting:
    """What is waited for, and that nothing of it is there."""

    def __init__(self) -> None:
        self.waited: list[int] = []
        self._now = 0

    def modify(self, fileobj: object, events: int) -> None:
        self._now = events

    def select(self, timeout: float) -> list[object]:
        self.waited.append(self._now)
        return []


class Quiet:
    """Of a paho client what a reading asks for."""

    protocol = 4

    def __init__(self, line: socket.socket) -> None:
        self.socket = lambda: line

    def want_write(self) -> bool:
        return False


def test_one_that_takes_no_acknowledgements_is_waited_for_and_not_read() -> None:
    near, far = socket.socketpair()
    with near, far:
        near.setblocking(False)
        far.sendall(published(LIVE, b"there already"))
        source, waiting = LeanSource(BrokerAddress("127.0.0.1", 1)), Waiting()
        reading = _Reading(source, Quiet(near), threading.Event())  # type: ignore[arg-type]
        reading._outgoing += bytes(_WAITING + 1)
        assert reading._turn(waiting) == 0  # type: ignore[arg-type]
        assert waiting.waited == [selectors.EVENT_WRITE]
        del reading._outgoing[1:]
        assert reading._turn(waiting) == 1  # type: ignore[arg-type]
        assert waiting.waited[1:] == [selectors.EVENT_READ | selectors.EVENT_WRITE]


def test_no_right_to_read(make_source: MakeSource, waker: Waker) -> None:
    def refuse(door: socket.socket) -> None:
        peer, _ = door.accept()
        with peer:
            peer.recv(4096)
            peer.sendall(b"\x20\x02\x00\x00")
            asked = peer.recv(4096)
            count = asked.count(b"servicelocation")
            peer.sendall(b"\x90" + length(2 + count) + asked[2:4] + b"\x80" * count)
            peer.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as door:
        serving = threading.Thread(target=refuse, args=(door,), daemon=True)
        serving.start()
        source = make_source(BrokerAddress("127.0.0.1", door.getsockname()[1]), backoff=Backoff(60, 60))
        waker.until(lambda: source.state.phase == "refused")
        assert "servicelocation/+/realtime" in said(source.state.reason)


def test_close_is_final(broker: RunningBroker, make_source: MakeSource, waker: Waker) -> None:
    source = make_source(broker.address)
    connected(source, waker)
    source.close()
    assert source.state.phase == "closed"
    assert source.drain() == []
