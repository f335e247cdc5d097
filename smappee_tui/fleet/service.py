"""The fleet: takes in what a broker sends of all its locations, judges them in turns, and says how they are.

Everything happens on the thread of whoever calls `step`; it never waits, and works for as long as it is told.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from functools import cache

from smappee_tui.connect.lean.batch import Batch
from smappee_tui.connect.message_source import SourceState
from smappee_tui.fleet import changes
from smappee_tui.fleet.changes import Told
from smappee_tui.fleet.intake import Asks, Batches, Lags, Message, Source, batches
from smappee_tui.fleet.judging import Sitting
from smappee_tui.fleet.location import Location
from smappee_tui.fleet.overview import Overview
from smappee_tui.fleet.past import Pasts, means_of
from smappee_tui.fleet.roll import SILENT, Roll, Watched
from smappee_tui.fleet.rounds import Rounds
from smappee_tui.fleet.standing import Standing
from smappee_tui.fleet.store import MemoryStore, Store
from smappee_tui.fleet.turns import USUAL, Turns
from smappee_tui.fleet.view import MOST_CHANGES, Change, FleetView, Word
from smappee_tui.protocol.received import MqttMessage

__all__ = ["SILENT", "Fleet"]

MOST_CHANNELS = 200
"""CT inputs of a location beyond which it is not judged: none has as many, and the cost grows with their square."""
FORGOTTEN = 30 * 86_400.0
"""Seconds without a word after which a location is nobody's any more."""
_PIECE = 32
"""Batches, or messages, between two looks at the stopwatch."""
_TICK, _BEHIND, _LEAP = 1.0, 5.0, 20.0
"""Seconds between two ticks; while it does not keep up; and where the clock was put on, or the machine slept."""
_WAVERS = 3.0
"""Seconds by which a clock may go back without having been put back: one that goes by what comes does, where that comes
now sooner and now later."""
_MISSING = 20
"""Ticks between two looks for those that nobody has heard in this run."""
_SETTLED = 60
"""Measurements of one that is configured, from which on its silence is news: none of an invented one is."""
_MOST_MEANS = 50
"""Five-minute messages that are taken in a step."""
_LATE = 1.0
"""Seconds that what comes last has waited, beyond which the machine does not keep up."""
_WRITE = 0.02
"""Seconds that are spent on writing at a go."""


