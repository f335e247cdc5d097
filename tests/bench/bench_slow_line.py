"""What a slow ssh line makes of the screen: `python -m tests.bench.bench_slow_line`. Needs a Unix for its terminal.

The demo runs in a pseudo-terminal whose output goes through a line of so many bytes a second. The line takes whatever
it is given, as ssh does, so that the program cannot see that it is behind; the terminal at its end answers when asked.
Printed: the bytes of the first screen, bytes a second after that, and the seconds from a key to what it shows.
"""

from __future__ import annotations

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

import pyte

ASKED = b"\x1b[6n"
ENOUGH = 30.0
SIZES = ((60, 20), (80, 24), (120, 40), (200, 50))
RATES = (2_000, 4_000, 1_000_000)


class Line:
    """A program at the one end, a terminal at the other."""

    def __init__(self, command: list[str], size: tuple[int, int], rate: float) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._rate, self._queue, self._tail = rate, bytearray(), b""
        self.arrived = 0
        self._carry, self._at = 0.0, time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            pid, self._end = pty.fork()
            if pid == 0:
                home = {"SMAPPEE_TUI_CONFIG_DIR": folder, "XDG_DATA_HOME": folder}
                os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", **home)
                os.execv(command[0], command)
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self._pid = pid

    def type(self, keys: bytes) -> None:
        """Keys go the other way, which is free."""
        os.write(self._end, keys)

    def run(self, seconds: float, until: Callable[[str], bool] = lambda _: False) -> float:
        """Let time pass; how much did until that was to be seen."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if select.select([self._end], [], [], 0.01)[0]:
                self._queue += os.read(self._end, 65536)
            now = time.monotonic()
            self._carry = min(self._carry + (now - self._at) * self._rate, self._rate * 0.1)
            self._at = now
            count = min(int(self._carry), len(self._queue))
            if count:
                self._carry -= count
                self._take(bytes(self._queue[:count]))
                del self._queue[:count]
                if until("\n".join(self.screen.display)):
                    break
        return time.monotonic() - begun

    def _take(self, data: bytes) -> None:
        self.arrived += len(data)
        *parts, self._tail = (self._tail + data).split(ASKED)
        for part in parts:
            self._stream.feed(part)
            os.write(self._end, f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R".encode())
        if not ASKED.startswith(self._tail[-3:]) and b"\x1b" not in self._tail[-3:]:
            self._stream.feed(self._tail)
            self._tail = b""

    def close(self) -> None:
        os.kill(self._pid, 9)
        os.waitpid(self._pid, 0)
        os.close(self._end)


def main() -> None:
    print("size      B/s line   first screen B      s   steady B/s   key to cursor s   to findings s   back s")
    for size in SIZES:
        for rate in RATES:
            line = Line([sys.executable, "-m", "smappee_tui", "demo"], size, rate)
            try:
                first = line.run(ENOUGH, lambda shown: "Oven" in shown or "Laundry" in shown)
                painted = line.arrived
                line.run(5.0)
                before, begun = line.arrived, time.monotonic()
                line.run(10.0)
                steady = (line.arrived - before) / (time.monotonic() - begun)
                line.type(b"j")
                moved = line.run(ENOUGH, lambda shown: "▸  1" in shown)
                line.run(0.7)
                line.type(b"F")
                opened = line.run(ENOUGH, lambda shown: shown.lstrip().startswith("Findings"))
                line.run(0.7)
                line.type(b"\x1b")
                closed = line.run(ENOUGH, lambda shown: "▸  1" in shown)
            finally:
                line.close()
            told = f"{painted:14} {first:7.1f} {steady:12.0f} {moved:17.2f} {opened:15.2f} {closed:8.2f}"
            print(f"{size[0]}x{size[1]:<4} {rate:10} {told}")


if __name__ == "__main__":
    main()
