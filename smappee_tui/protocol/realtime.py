"""The 1-second message. It is decoded once a second per monitor, so the struct that the decoder fills *is* the message:
the wire's own numbers stay private to this room and the SI values are properties of it.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from smappee_tui.protocol.errors import Unreadable
from smappee_tui.protocol.wire import checked_decode

# Bounds far beyond any building: they only keep absurd numbers (1e300) out of sums and of 32-bit histories.
_Number = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
_Millis = Annotated[float, msgspec.Meta(ge=0, le=1e14)]
_Input = Annotated[float, msgspec.Meta(ge=0, le=9999)]

MOST_ROWS = 1000
"""Rows in one message that are read. The largest installation documented has 80-odd channels."""


class Reading(msgspec.Struct, gc=False):
    """One channel now. Fields with an underscore are the wire's units."""

    input: _Input | None = msgspec.field(name="ctInput", default=None)
    """`ctInput` or `publishIndex`, a whole number; None when the row has neither."""
    watts: _Number | None = msgspec.field(name="power", default=None)
    """Active power, W, after the configured reversal. Negative: against the configured direction."""
    phase: float | None = msgspec.field(name="phaseId", default=None)
    """0 for L1, 1 for L2, 2 for L3, as the monitor computes it."""
    joules_imported: float | None = msgspec.field(name="importEnergy", default=None)
    """Counter, J. Some firmware restarts it at zero."""
    joules_exported: float | None = msgspec.field(name="exportEnergy", default=None)
    """Counter, J."""
    volt_amperes: _Number | None = msgspec.field(name="apparentPower", default=None)
    """Apparent power, VA, where the firmware publishes it."""
    location_id: float | None = msgspec.field(name="serviceLocationId", default=None)
    """The service location of this row, where one gateway serves several."""
    _deciamps: _Number | None = msgspec.field(name="current", default=None)
    _cos_percent: float | None = msgspec.field(name="cosPhi", default=None)

    @property
    def amps(self) -> float | None:
        """RMS current, A, in steps of 0.1 A."""
        wire = self._deciamps
        return None if wire is None else wire / 10

    @property
    def cos_phi(self) -> float | None:
        """The monitor's own signed power factor, -1 to 1, where the firmware publishes it."""
        wire = self._cos_percent
        return None if wire is None else wire / 100


class IndexedReading(Reading, gc=False):
    """The same row where channels are numbered by `publishIndex`."""

    input: _Input | None = msgspec.field(name="publishIndex", default=None)


class Voltage(msgspec.Struct, gc=False):
    """Voltage of one phase."""

    volts: _Number | None = msgspec.field(name="voltage", default=None)
    """RMS, V, in steps of 1 V."""
    phase: float | None = msgspec.field(name="phaseId", default=None)
    """0 for L1, 1 for L2, 2 for L3."""


class Realtime(msgspec.Struct, gc=False):
    """All channels now. The payload's totals mean different things per firmware; only the reactive one is offered."""

    rows: list[Reading] = msgspec.field(name="channelPowers", default_factory=list)
    voltages: list[Voltage] = msgspec.field(default_factory=list)
    total_vars: _Number | None = msgspec.field(name="totalReactivePower", default=None)
    """Reactive power of the grid channels together, var. Whether it is signed differs: prove it before use."""
    status: float | None = msgspec.field(name="monitorStatus", default=None)
    """0 when the monitor finds itself well."""
    _millis: _Millis | None = msgspec.field(name="utcTimeStamp", default=None)
    _microhertz: float | None = msgspec.field(name="measuredFrequency", default=None)

    @property
    def sent(self) -> float | None:
        """The monitor's own time stamp, seconds since 1970."""
        return None if self._millis is None else self._millis / 1000

    def amps(self) -> list[float | None]:
        """RMS current of every row, A; the same as each row's own, in one pass for the fold."""
        return [None if (wire := row._deciamps) is None else wire / 10 for row in self.rows]

    @property
    def hertz(self) -> float | None:
        """Mains frequency, Hz, where the firmware publishes it."""
        return None if self._microhertz is None else self._microhertz / 1e6


class IndexedRealtime(Realtime, gc=False):
    """The same message where channels are numbered by `publishIndex`."""

    rows: list[IndexedReading] = msgspec.field(name="channelPowers", default_factory=list)  # type: ignore[assignment]


_BY_CT: msgspec.json.Decoder[Realtime] = msgspec.json.Decoder(Realtime, strict=False)
_BY_INDEX: msgspec.json.Decoder[Realtime] = msgspec.json.Decoder(IndexedRealtime, strict=False)


def read_realtime(topic: str, payload: bytes) -> Realtime:
    """Decode one realtime payload of either dialect.

    Raises:
        Unreadable: not JSON, a wrong type, or too many rows.
    """
    # Both keys stand at the start of a row, so a look at the head is enough nearly always; the whole is the fallback.
    by_index = payload.find(b'"publishIndex"', 0, 600) >= 0
    message = checked_decode(_BY_INDEX if by_index else _BY_CT, topic, payload)
    if not by_index and message.rows and message.rows[0].input is None and b'"publishIndex"' in payload:
        message = checked_decode(_BY_INDEX, topic, payload)
    if len(message.rows) > MOST_ROWS or len(message.voltages) > MOST_ROWS:
        raise Unreadable(
            topic, f"{len(message.rows)} channel rows; no monitor has more than {MOST_ROWS}", "$.channelPowers"
        )
    return message
