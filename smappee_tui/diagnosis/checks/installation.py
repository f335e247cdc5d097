"""Findings beside the place of a CT: the supply, the configuration against the data, the data itself."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.evidence.nominal import EUROPEAN, TOLERANCE
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.supply import SupplyWatch
from smappee_tui.diagnosis.judgement import Finding, Subject
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.protocol.fact import Params, fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.names import rated_amps
from smappee_tui.site.site import Site

UNUSED_AMPS = 0.5
FLOATING = 0.78
"""Share of its nominal voltage below which a phase is connected to nothing firm."""
NEUTRAL_SPREAD = 35.0 / EUROPEAN
"""Difference between two phases, of the nominal voltage, that an unbalanced load alone does not make."""
NEUTRAL_HIGH = 245.0 / EUROPEAN
"""Share of its nominal voltage that the highest phase then has at least."""


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
            nominal = supply.nominal[verdict.phase]
            limit = nominal * (1 - TOLERANCE if low else 1 + TOLERANCE)
            yield Finding(
                code="voltage-low" if low else "voltage-high",
                severity="warning",
                subject=Subject("phase", word),
                params={"phase": word, "volts": verdict.volts},
                evidence=(fact("checks.voltage_range", low=seen.low, high=seen.high, nominal=nominal, limit=limit),),
            )
    yield from _mismatch(site, supply)
    spread, each = supply.worst_spread, supply.nominal
    live = [(r, each[phase]) for phase, r in enumerate(supply.ranges) if r.count]
    if (
        len(live) == 3
        and len(set(each)) == 1
        and spread > NEUTRAL_SPREAD * each[0]
        and any(r.low < (1 - TOLERANCE) * named for r, named in live)
        and any(r.high > NEUTRAL_HIGH * named for r, named in live)
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
    means, nominal = [r.mean for r in supply.ranges], supply.nominal
    if (
        site.plan is not None
        and site.plan.phase_type == "delta"
        and all(m is not None and m > (1 - TOLERANCE) * named for m, named in zip(means, nominal, strict=True))
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
        firm = any(m is not None and m > (1 - TOLERANCE) * named for m, named in zip(means, nominal, strict=True))
        if mean is not None and mean < FLOATING * nominal[phase] and firm:
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


def not_in_use(site: Site, setting: ChannelSetting) -> bool:
    """Whether an input is out of use; an Infinity says so by not naming it among its measurements."""
    unnamed = setting.role == "UNKNOWN" and setting.connection == "UNKNOWN"
    return setting.unused or (unnamed and site.plan is not None and site.plan.dialect == "infinity")


def channel_notes(site: Site, evidence: Evidence) -> Iterator[Finding]:
    """Configuration against data, channel by channel."""
    disputed = site.plan.disputed if site.plan is not None else frozenset()
    rows = {int(r.input): r for r in site.latest.rows if r.input is not None} if site.latest else {}
    for number, setting in site.settings.items():
        track = evidence.tracks.get(number)
        most = track.most_amps if track else 0.0
        called: Params = {"input": number, "name": setting.name[:40]}
        if not_in_use(site, setting) and most >= UNUSED_AMPS:
            yield Finding(
                code="unused-carries-current",
                severity="warning",
                subject=Subject("channel", number),
                params={**called, "amps": most},
                channels=(number,),
            )
        row = rows.get(number)
        live = row.phase if row is not None and number not in disputed else None
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
        rating = rated_amps(setting.ct_type or "")
        if rating is not None and most > 1.05 * rating:
            yield Finding(
                code="over-range",
                severity="warning",
                subject=Subject("channel", number),
                params={**called, "amps": most},
                evidence=(fact("checks.over-range.seen", ct_type=setting.ct_type),),
                channels=(number,),
            )


def site_notes(
    site: Site, evidence: Evidence, declared: str | None, explained: frozenset[int] = frozenset(), *, fed: bool = False
) -> Iterator[Finding]:
    """Generation that nobody declared, and the quality of the data.

    Args:
        site: what is known.
        evidence: what was seen.
        declared: generation as the person declares it.
        explained: inputs whose power is negative for another reason.
        fed: circuits draw while the grid brings next to nothing.
    """
    if fed and declared != "unmetered":
        yield Finding(
            code="fed-unseen",
            severity="warning",
            subject=Subject("supply"),
            channels=evidence.grid_inputs,
        )
    produces = any(c.produces or c.stores for c in site.settings.values())
    exporting = [
        n
        for n in evidence.grid_inputs
        if n not in explained
        and (t := evidence.tracks.get(n)) is not None
        and any(p.watts < -100 and p.seconds >= 16 for p in t.plateaus)
    ]
    if exporting and not fed and not produces and declared in (None, "unknown"):
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
            evidence=tuple(seen.what for seen in site.quality.problems if seen.what.code == "messages.unreadable")[-3:],
        )
