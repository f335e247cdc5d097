"""What `smappee-tui report` does: watch, build, write, tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from smappee_tui.cli import check_watch, exits
from smappee_tui.cli.amounts import lasting
from smappee_tui.cli.guard import Misused
from smappee_tui.cli.replay_link import ReplayLink
from smappee_tui.cli.report_files import Wish, written
from smappee_tui.cli.talk import say
from smappee_tui.cli.watched import Spans, Watched, watched
from smappee_tui.links.address import BrokerAddress
from smappee_tui.links.errors import CannotRead
from smappee_tui.plaintext import clean
from smappee_tui.protocol import Arrival, Mark
from smappee_tui.report.formats import FORMATS, Format
from smappee_tui.report.logbook import Logbook
from smappee_tui.report.particulars import Particulars
from smappee_tui.report.photos import recording_of
from smappee_tui.session import Session

More = Callable[[Watched], Watched]
"""Adds what somebody else says of the same location."""


def as_it_is(seen: Watched) -> Watched:
    """Nobody else says anything."""
    return seen


class Notes:
    """Listens to a session's messages: from when to when each location spoke, and what was said before a change."""

    def __init__(self) -> None:
        self.spans = Spans()
        self.logbook = Logbook()
        self.session: Session | None = None
        self._plans: dict[str, bytes] = {}

    def __call__(self, item: Arrival | Mark) -> None:
        """Take one item, before the session folds it in."""
        self.spans.note(item)
        if isinstance(item, Arrival) and item.topic.rpartition("/")[2].startswith("channelConfig"):
            if self._plans.get(item.topic, item.payload) != item.payload and self.session is not None:
                self.logbook.note(item.at, self.session.judgement())
            if item.topic in self._plans or len(self._plans) < 100:
                self._plans[item.topic] = item.payload


def chosen(text: str) -> tuple[Format, ...]:
    """Read --format. Raises Misused for a format that there is not."""
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in FORMATS:
            raise Misused(f"There is no format {word}.", f"There are {', '.join(FORMATS)}.")
    if not words:
        raise Misused("Which formats?", f"Name some of {', '.join(FORMATS)}.")
    return tuple(known for known in FORMATS if known in words)


def plain_name(text: str) -> str | None:
    """Read --name: a file's name and no way to another folder."""
    if not text:
        return None
    if Path(text).name != text or text in (".", "..") or "\\" in text or ":" in text:
        raise Misused("--name is the name of the files only.", "Name the folder with --out.")
    return text


def day(text: str) -> str:
    """Read a date. Raises Misused for what is none."""
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Misused(f"{text} is no date.", "Write it as 2026-03-31.") from error


def particulars(**said: Any) -> Particulars:
    """What the person said; what he did not say of himself is taken from what the app keeps."""
    from smappee_tui.cli.kept import kept_settings

    kept = kept_settings().installer
    for field in ("company", "person", "licence", "role"):
        said[field] = said[field] or kept.get(field, "")
    return Particulars(generated_at=time.time(), zone=None, **said)


def replayed(
    path: Path, seconds: float | None, wanted: str | None, said: Particulars, wish: Wish, more: More = as_it_is
) -> int:
    """Report on a recording."""
    notes, bad = Notes(), check_watch.BadLines(path)
    link = ReplayLink(path, seconds=seconds, on_bad=bad)
    session = notes.session = Session(link, wanted=wanted, generation=said.generation, keep=notes)
    finished = check_watch.replay(session, link, bad)
    said = replace(said, source=str(path.name), recording=None if wish.redact else recording_of(path))
    return _end(session, notes, said, wish, more, source=str(path), finished=finished)


def watched_live(
    address: BrokerAddress, seconds: float, wanted: str | None, said: Particulars, wish: Wish, more: More = as_it_is
) -> int:
    """Report on a live monitor."""
    from smappee_tui.links.mqtt import MqttLink

    notes = Notes()
    session = notes.session = Session(MqttLink(address), wanted=wanted, generation=said.generation, keep=notes)
    finished = check_watch.live(session, seconds)
    said = replace(said, source=str(address), generated_at=time.time())
    return _end(session, notes, said, wish, more, source=str(address), finished=finished)


def _end(
    session: Session, notes: Notes, said: Particulars, wish: Wish, more: More, *, source: str, finished: bool
) -> int:
    seen = watched(session, notes.spans)
    if seen is None:
        if not finished:
            raise KeyboardInterrupt
        raise _nothing(session, source)
    code = written(more(seen), session.judge, said, wish, logbook=notes.logbook)
    if not finished:
        say(f"Interrupted: the report rests on {lasting(seen.last - seen.first)} only.")
    return code if finished else exits.INTERRUPTED


def _nothing(session: Session, source: str) -> CannotRead:
    heard = [clean(site.monitor.serial if site.monitor else site.uuid) for site in session.locations.sites.values()]
    if session.wanted and heard:
        return CannotRead(
            f"Nothing was heard of {clean(session.wanted)} on {source}.", f"Heard there: {', '.join(heard[:10])}."
        )
    return CannotRead(
        f"No Smappee monitor was heard on {source}.",
        "A monitor speaks once a second. Is its local MQTT broker switched on, or does it push to another one?",
    )
