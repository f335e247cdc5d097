"""A broker that sends too much is not read."""

from __future__ import annotations

import pytest
from paho.mqtt.client import MQTTMessage

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.bounded_client import LARGEST_PACKET
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.mqtt_connection import paho_client
from smappee_tui.connect.retry import Backoff
from tests.brokers import Waker, collect
from tests.connect.hostile import Say, hostile, length, published
from tests.said import said


@pytest.mark.parametrize("size", [LARGEST_PACKET + 1, 200_000_000, 128**4 - 1])
def test_a_packet_that_is_too_large_is_refused_before_any_of_it_is_read(size: int, waker: Waker) -> None:
    sent: list[int] = []

    def send(say: Say) -> None:
        say(b"\x30" + length(size))
        piece, count = b"\0" * 65536, 0
        while count < size and say(piece):
            count += len(piece)
        sent.append(count)

    with hostile(send) as port:
        link = MqttSource(BrokerAddress("127.0.0.1", port), on_wake=waker, backoff=Backoff(first=60, cap=60))
        link.start()
        waker.until(lambda: link.state.phase == "disconnected")
        assert f"message of {size / 1e6:.0f} MB" in said(link.state.reason)
        assert link.drain() == []
        link.close()


def test_the_topic_of_it_is_known_and_it_is_not_forgotten(waker: Waker) -> None:
    times: list[int] = []

    def send(say: Say) -> None:
        times.append(1)
        if len(times) == 1:
            say(published("servicelocation/u/big", b"\0" * (LARGEST_PACKET + 1)))

    with hostile(send) as port:
        link = MqttSource(BrokerAddress("127.0.0.1", port), on_wake=waker, backoff=Backoff(first=0.01, cap=0.01))
        link.start()
        waker.until(lambda: link.state.reconnects == 1)
        assert link.state.too_large is not None
        assert "8 MB (topic servicelocation/u/big)" in said(link.state.too_large.what)
        link.close()
        assert link.state.too_large is not None


def test_the_largest_packet_comes_whole_though_it_drips(waker: Waker) -> None:
    payload = bytes(range(256)) * 4000
    packet = published("servicelocation/u/config", payload)

    def send(say: Say) -> None:
        for place in range(0, len(packet), 10_007):
            say(packet[place : place + 10_007])

    with hostile(send) as port:
        link = MqttSource(BrokerAddress("127.0.0.1", port), on_wake=waker)
        link.start()
        assert collect(link, waker, 1)[0].payload == payload
        link.close()


def test_a_message_is_handed_over_and_leaves_no_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a topic of 60 kB in each ring of it, thousands of messages were hundreds of megabytes until it was found."""
    client = paho_client(BrokerAddress("127.0.0.1", 1883), "", None, 1.0)
    topics = list[str]()
    client.on_message = lambda _client, _data, message: topics.append(message.topic)
    monkeypatch.setattr("paho.mqtt.client.MQTTMatcher.iter_match", None)  # makes a function that knows itself
    for number in range(3):
        client._handle_on_message(MQTTMessage(topic=f"servicelocation/{number}/x".encode()))
    assert topics == [f"servicelocation/{number}/x" for number in range(3)]
