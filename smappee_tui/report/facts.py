"""Everything a report is built from, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.diagnosis import Judge, Judgement
from smappee_tui.report.logbook import Logbook
from smappee_tui.report.particulars import Particulars
from smappee_tui.report.past import Past
from smappee_tui.report.witness import Witness, witness_of
from smappee_tui.site import Site, SiteView
from smappee_tui.site.view import view_of


@dataclass(frozen=True, slots=True)
class Facts:
    """One moment of one location, and who asks."""

    site: Site
    view: SiteView
    judgement: Judgement
    witness: Witness
    past: Past
    who: Particulars
    logbook: Logbook


def facts_of(
    site: Site,
    judgement: Judgement,
    who: Particulars,
    *,
    judge: Judge | None = None,
    logbook: Logbook | None = None,
) -> Facts:
    """Gather. Reads the live site: on the thread that folds messages into it, and on no other."""
    return Facts(site, view_of(site), judgement, witness_of(judge), Past(site), who, logbook or Logbook())
