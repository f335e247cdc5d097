"""What the test came to, channel by channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smappee_tui.app.guided.instructions import named
from smappee_tui.app.guided.loop_impedance import LoopImpedance
from smappee_tui.app.guided.procedure import GuidedTest
from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.site.site import Site

Outcome = Literal["pass", "fault", "open"]


@dataclass(frozen=True, slots=True)
class ChannelResult:
    input: int
    name: Fact
    outcome: Outcome
    said: Fact
    """The verdict, or why there is none."""
    remedy: Fact | None = None
    """What to do about a fault."""
    before: Fact | None = None
    """What it was before it was changed during the test."""


@dataclass(frozen=True, slots=True)
class Result:
    channels: tuple[ChannelResult, ...]
    supply: tuple[LoopImpedance, ...]

    def count(self, outcome: Outcome) -> int:
        return sum(1 for channel in self.channels if channel.outcome == outcome)


def result_of(test: GuidedTest, site: Site) -> Result:
    """Gather what is proved so far. May be asked at any time: stopping half-way loses nothing."""
    rows = []
    for number, setting in site.settings.items():
        verdict = test.judgement.channels.get(number)
        if verdict is None or verdict.verdict == "unused":
            continue
        rows.append(_row(test, number, named(number, setting.name), verdict))
    phases = {n: s.phase for n, s in site.settings.items() if s.phase is not None}
    return Result(tuple(rows), tuple(test.recognizer.sags.ohms(test.judgement, phases)))


def _row(test: GuidedTest, number: int, name: Fact, verdict: ChannelVerdict) -> ChannelResult:
    past = test.recheck.before.get(number)
    before = past.title if past is not None else None
    title, advice = verdict.title, verdict.advice
    if verdict.verdict in FAULTS:
        return ChannelResult(number, name, "fault", title, advice, before)
    if verdict.verdict == "ok" and number not in test.recheck.owed:
        if before is None:
            title = fact(
                "guided.ok_tested" if number in test.recognizer.tested else "guided.ok_by_reading", verdict=title
            )
        return ChannelResult(number, name, "pass", title, None, before)
    return ChannelResult(number, name, "open", _why(test, number, verdict), advice, before)


def _why(test: GuidedTest, number: int, verdict: ChannelVerdict) -> Fact:
    if number in test.recheck.owed:
        return fact("guided.changed_not_tested")
    for key in (("circuit", number), ("run", number), ("phase", _phase(test, number))):
        if key in test.done:
            return test.done[key]
    planned = next((step for step in test.plan.steps if number in step.decides), None)
    if planned is not None:
        return fact("guided.still_to_come")
    return test.plan.passive.get(number) or verdict.title


def _phase(test: GuidedTest, number: int) -> int:
    board = test.recognizer.roles.get(number)
    return board.phase if board is not None and board.grid else -1
