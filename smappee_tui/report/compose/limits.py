"""What the installation bears, as the report has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smappee_tui.diagnosis.judgement import Limit
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.report.compose.readings import rounded
from smappee_tui.report.limit_blocks import LimitBlock, LimitPart
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.wording import block_of


def limit_blocks(limits: Iterable[Limit], who: ReportMetadata) -> Iterator[LimitBlock]:
    """Each limit with its numbers rounded to what is shown: a tenth of an ampere, whole watts.

    Args:
        limits: of the judgement.
        who: whose clock the times are told by.
    """
    for one in limits:
        digits = 1 if one.unit == "A" else 0
        by_phase = one.code == "imbalance"
        yield LimitBlock(
            code=one.code,
            verdict=one.verdict,
            unit=one.unit,
            limit=rounded(one.limit, digits),
            worst=rounded(one.worst, digits),
            margin=None if one.code == "ct-fuse" else rounded(one.margin, digits),
            at=who.iso(one.at),
            at_least=one.at_least,
            phase=phase_name(one.phase),
            input=one.input,
            name=one.name,
            mean=rounded(one.mean, digits),
            projected=rounded(one.projected, digits),
            seconds=rounded(one.seconds),
            parts=[
                LimitPart(
                    input=n, name="" if by_phase else name, phase=name if by_phase else None, watts=rounded(watts) or 0
                )
                for n, name, watts in one.parts
            ],
            why=None if one.why is None else block_of(one.why),
            notes=list(map(block_of, one.notes)),
            source=None if one.source is None else block_of(one.source),
        )
