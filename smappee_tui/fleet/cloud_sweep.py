"""The fleet of the vendor's cloud: locations without a broker of their own, one after the other, judged by their past.

Seen from outside it is a fleet as any other: it is stepped, looked at and closed. A thread of its own asks the cloud,
at a pace that takes a night for some hundred locations; what it finds is kept, and a run that ended early is gone on
with.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from smappee_tui.app.cloud_session import Cloud
from smappee_tui.app.remote_diagnosis import RemoteDiagnosis, fetch_history, judge_history
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.connect.cloud_api.errors import OfflineError, RateLimitError, ServiceDownError, WrongCredentialsError
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.message_source import SourceState
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.fleet import changes
from smappee_tui.fleet.judging import said_of
from smappee_tui.fleet.standing import Standing
from smappee_tui.fleet.store import Store
from smappee_tui.fleet.view import MOST_CHANGES, Change, FleetView, LocationRow, Sweep, Window, counts_of
from smappee_tui.protocol.cloud.records import CloudLocation, LocationInfo, SensorConsumption

LATE = 3 * 3600.0
"""Seconds without a five-minute value after which a location is silent: the cloud itself may be an hour behind."""
AGAIN = 20 * 3600.0
"""Seconds after which a location is judged anew; a run within them goes on with those that are left."""
PACE = 20.0
"""Seconds from the beginning of one location to that of the next, at least: 300 take an hour and forty minutes, at a
request every two seconds. The vendor names no limit; nobody should be the one who finds it."""
_WAITS = (60.0, 300.0, 900.0, 1800.0)
"""Seconds to wait while the cloud has too much to do or is not reached; after as many in a row it is left for today."""
_AWAY = ("DISCONNECTED", "UNREACHABLE")
_WRITE = 0.05
_NIGHT = timedelta(days=1)
Answer = TypeVar("Answer")


class SweptCloud(Cloud, Protocol):
    """What is asked of a client."""

    def sensor_consumption(
        self, location: int, sensor: int, aggregation: Aggregation, start: datetime, end: datetime, /
    ) -> AsyncIterator[SensorConsumption]:
        """What a sensor counted, with its battery."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found of one location."""

    place: CloudLocation
    at: float
    remote: RemoteDiagnosis | None
    """None where it has no CTs or no values."""
    battery_low: bool = False
    plug_trouble: bool = False


@dataclass(slots=True)
class _Known:
    """What is at hand of one location."""

    place: CloudLocation
    watts: float = float("nan")


