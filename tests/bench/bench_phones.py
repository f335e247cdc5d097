"""What the page for a phone costs: `python -m tests.bench.bench_phones`. Needs a Unix, for the pseudo-terminal.

The live screen watches 28 channels at 1 Hz with diagnosis, in a terminal and a process of its own, and serves its page
on loopback. From here come phones and strangers:

- CPU time of the whole program in percent of one core: page closed, open without a phone, with one phone, with four;
- the first view: requests, bytes as they come over the line, wall time until the readings are there;
- from the monitor's message to its event at a phone, wall time;
- attacks, ten seconds each, by two processes that do nothing else: how late and how long the screen's ticks are, what
  it takes, and how many got an answer. CPU is bound by the pace at which connections are taken.

Name a part to run it alone: `phones`, `view`, `attacks`.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import multiprocessing
import os
import pty
import re
import select
import signal
import socket
import struct
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.bench.bench_screen import prepare
from tests.bench.measure import as_installed

CHANNELS = 28
SETTLED = 15.0
"""Seconds until the start is over."""
WATCHED = 30.0
ATTACKED = 10.0
AGENT = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36"


class Tick(NamedTuple):
    """One tick of the screen."""

    at: float
    """When it began, monotonic."""
    took: float
    cpu: float
    """CPU time of the process so far."""


class Program:
    """The program in a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self.log, self.link, self.wish = folder / "ticks", folder / "link", folder / "wish"
        self.messages = folder / "messages"
        words = [sys.executable, "-m", "tests.bench.phones_child", str(prepare(folder, CHANNELS)), str(folder)]
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", PYTHONPATH=os.getcwd())  # noqa: PTH109
            os.execv(words[0], words)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while select.select([self._master], [], [])[0] and os.read(self._master, 65536):
                continue

    def ask(self, what: str) -> None:
        """ "open" or "close" the page; returns when it is done."""
        self.wish.write_text(what)
        while self.wish.exists():
            time.sleep(0.05)

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.link.read_text())
        return parts.hostname or "", parts.port or 0

    def ticks(self, since: float) -> list[Tick]:
        """Those that began since this moment."""
        rows = [Tick(*map(float, row.split())) for row in self.log.read_text().splitlines() if row.count(" ") == 2]
        return [row for row in rows if row.at >= since]

    def watch(self, seconds: float) -> list[Tick]:
        begun = time.monotonic()
        time.sleep(seconds)
        return self.ticks(begun)

    def end(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)


def percent(ticks: list[Tick]) -> float:
    """Of one core."""
    return 100 * (ticks[-1].cpu - ticks[0].cpu) / (ticks[-1].at - ticks[0].at)


class Phone:
    """A browser that looks at the page, and reads its events as they come."""

    def __init__(self, program: Program) -> None:
        self.place, self.cookie, self.bytes, self.events = program.address, "", 0, 0
        self.heard: list[float] = []
        status, head, _ = self.get(urlsplit(program.link.read_text()).path)
        assert status == 200, status
        self.cookie = re.search(rb"(?i)set-cookie: ([^;]+)", head)[1].decode()  # type: ignore[index]

    def line(self, path: str) -> socket.socket:
        """Ask for something over a connection of its own."""
        line = socket.create_connection(self.place, timeout=20)
        words = [
            f"GET {path} HTTP/1.1",
            f"Host: {self.place[0]}:{self.place[1]}",
            f"User-Agent: {AGENT}",
            "Accept-Encoding: gzip",
            "Accept-Language: nl",
            *([f"Cookie: {self.cookie}"] if self.cookie else []),
        ]
        line.sendall("\r\n".join([*words, "", ""]).encode())
        return line

    def get(self, path: str) -> tuple[int, bytes, bytes]:
        """Status, head and body; its bytes are counted as they come."""
        with self.line(path) as line:
            data = b""
            while b"\r\n\r\n" not in data:
                data += line.recv(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]
            while len(body) < length:
                body += line.recv(65536)
        self.bytes += len(head) + 4 + len(body)
        if b"content-encoding: gzip" in head.lower():
            body = gzip.decompress(body)
        return int(head.split()[1]), head, body

    def look(self) -> list[str]:
        """The page, and what it names; the paths asked for."""
        _, _, body = self.get("/")
        named = re.findall(r'(?:src|href)="(/static/[^"]+)"', body.decode())
        for path in dict.fromkeys(named):
            self.get(path)
        return ["/", *dict.fromkeys(named)]

    def follow(self, until: threading.Event) -> None:
        """Read events until told otherwise."""
        with self.line("/events") as line:
            line.settimeout(0.5)
            while not until.is_set():
                try:
                    data = line.recv(262_144)
                except TimeoutError:
                    continue
                if not data:
                    return
                self.bytes += len(data)
                if b"data: {" in data or b"data: " in data:
                    self.heard.append(time.monotonic())


