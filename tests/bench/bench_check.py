"""`check --replay` of an hour, and the start of the program, as processes of their own: CPU time and memory.

What a replay costs beside its start is a ratio to reading the file and `json.loads` of its lines and their payloads.

python -m tests.bench.bench_check
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from smappee_tui.app.session import Session
from smappee_tui.connect.recording.replay import ReplaySource
from smappee_tui.simulator import sites
from tests.bench.measure import as_installed
from tests.simulated.recordings import write_recording

ROUNDS = 5
MINUTES = (5, 60)
GOAL = 3.0
"""Times reading and `json.loads` that an hour may cost."""


def measured(words: tuple[str, ...]) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and highest resident MB of one run, in a parent of its own that has no other child."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_child, (words,))


def _child(words: tuple[str, ...]) -> tuple[float, float, float]:
    import resource

    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "smappee_tui", *words],
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        check=False,
        env={**os.environ, "SMAPPEE_TUI_CONFIG_DIR": tempfile.gettempdir()},
    )
    used: Any = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, time.perf_counter() - begun, used.ru_maxrss / 1024


def starts() -> None:
    """The starts that a person waits for."""
    for words, goal in ((("--version",), 60), (("--help",), 90), (("check", "--help"), 90)):
        cpu = min(measured(words)[0] for _ in range(ROUNDS))
        print(f"{' '.join(words):14} {cpu * 1000:6.0f} ms CPU (least of {ROUNDS}), goal {goal}")


def replays(folder: Path) -> None:
    """Recordings of shops with 28 and 80 channels; memory must not grow with their length."""
    for name, dialect in itertools.product(("shop28", "shop80"), ("infinity", "20-series")):
        for minutes in MINUTES:
            path = folder / f"{name}-{dialect}-{minutes}.ndjson"
            write_recording(sites.build(name, dialect=dialect, faults=("reversed:6",)), path, minutes * 60)
            cpu, wall, memory = measured(("check", "--replay", str(path), "--json"))
            ratio = min(folded(path) for _ in range(2)) / min(read(path) for _ in range(2))
            print(
                f"{name} {dialect:10} {minutes:3} min, {path.stat().st_size / 1e6:5.1f} MB: {cpu:5.2f} s CPU, "
                f"{wall:5.2f} s, {memory:5.1f} MB RSS; {ratio:.2f}x read + json, goal {GOAL} for an hour"
            )


def read(path: Path) -> float:
    """CPU seconds of reading a recording and its JSON, both layers."""
    begun = time.process_time()
    with path.open("rb") as file:
        for line in file:
            json.loads(json.loads(line).get("payload", "0"))
    return time.process_time() - begun


def folded(path: Path) -> float:
    """CPU seconds of replaying it to its verdicts, the program's start aside."""
    begun = time.process_time()
    session = Session(ReplaySource(path))
    session.start()
    while session.poll(2.0):
        pass
    assert session.judgement().channels
    return time.process_time() - begun


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        as_installed(Path(place))
        starts()
        replays(Path(place))
