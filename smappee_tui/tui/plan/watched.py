"""The plan of what the live screen watches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smappee_tui.app.next_step import next_step
from smappee_tui.app.pending_reverts import pending
from smappee_tui.app.settings import load, settings_path
from smappee_tui.app.visit.commissioning import VisitSoFar, plan_of_visit, step_after
from smappee_tui.tui.plan.sheet import Plan
from smappee_tui.tui.report.values import first_values, harmless, particulars, with_typed

if TYPE_CHECKING:
    from smappee_tui.tui.plan.left import Watching


def plan_of_watch(screen: Watching) -> Plan:
    """How it stands, with the person's part as typed into the report's form so far.

    Args:
        screen: what is watched; read on its own thread only.
    """
    now, picture, memory = screen.clock(), screen.picture, screen.begun.reports
    view = picture.view if picture is not None else None
    if picture is None or view is None:
        return Plan(plan_of_visit(VisitSoFar(picture, now, reverts=pending())))
    first = first_values(load(settings_path())[0].installer, now, Path())
    so_far = VisitSoFar(
        picture=picture,
        now=now,
        past=screen.mode == "replay",
        who=particulars(harmless(with_typed(first, memory.values(view.uuid))), now),
        mended=memory.mended(view.uuid, picture.judgement),
        board=screen.begun.mending.board(view.uuid),
        circuits=memory.tracer(view.uuid).circuits.circuits,
        written=memory.written(view.uuid),
        reverts=pending(),
    )
    lines = plan_of_visit(so_far)
    return Plan(lines, step_after(next_step(view, picture.judgement), lines))
