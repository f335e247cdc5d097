"""The block of what an installation bears: main fuse, CTs, phases, charger, quarter-hour peak."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import LimitCode, LimitWord, Unit
from smappee_tui.report.blocks import Block, ChannelName, FactBlock, Number, Ours


class LimitPart(Block, frozen=True, kw_only=True):
    """A circuit that made a peak, or one of three phases that differed."""

    input: int
    name: ChannelName
    """Of a circuit; "" for a phase."""
    phase: Ours | None
    watts: Number


class LimitBlock(Block, frozen=True, kw_only=True):
    """One limit, and how near what was seen came to it."""

    code: LimitCode
    verdict: LimitWord
    unit: Unit
    limit: Number | None
    """Null where nobody said one."""
    worst: Number | None
    """The highest that was seen."""
    margin: Number | None
    """What was left, negative beyond the limit; null also where the limit is that of a CT for a fuse."""
    at: Ours | None
    """The second of that, or the begin of its quarter of an hour."""
    at_least: bool
    """Something was missing: it may have been more."""
    phase: Ours | None
    input: int | None
    name: ChannelName
    mean: Number | None
    """The same over the whole watch."""
    projected: Number | None
    """What the running quarter of an hour comes to."""
    seconds: Number | None
    """For how long it was above the limit, or how much of the quarter was measured."""
    parts: list[LimitPart]
    """The largest first; phases in their order."""
    why: FactBlock | None
    """Why it is `unchecked`; null for every other verdict."""
    notes: list[FactBlock]
    source: FactBlock | None
    """Whose limit it is, where it is no fuse and no CT of the house."""
