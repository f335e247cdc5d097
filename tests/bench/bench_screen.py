"""What the live screen costs: `python -m tests.bench.bench_screen`. Needs a Unix, for the pseudo-terminal.

- watching at 1 Hz: CPU time of the whole program in a terminal of its own, in percent of one core, from half a minute
  on, over the first two minutes and after them; and CPU time of the dearest tick, a look at all evidence among them;
- one redraw, against a DataTable with the same rows, in one process;
- the first picture, of the find screen or with rows, against `import textual.app`;
- where the time of a watch goes, by room: a profile, which makes all of it dearer but shows the shares.

Name a part to run it alone: `watching`, `long`, `redraw`, `paint`, `rooms`.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pstats
import pty
import select
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from smappee_tui.simulator.sites import build
from tests.bench.measure import as_installed

EARLY = (30.0, 50.0)
"""Seconds from the first picture: news comes, and the pane with its plot stands there."""
LONG = (10.0, 120.0, 130.0, 170.0)
"""The first two minutes, and what is left when they are over."""
FIND = """
import sys, time
from smappee_tui.tui.run import find_app

def make(changed):
    from smappee_tui.connect.discovery.search import Search
    return Search(own=lambda: (), changed=changed)

def painted():
    if app.screen_stack and app.screen is app.first and not seen:
        seen.append(open(sys.argv[1], "w").write(str(time.process_time())))
        app.exit()

seen, app = [], find_app(make)
app.post_display_hook = painted
app.run()
"""
TEXTUAL = "import sys, textual.app, time; open(sys.argv[1], 'w').write(str(time.process_time()))"
ROUNDS = 7
TICKS = 25
ROOMS = {
    "Textual and Rich": ("/textual/", "/rich/"),
    "event loop, threads": ("/asyncio/", "/selectors.py", "/threading.py", "/contextlib.py", "/signal.py", "<frozen"),
    "what is sent, and what of it changed": ("/tui/frames.py", "/widgets/painter.py", "/tui/app.py"),
    "pane, plot, phasors": (
        "/live/detail.py",
        "/live/power_plot.py",
        "/live/phasor.py",
        "/widgets/plot.py",
        "/canvas.py",
    ),
    "numbers and words": ("/i18n/", "/widgets/words.py", "/widgets/lines.py"),
    "table, header, keys": ("/tui/",),
    "diagnosis": ("/diagnosis/", "/numpy/"),
    "reading, site, session": ("/protocol/", "/site/", "/connect/", "/app/", "/msgspec"),
}
"""Rooms by parts of a file's path; the first that fits."""


def prepare(folder: Path, count: int) -> Path:
    """A file with one configuration and three minutes of a simulated shop of so many channels, a line each."""
    monitor = build(f"shop{count}", dialect="infinity", seed=1)
    arrivals = list(monitor.messages(monitor.time + 180))
    plan = next(a.payload for a in arrivals if a.topic.endswith("channelConfigV2"))
    lines = [plan, *(a.payload for a in arrivals if a.topic.endswith("/realtime"))]
    path = folder / f"{count}.ndjson"
    path.write_bytes(b"\n".join(lines))
    return path


def in_terminal(command: list[str], columns: int, lines: int) -> float:
    """Run a command in a pseudo-terminal of this size and return its CPU seconds, children not counted twice."""
    pid, master = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", PYTHONPATH=os.getcwd())  # noqa: PTH109
        os.execv(command[0], command)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    while True:
        ready, _, _ = select.select([master], [], [], 60)
        try:
            if not ready or not os.read(master, 65536):
                break
        except OSError:  # the other end is gone
            break
    _, status, usage = os.wait4(pid, 0)
    os.close(master)
    if status:
        raise SystemExit(f"{command} ended with {status}")
    return usage.ru_utime + usage.ru_stime


def watch(
    folder: Path, count: int, judged: str, columns: int, lines: int, moments: tuple[float, ...], *profile: str
) -> tuple[list[float], float]:
    """Percent of a core that a watch takes between moments, two by two, and CPU milliseconds of the dearest tick."""
    answer = folder / "answer"
    child = [sys.executable, "-m", "tests.bench.screen_child", str(prepare(folder, count))]
    in_terminal([*child, ",".join(map(str, moments)), judged, str(answer), *profile], columns, lines)
    *told, (dearest, _) = [tuple(map(float, row.split())) for row in answer.read_text().splitlines()]
    parts = zip(told[::2], told[1::2], strict=True)
    return [100 * (cpu - before) / (at - begun) for (before, begun), (cpu, at) in parts], 1000 * dearest


def watching(folder: Path, count: int, judged: str, columns: int, lines: int) -> float:
    """Percent of a core that a watch takes from half a minute on."""
    return watch(folder, count, judged, columns, lines, EARLY)[0][0]


def painted(folder: Path, command: list[str]) -> float:
    """Least CPU milliseconds until a process, given a file for the answer, has told that it is there."""
    answer, found = folder / "painted", []
    for _ in range(ROUNDS):
        answer.unlink(missing_ok=True)
        in_terminal([sys.executable, *command, str(answer)], 120, 40)
        found.append(1000 * float(answer.read_text()))
    return min(found)


async def ticks(app: Any, size: tuple[int, int], tick: Callable[[int], None]) -> float:
    """Least CPU milliseconds of one tick up to its picture. Textual's pilot is not waited for: it asks each widget in
    turn whether it rests, which nobody does in a terminal."""
    best, painted = float("inf"), asyncio.Event()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.post_display_hook = painted.set
        for number in range(TICKS):
            painted.clear()
            begun = time.process_time()
            tick(number)
            await painted.wait()
            best = min(best, time.process_time() - begun)
    return 1000 * best


