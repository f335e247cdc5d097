"""Where a fleet's messages come from, and what is made of them: one process on a broker, or workers of a cluster."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from smappee_tui.app.visit.jobs import jobs_path
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.connect.lean.reader import LeanSource
from smappee_tui.connect.message_source import SourceState
from smappee_tui.fleet.running import RunningFleet, Stepped, Watcher
from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.store import FileStore
from smappee_tui.fleet.turns import Turns
from smappee_tui.fleet.view import FleetView
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from smappee_tui.fleet.cluster.address import NatsAddress


class Feed(Watcher, Protocol):
    """What a fleet lives on; it watches with the others, to tell what is the matter with it."""

    @property
    def where(self) -> str:
        """Its address, for a person; without a password."""

    @property
    def state(self) -> SourceState:
        """How the connection is; from any thread."""

    @property
    def came_up(self) -> bool:
        """Whether it has been connected: what goes wrong later is waited for."""

    @property
    def finished(self) -> bool:
        """Whether there is no more to come."""

    def start(self) -> None:
        """Begin to connect. Raises ExternalError when it can be known at once that this will never work."""

    def fleet(self) -> Stepped:
        """Make the fleet, on the thread that steps it. Raises ExternalError when that cannot be."""


class BrokerFeed:
    """All that a broker says of all locations, in this process."""

    finished = False
    troubles: Sequence[Fact] = ()

    def __init__(
        self, address: BrokerAddress, folder: Path | None, turns: Turns | None = None, *, must_keep: bool = False
    ) -> None:
        """Prepare.

        Args:
            address: the broker.
            folder: where what is known of them is kept; None: nowhere.
            turns: how they are judged, where that is not as usual.
            must_keep: without what is kept it is of no use: a service that would tell everything twice.
        """
        self.where = str(address)
        self._source, self._folder, self._turns, self._must_keep = LeanSource(address), folder, turns, must_keep

    @property
    def state(self) -> SourceState:
        return self._source.state

    @property
    def came_up(self) -> bool:
        return self.state.phase == "connected"

    def start(self) -> None:
        self._source.start()

    def fleet(self) -> Stepped:
        store = None
        if self._folder is not None:
            try:
                store = kept_in(self._folder)
            except CannotWriteError as error:  # a service has it, say, and somebody wants to look as well
                if self._must_keep:
                    raise
                self.troubles = (fact("fleet.unkept", why=error.what),)
        return Fleet(self._source, store=store, turns=self._turns)

    def look(self, fleet: Stepped, view: FleetView) -> None:
        """Nothing is to be done."""

    def close(self) -> None:
        """The fleet closes what is open."""


class ClusterFeed:
    """What the workers of a cluster know, here and elsewhere. It watches by itself whether they are there."""

    finished = False

    def __init__(self, address: NatsAddress, workers: int, replicas: int, partitions: int | None = None) -> None:
        """Workers: processes of this machine that judge. Replicas: servers that keep each message. Partitions: into
        which the locations are to be divided; None: as they are."""
        self.where = str(address)
        self._address, self._workers, self._replicas, self._partitions = address, workers, replicas, partitions
        self.state = SourceState("connecting", 0.0)
        self.troubles: Sequence[Fact] = ()

    @property
    def came_up(self) -> bool:
        return self.state.phase != "connecting"

    def start(self) -> None:
        """It connects when the fleet is made."""

    def fleet(self) -> Stepped:
        from smappee_tui.fleet.cluster.engine import Terms
        from smappee_tui.fleet.cluster.run import Cluster

        return Cluster(self._address, self._workers, Terms(partitions=self._partitions, replicas=self._replicas))

    def look(self, fleet: Stepped, view: FleetView) -> None:
        self.troubles = getattr(fleet, "troubles", ())
        if view.connected != (self.state.phase == "connected"):
            self.state = SourceState("connected" if view.connected else "disconnected", view.at)

    def close(self) -> None:
        """Nothing of its own is open."""


def running(feed: Feed, watchers: Sequence[Watcher] = ()) -> RunningFleet:
    """The fleet of a feed, ready to start."""
    return RunningFleet(feed.fleet, (feed, *watchers))


def folder_of(where: str) -> Path:
    """Where what is known of the locations of a broker or cluster is kept. The folder need not exist.

    Args:
        where: its address, without a login.
    """
    name = re.sub(r"[^0-9A-Za-z.-]+", "-", where)[:60].strip("-.") or "fleet"
    return jobs_path().parent / "fleet" / f"{name}-{sha256(where.encode()).hexdigest()[:8]}"


def kept_in(folder: Path) -> FileStore:
    """What is kept in a folder, which nobody else may look into. Raises CannotWriteError."""
    with contextlib.suppress(OSError):  # the store says it, with what to do
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileStore(folder / "state.sqlite")
