"""The wiring pane in lines: the channels as their past shows them, why, what to do, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from smappee_tui.app.remote_diagnosis import RemoteDiagnosis
from smappee_tui.app.signs import SEVERITIES
from smappee_tui.diagnosis.judgement import WAITING, ChannelVerdict, Finding
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, cut, fit
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.site.view import ChannelView
from smappee_tui.tui.cloud.consumption import zone_of
from smappee_tui.tui.live.columns import ChannelRow
from smappee_tui.tui.widgets import words
from smappee_tui.tui.widgets.balance import balance_lines
from smappee_tui.tui.widgets.findings import finding_lines, findings_lines
from smappee_tui.tui.widgets.lines import BLANK, Line, joined, line, paragraph

LEAST_ROWS = 4
"""Channels in view at least, however low the screen."""
COMPLETE = 0.97
"""Share of the intervals from which on a range counts as complete: the last ones are always on their way."""
_FIXED = 62
"""Cells of a row besides the name: all columns, 25 of them the verdict's."""


def wiring_lines(
    what: RemoteDiagnosis, chosen: int, width: int, height: int, above: Sequence[Line] = ()
) -> tuple[list[Line], int | None]:
    """The whole pane, and the line under the cursor.

    Args:
        what: the location judged.
        chosen: place of the channel under the cursor.
        width: cells of a line.
        height: rows of the screen's body.
        above: what stands above everything: how a reading or a writing stands.
    """
    lines = [*above, *_rests_on(what, width)]
    channels = what.view.channels
    if not channels:
        return [*lines, BLANK, *paragraph(tr("cloud_screen.no_inputs"), width, first=line(("○ ", "wait")))], None
    if not len(what.past):
        return [*lines, BLANK, *_no_values(what, width)], None
    rows = max(LEAST_ROWS, (height - len(lines) - 2) // 2)
    first, last = _window(len(channels), chosen, rows)
    lines.append(_titles(width, first, last, len(channels)))
    cursor = len(lines) + chosen - first
    lines += [_row(what, channels[n], n == chosen, width) for n in range(first, last)]
    one = channels[chosen]
    verdict = what.judgement.channels.get(one.input)
    lines += [BLANK, *_channel(what, one, verdict, width), BLANK, *_findings(what, one.input, verdict, width)]
    return lines, cursor


def generation(declared: str | None) -> Fact:
    """Generation as the person declares it."""
    return fact(f"cloud_screen.generation.{declared or 'undeclared'}")


def _rests_on(what: RemoteDiagnosis, width: int) -> list[Line]:
    """From when to when, by how many values, declared how, and what it amounts to."""
    zone = zone_of(what.configuration.time_zone)[0]
    count = len(what.past)
    span = ""
    if count:
        first, last = (datetime.fromtimestamp(at, UTC).astimezone(zone) for at in (what.first, what.last))
        span = f", {tr('cloud_screen.span', first=_moment(first), last=_moment(last))}"
    few = count < COMPLETE * what.expected
    many = tr("cloud_screen.values.of", count=words.grouped(count), whole=words.grouped(what.expected))
    says = line(
        (tr("cloud_screen.days", count=what.days), "strong"),
        (span, "text"),
        ("   ", "text"),
        (many, "warn" if few else "text"),
    )
    declared = line((current().fact(generation(what.generation)), "strong"))
    lines = [joined((says, declared))] if width >= 90 else [says]
    told = (_counted(what), declared) if width < 90 else (_counted(what),)
    lines += [joined(told), *balance_lines(what.judgement.balance, width)]
    for remark in what.remarks[-2:]:
        lines += paragraph(current().fact(remark), width, "warn", line(("! ", "warn")))[:2]
    return lines


def _moment(at: datetime) -> str:
    month = tr(f"cloud_screen.mon.{at.month}")
    return tr("cloud_screen.day_and_time", day=at.day, month=month, at=f"{at:%H:%M}")


def _counted(what: RemoteDiagnosis) -> Line:
    told: list[Line] = []
    for severity, (glyph, tone) in SEVERITIES.items():
        count = what.judgement.count(severity)
        if count:
            told.append(((f"{glyph} {tr(f'cloud_screen.found.{severity}', count=count)}", tone),))
    undecided = _undecided(what)
    if undecided:
        told.append(((f"? {tr('cloud_screen.not_judged', count=undecided)}", "wait"),))
    return joined(told) if told else line((tr("cloud_screen.nothing_judged"), "dim"))


def _undecided(what: RemoteDiagnosis) -> int:
    return what.judgement.undecided(channel.input for channel in what.view.channels)


def _no_values(what: RemoteDiagnosis, width: int) -> list[Line]:
    title = tr("cloud_screen.no_past", count=what.days)
    why = tr("cloud_screen.no_past_week" if what.days < 31 else "cloud_screen.no_past_month")
    return [line(("○ ", "wait"), (title, "title")), BLANK, *paragraph(why, width)]


def _window(count: int, chosen: int, rows: int) -> tuple[int, int]:
    """The rows in view, around the cursor."""
    if count <= rows:
        return 0, count
    first = max(0, min(chosen - rows // 2, count - rows))
    return first, first + rows


def _names(width: int) -> int:
    return max(12, min(36, width - _FIXED))


def _titles(width: int, first: int, last: int, count: int) -> Line:
    def cell(key: str, size: int, *, right: bool = False) -> str:
        return fit(tr(f"cloud_screen.column.{key}"), size, right=right)

    titles = f"  {cell('input', 3, right=True)}  {cell('name', _names(width))} {cell('role', 7)} {cell('ph', 3)}"
    titles += f" {cell('busiest', 9, right=True)} {cell('pf', 5, right=True)}  {tr('cloud_screen.column.verdict')}"
    seen = "" if last - first == count else "   " + tr("cloud_screen.rows", first=first + 1, last=last, count=count)
    return line((fit(f"{titles}{seen}", width), "head"))


def _row(what: RemoteDiagnosis, one: ChannelView, here: bool, width: int) -> Line:
    told, verdict = what.configuration.told, what.judgement.channels.get(one.input)
    quiet = verdict is not None and verdict.verdict == "unused"
    tone = "strong" if here else "dim" if quiet else "text"
    phase = phase_name(one.phase) or words.NONE if "phase" in told else words.NONE
    factor = words.NONE if one.pf is None else current().number(one.pf.value, ".2f")
    said = ChannelRow(one, verdict)
    word = f"{said.sign} {clean(said.title)}"
    name = _names(width)
    return line(
        ("▸ " if here else "  ", "key"),
        (f"{one.input:>3}  ", "dim"),
        (fit(clean(one.name), name), tone),
        (f" {fit(_role(what, one), 7)} {phase:3} {_watts(one):>9} {factor:>5}  ", tone),
        (fit(word, max(12, width - name - 37)).rstrip(), said.tone),
    )


def _role(what: RemoteDiagnosis, one: ChannelView) -> str:
    if "role" not in what.configuration.told and one.role == "CONSUMPTION":
        return words.NONE
    return clean(words.role_word(one.role, one.connection))


def _watts(one: ChannelView) -> str:
    text = words.grouped(one.watts)
    return text if len(text) <= 9 else words.kilo(one.watts)


def _channel(what: RemoteDiagnosis, one: ChannelView, verdict: ChannelVerdict | None, width: int) -> list[Line]:
    """The chosen channel: the verdict, what to do in a sentence, why, then all of what to do."""
    row = ChannelRow(one, verdict)
    title = line((f"{one.input}  ", "dim"), (cut(clean(one.name), max(20, width - 60)), "title"), "   ")
    said = line((f"{row.sign} {clean(row.title)}", row.tone))
    sure = ""
    if verdict is not None and verdict.confidence > 0 and verdict.verdict not in (*WAITING, "unused"):
        sure = f"   {words.sureness(verdict.confidence)}"
    lines: list[Line] = [(*title, *said, (sure, "text"))]
    if verdict is None:
        return lines
    advice = current().fact(verdict.advice)
    first = words.first_sentence(advice)  # the long ones would hide what was seen
    if first:
        lines += paragraph(clean(first), width, first=line(("→ ", "key")))
    for text in verdict.evidence:
        lines += paragraph(clean(current().fact(text)), width, first=line(("· ", "dim")))
    if not verdict.evidence and verdict.verdict != "unused":
        lines += paragraph(tr("cloud_screen.nothing_seen"), width, "dim")
    if first != advice:
        lines += [
            BLANK,
            line((tr("cloud_screen.what_to_do"), "title")),
            *paragraph(clean(advice), width),
        ]
    return lines


def _findings(what: RemoteDiagnosis, number: int, verdict: ChannelVerdict | None, width: int) -> list[Line]:
    """All findings: those of the chosen channel first, without what stands above already."""
    own, others = _parted(what.judgement.findings, number)
    told = () if verdict is None else (*map(current().fact, verdict.evidence), current().fact(verdict.advice))
    lines: list[Line] = [line((tr("cloud_screen.findings"), "title"))]
    for finding in own:
        lines += [*finding_lines(finding, width, told), BLANK]
    if others or not own:
        lines += findings_lines(tuple(others), _undecided(what), width)
    return lines


def _parted(findings: Sequence[Finding], number: int) -> tuple[list[Finding], list[Finding]]:
    own = [f for f in findings if f.names(number)]
    return own, [f for f in findings if f not in own]
