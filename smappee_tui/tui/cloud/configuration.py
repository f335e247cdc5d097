"""The configuration pane in lines: what the cloud holds, and where the monitor publishes something else."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.diagnosis.judgement import Finding
from smappee_tui.i18n import current
from smappee_tui.i18n.text import clean, fit
from smappee_tui.protocol.cloud.places import MeteringConfiguration
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.words import NONE, SEVERITY, counted, phase_word, role_word

_SUPPLY = {"single": "single-phase", "two": "two phases", "star": "three phases, star", "delta": "three phases, delta"}

_WORDS = {"role": "what each measures", "phase": "phase", "reversed": "reversal", "ct_type": "CT type"}


def config_lines(metering: MeteringConfiguration, found: Sequence[Finding] | None, why: str, width: int) -> list[Line]:
    """The whole pane.

    Args:
        metering: what the cloud holds.
        found: how the monitor's configuration differs; None where there is nothing to compare with.
        why: said in that case.
        width: cells of a line.
    """
    lines = _about(metering, width)
    lines += [BLANK, line(("Compared with the monitor", "title"))]
    lines += paragraph(why, width, "dim", line(("○ ", "wait"))) if found is None else _differences(found, width)
    channels = metering.plan.channels
    lines += [BLANK, line((f"In the cloud: {counted(len(channels), 'CT input')}", "title"))]
    if not channels:
        lines += paragraph("The cloud holds no CT inputs of this location: no monitor, or never configured.", width)
    else:
        lines += [_titles(width), *(_row(one, metering, width) for one in channels)]
    for remark in metering.plan.remarks[:10]:
        lines += paragraph(clean(remark), width, "warn", line(("! ", "warn")))
    untold = _WORDS.keys() - metering.told
    if channels and untold:
        names = ", ".join(word for key, word in _WORDS.items() if key in untold)
        lines += [
            BLANK,
            *paragraph(f"Not told by the cloud: {names}. That says nothing about the monitor.", width, "dim"),
        ]
    return lines


def _about(metering: MeteringConfiguration, width: int) -> list[Line]:
    where = metering.location
    pieces = [
        f"number {where.id}",
        f"serial {clean(where.serial) or NONE}",
        _SUPPLY.get(metering.plan.phase_type or "", "supply not told"),
        clean(metering.time_zone or "time zone not told"),
    ]
    lines = paragraph("   ".join(pieces), width)
    return [*lines, *paragraph(f"uuid {clean(where.uuid) or NONE}", width, "dim")]


def _differences(found: Sequence[Finding], width: int) -> list[Line]:
    if not found:
        return paragraph("No difference: the monitor works with what the cloud holds.", width, "ok", line(("✓ ", "ok")))
    lines: list[Line] = []
    for one in found:
        sign, tone, word = SEVERITY[one.severity]
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
    titles = (
        f"{'In':>3}  {fit('Name', _names(width))} {fit('Measures', 9)} {fit('Phase', 6)} {fit('Reversed', 9)} CT type"
    )
    return line((fit(titles, width), "head"))


def _row(one: ChannelSetting, metering: MeteringConfiguration, width: int) -> Line:
    told = metering.told
    phase = "L1-L3" if one.balanced else phase_word(one.phase)
    measures = role_word(one.role, one.connection) if "role" in told or one.role != "CONSUMPTION" else NONE
    tone = "dim" if one.unused else "text"
    return line(
        (f"{one.input:>3}  ", "dim"),
        (fit(clean(one.name) or "(no name)", _names(width)), tone),
        " ",
        (fit(clean(measures), 9), tone),
        " ",
        (fit(phase if "phase" in told else NONE, 6), tone),
        " ",
        (fit(("yes" if one.reversed else "no") if "reversed" in told else NONE, 9), tone),
        " ",
        ((clean(one.ct_type or "") or NONE) if "ct_type" in told else NONE, tone),
    )
