"""The digital meter over real HTTP and TCP on loopback, and from a file."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smappee_tui.connect.errors import BadAddressError
from smappee_tui.connect.meter.address import meter_address
from smappee_tui.connect.meter.feed import MeterFailedError
from smappee_tui.connect.meter.reader import MeterReader, MeterState, reader_of
from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.meter import MeterReading, reading_of
from smappee_tui.simulator.meter.served import MeterDoor, ServedMeter
from smappee_tui.simulator.meter.telegram import telegram_of

PATIENCE = 20.0
"""Seconds after which a thread that says nothing hangs."""
NOW = MeterReading(
    at=1.0, watts=(1200.0, -350.0, 60.0), amps=(5.31, 1.6, 0.4), volts=(230.1, 231.0, 229.8), total=910.0, told=1.76e9
)


@pytest.fixture
def meter() -> Iterator[ServedMeter]:
    with ServedMeter(lambda: NOW, every=0.01) as served:
        yield served


def read_until(address: str, enough: Callable[[MeterState], bool]) -> tuple[list[MeterReading], MeterState]:
    """Start a reader and wait until its state is as wished."""
    reader: MeterReader = reader_of(meter_address(address), clock=lambda: 7.0, every=0.01)
    told = threading.Event()
    reader.on_change = lambda: told.set() if enough(reader.state) else None
    reader.start()
    try:
        assert told.wait(PATIENCE)
        return [one for one in map(reading_of, reader.drain()) if one is not None], reader.state
    finally:
        reader.close()


@pytest.mark.parametrize("way", ["host", "gateway"])
def test_readings_come(meter: ServedMeter, way: str) -> None:
    readings, state = read_until(getattr(meter, way), lambda state: state.readings >= 2)
    assert state.phase == "reading"
    assert state.reason is None
    first = readings[0]
    assert first.at == 7.0
    assert first.watts == NOW.watts
    assert first.amps == NOW.amps
    assert first.volts == NOW.volts
    assert first.total == NOW.total
    assert first.amps_step == pytest.approx(0.01)


def test_an_api_that_is_switched_off_is_told_with_the_way_to_switch_it_on(meter: ServedMeter) -> None:
    meter.door.open = False
    _, state = read_until(meter.host, lambda state: state.phase == "failed")
    assert state.reason is not None
    assert state.reason.code == "errors.told"
    assert "meter.api_off" in str(state.reason.params)


@pytest.mark.parametrize("way", ["host", "gateway"])
def test_damage_is_counted_and_what_comes_after_it_is_read(meter: ServedMeter, way: str) -> None:
    meter.door.damaged = True
    reader = reader_of(meter_address(getattr(meter, way)), every=0.01)
    damaged, mended = threading.Event(), threading.Event()

    def look() -> None:
        if reader.state.damaged >= 1 or way == "gateway":
            meter.door.damaged = False
            damaged.set()
        if reader.state.readings:
            mended.set()

    reader.on_change = look
    reader.start()
    try:
        if way == "gateway":
            meter.door.damaged = False
        else:
            assert damaged.wait(PATIENCE)
        assert mended.wait(PATIENCE)
    finally:
        reader.close()


def test_nobody_there_is_told(meter: ServedMeter) -> None:
    with ServedMeter(lambda: NOW) as gone:
        host, gateway = gone.host, gone.gateway
    for address in (host, gateway):
        _, state = read_until(address, lambda state: state.phase == "failed")
        assert "meter.no_answer" in str(state.reason)


def test_a_file_of_telegrams_is_dated_by_the_meter(tmp_path: Path) -> None:
    path = tmp_path / "telegrams.txt"
    path.write_bytes(b"junk\r\n" + telegram_of(NOW) + telegram_of(NOW)[:80] + telegram_of(NOW))
    readings, state = read_until(str(path), lambda state: state.phase == "ended")
    assert [one.at for one in readings] == [1.76e9, 1.76e9]
    assert state.damaged <= 1


def test_a_meter_that_floods_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "flood.txt"
    path.write_bytes(b"/" + b"A" * 200_000 + b"\r\n" + telegram_of(NOW))
    readings, state = read_until(str(path), lambda state: state.phase == "ended")
    assert len(readings) == 1
    assert state.damaged >= 1


@pytest.mark.parametrize("typed", ["http://an:geheim@p1.local", "an:geheim@p1.local", "tcp://an:geheim@p1.local:2001"])
def test_a_password_in_an_address_is_not_repeated(typed: str) -> None:
    with pytest.raises(BadAddressError) as caught:
        meter_address(typed)
    said = Translator("en").fact(caught.value.what)
    assert "geheim" not in said
    assert "p1.local" in said


def test_what_is_typed_says_how_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "t.txt"
    file.write_text("x")
    assert meter_address("192.168.1.20").kind == "homewizard"
    assert meter_address("https://p1.local").kind == "homewizard-v2"
    assert meter_address("tcp://gateway:2001").kind == "tcp"
    assert meter_address("/dev/ttyUSB7").kind == "serial"
    assert meter_address(str(file)).kind == "file"
    for told in ("host", "host:8080", "[fd77::1]", "[fd77::1]:8080"):
        assert str(meter_address(told)) == told


@pytest.mark.parametrize(
    "text", ["", "tcp://gateway", "ftp://x", "http://u:p@x", "a b", "http://x/y", "http://x:99999"]
)
def test_what_is_no_address_of_a_meter(text: str) -> None:
    with pytest.raises(BadAddressError):
        meter_address(text)


def test_the_door_is_as_it_is_asked() -> None:
    assert MeterDoor().open
    assert math.isnan(MeterReading(at=0.0).total)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_told_of_a_meter_is_two_sentences(language: Language) -> None:
    failures = ("no_answer", "api_off", "no_device", "no_token", "token_refused", "not_signed", "other_certificate")
    words = Translator(language)
    for code in failures:
        told = MeterFailedError(
            fact(f"meter.{code}", address="x", path="x", why="x"), fact(f"meter.{code}_advice", path="x")
        )
        what = words.fact(told.what)
        assert what.endswith("."), code
        assert words.fact(told.told).startswith(f"{what} ")
