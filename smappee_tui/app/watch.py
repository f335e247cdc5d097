"""Watching for a while without a screen: a broker for so many seconds, or a recording to its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from smappee_tui.app.session import Session
from smappee_tui.connect.errors import CannotConnectError, ExternalError, RefusedError
from smappee_tui.connect.message_source import SLICE, Dropped, MessageSource, SourceState, take
from smappee_tui.connect.recording.replay import ReplaySource
from smappee_tui.diagnosis.checks.devices import DeviceVerdicts, device_verdicts
from smappee_tui.diagnosis.checks.heard import others_left_over
from smappee_tui.diagnosis.evidence.record import HistorySpan
from smappee_tui.diagnosis.judgement import Judgement, by_weight
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.meter import TOPIC as METER
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.protocol.topics import parse_topic
from smappee_tui.site.devices import Devices
from smappee_tui.site.locations import MOST_LOCATIONS
from smappee_tui.site.quality import LinkQuality
from smappee_tui.site.site import Site
from smappee_tui.site.view import SiteView, view_of

if TYPE_CHECKING:
    from smappee_tui.connect.recording.recorder import Recorder
    from smappee_tui.connect.recording.redact import Redactor


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """How often the source of a watch failed."""

    reconnects: int
    """Times that the connection to the broker came back."""
    dropped: Dropped
    """Messages that came faster than they could be taken."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One location at the end of a watch."""

    view: SiteView
    judgement: Judgement
    quality: LinkQuality
    devices: Devices
    first: float
    """Receiving clock of the location's first message, seconds since 1970; 0 where none spoke."""
    last: float
    """The same of its last message: the "now" of everything that is judged by age."""
    site: Site
    said: DeviceVerdicts
    """Of plugs and sensors."""
    past: HistorySpan | None = None
    """Set where this is no watch but weeks of 5-minute values from the cloud."""
    link: LinkCounts | None = None
    """None where nothing was watched."""
    chosen: Chosen | None = None
    """None where nothing was watched."""
    until: float = 0.0
    """End of the watch, by the clock of `last`; 0 where nobody knows more than that message."""

    @property
    def missing(self) -> float:
        """Seconds of the watch without measurements, those at its end included."""
        return self.quality.missing(max(self.last, self.until))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Why a watch tells of this location and no other."""

    by: Literal["named", "only", "most-channels"]
    """Named by the person; the only one that speaks; of several that with the most channels, then the lowest serial
    number."""
    others: int = 0
    """How many others speak, or are remembered where nothing speaks."""


class Spans:
    """Notes from when to when each location spoke, by the receiving clock of its messages and by no other."""

    def __init__(self) -> None:
        self._spans: dict[str, tuple[float, float]] = {}
        self.end = 0.0
        """The last arrival of anybody."""

    def note(self, item: MqttMessage | Mark) -> None:
        """Take one arrival; marks say nothing about a monitor."""
        if isinstance(item, Mark):
            return
        self.end = item.at
        location = parse_topic(item.topic).location
        first, last = self._spans.get(location, (item.at, item.at))
        if location in self._spans or len(self._spans) < MOST_LOCATIONS:
            self._spans[location] = (min(first, item.at), max(last, item.at))

    def of(self, location: str) -> tuple[float, float]:
        """First and last message of a location; (0, 0) for one that never spoke."""
        return self._spans.get(location, (0.0, 0.0))


def observe(session: Session, spans: Spans, until: float = 0.0) -> Observation | None:
    """Take stock of the session's location; None while none has spoken, or not the one asked for.

    Args:
        session: closed.
        spans: from when to when each location spoke.
        until: end of the watch by the clock that stamps arrivals; 0: with the last one of anybody, as a recording ends.
    """
    site = session.site
    if site is None:
        return None
    first, last = spans.of(site.uuid)
    if not last:  # named, but beyond the bound
        first, last = site.quality.first_at or 0.0, site.quality.last_at or 0.0
    said = device_verdicts(site, session.limits)
    link = LinkCounts(session.source.state.reconnects, session.source.dropped)
    view, judgement = view_of(site), session.judgement()
    others = [other for other in session.locations.sites.values() if other is not site]
    left_over = others_left_over(others) if site.spoke and not session.wanted else None
    if left_over is not None:
        judgement = replace(judgement, findings=by_weight((*judgement.findings, left_over)))
    return Observation(
        view, judgement, site.quality, site.devices, first, last, site, said,
        link=link, chosen=_chosen(session, site), until=max(until, spans.end),
    )  # fmt: skip


def nothing_seen(session: Session) -> Observation:
    """A watch in which no location spoke, or not the one asked for."""
    site = Site("")
    link = LinkCounts(session.source.state.reconnects, session.source.dropped)
    said = device_verdicts(site, session.limits)
    return Observation(view_of(site), Judgement(), site.quality, site.devices, 0.0, 0.0, site, said, link=link)


def _chosen(session: Session, site: Site) -> Chosen:
    if session.wanted:
        return Chosen("named")
    every = session.locations.sites.values()
    others = sum(1 for other in every if other is not site and (other.quality.live or not site.quality.live))
    return Chosen("most-channels", others) if others else Chosen("only")


TICK = 0.2
"""Seconds between two looks at what has arrived."""
_LAST = 2.0
"""Seconds that a watch may take in the end for what has arrived before it."""


class Watchable(Protocol):
    """A session, or something that only writes down what its source brings."""

    @property
    def source(self) -> MessageSource: ...

    def start(self) -> None: ...

    @property
    def behind(self) -> bool:
        """The last `poll` left something for the next one."""

    def poll(self, seconds: float | None = None, /) -> int:
        """Take what has arrived, for so many seconds at most, and return how many messages there were."""

    def close(self) -> None: ...


class RecordingSession:
    """Records what a source brings. To `watch_live` it is like a session."""

    def __init__(self, source: MessageSource, recorder: Recorder, *, redact: bool = False) -> None:
        from smappee_tui.connect.recording.tape import Tape

        self.source = source
        self.recorder = recorder
        self.behind = False
        self.redactor: Redactor | None = None
        if redact:
            from smappee_tui.connect.recording.redact import Redactor

            self.redactor = Redactor()
        self.tape = Tape(source, recorder, self.redactor)

    def start(self) -> None:
        self.source.start()

    def close(self) -> None:
        self.source.close()

    def poll(self, seconds: float | None = None, /) -> int:
        """Write what has arrived since, for so many seconds at most, and return how many messages that were."""
        count, self.behind = take(self.source, self.tape.take, seconds)
        return count

    def finish(self, at: float) -> int:
        """Note the silence up to the end, and return how many messages had come and could not be written in time.

        Args:
            at: the end, by the clock that stamps arrivals.
        """
        self.tape.finish(at)
        # A digital meter is read to the very end: a reading that comes after it is no loss.
        return sum(isinstance(one, Mark) or one.topic != METER for one in self.source.drain())

    @property
    def going(self) -> bool:
        """False when the recorder has stopped: the disk is full, say."""
        return self.recorder.state == "recording"


def watch_live(
    watched: Watchable,
    seconds: float | None,
    *,
    progress: Callable[[float | None], None] = lambda _: None,
    enough: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], object] | None = None,
) -> bool:
    """Watch a broker for so many seconds, counted from the moment that the source is up.

    A connection lost on the way is waited for; one that never comes up is not.

    Args:
        watched: not started yet. It is closed in the end, whatever happens.
        seconds: how long, even if nothing is heard; None for until Ctrl-C.
        progress: called every tick with the seconds watched so far, None before the source is up.
        enough: asked every tick; True ends the watch early.
        clock: seconds from any start.
        pause: waits so many seconds.

    Returns:
        False when Ctrl-C ended it early.

    Raises:
        ExternalError: when the source does not come up.
    """
    wait = pause or threading.Event().wait
    begun: float | None = None
    try:
        watched.start()
        while not enough():
            watched.poll(SLICE)
            now = clock()
            if begun is None and raise_unless_up(watched.source):
                begun = now
            done = None if begun is None else now - begun
            left = TICK if done is None or seconds is None else seconds - done
            if left <= 0:
                break
            progress(done)
            if not watched.behind:
                wait(min(TICK, left))
    except KeyboardInterrupt:
        return False
    finally:
        watched.close()
        watched.poll(_LAST)
    return True


def watch_recording(
    session: Session, source: ReplaySource, *, progress: Callable[[int], None] = lambda _: None
) -> bool:
    """Fold in a whole recording, a piece at a time.

    Args:
        session: holds `source`; not started yet, closed in the end.
        source: the recording.
        progress: called after each piece with the number of messages so far.

    Returns:
        False when Ctrl-C ended it early.

    Raises:
        CannotReadError: when the file cannot be read.
    """
    try:
        session.start()
        while session.poll():
            progress(source.items)
    except KeyboardInterrupt:
        return False
    finally:
        session.close()
    if source.problem is not None:
        raise source.problem
    return True


class Linked(Protocol):
    """Something with a link."""

    @property
    def state(self) -> SourceState: ...


def raise_unless_up(source: Linked) -> bool:
    """Whether the source has come up. Raises ExternalError when it has become clear that it will not."""
    state = source.state
    if state.phase == "refused":
        raise RefusedError(state.reason or fact("jobs.broker_refuses"))
    if state.phase == "disconnected":
        raise CannotConnectError(state.reason or fact("jobs.no_connection"))
    if state.phase == "closed":
        raise ExternalError(state.reason or fact("jobs.connection_closed"))
    return state.phase == "connected"
