from __future__ import annotations

import socket
import threading

import pytest

from smappee_tui.connect.errors import CannotListenError
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from tests.brokers import Waker, collect, publish


@pytest.mark.parametrize("bind", ["0.0.0.0", "::", "192.168.0.1", "", "example.com"])
def test_an_open_broker_serves_this_machine_only(bind: str) -> None:
    with pytest.raises(CannotListenError, match="open_to_all"):
        EmbeddedBroker(bind, anonymous=True)


def test_it_is_closed_and_on_loopback_by_default() -> None:
    broker = EmbeddedBroker()
    assert broker.bind == "127.0.0.1"
    assert broker.username
    assert broker.password
    assert len(broker.password) == 14
    assert broker.password != EmbeddedBroker().password
    assert broker.password not in f"{broker!r} {broker.address!r} {broker.address}"


def test_a_taken_port_is_a_typed_error_and_can_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        broker = EmbeddedBroker(port=other.getsockname()[1])
        with pytest.raises(CannotListenError, match="port_in_use"):
            broker.start()
        assert not broker.running
    with broker:
        assert broker.running


def test_an_address_of_another_machine_is_a_typed_error() -> None:
    with pytest.raises(CannotListenError):
        EmbeddedBroker("192.0.2.1").start()


def test_restart_keeps_the_port_and_forgets_messages(waker: Waker) -> None:
    broker = EmbeddedBroker(anonymous=True)
    broker.start()
    broker.start()
    port = broker.port
    assert port > 0
    publish(broker.address, "servicelocation/u/config", b"{}", retain=True)
    broker.stop()
    broker.stop()
    with broker:
        assert broker.port == port
        link = MqttSource(broker.address, on_wake=waker)
        link.start()
        waker.until(lambda: link.state.phase == "connected")
        publish(broker.address, "servicelocation/u/realtime", b"now")
        got = collect(link, waker, 1)
        assert [arrival.payload for arrival in got] == [b"now"]
        link.close()
    assert not any(thread.name == "mqtt-broker" and thread.is_alive() for thread in threading.enumerate())


def test_strangers_and_half_open_connections_leave_no_trace_on_the_terminal(
    embedded_broker: EmbeddedBroker, capfd: pytest.CaptureFixture[str]
) -> None:
    target = ("127.0.0.1", embedded_broker.port)
    with socket.create_connection(target) as silent, socket.create_connection(target) as rude:
        rude.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with socket.create_connection(target):
            pass
        publish(embedded_broker.address, "servicelocation/u/config", b"{}", retain=True)
        embedded_broker.stop()
        assert silent.fileno() >= 0
    assert capfd.readouterr() == ("", "")
