"""One program holds a lock, and a killed one does not."""

import subprocess
import sys
from pathlib import Path

from smappee_tui.connect.file_lock import FileLock

HOLD = """
import sys, pathlib
from smappee_tui.connect.file_lock import FileLock
lock = FileLock(pathlib.Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""


def test_only_one_has_it_and_it_goes_with_its_program(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        mine = FileLock(path)
        assert not mine.take()
        other.kill()
        other.wait()
        assert mine.take()
        assert not FileLock(path).take()
        mine.release()
        mine.release()
        assert FileLock(path).take()
