import gc

import pytest

from smappee_tui.connect.portal.answers import BrokerSetting
from smappee_tui.connect.portal.client import Portal, page_url
from tests.brokers import free_port
from tests.simulated.portal import PortalState, VirtualPortal

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
