"""A cluster as one fleet: starts workers on this machine, and shows what all workers everywhere know."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING, NamedTuple

from smappee_tui.connect.errors import CannotConnectError, ExternalError
from smappee_tui.fleet.cluster.address import NatsAddress
from smappee_tui.fleet.cluster.engine import (
    BUCKET,
    CHANGE_SUBJECT,
    CHANGES,
    STATE,
    Terms,
    connect,
    prepare,
    trouble_of,
    why_not,
)
from smappee_tui.fleet.cluster.judging import judge
from smappee_tui.fleet.cluster.lease import pause
from smappee_tui.fleet.cluster.partition import Make
from smappee_tui.fleet.cluster.store import Part, read_change, unpacked
from smappee_tui.fleet.cluster.worker import work
from smappee_tui.fleet.service import SILENT
from smappee_tui.fleet.view import DAY, MOST_CHANGES, Change, Counts, FleetView, LocationRow, Sweep, Window, counts_of
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

STALE = 60.0
"""Seconds after which what a partition showed is old: its worker is gone and nobody has taken over."""
_PATIENCE = 15.0
"""Seconds that workers have to write down and end."""
_CHANGES_BACK = 2 * DAY
"""Seconds before the start, of which changes are shown."""
_WAIT, _KEPT = 5.0, 60.0
"""Seconds for an answer to what is written into the bucket only to see whether that can be, and that it stays there."""
_AGAIN = 5.0
"""Seconds between two starts of a worker that died."""


def refuse_shared() -> ExternalError:
    """A shared subscription: the broker would deal the messages of one location out to several judges."""
    return ExternalError(fact("cluster.shared"), fact("cluster.shared_advice"))


def refuse_workers() -> ExternalError:
    """Several workers on a plain broker, where each would hear everything or parts of every location."""
    return ExternalError(fact("cluster.plain_broker"), fact("cluster.plain_broker_advice"))


class Shown(NamedTuple):
    """A partition as its worker wrote it down last."""

    part: Part
    counts: Counts
    at: float
    """When that was, s since 1970: `Part.at` is the judge's time, and stays behind while he does."""
    place: int
    """Sequence in the bucket."""
    pace: float
    """Measurements a second."""


