"""The first thing to do on site now, as a fact: every front end says the same."""

from __future__ import annotations

from typing import NamedTuple

from smappee_tui.diagnosis.checks.told import FIRST, OF_THE_PHASE, advice_of, title_of
from smappee_tui.diagnosis.judgement import WAITING, ChannelVerdict, Finding, Judgement, Severity
from smappee_tui.diagnosis.model.channels import phase_name, told_name
from smappee_tui.protocol.fact import Fact, Param, fact
from smappee_tui.site.view import ChannelView, SiteView

NAMED = 4
"""Channels that are named; of more the number is told."""
_BY_LOAD = frozenset({"advice.wait_for_load", "advice.wait_for_load_grid", "advice.ambiguous", "advice.ambiguous_grid"})
"""What a CT waits for that a load on its phase gives."""
_BY_ITSELF = {"advice.wait_for_sun": "next_step.sun", "advice.wait_for_battery": "next_step.battery"}


class NextStep(NamedTuple):
    """One thing to do."""

    do: Fact
    """What to do first."""
    why: Fact | None = None
    """What was found; None where nothing is wrong, and something is to be proved."""
    severity: Severity | None = None
    """Of what was found."""
    channels: tuple[int, ...] = ()
    """Inputs it is about."""

    @property
    def said(self) -> Fact:
        """Both in one sentence."""
        return self.do if self.why is None else fact("next_step.found", why=self.why, do=self.do)


def next_step(view: SiteView | None, judgement: Judgement) -> NextStep | None:
    """A cause of the supply first, then faults by certainty, sums that cannot be, what proves most, what is doubtful,
    and the report; None where nothing is known of any channel.

    Args:
        view: the installation.
        judgement: what is said of it.
    """
    if view is None or not view.channels:
        return None
    findings = judgement.findings
    causes = [one for code in FIRST for one in findings if one.code == code]
    causes += sorted((f for f in findings if f.severity == "fault"), key=lambda f: -(f.confidence or 1.0))
    causes += [one for code in OF_THE_PHASE for one in findings if one.code == code]
    if causes:
        return _mend(causes[0])
    if not view.configured:
        return _about(findings) or NextStep(fact("next_step.configure"))
    waiting = [
        (channel, verdict)
        for channel in view.channels
        if (verdict := judgement.channels.get(channel.input)) is not None and verdict.verdict in WAITING
    ]
    watched = [verdict.watching for _, verdict in waiting if verdict.watching]
    if watched:
        return NextStep(fact("next_step.watching", seconds=max(watched)))
    proving = _load(waiting) or _by_itself(waiting) or _about(findings)
    if proving is not None:
        return proving
    for channel, verdict in waiting:
        if verdict.advice is not None:
            name = told_name(channel.name, channel.input, 30)
            return NextStep(fact("next_step.channel", name=name, advice=verdict.advice), channels=(channel.input,))
    inputs = [channel.input for channel in view.channels]
    if judgement.undecided(inputs):
        return NextStep(fact("next_step.wait"))
    return NextStep(fact("next_step.report" if judgement.judged(inputs) else "next_step.none"))


def _mend(finding: Finding) -> NextStep:
    own = (finding.subject.id,) if isinstance(finding.subject.id, int) and finding.subject.kind == "channel" else ()
    return NextStep(advice_of(finding), title_of(finding), finding.severity, own or finding.channels)


def _about(findings: tuple[Finding, ...]) -> NextStep | None:
    """The first warning."""
    return next((_mend(finding) for finding in findings if finding.severity == "warning"), None)


def _load(waiting: list[tuple[ChannelView, ChannelVerdict]]) -> NextStep | None:
    """A load on the phase on which it proves most."""
    by_phase: dict[int, list[ChannelView]] = {}
    for channel, verdict in waiting:
        if channel.phase is not None and verdict.advice is not None and verdict.advice.code in _BY_LOAD:
            by_phase.setdefault(channel.phase, []).append(channel)
    if not by_phase:
        return None
    phase, proved = min(by_phase.items(), key=lambda item: (-len(item[1]), item[0]))
    circuits = [c for c in proved if c.setting is None or not c.setting.is_grid]
    names = _named(proved)
    inputs = tuple(channel.input for channel in proved)
    if len(circuits) == 1:
        on = told_name(circuits[0].name, circuits[0].input, 30)
        return NextStep(fact("next_step.circuit", name=on, phase=phase_name(phase), names=names), channels=inputs)
    code = "next_step.circuits" if circuits else "next_step.phase"
    return NextStep(fact(code, phase=phase_name(phase), names=names), channels=inputs)


def _by_itself(waiting: list[tuple[ChannelView, ChannelVerdict]]) -> NextStep | None:
    """Sun, or a battery."""
    for code, said in _BY_ITSELF.items():
        these = [channel for channel, verdict in waiting if verdict.advice is not None and verdict.advice.code == code]
        if these:
            return NextStep(fact(said, names=_named(these)), channels=tuple(channel.input for channel in these))
    return None


def _named(channels: list[ChannelView]) -> tuple[Param, ...]:
    """Their names, each once."""
    names: list[Param] = []
    for channel in channels:
        name = told_name(channel.name, channel.input, 24)
        if name not in names:
            names.append(name)
    if len(names) <= NAMED:
        return tuple(names)
    return (*names[: NAMED - 1], fact("next_step.more", count=len(names) - NAMED + 1))
