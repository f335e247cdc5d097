"""What the live screen costs: `python -m tests.bench.bench_screen`. Needs a Unix, for the pseudo-terminal.

- watching at 1 Hz: CPU time of the whole program in a terminal of its own, in percent of one core;
- one redraw, against a DataTable with the same rows, in one process;
- the first paint, against `import textual.app`.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
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

SECONDS = 20.0
ROUNDS = 7
TICKS = 25


def prepare(folder: Path, count: int) -> Path:
    """A file with one configuration and two minutes of a simulated shop of so many channels, a line each."""
    monitor = build(f"shop{count}", dialect="infinity", seed=1)
    arrivals = list(monitor.messages(monitor.time + 120))
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


def watching(folder: Path, count: int, judged: str, columns: int, lines: int) -> float:
    """Percent of a core that a watch of this many channels takes."""
    answer = folder / "answer"
    child = [sys.executable, "-m", "tests.bench.screen_child"]
    in_terminal([*child, str(prepare(folder, count)), str(SECONDS), judged, str(answer)], columns, lines)
    cpu, wall = map(float, answer.read_text().split())
    return 100 * cpu / wall


def least(measure: Callable[[], float], rounds: int = ROUNDS) -> float:
    """The least of several rounds."""
    return min(measure() for _ in range(rounds))


async def ticks(app: Any, size: tuple[int, int], tick: Callable[[int], None]) -> float:
    """Least CPU milliseconds of one tick with its repaint."""
    best = float("inf")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for number in range(TICKS):
            begun = time.process_time()
            tick(number)
            await pilot.pause()
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


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("watching at 1 Hz, % of one core            screen alone   with diagnosis   limit")
        for count, size, limit in ((28, (120, 40), 1), (80, (120, 40), 2), (80, (160, 90), 2)):
            alone, judged = (watching(folder, count, how, *size) for how in ("silent", "judged"))
            print(f"  {count:3} channels, {size[0]}x{size[1]:<3} {alone:29.2f} {judged:16.2f} {limit:7}")
        print("one redraw, ms                             ours   DataTable   ratio   limit 0.25")
        for count, size in ((28, (120, 40)), (80, (120, 90))):
            mine, stock = redraw(folder, count, size)
            print(f"  {count:3} channels, {size[0]}x{size[1]:<3} {mine:21.2f} {stock:11.2f} {mine / stock:7.2f}")
        prepared = prepare(folder, 28)
        empty = [sys.executable, "-c", "import textual.app"]
        child = [sys.executable, "-m", "tests.bench.screen_child", str(prepared), "0", "silent", str(folder / "none")]
        reference = least(lambda: in_terminal(empty, 120, 40))
        paint = least(lambda: in_terminal(child, 120, 40))
        print(
            f"first paint, ms CPU: {1000 * paint:.0f}; import textual.app: {1000 * reference:.0f};"
            f" ratio {paint / reference:.2f}, limit 1.5"
        )


if __name__ == "__main__":
    main()
