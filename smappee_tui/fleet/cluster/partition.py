"""One partition in the hands of one worker: its messages in the order of the stream, each folded once.

What was folded is acknowledged when it is written down, not before. A worker that dies leaves the last checkpoint; who
takes the partition next reads on from there, in order, and leaves out for each location what its state has already.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from smappee_tui.fleet.cluster.engine import STREAM, topic_of
from smappee_tui.fleet.cluster.store import Kept, LostError, Part, PartitionStore, change_document
from smappee_tui.fleet.view import Change, FleetView

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.aio.subscription import Subscription
    from nats.js import JetStreamContext

Message = tuple[str, bytes, float]
"""Topic, payload, and when the server had it, s since 1970."""
BATCH = 500
"""Messages asked for at a time; twice as many may wait to be folded."""
MOST_UNSAVED = 20_000
"""Messages folded and not written down yet: at half of them a checkpoint comes early, at all no more are sent."""
ACK_WAIT = 120.0
"""Seconds after which the server would send a message again; a checkpoint comes long before."""
_REQUEST = b'{"batch":%d,"no_wait":true}' % BATCH
_ABANDONED = 3600.0
"""Seconds after which the server removes a consumer that nobody asks any more."""
_PATIENCE = 5.0
"""Seconds after which a request that was not answered is given up."""
_TENTH = 100_000_000
"""Nanoseconds."""
_MOST_ASKED = 50
"""Locations whose retained messages are looked up at a time."""
_FIELDS = 8
"""Dots in the place where a message is acknowledged, of a server without a domain."""


class Judge(Protocol):
    """What folds the messages of a partition and judges its locations. It never waits."""

    def step(self, seconds: float, /) -> int:
        """Fold what its source has, for as long at most; how many messages it was."""

    def view(self) -> FleetView: ...

    def states(self) -> Iterable[tuple[str, bytes]]:
        """UUID and state of each location of which anything changed since this was asked last: of each that
        `changes` has among them."""

    def gone(self) -> Iterable[str]:
        """Locations of which nothing is to be kept any more, since this was asked last."""

    def changes(self) -> Iterable[Change]:
        """Changes of verdicts since this was asked last, oldest first."""

    def hours(self) -> Iterable[tuple[str, int, bytes]]:
        """Five-minute values of an hour or less, since this was asked last: whose, when they begin, s since 1970, and
        whatever the judge wants to have back. The hour that is not over comes again and again, each time with more."""

    def wanted(self) -> Sequence[str]:
        """Locations whose five-minute values the judge wants to have back, since this was asked last."""

    def bring(self, uuid: str, hours: Mapping[int, bytes]) -> None:
        """Bring those of one location, all that are kept, by beginning."""

    def allow(self, part: float) -> None:
        """What it may take: a part of what one worker may, who has other partitions, too."""

    def close(self) -> None: ...


class Inbox:
    """What has come and is not folded yet. It is the source that the judge drains, and the clock that it goes by."""

    def __init__(self, place: int, known: Mapping[str, int], *, stopwatch: Callable[[], float]) -> None:
        """Wait for what comes after a place.

        Args:
            place: sequence up to which everything is in the states of all locations.
            known: by location, sequence up to which its own state has everything.
            stopwatch: seconds from any start.
        """
        self._waiting: deque[tuple[int, str, Message]] = deque()
        self._known = {uuid: known_place for uuid, known_place in known.items() if known_place > place}
        self._newest_known = max(self._known.values(), default=place)
        self._stopwatch = stopwatch
        self._stamp: float | None = None
        self._stamped = 0.0
        self._drained = 0.0
        self._pending = 0
        self.newest = place
        """Sequence of the newest message that came."""
        self.folded = place
        """Sequence of the newest message that was drained."""
        self.unsaved: list[str] = []
        """Where to acknowledge what was drained, oldest first."""
        self.lost = 0
        """Messages that were too old to be kept for whoever reads on, about."""
        self.connected = True
        self._asked: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def behind(self) -> bool:
        """Whether the server has more, or something waits here."""
        return bool(self._pending or self._waiting)

    def put(self, sequence: int, reply: str, message: Message, pending: int = 0) -> None:
        """Take what came.

        Args:
            sequence: its place in the stream.
            reply: where to acknowledge it, "" for one that is not of the stream.
            message: itself.
            pending: how many the server has behind it.
        """
        if reply:
            self.newest = sequence
            self._stamp, self._stamped, self._pending = message[2], self._stopwatch(), pending
            self._drained = self._drained or message[2]
        self._waiting.append((sequence, reply, message))

    def drain(self, limit: int, /) -> Sequence[Message]:
        """The next messages, at most so many."""
        found: list[Message] = []
        while self._waiting and len(found) < limit:
            sequence, reply, message = self._waiting.popleft()
            if reply:
                self.unsaved.append(reply)
                self.folded, self._drained = sequence, message[2]
            if not (self._known and reply) or self._is_news(sequence, message):
                found.append(message)
        return found

    def forget_waiting(self) -> int:
        """Drop what the stream has and is not folded; where to read on. What is kept beside it stays."""
        self._waiting = deque(one for one in self._waiting if not one[1])
        self._pending, self.newest = 0, self.folded
        return self.folded

    def missed(self, first: int, partitions: int) -> None:
        """Count what the server had behind the newest that came and has thrown away, as it was too old: its oldest
        message is now this one, of so many partitions together."""
        if self._pending and first > self.newest + 1:
            self.lost += (first - self.newest - 1) // partitions
            self.newest = first - 1

    def ask(self, uuid: str, prefix: str, /) -> None:
        """Have what the server stored of a location looked up: it speaks, and its configuration did not come."""
        if not prefix:
            self._asked[uuid] = None

    def asked(self) -> list[str]:
        """Some of them, since this was asked last."""
        some = list(self._asked)[:_MOST_ASKED]
        for uuid in some:
            del self._asked[uuid]
        return some

    def now(self) -> float:
        """The server's time, s since 1970: of the last message, and on from there. While there are more, theirs: who
        reads on after an hour shall not take everybody for silent since then."""
        if self._stamp is None:
            return time.time()
        return self._drained if self.behind else self._stamp + self._stopwatch() - self._stamped

    def late(self) -> float:
        """Seconds that what is folded now is old; 0 where everything is."""
        return max(0.0, time.time() - self._drained) if self.behind and self._drained else 0.0

    def _is_news(self, sequence: int, message: Message) -> bool:
        if sequence > self._newest_known:
            self._known.clear()
            return True
        return sequence > self._known.get(message[0].split("/", 2)[1], 0)

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """That a worker has a partition."""

    number: int
    """Of the partition."""
    partitions: int
    """How many there are."""
    worker: str
    holds: Callable[[], bool]
    """Whether it is certain that nobody else has it now."""
    stopwatch: Callable[[], float]
    """Seconds from any start."""
    checkpoint: float
    """Seconds between two."""


Make = Callable[[Inbox, Mapping[str, bytes]], Judge]


class Partition:
    """Takes a partition over, folds, writes down, and hands it back."""

    def __init__(
        self, client: Client, js: JetStreamContext, store: PartitionStore, inbox: Inbox, judge: Judge, lease: Tenure
    ) -> None:
        """Hold what was taken over; nothing is read yet."""
        self._client, self._js, self._store, self._inbox, self._judge = client, js, store, inbox, judge
        self._lease, self._stopwatch = lease, lease.stopwatch
        # By the name of its fence: who slept through his lease and reads on with another one takes nothing from it.
        self._durable = f"p{lease.number}-{store.fence}"
        self._requests = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{self._durable}"
        self._told: dict[str, int] = {}
        """By location, how many of its changes were told."""
        self._mail: Subscription | None = None
        self._address = ""
        self._next = 0
        self._asked = 0
        self._asked_at = 0.0
        self._gap = True
        self._saved_at = self._stopwatch()

    @classmethod
    async def take(cls, client: Client, js: JetStreamContext, make: Make, lease: Tenure) -> Partition:
        """Take over where the last one wrote down.

        Args:
            client: the connection.
            js: JetStream over it.
            make: makes the judge of an inbox and the states of its locations.
            lease: whose it is, and for how long.

        Raises:
            nats.errors.Error: the server does not answer or refuses.
        """
        from nats.js.errors import NotFoundError

        store = await PartitionStore.seize(js, lease.number, lease.worker)
        info = await js.stream_info(STREAM)
        stream, store.stream = info.state, info.created.timestamp() if info.created is not None else 0.0
        with suppress(NotFoundError):
            await js.delete_consumer(STREAM, f"p{lease.number}-{store.before}")
        place, states = await store.load()
        # Whoever had it may have died after writing a change down and before telling it.
        due = [(uuid, kept) for uuid, kept in states.items() if kept.changes and kept.place > place]
        await store.publish(due, {uuid: await store.told(uuid) for uuid, _ in due})
        # Of a stream that was deleted and begun anew the places say nothing.
        known = {uuid: kept.place for uuid, kept in states.items() if kept.stream == store.stream}
        inbox = Inbox(place, known, stopwatch=lease.stopwatch)
        for message in await store.configurations():
            inbox.put(0, "", (topic_of(message.subject), message.data, message.metadata.timestamp.timestamp()))
        if place:
            inbox.lost = max(0, stream.first_seq - place - 1) // lease.partitions
        judge = make(inbox, {uuid: kept.state for uuid, kept in states.items()})
        partition = cls(client, js, store, inbox, judge, lease)
        partition._told = {uuid: kept.told for uuid, kept in states.items()}
        return partition

    def reconnected(self) -> None:
        """What was on its way when the connection broke will not come."""
        self._gap = True

    async def _read_on(self) -> None:
        """(Re)place the consumer behind the last message that was folded: it sends all later ones, in order."""
        from nats.js import api
        from nats.js.errors import NotFoundError

        if self._mail is not None:
            await self._mail.unsubscribe()
        # An inbox of its own, so that nothing of the consumer before gets among it.
        self._address = self._client.new_inbox()
        self._mail = await self._client.subscribe(self._address, cb=self._came)
        with suppress(NotFoundError):
            await self._js.delete_consumer(STREAM, self._durable)
        start = self._inbox.forget_waiting() + 1
        await self._js.add_consumer(
            STREAM,
            api.ConsumerConfig(
                durable_name=self._durable,
                filter_subject=f"fleet.{self._lease.number}.>",
                deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=start,
                ack_policy=api.AckPolicy.EXPLICIT,
                ack_wait=ACK_WAIT,
                max_ack_pending=MOST_UNSAVED,
                inactive_threshold=_ABANDONED,
            ),
        )
        self._inbox.unsaved.clear()  # the new consumer knows nothing of them: it begins behind
        self._next, self._asked, self._gap = 1, 0, False

    async def _came(self, message: Msg) -> None:
        if not message.subject.startswith("fleet."):
            self._was_told((message.headers or {}).get("Status", ""))
            return
        # …<delivered>.<stream sequence>.<consumer sequence>.<ns since 1970>.<pending>, and one more token in a domain
        reply = message.reply
        fields = reply.rsplit(".", 5) if reply.count(".") == _FIELDS else reply.rsplit(".", 6)[:-1]
        _, delivered, sequence, number, stamp, pending = fields
        self._asked -= 1
        if int(number) != self._next or delivered != "1":
            self._gap = True  # something was lost on the way: read on from what is folded
            return
        self._next += 1
        if not self._gap:
            # To a tenth of a second, so that what came together is folded together, now and when it is read again.
            at = int(stamp) // _TENTH / 10
            self._inbox.put(int(sequence), reply, (topic_of(message.subject), message.data, at), int(pending))

    def _was_told(self, status: str) -> None:
        if status in ("404", "408"):
            self._asked = 0
        elif status != "100":
            self._gap = True

    async def _ask(self) -> None:
        """Ask for what is there: it comes in one go, which costs a fraction of message after message as they arrive."""
        now = self._stopwatch()
        if self._asked and now - self._asked_at > _PATIENCE:
            self._gap = True
        if self._gap:
            await self._read_on()
        if self._asked or len(self._inbox) > BATCH or len(self._inbox.unsaved) > MOST_UNSAVED:
            return
        self._asked, self._asked_at = BATCH, now
        await self._client.publish(self._requests, _REQUEST, reply=self._address)

    def fold(self, seconds: float) -> bool:
        """Fold what has come, for as long at most.

        Returns:
            Whether more is here.

        Raises:
            LostError: the partition is somebody else's.
        """
        if not self._lease.holds():
            raise LostError
        self._inbox.connected = self._client.is_connected
        self._judge.step(seconds)
        return bool(self._inbox)

    async def go_on(self) -> None:
        """Write down when it is time, and ask for more.

        Raises:
            LostError: the partition is somebody else's.
            nats.errors.Error: the server does not answer: close it, and take it anew later.
        """
        due = self._stopwatch() - self._saved_at >= self._lease.checkpoint
        if due or len(self._inbox.unsaved) >= MOST_UNSAVED // 2:
            await self.save()
        if asked := self._inbox.asked():
            now = self._inbox.now()
            for topic, payload in await self._store.stored(asked):
                self._inbox.put(0, "", (topic, payload, now))
        for uuid in self._judge.wanted():
            self._judge.bring(uuid, await self._store.hours(uuid))
        await self._ask()

    async def save(self) -> None:
        """Write down what was folded, tell what changed, and acknowledge. In this order: what dies in between is done
        again by whoever reads on, with the same names, so that nobody hears anything twice."""
        self._saved_at = self._stopwatch()
        place, done = self._inbox.folded, self._inbox.unsaved
        self._inbox.unsaved = []
        changes: dict[str, list[bytes]] = {}
        for change in self._judge.changes():
            told = self._told[change.uuid] = self._told.get(change.uuid, 0) + 1
            changes.setdefault(change.uuid, []).append(change_document(change, told))
        await self._store.keep(self._judge.hours())
        kept = {
            uuid: Kept(place, self._told.get(uuid, 0), tuple(changes.get(uuid, ())), state, self._store.stream)
            for uuid, state in self._judge.states()
        }
        await self._store.save(kept)
        await self._store.forget(self._judge.gone())
        if not self._lease.holds():
            raise LostError
        await self._store.publish(kept.items())
        await self._store.reached(place)
        if self._inbox.behind:
            self._inbox.missed((await self._js.stream_info(STREAM)).state.first_seq, self._lease.partitions)
        await self._store.show(self._part(self._judge.view()))
        for reply in done:
            await self._client.publish(reply, b"+ACK")

    def allow(self, part: float) -> None:
        """See `Judge.allow`."""
        self._judge.allow(part)

    async def close(self) -> None:
        """Read no more. What was not written down is for whoever reads on from the last checkpoint."""
        from nats.errors import Error

        with suppress(Error):
            if self._mail is not None:
                await self._mail.unsubscribe()
            await self._client.flush()
        self._judge.close()

    def _part(self, view: FleetView) -> Part:
        return Part(
            number=self._lease.number,
            worker=self._lease.worker,
            at=view.at,
            since=view.since,
            messages=view.messages,
            lost=view.lost,
            turned_away=view.turned_away,
            unreadable=view.unreadable,
            lag=max(view.lag, self._inbox.late()),
            lag_worst=max(view.lag_worst, self._inbox.late()),
            sweep=view.sweep,
            window=view.window,
            notes=view.notes,
            rows=tuple(view.rows()),
        )
