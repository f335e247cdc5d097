"""The search: announcements, recent monitors, what is typed, and a scan on request, in one list."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.discovery import knock
from smappee_tui.connect.discovery.found import Found, How, Register, host_of, is_monitor, is_serial, serial_in
from smappee_tui.connect.discovery.mdns import Announcements
from smappee_tui.connect.discovery.meters import FoundMeter
from smappee_tui.connect.discovery.scan import Scan, ScanProgress, with_knocks
from smappee_tui.connect.errors import BadAddressError, CannotConnectError, CannotListenError, ExternalError
from smappee_tui.connect.networks import Allowed, OwnAddress, own_addresses
from smappee_tui.connect.own_broker.listener import locations
from smappee_tui.connect.portal.client import Portal
from smappee_tui.protocol.fact import Fact, fact

_LOOK_AGAIN = 3.0
"""Seconds between two looks at this machine's own addresses: a cable is plugged in, a Wi-Fi is joined."""
_KNOCK_AGAIN = 15.0
"""Seconds between two looks whether the brokers still answer: a monitor that lost power says no goodbye."""
_MOST_METERS = 16
"""A house has one digital meter; more is a neighbourhood on one network."""
_MOST_SPEAKERS = 100
"""Monitors on one broker that are told by their serial number; the others are counted."""


