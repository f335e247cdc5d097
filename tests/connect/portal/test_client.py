from __future__ import annotations

import gc
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.connect.portal.client import BrokerSetting, Portal, error_of, logon_of, page_url, setting_of
from tests.brokers import free_port
from tests.simulated.portal import PortalState, VirtualPortal


def rows(**values: Any) -> bytes:
    return json.dumps([{"key": key, "value": value} for key, value in values.items()]).encode()


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"success":"Logon successful!","header":"x"}', "ok"),
        (b'{"error":"Logon failed, wrong portal password!"}', "wrong password"),
        (b'{"success":"yes","error":"and no"}', "wrong password"),
        (b"{}", "not understood"),
        (b"[]", "not understood"),
        (b"null", "not understood"),
        (b"<html>", "not understood"),
        (b"\xff\xfe", "not understood"),
        (b"[" * 100_000, "not understood"),
    ],
)
def test_logon(body: bytes, word: str) -> None:
    assert logon_of(body) == word


def test_errors_come_with_status_200() -> None:
    assert error_of(b'{"error":"Error not authenticated. Use Logon first!"}').startswith("Error not")
    assert error_of(b'[{"key":"a","value":"b"}]') == ""
    assert len(error_of(json.dumps({"error": "x" * 5000}).encode())) == 200


@pytest.mark.parametrize(
    ("values", "setting"),
    [
        ({"mqttLocalBrokerUrl": "tcp://localhost:1883"}, BrokerSetting("tcp://localhost:1883")),
        ({"MQTT_BROKER_URL": "tcp://10.0.0.1:1883", "mqtt.broker.user": "x", "mqttPwd": "y"},
         BrokerSetting("tcp://10.0.0.1:1883", "x", True)),
        ({"mqttLocalBrokerUrl": None, "mqttLocalBrokerPassword": ""}, BrokerSetting("")),
        ({"mqttLocalBrokerUrl": "user:secret@host:1883"}, BrokerSetting("host:1883")),
        ({"webPortalPassword": "s", "other": "1"}, None),
        ({"mqttEnabled": "1"}, None),
    ],
)  # fmt: skip
def test_settings(values: dict[str, Any], setting: BrokerSetting | None) -> None:
    assert setting_of(rows(**values)) == setting


@pytest.mark.parametrize("url", ["tcp://localhost:1883", "localhost", "tcp://127.0.0.1:1883", "tcp://[::1]:1883"])
def test_its_own_broker(url: str) -> None:
    assert BrokerSetting(url).own


@pytest.mark.parametrize("url", ["", "tcp://10.0.0.1:1883", "tcp://[", "tcp://localhost.example:1883"])
def test_another_broker(url: str) -> None:
    assert not BrokerSetting(url).own


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON | st.lists(st.fixed_dictionaries({"key": _JSON | st.just("mqttUrl"), "value": _JSON})))
def test_anything_is_read_or_not_understood(value: Any) -> None:
    body = json.dumps(value).encode()
    logon_of(body)
    error_of(body)
    setting = setting_of(body)
    assert setting is None or len(setting.url) <= 200


@given(st.text(min_size=6, max_size=30, alphabet=st.characters(whitelist_categories=["Lu", "Nd"])))
def test_the_portals_password_is_never_kept(secret: str) -> None:
    body = rows(webPortalPassword=secret, mqttWebPortalPassword=secret, mqttUrl="tcp://h:1883", mqttPassword=secret)
    setting = setting_of(body)
    assert setting is not None
    assert secret not in repr(setting)
    assert setting.has_password


SECRET = "hunter2-of-the-portal"


async def test_the_page_is_there() -> None:
    with VirtualPortal() as virtual:
        async with Portal("127.0.0.1", port=virtual.port) as portal:
            assert await portal.page() == "portal"
            assert portal.url == f"http://127.0.0.1:{virtual.port}/smappee.html"


async def test_nothing_listens() -> None:
    async with Portal("127.0.0.1", port=free_port()) as portal:
        assert await portal.page() == "refused"
        assert await portal.logon("admin") == "no answer"
        assert await portal.broker_setting() is None


async def test_the_password_is_tried() -> None:
    with VirtualPortal(state=PortalState(password=SECRET)) as virtual:
        async with Portal("127.0.0.1", port=virtual.port) as portal:
            assert await portal.logon("admin") == "wrong password"
            assert await portal.broker_setting() is None
            assert await portal.logon(SECRET) == "ok"


async def test_the_setting_is_revealed_and_the_password_is_not() -> None:
    state = PortalState(SECRET, "tcp://u:p@10.0.0.9:1884", "u", "the broker's own secret")
    with VirtualPortal(state=state) as virtual:
        async with Portal("127.0.0.1", port=virtual.port) as portal:
            await portal.logon(SECRET)
            setting = await portal.broker_setting()
    assert setting == BrokerSetting("tcp://10.0.0.9:1884", "u", True)
    assert not setting.own
    for text in (repr(setting), repr(vars(portal)), repr(portal)):
        assert SECRET not in text
        assert "broker's own" not in text
    kept = [thing for thing in gc.get_objects() if isinstance(thing, BrokerSetting)]
    assert not any(SECRET in repr(thing) for thing in kept)


@pytest.mark.parametrize("firmware", ["plain", "2018"])
async def test_older_firmware_does_not_reveal_it(firmware: str) -> None:
    with VirtualPortal(state=PortalState(firmware=firmware)) as virtual:  # type: ignore[arg-type]
        async with Portal("127.0.0.1", port=virtual.port) as portal:
            assert await portal.logon("admin") == "ok"
            assert await portal.broker_setting() is None


async def test_a_logon_runs_out() -> None:
    now = 0.0
    with VirtualPortal(clock=lambda: now) as virtual:
        async with Portal("127.0.0.1", port=virtual.port) as portal:
            assert await portal.logon("admin") == "ok"
            assert await portal.broker_setting() is not None
            now = 1000.0
            assert await portal.broker_setting() is None


async def test_it_only_ever_reads() -> None:
    with VirtualPortal() as virtual:
        async with Portal("127.0.0.1", port=virtual.port) as portal:
            await portal.page()
            await portal.logon("admin")
            await portal.broker_setting()
        assert virtual.state.calls == [
            "GET /smappee.html",
            "POST /gateway/apipublic/logon",
            "POST /gateway/apipublic/advancedConfigPublic",
        ]


def test_addresses_of_the_page() -> None:
    assert page_url("192.168.0.48") == "http://192.168.0.48/smappee.html"
    assert page_url("fe80::1%eth0") == "http://[fe80::1%25eth0]/smappee.html"
    assert page_url("h", 8080) == "http://h:8080/smappee.html"
