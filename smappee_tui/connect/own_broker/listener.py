"""Listening to a broker for a while: who speaks there, and what has come of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotConnectError, RefusedError
from smappee_tui.connect.filters import WHO
from smappee_tui.connect.message_source import SLICE, take
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.messages import ChannelConfig, MonitorConfig
from smappee_tui.protocol.products import product_of
from smappee_tui.protocol.realtime import Realtime
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.protocol.wish import Fit, fit, key_of

_TICK = 0.05
_QUIET = 0.4
"""Seconds without another retained message after which all of them have come."""
_FIRST = 0.7
"""Seconds for the first one."""
_MOST = 5_000
"""Locations kept; more are counted, those up to `_MOST_COUNTED` once each."""
_MOST_COUNTED = 100_000


@dataclass(slots=True)
class HeardLocation:
    """What has come of one location."""

    uuid: str
    config: MonitorConfig | None = None
    channels: int | None = None
    """Number of channels of its configuration, None while there is none."""
    realtime: int = 0
    """Realtime messages, retained ones not counted."""
    offset: float | None = None
    """Monitor's clock less this machine's, s."""

    @property
    def serial(self) -> str:
        """Ten digits, "" while not known."""
        return self.config.serial if self.config is not None else ""

    @property
    def number(self) -> int | None:
        """The vendor's number of the location."""
        return self.config.location_id if self.config is not None else None

    @property
    def firmware(self) -> str:
        return self.config.firmware if self.config is not None else ""

    @property
    def product(self) -> str:
        """The product by its serial number."""
        return product_of(self.serial)


class BrokerListener:
    """Folds what a source brings into who is there."""

    def __init__(self, source: MqttSource, wanted: str | None = None) -> None:
        """Take a source that is not started yet; `close` closes it.

        Args:
            source: what it brings.
            wanted: the location meant, which is kept however many others there are; None for any.
        """
        self._source = source
        self._key = key_of(wanted)
        self.locations: dict[str, HeardLocation] = {}
        self._taken = 0
        self._beyond: set[int] = set()

    @property
    def beyond(self) -> int:
        """Locations that were heard and are not kept."""
        return len(self._beyond)

    @property
    def serials(self) -> tuple[str, ...]:
        """Serial numbers heard, in order."""
        return tuple(sorted(one.serial for one in self.locations.values() if one.serial))

    async def start(self, timeout: float) -> None:
        """Connect and subscribe.

        Raises:
            RefusedError: when the broker wants another login.
            CannotConnectError: when there is no subscription in time.
            CannotReadError: when the file of certificate authorities cannot be used.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        self._source.start()
        while loop.time() < end:
            state = self._source.state
            if state.phase == "connected":
                return
            if state.phase != "connecting":
                kind = RefusedError if state.phase == "refused" else CannotConnectError
                raise kind(state.reason or fact("errors.connection_lost"))
            await asyncio.sleep(_TICK)
        raise CannotConnectError(fact("errors.subscription_unconfirmed"))

    async def until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Listen until something holds, at most so many seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while True:
            self.take()
            if condition():
                return True
            if loop.time() >= end:
                return False
            await asyncio.sleep(_TICK)

    async def until_news(self, timeout: float) -> bool:
        """Listen until something comes, at most so many seconds; whether something did."""
        before = self._taken
        return await self.until(lambda: self._taken > before, timeout)

    def take(self) -> int:
        """Fold in what has arrived, for a moment at most; returns how many messages there were."""
        count, _ = take(self._source, self._fold, SLICE)
        self._taken += count
        return count

    def meant(self) -> list[HeardLocation]:
        """Those that the wish fits best; all of them without one."""
        fits = [(self._fit(one), one) for one in self.locations.values()]
        best = min((how for how, _ in fits), default=Fit.NOT)
        return [one for how, one in fits if how == best < Fit.NOT or not self._key]

    def _fit(self, one: HeardLocation) -> Fit:
        return fit(self._key, one.uuid, one.serial, one.number)

    async def close(self) -> None:
        await asyncio.to_thread(self._source.close)

    def _fold(self, received: MqttMessage | Mark) -> None:
        if isinstance(received, Mark):
            return
        try:
            topic, message = decode(received.topic, received.payload)
        except UnreadableError:
            return
        if not topic.location:
            return
        one = self.locations.get(topic.location) or HeardLocation(topic.location)
        if isinstance(message, MonitorConfig):
            one.config = message
        elif isinstance(message, ChannelConfig):
            one.channels = len(message.channels)
        elif isinstance(message, Realtime) and not received.retain:
            one.realtime += 1
            if message.sent is not None:
                one.offset = message.sent - received.at
        if topic.location in self.locations or len(self.locations) < _MOST or self._fit(one) < Fit.NOT:
            self.locations[topic.location] = one
            self._beyond.discard(hash(topic.location))
        elif len(self._beyond) < _MOST_COUNTED:
            self._beyond.add(hash(topic.location))


class Speakers(NamedTuple):
    """Who speaks on a broker."""

    known: tuple[HeardLocation, ...]
    """By serial number."""
    beyond: int = 0
    """How many more there are than could be kept."""


async def locations(address: BrokerAddress, timeout: float = 5.0, quiet: float = _QUIET) -> Speakers:
    """List the service locations on a broker.

    Args:
        address: the broker, with the login if it wants one.
        timeout: seconds for all of it.
        quiet: seconds without another message that end the list.

    Raises:
        RefusedError: when the broker wants another login.
        CannotConnectError: when it does not answer.
        CannotReadError: when the file of certificate authorities cannot be used.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout
    # The source gives up first, and says why.
    listener = BrokerListener(MqttSource(address, (WHO,), timeout=0.9 * timeout))
    try:
        await listener.start(timeout)
        while await listener.until_news(min(quiet if listener.locations else _FIRST, end - loop.time())):
            continue
    finally:
        await asyncio.shield(listener.close())
    known = (one for one in listener.locations.values() if one.config is not None)
    in_order = tuple(sorted(known, key=lambda one: (one.serial == "", one.serial, one.uuid)))
    return Speakers(in_order, listener.beyond)
