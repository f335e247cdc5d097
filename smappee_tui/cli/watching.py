"""The watch of a check: a broker or a recording, with progress on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from smappee_tui.app.session import Session
from smappee_tui.app.watch import Observation, watch_live, watch_recording
from smappee_tui.cli.console import ProgressLine, complain, say
from smappee_tui.cli.exits import FailedError, UsageError
from smappee_tui.connect.recording.lines import BadLine
from smappee_tui.connect.recording.replay import ReplaySource
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.fact import fact
from smappee_tui.site.site import Site

_MOST_LINES_SAID = 10
_MOST_NAMED = 10
"""Locations that are named where the one meant is not among them."""


SecondOpinion = Callable[[Observation], Observation]
"""Adds what somebody else says of the same location."""


def second_opinion(cloud: str | None) -> SecondOpinion:
    """What the cloud's configuration adds to a watch. It is asked for now, so that a wrong password shows at once.

    Args:
        cloud: the location by number, uuid, serial or a part of its name; None: nobody is asked.

    Raises:
        UsageError, FailedError: as `check.remote.configured_in_cloud`.
    """
    if cloud is None:
        return lambda seen: seen
    from smappee_tui.cli.check.remote import configured_in_cloud, with_second_opinion

    configuration = configured_in_cloud(cloud)
    return lambda seen: with_second_opinion(seen, configuration)


class BadLines:
    """Keeps the first bad lines of a recording, and counts all, until it is known whether it is one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first: list[BadLine] = []
        self.count = 0

    def __call__(self, line: BadLine) -> None:
        self.count += 1
        if len(self._first) < _MOST_LINES_SAID:
            self._first.append(line)

    def tell(self) -> None:
        """Name them one by one, and say how many there were if not all are named."""
        for line in self._first:
            say(tr("cli.line_skipped", path=str(self._path), number=line.number, reason=line.reason))
        if self.count > len(self._first):
            say(tr("cli.lines_skipped", path=str(self._path), count=self.count))

    def no_recording(self) -> FailedError:
        """Not one line could be read."""
        what = fact("cli.no_recording", path=str(self._path), reason=self._first[0].reason)
        return FailedError(what, fact("cli.no_monitor_in_file_advice"))


def watch_with_progress(session: Session, seconds: float, *, alone: bool = False) -> bool:
    """Watch a broker; False when Ctrl-C ended it early.

    Args:
        session: not started yet.
        seconds: how long.
        alone: end as soon as several monitors speak and none was named.

    Raises:
        ExternalError: when there is no connection.
    """
    progress = ProgressLine()
    try:
        return watch_live(
            session,
            seconds,
            progress=lambda done: progress.line(lambda: _so_far(session, seconds, done)),
            enough=lambda: bool(session.fits) or (alone and not session.wanted and len(session.speaking) > 1),
        )
    finally:
        progress.wipe()


def replay_with_progress(session: Session, link: ReplaySource, bad: BadLines) -> bool:
    """Fold in a recording; False when Ctrl-C ended it early.

    Raises:
        CannotReadError: when the file cannot be read.
        FailedError: when it is no recording.
    """
    progress = ProgressLine()
    try:
        finished = watch_recording(
            session, link, progress=lambda items: progress.line(lambda: tr("cli.messages_read", count=items))
        )
    finally:
        progress.wipe()
        if link.items:
            bad.tell()
    if finished and bad.count and not link.items:
        raise bad.no_recording()
    return finished


def _so_far(session: Session, goal: float, done: float | None) -> str:
    """How far a live watch is."""
    state, site = session.source.state, session.site
    if done is None:
        return tr("cli.connecting")
    endless = goal == float("inf")
    parts = [current().span(done) if endless else tr("cli.seconds_of", done=done, goal=goal)]
    if state.phase != "connected":
        parts.append(tr("cli.connection_lost"))
    if site is None:
        parts.append(tr("cli.waiting_monitor"))
    else:
        parts.append(tr("cli.realtime_messages", count=site.quality.realtime))
        settings = len(site.settings)
        parts.append(tr("cli.channels", count=settings) if settings else tr("cli.waiting_configuration"))
    return " · ".join(parts)


def one_meant(session: Session, *, alone: bool = False) -> None:
    """Raise UsageError where nobody can say which monitor is meant.

    Args:
        session: at its end.
        alone: several are too many, too, where none was named, or none that speaks.
    """
    several, what = session.fits, fact("cli.fits_several", wanted=session.wanted, count=len(session.fits))
    if alone and not several:
        speaking, remembered = session.speaking if not session.wanted else [], session.remembered
        several = speaking or remembered
        what = fact("cli.which_of" if speaking else "cli.which_remembered", count=len(several))
    if len(several) > 1:
        raise UsageError(what, fact("cli.heard_there_choose", names=_names(several)))


def _names(sites: Sequence[Site]) -> str:
    """The serial number of each, in order; the uuid as well where several bear one serial number, or none."""
    told = sorted((clean(site.monitor.serial) if site.monitor else "", clean(site.uuid)) for site in sites)
    often = Counter(serial for serial, _ in told)
    names = [serial if serial and often[serial] == 1 else f"{serial} {uuid}".strip() for serial, uuid in told]
    return ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")


def tell_refused(session: Session) -> None:
    """Say what was refused because it was too large: that it may be what is missing."""
    refused = session.source.state.too_large
    if refused is not None:
        complain(refused.what, refused.advice)


def nothing_heard(session: Session, source: str) -> FailedError:
    """Why there is nothing to judge.

    Args:
        session: at its end, without a location to tell of.
        source: where it listened, for a person.
    """
    refused = session.source.state.too_large
    if refused is not None:
        return FailedError(refused.what, refused.advice)
    heard = session.locations.sites.values()
    if session.wanted and heard:
        names = [clean(site.monitor.serial if site.monitor else "") or clean(site.uuid) for site in heard]
        more = " …" if len(names) > _MOST_NAMED else ""
        return FailedError(
            fact("cli.nothing_heard_of", wanted=session.wanted, source=source),
            fact("cli.heard_there", names=", ".join(names[:_MOST_NAMED]) + more),
        )
    if session.locations.other:
        return FailedError(fact("cli.others_only", source=source), fact("cli.others_only_advice"))
    if isinstance(session.source, ReplaySource):
        return FailedError(fact("cli.no_monitor_in_file", source=source), fact("cli.no_monitor_in_file_advice"))
    return FailedError(fact("cli.no_monitor_heard", source=source), fact("cli.no_monitor_heard_advice"))
