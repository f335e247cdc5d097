"""Looking through a range of addresses. It happens only when somebody asked for exactly this range."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from smappee_tui.connect.discovery import knock
from smappee_tui.connect.discovery.found import BrokerWord, Found
from smappee_tui.connect.portal.client import Portal

MOST_OPEN = 64
"""Connections at a time."""
RATE = 250.0
"""New hosts a second: a router's tables are small, and an alarm system may watch."""
_PATIENCE = 0.8
"""Seconds that a host has for each port."""


@dataclass(frozen=True, slots=True)
class ScanProgress:
    done: int
    total: int
    found: int
    """Hosts that are a monitor or have a broker."""

    @property
    def finished(self) -> bool:
        """Everything was looked at."""
        return self.done >= self.total


class Scan:
    """One pass over some networks: the portal's page, and MQTT on 1883 and 10000."""

    def __init__(
        self,
        networks: Iterable[ipaddress.IPv4Network],
        on_found: Callable[[Found], None],
        *,
        skip: Iterable[str] = (),
        most_open: int = MOST_OPEN,
        rate: float = RATE,
        patience: float = _PATIENCE,
        portal_port: int = 80,
    ) -> None:
        """Prepare; `run` does it.

        Args:
            networks: checked before: private ones that the person has agreed to.
            on_found: called for each monitor and each broker, as it is found.
            skip: addresses to leave alone, such as this machine's own.
            most_open: connections at a time, at most 64.
            rate: new hosts a second.
            patience: seconds for each port.
            portal_port: where the page is; another one is for tests.
        """
        hosts = dict.fromkeys(str(ip) for network in networks for ip in network.hosts())
        for own in skip:
            hosts.pop(own, None)
        self._hosts = list(hosts)
        self._on_found = on_found
        self._most_open = max(1, min(most_open, MOST_OPEN))
        self._gap = 1.0 / rate
        self._patience = patience
        self._portal_port = portal_port
        self._done = self._found = 0
        self._next = 0.0
        self._stopped = False

    @property
    def progress(self) -> ScanProgress:
        return ScanProgress(self._done, len(self._hosts), self._found)

    @property
    def stopped(self) -> bool:
        """It was told to stop."""
        return self._stopped

    def stop(self) -> None:
        """Begin no more hosts; those being asked end within a few seconds."""
        self._stopped = True

    async def run(self) -> ScanProgress:
        """Look at every host, and return when all have answered or had their time."""
        hosts = iter(self._hosts)
        self._next = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._most_open, len(self._hosts))):
                group.create_task(self._work(hosts))
        return self.progress

    async def _work(self, hosts: Iterator[str]) -> None:
        """One of the workers: it holds one connection at a time, so their number bounds the connections."""
        loop = asyncio.get_running_loop()
        for host in hosts:
            wait, self._next = self._next - loop.time(), max(self._next, loop.time()) + self._gap
            if wait > 0:
                await asyncio.sleep(wait)
            if self._stopped:
                return
            seen = await self._look(host)
            self._done += 1
            if seen is not None:
                self._found += 1
                self._on_found(seen)

    async def _look(self, host: str) -> Found | None:
        page = await knock.port_open(host, self._portal_port, self._patience)
        if page == "unreachable":
            return None
        portal = False
        if page == "open":
            async with Portal(host, port=self._portal_port, timeout=3.0) as asked:
                portal = await asked.page() == "portal"
        mqtt, silent = knock.PORTS[0], page == "silent"
        first = await knock.port_open(host, mqtt, self._patience)
        if silent and first in ("silent", "unreachable"):
            return None  # nobody there: one port more would only cost time
        knocks = [await knock.mqtt(host, mqtt)] if first == "open" else [knock.Knock(mqtt, first)]
        if knocks[0].answer not in ("answering", "login"):
            second = await knock.port_open(host, knock.PORTS[1], self._patience)
            knocks.append(await knock.mqtt(host, knock.PORTS[1]) if second == "open" else knock.Knock(10000, second))
        found = with_knocks(Found(addresses=(host,), how=("scan",), portal=portal), knocks)
        return found if portal or found.broker == "answering" else None


def with_knocks(found: Found, knocks: Iterable[knock.Knock]) -> Found:
    """What is known of a monitor, with what its ports answered."""
    from dataclasses import replace

    knocks = tuple(knocks)
    best = next((one for one in knocks if one.answer in ("answering", "login")), None)
    word: BrokerWord = "unknown"
    if best is not None:
        word = "answering"
    elif knocks:
        word = "refused" if knocks[0].answer == "refused" else "silent"
    return replace(
        found,
        broker=word,
        broker_port=best.port if best else None,
        login=best is not None and best.answer == "login",
        ports=tuple(one.port for one in knocks if one.is_open),
    )
