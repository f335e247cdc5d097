"""What the utility's own meter says of the house's connection: one reading, whatever it came in as.

Beside a monitor's messages it goes as one of its own kind, under `TOPIC`: numbers and nothing else. What a telegram
says of who lives there, serial numbers and EAN, never gets so far.
"""

from __future__ import annotations

import math
from typing import Annotated

import msgspec

from smappee_tui.protocol.received import MqttMessage

TOPIC = "meter/p1"
"""Under which readings arrive, are recorded and replayed."""
PerLine = tuple[float, float, float]
"""One value a line L1, L2, L3, as the meter names them; NaN where it tells none."""
UNTOLD: PerLine = (math.nan, math.nan, math.nan)
MOST_WATTS, MOST_AMPS, MOST_VOLTS = 1e6, 5e3, 1e3
"""No connection of a house or a shop has more: what is beyond is damage."""


class MeterReading(msgspec.Struct, frozen=True, gc=False):
    """One reading of a digital meter."""

    at: float
    """Seconds since 1970 on the receiving clock. What it tells is older: by a second, or by ten."""
    watts: PerLine = UNTOLD
    """Net active power, W: positive where the house takes from the grid."""
    amps: PerLine = UNTOLD
    """RMS current, A, without a sign."""
    volts: PerLine = UNTOLD
    """V; between lines on a supply without neutral."""
    total: float = math.nan
    """Net active power of all lines together, W."""
    watts_step: float = 1.0
    """W between two powers that it can tell: 1 or 10."""
    amps_step: float = 1.0
    """A between two currents: 1 on Dutch meters, 0.01 on Belgian ones."""
    told: float = math.nan
    """When by its own clock, seconds since 1970."""

    @property
    def lines(self) -> tuple[int, ...]:
        """Those that it tells a power of."""
        return tuple(line for line, watts in enumerate(self.watts) if not math.isnan(watts))


_Number = Annotated[float, msgspec.Meta(ge=-MOST_WATTS, le=MOST_WATTS)] | None
_Lines = tuple[_Number, _Number, _Number]
_NONE: _Lines = (None, None, None)


class _Payload(msgspec.Struct, omit_defaults=True):
    watts: _Lines = _NONE
    amps: _Lines = _NONE
    volts: _Lines = _NONE
    total: _Number = None
    watts_step: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 1.0
    amps_step: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0
    told: float | None = None


_decoder = msgspec.json.Decoder(_Payload)


def message_of(reading: MeterReading) -> MqttMessage:
    """A reading as it goes beside a monitor's messages."""
    payload = _Payload(
        watts=_told(reading.watts),
        amps=_told(reading.amps),
        volts=_told(reading.volts),
        total=_known(reading.total),
        watts_step=reading.watts_step,
        amps_step=reading.amps_step,
        told=_known(reading.told),
    )
    return MqttMessage(reading.at, TOPIC, msgspec.json.encode(payload))


def reading_of(message: MqttMessage) -> MeterReading | None:
    """The reading that a message is; None where it is damaged, or tells of no power and no current."""
    try:
        told = _decoder.decode(message.payload)
    except (msgspec.DecodeError, RecursionError):
        return None
    reading = MeterReading(
        at=message.at,
        watts=_line(told.watts, MOST_WATTS),
        amps=_line(told.amps, MOST_AMPS),
        volts=_line(told.volts, MOST_VOLTS),
        total=math.nan if told.total is None else told.total,
        watts_step=told.watts_step,
        amps_step=told.amps_step,
        told=math.nan if told.told is None else told.told,
    )
    says = (*reading.watts, *reading.amps, reading.total)
    return reading if not all(map(math.isnan, says)) else None


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _told(values: PerLine) -> _Lines:
    return _known(values[0]), _known(values[1]), _known(values[2])


def _line(values: _Lines, most: float) -> PerLine:
    first, second, third = (math.nan if value is None or abs(value) > most else value for value in values)
    return first, second, third
