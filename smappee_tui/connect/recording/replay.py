"""A recording read back: a piece at a time, damaged ones as far as they go, and as a link like any other.

The same messages in the same order, at once or at the pace they were recorded.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from smappee_tui.connect.errors import CannotReadError, ExternalError
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.connect.plain_file import open_plain, why
from smappee_tui.connect.recording.lines import BadLine, Recorded, decode
from smappee_tui.protocol.fact import Fact, TellableError, fact
from smappee_tui.protocol.received import Gap, Mark, MqttMessage

_CHUNK = 64 * 1024
_MOST = 1024 * 1024
"""Most bytes that one step may unpack to: keeps memory flat whatever the compression ratio."""
_GZIP = b"\x1f\x8b"


class TruncatedError(TellableError):
    """The compressed data ends too early or is damaged; everything before it was handed over."""


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """Read a file to its end, unpacked where its first bytes say gzip.

    Raises:
        TruncatedError: after the last readable byte of a gzip file that is cut off or damaged.
        OSError: when reading fails.
    """
    first = file.read(_CHUNK)
    if first.startswith(_GZIP):
        yield from _unpacked(first, file)
        return
    while first:
        yield first
        first = file.read(_CHUNK)


def _unpacked(first: bytes, file: BinaryIO) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(31)
    data = first
    while data:
        if unpacker.eof:  # gzip files may be several in a row, or be padded with zeros
            data = data.lstrip(b"\0")
            if not data:
                data = file.read(_CHUNK)
                continue
            unpacker = zlib.decompressobj(31)
        before = unpacker.copy()
        try:
            out = unpacker.decompress(data, _MOST)
        except zlib.error:
            yield _salvage(before, data)
            raise TruncatedError(fact("recording.compressed_damaged")) from None
        if out:
            yield out
        data = (unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail) or file.read(_CHUNK)
    if not unpacker.eof:
        tail = unpacker.flush()
        if tail:
            yield tail
        raise TruncatedError(fact("recording.file_cut_off"))


def _salvage(unpacker: zlib._Decompress, data: bytes) -> bytes:
    """What can be unpacked of `data` before the damage in it."""
    # zlib forgets the output of the call that fails, so the last call has to be a small one.
    out = bytearray()
    for position in range(len(data)):
        try:
            out += unpacker.decompress(data[position : position + 1])
        except zlib.error:
            break
    return bytes(out)


LONGEST_LINE = 32 * 1024 * 1024
"""Bytes. A longer line is no message of a monitor and is skipped without being held in memory."""
_BOM = b"\xef\xbb\xbf"


def read_recording(path: Path | str) -> Iterator[Recorded | BadLine]:
    """Read a recording, `.ndjson` or `.ndjson.gz` (told apart by content), a piece at a time: memory stays flat.

    Args:
        path: the file. It is opened at once and closed at the end of the iteration.

    Returns:
        Messages, marks, gaps and bad lines in the order of the file. A file that is cut off or damaged gives all that
        can be read and then one `BadLine` for its tail.

    Raises:
        CannotReadError: at once when the file cannot be opened, in the middle when the disk fails.
    """
    try:
        file = open_plain(path)
    except OSError as error:
        raise _cannot_read(path, error) from error
    return _items(file, path)


def _items(file: BinaryIO, path: Path | str) -> Iterator[Recorded | BadLine]:
    splitter = _Splitter()
    with file:
        cut: Fact | None = None
        source = pieces(file)
        while True:
            try:
                piece = next(source, None)
            except TruncatedError as error:
                cut = error.what
                break
            except OSError as error:
                raise _cannot_read(path, error) from error
            if piece is None:
                break
            yield from splitter.feed(piece)
        yield from splitter.finish(cut)


def _cannot_read(path: Path | str, error: OSError) -> CannotReadError:
    return CannotReadError(
        fact("recording.unreadable", path=str(path), why=why(error)),
        fact("errors.check_file"),
    )


class _Splitter:
    """Cuts pieces into lines, numbers them and decodes them."""

    def __init__(self) -> None:
        self._number = 0
        self._tail: list[bytes] = []
        self._tail_size = 0

    def feed(self, piece: bytes) -> Iterator[Recorded | BadLine]:
        """Decode the lines that end in this piece."""
        first, *lines = piece.split(b"\n")
        self._keep(first)
        if not lines:
            return
        yield from self._line()
        *whole, rest = lines
        for number, line in enumerate(whole, self._number + 1):  # all of it is here: nothing to put together
            if line.strip():
                yield decode(number, line)
        self._number += len(whole)
        self._keep(rest)

    def finish(self, cut: Fact | None) -> Iterator[Recorded | BadLine]:
        """Decode what stands after the last line feed; `cut` says why the data ended early, None if it did not."""
        items = list(self._line())
        whole = [item for item in items if not isinstance(item, BadLine)]  # only the line feed was missing
        yield from whole
        if cut is not None:
            yield BadLine(self._number + len(whole), fact("recording.bad.lost_after", why=cut))
        for item in items:
            if cut is None and isinstance(item, BadLine):
                yield BadLine(item.number, fact("recording.bad.last_line", why=item.reason))

    def _keep(self, part: bytes) -> None:
        self._tail_size += len(part)
        if self._tail_size > LONGEST_LINE:
            self._tail.clear()  # only its size is still of interest
        elif part:
            self._tail.append(part)

    def _line(self) -> Iterator[Recorded | BadLine]:
        line = b"".join(self._tail)
        size, self._tail_size = self._tail_size, 0
        self._tail.clear()
        self._number += 1
        if self._number == 1:
            line = line.removeprefix(_BOM)
        if size > LONGEST_LINE:
            yield BadLine(self._number, fact("recording.bad.too_long", mebibytes=LONGEST_LINE // 1024**2))
        elif line.strip():
            yield decode(self._number, line)


AT_ONCE = 2000
"""Items handed over at a time where nobody says how many: memory stays flat however long the recording."""


class ReplaySource:
    """Reads a recording. Its clock is the recording's, never today's."""

    def __init__(
        self,
        path: Path | str,
        *,
        speed: float | None = None,
        seconds: float | None = None,
        on_bad: Callable[[BadLine], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a link; `start` opens the file.

        Args:
            path: the recording.
            speed: so many times as fast as life; None for as fast as it is drained.
            seconds: how much of it, from its beginning; None for all.
            on_bad: called with every line that cannot be read.
            clock: seconds from any start; only its pace counts.
        """
        self.path = Path(path)
        self.items = 0
        """Messages and marks handed over."""
        self.seconds_missing = 0.0
        """How long nothing came, as the recording itself says."""
        self.ended = 0.0
        """When the recording says that watching it ended, or messages came again, last; 0 where it does not."""
        self.problem: ExternalError | None = None
        """Why the recording could not be read to its end, as when the disk fails."""
        self._speed = speed
        self._seconds = seconds
        self._on_bad = on_bad
        self._clock = clock
        self._source: Iterator[MqttMessage | Mark] | None = None
        self._next: MqttMessage | Mark | None = None
        self._began = (0.0, 0.0)
        """Our clock and the recording's at the first item."""
        self._dropped = Dropped()
        self._state = SourceState("connecting", 0.0)

    @property
    def state(self) -> SourceState:
        """`connected` while there is more to come, `closed` at the end; the link's reconnects up to here."""
        return self._state

    @property
    def dropped(self) -> Dropped:
        """What the recorder could not take, up to here: a file waits."""
        return self._dropped

    def start(self) -> None:
        """Open the recording.

        Raises:
            CannotReadError: when the file cannot be opened.
        """
        if self._source is None:
            self._source = self._good(read_recording(self.path))
            self._next = next(self._source, None)
            if self._next is not None:
                self._began = (self._clock(), self._next.at)
            self._state = replace(self._state, phase="connected", since=self._began[1])

    def now(self) -> float:
        """The recording's clock, seconds since 1970: where the replay is."""
        ours, recorded = self._began
        return recorded + (self._clock() - ours) * (self._speed or 1.0)

    def drain(self, limit: int | None = None, /) -> list[MqttMessage | Mark]:
        """The items whose time has come, at most `limit` or 2000. Without a pace an empty list is the end."""
        if self._source is None or self._state.phase == "closed":
            return []
        taken: list[MqttMessage | Mark] = []
        most = AT_ONCE if limit is None else limit
        until = float("inf") if self._speed is None else self.now()
        try:
            while self._next is not None and self._next.at <= until and len(taken) < most:
                taken.append(self._next)
                self._next = self._following()
        except ExternalError as error:
            self.problem = error
            self._end(error.told)
        if self._next is None and len(taken) < most:
            self._end(fact("recording.ended"))
        self.items += len(taken)
        return taken

    def listen(self, topics: tuple[str, ...], /) -> None:
        """Nothing: a recording holds what it holds."""

    def close(self) -> None:
        self._end(fact("recording.closed"))

    def _following(self) -> MqttMessage | Mark | None:
        """The next item, None at the end."""
        item = next(self._source, None) if self._source is not None else None
        if item is not None and self._seconds is not None and item.at > self._began[1] + self._seconds:
            return None
        return item

    def _good(self, source: Iterator[Recorded | BadLine]) -> Iterator[MqttMessage | Mark]:
        try:
            for item in source:
                if isinstance(item, BadLine):
                    self._on_bad(item)
                elif isinstance(item, Gap):
                    self._note(item)
                else:
                    yield item
        finally:
            getattr(source, "close", lambda: None)()

    def _note(self, gap: Gap) -> None:
        self.seconds_missing += gap.seconds
        self.ended = gap.at if self._seconds is None else min(gap.at, self._began[1] + self._seconds)
        lost = (gap.unknown, gap.realtime, gap.dropped - gap.unknown - gap.realtime)
        self._dropped = Dropped(*(before + more for before, more in zip(self._dropped, lost, strict=True)))
        self._state = replace(self._state, reconnects=self._state.reconnects + gap.reconnects)

    def _end(self, reason: Fact) -> None:
        if self._state.phase != "closed":
            self._state = replace(self._state, phase="closed", reason=reason)
            getattr(self._source, "close", lambda: None)()
