"""All limits of an installation, in the order in which they are told, and what of them is a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from smappee_tui.diagnosis.judgement import Finding, Judgement, Limit, Subject
from smappee_tui.diagnosis.limits.declared import Declared
from smappee_tui.diagnosis.limits.fuse import charger, ct_fuse, ct_rating, main_fuse
from smappee_tui.diagnosis.limits.peak import peaks
from smappee_tui.diagnosis.limits.phases import imbalance, single_phase
from smappee_tui.diagnosis.limits.trust import Seen
from smappee_tui.diagnosis.limits.watch import LimitsWatch
from smappee_tui.diagnosis.model.channels import phase_name, roles_of, told_name
from smappee_tui.protocol.fact import fact
from smappee_tui.site.site import Site


def limits_of(watch: LimitsWatch, site: Site, judgement: Judgement, declared: Declared) -> tuple[Limit, ...]:
    """How near what was seen came to what the installation bears; empty before its configuration is known.

    Args:
        watch: what was seen; brought up to date.
        site: its settings.
        judgement: whom to believe.
        declared: what a person said.
    """
    if site.plan is None:
        return ()
    watch.catch_up()
    neutral = frozenset(n for f in judgement.findings if f.code == "ct-neutral" for n in f.channels)
    seen = Seen(watch, site.settings, judgement.channels, judgement.supply, declared, neutral)
    return tuple(map(_rounded, chain.from_iterable(look(seen) for look in _LOOKS)))


_LOOKS = (main_fuse, ct_fuse, charger, imbalance, single_phase, peaks, ct_rating)


def _rounded(one: Limit) -> Limit:
    """Without the digits that nobody measured: how the watch was cut into pieces shows in them."""
    digits = 2 if one.unit == "A" else 1
    return replace(
        one,
        limit=_round(one.limit, digits),
        worst=_round(one.worst, digits),
        mean=_round(one.mean, digits),
        projected=_round(one.projected, digits),
        seconds=_round(one.seconds, 1),
        parts=tuple((n, name, round(watts, 1)) for n, name, watts in one.parts),
    )


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits) + 0.0


def limit_findings(limits: Iterable[Limit], site: Site) -> Iterator[Finding]:
    """What of them an installer is to be told beside his wiring. Over the fuse is a warning: no CT is wrong by it."""
    roles = roles_of(site.settings)
    for one in limits:
        known = {"phase": phase_name(one.phase), "amps": one.worst, "limit": one.limit}
        if one.code == "main-fuse" and one.verdict in ("over", "near"):
            over = one.verdict == "over"
            yield Finding(
                code="main-fuse-over" if over else "main-fuse-near",
                severity="warning" if over else "info",
                subject=Subject("phase", phase_name(one.phase)),
                params=known,
                evidence=(fact("limits.seen", at=one.at, amps=one.worst), *one.notes),
            )
        elif one.code == "ct-fuse" and one.verdict == "over" and one.input is not None:
            yield Finding(
                code="ct-rating",
                severity="warning",
                subject=Subject("channel", one.input),
                params={"input": one.input, "name": told_name(one.name, one.input), "fuse": one.worst}
                | {"limit": one.limit},
                channels=(one.input,),
            )
        elif one.code == "charger" and one.verdict == "over" and one.input is not None:
            yield Finding(
                code="charger-over",
                severity="warning",
                subject=Subject("channel", one.input),
                params={**known, "name": told_name(one.name, one.input)},
                evidence=one.notes,
                channels=(one.input,),
            )
        elif one.code == "single-phase" and one.verdict == "over" and one.input is not None:
            role = roles.get(one.input)
            generates = role is not None and (role.generates or role.stores)
            yield Finding(
                code="single-phase-over",
                severity="warning" if generates else "info",
                subject=Subject("channel", one.input),
                params={
                    "name": told_name(one.name, one.input),
                    "va": one.worst,
                    "limit": one.limit,
                    "phase": phase_name(one.phase),
                },
                evidence=() if one.source is None else (one.source,),
                channels=(one.input,),
            )
        elif one.code == "imbalance" and one.verdict == "over":
            yield Finding(
                code="phases-uneven",
                severity="info",
                subject=Subject("supply"),
                params={"watts": one.worst, "limit": one.limit},
                evidence=() if one.source is None else (one.source,),
            )
