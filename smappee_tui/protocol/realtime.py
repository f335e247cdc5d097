"""The 1-second message. It is decoded once a second per monitor, so the struct that the decoder fills *is* the message:
the wire's own numbers stay private to this room and the SI values are properties of it.
"""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec

from smappee_tui.protocol.fact import UnreadableError, fact, neither
from smappee_tui.protocol.fields import MICROHERTZ, MOST_OF_SITE, MOST_WATTS, Holds, Joules, Meaning, means
from smappee_tui.protocol.wire import FAILURES, LARGEST_PAYLOAD, MOST_ROWS, second_try, too_large, unwrapped

# Bounds far beyond any building: they only keep absurd numbers (1e300) out of sums and of 32-bit histories.
_Number = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
_Watts = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9, extra={"meaning": Meaning(Holds.MEASURE, most=MOST_WATTS)})]
_OfSite = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9, extra={"meaning": Meaning(Holds.MEASURE, most=MOST_OF_SITE)})]
_Microhertz = Annotated[
    float, msgspec.Meta(extra={"meaning": Meaning(Holds.MEASURE, least=MICROHERTZ[0], most=MICROHERTZ[1])})
]
_Millis = Annotated[float, msgspec.Meta(ge=-1e19, le=1e19, extra={"meaning": Meaning(Holds.TIME)})]
_Id = Annotated[int | float, means(Holds.ID)]
"""Small whole numbers come as int, which costs no new number."""
_Status = Annotated[float, means(Holds.ID)]
_Location = Annotated[float, means(Holds.LOCATION)]
_HEAD = 280
"""Bytes within which the first row names its key, in every payload seen."""


class Reading(msgspec.Struct, gc=False):
    """One channel now. Fields with an underscore are the wire's units. They stand in the order of the wire, in which
    the decoder finds each at its first look."""

    input: _Id | None = msgspec.field(name="ctInput", default=None)
    """`ctInput` or `publishIndex` as sent: check it with `input_number`. None when the row has neither."""
    watts: _Watts | None = msgspec.field(name="power", default=None)
    """Active power, W, after the configured reversal. Negative: against the configured direction."""
    joules_exported: Joules = msgspec.field(name="exportEnergy", default=None)
    """Counter, J."""
    joules_imported: Joules = msgspec.field(name="importEnergy", default=None)
    """Counter, J. Some firmware restarts it at zero."""
    phase: _Id | None = msgspec.field(name="phaseId", default=None)
    """0 for L1, 1 for L2, 2 for L3, as the monitor computes it."""
    _deciamps: _Number | None = msgspec.field(name="current", default=None)
    volt_amperes: _Watts | None = msgspec.field(name="apparentPower", default=None)
    """Apparent power, VA, where the firmware publishes it."""
    location_id: _Location | None = msgspec.field(name="serviceLocationId", default=None)
    """The service location of this row, where one gateway serves several."""

    @property
    def amps(self) -> float | None:
        """RMS current, A, in steps of 0.1 A."""
        wire = self._deciamps
        return None if wire is None else wire / 10


class IndexedReading(Reading, gc=False):
    """The same row where channels are numbered by `publishIndex`."""

    input: _Id | None = msgspec.field(name="publishIndex", default=None)


class Voltage(msgspec.Struct, gc=False):
    volts: _Number | None = msgspec.field(name="voltage", default=None)
    """RMS, V, in steps of 1 V."""
    phase: _Id | None = msgspec.field(name="phaseId", default=None)
    """0 for L1, 1 for L2, 2 for L3."""


