"""What stands on one phase: how far the phases differ, and what one load or generator is at most."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.judgement import Limit
from smappee_tui.diagnosis.limits.trust import Seen
from smappee_tui.diagnosis.model.channels import PHASES, phase_name, roles_of
from smappee_tui.protocol.fact import Fact, fact

LONGEST_NAME = 40


def imbalance(seen: Seen) -> Iterator[Limit]:
    """How far the three phases differed at most, and on average; none where there is one phase only."""
    if seen.supply == "single":
        return
    limit, source = seen.declared.one_phase("imbalance_va")
    way, why = seen.pattern
    why = _no_phases(seen) or why
    spread = seen.watch.spread(way)
    if limit is None:
        why = why or _nobodys(seen)
    if spread is None or not spread.worst.parts:
        why = why or fact("limits.why.means" if seen.watch.from_means else "limits.why.nothing_seen")
        yield Limit("imbalance", "unchecked", "W", limit, None, why=why, source=source)
        return
    named = zip(seen.watch.quarters.grid, spread.worst.parts, strict=True)
    parts = tuple((n, phase_name(seen.settings[n].phase) or "", watts) for n, watts in named)
    yield Limit(
        code="imbalance",
        verdict="unchecked" if why or limit is None else seen.word(spread.worst.value, limit),
        unit="W",
        limit=limit,
        worst=spread.worst.value,
        at=spread.worst.at,
        why=why,
        notes=seen.turned_note,
        source=source,
        mean=spread.joules / spread.seconds if spread.seconds else None,
        parts=tuple(sorted(parts, key=lambda part: part[1])),
    )


def _no_phases(seen: Seen) -> Fact | None:
    """Why nobody can say what each phase takes."""
    if not seen.grid:
        return fact("limits.why.no_grid")
    if seen.supply in ("delta", "unknown"):
        return fact("limits.why.delta" if seen.supply == "delta" else "limits.why.supply")
    missing = {*range(PHASES)} - {s.phase for s in seen.grid.values()}
    if missing:
        return fact("limits.why.no_grid_ct", phase=phase_name(min(missing)))
    return fact("limits.why.twice") if len(seen.grid) > PHASES else None


def _nobodys(seen: Seen) -> Fact:
    """Why there is no limit for one phase."""
    country = seen.declared.country
    return fact("limits.why.no_rule", country=country) if country else fact("limits.why.no_country")


def single_phase(seen: Seen) -> Iterator[Limit]:
    """The largest generator and the largest load on one phase, and every other that is to be told of.

    Where the whole house has one phase, no load of it makes phases differ: generators alone are looked at.
    """
    limit, source = seen.declared.one_phase("single_phase_va")
    roles = roles_of(dict(seen.settings))
    alone = [
        n for n, role in roles.items() if not (role.grid or role.group or role.paired or seen.settings[n].balanced)
    ]
    for generators in (True, False):
        if not generators and seen.supply == "single":
            continue
        mine = [n for n in alone if (roles[n].generates or roles[n].stores) is generators]
        found = sorted((_one(seen, n, limit, source) for n in mine), key=lambda one: -(one.worst or 0.0))
        yield from (one for place, one in enumerate(found) if place == 0 or _told(seen, one))


def _told(seen: Seen, one: Limit) -> bool:
    """Whether one is told of though another is larger: it is near, or its CT is not believed."""
    return one.verdict in ("near", "over") or (one.input is not None and seen.untrue(one.input) is not None)


def _one(seen: Seen, number: int, limit: float | None, source: Fact | None) -> Limit:
    worst = seen.watch.volt_amperes.get(number)
    why = fact("limits.why.delta") if seen.supply == "delta" else seen.untrue(number)
    if worst is None:
        why = why or fact("limits.why.nothing_seen")
    if limit is None:
        why = why or _nobodys(seen)
    why = why or seen.seconds_unseen(worst, limit)
    return Limit(
        code="single-phase",
        verdict="unchecked" if why or worst is None or limit is None else seen.word(worst.value, limit),
        unit="VA",
        limit=limit,
        worst=None if worst is None else worst.value,
        at=None if worst is None else worst.at,
        phase=seen.phase(number),
        input=number,
        name=seen.settings[number].name[:LONGEST_NAME],
        why=why,
        notes=seen.means_note,
        source=source,
        at_least=seen.watch.from_means,
    )
