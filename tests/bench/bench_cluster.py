"""A fleet on NATS JetStream, from MQTT to the verdict: `python -m tests.bench.bench_cluster [--locations N] …`.

    --locations N    at one message a second each (default 2000)
    --workers N      processes that judge (default 2)
    --servers 1|3    one NATS server, or a cluster of three that each keep everything (default 1)
    --seconds S      how long is measured, after a warm-up (default 60)
    --kill           kill a worker with -9 in the middle, and tell how long its locations were without one
    --count          a judge that only counts and proves the order, instead of the diagnosis

Publishing (`tests.bench.street`), servers and workers are processes of their own, on loopback. Printed: what each
worker and each server takes of a core, of memory, disk and network, and the same per 10,000 locations; what was sent,
stored and folded; the lag; and what the diagnosis found of the locations that are wired wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from smappee_tui.connect.errors import ExternalError
from smappee_tui.fleet.cluster.address import NatsAddress
from smappee_tui.fleet.cluster.engine import STATE, STREAM, Terms, connect
from smappee_tui.fleet.cluster.judging import judge
from smappee_tui.fleet.cluster.run import Cluster
from tests.bench.street import is_faulty, uuid_of
from tests.brokers import free_port
from tests.fleet.cluster.conftest import NatsServer
from tests.fleet.cluster.counting import counting

WARM_UP = 20.0
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Used:
    """What a process took until now."""

    cpu: float
    resident: int
    written: int

    @classmethod
    def of(cls, pid: int) -> Used:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        resident = re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())
        written = re.search(r"^write_bytes: (\d+)", Path(f"/proc/{pid}/io").read_text(), re.MULTILINE)
        assert resident is not None
        assert written is not None
        return cls((int(fields[11]) + int(fields[12])) / TICK, int(resident[1]) << 10, int(written[1]))


class Server(NatsServer):
    """One that tells its figures over HTTP."""

    def wire(self) -> tuple[int, int]:
        """Bytes in and out, those between servers included."""
        varz = json.load(urllib.request.urlopen(f"{self.monitor_url}/varz"))
        routes = json.load(urllib.request.urlopen(f"{self.monitor_url}/routez")).get("routes", [])
        return (
            varz["in_bytes"] + sum(route["in_bytes"] for route in routes),
            varz["out_bytes"] + sum(route["out_bytes"] for route in routes),
        )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid


@contextmanager
def servers(count: int, folder: Path) -> Iterator[list[Server]]:
    """So many, in a cluster if they are more than one."""
    ports = [free_port() for _ in range(count)]
    routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in ports)
    found = []
    for number, port in enumerate(ports):
        home = folder / f"nats-{number}"
        cluster = f'cluster {{ name: bench, listen: "127.0.0.1:{port}", routes: [ {routes} ] }}' if count > 1 else ""
        found.append(
            Server(
                home,
                f"""
                listen: "127.0.0.1:-1"
                http: "127.0.0.1:-1"
                server_name: nats-{number}
                jetstream {{ store_dir: "{home}/store", max_file_store: 20GB }}
                mqtt {{ listen: "127.0.0.1:-1" }}
                {cluster}
                """,
            )
        )
    try:
        for server in found:
            server.start()
        yield found
    finally:
        for server in found:
            server.stop()


@dataclass
class Streets:
    """The publishers: one a server."""

    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def begin(self, ports: list[int], locations: int, seconds: float) -> None:
        each = -(-locations // len(ports))
        for place, port in enumerate(ports):
            words = ["-m", "tests.bench.street", str(port), str(each), str(seconds), "--from", str(place * each)]
            process = subprocess.Popen(
                [sys.executable, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self.processes.append(process)
        for process in self.processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "kept\n"

    def go(self) -> None:
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()

    def sent(self) -> int:
        """How many measurements, once all are sent."""
        total = 0
        for process in self.processes:
            assert process.stdout is not None
            total += int(process.stdout.readline().split()[1])
            process.communicate("\n")
        return total


def up(address: NatsAddress, workers: int, terms: Terms, *, count: bool) -> Cluster:
    """Once the servers have chosen who leads."""
    for _ in range(100):
        try:
            return Cluster(address, workers, terms, make=counting if count else judge)
        except ExternalError as problem:
            if problem.what.code != "cluster.no_leader":
                raise
            time.sleep(0.2)
    raise SystemExit("the servers choose nobody")


async def stored(address: NatsAddress) -> tuple[int, int, int, int]:
    """Messages that the stream took and the bytes it has; locations with a state and the bytes of the bucket."""
    client = await connect(address, "bench")
    js = client.jetstream()
    stream, state = await js.stream_info(STREAM), await js.stream_info(STATE, subjects_filter="$KV.fleet.state.>")
    await client.close()
    return stream.state.last_seq, stream.state.bytes, len(state.state.subjects or {}), state.state.bytes


def watch(cluster: Cluster, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        cluster.step()
        time.sleep(0.05)


def kill(cluster: Cluster) -> None:
    """And wait until all of its partitions have another worker."""
    victim = cluster.processes[0]
    assert victim is not None
    assert victim.pid is not None
    name = f"-{victim.pid}-"
    count = sum(name in one.part.worker for one in cluster.parts.values())
    os.kill(victim.pid, signal.SIGKILL)
    begun = time.monotonic()
    while any(name in one.part.worker for one in cluster.parts.values()):
        time.sleep(0.05)
    print(f"killed: its {count} partitions were judged and written down again within {time.monotonic() - begun:.1f} s")


def measure(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        nodes = stack.enter_context(servers(args.servers, Path(folder)))
        address = NatsAddress.parse(",".join(node.client_url for node in nodes))
        cluster = up(address, args.workers, Terms(replicas=args.servers), count=args.count)
        stack.callback(cluster.close)
        streets = Streets()
        streets.begin([node.mqtt_port for node in nodes], args.locations, WARM_UP + args.seconds)
        streets.go()
        watch(cluster, WARM_UP)
        pids = [process.pid or 0 for process in cluster.processes if process is not None]
        used, served = [Used.of(pid) for pid in pids], [Used.of(node.pid) for node in nodes]
        wire, folded, begun = [node.wire() for node in nodes], cluster.view().messages, time.monotonic()
        if args.kill:
            watch(cluster, args.seconds / 2)
            kill(cluster)
        watch(cluster, args.seconds - (time.monotonic() - begun))
        took, scale, view = time.monotonic() - begun, 10_000 / args.locations, cluster.view()
        print(f"{args.locations} locations, {args.workers} workers, {args.servers} servers, {took:.0f} s")
        if not args.kill:
            now = [Used.of(pid) for pid in pids]
            cores = [(one.cpu - was.cpu) / took for one, was in zip(now, used, strict=True)]
            for core, one in zip(cores, now, strict=True):
                print(f"  worker   {core:6.1%} of a core {one.resident >> 20:5} MB")
            rate = (view.messages - folded) / took
            each = sum(cores) / max(rate, 1) * 1e6
            print(f"  together {sum(cores):6.1%}, {each:.0f} µs a message at {rate:.0f} a second")
            print(f"           per 10,000 locations {sum(cores) * scale:.1%}")
        now, wires = [Used.of(node.pid) for node in nodes], [node.wire() for node in nodes]
        for place, (one, was, after, before) in enumerate(zip(now, served, wires, wire, strict=True)):
            came, went = ((now - then) * 8 / took / 1e6 for now, then in zip(after, before, strict=True))
            print(
                f"  server {place} {(one.cpu - was.cpu) / took:6.1%} of a core {one.resident >> 20:5} MB  "
                f"disk {(one.written - was.written) / took / 1e6:5.2f} MB/s  "
                f"in {came:5.1f} out {went:5.1f} Mbit/s"
            )
        cpu = sum(one.cpu - was.cpu for one, was in zip(now, served, strict=True)) / took
        written = sum(one.written - was.written for one, was in zip(now, served, strict=True)) / took
        print(
            f"  together {cpu:6.1%}; per 10,000 locations {cpu * scale:.1%}, {written * scale / 1e6:.1f} MB/s written"
        )
        print(f"  lag {view.lag * 1000:.0f} ms in the middle, {view.lag_worst * 1000:.0f} ms the 99th of 100")
        sent = streets.sent()
        watch(cluster, 15.0)
        last, size, locations, state = asyncio.run(stored(address))
        view = cluster.view()
        print(f"  {sent} measurements sent, {last} messages stored, {size / 1e6:.0f} MB kept")
        print(
            f"  {view.messages} folded{', those of the killed one by its heirs alone' if args.kill else ''}, "
            f"lost {view.lost}; {view.counts.locations} locations, {view.counts.live} live"
        )
        print(f"  {', '.join(f'{name} {count}' for name, count in view.notes)}")
        print(f"  {locations} states, the bucket {state / 1e6:.1f} MB")
        if not args.count:
            found = {row.uuid for row in view.rows("fault")}
            meant = {uuid_of(number) for number in range(args.locations) if is_faulty(number)}
            print(
                f"  {view.counts.judged} judged; of {len(meant)} wired wrong {len(found & meant)} found, "
                f"{len(found - meant)} accused that are right; {len(view.changes)} changes told"
            )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--locations", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--servers", type=int, default=1, choices=(1, 3))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--count", action="store_true")
    measure(parser.parse_args())


if __name__ == "__main__":
    main()
