"""Taking the names out of one realtime message: `python -m tests.bench.bench_redact`."""

from __future__ import annotations

from itertools import cycle

from smappee_tui.connect.recording.redact import Redactor
from smappee_tui.protocol.received import MqttMessage
from tests.bench.measure import DIALECTS, SIZES, baseline, cheapest, payloads
from tests.payloads import START, topic

LIMIT = 2.0
CALLS = 240


def measure(count: int, dialect: str) -> tuple[float, float]:
    """CPU time of `json.loads` and of the redaction, µs."""
    name, seconds = topic("realtime"), cycle(payloads(count, dialect, 60))
    redactor = Redactor()

    def redact() -> None:
        redactor.redact(MqttMessage(START, name, next(seconds)))

    return baseline(payloads(count, dialect, 1)[0], CALLS), cheapest(redact, CALLS)


def main() -> None:
    print(f"{'dialect':10} {'channels':>8} {'json µs':>8} {'redact µs':>9} {'ratio':>6}   limit {LIMIT}")
    for dialect in DIALECTS:
        for count in SIZES:
            reference, redaction = measure(count, dialect)
            print(f"{dialect:10} {count:8} {reference:8.2f} {redaction:9.2f} {redaction / reference:6.3f}")


if __name__ == "__main__":
    main()
