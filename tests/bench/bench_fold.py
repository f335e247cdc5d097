"""Decoding one realtime message and folding it into its site: `python -m tests.bench.bench_fold`.

The messages are consecutive seconds, so the minute means are closed at the pace of a real watch; `view` is what a
screen pays in addition, once a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from smappee_tui.protocol.received import MqttMessage
from smappee_tui.site.locations import Locations
from smappee_tui.site.site import Site
from smappee_tui.site.view import view_of
from tests.bench.measure import DIALECTS, SIZES, baseline, cheapest, payloads
from tests.payloads import START, channel_config, channel_topic, config, many_channels, raw, topic

LIMIT = 0.5
CALLS = 240


def configured(dialect: str, count: int) -> Locations:
    """Locations that know one installation's configuration."""
    found = Locations()
    for rest, content in (
        ("config", config(dialect)),
        (channel_topic(dialect), channel_config(many_channels(count), dialect)),
    ):
        found.receive(MqttMessage(START, topic(rest), raw(content)))
    return found


def endless(count: int, dialect: str) -> Iterator[MqttMessage]:
    """Consecutive seconds without end. The monitor's clock starts over now and then, as the payloads do."""
    name = topic("realtime")
    for passed, payload in enumerate(cycle(payloads(count, dialect, 600))):
        yield MqttMessage(START + passed, name, payload)


def measure(count: int, dialect: str) -> tuple[float, float, float]:
    """CPU time of `json.loads`, of decode and fold, and of a picture, µs."""
    locations = configured(dialect, count)
    arrivals = endless(count, dialect)
    locations.receive(next(arrivals))  # the history is made with the first message
    site = locations.find(None)
    assert isinstance(site, Site)

    def wait() -> None:
        next(arrivals)

    def fold() -> None:
        locations.receive(next(arrivals))

    def look() -> None:
        view_of(site)

    reference = baseline(payloads(count, dialect, 1)[0], CALLS)
    return reference, cheapest(fold, CALLS) - cheapest(wait, CALLS), cheapest(look, 50)


def main() -> None:
    print(f"{'dialect':10} {'channels':>8} {'json µs':>8} {'fold µs':>8} {'ratio':>6} {'view µs':>8}   limit {LIMIT}")
    for dialect in DIALECTS:
        for count in SIZES:
            reference, fold, view = measure(count, dialect)
            print(f"{dialect:10} {count:8} {reference:8.2f} {fold:8.2f} {fold / reference:6.3f} {view:8.2f}")


if __name__ == "__main__":
    main()
