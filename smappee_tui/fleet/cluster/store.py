"""What a partition keeps in the bucket: how far it was read, the state of each of its locations, what a list shows.

Each write is fenced: it names the fence that the writer set when it took the partition, and the server refuses it when
another one has been set since. So of two workers that both believe to hold a partition only the later one can write.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec

from smappee_tui.fleet.cluster.engine import (
    BUCKET,
    CHANGE_SUBJECT,
    CHANGES,
    KEPT,
    LASTING,
    RETAINED,
    STATE,
    everything,
    topic_of,
)
from smappee_tui.fleet.cluster.lease import WRONG_SEQUENCE
from smappee_tui.fleet.past import KEPT as PAST
from smappee_tui.fleet.view import Change, LocationRow, News, Sweep, Window
from smappee_tui.protocol.topics import ROOT

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

_WAIT = 10.0
"""Seconds for one answer, while a cluster elects a new leader, say."""
_MARKED = 60.0
"""Seconds that the place of a state that was removed stays marked."""
_HOURS = b"1"
"""What five-minute values begin with; it rises with every change of how they are written."""
_AT_ONCE = 64
"""Writes under way at a time."""
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)
"""What msgspec raises for what somebody else wrote."""
MOST_VALUE = 900_000
"""Bytes; a server takes messages of 1 MB unless it was told otherwise."""


class LostError(Exception):
    """Somebody else has this partition now: nothing more may be written."""


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """The state of one location."""

    place: int
    """Sequence in the stream of the last message that is in it."""
    told: int
    """How many of its changes were told, with these."""
    changes: tuple[bytes, ...]
    """The latest, as they are published, while it is not certain that they were."""
    state: bytes
    """Whatever the judge wants to have back."""
    stream: float = 0.0
    """When the stream was begun that the place is of, s since 1970: one that is deleted and made anew counts from 1."""


class Part(msgspec.Struct, frozen=True, array_like=True):
    """What a partition looks like, for whoever shows the whole."""

    number: int
    worker: str
    at: float
    """s since 1970."""
    since: float
    messages: int
    lost: int
    turned_away: int
    unreadable: int
    lag: float
    lag_worst: float
    sweep: Sweep
    window: Window
    notes: tuple[tuple[str, int], ...]
    rows: tuple[LocationRow, ...]


def packed(part: Part) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(part), 1)


def unpacked(data: bytes) -> Part:
    """Raises:
    ValueError: it is none, or of another version of this program.
    """
    try:
        return msgspec.msgpack.decode(zlib.decompress(data), type=Part)
    except (zlib.error, *_UNREADABLE) as problem:
        raise ValueError(str(problem)) from None


_Name = Annotated[str, msgspec.Meta(max_length=256)]
_Code = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-z_-]{1,60}\Z")]


class Told(msgspec.Struct):
    """A change as it is published: JSON for whoever reads the stream. What is none of ours is not read."""

    uuid: _Name
    serial: _Name
    number: int
    """How many changes of this location were told, with this one."""
    at: Annotated[float, msgspec.Meta(ge=0, lt=2e11)]
    """s since 1970."""
    before: News
    after: News
    findings: Annotated[list[_Code], msgspec.Meta(max_length=200)]
    """Codes of what it rests on; of what is gone where it is right now."""
    flaps: int = 0
    """How often it changed to and fro within a day, so that further changes are held back; 0: it does not flap."""
    schema: str = "smappee-tui/fleet-change/1"


def read_change(data: bytes | None) -> Told | None:
    """A change as it was published; None for what is none, as others may publish there, too."""
    try:
        return msgspec.json.decode(data or b"", type=Told)
    except _UNREADABLE:
        return None


def change_document(change: Change, told: int) -> bytes:
    """A change as others read it: one JSON object.

    Args:
        change: as the judge has it.
        told: how many of this location were told, with this one.
    """
    return msgspec.json.encode(
        Told(change.uuid, change.serial, told, change.at, change.before, change.after, list(change.codes), change.flaps)
    )


class _Retained(msgspec.Struct):
    """As servers before 2.11 wrote it, and as theirs may still stand there."""

    topic: str
    msg: bytes


def retained(headers: Mapping[str, str] | None, data: bytes) -> tuple[str, bytes] | None:
    """Topic and payload of a retained message as a server of NATS stores it; None where it is written otherwise."""
    topic = (headers or {}).get("Nmqtt-RTopic")
    if topic is not None:
        return (topic, data) if data else None
    try:
        found = msgspec.json.decode(data, type=_Retained)
    except _UNREADABLE:
        return None
    return found.topic, found.msg


class PartitionStore:
    """The bucket, as the holder of one partition may write it."""

    def __init__(self, js: JetStreamContext, partition: int, fence: int, before: int) -> None:
        """Write behind a fence that is set already; `before` is the one that stood there until then, 0 for none."""
        self._js, self._partition, self.fence, self.before = js, partition, fence, before
        self.stream = 0.0
        """When the stream was begun that places are of."""
        self._fenced = {
            "Nats-Expected-Last-Subject-Sequence": str(fence),
            "Nats-Expected-Last-Subject-Sequence-Subject": self._subject("fence"),
        }

    @classmethod
    async def seize(cls, js: JetStreamContext, partition: int, worker: str) -> PartitionStore:
        """Set a fence: from now on whoever had this partition before can write nothing more."""
        from nats.js.errors import KeyNotFoundError

        try:
            before = (await (await js.key_value(BUCKET)).get(f"fence.{partition}")).revision or 0
        except KeyNotFoundError:
            before = 0
        answer = await js.publish(f"$KV.{BUCKET}.fence.{partition}", worker.encode(), timeout=_WAIT)
        return cls(js, partition, answer.seq, before)

    async def load(self) -> tuple[int, dict[str, Kept]]:
        """How far it was read and written down for all, 0 for not at all; and what is kept of each location."""
        from nats.js.errors import KeyNotFoundError

        bucket = await self._js.key_value(BUCKET)
        try:
            number, _, stream = ((await bucket.get(f"place.{self._partition}")).value or b"0").partition(b" ")
            place = int(number) if float(stream or 0) == self.stream else 0
        except KeyNotFoundError:
            place = 0
        found: dict[str, Kept] = {}
        for message in await everything(self._js, STATE, self._subject("state", "*")):
            if message.headers and "KV-Operation" in message.headers:
                continue
            try:
                kept = msgspec.msgpack.decode(message.data, type=Kept)
            except _UNREADABLE:
                continue  # of another version: learnt anew
            found[_uuid(message.subject.rpartition(".")[2])] = kept
        return place, found

    async def configurations(self) -> list[Msg]:
        """The last configuration and plug states of each location."""
        return await everything(self._js, KEPT, f"fleet.{self._partition}.>")

    async def stored(self, uuids: Sequence[str]) -> list[tuple[str, bytes]]:
        """The last configurations of some locations, as topic and payload: what NATS stored as retained messages of
        MQTT, which it has from before the streams of the fleet were made, too, and behind it what these have."""
        from nats.js.errors import NotFoundError

        plain = [uuid for uuid in uuids if _PLAIN.fullmatch(uuid)]
        if not plain:
            return []
        kept = await everything(self._js, KEPT, *(f"fleet.{self._partition}.{uuid}.>" for uuid in plain))
        try:
            subjects = [f"$MQTT.rmsgs.{ROOT}.{uuid}.{rest}" for uuid in plain for rest in LASTING]
            found = await everything(self._js, RETAINED, *subjects)
        except NotFoundError:  # nobody has ever connected with MQTT
            found = []
        before = [one for message in found if (one := retained(message.headers, message.data)) is not None]
        return [*before, *((topic_of(message.subject), message.data) for message in kept)]

    async def save(self, kept: Mapping[str, Kept]) -> None:
        """Write down locations.

        Raises:
            LostError: somebody else has the partition.
        """
        await self._write_all(
            [(self._subject("state", _key(uuid)), msgspec.msgpack.encode(one)) for uuid, one in kept.items()]
        )

    async def keep(self, hours: Iterable[tuple[str, int, bytes]]) -> None:
        """Write down five-minute values: whose, when they begin, s since 1970, and themselves. Those that begin at the
        same second take the place of what was written before, and the server lets all expire after two days.

        Raises:
            LostError: somebody else has the partition.
        """
        due = [(self._subject("hour", f"{_key(uuid)}.{begun}"), _HOURS + data) for uuid, begun, data in hours]
        await self._write_all(due, seconds=PAST)

    async def hours(self, uuid: str) -> dict[int, bytes]:
        """All that is kept of one location's five-minute values, by beginning."""
        found = await everything(self._js, STATE, self._subject("hour", f"{_key(uuid)}.*"))
        return {
            int(message.subject.rpartition(".")[2]): message.data[len(_HOURS) :]
            for message in found
            if message.data.startswith(_HOURS)  # else of another version, or a mark that it expired
        }

    async def _write_all(self, due: Sequence[tuple[str, bytes]], seconds: float | None = None) -> None:
        for first in range(0, len(due), _AT_ONCE):
            await asyncio.gather(*(self._write(*one, seconds=seconds) for one in due[first : first + _AT_ONCE]))

    async def forget(self, uuids: Iterable[str]) -> None:
        """Of locations that are nobody's any more nothing is kept."""
        for uuid in uuids:
            await self._write(self._subject("state", _key(uuid)), b"", gone=True)

    async def publish(self, kept: Iterable[tuple[str, Kept]], told: Mapping[str, int] | None = None) -> None:
        """Tell the changes of locations. The server drops one that was told before.

        Args:
            kept: of whom.
            told: by location, how many were told for certain: long ago, so that the server may not know any more.
        """
        for uuid, one in kept:
            first = one.told - len(one.changes) + 1
            for number, change in enumerate(one.changes, first):
                if number > (told or {}).get(uuid, 0):
                    await self._js.publish(
                        f"{CHANGE_SUBJECT}.{_key(uuid)}",
                        change,
                        timeout=_WAIT,
                        headers={"Nats-Msg-Id": f"{_key(uuid)}.{number}"},
                    )

    async def told(self, uuid: str) -> int:
        """How many changes of a location the others can read of."""
        from nats.js.errors import NotFoundError

        try:
            message = await self._js.get_last_msg(CHANGES, f"{CHANGE_SUBJECT}.{_key(uuid)}")
        except NotFoundError:
            return 0
        told = read_change(message.data)
        return told.number if told is not None else 0

    async def reached(self, place: int) -> None:
        """Everything up to this sequence is written down."""
        await self._write(self._subject("place"), f"{place} {self.stream!r}".encode())

    async def show(self, part: Part) -> None:
        """Let others see it."""
        data = packed(part)
        while len(data) > MOST_VALUE:
            # More locations than a message can carry: the worst stay, and how many went is told.
            rows = part.rows[: len(part.rows) // 2]
            left_out = len(part.rows) - len(rows)
            part = msgspec.structs.replace(part, rows=rows, notes=(*part.notes, ("rows_left_out", left_out)))
            data = packed(part)
        await self._write(self._subject("part"), data)

    async def _write(self, subject: str, data: bytes, *, gone: bool = False, seconds: float | None = None) -> None:
        from nats.js.errors import APIError

        headers = {**self._fenced, "KV-Operation": "PURGE", "Nats-Rollup": "sub"} if gone else {**self._fenced}
        try:
            await self._js.publish(subject, data, timeout=_WAIT, headers=headers, msg_ttl=_MARKED if gone else seconds)
        except APIError as problem:
            if problem.err_code in WRONG_SEQUENCE:
                raise LostError from None
            raise

    def _subject(self, what: str, key: str = "") -> str:
        return f"$KV.{BUCKET}.{what}.{self._partition}{f'.{key}' if key else ''}"


def _key(uuid: str) -> str:
    """As a token of a subject: what is no plain word goes as its bytes."""
    return uuid if _PLAIN.fullmatch(uuid) else f"={uuid.encode().hex()}"


def _uuid(key: str) -> str:
    return bytes.fromhex(key[1:]).decode() if key.startswith("=") else key
