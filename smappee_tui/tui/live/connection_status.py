"""Which of the states the screen is in, and what to say about it: one pure function, one answer for every view."""

from __future__ import annotations

import time
from typing import Literal, NamedTuple

from smappee_tui.app.session import Snapshot
from smappee_tui.connect.message_source import SourceState
from smappee_tui.i18n import current
from smappee_tui.site.quality import STALE_AFTER
from smappee_tui.tui.live import advice
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


class ConnectionStatus(NamedTuple):
    """Where we stand, in words."""

    name: Name
    glyph: str
    word: str
    """For the header, "live 0.4 s"."""
    tone: str
    notice: advice.Notice | None = None
    """Fills the screen when there are no channels to show."""
    banner: str = ""
    """One line over the table when there are."""


def connection_status(
    picture: Snapshot, link: SourceState, now: float, mode: Mode, wanted: str | None = None, refused: str = ""
) -> ConnectionStatus:
    """Say where we stand.

    Args:
        picture: what is shown; it may be an old one, while the screen is frozen.
        link: the link now.
        now: seconds since 1970, on the clock that the arrivals carry.
        mode: where the messages come from.
        wanted: the location asked for, if one was.
        refused: why the link could not even be opened.
    """
    view = picture.view
    rows = view is not None and bool(view.channels)
    if refused:
        return ConnectionStatus("refused", "■", "cannot start", "fault", advice.cannot_start(refused))
    if link.phase != "connected" and not (mode == "replay" and link.phase == "closed"):
        return _without_link(link, now, rows)
    if view is None:
        if picture.locations:
            return ConnectionStatus(
                "another location", "◌", "other monitors", "warn", advice.another(wanted or "", picture)
            )
        if mode == "replay":
            return ConnectionStatus("ended", "■", "end of the recording", "wait", advice.empty_recording())
        return ConnectionStatus("no data", "◌", "connected, no data", "warn", advice.no_data(now - link.since))
    if mode == "replay":
        when = time.strftime("%H:%M:%S", time.localtime(now if view.at is None else view.at))
        if link.phase == "closed":
            return ConnectionStatus(
                "ended", "■", f"end of replay {when}", "info", advice.no_realtime(), current().fact(link.reason)
            )
        return ConnectionStatus("replay", "▸", f"replay {when}", "info", advice.no_realtime())
    return _connected(picture, now, rows)


def _without_link(link: SourceState, now: float, rows: bool) -> ConnectionStatus:
    again = "" if link.retry_at is None else f" in {max(0.0, link.retry_at - now):.0f} s"
    reason = current().fact(link.reason)
    if link.phase == "connecting" and not rows:
        return ConnectionStatus(
            "connecting", "◌", f"connecting {ago(now - link.since)}", "wait", advice.connecting(link)
        )
    if link.phase == "refused":
        banner = f"Refused: {reason} Trying again{again}. The last data is kept."
        return ConnectionStatus("refused", "■", "refused", "fault", advice.refused(reason, again), banner)
    trying = f"reconnecting{again}" if again else "reconnecting"
    if link.phase == "closed":
        trying = "closed"
    banner = f"Disconnected for {ago(now - link.since)}, the last data is kept. {reason}".strip()
    return ConnectionStatus(
        "disconnected", "✕", f"disconnected, {trying}", "fault", advice.disconnected(reason, again), banner
    )


def _connected(picture: Snapshot, now: float, rows: bool) -> ConnectionStatus:
    view = picture.view
    age = None if picture.site is None else picture.site.quality.age(now)
    if view is not None and age is None:
        if rows:
            banner = "Configured, but no measurements yet: a monitor sends them every second once it has started."
            return ConnectionStatus("waiting for measurements", "◌", "no measurements yet", "warn", None, banner)
        return ConnectionStatus("waiting for measurements", "◌", "no measurements yet", "warn", advice.no_realtime())
    age = age or 0.0
    if age > STALE_AFTER:
        banner = f"Nothing new for {ago(age)}: is the monitor powered, on its network, and not restarting?"
        return ConnectionStatus("stale", "▲", f"stale {ago(age)}", "warn", advice.no_realtime(), banner)
    if view is not None and not view.configured:
        banner = "Waiting for the channel configuration: rows by input number, no names, nothing judged yet."
        return ConnectionStatus(
            "waiting for configuration", "◌", f"no configuration yet, {ago(age)}", "warn", advice.no_realtime(), banner
        )
    return ConnectionStatus("live", "●", f"live {ago(age)}", "ok", advice.no_channels())
