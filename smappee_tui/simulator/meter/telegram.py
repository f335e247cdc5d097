"""A reading as the telegram that a meter of some kind would send, with its checksum."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from smappee_tui.protocol.meter import MeterReading

TelegramKind = Literal["dsmr4", "dsmr5", "e-mucs", "luxembourg"]
KINDS: tuple[TelegramKind, ...] = ("dsmr4", "dsmr5", "e-mucs", "luxembourg")
_ID: dict[TelegramKind, tuple[str, str]] = {
    "dsmr4": ("/XMX5VIRTUAL0042", "1-3:0.2.8(42)"),
    "dsmr5": ("/XMX5VIRTUAL0050", "1-3:0.2.8(50)"),
    "e-mucs": ("/FLU5\\000000001_A", "0-0:96.1.4(50221)"),
    "luxembourg": ("/Lux5\\000000001_D", "1-3:0.2.8(42)"),
}
"""First line, and the line that tells the version."""
_POWER, _CURRENT, _VOLTAGE = (21, 41, 61), (31, 51, 71), (32, 52, 72)
ZONE = ZoneInfo("Europe/Brussels")


def telegram_of(reading: MeterReading, kind: TelegramKind = "e-mucs", zone: tzinfo = ZONE) -> bytes:
    """The telegram, from its `/` to the end of its last line.

    Args:
        reading: what the meter tells; it rounds by its own steps.
        kind: DSMR 4 tells no voltage; currents are whole amperes but in e-MUCS, where they have two digits.
        zone: of its clock.
    """
    first, version = _ID[kind]
    lines = [first, "", version, f"0-0:1.0.0({_stamp(reading.told, zone)})", *_lines(reading, kind)]
    body = "\r\n".join(lines) + "\r\n!"
    return f"{body}{_crc16(body.encode()):04X}\r\n".encode()


def _lines(reading: MeterReading, kind: TelegramKind) -> Iterator[str]:
    yield "0-0:96.1.1(3031323334353637383930)"
    yield f"1-0:1.7.0({_kilowatts(reading.total)}*kW)"
    yield f"1-0:2.7.0({_kilowatts(-reading.total)}*kW)"
    for line in range(3):
        if not math.isnan(reading.watts[line]):
            yield f"1-0:{_POWER[line]}.7.0({_kilowatts(reading.watts[line])}*kW)"
            yield f"1-0:{_POWER[line] + 1}.7.0({_kilowatts(-reading.watts[line])}*kW)"
        if kind != "dsmr4" and not math.isnan(reading.volts[line]):
            yield f"1-0:{_VOLTAGE[line]}.7.0({reading.volts[line]:05.1f}*V)"
        if not math.isnan(reading.amps[line]):
            amps = f"{reading.amps[line]:06.2f}" if kind == "e-mucs" else f"{reading.amps[line]:03.0f}"
            yield f"1-0:{_CURRENT[line]}.7.0({amps}*A)"


def _kilowatts(watts: float) -> str:
    return f"{max(0.0, watts) / 1000:06.3f}"


def _stamp(at: float, zone: tzinfo) -> str:
    moment = datetime.fromtimestamp(at, zone)
    return f"{moment:%y%m%d%H%M%S}{'S' if moment.dst() else 'W'}"


def _crc16(data: bytes) -> int:
    """CRC-16/ARC, as the P1 companion standard has it."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return value
