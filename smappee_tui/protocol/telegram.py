"""Telegrams of a P1 port, DSMR 4 and 5, e-MUCS and the Luxembourg form: text becomes a reading.

They differ in what they tell of gas and of the past, not in the lines read here (in kW, A and V). Nothing else of a
telegram is looked at. The parser is the extra `p1` of this package; whoever imports this module wants a meter.
"""

from __future__ import annotations

import logging
import math
from decimal import Decimal
from typing import Any

from dsmr_parser.exceptions import InvalidChecksumError, ParseError
from dsmr_parser.objects import Telegram
from dsmr_parser.parsers import TelegramParser
from dsmr_parser.telegram_specifications import V5

from smappee_tui.protocol.fact import TellableError, fact
from smappee_tui.protocol.meter import MeterReading, PerLine

LONGEST = 16_384
"""Bytes of a telegram, a generous multiple of the longest one, about 2 kB."""
_BROKEN = (ParseError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError)
"""What the parser raises over text that no meter wrote."""
_LINES = ("L1", "L2", "L3")
_TIME = "P1_MESSAGE_TIMESTAMP"
_TAKEN, _GIVEN = "CURRENT_ELECTRICITY_USAGE", "CURRENT_ELECTRICITY_DELIVERY"
_KINDS = (
    "INSTANTANEOUS_ACTIVE_POWER_{}_POSITIVE",
    "INSTANTANEOUS_ACTIVE_POWER_{}_NEGATIVE",
    "INSTANTANEOUS_CURRENT_{}",
    "INSTANTANEOUS_VOLTAGE_{}",
)
_READ = {_TIME, _TAKEN, _GIVEN, *(kind.format(line) for kind in _KINDS for line in _LINES)}

logging.getLogger("dsmr_parser").addHandler(logging.NullHandler())
logging.getLogger("dsmr_parser").propagate = False  # it would write lines of a telegram to the terminal
_parser = TelegramParser({**V5, "objects": [one for one in V5["objects"] if one["value_name"] in _READ]})


class BadTelegramError(TellableError):
    """Damaged on the way, or no telegram at all: skip it."""


def reading_of_telegram(text: str, at: float) -> MeterReading:
    """Read one telegram, from its `/` to the line end after its checksum.

    Args:
        text: the telegram.
        at: when it arrived, seconds since 1970.

    Raises:
        BadTelegramError: when its checksum is wrong or it tells no power.
    """
    try:
        telegram = _parser.parse(text, throw_ex=True)
        powers = [_net(telegram, *(kind.format(line) for kind in _KINDS[:2])) for line in _LINES]
        amps = [_value(telegram, _KINDS[2].format(line)) for line in _LINES]
        volts = [_value(telegram, _KINDS[3].format(line)) for line in _LINES]
        total = _net(telegram, _TAKEN, _GIVEN)
        told = getattr(telegram, _TIME, None)
        told_at = told.value.timestamp() if told is not None and told.value is not None else math.nan
    except InvalidChecksumError as error:
        raise BadTelegramError(fact("meter.bad_checksum")) from error
    except _BROKEN as error:
        raise BadTelegramError(fact("meter.bad_telegram")) from error
    if total is None and not any(power is not None for power in powers):
        raise BadTelegramError(fact("meter.no_power"))
    return MeterReading(
        at=at,
        watts=_line([None if power is None else 1000 * power for power in powers]),
        amps=_line(amps),
        volts=_line(volts),
        total=math.nan if total is None else float(1000 * total),
        watts_step=_step([*powers, total], 1000.0),
        amps_step=_step(amps),
        told=told_at,
    )


def _value(telegram: Telegram, name: str) -> Decimal | None:
    held: Any = getattr(telegram, name, None)
    return held.value if held is not None and isinstance(held.value, Decimal) and held.value.is_finite() else None


def _net(telegram: Telegram, taken: str, given: str) -> Decimal | None:
    """kW that come in, less what goes out."""
    first, second = _value(telegram, taken), _value(telegram, given)
    return None if first is None and second is None else (first or Decimal(0)) - (second or Decimal(0))


def _line(values: list[Decimal | None]) -> PerLine:
    first, second, third = (math.nan if value is None else float(value) for value in values)
    return first, second, third


def _step(values: list[Decimal | None], unit: float = 1.0) -> float:
    """The last digit that is written, which is what the meter tells apart."""
    digits = [value.as_tuple().exponent for value in values if value is not None]
    return unit * 10.0 ** min((int(digit) for digit in digits), default=0)
