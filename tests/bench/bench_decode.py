"""Decoding one realtime message against `json.loads` of the same bytes: `python -m tests.bench.bench_decode`."""

from __future__ import annotations

from smappee_tui.protocol.decode import decode
from tests.bench.measure import DIALECTS, SIZES, baseline, cheapest, payloads
from tests.payloads import topic

LIMIT = 0.3
CALLS = 200


def main() -> None:
    name = topic("realtime")
    print(f"{'dialect':10} {'channels':>8} {'bytes':>6} {'json µs':>8} {'decode µs':>9} {'ratio':>6}   limit {LIMIT}")
    for dialect in DIALECTS:
        for count in SIZES:
            payload = payloads(count, dialect, 1)[0]
            reference = baseline(payload, CALLS)
            ours = cheapest(lambda payload=payload: decode(name, payload), CALLS)
            print(f"{dialect:10} {count:8} {len(payload):6} {reference:8.2f} {ours:9.2f} {ours / reference:6.3f}")


if __name__ == "__main__":
    main()
