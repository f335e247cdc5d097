"""Read a file that may be gzipped and may be broken, in pieces, and lose nothing that can still be had."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

_CHUNK = 64 * 1024
_MOST = 1024 * 1024
"""Most bytes that one step may unpack to: keeps memory flat whatever the compression ratio."""
_GZIP = b"\x1f\x8b"


class CutOff(Exception):  # noqa: N818 - it reads as what happened
    """The compressed data ends too early or is damaged; everything before it was handed over. The text says which."""


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """Read a file to its end, unpacked where its first bytes say gzip.

    Raises:
        CutOff: after the last readable byte of a gzip file that is cut off or damaged.
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
            raise CutOff("the compressed data is damaged from here on") from None
        if out:
            yield out
        data = (unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail) or file.read(_CHUNK)
    if not unpacker.eof:
        tail = unpacker.flush()
        if tail:
            yield tail
        raise CutOff("the file is cut off")


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
