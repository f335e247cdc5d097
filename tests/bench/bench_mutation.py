"""Which numbers of the diagnosis no test watches: each is doubled and halved in turn, and the net must fail.

    python -m tests.bench.bench_mutation [--only PATTERN] [--jobs 2] [--modules PATTERN] [--all] [--list]

Runs, for each cap, depth and chance of `smappee_tui/diagnosis/model/weights.py` (or each number of the modules that
match `--modules`), the quick tests of the diagnosis until one fails; with `--all` the slow ones as well. What is left
standing is printed: a number of which nobody would notice that it is wrong. Takes as long as the tests for every
survivor, and a few seconds for each of the others.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.mutant import VARIABLE, Number, numbers

ROOT = Path(__file__).parents[2]
QUICK = ("model", "inference", "evidence", "test_unmetered.py", "test_probabilities.py")
SLOW = ("test_judge.py", "test_accuracy.py", "history")
"""Of the tests of the diagnosis, the fast ones first."""


def targets(modules: str) -> list[Number]:
    """The numbers of all modules of the diagnosis whose name matches."""
    found = []
    for path in sorted((ROOT / "smappee_tui/diagnosis").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.name != "__init__.py" and re.search(modules, name):
            found += list(numbers(name, path))
    return found


def survives(number: Number, factor: float, tests: tuple[str, ...], limit: float) -> tuple[bool, str]:
    """Whether all tests pass with this number changed, and which one did not."""
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-n",
        "0",
        "-p",
        "tests.bench.mutant",
        "-p",
        "no:cacheprovider",
    ]
    words += ["-o", "addopts=", "--no-header", *(f"tests/diagnosis/{name}" for name in tests)]
    setting = os.environ | {VARIABLE: number.spell(factor), "PYTHONPATH": str(ROOT)}
    try:
        run = subprocess.run(words, cwd=ROOT, env=setting, capture_output=True, text=True, check=False, timeout=limit)
    except subprocess.TimeoutExpired:
        return False, "took too long"
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)
    return run.returncode == 0, failed.group(1) if failed else f"exit {run.returncode}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=".", help="expression that the constant's name must match")
    parser.add_argument(
        "--modules", default=r"diagnosis\.model\.weights$", help="expression that the module must match"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for one of them")
    parser.add_argument("--all", action="store_true", help="ask the slow tests, too")
    parser.add_argument("--list", action="store_true", help="name the numbers and do nothing")
    parser.add_argument("--verbose", action="store_true", help="name the test that noticed each")
    wanted = parser.parse_args()
    found = [one for one in targets(wanted.modules) if re.search(wanted.only, one.name)]
    if wanted.list:
        for one in found:
            print(f"{one.module}:{one.line} {one.name} {one.value:g}")
        return
    jobs = [(number, factor) for number in found for factor in (2.0, 0.5)]
    tests = QUICK + SLOW if wanted.all else QUICK
    begun, alive = time.monotonic(), 0
    with ThreadPoolExecutor(wanted.jobs) as pool:
        for (number, factor), (stands, test) in zip(
            jobs, pool.map(lambda job: survives(*job, tests, wanted.limit), jobs), strict=True
        ):
            alive += stands
            if stands or wanted.verbose:
                place = f"{number.module.rpartition('.')[2]}.py:{number.line}"
                what = "SURVIVES" if stands else f"killed by {test}"
                print(f"{place:22} {number.name:24} {number.value:g} x{factor:g}  {what}", flush=True)
    print(f"{alive} of {len(jobs)} survive; {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
