"""What every way to a meter gives, and how long it may take."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from smappee_tui.protocol.fact import Fact, TellableError, fact
from smappee_tui.protocol.meter import MeterReading

ANSWER = 5.0
"""Seconds that an answer may take from the first byte asked to the last one read."""
SILENCE = 30.0
"""Seconds without a telegram after which a stream is opened anew: the slowest meters send one every ten."""

Feed = Callable[[threading.Event], Iterator[MeterReading | None]]
"""Readings until it is told to stop; None for one that was damaged. Raises MeterFailedError."""


class MeterFailedError(TellableError):
    """It cannot be read now: told, and tried again."""


def no_answer(address: object, advice: Fact | None = None) -> MeterFailedError:
    return MeterFailedError(fact("meter.no_answer", address=str(address)), advice or fact("meter.no_answer_advice"))
