"""Who judges which partition: leases in the bucket, which the server lets expire by itself.

A lease is a key with a time to live. To take one is to create the key, which only one worker can; to keep it is to
write it again, if nobody has since. That alone would let a worker that slept through its lease write once more when it
wakes: so whoever takes a partition sets its fence, and every later write names the fence it knows (`store.py`).

The server's own "pinned client" of a consumer is not used: it is no lock (its design says so), it chooses somebody only
when a message comes, so that nobody would tell that a partition has fallen silent, and it knows no fair shares.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smappee_tui.fleet.cluster.engine import BUCKET, STATE

if TYPE_CHECKING:
    from nats.js import JetStreamContext

WRONG_SEQUENCE = (10071, 10164)
"""JetStream's codes for: somebody has written since."""
_WAIT = 3.0


@dataclass(slots=True)
class _Held:
    revision: int
    until: float
    """By the stopwatch, when it may have expired."""


class Leases:
    """The partitions that one worker holds."""

    def __init__(
        self, js: JetStreamContext, worker: str, partitions: int, seconds: int, *, stopwatch: Callable[[], float]
    ) -> None:
        """Hold none.

        Args:
            js: the connection.
            worker: name that nobody else has.
            partitions: how many there are.
            seconds: how long a lease lasts without being renewed; whole seconds, at least 1.
            stopwatch: seconds from any start that go on while the process is stopped.
        """
        self._js, self._worker, self._partitions, self._seconds = js, worker, partitions, seconds
        self._stopwatch = stopwatch
        self._held: dict[int, _Held] = {}
        self._offset = hash(worker)
        self._renewing = asyncio.Lock()
        """What is given back is not renewed at the same time."""

    @property
    def held(self) -> frozenset[int]:
        return frozenset(self._held)

    def holds(self, partition: int) -> bool:
        """Whether it is certain that nobody else has it now."""
        held = self._held.get(partition)
        return held is not None and self._stopwatch() < held.until

    async def renew(self) -> frozenset[int]:
        """Say that this worker is there, and keep what it holds.

        Returns:
            What it lost.
        """
        from nats.errors import Error

        async def present() -> None:
            with contextlib.suppress(Error):
                await self._write(f"worker.{self._worker}", None)

        # All at once: an answer takes as long as whatever else this process does meanwhile.
        async with self._renewing:
            kept = await asyncio.gather(*(self._keep(number, held) for number, held in self._held.items()), present())
            lost = frozenset(number for number in kept if number is not None)
            for number in lost:
                del self._held[number]
        return lost

    async def _keep(self, partition: int, held: _Held) -> int | None:
        """Renew one; its number where it is lost."""
        from nats.errors import Error

        sent = self._stopwatch()
        try:
            held.revision = await self._write(f"lease.{partition}", held.revision)
            held.until = sent + self._seconds
        except Error as problem:
            # Out of reach for a moment: the lease stays its holder's until it may have expired.
            taken = getattr(problem, "err_code", None) in WRONG_SEQUENCE
            if (taken and not await self._is_ours(partition, held)) or self._stopwatch() >= held.until:
                return partition
        return None

    async def share(self) -> int:
        """How many partitions are this worker's part, by those who are there now; the parts add up to all."""
        info = await self._js.stream_info(STATE, subjects_filter=f"$KV.{BUCKET}.worker.*")
        names = sorted({subject.rpartition(".")[2] for subject in (info.state.subjects or {})} | {self._worker})
        each, more = divmod(self._partitions, len(names))
        return each + (names.index(self._worker) < more)

    async def take(self, most: int, leave_out: Container[int] = ()) -> list[int]:
        """Take what nobody holds, up to so many more, but not these."""
        from nats.errors import Error
        from nats.js.errors import KeyWrongLastSequenceError

        bucket, taken = await self._js.key_value(BUCKET), list[int]()
        # Workers that start together look in different places first.
        for number in range(self._partitions):
            partition = (number + self._offset) % self._partitions
            if len(taken) >= most:
                break
            if partition in self._held or partition in leave_out:
                continue
            sent = self._stopwatch()
            try:
                revision = await bucket.create(
                    f"lease.{partition}", self._worker.encode(), msg_ttl=float(self._seconds)
                )
            except KeyWrongLastSequenceError:
                continue
            except Error:
                if taken:  # whoever asked is to work on these: held and not known to him they would be nobody's
                    break
                raise
            self._held[partition] = _Held(revision, sent + self._seconds)
            taken.append(partition)
        return taken

    async def give_back(self, partition: int) -> None:
        """Let another worker have it at once."""
        from nats.errors import Error

        async with self._renewing:
            held = self._held.pop(partition, None)
            if held is not None:
                with contextlib.suppress(Error):  # it expires by itself
                    await self._write(f"lease.{partition}", held.revision, gone=True)

    async def leave(self) -> None:
        """Give back everything, and be no worker any more."""
        from nats.errors import Error

        for partition in list(self._held):
            await self.give_back(partition)
        try:
            await self._js.purge_stream(STATE, subject=f"$KV.{BUCKET}.worker.{self._worker}")
        except Error:
            return

    async def _write(self, key: str, revision: int | None, *, gone: bool = False) -> int:
        headers = {} if revision is None else {"Nats-Expected-Last-Subject-Sequence": str(revision)}
        if gone:
            headers |= {"KV-Operation": "PURGE", "Nats-Rollup": "sub"}
        answer = await self._js.publish(
            f"$KV.{BUCKET}.{key}",
            b"" if gone else self._worker.encode(),
            timeout=_WAIT,
            headers=headers,
            msg_ttl=1.0 if gone else float(self._seconds),
        )
        return answer.seq

    async def _is_ours(self, partition: int, held: _Held) -> bool:
        """Whether the newer writing is our own, of which the answer was lost."""
        from nats.errors import Error

        try:
            entry = await (await self._js.key_value(BUCKET)).get(f"lease.{partition}")
        except Error:
            return False
        if entry.value != self._worker.encode() or entry.revision is None:
            return False
        held.revision = entry.revision
        return True


def pause(seconds: int) -> float:
    """How often to renew leases of so many seconds: three tries fit in."""
    return math.ldexp(seconds, -2)
