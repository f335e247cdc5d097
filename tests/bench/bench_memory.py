"""Peak memory of `check` at a broker that sends whatever it likes: `python -m tests.bench.bench_memory [MODE …]`.

Needs a Linux. Goal: under 150 MB, whatever comes.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests import payloads as p
from tests.connect.hostile import Say, hostile, length, published

SECONDS = 12
GOAL = 150
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


MODES: tuple[Callable[[Say], None], ...] = (
    nothing, monitor, announced, huge, large, lists, left_over, speaking, seconds, channels, topics, uuids
)  # fmt: skip


def measured(mode: Callable[[Say], None]) -> tuple[float, int]:
    """Peak memory, MB, and exit code."""
    with hostile(mode) as port:
        words = [sys.executable, "-m", "smappee_tui", "check", f"127.0.0.1:{port}", "--for", str(SECONDS)]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        peak, status = 0.0, Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            for line in status.read_text().splitlines():
                if line.startswith("VmHWM"):  # of this program alone; `ru_maxrss` counts what came before it, too
                    peak = int(line.split()[1]) / 1024
            time.sleep(0.1)
    return peak, process.returncode


def main() -> None:
    print(f"peak memory of a check of {SECONDS} s, MB (goal {GOAL})")
    for mode in MODES:
        if not sys.argv[1:] or mode.__name__ in sys.argv[1:]:
            peak, code = measured(mode)
            print(f"  {mode.__name__:10} {peak:6.0f}   exit {code}   {(mode.__doc__ or '').splitlines()[0]}")


if __name__ == "__main__":
    main()
