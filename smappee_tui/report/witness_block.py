"""The block of the utility's digital meter: how it was read, and each grid CT beside it."""

from __future__ import annotations

from typing import Literal

import msgspec

from smappee_tui.report.blocks import Block, ChannelName, Number, Ours

MeterKind = Literal["", "homewizard", "homewizard-v2", "tcp", "serial", "file"]


class WitnessLine(Block, frozen=True, kw_only=True):
    """One grid CT and the line of the meter that is its wire."""

    input: int
    name: ChannelName
    line: Ours | None
    """As the meter names it, which need not be the phase of the house."""
    meter_watts: Number | None
    """Mean over the watch; null where the meter tells no power of a line."""
    watts: Number | None
    ratio: Number | None
    """What the CT shows of each watt of the meter; null where too little flowed."""
    proved: bool
    """The meter alone tells where the CT sits and which way round."""
    shown: list[Number | None] = msgspec.field(default_factory=list)
    """W of the CT at the block's `seconds`."""
    told: list[Number | None] = msgspec.field(default_factory=list)
    """W of the meter's line at the same; empty where it tells none."""


class WitnessBlock(Block, frozen=True, kw_only=True):
    """The digital meter beside the grid CTs."""

    kind: MeterKind
    """How it was read; "" where it was replayed with the recording."""
    house: Literal["this", "another", "unknown"]
    readings: int
    """How many were compared."""
    delay_seconds: Number | None
    """By how much they are older than they arrive."""
    order: list[Ours]
    """The meter's line of the monitor's L1, L2 and L3; empty unless it is this house's."""
    seconds: list[Number] = msgspec.field(default_factory=list)
    """Of the readings compared, from the first one on; some of them where there are many."""
    lines: list[WitnessLine] = msgspec.field(default_factory=list)