class Cluster:
    """Steps, shows and ends as a `Fleet` does. The judging is done by workers, here and elsewhere."""

    def __init__(
        self,
        address: NatsAddress,
        workers: int = 1,
        terms: Terms | None = None,
        *,
        make: Make = judge,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Connect, set up what is not there yet, and start workers.

        Args:
            address: of the cluster.
            workers: processes to start on this machine; 0 only looks, and sets nothing up.
            terms: how to set it up where it is not yet.
            make: makes the judge of a partition; of a module's top level.
            clock: s since 1970.

        Raises:
            ExternalError: it cannot be reached, or not be set up.
        """
        self._address, self._terms, self._make, self._clock = address, terms or Terms(), make, clock
        self.since = clock()
        self._lock = threading.Lock()
        self.parts: dict[int, Shown] = {}
        self._before: dict[int, int] = {}
        """Of each partition's messages those that its worker had heard before this was begun."""
        self._changes: deque[Change] = deque(maxlen=MOST_CHANGES)
        self._news = 0
        self.moved = 0
        """How often a partition went to another worker, since this was begun."""
        self._stop: asyncio.Event | None = None
        self._client: Client | None = None
        self._met: deque[BaseException] = deque(maxlen=8)
        self._unforeseen: BaseException | None = None
        self._makes = workers > 0
        self._bucket: datetime | None = None
        """When the bucket was made, as of when it was looked at last."""
        self._last_change = 0
        """Sequence of the latest that came."""
        self.troubles: tuple[Fact, ...] = ()
        """What does not go well with the servers, as of when they were looked at last."""
        self.begun_anew = 0
        """How often somebody deleted what they keep, since this was begun."""
        up: Future[int] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._look(up)), name="cluster", daemon=True)
        self._thread.start()
        self.partitions = up.result()
        self.processes: list[SpawnProcess | None] = [None] * workers
        self._tried = [0.0] * workers
        self.restarts = 0
        """Workers of this machine that died and were started again."""
        self._keep_up()

    def step(self, seconds: float = 0.05) -> int:
        """Look after the workers.

        Returns:
            How much news came from them; 0: whoever calls may rest for a moment.

        Raises:
            Exception: what nobody foresaw, from the thread that looks at the servers: it would show what was for ever.
        """
        unforeseen, self._unforeseen = self._unforeseen, None
        if unforeseen is not None:
            raise unforeseen
        self._keep_up()
        with self._lock:
            news, self._news = self._news, 0
        return news

    def view(self) -> FleetView:
        """How it is now, all partitions together."""
        at = self._clock()
        with self._lock:
            shown = list(self.parts.values())
            changes = tuple(self._changes)
            before = sum(self._before.values())
        parts = [one.part for one in shown]
        counts = [one.counts if at - one.at < STALE else counts_of(_rows(one, at)) for one in shown]
        stale = sum(at - one.at >= STALE for one in shown)
        workers = len({one.part.worker for one in shown if at - one.at < STALE})
        return FleetView(
            at=at,
            since=min(self.since, at),
            counts=Counts(*map(sum, zip(*counts, strict=True))) if counts else Counts(),
            sweep=sweep_of([part.sweep for part in parts], self.since),
            window=Window(
                sum(part.window.locations for part in parts),
                sum(part.window.most for part in parts),
                sum(part.window.share for part in parts),
            ),
            messages=sum(part.messages for part in parts) - before,
            pace=sum(one.pace for one in shown if at - one.at < STALE),
            lost=sum(part.lost for part in parts),
            turned_away=sum(part.turned_away for part in parts),
            unreadable=sum(part.unreadable for part in parts),
            lag=max((part.lag for part in parts), default=0.0),
            lag_worst=max((part.lag_worst for part in parts), default=0.0),
            connected=self._client is not None and self._client.is_connected and bool(workers),
            notes=(
                ("workers", workers),
                *((("partitions_without_worker", stale),) if stale else ()),
                *((("partitions_moved", self.moved),) if self.moved else ()),
                *((("workers_restarted", self.restarts),) if self.restarts else ()),
                *((("begun_anew", self.begun_anew),) if self.begun_anew else ()),
                *_notes(parts),
            ),
            changes=changes,
            _rows=lambda: (row for one in shown for row in _rows(one, at)),
        )

    def close(self) -> None:
        """End the workers of this machine: they write down and give back what they have."""
        for process in self.processes:
            if process is not None:
                process.terminate()
        for process in self.processes:
            if process is not None:
                process.join(_PATIENCE)
                if process.is_alive():
                    process.kill()
                    process.join()
        self.processes = []
        if self._stop is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # it has ended meanwhile
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(_PATIENCE)

    def _keep_up(self) -> None:
        for place, process in enumerate(self.processes):
            if process is not None and process.is_alive():
                continue
            if process is not None and time.monotonic() - self._tried[place] < _AGAIN:
                continue
            self.restarts += process is not None
            self._tried[place] = time.monotonic()
            # A fresh interpreter, not a copy of this one with its threads; the password goes through a pipe.
            self.processes[place] = fresh = get_context("spawn").Process(
                target=work, args=(self._address, self._terms, self._make), name=f"worker-{place}", daemon=True
            )
            fresh.start()

    async def _look(self, up: Future[int]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            # A wrong address or password is told now; later a server that is gone is waited for.
            await (await connect(self._address, "smappee-tui fleet")).close()
            client = self._client = await connect(self._address, "smappee-tui fleet", patient=True, met=self._met)
            js = client.jetstream(timeout=10.0)
            partitions = await prepare(js, self._terms, make=self._makes)
            following = await self._follow(js)
        except BaseException as problem:  # noqa: BLE001 - told on the thread that waits for it
            up.set_exception(problem)
            if self._client is not None:
                await self._client.close()
            return
        watching = asyncio.ensure_future(self._watch(client, js, following))
        up.set_result(partitions)
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((stopped, watching), return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                watching.result()
        except BaseException as problem:  # noqa: BLE001 - told on the thread that steps
            self._unforeseen = problem
        finally:
            stopped.cancel()
            watching.cancel()
            await client.close()

    async def _watch(
        self,
        client: Client,
        js: JetStreamContext,
        following: Sequence[JetStreamContext.PushSubscription],
    ) -> None:
        """Look at the servers now and then, say what is wrong with them, and read on from wherever they are again."""
        from nats.errors import Error

        while True:
            await asyncio.sleep(pause(self._terms.lease))
            try:
                if not client.is_connected:
                    raise why_not(self._address, [*self._met] or [TimeoutError()])
                await prepare(js, self._terms, make=self._makes)
                # Whoever has no room to write cannot say so in the bucket; this is seen from everywhere.
                await js.publish(f"$KV.{BUCKET}.look", b"", timeout=_WAIT, msg_ttl=_KEPT)
                found = (await js.stream_info(STATE)).created
                anew, self._bucket = found != self._bucket, found
                self.begun_anew += anew
                if anew or not await _there(following):
                    left, following = following, ()  # should it fail, nobody reads, and it is tried again
                    for one in left:
                        await one.unsubscribe()
                    following = await self._follow(js)
            except ExternalError as problem:
                self.troubles = _told(problem)
            except (Error, OSError) as problem:
                self.troubles = _told(trouble_of(problem))
            else:
                self.troubles = ()
                self._met.clear()

    async def _follow(self, js: JetStreamContext) -> Sequence[JetStreamContext.PushSubscription]:
        """Read what partitions look like and what changes, both or neither.

        Raises:
            ExternalError: the servers do not let it, or do not answer.
        """
        from nats.errors import Error
        from nats.js import api

        following: list[JetStreamContext.PushSubscription] = []
        try:
            self._bucket = self._bucket or (await js.stream_info(STATE)).created
            since = (
                {"deliver_policy": api.DeliverPolicy.BY_START_SEQUENCE, "opt_start_seq": self._last_change + 1}
                if 0 < self._last_change <= (await js.stream_info(CHANGES)).state.last_seq
                else {
                    "deliver_policy": api.DeliverPolicy.BY_START_TIME,
                    "opt_start_time": datetime.fromtimestamp(self.since - _CHANGES_BACK, UTC),
                }
            )
            latest = {"deliver_policy": api.DeliverPolicy.LAST_PER_SUBJECT}
            for subject, stream, came, terms in (
                (f"$KV.{BUCKET}.part.*", STATE, self._part_came, latest),
                (f"{CHANGE_SUBJECT}.*", CHANGES, self._change_came, since),
            ):
                config = api.ConsumerConfig(**terms)
                reading = await js.subscribe(subject, stream=stream, cb=came, ordered_consumer=True, config=config)
                following.append(reading)
        except Error as problem:
            for one in following:
                await one.unsubscribe()
            raise trouble_of(problem) from None
        return following

    async def _part_came(self, message: Msg) -> None:
        try:
            part = unpacked(message.data)
        except ValueError:
            return  # of another version of this program
        counts, place = counts_of(part.rows), message.metadata.sequence.stream
        with self._lock:
            was = self.parts.get(part.number)
            self.moved += was is not None and was.part.worker != part.worker
            before = self._before.get(part.number, 0)
            self._before[part.number] = not_since(self.since, part, was.part if was else None, before)
            if was is None:
                at = message.metadata.timestamp.timestamp()
            else:  # by the clock of this machine, which may be another than the servers'
                at = self._clock() if place != was.place else was.at
            self.parts[part.number] = Shown(part, counts, at, place, sum(row.rate for row in part.rows))
            self._news += 1

    async def _change_came(self, message: Msg) -> None:
        told = read_change(message.data)
        if told is None:
            return
        sequence = message.metadata.sequence.stream
        with self._lock:
            if sequence <= self._last_change:  # somebody deleted them all, and the numbers begin anew
                self._changes.clear()
            self._last_change = sequence
            self._changes.append(
                Change(
                    sequence, told.at, told.uuid, told.serial, told.before, told.after, tuple(told.findings), told.flaps
                )
            )
            self._news += 1


def _told(problem: ExternalError) -> tuple[Fact, ...]:
    if isinstance(problem, CannotConnectError):  # the address was right, as it was connected before
        return problem.what, fact("cluster.waited_advice")
    return (problem.what,) if problem.advice is None else (problem.what, problem.advice)


async def _there(following: Sequence[JetStreamContext.PushSubscription]) -> bool:
    """Whether there is somebody who reads, and the server still knows him; a consumer in its memory is gone when it was
    started anew."""
    from nats.js.errors import NotFoundError

    if not following:
        return False
    try:
        for one in following:
            await one.consumer_info()
    except NotFoundError:
        return False
    return True


def _rows(shown: Shown, at: float) -> Iterator[LocationRow]:
    """As they are now: who was live when its worker was last heard may be silent by now."""
    for row in shown.part.rows:
        live = row.live and at - max(row.last, shown.at) < SILENT
        yield row if live == row.live else row._replace(live=live)


def not_since(since: float, part: Part, was: Part | None, before: int) -> int:
    """How many messages of a partition do not count, as they were heard before `since`; below 0 where more do than its
    worker has heard, because another one had it.

    Args:
        since: s since 1970.
        part: how it is now.
        was: how it was when it was last seen; None the first time.
        before: the answer of then.
    """
    if was is None:
        return part.messages if part.since < since else 0
    return before - was.messages if part.worker != was.worker or part.messages < was.messages else before


def sweep_of(parts: list[Sweep], since: float) -> Sweep:
    """How far the turns are in all partitions together: they are in the round of the one that is furthest behind, and
    who is further is through with it. A partition without anybody is in no round.
    """
    parts = [one for one in parts if one.of]
    if not parts:
        return Sweep(begun=since)
    number = min(one.number for one in parts)
    left = [one.left for one in parts if one.left is not None and one.number == number]
    expected = [one.expected for one in parts if one.expected is not None]
    took = [one.took for one in parts if one.took is not None]
    return Sweep(
        begun=min(one.begun for one in parts),
        done=sum(one.done if one.number == number else one.of for one in parts),
        of=sum(one.of for one in parts),
        expected=max(expected, default=None),
        left=max(left, default=None),
        number=number,
        took=max(took, default=None),
    )


def _notes(parts: list[Part]) -> Iterator[tuple[str, int]]:
    seen: dict[str, int] = {}
    for part in parts:
        for code, count in part.notes:
            seen[code] = seen.get(code, 0) + count
    yield from seen.items()