class Realtime(msgspec.Struct, gc=False):
    """All channels now. The payload's totals mean different things per firmware; only the reactive one is offered."""

    rows: list[Reading] = msgspec.field(name="channelPowers", default_factory=list)
    voltages: list[Voltage] = msgspec.field(default_factory=list)
    total_vars: _OfSite | None = msgspec.field(name="totalReactivePower", default=None)
    """Reactive power of the grid channels together, var. Whether it is signed differs: prove it before use."""
    status: _Status | None = msgspec.field(name="monitorStatus", default=None)
    """0 when the monitor finds itself well."""
    _millis: _Millis | None = msgspec.field(name="utcTimeStamp", default=None)
    _microhertz: _Microhertz | None = msgspec.field(name="measuredFrequency", default=None)

    @property
    def sent(self) -> float | None:
        """The monitor's own time stamp, seconds since 1970 if it counts milliseconds as it should."""
        return None if self._millis is None or self._millis < 0 else self._millis / 1000

    def amps(self) -> list[float | None]:
        """RMS current of every row, A; the same as each row's own, in one pass for the fold."""
        try:  # None, which is rare, shows itself: no look at every value
            return [row._deciamps / 10 for row in self.rows]  # type: ignore[operator]
        except TypeError:
            return [row.amps for row in self.rows]

    @property
    def hertz(self) -> float | None:
        """Mains frequency, Hz, where the firmware publishes it."""
        return None if self._microhertz is None else self._microhertz / 1e6


class IndexedRealtime(Realtime, gc=False):
    """The same message where channels are numbered by `publishIndex`."""

    rows: list[IndexedReading] = msgspec.field(name="channelPowers", default_factory=list)  # type: ignore[assignment]


# Numbers only, at first: text is read the slow way, which also looks for the words "nan" and "inf".
_BY_CT: msgspec.json.Decoder[Realtime] = msgspec.json.Decoder(Realtime)
_BY_INDEX: msgspec.json.Decoder[Realtime] = msgspec.json.Decoder(IndexedRealtime)


def read_realtime(topic: str, payload: bytes) -> Realtime:
    """Decode one realtime payload of either dialect.

    Raises:
        UnreadableError: not JSON, a wrong type, nothing in it, or too many rows.
    """
    if len(payload) > LARGEST_PAYLOAD:
        raise too_large(topic, payload)
    by_index = payload.find(b'"publishIndex"', 0, _HEAD) >= 0
    decoder = _BY_INDEX if by_index else _BY_CT
    try:
        message = decoder.decode(payload)
    except FAILURES:
        message = _read_slowly(decoder.type, topic, payload)
    rows = message.rows
    if not rows or rows[0].input is None:
        message = _read_again(topic, payload, message, by_index)
    if len(rows) > MOST_ROWS or len(message.voltages) > MOST_ROWS:
        raise UnreadableError(topic, fact("messages.too_many_rows", rows=len(rows), most=MOST_ROWS), "$.channelPowers")
    return message


def _read_again(topic: str, payload: bytes, message: Realtime, by_index: bool) -> Realtime:
    """The key of the rows did not stand where it usually does, or there are no rows at all."""
    if not message.rows and not message.voltages:
        inner = unwrapped(payload)
        if inner is not payload:
            return read_realtime(topic, inner)
        raise neither(topic, "channelPowers", "voltages")
    key, decoder = (b'"ctInput"', _BY_CT) if by_index else (b'"publishIndex"', _BY_INDEX)
    if key not in payload:
        return message
    try:
        return decoder.decode(payload)
    except FAILURES:
        return _read_slowly(decoder.type, topic, payload)


def _read_slowly(shape: type[Realtime], topic: str, payload: bytes) -> Realtime:
    """Read a payload that writes numbers as text, or null where a list is expected."""
    try:
        message = msgspec.json.decode(payload, type=shape, strict=False)
    except FAILURES as still:
        message = second_try(shape, topic, payload, still)
    for place, row in enumerate(message.rows):
        energies = (row.joules_imported, row.joules_exported)
        if not _finite(row.input, row.phase, row.location_id, *energies):
            raise UnreadableError(topic, fact("messages.no_number"), f"$.channelPowers[{place}]")
    if not _finite(message.status, message._microhertz, *(entry.phase for entry in message.voltages)):
        raise UnreadableError(topic, fact("messages.no_number"), "$")
    return message


def _finite(*values: float | None) -> bool:
    # Compared, not converted: of some hundred digits in quotes the decoder makes a whole number that no float holds.
    return all(value is None or abs(value) <= sys.float_info.max for value in values)
