"""What became of the correction sheet, as plain data: it is kept in the job of its installation, and reported.

All times are in seconds since 1970 of the receiving clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smappee_tui.diagnosis.judgement import ChannelVerdict
from smappee_tui.diagnosis.model.channels import phase_name, told_name
from smappee_tui.diagnosis.remedy.corrections import Correction, Wiring, changes_of
from smappee_tui.protocol.fact import Fact, Param, fact
from smappee_tui.site.view import ChannelView

By = Literal["setting", "hand"]
State = Literal["open", "otherwise", "changed", "proved"]
"""`otherwise`: set, but not as wished."""
WorseKind = Literal["was-right", "new-fault", "balance"]


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the sheet and what became of it. All times in seconds since 1970 of the receiving clock."""

    correction: Correction
    """As it was found: its `now` is how the input was set then."""
    found: float
    changed: float | None = None
    """When it was set as wished, or its reading turned."""
    by: By | None = None
    ticked: bool = False
    """That it was done is somebody's word: no setting and no reading has shown it yet."""
    became: Wiring | None = None
    """How it was set instead; None unless it was set otherwise than wished."""
    proved: float | None = None
    """When the verdict was ok after the change."""
    failed: float | None = None
    """When it was found to be wrong still after the change; the next line of this input goes on from there."""

    @property
    def input(self) -> int:
        return self.correction.input

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.proved is not None:
            return "proved"
        if self.changed is not None:
            return "changed"
        return "open" if self.became is None else "otherwise"


@dataclass(frozen=True, slots=True)
class Worse:
    """Something that a change made worse."""

    at: float
    kind: WorseKind
    input: int | None = None
    """Of `was-right` and `new-fault`."""
    name: str = ""
    before: Wiring | None = None
    """Of `was-right`: how it was set."""
    after: Wiring | None = None
    verdict: str = ""
    """Of `new-fault`: a verdict word."""
    phase: int | None = None
    """Of `balance`, 0 to 2; of `new-fault` where it really sits, None where nobody knows."""
    over: float | None = None
    """When it was right again."""


@dataclass(frozen=True, slots=True)
class SheetHistory:
    """The sheet of an installation as it is kept in its job: plain data, oldest first.

    `lines` has every line that was ever changed, and those that are open; of one input several where the first was not
    enough. A line that was found, never changed and is not said any more is not among them.
    """

    lines: tuple[SheetLine, ...] = ()
    worse: tuple[Worse, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether anything was changed."""
        return any(line.changed is not None or line.became is not None for line in self.lines)

    @property
    def done(self) -> bool:
        """Whether there were lines and all of them are proved."""
        return bool(self.lines) and all(line.proved is not None or line.failed is not None for line in self.lines)


def worse_fact(one: Worse) -> Fact:
    """What was made worse, and what to do about it."""
    if one.kind == "balance":
        return fact("corrections.worse_balance", phase=phase_name(one.phase))
    who: dict[str, Param] = {"input": one.input, "name": told_name(one.name, one.input or 0, 30)}
    if one.kind == "was-right" and one.before is not None and one.after is not None:
        what = changes_of(one.before, one.after) or (fact("corrections.renamed"),)
        return Fact("corrections.worse_right", {**who, "what": what})
    there: dict[str, Param] = {"there": phase_name(one.phase)} if one.verdict.startswith("wrong_phase") else {}
    title = Fact(f"corrections.verdict.{one.verdict}", there)
    return Fact("corrections.worse_fault", {**who, "what": title})


def proof_of(line: SheetLine, channel: ChannelView, said: ChannelVerdict | None) -> Fact | None:
    """The one step that proves a change; None where nothing is to be proved."""
    setting = channel.setting
    if line.state != "changed" or setting is None:
        return None
    if said is not None and said.watching:
        return fact("corrections.prove_watching", seconds=said.watching)
    if setting.produces:
        return fact("corrections.prove_sun")
    if setting.stores:
        return fact("corrections.prove_battery")
    if setting.is_grid:
        return fact("corrections.prove_grid", phase=phase_name(setting.phase))
    return fact("corrections.prove_circuit")
