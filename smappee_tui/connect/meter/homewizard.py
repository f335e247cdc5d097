"""A HomeWizard P1 meter on the LAN: its local API as readings. It is only asked, never told anything.

The first API (`/api/v1/data`) is open once its owner has switched it on in the HomeWizard app; the second
(`/api/measurement`) wants a token and speaks TLS by a certificate of its own.
"""

from __future__ import annotations

import math

import msgspec

from smappee_tui.protocol.meter import MeterReading, PerLine

LONGEST = 65_536
"""Bytes of an answer, a generous multiple of the longest one."""


class _First(msgspec.Struct):
    """`/api/v1/data`, what is read of it. Powers W, net of what is given back; currents A, signed on newer firmware."""

    active_power_w: float | None = None
    active_power_l1_w: float | None = None
    active_power_l2_w: float | None = None
    active_power_l3_w: float | None = None
    active_current_l1_a: float | None = None
    active_current_l2_a: float | None = None
    active_current_l3_a: float | None = None
    active_voltage_l1_v: float | None = None
    active_voltage_l2_v: float | None = None
    active_voltage_l3_v: float | None = None


class _Second(msgspec.Struct):
    """`/api/measurement` of the second API."""

    power_w: float | None = None
    power_l1_w: float | None = None
    power_l2_w: float | None = None
    power_l3_w: float | None = None
    current_l1_a: float | None = None
    current_l2_a: float | None = None
    current_l3_a: float | None = None
    voltage_l1_v: float | None = None
    voltage_l2_v: float | None = None
    voltage_l3_v: float | None = None


_first, _second = msgspec.json.Decoder(_First), msgspec.json.Decoder(_Second)


def reading_of_answer(body: bytes, at: float, *, second: bool = False) -> MeterReading | None:
    """The reading that an answer is; None where it is none.

    Args:
        body: as it came.
        at: when it came, seconds since 1970.
        second: of the second API.
    """
    try:
        if second:
            told = _second.decode(body)
            total, watts = told.power_w, (told.power_l1_w, told.power_l2_w, told.power_l3_w)
            amps = told.current_l1_a, told.current_l2_a, told.current_l3_a
            volts = told.voltage_l1_v, told.voltage_l2_v, told.voltage_l3_v
        else:
            one = _first.decode(body)
            total, watts = one.active_power_w, (one.active_power_l1_w, one.active_power_l2_w, one.active_power_l3_w)
            amps = one.active_current_l1_a, one.active_current_l2_a, one.active_current_l3_a
            volts = one.active_voltage_l1_v, one.active_voltage_l2_v, one.active_voltage_l3_v
    except (msgspec.DecodeError, RecursionError):
        return None
    if total is None and all(value is None for value in watts):
        return None
    known = [value for value in amps if value is not None]
    return MeterReading(
        at=at,
        watts=_line(watts),
        amps=_line(tuple(None if value is None else abs(value) for value in amps)),
        volts=_line(volts),
        total=math.nan if total is None else total,
        # Nobody tells how fine its meter is: a current with a part of an ampere is.
        amps_step=0.01 if any(value != round(value) for value in known) else 1.0,
    )


def _line(values: tuple[float | None, ...]) -> PerLine:
    first, second, third = (math.nan if value is None else value for value in values)
    return first, second, third
