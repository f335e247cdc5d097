"""How far each message was told, in a file: over a restart nothing is told twice."""

from __future__ import annotations

import json
from pathlib import Path

from smappee_tui.connect.atomic_write import write_atomically

_MOST = 1000


class Marks:
    """Numbers by name. What cannot be written is kept in memory, and written with the next one."""

    def __init__(self, path: Path | None) -> None:
        """Read them; None: nothing is kept. A file that cannot be read is as one that is not there."""
        self._path = path
        self._numbers: dict[str, int] = {}
        self.unwritten = False
        """The newest stand in memory alone."""
        if path is not None:
            try:
                read = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                read = {}
            if isinstance(read, dict):
                self._numbers = {name: value for name, value in list(read.items())[:_MOST] if isinstance(value, int)}

    def get(self, name: str) -> int | None:
        return self._numbers.get(name)

    def put(self, name: str, number: int) -> None:
        if self._numbers.get(name) == number:
            return
        self._numbers[name] = number
        if self._path is not None:
            try:
                write_atomically(self._path, json.dumps(self._numbers).encode())
                self.unwritten = False
            except OSError:
                self.unwritten = True
