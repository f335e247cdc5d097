"""A month of five-minute values of 28 channels: fetched, judged and written as CSV, as a person's commands do it.

Wall time, because much of it may be waiting: the virtual cloud answers over local HTTP, its values computed before.
`writes` is `cloud consumption --csv` to a file, `judges` is `check --cloud`, `report` is that with all files written.

python -m tests.bench.bench_cloud
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from smappee_tui.simulator import sites
from smappee_tui.simulator.cloud.accounts import Account, CloudAccounts
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud

DAYS = 31.0
ACCOUNT = Account("bench-client", "bench-secret", "bench", "bench-password")


def main() -> None:
    """Print wall time and highest resident memory of each command."""
    house = CloudHouse.of(
        sites.build("shop28", faults=["reversed:8"], start=time.time()),
        "Bench",
        now=time.time(),
        days=DAYS,
        users={ACCOUNT.username},
    )
    with VirtualCloud(CloudAccounts((ACCOUNT,), (house,))) as cloud, tempfile.TemporaryDirectory() as folder:
        house.past.slots()  # the month is lived before anybody asks
        commands = {
            "writes": ("cloud", "consumption", "Bench", "--last", "31d", "-a", "5min", "--csv"),
            "judges": ("check", "--cloud", "Bench"),
            "report": ("report", "--cloud", "Bench", "--out", folder),
        }
        for name, words in commands.items():
            target = Path(folder) / f"{name}.txt"
            wall, memory, code = _measured(words, target, cloud.base_url)
            size = target.stat().st_size / 1e6
            lines = target.read_text(encoding="utf-8").count("\n")
            print(f"{name}: {wall:5.1f} s, {memory:4.0f} MB, exit {code}, {lines} lines ({size:.1f} MB) printed")


def _measured(words: tuple[str, ...], target: Path, base_url: str) -> tuple[float, float, int]:
    """Wall seconds, highest resident MB and exit code, in a parent of its own that has no other child."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_child, (words, str(target), base_url))


def _child(words: tuple[str, ...], target: str, base_url: str) -> tuple[float, float, int]:
    import resource

    environment = {
        **os.environ,
        "SMAPPEE_TUI_CONFIG_DIR": tempfile.gettempdir(),
        "SMAPPEE_TUI_CLOUD_BASE_URL": base_url,
        "SMAPPEE_TUI_CLOUD_CLIENT_ID": ACCOUNT.client_id,
        "SMAPPEE_TUI_CLOUD_CLIENT_SECRET": ACCOUNT.client_secret,
        "SMAPPEE_TUI_CLOUD_USERNAME": ACCOUNT.username,
        "SMAPPEE_TUI_CLOUD_PASSWORD": ACCOUNT.password,
    }
    begun = time.perf_counter()
    with Path(target).open("wb") as out:
        run = subprocess.run(
            [sys.executable, "-m", "smappee_tui", *words],
            stdout=out,
            stdin=subprocess.DEVNULL,
            check=False,
            env=environment,
        )
    used: Any = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - begun, used.ru_maxrss / 1024, run.returncode


if __name__ == "__main__":
    main()