class Fleet:
    """All locations of one source, or of one partition of a larger one."""

    def __init__(
        self,
        source: Source | Iterable[Iterable[Message]],
        *,
        store: Store | None = None,
        roll: Roll | None = None,
        turns: Turns | None = None,
        clock: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] = time.perf_counter,
        processor: Callable[[], float] = time.thread_time,
    ) -> None:
        """Go on from what the store has.

        Args:
            source: what is heard.
            store: what is kept over restarts; None: nothing is.
            roll: who is heard at all.
            turns: how many are judged at a time, and for how long.
            clock: seconds since 1970, as the messages' own times.
            stopwatch: seconds from any start, to leave off in time.
            processor: seconds of a core that this thread has had, to measure what judging costs.
        """
        self.source: Source = source if hasattr(source, "drain") else Batches(source)  # type: ignore[assignment]
        self.store: Store = store if store is not None else MemoryStore()
        self.roll = roll if roll is not None else Roll()
        self.turns = turns if turns is not None else Turns()
        self.rounds = Rounds(self.roll.locations, self.turns)
        self._clock, self._stopwatch, self._processor = clock, stopwatch, processor
        self.since = clock()
        self.messages = 0
        self.notes: Counter[str] = Counter()
        """What is limited or went wrong, by name."""
        self.on_turn: Callable[[Sitting, Word, Word, float], None] | None = None
        """Called with a turn that ended, what was said of its location before and is said now, and when that was."""
        self.pasts = Pasts(self.store)
        self._standings = dict(self.store.standings())
        self._sittings: dict[str, Sitting] = {}
        self._changes: deque[Change] = deque(self.store.changes(MOST_CHANGES), maxlen=MOST_CHANGES)
        self._number = self._changes[-1].number if self._changes else 0
        self._lags = Lags()
        self._large: set[str] = set()
        """Those that are too large to be judged, of those that are kept."""
        self._listens = self.since
        """Since when all that is sent has come."""
        self._leapt = self.since
        """When the clock was last put on or back, by the time that it shows since."""
        self._ticked = -1.0
        self._ticks = 0

    # --- what comes -------------------------------------------------------------------------------------------------

    def step(self, seconds: float = 0.05) -> int:
        """Take in what has arrived, for as long at most.

        Returns:
            How many messages were taken in; 0: there was nothing, and whoever calls may rest for a moment.
        """
        end, count = self._stopwatch() + seconds, 0
        self._finish(self._clock())
        while True:
            drained = self.source.drain(_PIECE)
            for batch in batches(drained):
                self.hear(batch)
                count += len(batch.arrivals)
            behind = len(drained) >= _PIECE
            if not behind or self._stopwatch() >= end:
                break
        self.take_means()
        at = self._clock()
        # What has come and is not taken in yet is no silence; but a flood shall not hide those who are silent.
        passed = at - self._ticked
        if not -_WAVERS <= passed < (_BEHIND if behind else _TICK):
            if self._ticks and not 0 <= passed < _LEAP:  # nobody was silent by that, and no turn is over or never ends
                self._leapt, self.since = at, self.since + min(0.0, passed - _TICK)
                self.turns.leapt(passed - _TICK)
                self.pasts.put_back(max(0.0, -passed))
                self.roll.put_back(at)
            self._ticked = at
            self.turns.strained(behind or self._lags.last > _LATE)
            self._tick(at)
        return count

    def hear(self, batch: Batch) -> None:
        """Take in what came together."""
        self.messages += len(batch.arrivals)
        now = self._clock()
        self._lags.note(now, now - batch.at)
        watched = self.roll.hear(batch.arrivals, batch.at)
        if watched:
            begun = self._processor()
            for one in watched:
                self._take(one, batch.at)
            self.turns.spent(self._processor() - begun)

    def _take(self, one: Watched, at: float) -> None:
        topic, payload, retained = one.arrival
        sitting = self._sittings.get(one.location.uuid)
        if sitting is not None:
            sitting.take(MqttMessage(at, topic.decode(errors="replace"), payload, 0, retained))

    # --- once a second ----------------------------------------------------------------------------------------------

    def _tick(self, at: float) -> None:
        self._ticks += 1
        if self.source.connected:  # else nobody is silent: nobody is heard
            state = getattr(self.source, "state", None)
            times = (self.since, self._leapt, state.since if isinstance(state, SourceState) else 0.0)
            since = self._listens = max((time for time in times if time <= at), default=at)
            swept = self.roll.sweep(at, since)
            for location in swept.silent:
                self._gone(location, at)
            for location in swept.back:
                self._back(location, at)
            if isinstance(self.source, Asks):
                for location in self.roll.unconfigured(at, since):
                    self.source.ask(location.uuid, location.prefix)
        for uuid in self.roll.changed():
            self.turns.configured(uuid, at)
            known = self._standings.get(uuid)
            if known is not None and known.judged and known.configuration != self.roll.locations[uuid].configuration:
                self.turns.hasten(uuid, at)
        self._judge_past(at)
        self.rounds.look(at)
        if self._ticks % _MISSING == 0:
            self._look_for_missing(at)
        for uuid in self.turns.begin(at, self._channels):
            self._begin(uuid)
        self._changes.extend(self.store.write(_WRITE, at))

    def take_means(self, most: int | None = _MOST_MEANS) -> None:
        """Five-minute values, of whoever sends them, so many at a time or all: all monitors send at one moment."""
        for location, arrival, came in self.roll.intervals(most):
            means = means_of(MqttMessage(came, arrival[0].decode(errors="replace"), arrival[1], 0, arrival[2]))
            if means is not None and not arrival[2]:
                known = self._standings.get(location.uuid)
                self.pasts.take(location, means, came, known.past_at if known is not None else None)

    def _judge_past(self, at: float) -> None:
        """One more location judged by its five-minute values, if it is time."""
        found = self.pasts.judge(at, self.roll.locations)
        if found is None:
            return
        uuid, said = found
        standing = self._standing(self.roll.locations[uuid])
        told = changes.judge_past(standing, said, at)
        self.store.put(uuid, standing)
        self._tell(uuid, standing, told, at)

    def _gone(self, location: Location, at: float) -> None:
        self._leave(location)
        standing = self._standings.get(location.uuid)
        if standing is None and not (location.configured and location.count >= _SETTLED):
            return  # the broker remembers something of it, or somebody made it up
        standing = self._standing(location)
        self._tell(location.uuid, standing, changes.fell_silent(standing, at), at)

    def _back(self, location: Location, at: float) -> None:
        standing = self._standings.get(location.uuid, Standing())
        self.turns.enter(location.uuid, at, standing.verdict, standing.judged, configured=location.configured)
        self.rounds.awaits(location, {number: 0.0 for number, word in standing.words.items() if not word.decided})
        told = changes.came_back(standing, at)
        if told is not None:
            self.turns.hasten(location.uuid, at)
        self._tell(location.uuid, standing, told, at)

    def _leave(self, location: Location) -> None:
        location.watched = False
        self._sittings.pop(location.uuid, None)
        self.turns.leave(location.uuid)

    def _look_for_missing(self, at: float) -> None:
        """Those that nobody hears, in this run or since an earlier one; what is kept of those who are gone for good."""
        locations = self.roll.locations
        self.rounds.forget()
        self.pasts.forget(locations)
        self._large.intersection_update(locations)
        self.notes["too_many_channels"] = len(self._large)
        for uuid in [uuid for uuid in self._sittings if uuid not in locations]:
            del self._sittings[uuid]
            self.turns.leave(uuid)
        if not self.source.connected or at - self._listens < SILENT:
            return
        # A partition hears first what was configured years ago: that somebody was not heard counts from now on.
        for gone in [one for one in locations.values() if at - max(one.first, one.last, self.since) > FORGOTTEN]:
            known = self._standings.get(gone.uuid)
            if known is not None:
                known.last = gone.last or known.last
            self.roll.forget(gone)
        for uuid, standing in list(self._standings.items()):
            location = locations.get(uuid)
            if standing.speech.held:
                live = location is not None and location.live
                self._tell(uuid, standing, changes.settle(standing, live, at), at)
            if location is not None:
                continue
            self.turns.leave(uuid)
            if at - standing.last > FORGOTTEN or standing.judged is None:
                del self._standings[uuid]
                self.store.forget(uuid)
            else:
                self._tell(uuid, standing, changes.fell_silent(standing, at), at)

    # --- turns ------------------------------------------------------------------------------------------------------

    def _channels(self, uuid: str) -> int:
        location = self.roll.locations.get(uuid)
        return location.settings if location is not None else USUAL

    def _begin(self, uuid: str) -> None:
        location = self.roll.locations.get(uuid)
        if location is None:
            self.turns.leave(uuid)
            return
        if location.settings > MOST_CHANNELS:
            self._large.add(uuid)
            self.notes["too_many_channels"] = len(self._large)
            self.turns.end(uuid, self._clock(), "undecided")
            return
        begun = self._processor()
        sitting = self._sittings[uuid] = Sitting(uuid, location.lasting(), self.store.learnt(uuid))
        self.notes["state_dropped"] += sitting.forgot
        location.watched = True
        self.turns.spent(self._processor() - begun)

    def _finish(self, at: float) -> None:
        """End one of the turns that are over: what that costs is nobody's to wait for twice."""
        uuid = next(iter(self.turns.due(at)), None)
        if uuid is None:
            return
        location, sitting = self.roll.locations.get(uuid), self._sittings.get(uuid)
        if location is None or sitting is None:
            self.turns.leave(uuid)
            return
        begun = self._processor()
        said = sitting.say()
        standing = self._standing(location)
        if self.turns.prolong(uuid, said is None or said.began, said is not None and said.flows):
            self.turns.spent(self._processor() - begun)
            return
        del self._sittings[uuid]
        location.watched = False
        again, told = False, None
        if said is not None:
            before, doubts = standing.verdict, len(standing.doubts)
            told, again = changes.judge(standing, said, at)
            standing.configuration = location.configuration
            decided = {n for n, word in standing.words.items() if word.decided and n not in standing.doubts}
            self.rounds.awaits(location, {n: amps for n, amps in said.open.items() if n not in decided})
            if self.on_turn is not None:
                self.on_turn(sitting, before, standing.verdict, at)
            self.store.put(uuid, standing, b"" if len(standing.doubts) > doubts else said.learnt)
        self.turns.end(uuid, at, standing.verdict)
        if again:
            self.turns.hasten(uuid, at)
        self._tell(uuid, standing, told, at)
        self.turns.spent(self._processor() - begun)

    def _standing(self, location: Location) -> Standing:
        standing = self._standings.setdefault(location.uuid, Standing())
        standing.last, standing.serial = location.last or standing.last, location.serial or standing.serial
        return standing

    def _tell(self, uuid: str, standing: Standing, told: Told | None, at: float) -> None:
        if told is None:
            return
        self._number += 1
        self.store.put(uuid, standing)
        self.store.tell(
            Change(self._number, at, uuid, standing.serial, told.before, told.after, told.codes, told.flaps)
        )

    # --- how it is --------------------------------------------------------------------------------------------------

    def view(self) -> FleetView:
        """How it is now."""
        at, overview = self._clock(), Overview(self.roll.locations, self._standings)
        lag, worst = self._lags.shares()
        notes = dict(self.notes + Counter(self.store.notes))  # what is dropped of one state is counted by either
        notes |= {
            "slowed": int(self.turns.slowed),
            "not_kept": self.roll.not_kept,
            "intervals_lost": self.roll.intervals_lost,
        }
        return FleetView(
            at=at,
            since=min(self.since, at),
            counts=overview.counts(at),
            sweep=self.turns.sweep(at),
            window=self.turns.window(),
            messages=self.messages,
            lost=self.source.lost,
            turned_away=self.roll.turned_away,
            unreadable=self.roll.unreadable,
            lag=lag,
            lag_worst=worst,
            connected=self.source.connected,
            notes=tuple((name, count) for name, count in notes.items() if count),
            changes=tuple(self._changes),
            _rows=cache(lambda: list(overview.rows(at))),
            _watts=overview.watts,
        )

    def close(self) -> None:
        """End, and keep what is known. What a turn that is not over learnt is lost, and learnt anew."""
        self.source.close()
        for uuid, location in self.roll.locations.items():
            standing = self._standings.get(uuid)
            if standing is not None:
                standing.last = location.last or standing.last
                self.store.put(uuid, standing)
        self.pasts.close()
        self.store.close()
