"""A flood of measurements, and the keyboard: `python -m tests.bench.bench_flood [MESSAGES_A_SECOND]`. Needs a Unix.

The app watches a real broker on loopback in a pseudo-terminal while somebody publishes messages of 28 channels; `?`
is pressed again and again. Printed: from key to picture, and from `q` to the end of the process.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from statistics import median

from tests.brokers import Mosquitto
from tests.payloads import (
    INFINITY,
    START,
    busy_rows,
    channel_config,
    channel_topic,
    config,
    many_channels,
    raw,
    realtime,
    topic,
)

RATE = 1000
CHANNELS = 28
PRESSES = 15
HELP = b"Keys"
"""A word that only the help shows."""
GOALS = (0.25, 1.0)
"""Seconds: the median of key to picture, and of `q` to the end."""


def flood(port: int, rate: int) -> None:
    """Publish until somebody ends this process."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    client = Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.publish(topic("config"), raw(config(INFINITY)), 1, True)
    client.publish(topic(channel_topic(INFINITY)), raw(channel_config(many_channels(CHANNELS), INFINITY)), 1, True)
    payloads = [raw(realtime(busy_rows(CHANNELS, INFINITY, n), INFINITY, at=START + n)) for n in range(600)]
    begun, sent = time.monotonic(), 0
    while True:
        while sent < (time.monotonic() - begun) * rate:
            client.publish(topic("realtime"), payloads[sent % len(payloads)])
            sent += 1
        time.sleep(0.005)


def until(master: int, wanted: bytes, limit: float) -> float:
    """Seconds until the terminal was sent this; infinite where it was not, or the program has ended."""
    begun, said = time.monotonic(), b""
    while (left := begun + limit - time.monotonic()) > 0:
        if not select.select([master], [], [], left)[0]:
            break
        try:
            said += os.read(master, 65536)
        except OSError:
            break
        if wanted and wanted in said:
            return time.monotonic() - begun
    return float("inf")


def measured(port: int) -> tuple[list[float], float]:
    """Times from key to picture, and from `q` to the end."""
    pid, master = pty.fork()
    if pid == 0:
        private = tempfile.mkdtemp()
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
        os.environ.update(SMAPPEE_TUI_CONFIG_DIR=private, SMAPPEE_TUI_DATA_DIR=private)
        os.execv(sys.executable, [sys.executable, "-m", "smappee_tui", f"127.0.0.1:{port}"])
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    until(master, b"live", 20)
    until(master, b"", 10)
    times = []
    for _ in range(PRESSES):
        os.write(master, b"?")
        times.append(until(master, HELP, 20))
        os.write(master, b"\x1b")
        until(master, b"", 1.1)
    os.write(master, b"q")
    begun = time.monotonic()
    until(master, b"", 0.5)
    if not os.waitpid(pid, os.WNOHANG)[0]:
        begun = time.monotonic()
        os.write(master, b"q")  # with faults that nobody reported it asks once
        until(master, b"", 20)
        os.waitpid(pid, 0)
    return times, time.monotonic() - begun


def main() -> None:
    if sys.argv[1:2] == ["--flood"]:
        flood(int(sys.argv[2]), int(sys.argv[3]))
    rate = int(sys.argv[1]) if sys.argv[1:] else RATE
    with tempfile.TemporaryDirectory() as folder:
        broker = Mosquitto(Path(folder))
        broker.start()
        words = [sys.executable, "-m", "tests.bench.bench_flood", "--flood", str(broker.port), str(rate)]
        with subprocess.Popen(words) as publisher:
            try:
                times, left = measured(broker.port)
            finally:
                publisher.send_signal(signal.SIGKILL)
        broker.stop()
    print(f"{rate} messages/s of {CHANNELS} channels: key to picture, s: median {median(times):.3f} (goal {GOALS[0]}),"
          f" worst {max(times):.3f}; q: {left:.2f} (goal {GOALS[1]})")  # fmt: skip


if __name__ == "__main__":
    main()
