"""The report of a shop with 80 channels after a whole guided test: CPU time and size of each part.

python -m tests.bench.bench_report
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from smappee_tui.report.compose.document import build
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.render import csv_file, html, pdf, text
from smappee_tui.report.render.json_file import decode, digest, encode
from tests.report.made import COMPLETE, Visit

ROUNDS = 3
GOAL = 1.5
"""Seconds of all formats together, what they import included."""
T = TypeVar("T")


def timed(name: str, work: Callable[[], T], size: Callable[[T], int] = lambda _: 0) -> tuple[T, float]:
    """Least CPU seconds of some rounds; the first round also pays for imports and is printed apart."""
    begun = time.process_time()
    made = work()
    first = least = time.process_time() - begun
    for _ in range(ROUNDS - 1):
        begun = time.process_time()
        made = work()
        least = min(least, time.process_time() - begun)
    print(f"{name:10} {first * 1000:7.0f} ms first, {least * 1000:6.0f} ms again, {size(made) / 1000:8.0f} kB")
    return made, first


def main() -> None:
    """Print the table."""
    visit = Visit("shop80", ("reversed:6", "phase:8,L2")).whole()
    site, judge = visit.session.site, visit.session.judge
    assert site is not None
    judgement = visit.session.judgement()
    who = ReportMetadata(generated_at=visit.monitor.time, **COMPLETE)
    report, total = timed("build", lambda: build(site, judgement, who, judge=judge))
    print(f"{len(report.channels)} channels, {len(report.evidence)} pieces of evidence, {report.method.received} s")
    content, spent = timed("json", lambda: encode(report), len)
    total += spent
    document, hashed = decode(content), digest(content)
    sizes = len(content)
    for name, work in (
        ("html", lambda: html.render(document, hashed)),
        ("pdf", lambda: pdf.render(document, hashed, content)),
        ("csv", lambda: csv_file.render(document)),
        ("txt", lambda: text.render(document, hashed)),
    ):
        made, spent = timed(name, work, len)
        total += spent
        sizes += len(made)
    print(f"all of it, the first time: {total:.2f} s, goal {GOAL}; {sizes / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
