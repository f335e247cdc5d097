"""What the pane of one channel is about."""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.diagnosis.judgement import Finding, Judgement
from smappee_tui.site import SiteView
from smappee_tui.tui.columns import Row
from smappee_tui.tui.groups import group_of


@dataclass(frozen=True, slots=True)
class Subject:
    """The chosen channel, and what is shown with it."""

    row: Row
    group: tuple[Row, ...] = ()
    """The channels of one three-phase load, itself among them; empty for a load on one phase."""
    phases: tuple[int, ...] = (0, 1, 2)
    """Phases that have a voltage."""
    findings: tuple[Finding, ...] = ()
    """Findings that name this channel."""
    place: str = ""
    """"3 of 28"."""
    together: bool = False
    """The phasor shows the whole group."""


def subject_of(
    row: Row, place: int, rows: list[Row], view: SiteView, judgement: Judgement, together: bool = False
) -> Subject:
    """Gather what the pane of one channel shows."""
    number = row.channel.input
    return Subject(
        row=row,
        group=group_of(row, rows),
        phases=tuple(phase.phase for phase in view.phases if phase.volts),
        findings=tuple(f for f in judgement.findings if f.subject == f"channel:{number}" or number in f.inputs),
        place=f"{place} of {len(rows)}",
        together=together,
    )
