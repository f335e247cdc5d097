"""Write a recording while watching."""

from __future__ import annotations

import contextlib
import errno
import time
import zlib
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.connect.recording.lines import Recorded, encode
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.received import Gap

RecorderState = Literal["recording", "full", "failed", "closed"]
"""`full`: the size limit is reached or the disk is; `failed`: the file can no longer be written; both are final."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SPARE = 64
"""Bytes kept free below the limit for the end of a gzip file and for data that does not compress."""


class Recorder:
    """A recording being written. Watching goes on whatever becomes of it, so only opening raises. One thread only."""

    def __init__(
        self,
        path: Path | str,
        *,
        limit_bytes: int | None = None,
        overwrite: bool = False,
        flush_every: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create the file; its name decides: `.gz` is compressed, anything else is plain.

        Args:
            path: where to write.
            limit_bytes: stop before the file gets larger than this; None for no limit.
            overwrite: replace a file that exists.
            flush_every: seconds of messages that a crash may cost a compressed recording; a plain one loses none.
            clock: seconds, from any start.

        Raises:
            CannotWriteError: when the file exists, or cannot be created.
        """
        self.path = Path(path)
        self._limit = limit_bytes
        self._flush_every = flush_every
        self._clock = clock
        self._packer = zlib.compressobj(6, zlib.DEFLATED, 31) if self.path.suffix == ".gz" else None
        self._state: RecorderState = "recording"
        self._reason: Fact | None = None
        self._lines = 0
        self._size = 0
        self._sound = 0
        self._pending = 0
        self._flushed_at = clock()
        try:
            self._file = FileIO(self.path, "w" if overwrite else "x")
        except FileExistsError as error:
            raise CannotWriteError(fact("recording.exists", path=str(path)), fact("recording.exists_advice")) from error
        except OSError as error:
            raise CannotWriteError(
                fact("recording.unwritable", path=str(path), why=error.strerror or str(error)),
                fact("recording.unwritable_advice"),
            ) from error

    @property
    def state(self) -> RecorderState:
        return self._state

    @property
    def reason(self) -> Fact | None:
        """Why it stopped recording, and what to do; None while it records or when it was closed."""
        return self._reason

    @property
    def lines(self) -> int:
        """Messages and marks taken so far."""
        return self._lines

    @property
    def size(self) -> int:
        """Bytes on disk so far."""
        return self._size

    def write(self, item: Recorded) -> bool:
        """Add one message, mark or gap.

        Returns:
            False when it was not recorded: look at `state` and `reason`.
        """
        if self._state != "recording":
            return False
        line = encode(item)
        if not self._fits(len(line)):
            self._stop("full", fact("recording.limit", bytes=self._limit))
            return False
        if self._packer is None:
            self._put(line)
        else:
            self._pending += len(line)
            self._put(self._packer.compress(line), whole=False)
            if self._clock() - self._flushed_at >= self._flush_every:
                self.flush()
        if self._state == "recording" and not isinstance(item, Gap):
            self._lines += 1
        return self._state == "recording"

    def flush(self) -> None:
        """Bring everything so far to where a killed program cannot lose it, readable as it stands."""
        self._flushed_at = self._clock()
        if self._packer is not None and self._pending and self._state == "recording":
            self._pending = 0
            self._put(self._packer.flush(zlib.Z_SYNC_FLUSH))

    def close(self) -> None:
        """Finish the file. A second call does nothing."""
        if self._state == "recording":
            self._stop("closed", None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _fits(self, more: int) -> bool:
        if self._limit is None:
            return True
        if self._size + self._pending + more + _SPARE > self._limit:
            self.flush()  # compressed, it may still fit
        return self._size + more + (_SPARE if self._packer is not None else 0) <= self._limit

    def _put(self, data: bytes, *, whole: bool = True) -> None:
        """Write bytes; `whole` when a reader can stop after them without losing anything."""
        rest = memoryview(data)
        try:
            while rest:
                written = self._file.write(rest)
                self._size += written
                rest = rest[written:]
        except OSError as error:
            self._failed(error)
            return
        if whole:
            self._sound = self._size

    def _failed(self, error: OSError) -> None:
        with contextlib.suppress(OSError):  # half a line, or half a compressed block, is worth nothing
            self._file.truncate(self._sound)
            self._size = self._sound
        with contextlib.suppress(OSError):
            self._file.close()
        if error.errno in _FULL:
            self._state, self._reason = "full", fact("recording.disk_full")
        else:
            self._state, self._reason = "failed", fact("recording.stopped", why=error.strerror or str(error))

    def _stop(self, state: RecorderState, reason: Fact | None) -> None:
        if self._packer is not None:
            self._put(self._packer.flush(zlib.Z_FINISH))
        if self._state != "recording":
            return
        self._state, self._reason = state, reason
        try:
            self._file.close()
        except OSError as error:  # network drives tell only now
            self._state, self._reason = "failed", fact("recording.incomplete", why=error.strerror or str(error))
