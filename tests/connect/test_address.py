from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import BadAddressError


@pytest.mark.parametrize(
    ("text", "host", "port", "tls"),
    [
        ("192.168.0.48", "192.168.0.48", 1883, False),
        (" smappee5010001234.local ", "smappee5010001234.local", 1883, False),
        ("broker:10000", "broker", 10000, False),
        ("mqtt://broker", "broker", 1883, False),
        ("tcp://192.168.0.48:1883/", "192.168.0.48", 1883, False),
        ("mqtts://broker.example.com", "broker.example.com", 8883, True),
        ("MQTTS://broker:1884", "broker", 1884, True),
        ("[fe80::1]:1884", "fe80::1", 1884, False),
        ("[fe80::1]", "fe80::1", 1883, False),
        ("::1", "::1", 1883, False),
        ("bücher.example", "bücher.example", 1883, False),
        ("ws://192.168.0.48", "192.168.0.48", 1884, False),
        ("ws://broker:9001/", "broker", 9001, False),
        ("wss://broker.example.com/ws", "broker.example.com", 443, True),
        ("wss://[fe80::1]:8084/mqtt", "fe80::1", 8084, True),
    ],
)
def test_reads_what_people_type(text: str, host: str, port: int, tls: bool) -> None:
    address = BrokerAddress.parse(text)
    assert (address.host, address.port, address.tls) == (host, port, tls)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "host:", "host:0", "host:65536", "host:abc", "host:-1", "host:١٢", "192.168.0", "192.168.0.256",
        "http://192.168.0.48/smappee.html", "ws://host/a b", "ws://", "ftp://host",
        "two words", "[::1", "[host]:1", "[::1]1883",
        "a..b", "-host", "x" * 64, "host/path", "mqtt://", "1:2:3", "host\n", "ho\x00st",
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_advice(text: str) -> None:
    if text == "host\n":
        assert BrokerAddress.parse(text).host == "host"
        return
    with pytest.raises(BadAddressError) as caught:
        BrokerAddress.parse(text)
    assert caught.value.what
    assert caught.value.advice


def test_options_complete_the_text() -> None:
    assert BrokerAddress.parse("h", tls=True).port == 8883
    assert BrokerAddress.parse("h", tls=True, port=1883).port == 1883
    assert BrokerAddress.parse("h:5", port=1883).port == 5
    assert BrokerAddress.parse("anna@h").username == "anna"
    assert BrokerAddress.parse("anna@h", username="bert").username == "bert"
    with pytest.raises(BadAddressError):
        BrokerAddress.parse("h", port=70000)


def test_a_password_is_never_shown() -> None:
    address = BrokerAddress.parse("h", username="u", password="geheim")
    assert "geheim" not in f"{address} {address!r}"
    with pytest.raises(BadAddressError) as caught:
        BrokerAddress.parse("mqtt://u:geheim@h")
    assert "geheim" not in str(caught.value)


def test_the_path_of_websockets() -> None:
    assert BrokerAddress.parse("host").websocket is None
    assert BrokerAddress.parse("ws://host").websocket == "/mqtt"
    assert BrokerAddress.parse("ws://host:15675/ws").websocket == "/ws"
    assert BrokerAddress.parse("ws://anna@host/a/b?c".removesuffix("?c")).username == "anna"
    assert str(BrokerAddress.parse("ws://host", tls=True)) == "wss://host:443/mqtt"


@pytest.mark.parametrize(
    "text", ["host:1883", "[::1]:1883", "mqtts://host:8883", "ws://host:1884/mqtt", "wss://[::1]:443/a/b"]
)
def test_text_form_reads_back(text: str) -> None:
    assert str(BrokerAddress.parse(text)) == text


@given(st.text(max_size=80))
def test_any_text_gives_an_address_or_the_typed_error(text: str) -> None:
    try:
        address = BrokerAddress.parse(text)
    except BadAddressError:
        return
    assert address.host
    assert 1 <= address.port <= 65535
