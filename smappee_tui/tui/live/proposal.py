"""The live screen as it will read: the table and the sums under the correction sheet, while somebody wants to see them.

What is measured stays where it is: pictures, report and recording know nothing of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from smappee_tui.app.session import Snapshot
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.tui.live.columns import ChannelRow
from smappee_tui.tui.widgets.balance import balance_lines
from smappee_tui.tui.widgets.lines import Line, line, paragraph
from smappee_tui.tui.widgets.words import channel_name, watts, way_word

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judge import Judge
    from smappee_tui.diagnosis.remedy.corrections import CorrectionSheet
    from smappee_tui.diagnosis.remedy.preview import ChannelPreview, Preview

SHOWN, ROOMY = 1, 30
"""Reasons why it does not add up that the head names on a low screen; all of them from so many lines on."""
Banner = tuple[str, str, str]
"""A sign, a text, and what a click on it asks for."""


class Proposal:
    """What is shown in place of what is measured, from the key to the next one, or to another configuration."""

    def __init__(self) -> None:
        self.preview: Preview | None = None
        """None while it is not wanted: then everything here gives back what it is given."""
        self._settings: tuple[ChannelSetting | None, ...] = ()
        """The configuration that it began with."""

    @property
    def on(self) -> bool:
        return self.preview is not None

    def end(self) -> None:
        """Back to what is measured."""
        self.preview = None

    def turn(self, picture: Snapshot | None, judge: Judge | None, sheet: CorrectionSheet | None) -> str:
        """On, or off again; says what is to be told, if anything.

        Args:
            picture: what was last seen.
            judge: whoever judged it.
            sheet: what is to change still; None: what follows from the picture.
        """
        if self.preview is not None or picture is None:
            self.preview = None
            return ""
        self.preview, self._settings = reckoned(picture, judge, sheet), _settings(picture)
        return "" if self.on else tr("preview.nothing")

    def follow(self, picture: Snapshot, judge: Judge | None, sheet: CorrectionSheet | None) -> str:
        """Reckon it anew from the picture of now. It ends with the configuration that it was made for."""
        if self.preview is None:
            return ""
        same = _settings(picture) == self._settings
        self.preview = reckoned(picture, judge, sheet) if same else None
        return "" if self.on else tr("preview.ended" if same else "preview.set")

    def picture(self, picture: Snapshot) -> Snapshot:
        """What the head shows: the same with the sums as they would read."""
        if self.preview is None:
            return picture
        judgement = replace(picture.judgement, balance=self.preview.balance)
        return replace(picture, view=self.preview.view, judgement=judgement)

    def rows(self, rows: list[ChannelRow]) -> list[ChannelRow]:
        """The rows with what each would read."""
        changed = {} if self.preview is None else self.preview.changed
        return [
            row._replace(channel=changed[number].then, proposed=changed[number])
            if (number := row.channel.input) in changed
            else row
            for row in rows
        ]

    def banners(self, height: int) -> list[Banner]:
        """That it is a proposal, and what is missing for it to add up."""
        if self.preview is None:
            return []
        told = [("=", tr("preview.banner", count=len(self.preview.changed)), "proposal")]
        known = {one.known for one in self.preview.changed.values()}
        signs = [tr(f"preview.sign.{one}") for one in ("about", "two_values", "unknown") if one in known]
        if signs:
            told.append((" ", " · ".join(signs), "proposal"))
        missing = [current().fact(one) for one in self.preview.missing]
        most = len(missing) if height >= ROOMY else SHOWN
        told += [("!" if self.preview.adds_up is False else "i", text, "proposal") for text in missing[:most]]
        if len(missing) > most:
            told.append(("…", tr("preview.more", count=len(missing) - most), "proposal"))
        return told


def reckoned(picture: Snapshot | None, judge: Judge | None, sheet: CorrectionSheet | None) -> Preview | None:
    """What would be read; None where nothing is to change, or nothing was heard."""
    from smappee_tui.diagnosis.remedy.preview import as_it_will_read

    if picture is None or picture.view is None or judge is None:
        return None
    sample = picture.site.sample if picture.site is not None else None
    return as_it_will_read(picture.view, picture.judgement, judge, sample, sheet)


def _settings(picture: Snapshot) -> tuple[ChannelSetting | None, ...]:
    return tuple(c.setting for c in picture.view.channels) if picture.view is not None else ()


def power_then(one: ChannelPreview) -> str:
    """Its power as it would be, with the sign that says how sure that is."""
    return tr(f"preview.power.{one.known}", watts=watts(one.then.watts))


def proposal_lines(preview: Preview, width: int) -> list[Line]:
    """The same for a sheet: a line an input, the balance of each phase, and what is missing."""
    lines: list[Line] = []
    for one in preview.changed.values():
        setting = one.then.setting
        text = tr(
            "preview.line",
            input=one.input,
            name=channel_name(one.now)[:40],
            place=way_word(setting.phase, setting.reversed) if setting is not None else "",
            now=watts(one.now.watts),
            then=power_then(one),
        )
        lines += paragraph(text, width, "text", line((" = ", "info")))
    lines += balance_lines(preview.balance, width)
    for missing in preview.missing:
        sign = ("! ", "warn") if preview.adds_up is False else ("i ", "info")
        lines += paragraph(current().fact(missing), width, "text", line((" ", "text"), sign))
    return lines