@contextlib.contextmanager
def phones(program: Program, count: int) -> Iterator[list[Phone]]:
    """So many that look at the page."""
    done, found = threading.Event(), [Phone(program) for _ in range(count)]
    for one in found:
        one.look()
    readers = [threading.Thread(target=one.follow, args=(done,)) for one in found]
    for reader in readers:
        reader.start()
    try:
        yield found
    finally:
        done.set()
        for reader in readers:
            reader.join()


def print_phones(program: Program) -> None:
    print("the live screen at 1 Hz, 28 channels             % of a core     goal   bytes a second to a phone")
    closed = percent(program.watch(WATCHED))
    print(f"  page closed                             {closed:17.2f}")
    program.ask("open")
    for count in (0, 1, 4):
        with phones(program, count) as looking:
            time.sleep(5.0)
            before = sum(one.bytes for one in looking)
            found = percent(program.watch(WATCHED))
            sent = (sum(one.bytes for one in looking) - before) / WATCHED / max(1, count)
        name = f"{count} phones: +{found - closed:.2f}"
        print(f"  page open, {name:28} {found:17.2f} {'+0.5' if count == 4 else '':>8} {sent:12.0f}")
        program.ask("close")
        program.ask("open")
    program.ask("close")


def print_view(program: Program) -> None:
    program.ask("open")
    time.sleep(3.0)  # nobody scans a code at once
    print("the first view                           requests    bytes     ms    goal 60 kB, 1000 ms")
    for name in ("first phone", "second phone"):
        begun = time.monotonic()
        phone = Phone(program)
        paths = phone.look()
        took = time.monotonic() - begun
        print(f"  {name:38} {1 + len(paths):8} {phone.bytes:8} {1000 * took:6.0f}")
    with phones(program, 1) as (one,):
        begun = time.monotonic()
        time.sleep(20)
        came = [float(row) for row in program.messages.read_text().split() if float(row) >= begun]
        late = [min((heard for heard in one.heard if heard >= at), default=None) for at in came[:-2]]
        waits = [1000 * (heard - at) for heard, at in zip(late, came, strict=False) if heard is not None]
    if waits:
        print(
            f"from the monitor's message to its event at a phone, ms: median {median(waits):.0f}, most {max(waits):.0f}"
        )
    program.ask("close")


def _knock(place: tuple[str, int], count: int) -> int:
    """So many at once, without a token; how many got an answer."""
    lines, answered = [], 0
    for _ in range(count):
        line = socket.socket()
        line.setblocking(False)
        with contextlib.suppress(BlockingIOError, OSError):
            line.connect(place)
        lines.append(line)
    end = time.monotonic() + 2
    waiting = {line.fileno(): line for line in lines}
    asked: set[int] = set()
    while waiting and (left := end - time.monotonic()) > 0:
        ready, writable, _ = select.select(list(waiting), [one for one in waiting if one not in asked], [], left)
        for number in writable:
            asked.add(number)
            with contextlib.suppress(OSError):
                waiting[number].send(f"GET / HTTP/1.1\r\nHost: {place[0]}:{place[1]}\r\n\r\n".encode())
        for number in ready:
            with contextlib.suppress(OSError):
                answered += waiting[number].recv(4096).startswith(b"HTTP/1.1 404")
            waiting.pop(number, None)
    for line in lines:
        line.close()
    return answered


