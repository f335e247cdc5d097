"""Field cases, kind by kind: right, wrong, and why.

    python -m tests.bench.bench_field --kinds size,carries --seeds 0-30 [--verbose] [--write DIR]

A kind's first line of help is the docstring of its function in `tests/simulated/field`. `accused` counts cases in which
a CT was accused that must not be. `--write` leaves each wrong case as a recording beside what was wanted.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.simulated.field import Case, field_case, kinds


def play(job: tuple[str, int, str]) -> tuple[str, int, list[str], str, float]:
    """Judge one case: kind, seed, what is wrong, what it is, seconds it took."""
    kind, seed, write = job
    case = field_case(kind, seed)
    begun = time.process_time()
    found = list(case.problems(case.judge()))
    if write and found:
        save(case, Path(write), found)
    return kind, seed, found, case.note, time.process_time() - begun


def save(case: Case, folder: Path, found: list[str]) -> None:
    """Leave a case as a recording."""
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / f"{case.kind}-{case.seed}"
    with gzip.open(f"{name}.ndjson.gz", "wt") as out:
        for m in case.messages:
            line = {"t": m.at, "topic": m.topic, "qos": m.qos, "retain": m.retain}
            try:
                line["payload"] = m.payload.decode()
            except UnicodeDecodeError:
                line["payload_b64"] = base64.b64encode(m.payload).decode()
            out.write(json.dumps(line) + "\n")
    Path(f"{name}.txt").write_text("\n".join([case.note, *found]) + "\n")


def numbers(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", default="", help="names of kinds or groups, comma between; all")
    parser.add_argument("--seeds", default="0-9")
    parser.add_argument("--verbose", action="store_true", help="name every wrong case")
    parser.add_argument("--write", default="", metavar="DIR")
    parser.add_argument("--workers", type=int)
    wanted = parser.parse_args()
    names, seeds = kinds(wanted.kinds), numbers(wanted.seeds)
    jobs = [(kind, seed, wanted.write) for kind in names for seed in seeds]
    with ProcessPoolExecutor(wanted.workers) as pool:
        done = list(pool.map(play, jobs, chunksize=2))
    for kind in names:
        mine = [one for one in done if one[0] == kind]
        wrong = [one for one in mine if one[2]]
        accused = sum(any(text.startswith("ACCUSED") for text in one[2]) for one in mine)
        reasons = Counter(_short(text) for one in wrong for text in one[2])
        most = "; ".join(f"{count}x {text}" for text, count in reasons.most_common(4))
        print(f"{kind:20} right {len(mine) - len(wrong):3}/{len(mine):<3} accused {accused:3}   {most}")
        if wanted.verbose:
            for _, seed, found, note, _ in wrong:
                print(f"    {seed:3} {note}")
                for text in found:
                    print(f"          {text}")
    right = sum(not one[2] for one in done)
    print(f"{right} of {len(done)} right, {sum(one[4] for one in done):.0f} s of judging")


def _short(text: str) -> str:
    """A reason without its numbers, so that like counts with like."""
    text = text.partition(", allowed")[0].partition(" of [")[0]
    words = [
        word for word in text.split() if not word.strip("()").replace(".", "").isdigit() and not word.startswith("(")
    ]
    return " ".join(words).replace(")", "")[:60]


if __name__ == "__main__":
    main()
