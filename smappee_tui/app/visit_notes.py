"""What was done on a visit and belongs into its report's notes: plugs switched, the guided test, what to put back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from smappee_tui.app.pending_reverts import PendingRevert, still_pushes
from smappee_tui.app.switch_action import SwitchAction
from smappee_tui.protocol.fact import Fact, Param, fact
from smappee_tui.site.site import Site

if TYPE_CHECKING:
    from smappee_tui.app.guided.procedure import GuidedTest


def visit_notes(
    switched: Iterable[SwitchAction], site: Site | None, test: GuidedTest | None, reverts: Iterable[PendingRevert]
) -> Iterator[Fact]:
    """Everything worth keeping, a fact each.

    Args:
        switched: what was switched, oldest first.
        site: the location.
        test: its guided test, running or done; None where none was begun.
        reverts: monitors that must be put back.
    """
    yield from map(_plug, switched)
    if site is not None and test is not None:
        yield from _guided(test, site)
    yield from map(still_pushes, reverts)


def _plug(action: SwitchAction) -> Fact:
    outcome = action.outcome.replace(" ", "_") if not action.open else "awaited"
    return fact(
        f"report_form.done.plug_{outcome}",
        plug=fact(
            "report_form.done.plug_back" if action.restores else "report_form.done.plug",
            at=f"{datetime.fromtimestamp(action.asked_at, UTC):%H:%M:%S UTC}",
            name=(action.name or action.target)[:60],
            state=action.word,
        ),
        seconds=action.seconds or 0.0,
        why=action.problem or "",
    )


def _guided(test: GuidedTest, site: Site) -> Iterator[Fact]:
    from smappee_tui.app.guided.result import result_of

    result = result_of(test, site)
    yield fact(
        "report_form.done.guided",
        passed=result.count("pass"),
        faults=result.count("fault"),
        undecided=result.count("open"),
    )
    for row in result.channels:
        known: dict[str, Param] = {
            "input": row.input,
            "name": row.name,
            "outcome": fact(f"report_form.done.outcome.{row.outcome}"),
            "said": row.said,
        }
        if row.before is None:
            yield Fact("report_form.done.channel", known)
        else:
            yield Fact("report_form.done.channel_before", known | {"before": row.before})
    for ohms in result.supply:
        yield fact(
            "report_form.done.loop", phase=f"L{ohms.phase + 1}", ohms=ohms.ohm, error=ohms.error, count=ohms.edges
        )
