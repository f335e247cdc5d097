"""A recording that never grows beyond its bounds: in pieces, of which the oldest go.

A run of the program begins a piece of its own, so that nothing is ever added to a file that a crash left behind. Files
are called `RRRR-PPPP.ndjson.gz`: number of the run, number of the piece within it.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from smappee_tui.connect.errors import CannotReadError, CannotWriteError
from smappee_tui.connect.recording.lines import BadLine, Recorded
from smappee_tui.connect.recording.recorder import Recorder
from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.protocol.fact import Fact
from smappee_tui.protocol.received import Gap, Mark, MqttMessage
from smappee_tui.protocol.topics import Kind, parse_topic

PIECE_SECONDS = 900.0
MOST_BYTES = 100_000_000
"""Of all pieces together."""
MOST_PIECES = 96
"""Together at most 24 hours."""
CLOCK_SET_BACK = 60.0
"""Seconds by which times may run backwards (queues); more, and somebody set the clock."""
STANDING = frozenset(
    {
        Kind.CONFIG,
        Kind.CHANNELS,
        Kind.SENSORS,
        Kind.HOME_CONTROL,
        Kind.PLUG_CONNECTION,
        Kind.PLUG_STATE,
        Kind.SCHEDULE,
        Kind.PRESENCE,
    }
)
"""What a broker remembers of a monitor: it holds until the next message of its topic."""
MOST_STANDING, MOST_STANDING_BYTES = 300, 1_000_000
"""Topics whose last message is held, and bytes of all of them; a house has some 20 kB."""
SUFFIX = ".ndjson.gz"
_NAME = re.compile(r"(\d{4,})-(\d{4,})" + re.escape(SUFFIX))


class Piece(NamedTuple):
    """One file of it."""

    run: int
    number: int
    path: Path


class Standing:
    """The last message of each topic that holds until the next one: what whoever comes later needs to know first."""

    def __init__(self) -> None:
        self._held: dict[str, MqttMessage] = {}
        self._bytes = 0

    def note(self, item: MqttMessage, kind: Kind) -> bool:
        """Take a message; False where it is of another kind, or there is too much of them."""
        if kind not in STANDING:
            return False
        before = self._held.pop(item.topic, None)  # in the order in which they came last
        self._bytes -= len(before.payload) if before is not None else 0
        if len(self._held) >= MOST_STANDING or self._bytes + len(item.payload) > MOST_STANDING_BYTES:
            return False
        self._held[item.topic] = item
        self._bytes += len(item.payload)
        return True

    def messages(self) -> Iterator[MqttMessage]:
        """As they came."""
        return iter(self._held.values())

    def remembered(self, at: float) -> Iterator[MqttMessage]:
        """As a broker would tell them from memory at this moment."""
        for item in self._held.values():
            yield MqttMessage(at, item.topic, item.payload, item.qos, True)


class RollingRecorder:
    """Keeps the latest of what is written to it. Watching goes on whatever becomes of it. One thread only."""

    def __init__(
        self,
        folder: Path,
        *,
        most_bytes: int = MOST_BYTES,
        most_pieces: int = MOST_PIECES,
        piece_seconds: float = PIECE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin a run; the first message makes its first file.

        Args:
            folder: where the pieces are; there already.
            most_bytes: of all pieces together.
            most_pieces: kept.
            piece_seconds: length of one.
            clock: seconds from any start. Only this decides when a piece ends: the time of day may jump.
        """
        self._folder = folder
        self._most_bytes, self._most_pieces, self._piece_seconds = most_bytes, most_pieces, piece_seconds
        self._clock = clock
        self._standing = Standing()
        self._recorder: Recorder | None = None
        self._number, self._begun = 0, 0.0
        self._problem: Fact | None = None
        self.run = max((piece.run for piece in pieces(folder)), default=0) + 1

    @property
    def problem(self) -> Fact | None:
        """Why nothing is recorded any more; None while it goes on."""
        return self._problem

    def write(self, item: Recorded, /) -> None:
        """Add one message, mark or gap."""
        if self._problem is not None:
            return
        try:
            recorder = self._ready(item.at)
        except CannotWriteError as error:
            self._problem = error.told
            return
        if isinstance(item, MqttMessage):
            self._standing.note(item, parse_topic(item.topic).kind)
        recorder.write(item)
        self._problem = recorder.reason

    def close(self) -> None:
        if self._recorder is not None:
            self._recorder.close()

    def _ready(self, at: float) -> Recorder:
        """The piece to write to, a new one where it is time for one."""
        recorder, share = self._recorder, self._most_bytes // 8
        if recorder is not None:
            if self._clock() - self._begun < self._piece_seconds and recorder.size < share:
                return recorder
            recorder.close()
        self._make_room(share)
        fresh = Recorder(self._folder / f"{self.run:04d}-{self._number:04d}{SUFFIX}", clock=self._clock)
        with contextlib.suppress(OSError):  # the folder is its owner's only, whatever the file says
            fresh.path.chmod(0o600)
        for item in self._standing.remembered(at) if self._number else ():
            fresh.write(item)
        self._recorder, self._begun = fresh, self._clock()
        self._number += 1
        return fresh

    def _make_room(self, more: int) -> None:
        """Drop the oldest pieces until a new one fits."""
        kept = pieces(self._folder)
        sizes = [_size(piece.path) for piece in kept]
        while kept and (len(kept) >= self._most_pieces or sum(sizes) + more > self._most_bytes):
            with contextlib.suppress(OSError):
                kept[0].path.unlink()
            del kept[0], sizes[0]


