"""What weeks of five-minute means showed, in sentences: always as history, never as something seen on site."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime

from smappee_tui.diagnosis.channels import Role
from smappee_tui.diagnosis.evidence import Evidence
from smappee_tui.diagnosis.judgement import Finding
from smappee_tui.diagnosis.link import SIGNS
from smappee_tui.diagnosis.past.record import PastSpan
from smappee_tui.diagnosis.trials import NOMINAL_VOLTS
from smappee_tui.diagnosis.words import phase_word

LEAST_SCORE = 3.0
"""ln likelihood ratio below which a link is not worth a sentence."""


def past_sentences(role: Role, evidence: Evidence) -> Iterator[str]:
    """The pieces of evidence on one channel."""
    yield from _jumps(role, evidence)
    yield from _link(role, evidence)
    yield from _signs(role, evidence)
    yield from _rest(role, evidence)


def _jumps(role: Role, evidence: Evidence) -> Iterator[str]:
    jumps = evidence.grid.jumps.get(role.input, [])
    if not jumps:
        return
    best = max(jumps, key=lambda j: math.hypot(j.watts, j.q_low))
    reactive = "" if math.isnan(best.total_vars) else f" and {best.total_vars:+.0f} var"
    volts = [(abs(v), phase, v) for phase, v in enumerate(best.volts) if v == v]
    sag = ""
    if volts and evidence.geometry.sags and max(volts)[0] >= 1.0:
        _, phase, change = max(volts)
        sag = f", while the voltage of {phase_word(phase)} moved by {change:+.1f} V"
    yield (
        f"History: from one 5-minute mean to the next this CT, configured on {phase_word(role.phase)}, alone of the "
        f"grid CTs moved by {best.watts:+.0f} W{reactive}{sag}; {len(jumps)} such changes in all."
    )


def _link(role: Role, evidence: Evidence) -> Iterator[str]:
    link = evidence.links.get(role.input)
    if link is None or role.grid:
        return
    raw = link.raw()
    for k in evidence.grid_inputs:
        grid = evidence.roles[k]
        same, against = (
            max(raw.get((k, evidence.geometry.turn(role.phase, grid.phase, way), sign), 0.0) for sign in SIGNS)
            for way in (0, 1)
        )
        if max(same, against) >= LEAST_SCORE:
            way = "in step with" if same >= against else "against"
            yield (
                f"History: in {link.step_count} changes between 5-minute means its power went {way} the "
                f"{phase_word(grid.phase)} grid CT."
            )


def _signs(role: Role, evidence: Evidence) -> Iterator[str]:
    """How often it read which sign: what an arrow the wrong way shows day after day."""
    past = evidence.past
    plus, minus = past.signs.get(role.input, (0, 0)) if past is not None else (0, 0)
    if past is None or plus + minus < 6:
        return
    what, opposite = ("production", "consumption") if role.generates else ("consumption", "production")
    night = "at night " if role.grid and past.dark else ""
    yield f"History: {night}it read {what} for {plus / 12:.0f} h and {opposite} for {minus / 12:.0f} h."


def _rest(role: Role, evidence: Evidence) -> Iterator[str]:
    watts, reactive, volts = evidence.past.tops.get(role.input, (0.0, 0.0, 0.0)) if evidence.past else (0.0, 0.0, 0.0)
    size = math.hypot(watts, reactive)
    amps = size / (volts if volts > 100 else NOMINAL_VOLTS)
    if evidence.past is None or amps < 0.1:
        return
    factor = max(-1.0, min(1.0, watts / size))
    side = "" if not evidence.past.signed or abs(factor) >= 0.99 else ", lagging" if reactive >= 0 else ", leading"
    yield (
        f"History: at its highest it averaged {amps:.1f} A and {watts:+.0f} W over 5 minutes, "
        f"power factor {factor:+.2f}{side}."
    )


def change_notes(span: PastSpan, names: dict[int, str]) -> Iterator[Finding]:
    """A note for each CT that was wired or configured otherwise before; one for all where all are judged anew."""
    days = {n: datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%d") for n, since in span.changed.items()}
    evidence = ("History: the last days prove something else than the weeks before them.",)
    advice = "Nothing to do if somebody mended it. If nobody did, look who changed clamps or settings."
    if names.keys() <= days.keys() and days:
        day = next(iter(days.values()))
        title = f"The CTs were wired or configured otherwise before {day}: judged from then on"
        yield Finding("wiring-changed", "info", "supply", title, evidence, advice)
        return
    for number, day in sorted(days.items()):
        title = f"Input {number} '{names[number][:40]}' was wired or configured otherwise before {day}"
        yield Finding("wiring-changed", "info", f"channel:{number}", title, evidence, advice, inputs=(number,))


def past_note(span: PastSpan) -> Finding:
    """What a judgement from afar can tell, and what it cannot: said with every one."""
    angles = (
        "Reactive power came with its sign, so the angle of every CT is known."
        if span.signed
        else "Reactive power came without its sign, so of the angles only their size is known."
    )
    nights = (
        "The grid CTs were judged by their nights, when no sun hides in them."
        if span.dark
        else "There was no night in the values, so generation may hide in the grid CTs."
    )
    return Finding(
        code="judged-from-history",
        severity="info",
        subject="monitor",
        title=f"Judged from {span.days:.1f} days of 5-minute values, not on site",
        evidence=(
            angles,
            nights,
            "Five-minute means show a wrong phase or direction; they show no load shorter than some minutes, and of "
            "CT sizes only what repeated changes prove.",
        ),
        advice="A circuit that nobody used in that time stays open: judge it on site with a load switched on it.",
    )
