"""`check --replay` of an hour, and the start of the program, as processes of their own: CPU time and memory.

python -m tests.bench.bench_check
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from smappee_tui.simulator import sites
from tests.simulated.recordings import write_recording

ROUNDS = 5
MINUTES = (5, 60)


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
    """Recordings of a shop with 28 channels; memory must not grow with their length."""
    for dialect in ("infinity", "20-series"):
        for minutes in MINUTES:
            path = folder / f"{dialect}-{minutes}.ndjson"
            write_recording(sites.build("shop28", dialect=dialect, faults=("reversed:6",)), path, minutes * 60)
            cpu, wall, memory = measured(("check", "--replay", str(path), "--json"))
            size = path.stat().st_size / 1e6
            print(
                f"{dialect:10} {minutes:3} min, {size:5.1f} MB: {cpu:5.2f} s CPU, {wall:5.2f} s, {memory:5.1f} MB RSS"
            )


if __name__ == "__main__":
    starts()
    with tempfile.TemporaryDirectory() as place:
        replays(Path(place))
