"""The main fuse, the CTs behind it, and what a charger finds left of it. All of it in ampere: a CT that is turned round
or configured on another phase shows them all the same."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from smappee_tui.diagnosis.judgement import Limit
from smappee_tui.diagnosis.limits.trust import Seen
from smappee_tui.diagnosis.limits.watch import seconds_above
from smappee_tui.diagnosis.model.channels import PHASES, phase_name
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.names import suggests_charger

LONGEST_NAME = 40


def main_fuse(seen: Seen) -> Iterator[Limit]:
    """One limit a grid CT, and one a phase that has none."""
    fuse = seen.declared.fuse
    unsaid = fact("limits.why.no_fuse") if fuse is None else None
    if not seen.grid:
        yield Limit("main-fuse", "unchecked", "A", fuse, None, why=fact("limits.why.no_grid"))
        return
    for number in sorted(seen.grid, key=lambda n: (PHASES if (p := seen.phase(n)) is None else p, n)):
        worst = seen.watch.amps.get(number)
        why = unsaid or seen.untrue(number)
        if worst is None:
            why = why or fact("limits.why.nothing_seen")
        why = why or seen.seconds_unseen(worst, fuse)
        above = None if fuse is None or worst is None else round(seconds_above(seen.watch.loads.get(number), fuse))
        phase, configured = seen.phase(number), seen.settings[number].phase
        elsewhere = phase != configured
        yield Limit(
            code="main-fuse",
            verdict="unchecked" if why or worst is None or fuse is None else seen.word(worst.value, fuse),
            unit="A",
            limit=fuse,
            worst=None if worst is None else worst.value,
            at=None if worst is None else worst.at,
            phase=phase,
            input=number,
            name=_name(seen, number),
            why=why,
            notes=(
                *((fact("limits.note.above", seconds=above),) if above else ()),
                *((fact("limits.note.elsewhere", input=number, phase=phase_name(configured)),) if elsewhere else ()),
                *seen.means_note,
            ),
            at_least=seen.watch.from_means,
            seconds=above,
        )
    if seen.supply not in ("star", "delta"):
        return
    lone = next((n for n, s in seen.grid.items() if s.balanced), None)
    for phase in sorted({*range(PHASES)} - {seen.phase(n) for n in seen.grid}):
        name = phase_name(phase)
        missing = fact("limits.why.no_grid_ct", phase=name) if lone is None else fact("limits.why.balanced", input=lone)
        yield Limit("main-fuse", "unchecked", "A", fuse, None, phase=phase, why=missing)


def ct_fuse(seen: Seen) -> Iterator[Limit]:
    """Whether the grid CTs reach as far as the fuse: known before any load."""
    fuse = seen.declared.fuse
    if fuse is None and seen.grid:
        yield Limit("ct-fuse", "unchecked", "A", None, None, why=fact("limits.why.no_fuse"))
        return
    unrated = []
    for number, setting in seen.grid.items():
        rating = seen.rating(number)
        if rating is None or fuse is None:
            unrated.append(setting.ct_type or "-")
            continue
        yield Limit(
            code="ct-fuse",
            verdict="over" if fuse > rating else "ok",
            unit="A",
            limit=rating,
            worst=fuse,
            phase=seen.phase(number),
            input=number,
            name=_name(seen, number),
        )
    if unrated:
        yield Limit("ct-fuse", "unchecked", "A", None, fuse, why=_unrated(unrated))


def _unrated(types: list[str]) -> Fact:
    return fact("limits.why.unrated", count=len(types), types=tuple(sorted(set(types)))[:3])


def ct_rating(seen: Seen) -> Iterator[Limit]:
    """What each CT showed at most against what it is made for."""
    unrated: list[str] = []
    for number, setting in seen.used.items():
        rating, worst = seen.rating(number), seen.watch.amps.get(number)
        if rating is None:
            unrated.append(setting.ct_type or "-")
            continue
        why = seen.untrue(number) or (None if worst is not None else fact("limits.why.nothing_seen"))
        why = why or seen.seconds_unseen(worst, rating)
        yield Limit(
            code="ct-rating",
            verdict="unchecked" if why or worst is None else seen.word(worst.value, rating),
            unit="A",
            limit=rating,
            worst=None if worst is None else worst.value,
            at=None if worst is None else worst.at,
            phase=seen.phase(number),
            input=number,
            name=_name(seen, number),
            why=why,
            notes=seen.means_note,
            at_least=seen.watch.from_means,
        )
    if unrated:
        yield Limit("ct-rating", "unchecked", "A", None, None, why=_unrated(unrated))


def charger(seen: Seen) -> Iterator[Limit]:
    """The most that a charger took against what was left of the fuse on its phase while it charged."""
    fuse = seen.declared.fuse
    meters = {seen.phase(n): n for n in seen.grid}
    for number, setting in seen.used.items():
        if not (setting.is_submeter and suggests_charger(setting.name)):
            continue
        worst, phase = seen.watch.amps.get(number), seen.phase(number)
        meter = meters.get(phase)
        why = _unknown_rest(seen, number, meter)
        besides = seen.watch.others.get((number, meter, meter in seen.turned)) if meter is not None else None
        left = None
        if fuse is not None and besides is not None and isfinite(besides.value):
            left = max(0.0, fuse - max(0.0, besides.value))
        if left is None:
            why = why or fact("limits.why.not_charged")
        yield Limit(
            code="charger",
            verdict="unchecked" if why or left is None or worst is None else seen.word(worst.value, left),
            unit="A",
            limit=None if why else left,
            worst=None if worst is None else worst.value,
            at=None if besides is None else besides.at,
            phase=phase,
            input=number,
            name=_name(seen, number),
            why=why,
            notes=()
            if why or besides is None
            else (fact("limits.note.besides", amps=round(max(0.0, besides.value), 2)),),
        )


def _unknown_rest(seen: Seen, number: int, meter: int | None) -> Fact | None:
    """Why nobody can say what is left for a charger."""
    if seen.declared.fuse is None:
        return fact("limits.why.no_fuse")
    if not seen.grid:
        return fact("limits.why.no_grid")
    if meter is None:
        missing = fact("limits.why.no_grid_ct", phase=phase_name(seen.phase(number)))
        return seen.undirected(number) or missing
    if seen.supply == "delta":
        return fact("limits.why.delta")
    if seen.watch.from_means:
        return fact("limits.why.means")
    return seen.undirected(meter) or seen.undirected(number)


def _name(seen: Seen, number: int) -> str:
    return seen.settings[number].name[:LONGEST_NAME]
