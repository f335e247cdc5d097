"""What the test came to, channel by channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smappee_tui.app.guided.loop_impedance import LoopImpedance
from smappee_tui.app.guided.procedure import GuidedTest
from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict
from smappee_tui.protocol.fact import Fact
from smappee_tui.site.site import Site

Outcome = Literal["pass", "fault", "open"]


@dataclass(frozen=True, slots=True)
class ChannelResult:
    """One channel's line."""

    input: int
    name: str
    """Device text."""
    outcome: Outcome
    said: Fact | str
    """The verdict, or why there is none."""
    remedy: Fact | str = ""
    """What to do about a fault."""
    before: Fact | str = ""
    """What it was before it was changed during the test."""


@dataclass(frozen=True, slots=True)
class Result:
    """The whole test."""

    channels: tuple[ChannelResult, ...]
    supply: tuple[LoopImpedance, ...]

    def count(self, outcome: Outcome) -> int:
        """Channels with this outcome."""
        return sum(1 for channel in self.channels if channel.outcome == outcome)


def result_of(test: GuidedTest, site: Site) -> Result:
    """Gather what is proved so far. May be asked at any time: stopping half-way loses nothing."""
    rows = []
    for number, setting in site.settings.items():
        verdict = test.judgement.channels.get(number)
        if verdict is None or verdict.verdict == "unused":
            continue
        rows.append(_row(test, number, setting.name or f"input {number}", verdict))
    phases = {n: s.phase for n, s in site.settings.items() if s.phase is not None}
    return Result(tuple(rows), tuple(test.sags.ohms(test.judgement, phases)))


def _row(test: GuidedTest, number: int, name: str, verdict: ChannelVerdict) -> ChannelResult:
    past = test.recheck.before.get(number)
    before = past.title if past is not None else ""
    if verdict.verdict in FAULTS:
        return ChannelResult(number, name, "fault", verdict.title, verdict.advice or "", before)
    if verdict.verdict == "ok" and number not in test.recheck.owed:
        how = "tested" if number in test.tested else "by what it read"
        said = verdict.title if before else f"{verdict.title}, {how}"
        return ChannelResult(number, name, "pass", said, "", before)
    return ChannelResult(number, name, "open", _why(test, number, verdict), verdict.advice or "", before)


def _why(test: GuidedTest, number: int, verdict: ChannelVerdict) -> Fact | str:
    if number in test.recheck.owed:
        return "changed, not tested since"
    for key in (("circuit", number), ("run", number), ("phase", _phase(test, number))):
        if key in test.done:
            return test.done[key]
    planned = next((step for step in test.plan.steps if number in step.decides), None)
    if planned is not None:
        return "its step is still to come"
    return test.plan.passive.get(number) or verdict.title


def _phase(test: GuidedTest, number: int) -> int:
    board = test.roles.get(number)
    return board.phase if board is not None and board.grid else -1
