"""Meters that mean harm, or are broken: what they can make the reader do is bounded."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from smappee_tui.connect.meter import reader as reading
from smappee_tui.connect.meter.address import MeterAddress, meter_address
from smappee_tui.connect.meter.feed import MeterFailedError
from smappee_tui.connect.meter.homewizard import LONGEST
from smappee_tui.connect.meter.local_api import LocalApi, asked
from smappee_tui.connect.meter.reader import MOST_WAITING, MeterReader, reader_of
from smappee_tui.connect.meter.trust import MeterTrust
from smappee_tui.protocol.meter import MeterReading
from smappee_tui.simulator.meter.telegram import telegram_of

PATIENCE = 20.0
NOW = MeterReading(at=1.0, watts=(1200.0, 0.0, 60.0), total=1260.0, told=1.76e9)


@contextmanager
def served(answer: Callable[[socket.socket, threading.Event], None]) -> Iterator[MeterAddress]:
    """A server that says what it likes to whoever comes."""
    stop, door = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def talk(line: socket.socket) -> None:
        with line, suppress(OSError):
            answer(line, stop)

    def run() -> None:
        while not stop.is_set():
            try:
                line, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(line,), daemon=True).start()

    threading.Thread(target=run, daemon=True).start()
    try:
        yield MeterAddress("homewizard", "127.0.0.1", door.getsockname()[1])
    finally:
        stop.set()
        door.shutdown(socket.SHUT_RDWR)
        door.close()


def saying(content: bytes) -> Callable[[socket.socket, threading.Event], None]:
    """Answers a question with this, and hangs up."""

    def answer(line: socket.socket, stop: threading.Event) -> None:
        line.recv(4096)
        line.sendall(content)

    return answer


def ask(address: MeterAddress, seconds: float = PATIENCE) -> tuple[int, bytes | None]:
    api = LocalApi(address, MeterTrust(), seconds)
    try:
        return api.get()
    finally:
        api.close()


def test_a_byte_now_and_then_does_not_hold_the_reader() -> None:
    def drip(line: socket.socket, stop: threading.Event) -> None:
        while not stop.wait(0.02):
            line.sendall(b"H")

    with served(drip) as address, pytest.raises(OSError):
        ask(address, 0.2)


def test_an_answer_without_end_is_cut_and_damaged() -> None:
    def flood(line: socket.socket, stop: threading.Event) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n{")
        while not stop.is_set():
            line.sendall(b" " * 8192)

    with served(flood) as address:
        assert ask(address) == (200, None)


@pytest.mark.parametrize(
    "content",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x00\xff\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * LONGEST,
    ],
)
def test_broken_answers_are_damaged(content: bytes) -> None:
    with served(saying(content)) as address:
        assert ask(address)[1] is None


def test_a_chunked_answer_is_read() -> None:
    content = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"

    def stays(line: socket.socket, stop: threading.Event) -> None:
        saying(content)(line, stop)
        stop.wait(PATIENCE)

    with served(stays) as address:
        assert ask(address) == (200, b"{}")


def test_a_redirect_is_not_followed() -> None:
    content = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with served(saying(content)) as address, pytest.raises(MeterFailedError, match="302"):
        next(asked(address, threading.Event(), lambda: 1.0, 0.01, MeterTrust()))


def test_a_flood_of_telegrams_is_read_at_a_walk_and_the_oldest_are_dropped() -> None:
    def flood(line: socket.socket, stop: threading.Event) -> None:
        while not stop.is_set():
            line.sendall(telegram_of(NOW))

    with served(flood) as address:
        reader, some = reader_of(meter_address(f"tcp://127.0.0.1:{address.port}")), threading.Event()
        reader.on_change = lambda: some.set() if reader.state.readings >= 3 else None
        reader.start()
        assert some.wait(PATIENCE)
        reader.close()
        assert reader.state.readings < MOST_WAITING


def test_what_nobody_takes_is_dropped_and_counted() -> None:
    reader = MeterReader(MeterAddress("tcp", "x", 1), lambda stop: iter([NOW] * (MOST_WAITING + 5)))
    reader.start()
    reader.finish()
    assert (len(reader.drain()), reader.state.dropped) == (MOST_WAITING, 5)


def test_a_reader_that_is_closed_ends() -> None:
    def silent(line: socket.socket, stop: threading.Event) -> None:
        stop.wait(PATIENCE)

    with served(silent) as address:
        reader = reader_of(meter_address(f"tcp://127.0.0.1:{address.port}"))
        reader.start()
        assert reader._thread is not None
        assert reader._thread.daemon
        reader.close()
        reader.finish()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no serial devices of this kind")
def test_a_cable_is_read_and_its_unplugging_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "AGAIN", 0.01)
    master, slave = os.openpty()
    path = os.ttyname(slave)
    reader = reader_of(meter_address(path))
    came, failed, gone = threading.Event(), threading.Event(), threading.Event()

    def look() -> None:
        state = reader.state
        if state.readings:
            came.set()
        if state.phase == "failed":
            failed.set()
            if "meter.no_device" in str(state.reason):
                gone.set()

    reader.on_change = look
    reader.start()
    try:
        os.write(master, b"half of one!\r\n")
        for _ in range(200):
            os.write(master, telegram_of(NOW))
            if came.wait(0.02):
                break
        assert came.is_set()
        os.close(slave)
        os.close(master)
        assert failed.wait(PATIENCE)
        assert gone.wait(PATIENCE)
    finally:
        reader.close()
