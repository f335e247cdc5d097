"""Where a fleet's state is kept: a file of SQLite in a folder, or memory that somebody else carries away.

A write holds nobody up for long, and what cannot be written is kept and tried again; each trouble is counted under a
name of `notes`. A damaged file is put aside, and another one begun.
"""

from __future__ import annotations

import sqlite3
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from typing import Protocol

import msgspec

from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.connect.file_lock import FileLock
from smappee_tui.fleet.past import KEPT, Room
from smappee_tui.fleet.standing import Standing, packed, unpacked
from smappee_tui.fleet.view import DAY, Change
from smappee_tui.protocol.fact import fact

MOST_CHANGES = 100_000
"""Changes that are kept on the disk, the latest."""
MOST_UNWRITTEN = 10_000
"""Changes that wait to be written; of more the oldest are not kept."""
MOST_WAITING = 4_000
"""Locations of which what was learnt waits to be written; of more the oldest is forgotten."""
MOST_OF_HOUR = 64 << 20
"""Bytes of one hour of five-minute values, twice and more what `roll.MOST_LOCATIONS` of 13 channels need; as many may
wait to be written, as all monitors begin a new hour at one moment."""
MOST_HOURS = 200
"""Hours of five-minute values that are written at a go."""
_PIECE = 50
"""Locations between two looks at the stopwatch."""
_AGAIN = 30.0
"""Seconds until writing is tried again."""
SCHEMA = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS location (uuid TEXT PRIMARY KEY, standing BLOB NOT NULL, learnt BLOB);
CREATE TABLE IF NOT EXISTS hour (uuid TEXT, begun INTEGER, data BLOB NOT NULL, PRIMARY KEY (uuid, begun));
CREATE TABLE IF NOT EXISTS change (number INTEGER PRIMARY KEY, told BLOB NOT NULL);
"""
_CLEAR = """
DELETE FROM hour WHERE rowid IN (SELECT rowid FROM hour INDEXED BY sqlite_autoindex_hour_1 WHERE begun <= ?)
"""
"""By the index alone: the rows are hundreds of megabytes."""
_COLUMNS = {
    "location": ["uuid", "standing", "learnt"],
    "hour": ["uuid", "begun", "data"],
    "change": ["number", "told"],
}


def _text(data: bytes) -> str:
    """Whatever became of the letters."""
    return data.decode(errors="replace")


class Store(Protocol):
    """What a fleet asks of it."""

    @property
    def notes(self) -> Mapping[str, int]:
        """What went wrong, by name, and how often."""

    def standings(self) -> Mapping[str, Standing]:
        """Of all locations, once, at the beginning."""

    def changes(self, most: int) -> Sequence[Change]:
        """The latest, oldest first."""

    def learnt(self, uuid: str) -> bytes | None:
        """What the last turn of a location handed on."""

    def put(self, uuid: str, standing: Standing, learnt: bytes | None = None) -> None:
        """Keep it, soon. What was learnt before stays where None is given."""

    def tell(self, change: Change) -> None:
        """Keep a change together with the standing it is of, which is put as well."""

    def keep_hour(self, uuid: str, begun: int, data: bytes) -> None:
        """Keep five-minute values from then on, s since 1970, and of that location none older than `past.KEPT`."""

    def ready(self, uuid: str) -> bool:
        """Whether `hours` has them at hand; where not, they are on their way."""

    def hours(self, uuid: str) -> list[bytes]:
        """All that is kept of them, the oldest first."""

    def forget(self, uuid: str) -> None: ...

    def write(self, seconds: float, at: float) -> Sequence[Change]:
        """Write down what waits, for as long at most.

        Returns:
            The changes since this was called last, to be told now. They are written by now, or, on a disk that takes
            nothing, wait for it: people hear of them all the same.
        """

    def close(self) -> None:
        """Write down everything, and end."""


class MemoryStore:
    """State that is in memory, and that somebody carries away: `news`, `told` and `gone`."""

    def __init__(self, states: Mapping[str, bytes] | None = None) -> None:
        """Go on from what was carried away."""
        self.notes: dict[str, int] = {}
        self._standings: dict[str, Standing] = {}
        self._learnt: dict[str, bytes] = {}
        self._news: dict[str, None] = {}
        self._gone: dict[str, None] = {}
        self._told: list[Change] = []
        self._fresh: list[Change] = []
        for uuid, state in (states or {}).items():
            found = unpacked(state)
            if found is None:
                self.notes["state_dropped"] = self.notes.get("state_dropped", 0) + 1
                continue
            self._standings[uuid] = found[0]
            if found[1] is not None:
                self._learnt[uuid] = found[1]

    def standings(self) -> Mapping[str, Standing]:
        return dict(self._standings)

    def changes(self, most: int) -> Sequence[Change]:
        return ()

    def learnt(self, uuid: str) -> bytes | None:
        return self._learnt.get(uuid)

    def put(self, uuid: str, standing: Standing, learnt: bytes | None = None) -> None:
        self._standings[uuid] = standing
        if learnt is not None:
            self._learnt[uuid] = learnt
        self._news[uuid] = None
        self._gone.pop(uuid, None)

    def tell(self, change: Change) -> None:
        self._told.append(change)
        self._fresh.append(change)

    def forget(self, uuid: str) -> None:
        for kept in (self._standings, self._learnt, self._news):
            kept.pop(uuid, None)
        self._gone[uuid] = None

    def keep_hour(self, uuid: str, begun: int, data: bytes) -> None:
        """Two days of a location are too much to be carried about."""

    def ready(self, uuid: str) -> bool:
        return True

    def hours(self, uuid: str) -> list[bytes]:
        return []

    def write(self, seconds: float, at: float) -> Sequence[Change]:
        fresh, self._fresh = self._fresh, []
        return fresh

    def close(self) -> None:
        """Nothing is open."""

    def news(self) -> list[tuple[str, bytes]]:
        """Whose state is another one since this was asked last, and that."""
        news, self._news = self._news, {}
        return [(uuid, packed(self._standings[uuid], self._learnt.get(uuid))) for uuid in news]

    def gone(self) -> list[str]:
        """Whose state is to be removed since this was asked last."""
        gone, self._gone = self._gone, {}
        return list(gone)

    def told(self) -> list[Change]:
        """Changes since this was asked last, oldest first."""
        told, self._told = self._told, []
        return told


class FileStore:
    """State in a file of SQLite that one program at a time has."""

    def __init__(self, path: Path, stopwatch: Callable[[], float] = time.perf_counter) -> None:
        """Open it on the thread that will use it; its folder is made if need be.

        Args:
            path: of the file; a lock and what SQLite needs stand beside it.
            stopwatch: seconds from any start.

        Raises:
            CannotWriteError: another program has it, or it cannot be written there.
        """
        self.notes: dict[str, int] = {}
        self._path, self._stopwatch = path, stopwatch
        self._lock = FileLock(path.with_name(f"{path.name}.lock"))
        self._standings: dict[str, Standing] = {}
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._learnt: OrderedDict[str, bytes] = OrderedDict()
        self._fresh: list[Change] = []
        self._log: deque[Change] = deque()
        self._hours: deque[tuple[str, int, bytes]] = deque()
        self._hours_size = 0
        self._room = Room(MOST_OF_HOUR)
        self._gone: list[str] = []
        self._lacks_file = False
        """A damaged one was put aside, and none could be begun since."""
        self._cleared = 0.0
        """When the hours of who is heard no more were removed last."""
        self._again = 0.0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not self._lock.take():
                raise CannotWriteError(fact("fleet.state_busy", path=str(path)), fact("fleet.state_busy_advice"))
            self._file = self._open()
            self._read()
        except (OSError, sqlite3.Error) as error:
            self._lock.release()
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> CannotWriteError:
        what = fact("fleet.state_unusable", path=str(self._path), reason=str(error))
        return CannotWriteError(what, fact("fleet.state_unusable_advice"))

    def _open(self) -> sqlite3.Connection:
        """Open it; a damaged one, or one of another version, is put aside first."""
        for _ in range(2):
            file = sqlite3.connect(self._path, isolation_level=None, timeout=0.2)
            file.text_factory = _text
            try:
                file.execute("PRAGMA journal_mode=WAL")
                file.execute("PRAGMA synchronous=NORMAL")
                file.executescript(_SCHEMA)
                found = file.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
                if found is None:
                    file.execute("INSERT INTO meta VALUES ('schema', ?)", (SCHEMA,))
                elif found[0] != SCHEMA:
                    raise sqlite3.DatabaseError("another version")
                for table, columns in _COLUMNS.items():
                    if [row[1] for row in file.execute(f"PRAGMA table_info({table})")] != columns:
                        raise sqlite3.DatabaseError("other columns")
                return file
            except sqlite3.OperationalError:
                file.close()
                raise
            except (sqlite3.DatabaseError, UnicodeDecodeError):  # its own words quote what is damaged
                file.close()
                self._put_aside()
        raise sqlite3.OperationalError("it cannot be begun anew")

    def _put_aside(self) -> None:
        self._note("state_put_aside")
        number = next(n for n in count(1) if not self._aside(n).exists())
        self._path.replace(self._aside(number))
        for end in ("-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    def _aside(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.damaged-{number}")

    def _read(self) -> None:
        try:
            for uuid, data in self._file.execute("SELECT uuid, standing FROM location"):
                found = unpacked(data)
                if found is None:
                    self._note("state_dropped")
                else:
                    self._standings[uuid] = found[0]
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """The file turned out to be damaged: what is in memory goes into a fresh one, now or when there is room."""
        if not self._lacks_file:
            self._file.close()
            self._put_aside()
            self._lacks_file = True
        self._file = self._open()
        self._lacks_file = False
        self._waiting.update(dict.fromkeys(self._standings))

    def _note(self, name: str, count: int = 1) -> None:
        self.notes[name] = self.notes.get(name, 0) + count

    def standings(self) -> Mapping[str, Standing]:
        return dict(self._standings)

    def changes(self, most: int) -> Sequence[Change]:
        try:
            rows = self._file.execute("SELECT told FROM change ORDER BY number DESC LIMIT ?", (most,)).fetchall()
        except sqlite3.Error:
            self._note("state_unread")
            return []
        changes: list[Change] = []
        for (told,) in reversed(rows):
            try:
                changes.append(msgspec.msgpack.decode(told, type=Change))
            except (msgspec.DecodeError, UnicodeDecodeError, TypeError):
                self._note("state_unread")
        return changes

    def learnt(self, uuid: str) -> bytes | None:
        if uuid in self._learnt:
            return self._learnt[uuid]
        try:
            found = self._file.execute("SELECT learnt FROM location WHERE uuid = ?", (uuid,)).fetchone()
        except sqlite3.Error:
            self._note("state_unread")
            return None
        return found[0] if found is not None and isinstance(found[0], bytes) else None

    def put(self, uuid: str, standing: Standing, learnt: bytes | None = None) -> None:
        self._standings[uuid] = standing
        self._waiting[uuid] = None
        if learnt is not None:
            self._learnt[uuid] = learnt
            self._learnt.move_to_end(uuid)
            if len(self._learnt) > MOST_WAITING:
                self._learnt.popitem(last=False)
                self._note("learnt_dropped")

    def tell(self, change: Change) -> None:
        self._fresh.append(change)
        self._log.append(change)
        if len(self._log) > MOST_UNWRITTEN:
            self._log.popleft()
            self._note("changes_dropped")

    def keep_hour(self, uuid: str, begun: int, data: bytes) -> None:
        if not self._room.take(uuid, begun, len(data)):
            self.notes["hours_cut"] = self._room.cut
            return
        self._hours.append((uuid, begun, data))
        self._hours_size += len(data)
        while self._hours_size > MOST_OF_HOUR:
            self._hours_size -= len(self._hours.popleft()[2])
            self._note("hours_dropped")

    def ready(self, uuid: str) -> bool:
        return True

    def hours(self, uuid: str) -> list[bytes]:
        try:
            found = self._file.execute("SELECT begun, data FROM hour WHERE uuid = ?", (uuid,)).fetchall()
        except sqlite3.Error:
            self._note("state_unread")
            found = []
        known = {begun: data for begun, data in found if isinstance(data, bytes)}
        known.update({begun: data for name, begun, data in self._hours if name == uuid})
        return [known[begun] for begun in sorted(known)]

    def forget(self, uuid: str) -> None:
        for kept in (self._standings, self._waiting, self._learnt):
            kept.pop(uuid, None)
        self._gone.append(uuid)

    def write(self, seconds: float, at: float) -> Sequence[Change]:
        fresh, self._fresh = self._fresh, []
        if self._again - _AGAIN <= at < self._again or not (self._waiting or self._log or self._gone or self._hours):
            return fresh  # told all the same, and written as soon as there is room
        try:
            self._write(self._stopwatch() + seconds, at)
        except sqlite3.OperationalError:  # no room, or the disk does not answer
            self._failed(at)
        except sqlite3.DatabaseError:
            try:
                self._begin_anew()
            except (OSError, sqlite3.Error):
                self._failed(at)
        return fresh

    def _write(self, end: float, at: float) -> None:
        done: list[str] = []
        self._file.execute("BEGIN IMMEDIATE")
        try:
            for table in ("location", "hour"):  # first: whoever was forgotten may be back
                self._file.executemany(f"DELETE FROM {table} WHERE uuid = ?", [(uuid,) for uuid in self._gone])  # noqa: S608
            for change in self._log:
                self._file.execute(
                    "INSERT OR REPLACE INTO change VALUES (?, ?)", (change.number, msgspec.msgpack.encode(change))
                )
                if change.number % 1000 == 0:
                    self._file.execute("DELETE FROM change WHERE number <= ?", (change.number - MOST_CHANGES,))
            first = dict.fromkeys(change.uuid for change in self._log if change.uuid in self._waiting)
            for uuid in (*first, *(uuid for uuid in self._waiting if uuid not in first)):
                self._file.execute(
                    "INSERT INTO location VALUES (?, ?, ?) ON CONFLICT (uuid) DO UPDATE SET "
                    "standing = excluded.standing, learnt = coalesce(excluded.learnt, learnt)",
                    (uuid, packed(self._standings[uuid]), self._learnt.get(uuid)),
                )
                done.append(uuid)
                if len(done) % _PIECE == 0 and len(done) >= len(first) and self._stopwatch() >= end:
                    break
            hours = list(islice(self._hours, MOST_HOURS))
            self._file.executemany("INSERT OR REPLACE INTO hour VALUES (?, ?, ?)", hours)
            old = [(uuid, begun - KEPT) for uuid, begun, _ in hours]
            self._file.executemany("DELETE FROM hour WHERE uuid = ? AND begun <= ?", old)
            clears = bool(hours) and not 0 <= at - self._cleared < DAY
            if clears:  # once a day, of those who send none any more
                self._file.execute(_CLEAR, (at - KEPT,))
            self._file.execute("COMMIT")
        except sqlite3.Error:
            if self._file.in_transaction:
                self._file.execute("ROLLBACK")
            raise
        self._cleared = at if clears else self._cleared
        self._gone.clear()
        self._log.clear()
        for _ in hours:
            self._hours_size -= len(self._hours.popleft()[2])
        for uuid in done:
            del self._waiting[uuid]
            self._learnt.pop(uuid, None)

    def _failed(self, at: float) -> None:
        self._note("state_unwritten")
        self._again = at + _AGAIN

    def close(self) -> None:
        try:
            tries = 2  # without getting on: one that turns out to be damaged is begun anew
            while tries and (self._waiting or self._log or self._gone or self._hours):
                before = len(self._waiting) + len(self._hours)
                self._again = 0.0
                self.write(10.0, 0.0)
                if self._again:
                    break
                tries -= len(self._waiting) + len(self._hours) >= before > 0
            self._file.close()
        except sqlite3.Error:
            self._note("state_unwritten")
        finally:
            self._lock.release()
