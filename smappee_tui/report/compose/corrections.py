"""The corrections of a report: the sheet of now, what became of its lines, and whether it adds up then."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.diagnosis.remedy.corrections import CorrectionSheet, Wiring, correction_sheet, hub_place
from smappee_tui.diagnosis.remedy.history import SheetHistory, SheetLine, worse_fact
from smappee_tui.diagnosis.remedy.preview import as_it_will_read
from smappee_tui.report.compose.material import Material
from smappee_tui.report.compose.readings import percent
from smappee_tui.report.correction_blocks import CorrectionLine, CorrectionsBlock, HeldBack, MadeWorse, Wired
from smappee_tui.report.model import Channel, FindingBlock
from smappee_tui.report.wording import block_of


def corrections(
    material: Material, rows: list[Channel], findings: list[FindingBlock], judge: Judge | None
) -> CorrectionsBlock:
    """Gather them.

    Args:
        material: what is known.
        rows: the channels of the report.
        findings: its findings.
        judge: whoever judged; None: whether it adds up then is not reckoned.
    """
    sheet = correction_sheet(material.view, material.judgement)
    history = material.logbook.sheet
    preview = None
    if judge is not None:
        sample = material.site.sample
        preview = as_it_will_read(material.view, material.judgement, judge, sample, sheet)
    lines = sorted(
        _lines(sheet, history),
        key=lambda one: (*hub_place(one.correction.hub), one.input, one.found, one.failed is None),
    )
    return CorrectionsBlock(
        lines=[_line(material, line, rows, findings) for line in lines],
        worse=[
            MadeWorse(
                at=material.who.iso(one.at) or "",
                over=_when(material, one.over),
                kind=one.kind,
                said=block_of(worse_fact(one)),
            )
            for one in history.worse
        ],
        held=[HeldBack(input=one.input, why=block_of(one.why)) for one in sheet.open if one.held],
        adds_up=None if preview is None else preview.adds_up,
        missing=[] if preview is None else [block_of(one) for one in preview.missing],
    )


NOBODY = 0.0
"""Found at this moment: nobody followed the sheet."""


def _lines(sheet: CorrectionSheet, history: SheetHistory) -> Iterator[SheetLine]:
    """What was ever changed as it is kept, and what is open as the sheet of now says it."""
    wanted = {one.input: one for one in sheet.lines}
    followed = set()
    for line in history.lines:
        if line.failed is not None:
            yield line
        elif line.changed is not None or line.became is not None or line.input not in wanted:
            followed.add(line.input)
            yield line
    found = {line.input: line.found for line in history.lines if line.failed is None}
    for number, correction in wanted.items():
        if number not in followed:
            yield SheetLine(correction, found.get(number, NOBODY))


def _line(material: Material, line: SheetLine, rows: list[Channel], findings: list[FindingBlock]) -> CorrectionLine:
    one = line.correction
    row = next((row for row in rows if row.input == one.input), None)
    return CorrectionLine(
        input=one.input,
        hub=one.hub,
        name=one.name,
        how=one.how,
        now=_wired(material, one.now),
        set=_wired(material, one.set),
        turn=not _told(material) and one.now.reversed != one.set.reversed,
        rename=one.rename,
        confidence_percent=percent(one.confidence),
        why=list(one.why),
        findings=[f.id for f in findings if f.code in one.why and one.input in f.inputs],
        tested=row.tested if row is not None else "no",
        state="failed" if line.failed is not None else line.state,
        by=line.by,
        found=_when(material, line.found) if line.found != NOBODY else None,
        changed=_when(material, line.changed),
        proved=_when(material, line.proved),
        failed=_when(material, line.failed),
        became=None if line.became is None else _wired(material, line.became),
    )


def _told(material: Material) -> bool:
    """Whether the source of the configuration tells the setting "reversed" at all."""
    return material.told is None or "reversed" in material.told


def _wired(material: Material, of: Wiring) -> Wired:
    return Wired(
        phase=phase_name(of.phase),
        reversed=of.reversed if _told(material) else None,
        role=of.role,
        connection=of.connection,
        ct_type=of.ct_type,
    )


def _when(material: Material, at: float | None) -> str | None:
    return None if at is None else material.who.iso(at)