class CloudSweep:
    """Asks the cloud for each location once, the stalest first."""

    def __init__(
        self,
        open_client: Callable[[], SweptCloud],
        store: Store,
        *,
        days: int = 31,
        again: float = AGAIN,
        pace: float = PACE,
        limits: DeviceLimits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Begin.

        Args:
            open_client: makes a client; on the sweep's own thread.
            store: what is known of earlier runs.
            days: how far back each is judged, 1 to 31.
            again: seconds after which one is judged anew.
            pace: seconds from one to the next, at least.
            limits: thresholds.
            clock: s since 1970.
        """
        self._open, self.store, self._days, self._again, self._pace = open_client, store, days, again, pace
        self._limits, self._clock = limits or DeviceLimits(), clock
        self.since = clock()
        self.state = SourceState("connecting", self.since)
        """How the cloud is reached; from any thread."""
        self._standings = dict(store.standings())
        self._changes: deque[Change] = deque(store.changes(MOST_CHANGES), maxlen=MOST_CHANGES)
        self._number = self._changes[-1].number if self._changes else 0
        self._known: dict[str, _Known] = {}
        self._news: deque[tuple[CloudLocation, ...] | _Found] = deque()
        self._problem: ExternalError | None = None
        self._unforeseen: Exception | None = None
        self.ended = False
        """Nobody is asked any more."""
        self.listed = False
        """The cloud has said which locations there are."""
        self.failed = 0
        """Locations that the cloud would not tell of this time."""
        self.values = 0
        """Five-minute values that were taken in."""
        self._to_do = 0
        self._taken = 0
        """Locations whose finding was taken in; `failed` is counted by the thread that asks."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asking: asyncio.Task[None] | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="cloud-sweep", daemon=True)
        self._thread.start()

    # --- as a fleet -------------------------------------------------------------------------------------------------

    def step(self, seconds: float = 0.05) -> int:
        """Take in what the sweep found.

        Raises:
            ExternalError: what keeps it from the cloud at all.
            Exception: what nobody foresaw, from the thread that asks.
        """
        unforeseen, self._unforeseen = self._unforeseen, None
        if unforeseen is not None:
            raise unforeseen
        count = 0
        while self._news:
            found = self._news.popleft()
            count += 1
            if isinstance(found, _Found):
                self._take(found)
            else:
                self._known = {_key(place): self._known.get(_key(place), _Known(place)) for place in found}
        self._changes.extend(self.store.write(_WRITE, self._clock()))
        if self._problem is not None and self.ended and not self._known:
            raise self._problem
        return count

    def view(self) -> FleetView:
        """How it is now."""
        at, rows, done = self._clock(), list(self._rows()), self._taken + self.failed
        left = 0.0 if self.ended else (self._to_do - done) * self._pace if self._to_do else None
        return FleetView(
            at=at,
            since=min(self.since, at),
            counts=counts_of(rows),
            sweep=Sweep(self.since, done, self._to_do, None, left),
            window=Window(int(not self.ended and self._to_do > done)),
            messages=self.values,
            connected=self.state.phase == "connected",
            notes=tuple((name, count) for name, count in self.store.notes.items() if count),
            changes=tuple(self._changes),
            _rows=lambda: rows,
        )

    def close(self) -> None:
        """Ask no more, and keep what is known."""
        self._closed = True
        loop, asking = self._loop, self._asking
        if loop is not None and asking is not None:
            with contextlib.suppress(RuntimeError):  # it has ended meanwhile
                loop.call_soon_threadsafe(asking.cancel)
        self._thread.join(10.0)
        try:
            self.step()
        finally:
            self.store.close()

    @property
    def problem(self) -> ExternalError | None:
        """Why it was left off before everybody was asked for."""
        return self._problem

    def _rows(self) -> Iterator[LocationRow]:
        fresh = Standing()
        for key, known in self._known.items():
            of = self._standings.get(key, fresh)
            live = of.judged is None or of.judged - of.last < LATE  # nobody has asked yet
            yield LocationRow(
                key, known.place.serial, live, of.last, 0.0, known.watts, of.channels, of.verdict, of.judged,
                of.findings, of.battery_low, of.plug_trouble, of.changed,
            )  # fmt: skip

    def _take(self, found: _Found) -> None:
        self._taken += 1
        key = _key(found.place)
        known = self._known.setdefault(key, _Known(found.place))
        standing = self._standings.setdefault(key, Standing())
        standing.serial = found.place.serial
        standing.battery_low, standing.plug_trouble = found.battery_low, found.plug_trouble
        remote = found.remote
        if remote is None:
            standing.judged = found.at
            self.store.put(key, standing)
            return
        standing.last = remote.last
        known.watts = _grid_now(remote)
        said = said_of(remote.site, remote.judgement)
        told, again = changes.judge(standing, said, found.at)
        if again:  # weeks of values are no moment: they need no second look
            told, _ = changes.judge(standing, said, found.at)
        self.store.put(key, standing)
        silent = found.at - remote.last >= LATE
        speech = changes.fell_silent(standing, found.at) if silent else changes.came_back(standing, found.at)
        for one in (told, speech):
            if one is not None:
                self._number += 1
                self.store.tell(
                    Change(self._number, found.at, key, standing.serial, one.before, one.after, one.codes, one.flaps)
                )

    # --- asking -----------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            asyncio.run(self._sweep())
        except asyncio.CancelledError:
            pass
        except ExternalError as problem:
            self._problem = problem
            self.state = SourceState("refused", self._clock(), problem.told)
        except Exception as problem:  # noqa: BLE001 - told on the thread that steps, else it would seem to be done
            self._unforeseen = problem
        finally:
            self.ended = True

    async def _sweep(self) -> None:
        self._loop, self._asking = asyncio.get_running_loop(), asyncio.current_task()
        if self._closed:
            return
        client = await asyncio.to_thread(self._open)
        async with client:
            places = await self._patiently(client.locations)
            self.state = SourceState("connected", self._clock())
            self._news.append(tuple(place for place in places if place.serial))
            self.listed = True
            for place in self._in_order(places):
                begun = self._clock()
                try:
                    found = await self._patiently(partial(self._look, client, place))
                except (OfflineError, RateLimitError, ServiceDownError, WrongCredentialsError):
                    raise
                except ExternalError:  # this one is not to be had: not shared any more, say
                    self.failed += 1
                else:
                    self._news.append(found)
                await asyncio.sleep(max(0.0, self._pace - (self._clock() - begun)))

    def _in_order(self, places: tuple[CloudLocation, ...]) -> list[CloudLocation]:
        """Those that have a monitor and were not judged lately, the stalest first."""
        now, standings = self._clock(), self._standings

        def judged(place: CloudLocation) -> float:
            standing = standings.get(_key(place))
            return (standing.judged or 0.0) if standing is not None else 0.0

        # What a clock that was ahead wrote down is no reason to ask nobody until then.
        mine = (place for place in places if place.serial and not 0 <= now - judged(place) < self._again)
        due = sorted(mine, key=judged)
        self._to_do = len(due)
        return due

    async def _look(self, client: SweptCloud, place: CloudLocation) -> _Found:
        end = datetime.fromtimestamp(self._clock(), UTC)
        told = await client.info(place.id)
        configuration = await client.metering(place.id)
        low = await self._battery_low(client, told, end)
        away = any(one.connection in _AWAY for one in told.actuators)
        remote = None
        if configuration.plan.channels:
            past = await fetch_history(client, configuration, end, self._days, lambda share: None)
            self.values += len(past)
            if len(past):
                remote = await asyncio.to_thread(
                    judge_history, configuration, past, self._days, None, self._limits, client.base_url
                )
        return _Found(place, self._clock(), remote, low, away)

    async def _battery_low(self, client: SweptCloud, told: LocationInfo, end: datetime) -> bool:
        for sensor in told.sensors:
            latest = None
            async for one in client.sensor_consumption(
                told.location.id, sensor.id, Aggregation.HOUR, end - _NIGHT, end
            ):
                latest = one.battery if one.battery is not None else latest
            if latest is not None and latest <= self._limits.battery_low:
                return True
        return False

    async def _patiently(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask; wait and ask again where the cloud has too much to do, or is not reached.

        Raises:
            ExternalError: it cannot be had, or not today.
        """
        for wait in _WAITS:
            try:
                return await ask()
            except (OfflineError, RateLimitError, ServiceDownError) as problem:
                self.state = SourceState("disconnected", self._clock(), problem.told)
                asked = problem.wait if isinstance(problem, RateLimitError) and problem.wait is not None else 0.0
                await asyncio.sleep(max(wait, min(asked, _WAITS[-1])))
                self.state = SourceState("connected", self._clock())
        return await ask()


def _key(place: CloudLocation) -> str:
    return place.uuid or f"cloud-{place.id}"


def _grid_now(remote: RemoteDiagnosis) -> float:
    """W taken from the grid in the last five minutes; NaN where no CT tells."""
    grid = [number for number, setting in remote.site.settings.items() if setting.is_grid]
    columns = [remote.past.columns[number] for number in grid if number in remote.past.columns]
    return sum(column.watts[-1] for column in columns) if columns else float("nan")
