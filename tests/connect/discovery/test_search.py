"""The search without a network: what is typed, what is remembered, what cannot be heard."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from smappee_tui.connect.discovery import knock
from smappee_tui.connect.discovery.found import Found
from smappee_tui.connect.discovery.mdns import Announcements
from smappee_tui.connect.discovery.search import Search, system_addresses
from smappee_tui.connect.errors import BadAddressError, CannotConnectError, CannotListenError
from smappee_tui.connect.networks import OwnAddress
from smappee_tui.protocol.fact import fact
from smappee_tui.simulator import sites
from tests.brokers import DEADLINE
from tests.said import said
from tests.simulated.device import VirtualDevice

pytestmark = pytest.mark.usefixtures("patient")


class Watched(Search):
    """A search that a test can wait for."""

    def __init__(self, **wishes: object) -> None:
        self.event = asyncio.Event()
        super().__init__(own=tuple, changed=self.event.set, **wishes)  # type: ignore[arg-type]

    async def until(self, condition: Callable[[tuple[Found, ...]], bool]) -> tuple[Found, ...]:
        async with asyncio.timeout(DEADLINE):
            while not condition(self.found):
                self.event.clear()
                await self.event.wait()
        return self.found


async def test_a_typed_address_tells_who_it_is(monkeypatch: pytest.MonkeyPatch, shut: int) -> None:
    with VirtualDevice(sites.build("home1"), "127.0.0.5") as device:
        monkeypatch.setattr(knock, "PORTS", (device.broker.port, shut))
        search = Watched(portal_port=device.portal.port)
        await search.start()
        seen = await search.look(" 127.0.0.5 ")
        assert (seen.broker, seen.how) == ("answering", ("typed",))
        (one,) = await search.until(lambda found: bool(found and found[0].serial))
        await search.close()
    assert (one.serial, one.portal, one.speakers) == (device.serial, True, (device.serial,))


async def test_on_a_broker_that_is_no_monitor_somebody_else_speaks(shut: int) -> None:
    with VirtualDevice(sites.build("home1"), "127.0.0.5") as device:
        search = Watched(portal_port=shut)
        await search.start()
        await search.look(f"127.0.0.5:{device.broker.port}")
        (one,) = await search.until(lambda found: bool(found and found[0].speakers))
        await search.close()
    assert (one.serial, one.portal, one.speakers) == ("", False, (device.serial,))


async def test_recent_monitors_are_looked_at(shut: int) -> None:
    with VirtualDevice(sites.build("home1"), "127.0.0.5") as device:
        recent = [f"127.0.0.5:{device.broker.port}", "not an address", f"127.0.0.6:{shut}"]
        search = Watched(recent=recent, portal_port=device.portal.port)
        await search.start()
        found = await search.until(lambda found: [one.broker for one in found] == ["answering", "refused"])
        await search.close()
    assert [one.how for one in found] == [("recent",), ("recent",)]


async def test_a_broker_that_falls_silent_is_noticed() -> None:
    with VirtualDevice(sites.build("home1"), "127.0.0.5") as device:
        search = Watched(portal_port=device.portal.port, again=0.05)
        await search.start()
        await search.look(f"127.0.0.5:{device.broker.port}")
        await search.until(lambda found: bool(found and found[0].serial))
    await search.until(lambda found: found[0].broker == "refused")
    await search.close()


async def test_words_that_are_no_address() -> None:
    search = Watched()
    with pytest.raises(BadAddressError):
        await search.look("http://example")
    with pytest.raises(BadAddressError):
        await search.look("")


async def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(host: str, timeout: float) -> tuple[str, ...]:
        return ()

    monkeypatch.setattr("smappee_tui.connect.discovery.search.system_addresses", nothing)
    search = Watched()
    with pytest.raises(CannotConnectError, match=r"name_unknown\(host=Smappee5010001234\.local\)"):
        await search.look("5010001234")


def test_a_name_service_that_does_not_answer_keeps_nobody_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, answered = threading.Event(), threading.Event()

    def dead(*_: object, **__: object) -> list[object]:
        answer.wait(DEADLINE)
        answered.set()
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", dead)
    assert asyncio.run(system_addresses("a.name", timeout=0.01)) == ()  # and the loop has ended with that
    assert not answered.is_set()
    answer.set()
    assert answered.wait(DEADLINE)


async def test_announcements_that_cannot_be_heard_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(self: Announcements) -> None:
        raise CannotListenError(fact("Announcements cannot be heard."), fact("Type the address."))

    monkeypatch.setattr(Announcements, "start", fail)
    search = Search(own=lambda: [OwnAddress("lo", "127.0.0.1", 8)])
    await search.start()
    assert said(search.problem) == "Announcements cannot be heard. Type the address."
    await search.close()


async def test_an_announced_address_outside_is_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[str] = []

    async def brokers(host: str, timeout: float = 2.0) -> tuple[knock.Knock, ...]:
        touched.append(host)
        return ()

    monkeypatch.setattr(knock, "brokers", brokers)
    search = Search(own=tuple)
    search._note(Found("5010001234", addresses=("8.8.8.8",), how=("mdns",)))
    await asyncio.gather(*search._tasks)
    assert touched == []
