"""Peak memory of `check` and of the app at a broker that sends whatever it likes:
`python -m tests.bench.bench_memory [MODE …]`.

Needs a Linux. Goal: under 150 MB, whatever comes.
"""

from __future__ import annotations

import fcntl
import json
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
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests import payloads as p
from tests.connect.hostile import Say, hostile, length, published

SECONDS = 12
GOAL = 150
LONG = "x" * 250_000
UUID = "00000000-0000-4000-8000-{:012d}"


def nothing(_: Say) -> None:
    """What the program needs by itself."""


def monitor(say: Say) -> None:
    """One of 80 channels, as it should be, but 50 times a second."""
    say(published(p.topic(p.channel_topic(p.INFINITY)), p.raw(p.channel_config(p.many_channels(80), p.INFINITY))))
    for second in range(100_000):
        if not say(published(p.topic("realtime"), p.raw(p.realtime(p.busy_rows(80, p.INFINITY, second), p.INFINITY)))):
            return
        time.sleep(0.02)


def announced(say: Say) -> None:
    """A packet of 256 MB is announced, and dripped."""
    say(b"\x30" + length(128**4 - 1))
    while say(b"\0" * 1000):
        time.sleep(0.01)


def huge(say: Say) -> None:
    """200 MB in one message."""
    packet = published(p.topic("realtime"), b"\0" * 200_000_000)
    say(packet)


def large(say: Say) -> None:
    """Messages just below the limit, as fast as they go."""
    packet = published(p.topic("realtime"), b"\0" * 8_000_000)
    while say(packet):
        pass


def lists(say: Say) -> None:
    """Configurations of as many empty rows as are read."""
    packet = published(p.topic("channelConfig"), b'{"ctInputs":[' + b"{}," * 1_300_000 + b"{}]}")
    while say(packet):
        time.sleep(0.2)


def left_over(say: Say) -> None:
    """What is remembered of 20,000 monitors of 28 channels."""
    plan = p.raw(p.channel_config(p.many_channels(28), p.INFINITY))
    for number in range(20_000):
        uuid = UUID.format(number)
        say(published(p.topic("config", uuid), p.raw(p.config(p.INFINITY, uuid=uuid)), retain=True))
        if not say(published(p.topic("channelConfigV2", uuid), plan, retain=True)):
            return


def speaking(say: Say) -> None:
    """20,000 monitors of 28 channels that speak, with their configurations."""
    plan = p.raw(p.channel_config(p.many_channels(28), p.INFINITY))
    rows = p.raw(p.realtime(p.busy_rows(28, p.INFINITY, 1), p.INFINITY))
    for number in range(20_000):
        uuid = UUID.format(number)
        say(published(p.topic("channelConfigV2", uuid), plan))
        if not say(published(p.topic("realtime", uuid), rows)):
            return


def seconds(say: Say) -> None:
    """Thousand rows a second of 5,000 monitors."""
    for second in range(100):
        rows = p.raw(p.realtime(p.busy_rows(1000, p.INFINITY, second), p.INFINITY, at=p.START + second))
        for number in range(5000):
            if not say(published(p.topic("realtime", UUID.format(number)), rows)):
                return


def channels(say: Say) -> None:
    """Ten monitors of a thousand configured channels."""
    plan = p.raw(p.channel_config(p.many_channels(1000), p.INFINITY))
    for number in range(10):
        say(published(p.topic("channelConfigV2", UUID.format(number)), plan))
    for second in range(1000):
        rows = p.raw(p.realtime(p.busy_rows(1000, p.INFINITY, second), p.INFINITY, at=p.START + second))
        for number in range(10):
            if not say(published(p.topic("realtime", UUID.format(number)), rows)):
                return


def topics(say: Say) -> None:
    """Topics of 60 kB without a payload."""
    number = 0
    while say(published(f"servicelocation/{number}/" + "x" * 60_000, b"")):
        number += 1


def uuids(say: Say) -> None:
    """Another location with each message."""
    number = 0
    while say(published(f"servicelocation/{number}/presence", b'{"value":"PRESENT"}')):
        number += 1


def _renamed(name: str, row: dict[str, object]) -> dict[str, object]:
    return row | {"name": name} if "name" in row else row


def names(say: Say) -> None:
    """Names of 250 kB, others with each configuration."""
    content = p.channel_config(p.many_channels(8), p.INFINITY)
    for number in range(400):
        named = partial(_renamed, f"{number} {LONG}")
        plan = json.loads(p.raw(content), object_hook=named)
        say(published(p.topic(p.channel_topic(p.INFINITY)), p.raw(plan)))
        rows = p.busy_rows(8, p.INFINITY, number)
        if not say(published(p.topic("realtime"), p.raw(p.realtime(rows, p.INFINITY, at=p.START + number)))):
            return


def standing(say: Say) -> None:
    """What holds until the next of its kind, 900 kB each, of 60 monitors; then much that is told once."""
    large = b'{"value":"ON","x":"' + b"a" * 900_000 + b'"}'
    for number in range(60):
        say(published(p.topic("plug/1/state", UUID.format(number)), large, retain=True))
    means = b'{"intervalDatas":[],"x":"' + b"a" * 60_000 + b'"}'
    while say(published(p.topic("aggregated"), means)):
        pass


MODES: tuple[Callable[[Say], None], ...] = (
    nothing, monitor, announced, huge, large, lists, left_over, speaking, seconds, channels, topics, uuids, names,
    standing,
)  # fmt: skip


def peak_of(pid: int) -> float:
    """MB so far, of this program alone; `ru_maxrss` counts what came before it, too."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def measured(mode: Callable[[Say], None]) -> tuple[float, int]:
    """Peak memory of a check, MB, and its exit code."""
    with hostile(mode) as port:
        words = [sys.executable, "-m", "smappee_tui", "check", f"127.0.0.1:{port}", "--for", str(SECONDS)]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, peak_of(process.pid))
            time.sleep(0.1)
    return peak, process.returncode


def on_screen(mode: Callable[[Say], None]) -> float:
    """The same of the app, in a terminal of its own."""
    with hostile(mode) as port, tempfile.TemporaryDirectory() as private:
        pid, master = pty.fork()
        if pid == 0:
            os.environ.update(TERM="xterm-256color", SMAPPEE_TUI_CONFIG_DIR=private, SMAPPEE_TUI_DATA_DIR=private)
            os.execv(sys.executable, [sys.executable, "-m", "smappee_tui", f"127.0.0.1:{port}"])
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        peak, end = 0.0, time.monotonic() + SECONDS
        while time.monotonic() < end:
            if select.select([master], [], [], 0.1)[0]:
                os.read(master, 65536)
            peak = max(peak, peak_of(pid))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(master)
    return peak


def main() -> None:
    print(f"peak memory of a check and of the app in {SECONDS} s, MB (goal {GOAL})")
    for mode in MODES:
        if not sys.argv[1:] or mode.__name__ in sys.argv[1:]:
            peak, code = measured(mode)
            about = (mode.__doc__ or "").splitlines()[0]
            print(f"  {mode.__name__:10} {peak:6.0f}   exit {code}   app {on_screen(mode):6.0f}   {about}", flush=True)


if __name__ == "__main__":
    main()
