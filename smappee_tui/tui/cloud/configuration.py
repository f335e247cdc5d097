"""The configuration pane in lines: what the cloud holds, and where the monitor publishes something else."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.app.signs import severity_sign
from smappee_tui.diagnosis.judgement import Finding
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, fit
from smappee_tui.protocol.cloud.records import MeteringConfiguration
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.words import NONE, role_word, severity_word

_TOLD = ("role", "phase", "reversed", "ct_type")
"""What the cloud may tell of an input."""


def config_lines(
    metering: MeteringConfiguration, found: Sequence[Finding] | None, why: Fact | None, width: int
) -> list[Line]:
    """The whole pane.

    Args:
        metering: what the cloud holds.
        found: how the monitor's configuration differs; None where there is nothing to compare with.
        why: said in that case.
        width: cells of a line.
    """
    lines = _about(metering, width)
    lines += [BLANK, line((tr("cloud_screen.compared"), "title"))]
    why_not = paragraph(current().fact(why), width, "dim", line(("○ ", "wait")))
    lines += why_not if found is None else _differences(found, width)
    channels = metering.plan.channels
    lines += [BLANK, line((tr("cloud_screen.inputs", count=len(channels)), "title"))]
    if not channels:
        lines += paragraph(tr("cloud_screen.no_inputs"), width)
    else:
        lines += [_titles(width), *(_row(one, metering, width) for one in channels)]
    for remark in metering.plan.remarks[:10]:
        lines += paragraph(current().fact(remark), width, "warn", line(("! ", "warn")))
    untold = tuple(fact(f"cloud_screen.told.{key}") for key in _TOLD if key not in metering.told)
    if channels and untold:
        lines += [BLANK, *paragraph(tr("cloud_screen.not_told", what=untold), width, "dim")]
    return lines


def _about(metering: MeteringConfiguration, width: int) -> list[Line]:
    where = metering.location
    pieces = [
        tr("cloud_screen.about.number", id=str(where.id)),
        tr("cloud_screen.about.serial", serial=where.serial or NONE),
        tr(f"cloud_screen.supply.{metering.plan.phase_type or 'untold'}"),
        clean(metering.time_zone or "") or tr("cloud_screen.no_time_zone"),
    ]
    lines = paragraph("   ".join(pieces), width)
    return [*lines, *paragraph(f"uuid {clean(where.uuid) or NONE}", width, "dim")]


def _differences(found: Sequence[Finding], width: int) -> list[Line]:
    if not found:
        return paragraph(tr("cloud_screen.no_difference"), width, "ok", line(("✓ ", "ok")))
    lines: list[Line] = []
    for one in found:
        (sign, tone), word = severity_sign(one.severity), severity_word(one.severity)
        said = current().finding(one)
        lines += paragraph(said.title, width, "strong", line((f"{sign} {word}: ", tone)), 2)
        for text in said.evidence:
            lines += paragraph(text, width, "dim", line("  "))
        if said.advice:
            lines += paragraph(said.advice, width, "text", line(("  → ", "key")))
    return lines


def _names(width: int) -> int:
    return max(12, min(40, width - 50))


def _titles(width: int) -> Line:
    cells = (("name", _names(width)), ("measures", 9), ("phase", 6), ("reversed", 9))
    titles = " ".join(fit(tr(f"cloud_screen.column.{key}"), size) for key, size in cells)
    number = fit(tr("cloud_screen.column.input"), 3, right=True)
    return line((fit(f"{number}  {titles} {tr('cloud_screen.column.ct_type')}", width), "head"))


def _row(one: ChannelSetting, metering: MeteringConfiguration, width: int) -> Line:
    told = metering.told
    phase = "L1-L3" if one.balanced else phase_name(one.phase) or NONE
    measures = role_word(one.role, one.connection) if "role" in told or one.role != "CONSUMPTION" else NONE
    reversed_ = tr(f"format.{'yes' if one.reversed else 'no'}") if "reversed" in told else NONE
    tone = "dim" if one.unused else "text"
    return line(
        (f"{one.input:>3}  ", "dim"),
        (fit(clean(one.name) or tr("cloud_screen.no_name"), _names(width)), tone),
        " ",
        (fit(clean(measures), 9), tone),
        " ",
        (fit(phase if "phase" in told else NONE, 6), tone),
        " ",
        (fit(reversed_, 9), tone),
        " ",
        ((clean(one.ct_type or "") or NONE) if "ct_type" in told else NONE, tone),
    )
