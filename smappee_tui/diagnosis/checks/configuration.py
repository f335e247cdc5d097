"""Findings beside the place of a CT: the supply, the configuration against the data, the data itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.inference.advice import phase_word
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.site.site import Site

UNUSED_AMPS = 0.5
_RATING = re.compile(r"(\d{2,4})\s*A\b", re.IGNORECASE)


def channel_notes(site: Site, evidence: Evidence) -> Iterator[Finding]:
    """Configuration against data, channel by channel."""
    rows = {int(r.input): r for r in site.latest.rows if r.input is not None} if site.latest else {}
    for number, setting in site.settings.items():
        track = evidence.tracks.get(number)
        most = track.most_amps if track else 0.0
        name = setting.name[:40]
        idle = setting.unused or (setting.role == "UNKNOWN" and setting.connection == "UNKNOWN")
        if idle and most >= UNUSED_AMPS:
            yield Finding(
                code="unused-carries-current",
                severity="warning",
                subject=Subject("channel", number),
                title=f"Input {number} '{name}' is configured as unused but carries {most:.1f} A",
                advice="Configure this input, or take the CT off if it was forgotten there.",
                channels=(number,),
            )
        row = rows.get(number)
        live = row.phase if row is not None else None
        if not setting.unused and setting.phase is not None and live in (0.0, 1.0, 2.0) and live != setting.phase:
            yield Finding(
                code="phase-mismatch",
                severity="warning",
                subject=Subject("channel", number),
                title=f"Input {number} '{name}' is configured on {phase_word(setting.phase)} but measured on "
                f"{phase_word(int(live))}",
                evidence=(f"The monitor's live data names {phase_word(int(live))} for this input.",),
                advice="Apply the configuration again in the app, wait a minute, and watch whether both agree.",
                channels=(number,),
            )
        rating = _RATING.search(setting.ct_type or "")
        if rating and most > 1.05 * float(rating[1]):
            yield Finding(
                code="over-range",
                severity="warning",
                subject=Subject("channel", number),
                title=f"Input {number} '{name}' read {most:.0f} A, more than its CT is rated for",
                evidence=(f"CT type {setting.ct_type}.",),
                advice="Fit a larger CT, or check that the configured CT type is the one on the cable.",
                consequence="Beyond its rating a CT reads too low and may overheat.",
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
            title="A grid CT reads negative, yet no production is configured: solar, a battery, a generator?",
            evidence=tuple(f"Input {n} rested below -100 W." for n in exporting),
            advice="Say so with --generation metered, unmetered or none: else the sign of a grid CT proves little.",
            channels=tuple(exporting),
        )
    if site.quality.restarts:
        yield Finding(
            code="monitor-restarted",
            severity="info",
            subject=Subject("monitor"),
            title=f"The monitor restarted {site.quality.restarts} time(s) during the watch",
            evidence=("Its energy counters started again.",),
            advice="Nothing to do; counters are counted from the restart.",
        )
    if site.quality.bad:
        problems = [p.what for p in site.quality.problems][-3:]
        yield Finding(
            code="bad-messages",
            severity="info",
            subject=Subject("monitor"),
            title=f"{site.quality.bad} message(s) could not be read",
            evidence=tuple(problems),
            advice="They were left out. If it goes on, record the messages and send the file to support.",
        )
