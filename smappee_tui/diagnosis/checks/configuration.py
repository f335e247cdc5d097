"""Findings beside the place of a CT: the supply, the configuration against the data, the data itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.protocol.fact import Params, fact
from smappee_tui.site.site import Site

UNUSED_AMPS = 0.5
_RATING = re.compile(r"(\d{2,4})\s*A\b", re.IGNORECASE)


def channel_notes(site: Site, evidence: Evidence) -> Iterator[Finding]:
    """Configuration against data, channel by channel."""
    rows = {int(r.input): r for r in site.latest.rows if r.input is not None} if site.latest else {}
    for number, setting in site.settings.items():
        track = evidence.tracks.get(number)
        most = track.most_amps if track else 0.0
        called: Params = {"input": number, "name": setting.name[:40]}
        idle = setting.unused or (setting.role == "UNKNOWN" and setting.connection == "UNKNOWN")
        if idle and most >= UNUSED_AMPS:
            yield Finding(
                code="unused-carries-current",
                severity="warning",
                subject=Subject("channel", number),
                params={**called, "amps": most},
                channels=(number,),
            )
        row = rows.get(number)
        live = row.phase if row is not None else None
        if not setting.unused and setting.phase is not None and live in (0.0, 1.0, 2.0) and live != setting.phase:
            measured = phase_name(int(live))
            yield Finding(
                code="phase-mismatch",
                severity="warning",
                subject=Subject("channel", number),
                params={**called, "phase": phase_name(setting.phase), "measured": measured},
                evidence=(fact("checks.phase-mismatch.seen", measured=measured),),
                channels=(number,),
            )
        rating = _RATING.search(setting.ct_type or "")
        if rating and most > 1.05 * float(rating[1]):
            yield Finding(
                code="over-range",
                severity="warning",
                subject=Subject("channel", number),
                params={**called, "amps": most},
                evidence=(fact("checks.over-range.seen", ct_type=setting.ct_type),),
                channels=(number,),
            )


def site_notes(
    site: Site, evidence: Evidence, declared: str | None, explained: frozenset[int] = frozenset()
) -> Iterator[Finding]:
    """Generation that nobody declared, and the quality of the data."""
    produces = any(c.produces or c.stores for c in site.settings.values())
    exporting = [
        n
        for n in evidence.grid_inputs
        if n not in explained
        and (t := evidence.tracks.get(n)) is not None
        and any(p.watts < -100 and p.seconds >= 16 for p in t.plateaus)
    ]
    if exporting and not produces and declared in (None, "unknown"):
        yield Finding(
            code="generation-question",
            severity="info",
            subject=Subject("supply"),
            evidence=tuple(fact("checks.generation-question.seen", input=n) for n in exporting),
            channels=tuple(exporting),
        )
    if site.quality.restarts:
        yield Finding(
            code="monitor-restarted",
            severity="info",
            subject=Subject("monitor"),
            params={"count": site.quality.restarts},
            evidence=(fact("checks.monitor-restarted.seen"),),
        )
    if site.quality.bad:
        yield Finding(
            code="bad-messages",
            severity="info",
            subject=Subject("monitor"),
            params={"count": site.quality.bad},
            evidence=tuple(problem.what for problem in site.quality.problems)[-3:],
        )
