"""What else a person is told of a CT: what findings that name it mean for it, and that it was not watched long enough.

A cause known for the site goes before what one CT would be told alone: nobody sets an input to L3 while voltage leads
are exchanged, and no load proves a CT on a phase without voltage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Reversible, Sequence
from dataclasses import replace
from itertools import islice

from smappee_tui.diagnosis.judgement import AT_HOME, FAULTS, WAITING, WEIGHT, ChannelVerdict, Finding, Judgement
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.site.sample import Sample

FIRST = ("neutral-suspect", "voltage-missing", "rotation-suspected", "voltage-low")
"""Causes of the supply, the first to mend first: until then no advice about a CT of theirs holds."""
OF_THE_PHASE = ("balance-impossible", "circuit-above-supply")
"""Causes that are looked for before a CT of theirs is tested further."""
MOVED = frozenset({"ct-wrong-phase", "ct-wrong-phase-reversed", "ct-swapped", "ct-rotated"})
"""Findings of CTs on another phase; each has its advice as a parameter."""
_POINTERS = frozenset({"advice.see_findings", "advice.disputed", "advice.frozen", "advice.unheard"})
"""Advice that says no more than that a finding has it."""


def advice_of(finding: Finding) -> Fact:
    """What to do about a finding, as a fact: its own sentence."""
    return Fact(f"finding.{finding.code}.advice", finding.params)


def title_of(finding: Finding) -> Fact:
    """What was found, as a fact."""
    return Fact(f"finding.{finding.code}.title", finding.params)


def reaching(
    findings: Iterable[Finding], settings: Mapping[int, ChannelSetting], verdicts: Mapping[int, ChannelVerdict]
) -> tuple[Finding, ...]:
    """The findings, those of the supply with every channel in use that they reach."""
    used = {n: s for n, s in settings.items() if n in verdicts and verdicts[n].verdict != "unused"}
    return tuple(_reaching(finding, used, verdicts) for finding in findings)


def _reaching(finding: Finding, used: Mapping[int, ChannelSetting], verdicts: Mapping[int, ChannelVerdict]) -> Finding:
    if finding.code not in FIRST:
        return finding
    named = set(finding.channels)
    phases = finding.params.get("phases") if finding.code == "rotation-suspected" else (finding.subject.id,)
    for n, setting in used.items():
        here = finding.subject == ("supply", None) and finding.code != "rotation-suspected"
        here = here or (isinstance(phases, tuple) and phase_name(setting.phase) in phases)
        if here and (finding.code != "rotation-suspected" or verdicts[n].verdict in WAITING):
            named.add(n)
    return replace(finding, channels=tuple(sorted(named)))


def leads_first(
    findings: Iterable[Finding], settings: Mapping[int, ChannelSetting], verdicts: Mapping[int, ChannelVerdict]
) -> tuple[Finding, ...]:
    """The findings; where every CT proved so far on a phase is wrong there, its voltage lead is looked at first.

    Exchanged leads and exchanged CTs look alike until one CT of another load on that phase was proved right.
    """
    right = {s.phase for n, s in settings.items() if n in verdicts and verdicts[n].verdict in AT_HOME}
    return tuple(
        _leads_first(finding, {s.phase for n in finding.channels if (s := settings.get(n))} - right)
        if finding.code in MOVED
        else finding
        for finding in findings
    )


def _leads_first(finding: Finding, unproved: set[int | None]) -> Finding:
    phases = tuple(phase_name(phase) for phase in sorted(phase for phase in unproved if phase is not None))
    if not phases:
        return finding
    advice = fact("advice.leads_first", phases=phases, advice=finding.params.get("advice"))
    return replace(finding, params={**finding.params, "advice": advice})


def under_findings(verdicts: Mapping[int, ChannelVerdict], findings: Sequence[Finding]) -> dict[int, ChannelVerdict]:
    """The verdicts, each with the advice that holds while these findings do.

    Args:
        verdicts: of all CTs.
        findings: the weightiest first, with every channel that they reach.
    """
    naming: dict[int, list[Finding]] = {}
    for finding in findings:
        for n in {*finding.channels, *((finding.subject.id,) if finding.subject.kind == "channel" else ())}:
            if isinstance(n, int) and WEIGHT[finding.severity] < WEIGHT["info"]:
                naming.setdefault(n, []).append(finding)
    return {n: _under(verdict, naming[n]) if n in naming else verdict for n, verdict in verdicts.items()}


def _under(verdict: ChannelVerdict, naming: Sequence[Finding]) -> ChannelVerdict:
    by_code = {finding.code: finding for finding in reversed(naming)}
    cause = next((by_code[code] for code in FIRST if code in by_code), None)
    if cause is not None:
        return replace(verdict, title=_title_under(verdict, cause), advice=advice_of(cause))
    moved = next((f for f in naming if f.code in MOVED and verdict.verdict.startswith("wrong_phase")), None)
    advice = moved.params.get("advice") if moved is not None else None
    if isinstance(advice, Fact) and advice.code == "advice.leads_first":
        return replace(verdict, advice=Fact(advice.code, {**advice.params, "advice": verdict.advice}))
    waits = verdict.verdict in WAITING
    cause = next((by_code[code] for code in OF_THE_PHASE if code in by_code and waits), None)
    pointer = verdict.advice is None or verdict.advice.code in _POINTERS
    if cause is None and not pointer:
        return verdict
    return replace(verdict, advice=advice_of(cause or naming[0]))


def _title_under(verdict: ChannelVerdict, cause: Finding) -> Fact:
    if cause.code == "voltage-missing" and verdict.verdict in WAITING:
        return fact("verdicts.no_voltage", phase=cause.subject.id)
    if cause.code == "rotation-suspected" and verdict.verdict in FAULTS:
        return fact("verdicts.leads")
    return verdict.title


LOOKED = 8
"""Readings with a current, s, after which something can be said of it."""
CARRIES_AMPS = 0.5
"""From which on a current is surely enough to be judged, A."""
_OPEN = frozenset({"verdicts.no_current", "verdicts.little_current", "verdicts.inconclusive"})
"""Titles that say no more than that nothing is known yet."""


def carrying(recent: Reversible[Sample]) -> dict[int, int]:
    """By input: how many of the newest readings in a row showed a current, `LOOKED` at most; none where the last one
    did not."""
    found: dict[int, int] = {}
    going: set[int] | None = None
    for sample in islice(reversed(recent), LOOKED):
        here = {n for n, amps in zip(sample.inputs, sample.amps, strict=True) if amps >= CARRIES_AMPS}
        going = here if going is None else going & here
        if not going:
            break
        for n in going:
            found[n] = found.get(n, 0) + 1
    return found


def with_watching(judgement: Judgement, counts: Mapping[int, int], seconds: int) -> Judgement:
    """The same judgement as of now: what a CT shows that was not looked at long enough is not "no current".

    Args:
        judgement: as it was worked out last.
        counts: see `carrying`.
        seconds: readings of the whole watch.
    """
    changed = {}
    for n, verdict in judgement.channels.items():
        count = counts.get(n, 0)
        if not count or verdict.verdict not in WAITING or verdict.title.code not in _OPEN:
            continue
        left = LOOKED - (count if verdict.verdict == "no_current" else seconds)
        if left > 0:
            title, advice = fact("verdicts.watching", seconds=left), fact("advice.watching", seconds=left)
            if verdict.advice is not None and verdict.advice.code.startswith("finding."):
                advice = verdict.advice
            changed[n] = replace(verdict, title=title, advice=advice, watching=left)
        elif verdict.verdict == "no_current":
            changed[n] = replace(verdict, verdict="inconclusive", title=fact("verdicts.inconclusive"))
    return replace(judgement, channels=judgement.channels | changed) if changed else judgement
