"""What is to change of the configuration, at the end of a watch: for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from smappee_tui.app.watch import Observation
from smappee_tui.cli.values import number
from smappee_tui.diagnosis.judgement import ISOLATE
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.diagnosis.remedy.corrections import Correction, CorrectionSheet, correction_sheet, line_of, move_of
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, wrap


def sheet_of(seen: Observation) -> CorrectionSheet:
    """Of the end of a watch."""
    return correction_sheet(seen.view, seen.judgement)


def correction_lines(seen: Observation, cells: int) -> Iterator[str]:
    """The sheet as text; nothing where nothing is to be set or moved."""
    sheet = sheet_of(seen)
    if sheet.configure:
        yield from wrap(tr("check.corrections"), cells)
    for serial, lines in groupby(sheet.configure, key=lambda one: one.hub_serial):
        if serial:
            yield from wrap(tr("check.corrections_hub", serial=serial), cells, first="  ")
        for one in lines:
            yield from wrap(clean(current().fact(line_of(one)), 500), cells, first="    ", rest="      ")
    if sheet.configure:
        text = tr("check.corrections_by_hand", safety=ISOLATE)
        yield from wrap(clean(text, 2000), cells, first="  ", rest="  ")
    lost = [one for one in sheet.open if one.fault and not one.held]
    moves, unplaced = ([one.input for one in part] for part in (sheet.move, lost))
    if moves:
        yield from wrap(tr("check.corrections_moves", count=len(moves), inputs=tuple(moves)), cells)
    for move in sheet.move:
        if (own := move_of(move)) is not None:
            text = f"{move.input} {clean(move.name)}: {clean(current().fact(own), 2000)}"
            yield from wrap(text, cells, first="    ", rest="      ")
    for held in (one for one in sheet.open if one.held):
        text = tr("check.corrections_held", input=held.input, name=clean(held.name), why=held.why)
        yield from wrap(clean(text, 2000), cells)
    if unplaced and not sheet.causes:
        yield from wrap(tr("check.corrections_open", count=len(unplaced), inputs=tuple(unplaced)), cells)


def correction_entries(seen: Observation) -> list[dict[str, Any]]:
    """The configuration changes, in the order of the vendor's app; what is done by hand stands in the findings."""
    return [_entry(one) for one in sheet_of(seen).configure]


def _entry(one: Correction) -> dict[str, Any]:
    """`set` always has phase and direction; role, CT type and name only where they change."""
    now: dict[str, Any] = {"phase": phase_name(one.now.phase), "reversed": one.now.reversed, "role": one.now.role}
    wished: dict[str, Any] = {"phase": phase_name(one.set.phase), "reversed": one.set.reversed}
    if "role" in one.changes:
        wished["role"] = one.set.role
    if "ct_type" in one.changes:
        now["ct_type"], wished["ct_type"] = one.now.ct_type, one.set.ct_type
    if one.rename:
        now["name"], wished["name"] = one.name, one.rename
    chance = number(min(one.confidence, 0.999), 3)
    return {"input": one.input, "hub": one.hub, "now": now, "set": wished, "confidence": chance}
