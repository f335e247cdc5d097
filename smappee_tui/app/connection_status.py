"""Which of the states the link is in, and what to say about it: one pure function, one answer for every front end.

While there are no channels, its notice fills the page.
"""

from __future__ import annotations

import time
from typing import Literal, NamedTuple

from smappee_tui.app.session import Snapshot
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.message_source import SourceState
from smappee_tui.diagnosis.checks.configuration import awaited_topic
from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.topics import Kind
from smappee_tui.site.quality import STALE_AFTER
from smappee_tui.site.view import SiteView

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
    """A pageful for a state without data."""

    name: str
    """Its title and what to do, step by step, stand in the catalogues under `live.notice.<name>`."""
    lines: tuple[Fact | str, ...] = ()
    """What is known; "" for nothing."""

    def steps(self, words: Translator) -> list[str]:
        """What to do, in the order to try it."""
        found: list[str] = []
        while words.has(code := f"live.notice.{self.name}.step_{len(found) + 1}"):
            found.append(words(code))
        return found


class ConnectionStatus(NamedTuple):
    """Where we stand."""

    name: Name
    glyph: str
    word: Fact
    """In two words, "live 0.4 s"."""
    tone: str
    notice: Notice | None = None
    """For when there are no channels to show."""
    banner: Fact | None = None
    """For when there are."""


LISTED = 6
"""Monitors heard that are named."""


def connection_status(
    picture: Snapshot,
    source: SourceState,
    now: float,
    mode: Mode,
    since: float | None,
    wanted: str | None = None,
    refused: ExternalError | None = None,
) -> ConnectionStatus:
    """Say where we stand.

    Args:
        picture: what is shown; it may be an old one, while the screen is frozen.
        source: the source of messages now.
        now: seconds since 1970, on the clock that the arrivals carry.
        mode: where the messages come from.
        since: seconds since the last measurement; None before the first one.
        wanted: the location asked for, if one was.
        refused: why the source could not even be opened.
    """
    view = picture.view
    rows = view is not None and bool(view.channels)
    if refused is not None:
        why = Notice("cannot_start", (refused.told,))
        return ConnectionStatus("refused", "■", fact("live.state.cannot_start"), "fault", why)
    if source.phase != "connected" and not (mode == "replay" and source.phase == "closed"):
        return _without_source(source, now, rows)
    if view is None:
        if picture.locations:
            word = fact("live.state.other_monitors")
            return ConnectionStatus("another location", "◌", word, "warn", _another(wanted or "", picture))
        if mode == "replay":
            nothing = Notice("empty_recording", (fact("live.notice.empty_recording.line"),))
            return ConnectionStatus("ended", "■", fact("live.state.recording_end"), "wait", nothing)
        silent = Notice("no_data", (fact("live.notice.no_data.line", ago=age(max(0.0, now - source.since))),))
        return ConnectionStatus("no data", "◌", fact("live.state.no_data"), "warn", silent)
    if mode == "replay":
        clock = time.strftime("%H:%M:%S", time.localtime(now if view.at is None else view.at))
        if source.phase == "closed":
            word, banner = fact("live.state.replay_end", clock=clock), source.reason
            return ConnectionStatus("ended", "■", word, "info", _no_realtime(), banner)
        return ConnectionStatus("replay", "▸", fact("live.state.replay", clock=clock), "info", _no_realtime())
    return _connected(picture, since, rows)


def _without_source(source: SourceState, now: float, rows: bool) -> ConnectionStatus:
    left = None if source.retry_at is None else max(0.0, source.retry_at - now)
    reason, lasting = source.reason, age(now - source.since)
    if source.phase == "connecting" and not rows:
        tries = fact("live.attempt", count=source.attempts) if source.attempts > 1 else None
        notice = Notice("connecting", tuple(said for said in (tries, reason) if said is not None))
        return ConnectionStatus("connecting", "◌", fact("live.state.connecting", ago=lasting), "wait", notice)
    if source.phase == "refused":
        why = reason or fact("live.no_reason")
        again = _trying(reason, left) if left is not None else fact("live.trying_now", reason=reason or "")
        banner = fact("live.banner.refused", reason=again)
        notice = Notice("refused", (_trying(why, left),))
        return ConnectionStatus("refused", "■", fact("live.state.refused"), "fault", notice, banner)
    if source.phase == "closed":
        word = fact("live.state.disconnected_closed")
    elif left is None:
        word = fact("live.state.disconnected_now")
    else:
        word = fact("live.state.disconnected_in", seconds=left)
    banner = fact("live.banner.disconnected", ago=lasting, reason=reason or "")
    notice = Notice("disconnected", (_trying(reason, left),))
    return ConnectionStatus("disconnected", "✕", word, "fault", notice, banner)


def _trying(reason: Fact | None, left: float | None) -> Fact | str:
    return reason or "" if left is None else fact("live.trying_in", reason=reason or "", seconds=left)


def _no_realtime() -> Notice:
    return Notice("no_realtime", (fact("live.notice.no_realtime.line"),))


def _another(wanted: str, picture: Snapshot) -> Notice:
    heard = tuple(serial or uuid for uuid, serial in picture.locations[:LISTED])
    more = len(picture.locations) - LISTED
    if more > 0:
        return Notice("another", (fact("live.notice.another.line_more", wanted=wanted, heard=heard, count=more),))
    return Notice("another", (fact("live.notice.another.line", wanted=wanted, heard=heard),))


def _connected(picture: Snapshot, since: float | None, rows: bool) -> ConnectionStatus:
    view = picture.view
    if view is not None and since is None:
        word = fact("live.state.no_measurements")
        if rows:
            banner = fact("live.banner.no_measurements")
            return ConnectionStatus("waiting for measurements", "◌", word, "warn", None, banner)
        return ConnectionStatus("waiting for measurements", "◌", word, "warn", _no_realtime())
    since = since or 0.0
    if since > STALE_AFTER:
        word, banner = fact("live.state.stale", ago=age(since)), fact("live.banner.stale", ago=age(since))
        return ConnectionStatus("stale", "▲", word, "warn", _no_realtime(), banner)
    if view is not None and not view.configured:
        word, banner = fact("live.state.no_configuration", ago=age(since)), _unconfigured(picture, view)
        return ConnectionStatus("waiting for configuration", "◌", word, "warn", _no_realtime(), banner)
    mute = Notice("no_channels", (fact("live.notice.no_channels.line"),))
    return ConnectionStatus("live", "●", fact("live.state.live", ago=age(since)), "ok", mute)


def _unconfigured(picture: Snapshot, view: SiteView) -> Fact:
    """Why there is no configuration: it has not come, or what came cannot be read."""
    topic = awaited_topic(view.uuid, view.dialect).rpartition("/")[2]
    damage = picture.site.quality.damage.values() if picture.site is not None else ()
    unreadable = any(each.kind is Kind.CHANNELS and each.whole for each in damage)
    return fact("live.banner.unreadable_configuration" if unreadable else "live.banner.no_configuration", topic=topic)


def age(seconds: float) -> Fact:
    """An age: 0.4 s, 12 s, 3 min, 2 h. Whole seconds stay whole."""
    if seconds < 3 and seconds != round(seconds):
        return fact("format.seconds", count=round(seconds, 1))
    if seconds < 120:
        return fact("format.seconds", count=round(seconds))
    if seconds < 7200:
        return fact("format.minutes", count=round(seconds / 60))
    return fact("format.hours", count=round(seconds / 3600))
