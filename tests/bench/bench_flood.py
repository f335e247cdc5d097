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


class Terminal:
    """The program in a pseudo-terminal of 120x40, with folders of its own unless the environment names some."""

    def __init__(self, *words: str) -> None:
        self._pid, self._master = pty.fork()
        self._over = False
        if self._pid == 0:
            private = tempfile.mkdtemp()
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
            for name in ("SMAPPEE_TUI_CONFIG_DIR", "SMAPPEE_TUI_DATA_DIR"):
                os.environ.setdefault(name, private)
            os.execv(sys.executable, [sys.executable, "-m", "smappee_tui", *words])
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.over():
            os.kill(self._pid, signal.SIGKILL)
            self.over(wait=True)
        os.close(self._master)

    def over(self, *, wait: bool = False) -> bool:
        """Whether the program has ended."""
        self._over = self._over or os.waitpid(self._pid, 0 if wait else os.WNOHANG)[0] != 0
        return self._over

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def until(self, wanted: bytes, limit: float) -> float:
        """Seconds until it was sent this; infinite where it was not, or the program has ended."""
        begun, said = time.monotonic(), b""
        while (left := begun + limit - time.monotonic()) > 0:
            if not select.select([self._master], [], [], left)[0]:
                break
            try:
                said += os.read(self._master, 65536)
            except OSError:
                break
            if wanted and wanted in said:
                return time.monotonic() - begun
        return float("inf")


def pressed(terminal: Terminal) -> list[float]:
    """Seconds from key to picture."""
    times = []
    for _ in range(PRESSES):
        terminal.press(b"?")
        times.append(terminal.until(HELP, 20))
        terminal.press(b"\x1b")
        terminal.until(b"", 1.1)
    return times


def measured(port: int) -> tuple[list[float], float]:
    """Times from key to picture, and from `q` to the end."""
    with Terminal(f"127.0.0.1:{port}") as terminal:
        terminal.until(b"live", 20)
        terminal.until(b"", 10)
        times = pressed(terminal)
        terminal.press(b"q")
        begun = time.monotonic()
        terminal.until(b"", 0.5)
        if not terminal.over():
            begun = time.monotonic()
            terminal.press(b"q")  # with faults that nobody reported it asks once
            terminal.until(b"", 20)
            terminal.over(wait=True)
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
