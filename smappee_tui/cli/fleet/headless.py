"""A fleet without a screen: for a while, until everybody was judged, or for as long as a service runs."""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import NamedTuple

from smappee_tui.app.watch import raise_unless_up
from smappee_tui.cli import exits
from smappee_tui.cli.console import ProgressLine, columns, complain, out, painter, say, speaks_utf8
from smappee_tui.cli.fleet.document import fleet_document
from smappee_tui.cli.fleet.source import Feed
from smappee_tui.cli.fleet.text import fleet_text
from smappee_tui.cli.values import as_text
from smappee_tui.fleet.running import RunningFleet
from smappee_tui.fleet.view import FleetView
from smappee_tui.fleet.words import change_line, limits_of, troubles_of
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import Fact, Param, fact

_TICK = 0.2
_NOBODY = 60.0
"""Seconds after which nobody is waited for any more."""


class Ending(NamedTuple):
    """When it ends by itself."""

    seconds: float | None = None
    serve: bool = False

    def reached(self, view: FleetView | None, done: float) -> bool:
        """Whether it is time, so many seconds after the connection was there."""
        if self.serve:
            return False
        if self.seconds is not None:
            return done >= self.seconds
        if view is None or not (view.counts.live or view.sweep.of):
            return done >= _NOBODY
        return view.sweep.number > 1 or (view.sweep.left is not None and view.sweep.left <= 0)


def watch(running: RunningFleet, feed: Feed, ending: Ending, *, as_json: bool) -> int:
    """Watch, print in the end, and return the exit code.

    Args:
        running: not started yet.
        feed: what it lives on.
        ending: when to leave off.
        as_json: for a program rather than a person.

    Raises:
        ExternalError: when there is no connection; a service goes on trying.
    """
    finished, told = True, _Told(feed.where)
    try:
        feed.start()
        running.start()
        _wait(running, feed, ending, told)
    except KeyboardInterrupt:
        finished = False
    finally:
        running.close()
    if running.problem is not None:
        raise running.problem
    if running.last is None:
        return exits.INTERRUPTED
    view, rows = running.last
    if as_json:
        out(as_text(fleet_document(view, rows), ascii_only=not speaks_utf8(sys.stdout)))
    elif not ending.serve:
        out(fleet_text(view, view.rows(), columns=columns(), paint=painter()))
    if ending.serve:  # what the last moment brought
        told.troubles(running)
        told.tell(view)
    else:
        for trouble in (*running.troubles, *troubles_of(view.notes)):
            complain(trouble)
        for limit in limits_of(view):
            say(current().fact(limit))
    if not view.counts.locations:
        complain(fact("fleet.nobody", where=feed.where), fact("fleet.nobody_advice"))
    return exit_code(view) if finished else exits.INTERRUPTED


def _wait(running: RunningFleet, feed: Feed, ending: Ending, told: _Told) -> None:
    progress = ProgressLine(shown=False if ending.serve else None)
    begun: float | None = None
    try:
        while not running.ended.wait(_TICK):
            now = time.monotonic()
            if begun is None and (feed.came_up or (not ending.serve and raise_unless_up(feed))):
                begun = now
            view = running.picture.view if running.picture is not None else None
            if feed.finished or (begun is not None and ending.reached(view, now - begun)):
                return
            if ending.serve:
                told.look(feed, running)
            else:
                progress.line(partial(_so_far, feed, view))
    finally:
        progress.wipe()


def _connected(feed: Feed) -> bool:
    return feed.state.phase == "connected"


def _so_far(feed: Feed, view: FleetView | None) -> str:
    if view is None or feed.state.phase == "connecting":
        return tr("cli.connecting")
    if not _connected(feed):
        return tr("cli.connection_lost")
    counts = view.counts
    return tr("fleet.so_far", live=counts.live, count=counts.locations, judged=counts.judged, fault=counts.fault)


class _Told:
    """What a service says: a line each, on stderr, once."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._connected: bool | None = None
        self._change = 0
        self._begun = False
        self._troubles: list[Fact] = []
        self._noted: set[tuple[str, Param]] = set()
        """Codes of what was told, whatever the count was."""

    def look(self, feed: Feed, running: RunningFleet) -> None:
        self.troubles(running)
        if _connected(feed) != self._connected:
            self._connected = _connected(feed)
            if self._connected:
                say(tr("fleet.listens", where=self._where))
            elif feed.state.reason is not None:
                complain(feed.state.reason)
            else:
                self._connected = None
        if running.picture is not None:
            self.tell(running.picture.view)

    def troubles(self, running: RunningFleet) -> None:
        """Troubles beside the fleet itself that were none when this was asked last."""
        troubles = running.troubles
        for trouble in troubles:
            if trouble not in self._troubles:
                complain(trouble)
        self._troubles = troubles

    def tell(self, view: FleetView) -> None:
        """What is limited, and what changed."""
        for told in (*troubles_of(view.notes), *limits_of(view)):
            what = told.code, told.params.get("code")
            if what not in self._noted:
                self._noted.add(what)
                complain(told)
        changes = [change for change in view.changes if change.number > self._change]
        if view.changes and view.changes[-1].number < self._change:  # the fleet was begun anew
            changes = list(view.changes)
        for change in changes:
            self._change = change.number
            if self._begun or change.at >= view.since:
                say(change_line(change))
        self._begun = True


def exit_code(view: FleetView) -> int:
    """What was found, as an exit code."""
    counts = view.counts
    if counts.fault:
        return exits.FAULT
    judged_all = counts.locations and not counts.undecided and not counts.not_judged
    return exits.OK if judged_all else exits.UNDECIDED
