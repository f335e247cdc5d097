"""From the address of a broker to what a fleet drains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from smappee_tui.app.visit.jobs import jobs_path
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.message_source import SourceState
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.fleet.running import RunningFleet, Watcher
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


def running(source: BrokerSource, watchers: Sequence[Watcher] = ()) -> RunningFleet:
    """The fleet of a broker, ready to start."""
    return RunningFleet(lambda: Fleet(source), watchers)


def folder_of(where: str) -> Path:
    """Where what is known of the locations of a broker or cluster is kept. The folder need not exist.

    Args:
        where: its address, without a login.
    """
    name = re.sub(r"[^0-9A-Za-z.-]+", "-", where)[:60].strip("-.") or "fleet"
    return jobs_path().parent / "fleet" / f"{name}-{sha256(where.encode()).hexdigest()[:8]}"
