from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from smappee_tui.connect import mqtt_connection
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.filters import alone
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.retry import Backoff
from smappee_tui.protocol.received import MqttMessage
from tests.brokers import Publisher, RunningBroker, Waker, collect, free_port, publish
from tests.said import said

SOON = Backoff(first=0.02, cap=0.1)
CONFIG = "servicelocation/8133db70-6cb2-4e20-a7ea-4c4457478cc8/config"
LIVE = "servicelocation/8133db70-6cb2-4e20-a7ea-4c4457478cc8/realtime"

MakeLink = Callable[..., MqttSource]


@pytest.fixture
def make_link(waker: Waker) -> Iterator[MakeLink]:
    links: list[MqttSource] = []

    def make(address: BrokerAddress, **options: object) -> MqttSource:
        link = MqttSource(address, on_wake=waker, **{"backoff": SOON, **options})  # type: ignore[arg-type]
        links.append(link)
        return link

    yield make
    for link in links:
        link.close()


def connect(link: MqttSource, waker: Waker) -> None:
    link.start()
    waker.until(lambda: link.state.phase == "connected")


def test_retained_first_then_live(broker: RunningBroker, make_link: MakeLink, waker: Waker) -> None:
    publish(broker.address, CONFIG, b'{"a":1}', retain=True)
    link = make_link(broker.address, clock=lambda: 1000.0)
    assert link.state.phase == "connecting"
    connect(link, waker)
    publish(broker.address, LIVE, bytes(range(256)))
    got = collect(link, waker, 2)
    assert got == [
        MqttMessage(1000.0, CONFIG, b'{"a":1}', 0, True),
        MqttMessage(1000.0, LIVE, bytes(range(256)), 0, False),
    ]
    state = link.state
    assert (state.since, state.reason, state.retry_at, state.attempts) == (1000.0, None, None, 0)
    assert state.reconnects == 0


def test_a_bridges_prefix_is_heard_and_nothing_comes_twice(
    broker: RunningBroker, make_link: MakeLink, waker: Waker
) -> None:
    publish(broker.address, CONFIG, b"1", retain=True)
    publish(broker.address, f"bridge/{CONFIG}", b"2", retain=True)
    publish(broker.address, f"home/energy/{CONFIG}", b"3", retain=True)
    link = make_link(broker.address)
    connect(link, waker)
    publish(broker.address, "zigbee2mqtt/lamp", b"4")
    publish(broker.address, LIVE, b"5")
    assert sorted(item.payload for item in collect(link, waker, 4)) == [b"1", b"2", b"3", b"5"]


def test_a_restarted_broker_is_found_and_subscribed_again(
    broker: RunningBroker, make_link: MakeLink, waker: Waker
) -> None:
    link = make_link(broker.address)
    connect(link, waker)
    publish(broker.address, LIVE, b"1")
    assert collect(link, waker, 1)[0].payload == b"1"

    broker.stop()
    waker.until(lambda: link.state.phase == "disconnected")
    lost_at = link.state.since
    waker.until(lambda: link.state.phase == "disconnected" and link.state.attempts >= 2)
    assert link.state.since == lost_at
    assert link.state.reason is not None
    assert link.state.retry_at is not None

    broker.start()
    publish(broker.address, CONFIG, b"kept", retain=True)
    waker.until(lambda: link.state.phase == "connected")
    publish(broker.address, LIVE, b"2")
    got = collect(link, waker, 2)
    assert link.state.reconnects == 1
    # Connected before or after the configuration was published: with the retain flag or without.
    assert [(arrival.topic, arrival.payload) for arrival in got] == [(CONFIG, b"kept"), (LIVE, b"2")]


def test_retained_arrives_after_reconnecting(broker: RunningBroker, make_link: MakeLink, waker: Waker) -> None:
    broker.stop()
    link = make_link(broker.address, backoff=Backoff(first=1, cap=1))
    link.start()
    waker.until(lambda: link.state.phase == "disconnected")
    assert f"port {broker.address.port}" in said(link.state.reason)
    broker.start()
    publish(broker.address, CONFIG, b"kept", retain=True)
    assert [(a.topic, a.retain) for a in collect(link, waker, 1)] == [(CONFIG, True)]


def test_a_wrong_password_is_refused_and_a_right_one_is_not(
    locked_broker: RunningBroker, make_link: MakeLink, waker: Waker
) -> None:
    good = locked_broker.address
    for bad, word in ((replace(good, password="nonsense"), "installer"), (replace(good, username=None), "username")):
        link = make_link(bad)
        link.start()
        waker.until(lambda link=link: link.state.phase == "refused")  # type: ignore[misc]
        assert word in said(link.state.reason)
        assert "nonsense" not in repr(link.state)
        assert link.state.retry_at is not None
        waker.until(lambda link=link: link.state.attempts >= 2)  # type: ignore[misc]
    link = make_link(good)
    connect(link, waker)
    publish(good, LIVE, b"1")
    assert collect(link, waker, 1)[0].topic == LIVE


