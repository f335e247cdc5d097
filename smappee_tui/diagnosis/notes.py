"""Findings beside the place of a CT: the supply, the configuration against the data, the data itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smappee_tui.diagnosis.evidence import Evidence
from smappee_tui.diagnosis.judgement import Finding
from smappee_tui.diagnosis.supply import HIGH_VOLTS, LOW_VOLTS, SupplyWatch
from smappee_tui.diagnosis.words import phase_word
from smappee_tui.site import Site

UNUSED_AMPS = 0.5
FLOATING_VOLTS = 180.0
"""A phase between nothing and this is connected to nothing firm, V."""
_RATING = re.compile(r"(\d{2,4})\s*A\b", re.IGNORECASE)
NEUTRAL_SPREAD = 35.0
"""Difference between two phases, V, that an unbalanced load alone does not make."""


def supply_notes(site: Site, supply: SupplyWatch) -> Iterator[Finding]:
    """Missing, low and high voltages; phases that drift apart."""
    for verdict in supply.phases(site.plan):
        word = phase_word(verdict.phase)
        seen = supply.ranges[verdict.phase]
        if verdict.verdict == "missing":
            yield Finding(
                code="voltage-missing",
                severity="fault",
                subject=f"phase:{word}",
                title=f"No voltage on {word}",
                evidence=(f"The monitor publishes 0 V for {word} while channels are configured on it.",),
                advice=f"Check the voltage lead of {word} and its fuse. Power on {word} cannot be judged before.",
                consequence=f"Everything configured on {word} is measured without voltage.",
            )
        elif verdict.verdict in ("low", "high"):
            limit = LOW_VOLTS if verdict.verdict == "low" else HIGH_VOLTS
            yield Finding(
                code=f"voltage-{verdict.verdict}",
                severity="warning",
                subject=f"phase:{word}",
                title=f"Voltage of {word} is {verdict.verdict}: {verdict.volts:.0f} V on average",
                evidence=(f"Between {seen.low:.0f} and {seen.high:.0f} V over the watch; the limit is {limit:.0f} V.",),
                advice="Note it in the report. A few minutes cannot certify the supply (EN 50160 takes a week).",
            )
    yield from _mismatch(site, supply)
    spread = supply.worst_spread
    live = [r for r in supply.ranges if r.count]
    if (
        len(live) == 3
        and spread > NEUTRAL_SPREAD
        and any(r.low < LOW_VOLTS for r in live)
        and max(r.high for r in live) > 245
    ):
        yield Finding(
            code="neutral-suspect",
            severity="fault",
            subject="supply",
            title="STOP WORK: the phases drift apart, suspect a broken neutral",
            evidence=(
                f"Phase voltages were up to {spread:.0f} V apart in one second; no unbalanced load does that.",
                *(
                    f"{phase_word(phase)} was between {seen.low:.0f} and {seen.high:.0f} V."
                    for phase, seen in enumerate(supply.ranges)
                ),
            ),
            advice="Stop work. Switch the installation off, leave it off, warn everybody on site, and call the person "
            "responsible for the supply. Do not look for it with the power on.",
            consequence="A broken neutral puts up to 400 V on single-phase appliances: fire, and danger to life.",
        )


def _mismatch(site: Site, supply: SupplyWatch) -> Iterator[Finding]:
    """A supply type that the voltages contradict, and a phase whose voltage floats."""
    means = [r.mean for r in supply.ranges]
    if (
        site.plan is not None
        and site.plan.phase_type == "delta"
        and all(m is not None and m > LOW_VOLTS for m in means)
    ):
        yield Finding(
            code="supply-mismatch",
            severity="warning",
            subject="supply",
            title="Configured as 3x230 V without neutral, but three phase voltages are published",
            evidence=tuple(f"{phase_word(k)} {m:.0f} V on average" for k, m in enumerate(means) if m is not None),
            advice="Check the supply type in the app: with the wrong one no CT can be judged.",
            consequence="Power is computed against the wrong voltages on every channel.",
        )
    live = [m for m in means if m is not None]
    for phase, mean in enumerate(means):
        if mean is not None and mean < FLOATING_VOLTS and max(live) > LOW_VOLTS:
            yield Finding(
                code="neutral-suspect",
                severity="fault",
                subject=f"phase:{phase_word(phase)}",
                title=f"The voltage of {phase_word(phase)} floats at {mean:.0f} V: loose voltage lead or neutral",
                evidence=(f"The other phases read up to {max(live):.0f} V.",),
                advice="Stop work and make it safe before anything else. Then check the voltage lead and the neutral.",
                consequence="A broken neutral puts up to 400 V on single-phase appliances.",
            )


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
                subject=f"channel:{number}",
                title=f"Input {number} '{name}' is configured as unused but carries {most:.1f} A",
                advice="Configure this input, or take the CT off if it was forgotten there.",
                inputs=(number,),
            )
        row = rows.get(number)
        live = row.phase if row is not None else None
        if not setting.unused and setting.phase is not None and live in (0.0, 1.0, 2.0) and live != setting.phase:
            yield Finding(
                code="phase-mismatch",
                severity="warning",
                subject=f"channel:{number}",
                title=f"Input {number} '{name}' is configured on {phase_word(setting.phase)} but measured on "
                f"{phase_word(int(live))}",
                evidence=(f"The monitor's live data names {phase_word(int(live))} for this input.",),
                advice="Apply the configuration again in the app, wait a minute, and watch whether both agree.",
                inputs=(number,),
            )
        rating = _RATING.search(setting.ct_type or "")
        if rating and most > 1.05 * float(rating[1]):
            yield Finding(
                code="over-range",
                severity="warning",
                subject=f"channel:{number}",
                title=f"Input {number} '{name}' read {most:.0f} A, more than its CT is rated for",
                evidence=(f"CT type {setting.ct_type}.",),
                advice="Fit a larger CT, or check that the configured CT type is the one on the cable.",
                consequence="Beyond its rating a CT reads too low and may overheat.",
                inputs=(number,),
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
            subject="supply",
            title="A grid CT reads negative, yet no production is configured: solar, a battery, a generator?",
            evidence=tuple(f"Input {n} rested below -100 W." for n in exporting),
            advice="Say so with --generation metered, unmetered or none: else the sign of a grid CT proves little.",
            inputs=tuple(exporting),
        )
    if site.quality.restarts:
        yield Finding(
            code="monitor-restarted",
            severity="info",
            subject="monitor",
            title=f"The monitor restarted {site.quality.restarts} time(s) during the watch",
            evidence=("Its energy counters started again.",),
            advice="Nothing to do; counters are counted from the restart.",
        )
    if site.quality.bad:
        problems = [p.what for p in site.quality.problems][-3:]
        yield Finding(
            code="bad-messages",
            severity="info",
            subject="monitor",
            title=f"{site.quality.bad} message(s) could not be read",
            evidence=tuple(problems),
            advice="They were left out. If it goes on, record the messages and send the file to support.",
        )
