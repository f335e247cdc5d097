"""Folding a message and taking it as evidence: `python -m tests.bench.bench_observe`.

The messages are those of `bench_fold`, second after second: every channel jumps and rests as it likes, which is dearer
than a house. `one by one` brings the record up to date with every second, as a screen of the guided test does.
"""

from __future__ import annotations

from smappee_tui.diagnosis.judge import Judge
from tests.bench.bench_fold import configured, endless
from tests.bench.measure import DIALECTS, SIZES, baseline, cheapest, payloads

LIMIT = 4.0
CALLS = 240
ROUNDS = 12
SETTLED = 100
"""Seconds after which it is known how the monitor measures."""


def measure(count: int, dialect: str) -> tuple[float, float, float, float]:
    """CPU time of `json.loads`, of folding, of folding and observing, and of the same with every second read, µs."""
    locations, judge = configured(dialect, count), Judge()
    arrivals = endless(count, dialect)

    def wait() -> None:
        next(arrivals)

    def fold() -> None:
        locations.receive(next(arrivals))

    def observe() -> None:
        site, sampled = locations.receive(next(arrivals))
        if site is not None:
            judge.observe(site, sampled)

    def read() -> None:
        observe()
        assert judge.evidence.samples

    for _ in range(SETTLED):
        observe()
    reference = baseline(payloads(count, dialect, 1)[0], CALLS)
    waited = cheapest(wait, CALLS, ROUNDS)
    folded, observed, at_once = (cheapest(work, CALLS, ROUNDS) - waited for work in (fold, observe, read))
    return reference, folded, observed, at_once


def main() -> None:
    print(f"{'dialect':10} {'channels':>8} {'json µs':>8} {'observe µs':>10} {'with fold':>9} {'one by one':>10}")
    for dialect in DIALECTS:
        for count in SIZES:
            reference, fold, both, single = measure(count, dialect)
            ratios = f"{both / reference:9.2f} {single / reference:10.2f}"
            print(f"{dialect:10} {count:8} {reference:8.1f} {both - fold:10.1f} {ratios}")
    print(f"limit {LIMIT}x json.loads with fold, 28 channels")


if __name__ == "__main__":
    main()