def redraw(folder: Path, count: int, size: tuple[int, int]) -> tuple[float, float]:
    """Milliseconds of one redraw: our table with everything that belongs to a tick, and a bare DataTable."""
    from textual.app import App, ComposeResult
    from textual.widgets import DataTable

    from smappee_tui.protocol.received import MqttMessage
    from smappee_tui.tui.run import live_app
    from tests.bench.screen_child import TOPIC, Feed, Silent

    _, *bodies = prepare(folder, count).read_bytes().splitlines()
    session = Silent(Feed(folder / f"{count}.ndjson"))
    ours = live_app(session, tick=0)

    def tick(number: int) -> None:
        session.process(MqttMessage(time.time(), TOPIC + "realtime", bodies[number + 1]))
        ours.first.tick()

    mine = asyncio.run(ticks(ours, size, tick))
    texts = _texts(bodies, count)

    class Stock(App[None]):
        def compose(self) -> ComposeResult:
            yield DataTable()

        def on_mount(self) -> None:
            table = self.query_one(DataTable)
            for place, cell in enumerate(texts[0][0]):
                table.add_column(str(place), width=len(cell))
            for row in texts[0]:
                table.add_row(*row)

    theirs = Stock()

    def update(number: int) -> None:
        table = theirs.query_one(DataTable)
        for y, row in enumerate(texts[number % 2]):
            for x, cell in enumerate(row):
                table.update_cell_at((y, x), cell, update_width=False)  # type: ignore[arg-type]

    return mine, asyncio.run(ticks(theirs, size, update))


def _texts(bodies: list[bytes], count: int) -> list[list[list[str]]]:
    """Two seconds of the cells that our table shows."""
    from smappee_tui.protocol.received import MqttMessage
    from smappee_tui.site.locations import Locations
    from smappee_tui.site.view import view_of
    from smappee_tui.tui.live import columns
    from smappee_tui.tui.live.columns import rows_of
    from tests.bench.screen_child import _JUDGED, TOPIC

    locations, found = Locations(), []
    for second in range(2):
        site, _ = locations.receive(MqttMessage(time.time() + second, TOPIC + "realtime", bodies[second]))
        assert site is not None
        rows = rows_of(view_of(site), _JUDGED)
        found.append([[c.text(row, w) for c, w in columns.chosen(119)] for row in rows])
    return found


def print_watching(folder: Path) -> None:
    print("watching at 1 Hz, % of one core            screen alone   with diagnosis    goal")
    for count, size, goal in ((28, (120, 40), 0.75), (28, (80, 24), 0.75), (80, (120, 40), 1.8), (80, (160, 90), 1.8)):
        alone, judged = (watching(folder, count, how, *size) for how in ("silent", "judged"))
        print(f"  {count:3} channels, {size[0]}x{size[1]:<3} {alone:29.2f} {judged:16.2f} {goal:7}")


def print_long(folder: Path) -> None:
    print("watching with diagnosis, 120x40       first 2 min, goal        after them, goal   dearest tick, goal")
    for count, early, late in ((28, 1.2, 0.8), (80, 1.8, 1.2)):
        (first, steady), dearest = watch(folder, count, "judged", 120, 40, LONG)
        print(f"  {count:3} channels {first:30.2f} % {early:4} {steady:15.2f} % {late:4} {dearest:12.0f} ms 100 ms")


def print_redraw(folder: Path) -> None:
    print("one redraw, ms                             ours   DataTable   ratio   goal 0.12")
    for count, size in ((28, (120, 40)), (80, (120, 90))):
        mine, stock = redraw(folder, count, size)
        print(f"  {count:3} channels, {size[0]}x{size[1]:<3} {mine:21.2f} {stock:11.2f} {mine / stock:7.2f}")


def print_paint(folder: Path) -> None:
    print("first picture, ms CPU                      ours   import textual.app   ratio    goal")
    reference = painted(folder, ["-c", TEXTUAL])
    child = ["-m", "tests.bench.screen_child"]
    cases = {"find": (["-c", FIND], 1.3)} | {
        f"rows of {count} channels": ([*child, str(prepare(folder, count)), "", "judged"], goal)
        for count, goal in ((28, 1.6), (80, 1.8))
    }
    for name, (command, goal) in cases.items():
        took = painted(folder, command)
        print(f"  {name:33} {took:11.0f} {reference:20.0f} {took / reference:7.2f} {goal:7}")


def print_rooms(folder: Path) -> None:
    print("where a second goes, by room, %                                28 channels    80 channels")
    shares: list[dict[str, float]] = []
    for count in (28, 80):
        file = folder / "profile"
        watch(folder, count, "judged", 120, 40, LONG[2:], str(file))
        spent: dict[str, float] = {}
        for (path, _, name), (_, _, own, *_) in pstats.Stats(str(file)).stats.items():  # type: ignore[attr-defined]
            if name != "select":  # it waits there
                room = next((room for room, parts in ROOMS.items() if any(p in path for p in parts)), "all else")
                spent[room] = spent.get(room, 0.0) + own
        shares.append({room: 100 * one / sum(spent.values()) for room, one in spent.items()})
    for room in (*ROOMS, "all else"):
        print(f"  {room:55} {shares[0].get(room, 0.0):12.0f} {shares[1].get(room, 0.0):14.0f}")


PARTS = {
    "watching": print_watching,
    "long": print_long,
    "redraw": print_redraw,
    "paint": print_paint,
    "rooms": print_rooms,
}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        as_installed(Path(name))
        for part in sys.argv[1:] or PARTS:
            PARTS[part](Path(name))


if __name__ == "__main__":
    main()
