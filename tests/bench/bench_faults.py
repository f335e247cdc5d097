"""What a site does to the program in a month, in minutes: `python -m tests.bench.bench_faults [NAME …]`.

    kill    the broker is killed 50 times                    each time back, nothing grows
    link    the line is down for 10 s and for 60 s, up again in a network namespace of its own (root)
    stop    `record` is stopped (SIGSTOP) for 60 s           goes on by itself; what is neither there nor kept is said
    clock   the computer's clock jumps an hour ahead, back and a year ahead
    disk    the disk is full while `record` writes           one line, exit 3 (root: a small disk of its own)
    soak    30 minutes at 20x, everything judged              RSS growth after 4 minutes, goal below 2 MB

Without a name all but the soak run. Broker and monitor are this program's own, on loopback.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Self

from smappee_tui.app.session import Session
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.connect.retry import Backoff
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.protocol.stamps import stamp_of
from smappee_tui.simulator import sites
from smappee_tui.simulator.monitor.publisher import Publisher

SOON = Backoff(first=0.05, cap=0.5)
KILLS = 50


def rss() -> float:
    """Resident MB now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def until(what: str, condition: Callable[[], object], seconds: float = 120.0) -> float:
    """Wait for it and return how long that took, s."""
    begun = time.perf_counter()
    while not condition():
        if time.perf_counter() - begun > seconds:
            sys.exit(f"FAILED: {what} did not come within {seconds:.0f} s")
        time.sleep(0.01)
    return time.perf_counter() - begun


class Reader:
    """A session that listens to a broker."""

    def __init__(self, address: BrokerAddress, clock: Callable[[], float] = time.time) -> None:
        self.source = MqttSource(address, backoff=SOON, clock=clock)
        self.session = Session(self.source)

    def __enter__(self) -> Self:
        self.session.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def live(self) -> int:
        """Realtime messages folded in so far."""
        self.session.poll()
        site = self.session.site
        return site.quality.live if site is not None else 0


class House(Reader):
    """The same, and a monitor that speaks to that broker."""

    def __init__(self, address: BrokerAddress, speed: float = 1.0, clock: Callable[[], float] = time.time) -> None:
        super().__init__(address, clock)
        self.publisher = Publisher(sites.build("shop28", start=time.time()), address, speed=speed)

    def __enter__(self) -> Self:
        self.publisher.start()
        return super().__enter__()

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self.publisher.stop()


def kill() -> None:
    broker = EmbeddedBroker(anonymous=True)
    broker.start()
    with House(broker.address) as house:
        until("the first second", house.live)
        threads, memory, back = threading.active_count(), rss(), []
        for number in range(KILLS):
            broker.stop()
            until("the end of the connection", lambda: house.source.state.phase == "disconnected")
            broker.start()
            back.append(until("the connection", lambda n=number: house.source.state.reconnects == n + 1))
            until("the monitor", lambda: house.publisher.connected)
        before = house.live()
        until("a second more", lambda: house.live() > before)
        print(
            f"kill   {KILLS} times: back after {sorted(back)[KILLS // 2]:.2f} s (median), {max(back):.2f} s (worst); "
            f"{house.source.state.reconnects} reconnects told; threads {threads} -> {threading.active_count()}; "
            f"RSS {memory:.1f} -> {rss():.1f} MB"
        )
    broker.stop()


def link() -> None:
    """Again, in a namespace of its own, where the loopback is the line."""
    if os.geteuid() != 0:
        print("link   skipped: only root may make a namespace")
        return
    words = ["unshare", "-n", sys.executable, "-m", "tests.bench.bench_faults", "link-inside"]
    if subprocess.run(words, check=False).returncode:
        print("link   FAILED")


def link_inside() -> None:
    def line(state: str) -> None:
        subprocess.run(["ip", "link", "set", "lo", state], check=True)

    line("up")
    with EmbeddedBroker(anonymous=True) as broker, House(broker.address) as house:
        until("the first second", house.live)
        for seconds in (10.0, 60.0):
            before, reconnects = house.live(), house.source.state.reconnects
            line("down")
            time.sleep(seconds)
            line("up")
            took = until("a second more", lambda b=before: house.live() > b)
            assert house.session.site is not None
            quality = house.session.site.quality
            print(
                f"link   down {seconds:.0f} s: speaks again after {took:.1f} s, "
                f"{house.source.state.reconnects - reconnects} reconnects, longest gap told {quality.longest_gap:.0f} s"
            )


def measured(one: MqttMessage) -> bool:
    return one.topic.endswith("/realtime") and not one.retain


