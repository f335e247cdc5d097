"""A fleet at 1 Hz, from a broker's socket to the verdict: `python -m tests.bench.bench_fleet [--locations N …]`.

    --locations 2000 10000    one after the other (the default)
    --seconds S               how long is measured, after a warm-up (default 60)
    --roll                    the reader and the roll alone, without diagnosis
    --embedded                the broker of the program instead of Mosquitto: a few hundred locations

Publishing (`tests.bench.street`) and the broker are processes of their own, on loopback. Printed: how many locations
are fresh; the share of a core of the reading process, all threads; its memory; how long after a measurement was sent it
had been taken in; what was lost on the way; and when all will have been judged.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.lean.batch import Batch
from smappee_tui.connect.lean.reader import LeanSource
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.fleet.collector import seldom_collected
from smappee_tui.fleet.roll import Roll
from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.store import FileStore
from tests.bench.street import is_faulty, uuid_of
from tests.brokers import Mosquitto

GOALS = {2000: "12 %", 10_000: "50 %, 400 MB, 250 ms, 0 lost, 45 min"}
WARM_UP = 20.0
"""Seconds: all configurations come at once, and all are heard for the first time."""
_SAMPLE = 20
"""Of so many measurements the way of one is timed."""


class Timed:
    """A source that notes when what it hands over had been sent."""

    def __init__(self, source: LeanSource) -> None:
        self._source = source
        self.measurements = 0
        self.stored = 0
        """Messages that the broker had kept."""
        self.sent: list[float] = []
        """Of a sample of what was handed over since this list was last emptied, s since 1970."""

    def drain(self, limit: int | None = None, /) -> list[Batch]:
        batches = self._source.drain(limit)
        for batch in batches:
            live = [
                payload for topic, payload, retained in batch.arrivals if topic[-8:] == b"realtime" and not retained
            ]
            self.measurements += len(live)
            self.stored += sum([retained for _, _, retained in batch.arrivals])
            for payload in live[::_SAMPLE]:
                place = payload.find(b'"utcTimeStamp":') + 15
                self.sent.append(int(payload[place : place + 13]) / 1000)
        return batches

    @property
    def state(self) -> SourceState:
        return self._source.state

    @property
    def dropped(self) -> Dropped:
        return self._source.dropped

    @property
    def lost(self) -> int:
        return self._source.lost

    @property
    def connected(self) -> bool:
        return self._source.connected

    def start(self) -> None:
        self._source.start()

    def ask(self, uuid: str, prefix: str) -> None:
        self._source.ask(uuid, prefix)

    def close(self) -> None:
        self._source.close()


class RollAlone:
    """The reader and the roll: what is known of all locations all the time."""

    def __init__(self, source: Timed, folder: Path) -> None:
        self._source = source
        self.roll = Roll()
        self._swept = 0.0

    def step(self) -> int:
        count = 0
        for batch in self._source.drain():
            self.roll.hear(batch.arrivals, batch.at)
            count += len(batch.arrivals)
        now = time.time()
        if now - self._swept >= 1:
            self._swept = now
            self.roll.sweep(now, self._source.state.since)
            if self._source.connected:
                for location in self.roll.unconfigured(now, self._source.state.since):
                    self._source.ask(location.uuid, location.prefix)
        return count

    def told(self) -> str:
        draws = sum(one.watts for one in self.roll.locations.values() if one.watts == one.watts)
        return f"{draws / 1e6:.2f} MW, turned away {self.roll.turned_away}, unreadable {self.roll.unreadable}"


class WithTurns:
    """The fleet, with its diagnosis in turns, its state in a file and a picture each second."""

    def __init__(self, source: Timed, folder: Path) -> None:
        self._fleet = Fleet(source, store=FileStore(folder / "state.sqlite"))
        self.roll = self._fleet.roll
        self._view = self._fleet.view()

    def step(self) -> int:
        count = self._fleet.step()
        if time.time() - self._view.at >= 1:
            self._view = self._fleet.view()
        return count

    def told(self) -> str:
        view, since = self._view, self._view.at - self._view.since
        faulty = {uuid_of(number) for number in range(view.counts.locations) if is_faulty(number)}
        accused = {row.uuid for row in view.rows("fault")}
        minutes = math.nan if view.sweep.expected is None else view.sweep.expected / 60
        return (
            f"swept {view.sweep.done} in {since:.0f} s, all within {minutes:.0f} min;"
            f" {view.window.locations} at a time; found {len(accused & faulty)} of {view.counts.judged} judged,"
            f" accused without cause {len(accused - faulty)}; notes {dict(view.notes)}"
        )


@contextmanager
def broker(embedded: bool) -> Iterator[BrokerAddress]:
    if embedded:
        with EmbeddedBroker(anonymous=True) as running:
            yield running.address
        return
    with tempfile.TemporaryDirectory() as folder:
        process = Mosquitto(Path(folder))
        process.start()
        try:
            yield process.address
        finally:
            process.stop()


def resident(word: str) -> float:
    """MB of this process: `VmRSS` now, `VmHWM` at most."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(word):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_of(pid: int) -> float:
    """CPU seconds of another process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def measure(locations: int, seconds: float, embedded: bool, make: type[RollAlone | WithTurns]) -> str:
    """One run; the line to print."""
    with broker(embedded) as address, tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "tests.bench.street", str(address.port), str(locations), str(WARM_UP + seconds)]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as publisher:
            assert publisher.stdin is not None
            assert publisher.stdout is not None
            assert publisher.stdout.readline() == "kept\n"
            woken = threading.Event()
            timed = Timed(LeanSource(address, on_wake=woken.set))
            fleet = make(timed, Path(folder))
            timed.start()
            quiet = time.monotonic()
            while time.monotonic() - quiet < 1.5 or timed.state.phase != "connected":  # all that is stored has come
                if fleet.step():
                    quiet = time.monotonic()
                time.sleep(0.01)
            stored = timed.stored, time.process_time()
            publisher.stdin.write("\n")
            publisher.stdin.flush()
            begun, used, lags = time.time(), 0.0, list[float]()
            counted: float | None = None
            fresh: list[int] = []
            before = 0
            while (now := time.time()) < begun + WARM_UP + seconds:
                if counted is None and now >= begun + WARM_UP:
                    counted, used, before = now, time.process_time(), timed.measurements
                    lags.clear()
                woken.clear()
                if fleet.step():
                    now = time.time()
                    lags += [now - sent for sent in timed.sent]
                    timed.sent.clear()
                elif not woken.wait(0.1):
                    continue
                if counted is not None and now - counted > len(fresh) * 5:
                    fresh.append(sum(now - one.last < 3 for one in fleet.roll.locations.values()))
            assert counted is not None
            share = (time.process_time() - used) / (time.time() - counted)
            rate = (timed.measurements - before) / (time.time() - counted)
            said = publisher.stdout.readline().split()
            end = time.time() + 5
            while time.time() < end and timed.measurements < int(said[1]):
                fleet.step()
                time.sleep(0.02)
            lost = int(said[1]) - timed.measurements
            publishing = float(said[5]) / (WARM_UP + seconds)
            told = fleet.told()
            timed.close()
            publisher.stdin.write("\n")
            publisher.stdin.flush()
    return (
        f"{locations:>6} locations: {stored[0]} stored messages in {stored[1]:.1f} s CPU;"
        f" fresh {min(fresh)} of {locations}, {rate:.0f}/s, {share:.1%} of a core"
        f" ({share / rate * 1e6:.1f} µs a message), {resident('VmRSS'):.0f} MB (peak {resident('VmHWM'):.0f}),"
        f" lag p50 {at(lags, 0.5) * 1000:.0f} ms p99 {at(lags, 0.99) * 1000:.0f} ms, lost {lost}"
        f" (dropped here {timed.dropped.total}), late {said[3]}, publishing {publishing:.0%}; {told}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--locations", type=int, nargs="+", default=[2000, 10_000])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--roll", action="store_true")
    parser.add_argument("--embedded", action="store_true")
    args = parser.parse_args()
    for locations in args.locations:
        with seldom_collected():
            said = measure(locations, args.seconds, args.embedded, RollAlone if args.roll else WithTurns)
        print(said, f"(goal {GOALS.get(locations, '-')})", flush=True)


if __name__ == "__main__":
    main()
