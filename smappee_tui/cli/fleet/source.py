"""From the address of a broker to what a fleet drains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from smappee_tui.app.visit.jobs import jobs_path
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.lean.batch import Batch
from smappee_tui.connect.lean.reader import LeanSource
from smappee_tui.connect.message_source import SourceState
from smappee_tui.fleet.running import RunningFleet, Watcher
from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.store import FileStore


class BrokerSource:
    """All that a broker says of all locations."""

    def __init__(self, address: BrokerAddress) -> None:
        self._source = LeanSource(address)

    def start(self) -> None:
        """Begin to connect. Raises CannotReadError where the file of certificate authorities cannot be used."""
        self._source.start()

    def drain(self, limit: int, /) -> Sequence[Batch]:
        return self._source.drain(limit)

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


def running(source: BrokerSource, watchers: Sequence[Watcher] = (), state: Path | None = None) -> RunningFleet:
    """The fleet of a broker, ready to start.

    Args:
        source: what it drains.
        watchers: who else looks.
        state: the file that its state is kept in; None: it is not kept.
    """
    return RunningFleet(lambda: Fleet(source, store=FileStore(state) if state is not None else None), watchers)


def folder_of(where: str) -> Path:
    """Where what is known of the locations of a broker or cluster is kept. The folder need not exist.

    Args:
        where: its address, without a login.
    """
    name = re.sub(r"[^0-9A-Za-z.-]+", "-", where)[:60].strip("-.") or "fleet"
    return jobs_path().parent / "fleet" / f"{name}-{sha256(where.encode()).hexdigest()[:8]}"
