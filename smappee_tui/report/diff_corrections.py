"""Which corrections of one report were carried out by the time of another, and which of them are proved there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from smappee_tui.diagnosis.model.channels import PHASES, phase_name
from smappee_tui.diagnosis.remedy.corrections import Wiring, changes_of
from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import clean, cut
from smappee_tui.report.correction_blocks import CorrectionLine, Wired
from smappee_tui.report.model import Channel, Report

Outcome = Literal["proved", "hand", "set", "otherwise", "open", "gone"]
"""Set as wished and judged right · right without the setting: a hand did it · set, not judged right · set to something
else · as it was · the input is not there any more."""
_PHASES = {phase_name(phase): phase for phase in range(PHASES)}
LONGEST_NAME = 60
"""Cells of a channel's name."""


class CarriedOut(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the first report's sheet."""

    input: int
    name: str
    how: Literal["configure", "move"]
    now: Wired
    set: Wired
    rename: str
    outcome: Outcome
    verdict: str | None
    """Of the input in the second report; null where it has none."""


def carried_out(old: Report, pairs: Iterable[tuple[Channel | None, Channel | None]]) -> list[CarriedOut]:
    """What became of each line that was not proved yet.

    Args:
        old: the first report; one of an older version has no sheet.
        pairs: the channels of both reports, the first one's first.
    """
    if old.corrections is None:
        return []
    later = {before.input: after for before, after in pairs if before is not None}
    return [
        _line(line, later.get(line.input))
        for line in old.corrections.lines
        if line.state in ("open", "otherwise", "changed")
    ]


def _line(line: CorrectionLine, after: Channel | None) -> CarriedOut:
    return CarriedOut(
        input=line.input,
        name=line.name,
        how=line.how,
        now=line.now,
        set=line.set,
        rename=line.rename,
        outcome=_outcome(line, after),
        verdict=None if after is None else after.verdict,
    )


def _outcome(line: CorrectionLine, after: Channel | None) -> Outcome:
    if after is None:
        return "gone"
    right = after.verdict == "ok"
    changes = line.now != line.set
    if changes and _is(after, line.set):
        return "proved" if right else "set"
    if right:
        return "hand"
    return "otherwise" if changes and not _is(after, line.now) else "open"


def _is(channel: Channel, wired: Wired) -> bool:
    """Whether it is configured so. A setting that nobody told may be anything."""
    turned = channel.expected.reversed
    return (
        channel.expected.phase == wired.phase
        and (turned is None or wired.reversed is None or turned == wired.reversed)
        and (channel.role, channel.connection) == (wired.role, wired.connection)
        and channel.ct_type == wired.ct_type
    )


def carried_out_text(one: CarriedOut, words: Translator) -> str:
    """One line in the language of `words`."""
    said = list(changes_text(one.now, one.set, words))
    if one.rename:
        said.append(words("report.correction.rename", name=cut(clean(one.rename), LONGEST_NAME)))
    name = cut(clean(one.name), LONGEST_NAME)
    return words(
        "diff.correction",
        head=words("diff.named" if name else "diff.nameless", input=one.input, name=name),
        what=", ".join(said) or words("report.correction.by_hand"),
        outcome=words(f"diff.outcome.{one.outcome}"),
    )


def changes_text(now: Wired, then: Wired, words: Translator) -> Iterator[str]:
    """What is set otherwise, in words: "phase L1 → L2"."""
    for one in changes_of(_wiring(now), _wiring(then)):
        yield clean(words.fact(one), 200)


def _wiring(of: Wired) -> Wiring:
    return Wiring(_PHASES.get(of.phase), bool(of.reversed), of.role, of.connection, of.ct_type)
