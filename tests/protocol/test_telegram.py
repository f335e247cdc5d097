"""Telegrams of four kinds of meters, and text that no meter wrote."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.protocol.meter import MeterReading, message_of, reading_of
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.protocol.telegram import BadTelegramError, reading_of_telegram
from smappee_tui.simulator.meter.telegram import KINDS, TelegramKind, telegram_of

READING = MeterReading(
    at=5.0,
    watts=(1204.0, -351.0, 0.0),
    amps=(5.0, 2.0, 0.0),
    volts=(230.1, 231.0, 229.8),
    total=853.0,
    told=1_760_000_040.0,
)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_read(kind: TelegramKind) -> None:
    read = reading_of_telegram(telegram_of(READING, kind).decode(), 5.0)
    assert read.at == 5.0
    assert read.watts == READING.watts
    assert read.amps == READING.amps
    assert read.total == READING.total
    assert read.told == READING.told
    assert read.watts_step == 1.0
    assert read.amps_step == (0.01 if kind == "e-mucs" else 1.0)
    assert read.volts == READING.volts or (kind == "dsmr4" and all(map(math.isnan, read.volts)))


def test_a_meter_with_one_phase() -> None:
    nan = math.nan
    one = MeterReading(
        at=0, watts=(99.0, nan, nan), amps=(1.0, nan, nan), volts=(230.0, nan, nan), total=99.0, told=1e9
    )
    read = reading_of_telegram(telegram_of(one).decode(), 0.0)
    assert read.lines == (0,)


def test_a_wrong_checksum_is_damage() -> None:
    with pytest.raises(BadTelegramError) as caught:
        reading_of_telegram(telegram_of(READING).decode().replace("01.204", "09.204"), 0.0)
    assert caught.value.what.code == "meter.bad_checksum"


@pytest.mark.parametrize(
    "text", ["", "/", "/x\r\n!\r\n", "/x\r\n!0000\r\n", "/ISk5\r\n\r\n1-0:21.7.0(x*kW)\r\n!ZZZZ\r\n"]
)
def test_what_no_meter_wrote(text: str) -> None:
    with pytest.raises(BadTelegramError):
        reading_of_telegram(text, 0.0)


@given(st.text(max_size=300))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for candidate in (text, f"/{text}!0000\r\n", telegram_of(READING).decode() + text):
        with contextlib.suppress(BadTelegramError):
            reading_of_telegram(candidate, 0.0)


def test_nothing_private_is_left_of_it() -> None:
    """What is recorded and shown is the message, and that has numbers only."""
    payload = message_of(reading_of_telegram(telegram_of(READING).decode(), 0.0)).payload
    assert b"3031323334" not in payload
    assert b"FLU" not in payload


@given(
    st.tuples(*[st.floats(-1e5, 1e5) | st.just(math.nan)] * 3),
    st.tuples(*[st.floats(0, 4e3) | st.just(math.nan)] * 3),
    st.floats(-1e5, 1e5),
)
def test_a_reading_comes_back_as_it_went(
    watts: tuple[float, float, float], amps: tuple[float, float, float], total: float
) -> None:
    sent = MeterReading(at=3.0, watts=watts, amps=amps, total=total)
    back = reading_of(message_of(sent))
    assert back is not None
    assert [*back.watts, *back.amps, back.total] == pytest.approx([*watts, *amps, total], nan_ok=True)


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"[]", b'{"watts":[1,2]}', b'{"total":1e99}', b'{"watts":["x",1,2]}', b"\xff"]
)
def test_a_damaged_message_is_none(payload: bytes) -> None:
    assert reading_of(MqttMessage(0.0, "meter/p1", payload)) is None
