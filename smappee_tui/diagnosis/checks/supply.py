"""Findings beside the place of a CT: the supply, the configuration against the data, the data itself."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.evidence.supply import HIGH_VOLTS, LOW_VOLTS, SupplyWatch
from smappee_tui.diagnosis.inference.advice import phase_word
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.site.site import Site

FLOATING_VOLTS = 180.0
"""A phase between nothing and this is connected to nothing firm, V."""


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
                subject=Subject("phase", word),
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
                subject=Subject("phase", word),
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
            subject=Subject("supply"),
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
            subject=Subject("supply"),
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
                subject=Subject("phase", phase_word(phase)),
                title=f"The voltage of {phase_word(phase)} floats at {mean:.0f} V: loose voltage lead or neutral",
                evidence=(f"The other phases read up to {max(live):.0f} V.",),
                advice="Stop work and make it safe before anything else. Then check the voltage lead and the neutral.",
                consequence="A broken neutral puts up to 400 V on single-phase appliances.",
            )