def pieces(folder: Path) -> list[Piece]:
    """All pieces in a folder, oldest first; none where there is no folder."""
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            name = _NAME.fullmatch(path.name)
            if name is not None:
                found.append(Piece(int(name[1]), int(name[2]), path))
    return sorted(found)


def latest(kept: list[Piece], seconds: float) -> tuple[list[Piece], float | None]:
    """The last pieces of a recording that begin in its last seconds, and after the last time that a clock was set back.

    Pieces in which nothing can be read are left out.

    Returns:
        The pieces, oldest first, and when the last item came; None where nothing can be read.
    """
    chosen: list[Piece] = []
    end: float | None = None
    begins = float("inf")
    for piece in reversed(kept):
        first, last = _span(piece.path) if end is None else (_first(piece.path), None)
        if first is None:
            continue
        end = last if end is None else end
        if first > begins + CLOCK_SET_BACK or (end is not None and first < end - seconds):
            break
        begins = first
        chosen.append(piece)
    return chosen[::-1], end


def items_of(kept: list[Piece]) -> Iterator[Recorded | None]:
    """Everything in these pieces, None between two runs. What cannot be read, as the tail of a crash, is left out.

    What a later piece of a run repeats of the standing messages, so that it can be read alone, is left out too.
    """
    before: Piece | None = None
    for piece in kept:
        follows = before is not None and before.run == piece.run
        if before is not None and not follows:
            yield None
        repeats = follows
        for item in _all(piece.path):
            repeats = repeats and isinstance(item, MqttMessage) and item.retain
            if not repeats:
                yield item
        before = piece


def _all(path: Path) -> Iterator[Recorded]:
    try:
        for item in read_recording(path):
            if not isinstance(item, BadLine):
                yield item
    except CannotReadError:  # gone, or the disk fails: the rest of the recording counts
        return


def _items(path: Path) -> Iterator[MqttMessage | Mark]:
    return (item for item in _all(path) if not isinstance(item, Gap))


def _first(path: Path) -> float | None:
    return next((item.at for item in _items(path)), None)


def _span(path: Path) -> tuple[float | None, float | None]:
    first = last = None
    for item in _items(path):
        first = item.at if first is None else first
        last = item.at
    return first, last


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
