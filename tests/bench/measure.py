"""CPU time of small functions: the minimum of many rounds in one process, garbage collection off during a round."""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from tests.payloads import INFINITY, START, TWENTY, busy_rows, raw, realtime

ROUNDS = 40
SIZES = (7, 28, 80)
DIALECTS = (TWENTY, INFINITY)


def cheapest(work: Callable[[], None], calls: int, rounds: int = ROUNDS) -> float:
    """Least CPU time of one call, in µs, over rounds of `calls` calls."""
    best = float("inf")
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            begun = time.process_time_ns()
            for _ in range(calls):
                work()
            best = min(best, (time.process_time_ns() - begun) / calls)
    finally:
        gc.enable()
    return best / 1000


def payloads(count: int, dialect: str, seconds: int) -> list[bytes]:
    """That many consecutive realtime messages."""
    return [raw(realtime(busy_rows(count, dialect, second), dialect, at=START + second)) for second in range(seconds)]


def baseline(payload: bytes, calls: int) -> float:
    """CPU time of `json.loads` of the same bytes, µs."""
    return cheapest(lambda: json.loads(payload), calls)


def as_installed(folder: Path) -> None:
    """Let processes begun from here run what a first one compiled into this folder, as an installed program does.

    What a checkout has compiled may be older than its sources, or nothing at all: a start takes half as long again.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
