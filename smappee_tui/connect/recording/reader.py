"""Read a recording back."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from smappee_tui.connect.errors import CannotReadError
from smappee_tui.connect.recording.lines import BadLine, decode
from smappee_tui.protocol.fact import Fact, TellableError, fact
from smappee_tui.protocol.received import Mark, MqttMessage

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


def read_recording(path: Path | str) -> Iterator[MqttMessage | Mark | BadLine]:
    """Read a recording, `.ndjson` or `.ndjson.gz` (told apart by content), a piece at a time: memory stays flat.

    Args:
        path: the file. It is opened at once and closed at the end of the iteration.

    Returns:
        Messages, marks and bad lines in the order of the file. A file that is cut off or damaged gives all that can
        be read and then one `BadLine` for its tail.

    Raises:
        CannotReadError: at once when the file cannot be opened, in the middle when the disk fails.
    """
    try:
        file = Path(path).open("rb")  # noqa: SIM115 - closed by `_items`
    except OSError as error:
        raise _cannot_read(path, error) from error
    return _items(file, path)


def _items(file: BinaryIO, path: Path | str) -> Iterator[MqttMessage | Mark | BadLine]:
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
        fact("recording.unreadable", path=str(path), why=error.strerror or str(error)),
        fact("errors.check_file"),
    )


class _Splitter:
    """Cuts pieces into lines, numbers them and decodes them."""

    def __init__(self) -> None:
        self._number = 0
        self._tail: list[bytes] = []
        self._tail_size = 0

    def feed(self, piece: bytes) -> Iterator[MqttMessage | Mark | BadLine]:
        """Decode the lines that end in this piece."""
        lines = piece.split(b"\n")
        self._keep(lines[0])
        for line in lines[1:]:
            yield from self._line()
            self._keep(line)

    def finish(self, cut: Fact | None) -> Iterator[MqttMessage | Mark | BadLine]:
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

    def _line(self) -> Iterator[MqttMessage | Mark | BadLine]:
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
