"""Over real brokers, on loopback."""

import json

import pytest

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.simulator import sites
from smappee_tui.simulator.house.faults import FaultError
from smappee_tui.simulator.monitor.publisher import Publisher
from tests.brokers import RunningBroker, Waker, publish


class Reader:
    """Collects what a link receives and tells the messages of one topic."""

    def __init__(self, link: MqttSource) -> None:
        self.link = link
        self.seen: list[MqttMessage] = []

    def of(self, tail: str) -> list[MqttMessage]:
        self.seen += self.link.drain()
        return [a for a in self.seen if a.topic.endswith(f"/{tail}")]


def test_a_link_sees_the_monitor_and_a_plug_obeys(broker: RunningBroker, waker: Waker) -> None:
    monitor = sites.build("home3pv", faults=["reversed:6"])
    with Publisher(monitor, broker.address, speed=20.0) as publisher:
        assert publisher.wait_connected(10.0)
        link = MqttSource(broker.address, on_wake=waker)
        link.start()
        reader = Reader(link)
        try:
            waker.until(lambda: len(reader.of("realtime")) > 2 and len(reader.of("channelConfigV2")) > 0)
            # Whoever subscribes later gets the configuration from the broker's memory.
            late_waker = Waker()
            late = MqttSource(broker.address, on_wake=late_waker)
            late.start()
            late_reader = Reader(late)
            try:
                late_waker.until(lambda: len(late_reader.of("config")) > 0)
                assert late_reader.of("config")[0].retain
            finally:
                late.close()
            assert not reader.of("realtime")[0].retain
            assert json.loads(reader.of("realtime")[-1].payload)["channelPowers"][6]["power"] < -1000

            publisher.mend("reversed:6")
            waker.until(lambda: json.loads(reader.of("realtime")[-1].payload)["channelPowers"][6]["power"] > 1000)

            publisher.plug_in(9, 0, 3000.0)
            waker.until(lambda: json.loads(reader.of("realtime")[-1].payload)["channelPowers"][9]["power"] > 2700)
            publisher.plug_in(9, 0, 0.0)
            waker.until(lambda: json.loads(reader.of("realtime")[-1].payload)["channelPowers"][9]["power"] < 2700)

            command = f"servicelocation/{monitor.site.identity.uuid}/plug/2/setstate"
            publish(broker.address, command, b'{"value":"ON","since":0}')
            waker.until(lambda: any(b'"ON"' in a.payload for a in reader.of("plug/2/state")))
        finally:
            link.close()
    assert not publisher.connected


def test_it_comes_back_after_the_broker_did(embedded_broker: RunningBroker, waker: Waker) -> None:
    monitor = sites.build("home1")
    with Publisher(monitor, embedded_broker.address, speed=20.0) as publisher:
        assert publisher.wait_connected(10.0)
        embedded_broker.stop()
        embedded_broker.start()
        link = MqttSource(embedded_broker.address, on_wake=waker)
        link.start()
        reader = Reader(link)
        try:
            # The new broker remembers nothing: configuration can only come from the publisher's second hello.
            waker.until(lambda: bool(reader.of("channelConfigV2")) and bool(reader.of("realtime")))
        finally:
            link.close()


def test_nobody_there() -> None:
    with Publisher(sites.build("home1"), BrokerAddress("127.0.0.1", 1), speed=50.0) as publisher:
        assert not publisher.wait_connected(0.3)
        assert publisher.problem is not None
        assert publisher.sent == 0
        publisher.inject("reversed:0")
        with pytest.raises(FaultError):
            publisher.mend("dead:0")


def test_due_messages_follow_the_clock() -> None:
    now = [100.0]
    monitor = sites.build("home1")
    publisher = Publisher(monitor, BrokerAddress("127.0.0.1"), speed=2.0, clock=lambda: now[0])
    assert publisher.poll() == pytest.approx(0.5)
    assert monitor.time == monitor.start_time
    now[0] += 5.2
    assert publisher.poll() == pytest.approx(0.3)
    assert monitor.time == monitor.start_time + 10.0


def test_speed_must_move() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Publisher(sites.build("home1"), BrokerAddress("127.0.0.1"), speed=0.0)
