"""The block of corrections: what is to be set or moved, what became of it, and what it would read then."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from smappee_tui.protocol.configs import CONNECTIONS, ROLES
from smappee_tui.protocol.fields import Holds, means
from smappee_tui.report.blocks import Block, ChannelName, FactBlock, Ours, Percent, Serial


class Wired(Block, frozen=True, kw_only=True):
    """How an input is configured, as far as it decides what is read."""

    phase: Ours | None
    reversed: bool | None
    """Null where nobody told it."""
    role: Annotated[str, means(Holds.WORD, *ROLES)]
    connection: Annotated[str, means(Holds.WORD, *CONNECTIONS)]
    ct_type: Annotated[str, means(Holds.CT_TYPE)] | None


class CorrectionLine(Block, frozen=True, kw_only=True):
    """One input that is to change, or was changed."""

    input: int
    hub: Serial | None
    name: ChannelName
    how: Literal["configure", "move"]
    """`move`: no setting mends it, a hand has to."""
    now: Wired
    """As it was configured when it was found."""
    set: Wired
    """As it is to be configured; the same where the clamp is to be moved."""
    turn: bool
    """The setting "reversed" is to be the other one than it is, whichever that is: nobody told it."""
    rename: ChannelName
    """The name it should bear; "" where its own will do."""
    confidence_percent: Percent
    why: list[Ours]
    """Codes of the findings that it follows from."""
    findings: list[Ours]
    """Their ids in this report."""
    tested: Literal["announced load", "observed", "no"]
    """By what the input was judged, as in its row."""
    state: Literal["open", "otherwise", "changed", "proved", "failed"]
    """`otherwise`: set, but not so; `changed`: not proved yet; `failed`: it was not enough, another line goes on."""
    by: Literal["setting", "hand"] | None
    found: Ours | None
    """Null where nobody followed it: then it is of this moment."""
    changed: Ours | None
    proved: Ours | None
    failed: Ours | None
    became: Wired | None
    """How it was set instead; null unless it was set otherwise."""


class MadeWorse(Block, frozen=True, kw_only=True):
    """Something that a change made worse."""

    at: Ours
    over: Ours | None
    """When it was right again."""
    kind: Literal["was-right", "new-fault", "balance"]
    said: FactBlock


class HeldBack(Block, frozen=True, kw_only=True):
    """An input whose place is known, and which changes only together with another one, whose is not."""

    input: int
    why: FactBlock


class CorrectionsBlock(Block, frozen=True, kw_only=True):
    """All of it. What it would read is reckoned, not measured, and stands in no other block."""

    lines: list[CorrectionLine]
    """In the order of the vendor's app, of one input in the order of time."""
    worse: list[MadeWorse]
    held: list[HeldBack] = msgspec.field(default_factory=list)
    """Not to be set yet; empty in reports of older versions."""
    adds_up: bool | None
    """Whether the sums of all phases add up once what is open is set; null where nothing is to be
    set, or no phase can be checked."""
    missing: list[FactBlock]
    """Why they do not, and what no CT sees."""

    def of(self, how: Literal["configure", "move"]) -> list[CorrectionLine]:
        """Those that are set, or those that a hand does."""
        return [line for line in self.lines if line.how == how]
