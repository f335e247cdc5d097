"""One worker: takes its share of the partitions, judges them, and lets others have theirs when workers come and go."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import parent_process
from typing import TYPE_CHECKING

from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.retry import Backoff
from smappee_tui.fleet.cluster.address import NatsAddress
from smappee_tui.fleet.cluster.engine import Terms, connect, prepare
from smappee_tui.fleet.cluster.lease import Leases, pause
from smappee_tui.fleet.cluster.partition import Make, Partition, Tenure
from smappee_tui.fleet.cluster.store import LostError
from smappee_tui.fleet.collector import seldom_collected
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js import JetStreamContext

_SLICE = 0.02
"""Seconds that one partition folds at a go, so that leases are renewed in time and none waits long."""
_BEAT = 0.1
"""Seconds between two requests for what has come."""


def worker_name() -> str:
    """A name that nobody else has, for a person to find the process by; a token of a subject."""
    host = "".join(letter if letter.isalnum() else "-" for letter in socket.gethostname())[:40]
    return f"{host}-{os.getpid()}-{secrets.token_hex(3)}"


@dataclass(slots=True)
class _Holding:
    """A partition, and the task that works on it."""

    task: asyncio.Task[None] | None = None
    """None once it is at its end."""
    partition: Partition | None = None
    leaving: bool = False
    """It is to write down and end."""


class Worker:
    """Judges as many partitions as are its share, until it is told to stop."""

    def __init__(
        self,
        address: NatsAddress,
        terms: Terms,
        make: Make,
        *,
        name: str | None = None,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; `run` begins.

        Args:
            address: of the cluster.
            terms: how it is set up where it is not yet.
            make: makes the judge of a partition.
            name: that nobody else has.
            stopwatch: seconds from any start.
        """
        self.name = name or worker_name()
        self._address, self._terms, self._make, self._stopwatch = address, terms, make, stopwatch
        self._holdings: dict[int, _Holding] = {}
        self._floor = asyncio.Lock()
        """Of whoever folds: between two of them the loop hears the server, so that leases are renewed in time."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then write down and give back everything. A cluster that is out of reach is tried
        again and again.

        Raises:
            ExternalError: it lets nobody in, or cannot be set up.
        """
        name = f"smappee-tui worker {self.name}"
        connecting = asyncio.ensure_future(connect(self._address, name, reconnected=self._reconnected, patient=True))
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({connecting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not connecting.done():  # nobody lets it in, and it is told to end
            connecting.cancel()
            return
        client = await connecting
        try:
            js = client.jetstream(timeout=10.0)
            count = await prepare(js, self._terms)
            leases = Leases(js, self.name, count, self._terms.lease, stopwatch=self._stopwatch)
            async with asyncio.TaskGroup() as group:
                beats = group.create_task(self._beats(group, client, js, leases, count))
                await stop.wait()
                beats.cancel()
                for holding in self._holdings.values():
                    holding.leaving = True
            await leases.leave()
        finally:
            await client.close()

    async def _reconnected(self) -> None:
        for holding in self._holdings.values():
            if holding.partition is not None:
                holding.partition.reconnected()

    async def _beats(
        self, group: asyncio.TaskGroup, client: Client, js: JetStreamContext, leases: Leases, count: int
    ) -> None:
        """Keep the leases, and make up for who came and who went."""
        from nats.errors import Error

        with contextlib.suppress(Error):
            await leases.renew()
        # Those that were started together see each other before one of them takes everything.
        await asyncio.sleep(min(1.0, pause(self._terms.lease)))
        while True:
            begun = self._stopwatch()
            try:
                for number in await leases.renew():
                    holding = self._holdings.get(number)
                    if holding is not None and holding.task is not None:
                        holding.task.cancel()
                share = await leases.share()
                staying = [number for number, holding in sorted(self._holdings.items()) if not holding.leaving]
                for number in staying[share:]:
                    self._holdings[number].leaving = True
                for number in await leases.take(share - len(staying), self._holdings.keys()):
                    self._take(group, client, js, leases, number, count)
                for holding in self._holdings.values():
                    if holding.partition is not None:
                        holding.partition.allow(1 / len(self._holdings))
            except Error:  # out of reach for a moment: leases run out by themselves; or somebody deleted the bucket
                await self._mend(js, count)
            await asyncio.sleep(max(0.0, begun + pause(self._terms.lease) - self._stopwatch()))

    async def _mend(self, js: JetStreamContext, count: int) -> None:
        """Set up again what is not there any more. While nothing answers it is tried again with the next beat."""
        try:
            found = await prepare(js, self._terms)
        except ExternalError:
            return
        if found != count:  # divided otherwise by whoever came first: begin again
            raise ExternalError(
                fact("cluster.other_partitions", count=found, wanted=count),
                fact("cluster.other_partitions_advice", count=found),
            )

    def _take(
        self,
        group: asyncio.TaskGroup,
        client: Client,
        js: JetStreamContext,
        leases: Leases,
        number: int,
        count: int,
    ) -> None:
        self._holdings[number] = holding = _Holding()
        tenure = Tenure(
            number=number,
            partitions=count,
            worker=self.name,
            holds=lambda: leases.holds(number),
            stopwatch=self._stopwatch,
            checkpoint=self._terms.checkpoint,
        )
        holding.task = group.create_task(self._judge(client, js, leases, tenure, holding))

    async def _judge(
        self, client: Client, js: JetStreamContext, leases: Leases, tenure: Tenure, holding: _Holding
    ) -> None:
        """Until it is to leave or lost, or the server does not answer: then whoever may takes it anew."""
        from nats.errors import Error

        try:
            with contextlib.suppress(LostError, Error):
                partition = holding.partition = await Partition.take(client, js, self._make, tenure)
                while not holding.leaving:
                    async with self._floor:
                        busy = partition.fold(_SLICE)
                        await asyncio.sleep(0)
                    await partition.go_on()
                    # All partitions at the same beat: what the server has for them comes together.
                    await asyncio.sleep(0 if busy else _BEAT - self._stopwatch() % _BEAT)
                await partition.save()
        finally:
            holding.task = None  # it ends by itself now: nobody is to interrupt that
            try:
                if holding.partition is not None:
                    await holding.partition.close()
                await leases.give_back(tenure.number)
            finally:
                del self._holdings[tenure.number]


def work(address: NatsAddress, terms: Terms, make: Make) -> None:
    """The whole life of a worker's process: until it is told to end, or whoever started it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal; whoever started it decides
    with seldom_collected():
        asyncio.run(_work(address, terms, make))


async def _work(
    address: NatsAddress, terms: Terms, make: Make, stopwatch: Callable[[], float] = time.monotonic
) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows has none of it: the process is ended there
        loop.add_signal_handler(signal.SIGTERM, stop.set)
    parent = parent_process()
    if parent is not None:

        def orphaned() -> None:
            parent.join()
            loop.call_soon_threadsafe(stop.set)

        import threading

        threading.Thread(target=orphaned, daemon=True).start()
    worker, failures, backoff = Worker(address, terms, make), 0, Backoff()
    while not stop.is_set():
        begun = stopwatch()
        try:
            await worker.run(stop)
        except* ExternalError:
            # In a row: after a month at work the first failure is the first one again.
            failures = failures + 1 if stopwatch() - begun < backoff.cap else 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), backoff.delay(failures))
