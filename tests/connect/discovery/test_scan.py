import asyncio
import ipaddress

import pytest

from smappee_tui.connect.discovery import knock
from smappee_tui.connect.discovery.found import Found
from smappee_tui.connect.discovery.scan import MOST_OPEN, Scan, with_knocks
from smappee_tui.connect.discovery.search import Search
from smappee_tui.connect.errors import BadAddressError
from smappee_tui.connect.networks import Allowed
from smappee_tui.simulator import sites
from tests.simulated.device import VirtualDevice

LOOPBACK = ipaddress.IPv4Network("127.0.0.0/28")


def networks(text: str) -> list[ipaddress.IPv4Network]:
    return [ipaddress.IPv4Network(text)]


@pytest.mark.usefixtures("patient")
async def test_a_monitor_among_nothing(monkeypatch: pytest.MonkeyPatch, shut: int) -> None:
    with VirtualDevice(sites.build("home1"), "127.0.0.5") as device:
        monkeypatch.setattr(knock, "PORTS", (device.broker.port, shut))
        found: list[Found] = []
        scan = Scan([LOOPBACK], found.append, skip=["127.0.0.1"], portal_port=device.portal.port)
        progress = await scan.run()
    assert (progress.done, progress.total, progress.finished) == (13, 13, True)
    assert [(one.addresses, one.portal, one.broker) for one in found] == [(("127.0.0.5",), True, "answering")]
    assert device.portal.state.calls == ["GET /smappee.html"]


@pytest.mark.usefixtures("patient")
async def test_a_broker_that_is_no_monitor(monkeypatch: pytest.MonkeyPatch, shut: int) -> None:
    with VirtualDevice(sites.build("home1"), "127.0.0.5") as device:
        monkeypatch.setattr(knock, "PORTS", (shut, device.broker.port))
        found: list[Found] = []
        await Scan([LOOPBACK], found.append, skip=["127.0.0.1"], portal_port=shut).run()
    (one,) = found
    assert (one.portal, one.broker_port, one.ports) == (False, device.broker.port, (device.broker.port,))


async def test_never_more_connections_than_said(monkeypatch: pytest.MonkeyPatch) -> None:
    now = most = total = 0

    async def port_open(host: str, port: int, timeout: float) -> knock.Answer:
        nonlocal now, most, total
        now += 1
        total += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return "silent"

    monkeypatch.setattr(knock, "port_open", port_open)
    progress = await Scan(networks("10.0.0.0/22"), lambda _: None, rate=1e9, most_open=500).run()
    assert (progress.done, total) == (1022, 2044)
    assert most == MOST_OPEN


async def test_new_hosts_come_at_a_bounded_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    async def port_open(host: str, port: int, timeout: float) -> knock.Answer:
        return "unreachable"

    monkeypatch.setattr(knock, "port_open", port_open)
    waited: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noted)
    await Scan(networks("10.0.0.0/26"), lambda _: None, rate=0.01).run()
    assert len(waited) == 61
    assert 100 * 60 < max(waited) <= 100 * 61


async def test_it_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    async def port_open(host: str, port: int, timeout: float) -> knock.Answer:
        if host.endswith(".9"):
            scan.stop()
        await asyncio.sleep(0)
        return "silent"

    monkeypatch.setattr(knock, "port_open", port_open)
    scan = Scan(networks("10.0.0.0/22"), lambda _: None, rate=1e9, most_open=4)
    progress = await scan.run()
    assert scan.stopped
    assert 9 <= progress.done < 30


async def test_only_what_is_allowed_is_scanned() -> None:
    search = Search(own=tuple)
    with pytest.raises(BadAddressError, match="not_to_be_scanned"):
        await search.scan(networks("192.168.1.0/24"))
    search = Search(own=tuple, allowed=Allowed())
    with pytest.raises(BadAddressError, match="not_to_be_scanned"):
        await search.scan(networks("8.8.8.0/24"))


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        (["answering"], "answering"),
        (["login"], "answering"),
        (["refused", "answering"], "answering"),
        (["refused", "refused"], "refused"),
        (["silent", "silent"], "silent"),
        (["open", "refused"], "silent"),
        (["unreachable"], "silent"),
        ([], "unknown"),
    ],
)
def test_what_ports_say_of_a_broker(answers: list[knock.Answer], word: str) -> None:
    knocks = [knock.Knock(port, answer) for port, answer in zip(knock.PORTS, answers, strict=False)]
    assert with_knocks(Found(), knocks).broker == word
