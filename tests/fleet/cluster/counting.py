"""A judge that needs no diagnosis: its state is what a location was told, in which order, each message once.

It is light, so that the process of a worker starts quickly.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smappee_tui.fleet.cluster.partition import Inbox
from smappee_tui.fleet.view import Change, FleetView, LocationRow, Sweep, Window, counts_of

TURNS_AT = 25
"""With so many messages a location's verdict changes."""


@dataclass
class Heard:
    count: int = 0
    digest: str = ""

    def hear(self, payload: bytes) -> None:
        self.count += 1
        self.digest = hashlib.sha256(self.digest.encode() + payload).hexdigest()


class CountingJudge:
    def __init__(self, inbox: Inbox, states: Mapping[str, bytes]) -> None:
        self._inbox = inbox
        self._heard = {uuid: Heard(**json.loads(state)) for uuid, state in states.items()}
        self._dirty: set[str] = set()
        self._changes: list[Change] = []
        self._messages = 0
        self._last = 0.0

    def step(self, seconds: float, /) -> int:
        batch = self._inbox.drain(64)
        for topic, payload, at in batch:
            uuid = topic.split("/")[1]
            self._last = max(self._last, at)
            if not topic.endswith("/realtime"):
                continue
            heard = self._heard.setdefault(uuid, Heard())
            heard.hear(payload)
            self._dirty.add(uuid)
            if heard.count == TURNS_AT:
                self._changes.append(Change(0, at, uuid, "", "not_judged", "fault", ("ct-reversed",)))
        self._messages += len(batch)
        return len(batch)

    def count(self, uuid: str) -> int:
        """How many measurements of a location were folded."""
        return self._heard.get(uuid, Heard()).count

    def view(self) -> FleetView:
        rows = [
            LocationRow(uuid, "", True, self._last, 1.0, 0.0, 3, "ok", None, (), False, False, None)
            for uuid in self._heard
        ]
        return FleetView(
            at=self._last,
            since=self._last,
            counts=counts_of(rows),
            sweep=Sweep(),
            window=Window(),
            messages=self._messages,
            lost=self._inbox.lost,
            _rows=lambda: rows,
        )

    def states(self) -> Iterable[tuple[str, bytes]]:
        dirty, self._dirty = self._dirty, set()
        return [(uuid, json.dumps(vars(self._heard[uuid])).encode()) for uuid in sorted(dirty)]

    def gone(self) -> Iterable[str]:
        return ()

    def changes(self) -> Iterable[Change]:
        changes, self._changes = self._changes, []
        return changes

    def hours(self) -> Iterable[tuple[str, int, bytes]]:
        return ()

    def wanted(self) -> Sequence[str]:
        return ()

    def bring(self, uuid: str, hours: Mapping[int, bytes]) -> None:
        """It wants none."""

    def allow(self, part: float) -> None:
        """It takes next to nothing."""

    def close(self) -> None:
        """Nothing is open."""


def counting(inbox: Inbox, states: Mapping[str, bytes]) -> CountingJudge:
    return CountingJudge(inbox, states)