def stop(seconds: float = 60.0) -> None:
    with EmbeddedBroker(anonymous=True) as broker, House(broker.address), tempfile.TemporaryDirectory() as folder:
        tape = Path(folder) / "tape.ndjson"
        words = ["record", f"127.0.0.1:{broker.address.port}", str(tape), "--for", str(seconds + 15)]
        run = subprocess.Popen([sys.executable, "-m", "smappee_tui", *words], stderr=subprocess.PIPE, text=True)
        until("the first measurements", lambda: tape.exists() and tape.read_text().count("/realtime") > 2)
        run.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        run.send_signal(signal.SIGCONT)
        said = run.communicate(timeout=120)[1].strip().splitlines()
        sent = [stamp_of(one.payload) for one in read_recording(tape) if isinstance(one, MqttMessage) and measured(one)]
        stamps = [stamp for stamp in sent if stamp is not None]
        holes = sum(now - before - 1.0 for before, now in pairwise(stamps) if now - before > 1.5)
        print(
            f"stop   {seconds:.0f} s: exit {run.returncode}, {len(stamps)} of {seconds + 15:.0f} measurements, "
            f"{holes:.0f} s missing between two of them; says: {said[-1]}"
        )


def clock() -> None:
    ahead = 0.0
    with EmbeddedBroker(anonymous=True) as broker, House(broker.address, 20.0, lambda: time.time() + ahead) as house:
        until("ten seconds", lambda: house.live() > 10)
        for name, jump in (("an hour ahead", 3600.0), ("back again", -3600.0), ("a year ahead", 365 * 86400.0)):
            ahead += jump
            before = house.live()
            until("ten more", lambda b=before: house.live() > b + 10)
            judgement = house.session.judgement()
            site = house.session.site
            assert site is not None
            print(
                f"clock  {name}: goes on, {site.quality.gaps} gaps, longest {site.quality.longest_gap:.0f} s, "
                f"faults told {judgement.count('fault')}"
            )


def disk() -> None:
    if os.geteuid() != 0:
        print("disk   skipped: only root may make a small disk")
        return
    with EmbeddedBroker(anonymous=True) as broker, House(broker.address, 5.0), tempfile.TemporaryDirectory() as folder:
        inner = (
            f"mount -t tmpfs -o size=64k none {folder} && "
            f"{sys.executable} -m smappee_tui record 127.0.0.1:{broker.address.port} {folder}/tape.ndjson --for 60"
        )
        run = subprocess.run(["unshare", "-m", "sh", "-c", inner], capture_output=True, text=True, check=False)
        print(f"disk   full at 64 kB: exit {run.returncode}; says: {' / '.join(run.stderr.strip().splitlines()[-2:])}")


def speaker() -> None:
    """A broker and a monitor at 20x in a process of their own, so that the memory measured is the reader's."""
    house = sites.build("shop28", start=time.time())
    with EmbeddedBroker(anonymous=True) as broker, Publisher(house, broker.address, speed=20.0):
        print(broker.address.port, flush=True)
        sys.stdin.read()


def soak(minutes: float) -> None:
    words = [sys.executable, "-m", "tests.bench.bench_faults", "speaker"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        listen(BrokerAddress("127.0.0.1", int(other.stdout.readline())), minutes)
        other.terminate()


def listen(address: BrokerAddress, minutes: float) -> None:
    """The median of a minute counts, at both ends: a look at all evidence borrows a megabyte or two for a moment."""
    with Reader(address) as house:
        begun, told, end = time.monotonic(), 0.0, minutes * 60
        first, last = list[float](), list[float]()
        since = min(240.0, end / 2)
        while (passed := time.monotonic() - begun) < end:
            house.live()
            house.session.snapshot()
            if since <= passed < since + 60:
                first.append(rss())
            if passed >= end - 60:
                last.append(rss())
            if passed >= told:
                told += max(30.0, minutes * 6)
                print(f"soak   {passed / 60:5.1f} min, {house.live():7} seconds, RSS {rss():.1f} MB", flush=True)
            time.sleep(0.25)
        grown = median(last) - median(first)
        print(
            f"soak   {minutes:g} min at 20x: RSS {grown:+.1f} MB since the first 4 min (at most {max(last):.1f} in the"
            f" last minute), goal below 2"
        )


RUNS: dict[str, Callable[[], None]] = {"kill": kill, "link": link, "stop": stop, "clock": clock, "disk": disk}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("names", nargs="*", choices=[*RUNS, "soak", "link-inside", "speaker", []])
    asked.add_argument("--minutes", type=float, default=30.0)
    words = asked.parse_args()
    for name in words.names or RUNS:
        if name == "soak":
            soak(words.minutes)
        elif name == "link-inside":
            link_inside()
        elif name == "speaker":
            speaker()
        else:
            RUNS[name]()


if __name__ == "__main__":
    main()
