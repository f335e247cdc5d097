"""From the address of a broker to what a fleet drains."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.message_source import SourceState
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.fleet.running import RunningFleet
from smappee_tui.fleet.service import Fleet, Message
from smappee_tui.protocol.received import MqttMessage


class BrokerSource:
    """All that a broker says of all locations."""

    def __init__(self, address: BrokerAddress) -> None:
        self._source = MqttSource(address, queue_size=100_000, queue_bytes=64 * 1024 * 1024)

    def start(self) -> None:
        """Begin to connect. Raises CannotReadError where the file of certificate authorities cannot be used."""
        self._source.start()

    def drain(self, limit: int, /) -> Sequence[Message]:
        return [(one.topic, one.payload, one.at) for one in self._source.drain(limit) if isinstance(one, MqttMessage)]

    @property
    def lost(self) -> int:
        return self._source.dropped.total

    @property
    def state(self) -> SourceState:
        return self._source.state

    @property
    def connected(self) -> bool:
        return self.state.phase == "connected"

    def close(self) -> None:
        self._source.close()


def running(source: BrokerSource) -> RunningFleet:
    """The fleet of a broker, ready to start."""
    return RunningFleet(lambda: Fleet(source))
