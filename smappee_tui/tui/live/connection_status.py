"""Which of the states the screen is in, and what to say about it: one pure function, one answer for every view.

While there are no channels, its notice fills the screen.
"""

from __future__ import annotations

import time
from typing import Literal, NamedTuple

from smappee_tui.app.session import Snapshot
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.message_source import SourceState
from smappee_tui.diagnosis.checks.configuration import awaited_topic
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.topics import Kind
from smappee_tui.site.quality import STALE_AFTER
from smappee_tui.site.view import SiteView
from smappee_tui.tui.widgets.lines import BLANK, Line, LineView, line, paragraph
from smappee_tui.tui.widgets.words import ago

Mode = Literal["live", "demo", "replay"]
Name = Literal[
    "connecting",
    "refused",
    "disconnected",
    "no data",
    "another location",
    "waiting for measurements",
    "waiting for configuration",
    "live",
    "stale",
    "replay",
    "ended",
]


class Notice(NamedTuple):
    """A screenful for a state without data. Its title and what to do, step by step, stand in the catalogue."""

    name: str
    lines: tuple[str, ...] = ()
    """What is known."""

    @property
    def title(self) -> str:
        """What the state is."""
        return tr(f"live.notice.{self.name}.title")

    @property
    def steps(self) -> list[str]:
        """What to do, in the order to try it."""
        found: list[str] = []
        while current().has(code := f"live.notice.{self.name}.step_{len(found) + 1}"):
            found.append(tr(code))
        return found


class ConnectionStatus(NamedTuple):
    """Where we stand, in words."""

    name: Name
    glyph: str
    word: str
    """For the header, "live 0.4 s"."""
    tone: str
    notice: Notice | None = None
    """Fills the screen when there are no channels to show."""
    banner: str = ""
    """One line over the table when there are."""


LISTED = 6
"""Monitors heard that are named."""


def connection_status(
    picture: Snapshot,
    source: SourceState,
    now: float,
    mode: Mode,
    wanted: str | None = None,
    refused: ExternalError | None = None,
) -> ConnectionStatus:
    """Say where we stand.

    Args:
        picture: what is shown; it may be an old one, while the screen is frozen.
        source: the source of messages now.
        now: seconds since 1970, on the clock that the arrivals carry.
        mode: where the messages come from.
        wanted: the location asked for, if one was.
        refused: why the source could not even be opened.
    """
    view = picture.view
    rows = view is not None and bool(view.channels)
    if refused is not None:
        why = Notice("cannot_start", (current().error(refused),))
        return ConnectionStatus("refused", "■", tr("live.state.cannot_start"), "fault", why)
    if source.phase != "connected" and not (mode == "replay" and source.phase == "closed"):
        return _without_source(source, now, rows)
    if view is None:
        if picture.locations:
            word = tr("live.state.other_monitors")
            return ConnectionStatus("another location", "◌", word, "warn", _another(wanted or "", picture))
        if mode == "replay":
            nothing = Notice("empty_recording", (tr("live.notice.empty_recording.line"),))
            return ConnectionStatus("ended", "■", tr("live.state.recording_end"), "wait", nothing)
        silent = Notice("no_data", (tr("live.notice.no_data.line", ago=ago(max(0.0, now - source.since))),))
        return ConnectionStatus("no data", "◌", tr("live.state.no_data"), "warn", silent)
    if mode == "replay":
        clock = time.strftime("%H:%M:%S", time.localtime(now if view.at is None else view.at))
        if source.phase == "closed":
            word, banner = tr("live.state.replay_end", clock=clock), current().fact(source.reason)
            return ConnectionStatus("ended", "■", word, "info", _no_realtime(), banner)
        return ConnectionStatus("replay", "▸", tr("live.state.replay", clock=clock), "info", _no_realtime())
    return _connected(picture, now, rows)


