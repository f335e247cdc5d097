"""What every part of a report is made of: frozen blocks, whose texts say what becomes of them when it is given away."""

from __future__ import annotations

import enum
from typing import Annotated, Any

import msgspec

from smappee_tui.protocol.fields import Holds, means

Number = float | int
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Says(enum.Enum):
    """What becomes of a text in a report that is given away; a text that says nothing here is somebody's name."""

    OURS = "ours"
    """A word, number or moment of this program's: it stays."""
    SENTENCE = "sentence"
    """Made of something else in the report: it is made anew."""
    PRIVATE = "private"
    """It goes."""


Ours = Annotated[str, msgspec.Meta(extra={"says": Says.OURS})]
Sentence = Annotated[str, msgspec.Meta(extra={"says": Says.SENTENCE})]
Private = Annotated[str, msgspec.Meta(extra={"says": Says.PRIVATE})]
Uuid = Annotated[str, means(Holds.UUID)]
Serial = Annotated[str, means(Holds.SERIAL)]
ChannelName = Annotated[str, means(Holds.NAME)]
LocationId = Annotated[int, means(Holds.LOCATION)]


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all parts: frozen, named fields only."""


class FactBlock(Block, frozen=True, kw_only=True):
    """A statement without a language: what `protocol.fact.Fact` is, as JSON."""

    code: Ours
    params: dict[str, Any]
    """Numbers in SI units, texts, yes or no, null, lists, and such blocks again."""
