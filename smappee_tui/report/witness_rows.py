"""The digital meter in words: the same rows and sentences in every format."""

from __future__ import annotations

from smappee_tui.i18n import Translator
from smappee_tui.report.witness_block import WitnessBlock, WitnessLine

COLUMNS = ("input", "name", "line", "meter", "ct", "off", "proved")
NUMBERS = ("input", "meter", "ct", "off")
_FAR, _FAR_WATTS = 0.1, 60.0
"""Share of the meter's power, and W, by which a CT that sits as it is configured does not differ on the mean."""
_STRAIGHT = ["L1", "L2", "L3"]


def witness_head(column: str, words: Translator) -> str:
    return words(f"report.label.{column}") if column in ("input", "name") else words(f"meter.col.{column}")


def witness_rows(block: WitnessBlock, words: Translator) -> list[list[str]]:
    """A row a grid CT, in the order of `COLUMNS`."""
    none = words("report.none")

    def watts(value: float | None) -> str:
        return none if value is None else words("meter.cell_watts", watts=value)

    return [
        [
            str(one.input),
            one.name,
            one.line or none,
            watts(one.meter_watts),
            watts(one.watts),
            none if one.ratio is None else words("meter.cell_off", percent=100 * (one.ratio - 1)),
            words("meter.proved" if one.proved else "meter.not_proved"),
        ]
        for one in block.lines
    ]


def witness_text(block: WitnessBlock, words: Translator) -> list[str]:
    """How it was read and what it amounts to, a sentence each."""
    said = [words(f"meter.read.{block.kind or 'recording'}")]
    said.append(words(f"meter.house.{block.house}", readings=block.readings))
    if block.house == "this":
        said.append(words("meter.compared", count=block.readings, seconds=block.delay_seconds or 0))
    if block.order and block.order != _STRAIGHT[: len(block.order)]:
        pairs = tuple(
            words("findings.named_as", mine=phase, its=line)
            for phase, line in zip(_STRAIGHT, block.order, strict=False)
            if phase != line
        )
        said.append(words("meter.order", pairs=pairs))
    if any(_apart(one) for one in block.lines):
        said.append(words("meter.misread"))
    return said


def _apart(one: WitnessLine) -> bool:
    """A CT of a known size that shows another power than its wire has: it is configured otherwise than it sits."""
    if one.ratio is None or one.watts is None or one.meter_watts is None:
        return False
    return abs(one.watts - one.ratio * one.meter_watts) > max(_FAR_WATTS, _FAR * abs(one.meter_watts))
