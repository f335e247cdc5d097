"""Telegrams as they come: from a gateway on the network, a serial device, a file."""

from __future__ import annotations

import math
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from smappee_tui.connect.meter.address import MeterAddress
from smappee_tui.connect.meter.feed import ANSWER, SILENCE, MeterFailedError, no_answer
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.meter import MeterReading

PIECE = 4096
"""Bytes taken at once."""
LEAST_APART = 0.1
"""Seconds between two telegrams. What comes faster waits on the line: reading it would take all the program's time."""
LOOK = 1.0
"""Seconds after which a silent line looks whether it is to stop."""


def over_tcp(address: MeterAddress, stop: threading.Event, clock: Callable[[], float]) -> Iterator[MeterReading | None]:
    """Telegrams of a gateway."""
    failed = no_answer(address)
    try:
        with socket.create_connection((address.host, address.port), timeout=ANSWER) as line:
            yield from _cut(line.fileno(), line.recv, stop, clock, failed)
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no name service takes
        raise failed from error


def over_serial(path: Path, stop: threading.Event, clock: Callable[[], float]) -> Iterator[MeterReading | None]:
    """Telegrams of a P1 cable.

    Raises:
        MeterFailedError: when it is not there, is somebody else's, or is unplugged.
    """
    import os

    try:
        import termios
        import tty
    except ImportError as error:  # Windows
        raise MeterFailedError(fact("meter.no_serial"), fact("meter.no_serial_advice")) from error
    try:
        line = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        raise MeterFailedError(
            fact("meter.no_device", path=str(path), why=error.strerror or str(error)), fact("meter.no_device_advice")
        ) from error
    gone = MeterFailedError(fact("meter.device_gone", path=str(path)), fact("meter.no_device_advice"))
    try:
        tty.setraw(line)
        settings = termios.tcgetattr(line)
        settings[4] = settings[5] = termios.B115200  # of a P1 port since DSMR 4: 8 bits, no parity
        termios.tcsetattr(line, termios.TCSANOW, settings)
        yield from _cut(line, lambda most: os.read(line, most), stop, clock, gone)
    except (OSError, termios.error) as error:
        raise gone from error
    finally:
        os.close(line)


def _cut(
    handle: int,
    take: Callable[[int], bytes],
    stop: threading.Event,
    clock: Callable[[], float],
    failed: MeterFailedError,
) -> Iterator[MeterReading | None]:
    """Telegrams until it is told to stop. A line that brings bytes and no telegram is as silent as one without any."""
    cut, heard, before = Cut(), time.monotonic(), 0.0
    while not stop.is_set():
        if time.monotonic() - heard > SILENCE:
            raise failed
        if not select.select([handle], [], [], LOOK)[0]:
            continue
        piece = take(PIECE)
        if not piece:
            raise failed
        for reading in cut.feed(piece, clock):
            yield reading
            heard = time.monotonic()
            if stop.wait(max(0.0, LEAST_APART - (heard - before))):
                return
            before = time.monotonic()


def of_file(path: Path, clock: Callable[[], float]) -> Iterator[MeterReading | None]:
    """All telegrams of a file. It has no arrivals: each is dated by the meter's own clock."""
    cut = Cut()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                for reading in cut.feed(piece, clock):
                    dated = reading is not None and math.isfinite(reading.told)
                    yield msgspec.structs.replace(reading, at=reading.told) if reading and dated else reading
    except OSError as error:
        raise MeterFailedError(fact("meter.unreadable", path=str(path)), fact("errors.check_file")) from error


class Cut:
    """Cuts a stream of bytes into telegrams; what is no part of one is dropped, however much of it comes."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, piece: bytes, clock: Callable[[], float]) -> Iterator[MeterReading | None]:
        from smappee_tui.protocol.telegram import LONGEST, BadTelegramError, reading_of_telegram

        self._held += piece
        while True:
            begin = self._held.find(b"/")
            if begin < 0:
                self._held = b""
                return
            end = self._held.find(b"!", begin)
            line = self._held.find(b"\n", end) if end >= 0 else -1
            if line < 0:
                self._held = self._held[begin:]
                if len(self._held) > LONGEST:
                    self._held = b""
                    yield None
                return
            text, self._held = self._held[begin : line + 1], self._held[line + 1 :]
            whole = text[text.rfind(b"/") :]  # of two, the first was cut off
            try:
                yield reading_of_telegram(whole.decode("ascii", "replace"), clock())
            except BadTelegramError:
                yield None
