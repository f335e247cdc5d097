"""Who speaks on a broker: every service location that left its configuration there, by serial number."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotConnectError, RefusedError
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.errors import UnreadableError
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.messages import MonitorConfig
from smappee_tui.protocol.products import product_of
from smappee_tui.protocol.received import MqttMessage

TOPIC = "servicelocation/+/config"
MOST = 10_000
"""Locations kept."""
_QUIET = 0.4
"""Seconds without another retained message after which all of them have come."""


@dataclass(frozen=True, slots=True)
class Location:
    """One service location on a broker."""

    uuid: str
    serial: str
    """As sent: ten digits, or ""."""
    firmware: str

    @property
    def product(self) -> str:
        """The product by its serial number."""
        return product_of(self.serial)


async def locations(address: BrokerAddress, timeout: float = 5.0, quiet: float = _QUIET) -> tuple[Location, ...]:
    """List the service locations on a broker, by serial number.

    Args:
        address: the broker, with the login if it wants one.
        timeout: seconds for all of it.
        quiet: seconds without another message that end the list.

    Raises:
        RefusedError: when the broker wants another login.
        CannotConnectError: when it does not answer.
        CannotRead: when the file of certificate authorities cannot be used.
    """
    loop, woken = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    link = MqttSource(address, (TOPIC,), on_wake=wake, timeout=timeout)
    seen: dict[str, Location] = {}
    link.start()
    try:
        end = loop.time() + timeout
        while loop.time() < end:
            woken.clear()
            fresh = _take(link, seen)
            state = link.state
            if state.phase == "refused":
                raise RefusedError(state.reason or fact("errors.login_refused", address=str(address)))
            if state.phase in ("disconnected", "closed"):
                raise CannotConnectError(state.reason or fact("errors.no_answer", address=str(address)))
            up = state.phase == "connected"
            pause = quiet if up and (fresh or seen) else min(0.7, timeout) if up else end - loop.time()
            try:
                await asyncio.wait_for(woken.wait(), min(pause, max(0.0, end - loop.time())))
            except TimeoutError:
                if up:
                    break
        if link.state.phase == "connecting":
            raise CannotConnectError(fact("errors.no_answer", address=str(address)), fact("errors.no_list_advice"))
        _take(link, seen)
    finally:
        await asyncio.shield(asyncio.to_thread(link.close))
    return tuple(sorted(seen.values(), key=lambda known: (known.serial == "", known.serial, known.uuid)))


def _take(link: MqttSource, seen: dict[str, Location]) -> int:
    arrivals = link.drain()
    for arrival in arrivals:
        if isinstance(arrival, MqttMessage):
            with contextlib.suppress(UnreadableError):
                topic, message = decode(arrival.topic, arrival.payload)
                if isinstance(message, MonitorConfig) and len(seen) < MOST:
                    seen[topic.location] = Location(topic.location, message.serial, message.firmware)
    return len(arrivals)
