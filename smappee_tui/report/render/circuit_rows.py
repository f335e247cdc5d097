"""The breakers of a report in words: the same rows for paper, page and text."""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.report.model import TracedCircuit
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.report.wording import shown_text

HEADS = ("breaker", "inputs", "phases", "watts", "at")
"""`tracer.head.…`, in the order of the cells."""


@dataclass(frozen=True, slots=True)
class CircuitRow:
    """One breaker."""

    cells: tuple[str, str, str, str, str]
    unseen: bool
    """No CT sees its circuit."""


def circuit_rows(shown: ReportText) -> list[CircuitRow]:
    """In the order in which they were traced."""
    return [CircuitRow(_cells(one, shown), not one.inputs) for one in shown.report.circuits]


def circuit_heads(shown: ReportText) -> list[str]:
    return [shown.words(f"tracer.head.{head}") for head in HEADS]


def _cells(one: TracedCircuit, shown: ReportText) -> tuple[str, str, str, str, str]:
    names = [f"{number} {shown.name(number)}".strip() for number in one.inputs]
    once = shown.words("tracer.once")
    watts = shown.number(one.watts, signed=True)
    return (
        shown_text(one.breaker),
        ", ".join(names) or shown.words("tracer.none_sees"),
        "/".join(one.phases),
        watts,
        shown.clock(one.at) if one.confirmed else f"{shown.clock(one.at)} {once}",
    )
