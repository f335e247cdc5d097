"""The limits of the installation: what fuse, CTs, phases, charger and peak bear, and how near it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from smappee_tui.app.declared import fuse_amps, known_country
from smappee_tui.diagnosis.judgement import Limit
from smappee_tui.diagnosis.limits.declared import COUNTRIES
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.report.compose.limits import limit_blocks
from smappee_tui.report.limit_rows import LimitRow, limit_rows, rules
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.tui.commands import LIMITS, Command, bindings
from smappee_tui.tui.widgets.form import Form, FormField, Values
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from smappee_tui.tui.live.screen import LiveScreen

SIGNS = {"ok": ("✓", "ok"), "wait": ("!", "warn"), "fault": ("✕", "fault"), "unused": ("·", "dim")}
"""Sign and tone of each mark."""
WIDE = 70
"""Cells from which on the moment has a column of its own."""
WHEN = 10
"""Cells of a time of day, with the space before it."""


UNDER = 4
"""Cells by which what else is to be known of a limit stands in."""


NAMED = 26
"""Cells that a limit's name has at least, where amounts stand beside it."""


class LimitsSheet(Sheet):
    """It follows the watch while it is open; enter lets the fuse and the country be entered."""

    TITLE_TEXT = "limits.title"
    KEYS: ClassVar[tuple[Command, ...]] = LIMITS
    BINDINGS: ClassVar[list[BindingType]] = bindings(LIMITS)

    def __init__(self, live: LiveScreen) -> None:
        """Show the limits of what is watched.

        Args:
            live: the screen below: its session, and what was typed of its location.
        """
        super().__init__()
        self._live = live

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(1.0, self.redraw)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """As of now; of a frozen picture as they were."""
        live = self._live
        judge = live.session.judge if live.frozen_at is None else None
        if judge is not None:
            return judge.limits()
        return live.picture.judgement.limits if live.picture is not None else ()

    def lay_out(self, width: int) -> list[Line]:
        declared, words = self._live.session.declared, current()
        unsaid = tr("limits.unsaid")
        fuse = unsaid if declared.fuse is None else f"{words.number(declared.fuse, 'g')} A"
        country = words.word("limits.country", declared.country) if declared.country else unsaid
        said = (
            (f"{words.pair(tr('limits.fuse'), '')} ", "dim"),
            (fuse, "strong" if declared.fuse is not None else "warn"),
            (f"   {words.pair(tr('limits.country_label'), '')} ", "dim"),
            (country, "strong" if declared.country else "warn"),
        )
        blocks = list(limit_blocks(self.limits, ReportMetadata(0.0)))
        if not blocks:
            return [line(*said), BLANK, *paragraph(tr("limits.none"), width, "wait")]
        rows = limit_rows(blocks, words, lambda iso: iso[11:19])
        named = [one for rule in rules(blocks, words) for one in paragraph(rule, width, "dim")]
        return [line(*said), BLANK, *table(rows, width), BLANK, *named]

    def action_declare(self) -> None:
        """Enter fuse and country."""
        declared, words = self._live.session.declared, current()
        fields = (
            FormField("main_fuse", "limits.fuse", "" if declared.fuse is None else words.number(declared.fuse, "g")),
            FormField("country", "limits.country_label", declared.country),
        )
        form = Form(
            "limits.declare_title", fields, about=lambda _: [(tr("limits.declare_about"), "dim")], check=problem
        )
        self.app.push_screen(form, self._take)

    def _take(self, typed: Values | None) -> None:
        """Keep them where the report's form keeps them: there is one value of each."""
        site = self._live.session.site
        if typed is None or site is None:
            return
        fuse, country = fuse_amps(typed["main_fuse"]), known_country(typed["country"])
        kept = self._live.begun.reports.values(site.uuid)
        for key, text in (("main_fuse", "" if fuse is None else f"{fuse:g}"), ("country", country)):
            if text:
                kept[key] = text
            else:
                kept.pop(key, None)
        self._live.begun.reports.save()
        self._live.begun.declare()
        self.redraw()


def problem(typed: Values) -> str:
    """Why fuse and country will not do, "" when they will."""
    fuse, country = typed["main_fuse"].strip(), typed["country"].strip()
    if fuse and fuse_amps(fuse) is None:
        return tr("limits.bad_fuse", text=fuse[:20])
    if country and not known_country(country):
        return tr("limits.bad_country", text=country[:20], countries=tuple(one for one in COUNTRIES if one))
    return ""


def table(rows: list[LimitRow], width: int) -> list[Line]:
    """A line a limit under a head, and under each what else is to be known of it."""
    heads = [tr(f"limits.col.{column}") for column in ("worst", "limit", "left")]
    columns = [[row.worst for row in rows], [row.limit for row in rows], [row.left for row in rows]]
    cells = [max(map(cells_of, (head, *column))) + 2 for head, column in zip(heads, columns, strict=True)]
    wide = width >= WIDE
    verdict = max(cells_of(row.verdict) for row in rows) + 3
    what = width - sum(cells) - verdict - (WHEN if wide else 0) - 1
    if what < NAMED:
        return [one for row in rows for one in _stacked(row, heads, width)]
    named = "".join(fit(head, room, right=True) for head, room in zip(heads, cells, strict=True))
    when = f"  {fit(tr('limits.col.at'), WHEN - 2)}" if wide else ""
    lines = [line((f"{' ' * verdict}{fit(tr('limits.col.what'), what)}{named}{when}", "head"))]
    for row in rows:
        sign, tone = SIGNS[row.mark]
        amounts = zip((row.worst, row.limit, row.left), cells, strict=True)
        lines.append(
            line(
                (fit(f"{sign} {row.verdict}", verdict), tone),
                (fit(row.what, what), "text"),
                ("".join(fit(text, room, right=True) for text, room in amounts), _tone(row)),
                (f"  {row.when}" if wide else "", "dim"),
            )
        )
        lines += _under(([] if wide else [row.when]), row, width)
    return lines


def _stacked(row: LimitRow, heads: list[str], width: int) -> list[Line]:
    """One limit where columns have no room: its amounts stand under it, each with its head."""
    sign, tone = SIGNS[row.mark]
    words = current()
    amounts = zip(heads, (row.worst, row.limit, row.left), strict=True)
    said = ", ".join([*(words.pair(head, text) for head, text in amounts if text), *([row.when] if row.when else [])])
    lines = paragraph(words.pair(row.what, row.verdict), width, tone, line((f"{sign} ", tone)))
    lines += paragraph(said, width, _tone(row), line((" " * UNDER, "dim"))) if said else []
    return [*lines, *_under([], row, width)]


def _tone(row: LimitRow) -> str:
    return "strong" if row.mark == "fault" else "text"


def _under(first: list[str], row: LimitRow, width: int) -> list[Line]:
    said = [text for text in (*first, *row.under) if text]
    return [one for text in said for one in paragraph(text, width, "dim", line((" " * UNDER, "dim")))]
