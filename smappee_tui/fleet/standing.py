"""What is kept of one location, over turns and restarts."""

from __future__ import annotations

import msgspec

from smappee_tui.diagnosis.judgement import WAITING
from smappee_tui.fleet.view import News, Word

VERSION = 2
"""A state of another version is not read: it rises where one that was written before would be misread. What has a value
by itself may come behind the last without that."""


class ChannelWord(msgspec.Struct, frozen=True, array_like=True):
    """What is known of one CT."""

    verdict: str
    setting: int
    """Of how it was configured: a word holds for that only."""
    codes: tuple[str, ...] = ()
    """Of the findings that make it a fault."""

    @property
    def decided(self) -> bool:
        return self.verdict not in WAITING


Words = dict[int, ChannelWord]
"""By input."""


class Flips(msgspec.Struct, array_like=True):
    """What was told of one thing, and when it last changed to and fro."""

    told: News
    at: tuple[float, ...] = ()
    """Of the latest changes, told or not, s since 1970."""
    held: bool = False
    """It flaps: changes are held back until it is calm."""


class Standing(msgspec.Struct, array_like=True):
    """What is kept of one location's judgements."""

    verdict: Word = "not_judged"
    findings: tuple[str, ...] = ()
    judged: float | None = None
    changed: float | None = None
    waits: Word | None = None
    """What the last turn said otherwise, and another one has to confirm."""
    words: Words = msgspec.field(default_factory=dict)
    faults: tuple[str, ...] = ()
    """Of its last turn: codes of faults of no CT."""
    left_out: bool = False
    configuration: int = 0
    """Of how it was configured in its last turn."""
    past: Words = msgspec.field(default_factory=dict)
    """What its five-minute values said when they were judged last."""
    past_at: float | None = None
    word: Flips = msgspec.field(default_factory=lambda: Flips("not_judged"))
    speech: Flips = msgspec.field(default_factory=lambda: Flips("live"))
    last: float = 0.0
    """When the monitor was last heard, s since 1970, as of when it was written down."""
    serial: str = ""
    channels: int = 0
    doubts: tuple[int, ...] = ()
    """CTs of which a turn said otherwise than those before it: what is learnt since is of one board again."""
    filled: tuple[int, ...] = ()
    """CTs of which what is known is what their five-minute values said: those may take it back, too."""
    battery_low: bool = False
    """Of a sweep of the cloud, which asks once a day: a sensor's battery is weak."""
    plug_trouble: bool = False
    """And a plug is not reached."""


class _Packed(msgspec.Struct, array_like=True):
    version: int
    standing: Standing
    learnt: bytes | None


def packed(standing: Standing, learnt: bytes | None = None) -> bytes:
    """As bytes, with what its turns learnt."""
    return msgspec.msgpack.encode(_Packed(VERSION, standing, learnt))


def unpacked(data: object) -> tuple[Standing, bytes | None] | None:
    """From bytes; None where another version wrote them, or they are damaged or no bytes at all."""
    if not isinstance(data, bytes):
        return None
    try:
        if msgspec.msgpack.decode(data, type=_Head).version != VERSION:
            return None
        found = msgspec.msgpack.decode(data, type=_Packed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found.standing, found.learnt


class _Head(msgspec.Struct, array_like=True):
    version: int