def test_overflow_is_counted_and_spares_configuration(broker: RunningBroker, make_link: MakeLink, waker: Waker) -> None:
    publish(broker.address, CONFIG, b"config", retain=True)

    def clock() -> float:
        waker()  # the link reads the clock once for every message; waking it only does for the first
        return 0.0

    link = make_link(broker.address, queue_size=10, clock=clock)
    connect(link, waker)
    with Publisher(broker.address) as publisher:
        for number in range(30):
            publisher.publish(LIVE, str(number))
        publisher.publish("servicelocation/u/presence", b"last")
        publisher.publish(LIVE, b"after")
        publisher.publish(LIVE, b"the last but one is surely queued when this one is stamped")
    waker.until(lambda: link.dropped.total >= 23)
    got = link.drain()
    assert got[0].topic == CONFIG
    assert len(got) == 10
    assert [arrival.payload for arrival in got].count(b"last") == 1
    assert link.dropped.realtime in (23, 24)


def test_close_is_final_and_leaves_no_thread(broker: RunningBroker) -> None:
    woken = threading.Event()
    waker = Waker()

    def on_wake() -> None:
        waker()
        woken.set()

    link = MqttSource(broker.address, on_wake=on_wake)
    connect(link, waker)
    woken.clear()
    publish(broker.address, LIVE, b"1")
    assert woken.wait(10)
    link.close()
    link.close()
    assert link.state.phase == "closed"
    assert [arrival.payload for arrival in link.drain()] == [b"1"]
    assert not any(thread.name == "mqtt-link" and thread.is_alive() for thread in threading.enumerate())
    with pytest.raises(ExternalError):
        link.start()


def test_a_closed_event_loop_behind_on_wake_does_not_kill_the_link(broker: RunningBroker) -> None:
    happened = threading.Event()

    def gone() -> None:
        if link.state.phase == "connected":
            happened.set()
        raise RuntimeError("Event loop is closed")

    link = MqttSource(broker.address, on_wake=gone)
    link.start()
    assert happened.wait(10)
    link.close()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "x" * 63 + "é.invalid"])
