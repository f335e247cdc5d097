"""Expectations against a judgement: every difference in one sentence."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.judgement import FAULTS, WAITING, Judgement
from smappee_tui.i18n import Translator
from tests.scenarios.spec import PHASES, Check, Expect

WIRING = frozenset({"reversed", "wrong_phase", "wrong_phase_reversed"})
ENGLISH = Translator("en")
FAMILIES = {"wait": WAITING, "wiring": WIRING, "fault": FAULTS}
"""Words of the files that stand for several verdicts."""


def compare(check: Check, said: Judgement) -> list[str]:
    """All differences between what should have been said and what was."""
    return [*_must(check.must, said), *_must_not(check.must_not, said)]


def _is(verdict: str, words: list[str]) -> bool:
    return any(verdict in FAMILIES.get(word, {word}) for word in words)


def _must(want: Expect, said: Judgement) -> Iterator[str]:
    codes = [finding.code for finding in said.findings]
    for key, allowed in want.channels.items():
        verdict = said.channels[int(key)]
        if not _is(verdict.verdict, allowed):
            yield f"input {key}: {verdict.verdict} ({ENGLISH.fact(verdict.title)}), wanted {' or '.join(allowed)}"
    for key, phase in want.place.items():
        actual = said.channels[int(key)].actual_phase
        if actual != PHASES[phase]:
            yield f"input {key}: placed on {actual}, wanted {phase}"
    for key, text in want.advice.items():
        advice = ENGLISH.fact(said.channels[int(key)].advice)
        if text not in advice:
            yield f"input {key}: advice {advice!r} does not say {text!r}"
    for code in want.findings:
        if code not in codes:
            yield f"no finding {code}; there are {codes}"
    for code, inputs in want.groups.items():
        named = [sorted(finding.channels) for finding in said.findings if finding.code == code]
        if sorted(inputs) not in named:
            yield f"no finding {code} names {inputs}; there are {codes} {named}"
    words = {f"L{verdict.phase + 1}": verdict.verdict for verdict in said.phases}
    for key, word in want.phases.items():
        if words.get(key) != word:
            yield f"{key}: {words.get(key)}, wanted {word}"
    if want.supply and said.supply != want.supply:
        yield f"supply {said.supply}, wanted {want.supply}"
    if want.faults is not None and said.count("fault") != want.faults:
        yield f"{said.count('fault')} faults, wanted {want.faults}: {[f.code for f in said.findings]}"


def _must_not(ban: Expect, said: Judgement) -> Iterator[str]:
    for key, banned in ban.channels.items():
        verdict = said.channels.get(int(key))
        if verdict is not None and _is(verdict.verdict, banned):
            yield f"input {key}: must not be {verdict.verdict} ({ENGLISH.fact(verdict.title)})"
    for key, banned in ban.certain.items():
        verdict = said.channels.get(int(key))
        if verdict is not None and _is(verdict.verdict, banned) and "probably" not in ENGLISH.fact(verdict.title):
            yield f"input {key}: must not be sure of {verdict.verdict}"
    for finding in said.findings:
        if finding.code in ban.findings:
            yield f"must not find {finding.code}: {ENGLISH.finding(finding).title}"
    for verdict in said.phases:
        if ban.phases.get(f"L{verdict.phase + 1}") == verdict.verdict:
            yield f"L{verdict.phase + 1}: must not be {verdict.verdict}"
    if ban.supply and said.supply == ban.supply:
        yield f"supply must not be {said.supply}"
    if ban.faults is not None and said.count("fault") > ban.faults:
        yield f"{said.count('fault')} faults, at most {ban.faults} allowed: {[f.code for f in said.findings]}"
