"""What an installation bears in words: the same rows on paper, on the screen and in the check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import clean
from smappee_tui.report.limit_blocks import LimitBlock, LimitPart
from smappee_tui.report.wording import fact_of

MARKS = {"ok": "ok", "near": "wait", "over": "fault", "unchecked": "unused"}
"""Mark of each verdict, those of a channel's."""
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit; "" for what is not known, or says nothing here."""

    mark: str
    """As a channel's: ok, wait, fault or unused."""
    verdict: str
    what: str
    worst: str
    limit: str
    left: str
    """Negative beyond the limit."""
    when: str
    under: tuple[str, ...]
    """What else is to be known, a sentence each."""


def by_date(iso: str) -> str:
    """A moment of the report by its own clock, as tables have it; "" for what is none."""
    try:
        return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return ""


def limit_rows(
    blocks: Iterable[LimitBlock], words: Translator, clock: Callable[[str], str] = by_date
) -> list[LimitRow]:
    """A row each; CTs that are well within their rating share the last one.

    Args:
        blocks: of the report.
        words: of the reader.
        clock: how a moment of the report is written.
    """
    rows: list[LimitRow] = []
    well: list[LimitBlock] = []
    for one in blocks:
        if one.code == "ct-rating" and one.verdict == "ok":
            well.append(one)
        else:
            rows.append(_row(one, words, clock))
    if well:
        nearest = max(well, key=_share)
        said = words(
            "limits.rest",
            count=len(well),
            name=_name(nearest, words),
            amount=_amount(nearest.worst, nearest, words),
            limit=_amount(nearest.limit, nearest, words, whole=True),
        )
        rows.append(LimitRow("ok", words("limits.verdict.ok"), words("limits.code.ct-rating"), "", "", "", "", (said,)))
    return rows


def limit_head(column: str, words: Translator) -> str:
    """Head of a column on paper."""
    name = words(f"limits.col.{column}")
    return f"{name[:1].upper()}{name[1:]}"


def rules(blocks: Iterable[LimitBlock], words: Translator) -> list[str]:
    """Whose rules they are, a sentence each, and that they are no legal advice; nothing where none is named."""
    said = dict.fromkeys(words.fact(fact_of(one.source)) for one in blocks if one.source is not None)
    return [*(words("limits.rule", source=source) for source in said), *([words("limits.no_advice")] if said else [])]


def _share(one: LimitBlock) -> float:
    return (one.worst or 0.0) / one.limit if one.limit else 0.0


def _name(one: LimitBlock, words: Translator) -> str:
    return clean(one.name)[:LONGEST_NAME] or words("device.input", input=one.input)


def _row(one: LimitBlock, words: Translator, clock: Callable[[str], str]) -> LimitRow:
    worst = "" if one.code == "ct-fuse" else _amount(one.worst, one, words)
    return LimitRow(
        mark=MARKS[one.verdict],
        verdict=words(f"limits.verdict.{one.verdict}"),
        what=_what(one, words),
        worst=words("limits.at_least", amount=worst) if one.at_least and worst else worst,
        limit=_amount(one.limit, one, words, whole=True),
        left=_amount(one.margin, one, words),
        when="" if one.at is None else clock(one.at),
        under=tuple(_under(one, words)),
    )


def _what(one: LimitBlock, words: Translator) -> str:
    what = words(f"limits.code.{one.code}")
    if one.code == "main-fuse" and one.phase is not None:
        return words("limits.of_phase", what=what, phase=one.phase)
    return what if one.input is None else words("limits.of_input", what=what, name=_name(one, words))


def _amount(value: float | None, one: LimitBlock, words: Translator, *, whole: bool = False) -> str:
    if value is None:
        return ""
    digits = "g" if whole and one.unit == "A" and float(value).is_integer() else ".1f" if one.unit == "A" else ".0f"
    return f"{words.number(value, digits)} {one.unit}"


def _under(one: LimitBlock, words: Translator) -> Iterator[str]:
    if one.why is not None:
        yield words.fact(fact_of(one.why))
    if one.code == "ct-fuse" and one.worst is not None:
        yield words("limits.behind", amount=_amount(one.worst, one, words, whole=True))
    if one.mean is not None:
        yield words("limits.mean", amount=_amount(one.mean, one, words))
    if one.projected is not None:
        yield words("limits.projected", amount=_amount(one.projected, one, words))
    if one.parts:
        parts = tuple(words("limits.part", name=_part(part, words), watts=part.watts) for part in one.parts)
        yield words("limits.made_by" if one.parts[0].phase is None else "limits.phases", parts=parts)
    yield from (words.fact(fact_of(note)) for note in one.notes if note != one.why)


def _part(part: LimitPart, words: Translator) -> str:
    return part.phase or clean(part.name)[:LONGEST_NAME] or words("device.input", input=part.input)
