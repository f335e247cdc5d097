"""Everything a report is built from, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.diagnosis import Judge, Judgement
from smappee_tui.diagnosis.judgement import FAULTS
from smappee_tui.report.logbook import Logbook
from smappee_tui.report.particulars import Particulars
from smappee_tui.report.past import Past, past_of_site
from smappee_tui.report.past_record import past_of_record
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
    since: dict[int, float]
    """From when on a channel is as it is now, where it was changed on this visit; what was read before is of another
    state and stands in no table."""
    told: frozenset[str] | None = None
    """Which settings the source of the configuration tells; None: all."""


SETTLING = 2.0
"""Seconds after a change of the configuration until a monitor measures by it."""
BEFORE_EDGE = 5.0
"""Seconds before the edge of a re-test in which the clamp surely sat where it sits now."""


def facts_of(
    site: Site,
    judgement: Judgement,
    who: Particulars,
    *,
    judge: Judge | None = None,
    logbook: Logbook | None = None,
    told: frozenset[str] | None = None,
) -> Facts:
    """Gather. Reads the live site: on the thread that folds messages into it, and on no other."""
    witness, book = witness_of(judge), logbook or Logbook()
    since = {change.input: change.at + SETTLING for change in site.changes if change.before is not None}
    for number, verdict in judgement.channels.items():
        turned = any(turn.verdict in FAULTS for turn in book.turns.get(number, []))
        edges = [t.at for t in witness.trials if t.mark.input == number and t.direction > 0]
        if verdict.verdict == "ok" and turned and number not in since and edges:
            since[number] = edges[-1] - BEFORE_EDGE  # moved by hand: only the latest re-test is surely of now
    remembered = witness.remembered
    past = past_of_site(site) if remembered is None else past_of_record(remembered, site.settings)
    return Facts(site, view_of(site), judgement, witness, past, who, book, since, told)
