"""Listening to a broker for a while: who speaks there, and what has come of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.errors import UnreadableError
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import ChannelConfig, MonitorConfig
from smappee_tui.protocol.realtime import Realtime
from smappee_tui.protocol.received import MqttMessage

_TICK = 0.05
_MOST = 5_000
"""Locations kept."""


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
        """Its serial number, "" while not known."""
        return self.config.serial if self.config is not None else ""


class BrokerListener:
    """Folds what a link brings into who is there."""

    def __init__(self, link: MqttSource) -> None:
        """Take a link that is not started yet; `close` closes it."""
        self._link = link
        self.locations: dict[str, HeardLocation] = {}

    @property
    def serials(self) -> tuple[str, ...]:
        """Serial numbers heard, in order."""
        return tuple(sorted(one.serial for one in self.locations.values() if one.serial))

    async def start(self, timeout: float) -> Fact | None:
        """Connect and subscribe; returns why not, None when it worked."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        self._link.start()
        while loop.time() < end:
            state = self._link.state
            if state.phase == "connected":
                return None
            if state.phase != "connecting":
                return state.reason or fact("errors.connection_lost")
            await asyncio.sleep(_TICK)
        return fact("errors.subscription_unconfirmed")

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

    def take(self) -> int:
        """Fold in what has arrived; returns how many messages there were."""
        arrivals = self._link.drain()
        for arrival in arrivals:
            self._fold(arrival)
        return len(arrivals)

    def matching(self, wanted: str | None) -> list[HeardLocation]:
        """Locations with this uuid or serial number; all of them without."""
        return [one for one in self.locations.values() if wanted is None or wanted in (one.uuid, one.serial)]

    async def close(self) -> None:
        """Let go of the broker."""
        await asyncio.to_thread(self._link.close)

    def _fold(self, arrival: MqttMessage) -> None:
        try:
            topic, message = decode(arrival.topic, arrival.payload)
        except UnreadableError:
            return
        if not topic.location or (topic.location not in self.locations and len(self.locations) >= _MOST):
            return
        one = self.locations.setdefault(topic.location, HeardLocation(topic.location))
        if isinstance(message, MonitorConfig):
            one.config = message
        elif isinstance(message, ChannelConfig):
            one.channels = len(message.channels)
        elif isinstance(message, Realtime) and not arrival.retain:
            one.realtime += 1
            if message.sent is not None:
                one.offset = message.sent - arrival.at