def knocks(place: tuple[str, int]) -> int:
    return _knock(place, 200)


def opens(place: tuple[str, int]) -> int:
    """Connections, as fast as they come, and nothing else."""
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(place, timeout=1):
            pass
    return 0


def drips(place: tuple[str, int]) -> int:
    """A hundred requests, a letter a second each."""
    lines = []
    for _ in range(100):
        with contextlib.suppress(OSError):
            lines.append(socket.create_connection(place, timeout=1))
    for letter in b"GET /x":
        for line in lines:
            with contextlib.suppress(OSError):
                line.send(bytes([letter]))
        time.sleep(0.5)
    for line in lines:
        line.close()
    return 0


def _push(place: tuple[str, int], head: str, chunk: bytes) -> int:
    with contextlib.suppress(OSError), socket.create_connection(place, timeout=5) as line:
        line.sendall(head.format(f"{place[0]}:{place[1]}").encode())
        for _ in range(1000):
            line.sendall(chunk)
    return 0


def uploads(place: tuple[str, int]) -> int:
    """A gigabyte, announced and pushed."""
    head = "POST /photo/board HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000000\r\n\r\n"
    return _push(place, head, b"x" * 1_000_000)


def endless(place: tuple[str, int]) -> int:
    """A body in pieces that never ends."""
    head = "POST /photo/board HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n"
    return _push(place, head, b"ffff\r\n" + b"x" * 65_535 + b"\r\n")


def heads(place: tuple[str, int]) -> int:
    """A head that never ends."""
    return _push(place, "GET / HTTP/1.1\r\nHost: {}\r\n", b"x: y\r\n" * 10_000)


def _forever(attack: Callable[[tuple[str, int]], int], place: tuple[str, int], pipe: int) -> None:
    answered = 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        while True:
            answered += attack(place)
    finally:
        os.write(pipe, f"{answered}\n".encode())


def print_attacks(program: Program) -> None:
    program.ask("open")
    print("ticks of the screen, one a second      later than a second, ms   one takes, ms    % of a core   answered/s")
    print("                                          median     most      median   most   one phone hears on")
    with phones(program, 1) as (phone,):
        for attack in (None, knocks, opens, drips, uploads, endless, heads):
            reading, writing = os.pipe()
            made = []
            for _ in range(2 if attack is not None else 0):
                made.append(multiprocessing.Process(target=_forever, args=(attack, program.address, writing)))
                made[-1].start()
            time.sleep(1.0)
            heard = len(phone.heard)
            ticks = program.watch(ATTACKED)
            for one in made:
                one.terminate()
                one.join()
            os.close(writing)
            answered = sum(int(row) for row in os.read(reading, 4096).split()) if made else 0
            os.close(reading)
            late = [1000 * (after.at - before.at - 1.0) for before, after in pairwise(ticks)]
            took = [1000 * tick.took for tick in ticks]
            name = attack.__name__ if attack is not None else "nobody"
            print(
                f"  {name:34} {median(late):11.0f} {max(late):8.0f} {median(took):11.1f} {max(took):6.0f} "
                f"{percent(ticks):13.1f} {answered / (ATTACKED + 1):10.0f} {len(phone.heard) - heard:8}"
            )
            time.sleep(6.0)
    program.ask("close")


PARTS = {"phones": print_phones, "view": print_view, "attacks": print_attacks}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        as_installed(Path(name))
        os.environ.update(SMAPPEE_TUI_CONFIG_DIR=name, SMAPPEE_TUI_DATA_DIR=name)
        program = Program(Path(name))
        time.sleep(SETTLED)
        try:
            for part in sys.argv[1:] or PARTS:
                PARTS[part](program)
        finally:
            program.end()


if __name__ == "__main__":
    main()
