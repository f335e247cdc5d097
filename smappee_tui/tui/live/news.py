"""What a new look at the evidence says that the one before did not: a notice, and whether to ring for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.screen import Screen

from smappee_tui.app.next_step import NextStep, next_step
from smappee_tui.app.signs import severity_sign
from smappee_tui.diagnosis.judgement import FAULTS, WAITING, Judgement
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.site.view import SiteView
from smappee_tui.tui.live.columns import ChannelRow
from smappee_tui.tui.widgets.words import channel_name

if TYPE_CHECKING:
    from smappee_tui.diagnosis.remedy.progress import Told

NAMED = 3
"""Lines of a notice; of more the number is told."""


class Notice(NamedTuple):
    """What to say."""

    text: str
    rings: bool
    """A fault came or went, or a verdict was changed."""


def announce(notice: Notice | None, screen: Screen[Any]) -> None:
    """Show it where the screen is the one in front, and ring."""
    if notice is not None and screen.is_current:
        kind, seconds = ("warning", 6) if notice.rings else ("information", 3)
        screen.notify(notice.text, markup=False, timeout=seconds, severity=kind)  # type: ignore[arg-type]
    if notice is not None and notice.rings:
        screen.app.bell()


def announce_changes(told: Iterable[Told], screen: Screen[Any]) -> None:
    """Say what was changed of the configuration, and ring for what is worse than before."""
    lines: dict[bool, list[str]] = {True: [], False: []}
    for one in told:
        lines[one.worse].append(current().fact(one.said))
    for worse, said in lines.items():
        if len(said) > NAMED:
            said = [*said[: NAMED - 1], tr("corrections_screen.more", count=len(said) - NAMED + 1)]
        if said:
            kind, seconds = ("warning", 12) if worse else ("information", 6)
            screen.notify("\n".join(said), markup=False, timeout=seconds, severity=kind)  # type: ignore[arg-type]
    if lines[True]:
        screen.app.bell()


class News:
    """Compares each judgement with the last one. The first is no news."""

    def __init__(self) -> None:
        self.step: NextStep | None = None
        """The first thing to do, as of the last look."""
        self._seen: tuple[object, object] | None = None
        self._verdicts: dict[int, tuple[str, int | None]] | None = None
        self._findings: set[tuple[str, str]] = set()

    def of(self, view: SiteView | None, judgement: Judgement, rows: list[ChannelRow]) -> Notice | None:
        """What is new; None for nothing. What did not change is not worked out again."""
        settings = [row.channel.setting for row in rows]
        if view is None or (self._seen is not None and judgement is self._seen[0] and settings == self._seen[1]):
            return None
        self._seen = judgement, settings
        self.step = next_step(view, judgement)
        return self._notice(judgement, rows)

    def _notice(self, judgement: Judgement, rows: list[ChannelRow]) -> Notice | None:
        verdicts: dict[int, tuple[str, int | None]] = {
            n: (v.verdict, v.actual_phase) for n, v in judgement.channels.items()
        }
        findings = {(f.code, str(f.subject)): f for f in judgement.findings if f.severity != "info"}
        before, known = self._verdicts, self._findings
        if verdicts:
            self._verdicts, self._findings = verdicts, set(findings)
        if before is None or not verdicts:
            return None
        lines: list[str] = []
        named: set[int] = set()
        swinging = judgement.swinging
        well = 0
        for row in rows:
            number = row.channel.input
            was, now = before.get(number), verdicts.get(number)
            if now is None or was is None or now == was or number in swinging:
                continue
            wrong, decided = now[0] in FAULTS, was[0] not in WAITING and was[0] != "unused"
            if wrong or (decided and now[0] != "unused"):
                lines.append(f"{row.sign} {channel_name(row.channel)}: {clean(row.title)}")
                named.add(number)
            elif now[0] == "ok":
                well += 1
        for key, finding in findings.items():
            if key not in known and not (named and set(finding.channels) and set(finding.channels) <= named):
                lines.append(f"{severity_sign(finding.severity)[0]} {clean(current().finding(finding).title)}")
        rings = bool(lines)
        if len(lines) > NAMED:
            lines = [*lines[: NAMED - 1], tr("live.news_more", count=len(lines) - NAMED + 1)]
        if well:
            lines.append(f"✓ {tr('live.news_ok', count=well)}")
        return Notice("\n".join(lines), rings) if lines else None