class Search:
    """Looks for monitors until it is closed. Lives in the event loop that starts it."""

    def __init__(
        self,
        *,
        own: Callable[[], Sequence[OwnAddress]] | None = None,
        recent: Iterable[str] = (),
        changed: Callable[[], None] = lambda: None,
        allowed: Allowed | None = None,
        portal_port: int = 80,
        again: float = _KNOCK_AGAIN,
    ) -> None:
        """Prepare; `start` begins to listen.

        Args:
            own: gives this machine's addresses to listen and ask on; asked again and again.
            recent: addresses of brokers from last time, `host` or `host:port`.
            changed: called whenever the list, a state in it or the problem is another one.
            allowed: networks that may be touched; None: what the environment says.
            portal_port: where the portal's page is; another one is for tests.
            again: seconds between two looks whether the brokers found still answer.
        """
        self._again = again
        self._portal_port = portal_port
        self.allowed = allowed or Allowed.from_environment()
        self.own: tuple[OwnAddress, ...] = ()
        self.problem: Fact | None = None
        """Why announcements cannot be heard, None while they can."""
        self.scanning: Scan | None = None
        self._own = own or (lambda: own_addresses(self.allowed))
        self._recent = tuple(recent)
        self._changed = changed
        self._register = Register()
        self._announcements: Announcements | None = None
        self._meters: dict[str, FoundMeter] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._knocks: set[asyncio.Task[None]] = set()
        self._knocking: set[str] = set()

    @property
    def found(self) -> tuple[Found, ...]:
        """Everything found so far, in order of first sight."""
        return self._register.items

    @property
    def meters(self) -> tuple[FoundMeter, ...]:
        """Digital meters that announce themselves."""
        return tuple(self._meters.values())

    @property
    def others(self) -> int:
        """Machines that announce themselves as monitors do, under another name."""
        return len(self._announcements.others) if self._announcements is not None else 0

    async def start(self) -> None:
        """Begin to listen. That announcements cannot be heard is said in `problem`; the rest works without."""
        await self._listen()
        self._spawn(self._follow())
        self._spawn(self._knock_again())
        mine = {one.ip for one in self.own}
        for text in self._recent:
            with contextlib.suppress(BadAddressError):
                address = BrokerAddress.parse(text)
                if address.host not in mine:  # what was this laptop's own broker is none any more
                    self._note(_from_address(address, "recent"))

    async def close(self) -> None:
        if self.scanning is not None:
            self.scanning.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._announcements is not None:
            await self._announcements.close()
            self._announcements = None

    async def look(self, text: str, timeout: float = 3.0) -> Found:
        """Look at what a person typed: an address, a host name, `host:port`, or a serial number.

        Raises:
            BadAddressError: when it is none of these.
            CannotConnectError: when the name is known nowhere.
        """
        text = text.strip()
        address = BrokerAddress.parse(host_of(text) if is_serial(text) else text)
        found = _from_address(address, "typed")
        if not found.addresses:
            found = replace(found, addresses=await self.resolve(address.host, timeout))
        knocks: tuple[knock.Knock, ...]
        if _names_port(text):
            knocks = (await knock.mqtt(found.address, address.port, timeout=timeout),)
        else:
            knocks = await knock.brokers(found.address, timeout)
        known, _ = self._register.note(with_knocks(found, knocks))
        self._spawn(self._knock(known), self._knocks)
        self._changed()
        return known

    async def resolve(self, host: str, timeout: float = 3.0) -> tuple[str, ...]:
        """The addresses of a host name: by the system, and for `.local` names by asking the network.

        Raises:
            CannotConnectError: when the name is known nowhere.
        """
        asked: list[tuple[str, ...]] = []
        if host.casefold().rstrip(".").endswith(".local") and self._announcements is not None:
            asked.append(await self._announcements.addresses_of(host, timeout))
        if not any(asked):
            asked.append(await system_addresses(host, timeout))
        for addresses in asked:
            if addresses:
                return addresses
        raise CannotConnectError(fact("errors.name_unknown", host=host), fact("errors.monitor_name_advice"))

    async def scan(self, networks: Iterable[ipaddress.IPv4Network]) -> ScanProgress:
        """Scan ranges that the person has agreed to.

        Raises:
            BadAddressError: when one of them may not be touched.
        """
        networks = tuple(networks)
        for network in networks:
            if not self.allowed.covers(network):
                raise BadAddressError(
                    fact("discovery.not_to_be_scanned", network=str(network)), fact("discovery.choose_private")
                )
        scan = self.scanning = Scan(
            networks, self._note, skip=[one.ip for one in self.own], portal_port=self._portal_port
        )
        try:
            return await scan.run()
        finally:
            self._changed()

    async def settled(self, timeout: float) -> None:
        """Wait until everything found has been asked, at most so many seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while self._knocks and loop.time() < end:
            await asyncio.wait(self._knocks, timeout=end - loop.time())

    def _note(self, seen: Found) -> None:
        known, news = self._register.note(seen)
        if news:
            self._spawn(self._knock(known), self._knocks)
            self._changed()

    def _lost(self, name: str) -> None:
        self._register.lost(name)
        self._changed()

    def _meter(self, name: str, meter: FoundMeter | None) -> None:
        if meter is None:
            self._meters.pop(name, None)
        elif name in self._meters or len(self._meters) < _MOST_METERS:
            self._meters[name] = meter
        self._changed()

    async def _knock(self, found: Found) -> None:
        """Find out whether its broker answers, and who it is where only the broker can say."""
        key = found.serial or found.address
        if not found.address or key in self._knocking or not self._may(found):
            return
        self._knocking.add(key)
        try:
            if not found.addresses:
                found = replace(found, addresses=await self.resolve(found.host))
            if found.portal is None:
                found = replace(found, portal=await self._has_portal(found.address))
            if found.broker == "unknown":
                port = found.broker_port
                knocks = (await knock.mqtt(found.address, port),) if port else await knock.brokers(found.address)
                found = with_knocks(found, knocks)
            self._take(found)
            if found.broker == "answering" and not found.login and not found.speakers:
                heard = await locations(found.broker_address, 3.0)
                speakers = tuple(one.serial for one in heard.known[:_MOST_SPEAKERS])
                beyond = heard.beyond + len(heard.known) - len(speakers)
                alone = not found.serial and len(speakers) == 1 and is_serial(speakers[0])
                # Only a monitor's own broker tells whose it is: on another one somebody else speaks.
                serial = speakers[0] if found.portal and alone else found.serial
                self._take(replace(found, serial=serial, speakers=speakers, speakers_beyond=beyond))
        except ExternalError:
            return  # it stays "unknown" or without a serial, and is tried again
        finally:
            self._knocking.discard(key)

    def _take(self, found: Found) -> None:
        if self._register.note(found)[1]:
            self._changed()

    async def _has_portal(self, host: str) -> bool | None:
        async with Portal(host, port=self._portal_port, timeout=3.0) as asked:
            word = await asked.page()
        return None if word == "silent" else word == "portal"

    def _may(self, found: Found) -> bool:
        """Only what is beside us: an announcement could name any address in the world."""
        typed = "typed" in found.how or "recent" in found.how
        return typed or (bool(found.addresses) and self.allowed.holds(found.addresses[0]))

    async def _knock_again(self) -> None:
        while True:
            await asyncio.sleep(self._again)
            for found in self.found[:32]:
                if found.local_mqtt and not found.gone:
                    self._spawn(self._knock(replace(found, broker="unknown")))

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_AGAIN)
            if tuple(self._own()) != self.own:
                await self._listen()

    async def _listen(self) -> None:
        """Listen on the addresses that this machine has now."""
        if self._announcements is not None:
            await self._announcements.close()
            self._announcements = None
        self.own, self.problem = tuple(self._own()), None
        if self.own:
            listening = Announcements(self.own, self._note, self._lost, self._meter)
            try:
                await listening.start()
                self._announcements = listening
            except CannotListenError as error:
                self.problem = error.told
                await listening.close()
        self._changed()

    def _spawn(self, work: Coroutine[Any, Any, None], *also: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        for group in (self._tasks, *also):
            group.add(task)
            task.add_done_callback(group.discard)


async def system_addresses(host: str, timeout: float = 3.0) -> tuple[str, ...]:
    """What the system knows of a host name, IPv4 first; () for nothing in time.

    A name service that does not answer is waited for by the system, for half a minute. The loop's own threads would
    keep the program from ending for as long; this one does not.
    """
    import socket

    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def told(infos: list[Any]) -> None:
        if not answer.done():
            answer.set_result(infos)

    def ask() -> None:
        infos: list[Any] = []
        with contextlib.suppress(OSError, UnicodeError):
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(told, infos)

    threading.Thread(target=ask, name="name service", daemon=True).start()
    try:
        async with asyncio.timeout(timeout):
            infos = await answer
    except TimeoutError:
        return ()
    infos.sort(key=lambda info: info[0] != socket.AF_INET)
    return tuple(dict.fromkeys(str(info[4][0]) for info in infos))


def _from_address(address: BrokerAddress, how: How) -> Found:
    host = address.host
    port = address.port if address.port != 1883 else None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Found(serial_in(host) if is_monitor(host) else "", host=host, how=(how,), broker_port=port)
    return Found(addresses=(host,), how=(how,), broker_port=port)


def _names_port(text: str) -> bool:
    rest = text.rpartition("://")[2].rpartition("@")[2]
    return rest.rpartition("]")[2].count(":") == 1
