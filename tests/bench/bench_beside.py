"""One location beside a sweep of all on its broker: `python -m tests.bench.bench_beside [LOCATIONS]`. Needs a Unix.

Of 300 houses, or so many, that measure once a second one is looked at: by `check` for half a minute, and on the live
screen. First with nobody else on the broker, then beside a fleet that judges all of them in a process of its own, then
opened from that fleet's own screen, which goes on judging behind it. Printed: the measurements that `check` heard and
its longest gap; from key to picture on the live screen; and what the fleet lost. Goal: all three alike.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.bench.bench_flood import Terminal, pressed
from tests.bench.street import uuid_of
from tests.brokers import Mosquitto

LOCATIONS, CHECKED, SETTLED = 300, 30, 90.0
"""Houses; seconds of the check; and from when on the fleet judges as many at a time as it may."""
LONG = 1200


def checked(port: int) -> str:
    """What a check of one location heard."""
    words = ["check", f"127.0.0.1:{port}", "--location", uuid_of(7), "--for", str(CHECKED), "--json"]
    done = subprocess.run([sys.executable, "-m", "smappee_tui", *words], capture_output=True, text=True, check=False)
    seen = json.loads(done.stdout)["observed"]
    return f"check: {seen['realtime_messages']} measurements in {CHECKED} s, longest gap {seen['longest_gap']} s"


def answered(terminal: Terminal) -> str:
    """From key to picture."""
    times = pressed(terminal)
    return f"live screen: key to picture median {1000 * median(times):.0f} ms, worst {1000 * max(times):.0f} ms"


def alone(port: int) -> str:
    """On a live screen of its own."""
    with Terminal(f"127.0.0.1:{port}", "--location", uuid_of(7)) as terminal:
        terminal.until(b"live", 30)
        terminal.until(b"", 10)
        return answered(terminal)


def opened(port: int) -> str:
    """From the fleet's screen."""
    with Terminal("fleet", f"127.0.0.1:{port}") as terminal:
        terminal.until(b"", SETTLED)
        terminal.press(b"/")
        terminal.until(b"", 1.0)
        terminal.press(uuid_of(7).encode())
        terminal.until(b"", 1.0)
        terminal.press(b"\r")
        terminal.until(b"", 2.0)
        terminal.press(b"\r")
        terminal.until(b"live", 30)
        terminal.until(b"", 10)
        return answered(terminal)


def main() -> None:
    locations = int(sys.argv[1]) if sys.argv[1:] else LOCATIONS
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ.update(SMAPPEE_TUI_CONFIG_DIR=folder, SMAPPEE_TUI_DATA_DIR=f"{folder}/data")
        broker = Mosquitto(Path(folder))
        broker.start()
        stack.callback(broker.stop)
        street = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.street", str(broker.port), str(locations), str(LONG)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        stack.callback(street.kill)
        assert street.stdin is not None
        assert street.stdout is not None
        assert street.stdout.readline() == "kept\n"
        street.stdin.write("\n")
        street.stdin.flush()
        print(f"{locations} houses. Nobody else: {checked(broker.port)}; {alone(broker.port)}", flush=True)
        words = [sys.executable, "-m", "smappee_tui", "fleet", f"127.0.0.1:{broker.port}", "--json", "--for", str(LONG)]
        fleet = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        stack.callback(fleet.kill)
        time.sleep(SETTLED)
        print(f"Beside a sweep: {checked(broker.port)}; {alone(broker.port)}", flush=True)
        fleet.terminate()
        said = json.loads(fleet.communicate()[0])
        print(f"  its fleet: {said['counts']}, {said['observed']}", flush=True)
        print(f"Opened from its screen: {opened(broker.port)}", flush=True)


if __name__ == "__main__":
    main()
