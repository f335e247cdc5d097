"""Announcements and scans on networks of the test's own: two subnets, a router, monitors that come and go."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import ExitStack

import pytest

from smappee_tui.connect.networks import scan_range
from smappee_tui.simulator import sites
from tests.brokers import DEADLINE
from tests.connect.discovery.spaces import Spaces
from tests.connect.discovery.test_search import Watched as Base
from tests.simulated.announcement import Announcement
from tests.simulated.device import VirtualDevice


class Watched(Base):
    """The search as it runs: on all addresses of the namespace."""

    def __init__(self) -> None:
        super().__init__()
        from smappee_tui.connect.networks import own_addresses

        self._own = own_addresses


@pytest.fixture
def lan(spaces: Spaces) -> Spaces:
    """A laptop with a monitor beside it, and another one behind a router, which announcements do not cross."""
    spaces.make("laptop", "near", "router", "far")
    spaces.cable("laptop", "10.77.1.1/24 fd77:1::1/64", "near", "10.77.1.20/24 fd77:1::20/64")
    spaces.cable("laptop", "10.77.2.1/24", "router", "10.77.2.254/24")
    spaces.cable("router", "10.77.3.254/24", "far", "10.77.3.30/24")
    spaces.forward("router")
    spaces.route("laptop", "10.77.3.0/24", "10.77.2.254")
    spaces.route("far", "default", "10.77.3.254")
    return spaces


def device(space: Spaces, name: str, ip: str, seed: int) -> VirtualDevice:
    made = VirtualDevice(sites.build("home1", seed=seed, start=time.time()), ip, broker_port=1883, portal_port=80)
    with space.inside(name):
        made.__enter__()
    return made


def on(space: Spaces, name: str, work: object) -> object:
    return space.run(name, lambda: asyncio.run(work()))  # type: ignore[operator]


def test_announced_beside_found_by_scan_behind(lan: Spaces) -> None:
    with ExitStack() as stack:
        near = device(lan, "near", "10.77.1.20", 1)
        far = device(lan, "far", "10.77.3.30", 2)
        stack.callback(near.__exit__, None, None, None)
        stack.callback(far.__exit__, None, None, None)

        async def announce() -> None:
            announcement = Announcement(near.serial, ["10.77.1.20"])
            await announcement.start()
            await asyncio.wait_for(asyncio.to_thread(done.wait, DEADLINE), DEADLINE)
            await announcement.goodbye()

        async def look() -> None:
            search = Watched()
            await search.start()
            assert {one.ip for one in search.own} >= {"10.77.1.1", "10.77.2.1", "fd77:1::1"}
            announcing = lan.start("near", lambda: asyncio.run(announce()))
            await search.until(lambda found: bool(found and found[0].addresses))
            (one,) = await search.until(lambda found: bool(found[0].broker == "answering" and found[0].portal))
            assert (one.serial, one.address, one.how) == (near.serial, "10.77.1.20", ("mdns",))
            assert await search.resolve(f"smappee{near.serial}.LOCAL") == ("10.77.1.20",)
            progress = await search.scan([scan_range("10.77.3.0/24")])
            assert (progress.done, progress.found) == (254, 1)
            found = await search.until(lambda found: len(found) == 2 and bool(found[1].serial))
            assert (found[1].serial, found[1].address, found[1].how) == (far.serial, "10.77.3.30", ("scan",))
            done.set()
            await search.until(lambda found: found[0].gone)
            await search.close()
            await asyncio.wrap_future(announcing)

        import threading

        done = threading.Event()
        on(lan, "laptop", look)


def test_two_come_late_one_is_renamed_one_speaks_ipv6_only(lan: Spaces) -> None:
    async def announce() -> None:
        index = socket.if_nametoindex("near1")
        first = Announcement("5010001234", ["10.77.1.20"], name="SMAPPEE5010001234")
        second = Announcement("2004000025", ["fd77:1::20"], index=index)
        third = Announcement("", ["10.77.1.20"], name="nas", host="nas.local")
        await first.start()
        await second.start()
        await third.start()
        await asyncio.to_thread(renaming.wait, DEADLINE)
        await first.rename("Fuse box")
        await asyncio.to_thread(done.wait, DEADLINE)
        await asyncio.gather(*(one.goodbye() for one in (first, second, third)))

    async def look() -> None:
        search = Watched()
        await search.start()
        announcing = lan.start("near", lambda: asyncio.run(announce()))
        found = await search.until(lambda found: len(found) == 2 and all(one.addresses for one in found))
        assert {one.serial: one.address for one in found} == {"5010001234": "10.77.1.20", "2004000025": "fd77:1::20"}
        renaming.set()
        found = await search.until(lambda found: any(one.name == "Fuse box" for one in found))
        (one,) = [one for one in found if one.serial == "5010001234"]
        assert (one.host, one.gone) == ("Smappee5010001234.local", False)
        async with asyncio.timeout(DEADLINE):
            while not search.others:
                await asyncio.sleep(0.05)
        done.set()
        await search.until(lambda found: all(one.gone for one in found))
        await search.close()
        await asyncio.wrap_future(announcing)

    import threading

    renaming, done = threading.Event(), threading.Event()
    on(lan, "laptop", look)
