"""Findings beside the place of a CT: the supply, the configuration against the data, the data itself."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.evidence.supply import HIGH_VOLTS, LOW_VOLTS, SupplyWatch
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.protocol.fact import fact
from smappee_tui.site.site import Site

FLOATING_VOLTS = 180.0
"""A phase between nothing and this is connected to nothing firm, V."""


NEUTRAL_SPREAD = 35.0
"""Difference between two phases, V, that an unbalanced load alone does not make."""


def supply_notes(site: Site, supply: SupplyWatch) -> Iterator[Finding]:
    """Missing, low and high voltages; phases that drift apart."""
    for verdict in supply.phases(site.plan):
        word = phase_name(verdict.phase)
        seen = supply.ranges[verdict.phase]
        if verdict.verdict == "missing":
            yield Finding(
                code="voltage-missing",
                severity="fault",
                subject=Subject("phase", word),
                params={"phase": word},
                evidence=(fact("checks.voltage-missing.seen", phase=word),),
            )
        elif verdict.verdict in ("low", "high"):
            low = verdict.verdict == "low"
            yield Finding(
                code="voltage-low" if low else "voltage-high",
                severity="warning",
                subject=Subject("phase", word),
                params={"phase": word, "volts": verdict.volts},
                evidence=(
                    fact("checks.voltage_range", low=seen.low, high=seen.high, limit=LOW_VOLTS if low else HIGH_VOLTS),
                ),
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
            params={
                "said": fact("checks.phases_drift"),
                "advice": fact("checks.phases_drift_advice"),
                "cost": fact("checks.phases_drift_cost"),
            },
            evidence=(
                fact("checks.neutral-suspect.spread", volts=spread),
                *(
                    fact("checks.neutral-suspect.between", phase=phase_name(phase), low=seen.low, high=seen.high)
                    for phase, seen in enumerate(supply.ranges)
                ),
            ),
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
            evidence=tuple(
                fact("checks.supply-mismatch.seen", phase=phase_name(k), volts=m)
                for k, m in enumerate(means)
                if m is not None
            ),
        )
    live = [m for m in means if m is not None]
    for phase, mean in enumerate(means):
        if mean is not None and mean < FLOATING_VOLTS and max(live) > LOW_VOLTS:
            word = phase_name(phase)
            yield Finding(
                code="neutral-suspect",
                severity="fault",
                subject=Subject("phase", word),
                params={
                    "said": fact("checks.phase_floats", phase=word, volts=mean),
                    "advice": fact("checks.phase_floats_advice"),
                    "cost": fact("checks.phase_floats_cost"),
                },
                evidence=(fact("checks.neutral-suspect.others", volts=max(live)),),
            )
