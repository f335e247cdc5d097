"""What the page for a phone costs to make: a second of news in one language and in four, and the whole page.

CPU time of this process, mean and dearest second of two minutes of a house. What the line costs is in `bench_phones`.
"""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Iterator, Sequence

from smappee_tui.app.next_step import next_step
from smappee_tui.app.phone.stage import Stage, stage_of
from smappee_tui.app.session import Session
from smappee_tui.i18n import LANGUAGES, Language
from smappee_tui.simulator import sites
from smappee_tui.web.page.edition import Edition
from tests.tui.scene import Clock, FakeLink

SECONDS = 180
WARM = 60
"""Seconds that are not counted: the first verdicts come, and templates are compiled."""


def stages(site: str) -> Iterator[Stage]:
    """A house second by second."""
    monitor = sites.build(site, faults=["reversed:5"])
    clock = Clock(monitor.time)
    link = FakeLink(clock)
    session = Session(link, generation="none")
    for _ in range(SECONDS):
        clock.now += 1.0
        link.queue.extend(monitor.tick(clock.now - 0.3))
        session.poll()
        picture = session.snapshot()
        step = next_step(picture.view, picture.judgement)
        yield stage_of(session, clock.now, mode="demo", step=step, picture=picture)


def measure(site: str, languages: Sequence[Language]) -> None:
    """Print a line."""
    editions = [Edition(language) for language in languages]
    costs, sizes = [], []
    for number, stage in enumerate(stages(site), 1):
        begun = time.process_time()
        for edition in editions:
            edition.look(number, stage)
            sizes.append(len(edition.news(number - 1)))
        costs.append(1000 * (time.process_time() - begun))
    begun = time.process_time()
    page = editions[0].document("/static/0").encode()
    took = 1000 * (time.process_time() - begun)
    sent = statistics.mean(sizes[WARM * len(editions) :]) / 1000
    print(
        f"{site}, {len(languages)} language(s): {statistics.mean(costs[WARM:]):.2f} ms a second, dearest "
        f"{max(costs[WARM:]):.1f} ms, {sent:.1f} kB of news a second to each; the whole page {took:.1f} ms, "
        f"{len(page) / 1000:.0f} kB, {len(gzip.compress(page, 6)) / 1000:.1f} kB over the line"
    )


if __name__ == "__main__":
    for site in ("shop28", "shop80"):
        for languages in (LANGUAGES[:1], LANGUAGES):
            measure(site, languages)
