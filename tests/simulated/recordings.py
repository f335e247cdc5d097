"""Recordings of simulated sites with the right answers beside them, to measure a diagnosis by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from smappee_tui.connect.recording.recorder import Recorder
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor


def write_recording(monitor: VirtualMonitor, path: Path, seconds: int | None = None) -> dict[str, Any]:
    """Run a monitor and write its messages and marks to `path` (.ndjson or .ndjson.gz), the labels beside it.

    `seconds` None: the whole guided plan, or six minutes (so that an interval is in it) without one.

    Returns:
        The labels, as written to `<name>.truth.json`.

    Raises:
        CannotWrite: when the recording cannot be created.
        OSError: when it, or the labels, cannot be written to the end.
    """
    if seconds is None:
        seconds = round(monitor.plan.seconds) if monitor.plan is not None else 360
    with Recorder(path, overwrite=True) as recorder:
        for item in monitor.stream(monitor.time + seconds):
            if not recorder.write(item):
                raise OSError(recorder.reason or f"{path} cannot be written")
    truth = monitor.truth()
    truth_path(path).write_bytes(msgspec.json.format(msgspec.json.encode(truth), indent=1))
    return truth


def truth_path(path: Path) -> Path:
    """Where the labels of a recording are: `x.ndjson.gz` and `x.ndjson` both have `x.truth.json`."""
    return path.with_name(path.name.split(".ndjson")[0] + ".truth.json")