def _without_source(source: SourceState, now: float, rows: bool) -> ConnectionStatus:
    left = None if source.retry_at is None else max(0.0, source.retry_at - now)
    reason, lasting = current().fact(source.reason), ago(now - source.since)
    if source.phase == "connecting" and not rows:
        tries = tr("live.attempt", count=source.attempts) if source.attempts > 1 else ""
        notice = Notice("connecting", tuple(text for text in (tries, reason) if text))
        return ConnectionStatus("connecting", "◌", tr("live.state.connecting", ago=lasting), "wait", notice)
    if source.phase == "refused":
        why = reason or tr("live.no_reason")
        banner = tr("live.banner.refused", reason=_trying(reason, left) if left is not None else _trying_now(reason))
        notice = Notice("refused", (_trying(why, left),))
        return ConnectionStatus("refused", "■", tr("live.state.refused"), "fault", notice, banner)
    if source.phase == "closed":
        word = tr("live.state.disconnected_closed")
    elif left is None:
        word = tr("live.state.disconnected_now")
    else:
        word = tr("live.state.disconnected_in", seconds=left)
    banner = tr("live.banner.disconnected", ago=lasting, reason=reason).strip()
    notice = Notice("disconnected", (_trying(reason, left),))
    return ConnectionStatus("disconnected", "✕", word, "fault", notice, banner)


def _trying(reason: str, left: float | None) -> str:
    return reason if left is None else tr("live.trying_in", reason=reason, seconds=left)


def _trying_now(reason: str) -> str:
    return tr("live.trying_now", reason=reason)


def _no_realtime() -> Notice:
    return Notice("no_realtime", (tr("live.notice.no_realtime.line"),))


def _another(wanted: str, picture: Snapshot) -> Notice:
    heard = ", ".join(clean(serial or uuid) for uuid, serial in picture.locations[:LISTED])
    more = len(picture.locations) - LISTED
    if more > 0:
        return Notice("another", (tr("live.notice.another.line_more", wanted=wanted, heard=heard, count=more),))
    return Notice("another", (tr("live.notice.another.line", wanted=wanted, heard=heard),))


def _connected(picture: Snapshot, now: float, rows: bool) -> ConnectionStatus:
    view = picture.view
    age = None if picture.site is None else picture.site.quality.age(now)
    if view is not None and age is None:
        word = tr("live.state.no_measurements")
        if rows:
            banner = tr("live.banner.no_measurements")
            return ConnectionStatus("waiting for measurements", "◌", word, "warn", None, banner)
        return ConnectionStatus("waiting for measurements", "◌", word, "warn", _no_realtime())
    age = age or 0.0
    if age > STALE_AFTER:
        word, banner = tr("live.state.stale", ago=ago(age)), tr("live.banner.stale", ago=ago(age))
        return ConnectionStatus("stale", "▲", word, "warn", _no_realtime(), banner)
    if view is not None and not view.configured:
        word, banner = tr("live.state.no_configuration", ago=ago(age)), _unconfigured(picture, view)
        return ConnectionStatus("waiting for configuration", "◌", word, "warn", _no_realtime(), banner)
    mute = Notice("no_channels", (tr("live.notice.no_channels.line"),))
    return ConnectionStatus("live", "●", tr("live.state.live", ago=ago(age)), "ok", mute)


def _unconfigured(picture: Snapshot, view: SiteView) -> str:
    """Why there is no configuration: it has not come, or what came cannot be read."""
    topic = awaited_topic(view.uuid, view.dialect).rpartition("/")[2]
    damage = picture.site.quality.damage.values() if picture.site is not None else ()
    unreadable = any(each.kind is Kind.CHANNELS and each.whole for each in damage)
    return tr("live.banner.unreadable_configuration" if unreadable else "live.banner.no_configuration", topic=topic)


class NoticeView(LineView):
    """Says what the state is, and what to do next."""

    DEFAULT_CSS = "NoticeView { height: 1fr; padding: 1 3; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._situation: ConnectionStatus | None = None

    def tell(self, situation: ConnectionStatus) -> None:
        self._situation = situation
        self.resized()
        self.repaint()

    def resized(self) -> None:
        """Break the text for the width."""
        situation = self._situation
        if situation is not None and situation.notice is not None:
            head = line((f"{situation.glyph} ", situation.tone), (situation.notice.title, "title"))
            self._lines = [head, *notice_lines(situation.notice, min(86, self.room))]


def notice_lines(notice: Notice, width: int) -> list[Line]:
    """The body of a notice."""
    lines: list[Line] = []
    for text in notice.lines:
        if text:
            lines += [BLANK, *paragraph(text, width)]
    steps = notice.steps
    if steps:
        lines += [BLANK, line((tr("live.what_to_do"), "title"))]
    for number, step in enumerate(steps, 1):
        lines += paragraph(step, width, first=line((f" {number}  ", "key")))
    return lines
