"""A situation as it was put into a virtual house, and what must and must not be said of it.

What is said is read where a program reads it, in the document of `check --json`: no code of a finding is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from smappee_tui.app.session import Session
from smappee_tui.app.watch import Spans, observe
from smappee_tui.cli.check.document import check_document
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.diagnosis.judgement import FAULTS, Generation
from smappee_tui.protocol.received import MqttMessage

SOFT = frozenset({"ok", "inconclusive", "no_current", "unused"})
"""Verdicts that accuse nobody."""
OPEN = frozenset({"inconclusive", "no_current"})
SCALE = frozenset({"wrong_ratio", "half_open"})
Json = dict[str, Any]

ABOUT_SIZE = r"ratio|size|twice|half|type|scale|closed|less|more than"
ABOUT_GENERATION = r"generat|produc|solar|storage|battery|gives"
ABOUT_ROLE = r"role|generat|produc"


class _Kept:
    """A link that brings nothing by itself."""

    state = SourceState("closed", 0.0)
    dropped = Dropped()

    def start(self) -> None: ...

    def listen(self, topics: tuple[str, ...], /) -> None: ...

    def close(self) -> None: ...

    def drain(self, _: int | None = None) -> Sequence[MqttMessage]:
        return ()


@dataclass(frozen=True)
class Told:
    """Something that at least one finding must say."""

    words: str = "."
    """Regular expression over its code and its English sentences, case ignored."""
    channels: Sequence[int] = ()
    """It names one of these inputs; empty: any."""
    all: bool = False
    """It names all of them."""
    why: str = ""

    def said_by(self, finding: Json) -> bool:
        named = set(finding["channels"])
        if finding["subject"].startswith("channel:"):
            named.add(int(finding["subject"].partition(":")[2]))
        wanted = set(self.channels)
        fits = not wanted or (wanted <= named if self.all else bool(wanted & named))
        return fits and re.search(self.words, text_of(finding), re.IGNORECASE) is not None


def text_of(finding: Json) -> str:
    """All that a person reads of it, and its code."""
    return " ".join([finding["code"], finding["title"] or "", finding["advice"] or "", *finding["evidence"]])


@dataclass(frozen=True)
class Case:
    """One situation."""

    kind: str
    seed: int
    messages: list[MqttMessage] = field(repr=False)
    allowed: dict[int, frozenset[str]]
    """Input to the verdicts it may get; every input in use is here."""
    named: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    """Input to the one right verdict and, where not None, the phase 0 to 2 that must be named."""
    sizes: dict[int, frozenset[str]] = field(default_factory=dict)
    """Input to the words that `size` may have."""
    told: tuple[Told, ...] = ()
    untold: str = ""
    """Expression that no finding of severity fault or warning may match."""
    supply: str = ""
    generation: Generation | None = None
    note: str = ""
    """What the house is, for a person."""

    def judge(self) -> Json:
        """The document that `check --json` prints of these messages."""
        spans = Spans()
        session = Session(_Kept(), generation=self.generation, keep=spans.note)
        for message in self.messages:
            session.process(message)
        seen = observe(session, spans)
        assert seen is not None
        return check_document(seen)

    def problems(self, out: Json) -> Iterator[str]:
        """What is wrong about it, in words; nothing where all is right."""
        said = {channel["input"]: channel for channel in out["channels"]}
        for number, allowed in self.allowed.items():
            channel = said.get(number)
            verdict = channel["verdict"] if channel else "missing"
            if verdict not in allowed:
                accused = "ACCUSED " if verdict in FAULTS and not (allowed & FAULTS) else ""
                place = channel["actual_phase"] if channel else ""
                yield (
                    f"{accused}input {number} ({channel and channel['name']}) is {verdict} {place or ''} "
                    f"{channel and channel['confidence']}, allowed {'|'.join(sorted(allowed))}"
                )
        for number, (verdict, phase) in self.named.items():
            channel = said.get(number, {})
            place = None if phase is None else f"L{phase + 1}"
            if channel.get("verdict") != verdict or (place and channel.get("actual_phase") != place):
                got = f"{channel.get('verdict')} {channel.get('actual_phase')}"
                yield f"input {number} is {got}, wanted {verdict} {place or ''}"
        for number, sizes in self.sizes.items():
            got = said.get(number, {}).get("size", "(no size)")
            if got not in sizes:
                yield f"size of input {number} is {got}, allowed {'|'.join(sorted(sizes))}"
        for wanted in self.told:
            if not any(map(wanted.said_by, out["findings"])):
                yield f"no finding says /{wanted.words}/ of {list(wanted.channels) or 'anything'}"
        if self.untold:
            for finding in out["findings"]:
                if finding["severity"] != "info" and re.search(self.untold, text_of(finding), re.IGNORECASE):
                    yield f"says: {finding['code']}: {finding['title']}"
        if self.supply and out["supply"]["kind"] != self.supply:
            yield f"supply is {out['supply']['kind']}, not {self.supply}"