def test_an_unknown_name_is_said_to_be_one(
    make_link: MakeLink, waker: Waker, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    def resolve(name: str, *_: object) -> list[object]:
        name.encode("idna")  # as the real one does, which a name with an overlong part does not survive
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    link = make_link(BrokerAddress(host))
    link.start()
    waker.until(lambda: link.state.phase == "disconnected")
    assert "not known" in said(link.state.reason)
    link.close()


def test_nobody_listening_and_nobody_answering_are_told_apart(make_link: MakeLink, waker: Waker) -> None:
    link = make_link(BrokerAddress("127.0.0.1", free_port()))
    link.start()
    waker.until(lambda: link.state.phase == "disconnected")
    assert "Nothing listens" in said(link.state.reason)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        link = make_link(BrokerAddress("127.0.0.1", silent.getsockname()[1]), timeout=0.1)
        link.start()
        waker.until(lambda: link.state.phase == "disconnected")
        assert "does not answer" in said(link.state.reason)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"", "without a word"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "without a word"),
        (b"\x20\x02\x00\x03", "does not accept"),
        (b"\x20\x00", "without a word"),
        (b"\x20\x02\x00\x00\x30\x01\xff", "lost"),
    ],
)
def test_strangers_on_the_port_do_no_harm(make_link: MakeLink, waker: Waker, sent: bytes, reason: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    peer.recv(4096)
                    peer.sendall(sent)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        link = make_link(BrokerAddress("127.0.0.1", server.getsockname()[1]))
        link.start()
        waker.until(lambda: link.state.phase == "disconnected")
        assert reason in said(link.state.reason)
        link.close()


def test_from_everything_to_one_location_and_back(broker: RunningBroker, make_link: MakeLink, waker: Waker) -> None:
    other = LIVE.replace("8133", "0000")
    publish(broker.address, CONFIG, b"kept", retain=True)
    link = make_link(broker.address)
    connect(link, waker)
    collect(link, waker, 1)
    link.listen(alone(CONFIG.split("/")[1]))
    assert collect(link, waker, 1)[0].payload == b"kept"  # asked for anew, so it comes again
    publish(broker.address, other, b"not for us")
    publish(broker.address, LIVE, b"1")
    assert [item.payload for item in collect(link, waker, 1)] == [b"1"]
    link.listen((CONFIG, other))
    assert collect(link, waker, 1)[0].topic == CONFIG
    publish(broker.address, LIVE, b"not any more")
    publish(broker.address, other, b"2")
    assert [item.payload for item in collect(link, waker, 1)] == [b"2"]
    broker.stop()
    waker.until(lambda: link.state.phase == "disconnected")
    broker.start()
    waker.until(lambda: link.state.phase == "connected")
    publish(broker.address, other, b"3")
    assert collect(link, waker, 1)[-1].payload == b"3"


# --- MQTT 5 and websockets --------------------------------------------------------------------------------------------

_CONNECTED_5 = b"\x20\x03\x00\x00\x00"
_GRANTED_5 = b"\x90\x06\x00\x01\x00\x00\x00\x00"
_LIVE_5 = b"\x30" + bytes([len(LIVE) + 4]) + len(LIVE).to_bytes(2, "big") + LIVE.encode() + b"\x00" + b"5"


@pytest.mark.parametrize("no", [b"\x20\x02\x00\x01", b"\x20\x03\x00\x84\x00", b""])
def test_a_broker_of_mqtt_5_alone_is_spoken_to_in_mqtt_5(make_link: MakeLink, waker: Waker, no: bytes) -> None:
    levels: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    asked = peer.recv(4096)
                    levels.append(asked[4 + asked[3]])  # the protocol level, behind the name
                    if levels[-1] != 5:
                        peer.sendall(no)
                        continue
                    peer.sendall(_CONNECTED_5)
                    peer.recv(4096)
                    peer.sendall(_GRANTED_5 + _LIVE_5)
                    if levels.count(5) > 1:
                        return
                    server_stays.wait(10)

        server_stays = threading.Event()
        threading.Thread(target=answer, daemon=True).start()
        link = make_link(BrokerAddress("127.0.0.1", server.getsockname()[1]))
        link.start()
        assert [(item.topic, item.payload) for item in collect(link, waker, 1)] == [(LIVE, b"5")]
        assert link.state.attempts == 0
        server_stays.set()
        waker.until(lambda: link.state.reconnects == 1)
        assert levels[0] == 4
        assert levels[-2:] == [5, 5], "once known, at once"
        link.close()


@pytest.mark.mosquitto
def test_mqtt_5_with_a_real_broker(
    mosquitto_broker: RunningBroker, make_link: MakeLink, waker: Waker, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = mosquitto_broker.address
    monkeypatch.setattr(mqtt_connection, "_speak_5", {(address.host, address.port)})
    publish(address, CONFIG, b"kept", retain=True)
    link = make_link(address)
    connect(link, waker)
    publish(address, LIVE, b"1")
    assert [(item.payload, item.retain) for item in collect(link, waker, 2)] == [(b"kept", True), (b"1", False)]
    locked = make_link(BrokerAddress("127.0.0.1", address.port))
    connect(locked, waker)


def test_a_greeting_without_end_has_one(make_link: MakeLink, waker: Waker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            peer, _ = server.accept()
            with peer, contextlib.suppress(OSError):
                while True:
                    peer.sendall(b"x" * 1000)

        threading.Thread(target=drip, daemon=True).start()
        link = make_link(BrokerAddress("127.0.0.1", server.getsockname()[1], websocket="/mqtt"), timeout=0.2)
        link.start()
        waker.until(lambda: link.state.phase == "disconnected")
        assert "websockets" in said(link.state.reason)
        link.close()


def test_a_frame_without_end_is_not_kept(make_link: MakeLink, waker: Waker) -> None:
    large = b"\x30" + bytes([0x80 | (5_000_000 & 127), 0x80 | (5_000_000 >> 7 & 127), 0x80 | (5_000_000 >> 14 & 127)])
    large += bytes([5_000_000 >> 21]) + b"\x00\x01x" + bytes(5_000_000 - 3)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            peer, _ = server.accept()
            with peer:
                asked = peer.recv(4096)
                key = next(line[19:] for line in asked.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key: "))
                guid = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
                accept = base64.b64encode(hashlib.sha1(key + guid).digest())
                peer.sendall(
                    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n\x82\x7f" + (2**40).to_bytes(8, "big")
                )
                with contextlib.suppress(OSError):
                    peer.sendall(b"\x20\x02\x00\x00" + large + large)
                    told.wait(10)

        told = threading.Event()
        threading.Thread(target=answer, daemon=True).start()
        link = make_link(BrokerAddress("127.0.0.1", server.getsockname()[1], websocket="/mqtt"))
        link.start()
        waker.until(lambda: link.state.phase == "disconnected")
        told.set()
        assert "MB" in said(link.state.reason)
        link.close()


@pytest.mark.parametrize("sent", [b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n", b""])
def test_a_port_without_websockets_says_so(make_link: MakeLink, waker: Waker, sent: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            peer, _ = server.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(sent)

        threading.Thread(target=answer, daemon=True).start()
        link = make_link(BrokerAddress("127.0.0.1", server.getsockname()[1], websocket="/mqtt"))
        link.start()
        waker.until(lambda: link.state.phase == "disconnected")
        assert "websockets" in said(link.state.reason)
        link.close()
