"""One realtime message as columns: the form in which history keeps it and the diagnosis reads it."""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from smappee_tui.protocol.messages import Realtime
from smappee_tui.protocol.realtime import Reading
from smappee_tui.protocol.wire import input_number

NAN = math.nan
PHASES = 3


@dataclass(slots=True)
class Sample:
    """All channels at one second. Missing values are NaN. Lists run parallel to `inputs`."""

    at: float
    """Receiving clock, seconds since 1970."""
    inputs: tuple[int, ...]
    watts: list[float]
    """Active power, W, after the configured reversal."""
    amps: list[float]
    """RMS current, A, in steps of 0.1 A."""
    volt_amperes: list[float] | None
    """Apparent power, VA, where the monitor publishes it."""
    volts: tuple[float, float, float]
    """Voltage per phase L1, L2, L3, V. 0 is as published, NaN where there is no entry."""
    total_vars: float
    """Reactive power of the grid channels together, var; NaN where absent. Not proved signed."""
    packed: bytes
    """Watts, amps and volts behind each other as floats of 32 bits, as history keeps them."""
    order: list[float | None]
    """Inputs as the message listed them, to recognise the next message of the same shape."""
    one_voltage: bool
    """The monitor publishes a single voltage for all phases (old 20-series firmware)."""

    def volts_of(self, phase: int | None) -> float:
        """Voltage that the monitor uses for this phase, V; NaN where it publishes none.

        A monitor with one voltage uses it for every phase. 0 V is no voltage: the phase is absent, or it is the
        reference of a delta supply.
        """
        if self.one_voltage:
            return next((v for v in self.volts if v > 0), NAN)
        if phase is None:
            return NAN
        volts = self.volts[phase]
        return volts if volts > 0 else NAN


def sample_of(message: Realtime, at: float, location_id: int | None, previous: Sample | None) -> Sample:
    """Turn a realtime message into columns.

    Args:
        message: as decoded.
        at: receiving clock, seconds since 1970.
        location_id: the site's own service location id; rows that name another one belong to another site.
        previous: the sample before, whose order of inputs is nearly always the same one (the fast path).
    """
    rows = message.rows
    order: list[float | None] = [row.input for row in rows if row.location_id is None]
    if previous is not None and order == previous.order and len(rows) == len(order) == len(previous.inputs):
        inputs = previous.inputs
        amps: list[float | None] = message.amps()
    else:
        own = own_rows(message, location_id)
        inputs = tuple(sorted(own))
        rows = [own[number] for number in inputs]
        amps = [row.amps for row in rows]
        order = order if order == list(inputs) else []
    apparent = [row.volt_amperes for row in rows]
    first, second, third = NAN, NAN, NAN
    for entry in message.voltages:
        if entry.volts is None:
            continue
        if entry.phase == 0:
            first = entry.volts
        elif entry.phase == 1:
            second = entry.volts
        elif entry.phase == 2:
            third = entry.volts
    volts = (first, second, third)
    packed, known_watts, known_amps = _pack([row.watts for row in rows], amps, volts)
    missing = apparent.count(None)
    return Sample(
        at,
        inputs,
        known_watts,
        known_amps,
        cast("list[float]", apparent) if not missing else _known(apparent) if missing < len(apparent) else None,
        volts,
        NAN if message.total_vars is None else message.total_vars,
        packed,
        order,
        len(message.voltages) == 1,
    )


def own_rows(message: Realtime, location_id: int | None) -> dict[int, Reading]:
    """The rows that are this site's own and have a usable input, by input; a repeated input counts once, the last."""
    return dict(_own(message, location_id))


def twice(message: Realtime, location_id: int | None) -> frozenset[int]:
    """Inputs that more than one of this site's own rows names."""
    seen = Counter(number for number, _ in _own(message, location_id))
    return frozenset(number for number, count in seen.items() if count > 1)


def _own(message: Realtime, location_id: int | None) -> Iterator[tuple[int, Reading]]:
    for row in message.rows:
        mine = row.location_id is None or location_id is None or row.location_id == location_id
        number = input_number(row.input) if mine else None
        if number is not None:
            yield number, row


def _pack(
    watts: list[float | None], amps: list[float | None], volts: tuple[float, float, float]
) -> tuple[bytes, list[float], list[float]]:
    """Pack the columns. A None, which is rare, shows itself by refusing to be packed: no look at every value."""
    known_watts, known_amps = cast("list[float]", watts), cast("list[float]", amps)
    pack = _packer(2 * len(watts) + PHASES)
    try:
        packed = pack(*known_watts, *known_amps, *volts)
    except struct.error:
        known_watts, known_amps = _known(watts), _known(amps)
        packed = pack(*known_watts, *known_amps, *volts)
    return packed, known_watts, known_amps


@lru_cache(maxsize=16)
def _packer(width: int) -> Callable[..., bytes]:
    """Packs so many numbers into 32 bits each, three times as fast as an array takes them."""
    return struct.Struct(f"{width}f").pack


def _known(values: list[float | None]) -> list[float]:
    return [NAN if v is None else v for v in values]
