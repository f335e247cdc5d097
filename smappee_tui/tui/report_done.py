"""What was done on site besides watching, as lines under the report's notes: plugs switched, the guided test's outcome,
and monitors that must still be put back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from smappee_tui.put_back import pending, sentence

if TYPE_CHECKING:
    from smappee_tui.plugtest import PlugAction
    from smappee_tui.tui.live import LiveScreen


def done_lines(live: LiveScreen) -> tuple[str, ...]:
    """Everything worth keeping, a sentence each; device text in it is data as everywhere."""
    return (
        *(_plug(action) for action in live.switching.log),
        *_guided(live),
        *(sentence(item) for item in pending()),
    )


def _plug(action: PlugAction) -> str:
    when = datetime.fromtimestamp(action.asked_at, UTC).strftime("%H:%M:%S UTC")
    back = " (put back)" if action.restores else ""
    asked = f"{when}: plug '{action.name[:60]}' {action.word}{back}"
    match action.outcome:
        case "answered":
            return f"{asked}: it was switched and answered after {action.seconds or 0.0:.1f} s."
        case "unconfirmed":
            return f"{asked}: sent, no answer: it may have been carried out. {action.problem}".rstrip()
        case "not sent":
            return f"{asked}: not sent. {action.problem}".rstrip()
        case "no answer":
            return f"{asked}: sent, and the plug did not answer."
        case _:
            return f"{asked}: its answer was still awaited."


def _guided(live: LiveScreen) -> Iterator[str]:
    site = live.session.site
    test = live.guided_test(site.uuid) if site is not None else None
    if site is None or test is None:
        return
    from smappee_tui.guided.result import result_of

    result = result_of(test, site)
    yield (
        f"Guided test: {result.count('pass')} channels passed, {result.count('fault')} with a fault, "
        f"{result.count('open')} not decided."
    )
    for row in result.channels:
        before = f" (before: {row.before})" if row.before else ""
        yield f"Guided test, input {row.input} '{row.name[:40]}': {row.outcome.upper()}, {row.said}{before}."
    for ohms in result.supply:
        yield f"Loop impedance of L{ohms.phase + 1}: {ohms.ohm:.2f} ± {ohms.error:.2f} ohm, from {ohms.edges} edges."
