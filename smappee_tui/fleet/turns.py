"""Whose turn it is: which locations are looked at in full now, in what order, for how long, and how far the sweep is.

Locations wait in queues, one a class, the stalest of each at its head. A turn goes to the head whose waiting weighs
most: the time that it waits, times the weight of its class. The worst come oftener by that, and nobody waits for ever:
waiting grows without end, weights do not. Time comes in with each call.
"""

from __future__ import annotations

import enum
import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from smappee_tui.fleet.view import Sweep, Window, Word

LENGTH = 120.0
"""Seconds of a turn."""
LONGEST = 360.0
"""Seconds of one that is not decided yet."""
SHARE = 0.3
"""Of a core, for the diagnosis of those whose turn it is."""
MOST, LEAST = 620, 8
"""Locations that have their turn at once, at most by memory, at least by whatever is measured."""
PERIOD, FEW = 1800.0, 100
"""Seconds in which all shall have had their turn, where the time allows: more at once than that takes gain nothing, but
so many always."""
PER_SECOND = 10.0
"""Turns that begin in a second at most, unless the window needs more: what begins together ends together."""
USUAL = 13
"""CT inputs of a location that takes one place; a larger one takes more."""
LONGER = 0.12
"""Of the places, that locations may keep beyond `LENGTH`."""
LIT, LIT_BESIDE = 0.125, 50.0
"""Of the places, those that go first to whoever has a current now that no turn could judge yet; and how many there are
besides, where the machine has room, for those of whom none was seen before."""


class Lit(enum.IntEnum):
    """What flows there that no turn could judge yet, the more urgent the higher."""

    NOTHING = 0
    OTHER = 1
    """Another current than the one that did not decide it."""
    FIRST = 2
    """A current where there was none."""


_FIRST_COST = 0.0006
"""Of a core that a location takes until that is measured."""
_MEASURED = 10.0
"""Seconds over which the cost is measured."""
_FOLLOWS = 0.2
_PACE = 600.0
"""Seconds over which the pace of a sweep is measured."""


class Class(enum.Enum):
    """Who waits, with the weight of a second of it."""

    CHANGED = 20.0
    """Something happened there: configured anew, power that turned round, it came back, a verdict to be confirmed."""
    NEW = 4.0
    FAULT = 3.0
    UNDECIDED = 1.2
    OK = 1.0
    UNKNOWN = 0.2
    """It is not configured: perhaps somebody's invention, and nothing can be said of its wiring anyhow."""


_CLASS: dict[Word, Class] = {
    "fault": Class.FAULT,
    "undecided": Class.UNDECIDED,
    "ok": Class.OK,
    "not_judged": Class.NEW,
}


@dataclass(slots=True)
class Turn:
    """One that has its turn."""

    begun: float
    until: float
    places: float
    """How much room it takes, 1 for `USUAL` channels."""
    longer: bool = False
    """It was given more than `LENGTH`."""
    lit: bool = False
    """It has it for a current that flows now."""


class Turns:
    """Queues, the window, and the sweep."""

    def __init__(
        self, *, length: float = LENGTH, longest: float = LONGEST, share: float = SHARE, most: int = MOST
    ) -> None:
        """Nobody waits yet.

        Args:
            length: seconds of a turn.
            longest: seconds of one that is not decided yet.
            share: of a core, that all turns together may take.
            most: locations that have their turn at once at most.
        """
        self.length, self.longest, self.share, self.most = length, max(length, longest), share, max(1, most)
        self.now: dict[str, Turn] = {}
        """Those that have their turn."""
        self._queues: dict[Class, list[tuple[float, str]]] = {kind: [] for kind in Class}
        """Heaps by class: since when, and who; those that wait otherwise by now are passed over."""
        self._waits: dict[str, tuple[Class, float]] = {}
        self._known: set[str] = set()
        """Whoever waits or has its turn."""
        self._again: dict[str, float] = {}
        """Of those that have their turn: since when another one is wanted."""
        self._lit: dict[str, Lit] = {}
        """Of those that wait: where a current flows that no turn could judge yet."""
        self._cost = _FIRST_COST
        self._ease = 1.0
        """Of the places, those that are given away; fewer while the machine does not keep up."""
        self._spent = 0.0
        self._since = self._accounted = -1.0
        self._occupied = 0.0
        """Places times seconds since the cost was last taken."""
        self._looked: float | None = None
        self._allowed = 0.0
        self._sweep = Sweep()
        self._left: set[str] = set()
        self._ended: deque[float] = deque()

    # --- who waits --------------------------------------------------------------------------------------------------

    def enter(
        self, uuid: str, at: float, verdict: Word = "not_judged", since: float | None = None, *, configured: bool = True
    ) -> None:
        """One that speaks waits for its turn.

        Args:
            uuid: which.
            at: now, s since 1970.
            verdict: what is known of it.
            since: when it had its last turn, in an earlier run say; None: it had none.
            configured: it is known how its inputs are configured.
        """
        if uuid in self._known:
            return
        if not self._sweep.begun:
            self._sweep = Sweep(begun=at)
        self._known.add(uuid)
        self._left.add(uuid)
        kind = _CLASS[verdict] if configured else Class.UNKNOWN
        self._put(uuid, kind, at if since is None else min(at, since))

    def configured(self, uuid: str, at: float) -> None:
        """Its configuration has come."""
        if uuid in self._waits and self._waits[uuid][0] is Class.UNKNOWN:
            self._put(uuid, Class.NEW, at)

    def leave(self, uuid: str) -> None:
        """It fell silent, or is not kept any more."""
        self._known.discard(uuid)
        self._left.discard(uuid)
        self._waits.pop(uuid, None)
        self._again.pop(uuid, None)
        self._lit.pop(uuid, None)
        self.now.pop(uuid, None)

    def hasten(self, uuid: str, at: float) -> None:
        """Something happened there: its turn comes soon. One that has its turn begins another one after it."""
        if uuid in self.now:
            self._again.setdefault(uuid, at)
        elif uuid in self._waits and self._waits[uuid][0] is not Class.CHANGED:
            self._put(uuid, Class.CHANGED, at)

    def lit(self, uuid: str, what: Lit) -> None:
        """What flows there that no turn could judge yet: it may be over in a minute, and its turn comes at once if a
        place for such ones is free."""
        if what and uuid in self._waits:
            self._lit[uuid] = what
        else:
            self._lit.pop(uuid, None)

    def leapt(self, by: float) -> None:
        """The clock was put on or back by so many seconds: whoever has its turn keeps what is left of it, and who
        waits has waited as long as before."""
        for turn in self.now.values():
            turn.begun, turn.until = turn.begun + by, turn.until + by
        self._waits = {uuid: (kind, since + by) for uuid, (kind, since) in self._waits.items()}
        self._queues = {kind: [(since + by, uuid) for since, uuid in queue] for kind, queue in self._queues.items()}
        self._again = {uuid: since + by for uuid, since in self._again.items()}
        self._ended = deque(at + by for at in self._ended)
        self._sweep = self._sweep._replace(begun=self._sweep.begun + by)
        self._looked = None if self._looked is None else self._looked + by

    def _put(self, uuid: str, kind: Class, since: float) -> None:
        self._waits[uuid] = kind, since
        heapq.heappush(self._queues[kind], (since, uuid))

    # --- turns ------------------------------------------------------------------------------------------------------

    @property
    def size(self) -> float:
        """Places that there are: as many as a sweep of `PERIOD` takes, and the time allows."""
        wanted = max(FEW, 1.25 * len(self._known) * self.length / PERIOD)
        return max(self._least, min(self._ease * wanted, self._room))

    @property
    def _room(self) -> float:
        """Places that the machine has room for."""
        return self._ease * min(float(self.most), self.share / self._cost)

    @property
    def _least(self) -> float:
        return float(min(LEAST, self.most))

    def begin(self, at: float, channels: Callable[[str], int] = lambda uuid: USUAL) -> list[str]:
        """Those whose turn begins now; ask about once a second.

        Args:
            at: now, s since 1970.
            channels: how many CT inputs a location has.
        """
        elapsed = 1.0 if self._looked is None else max(0.0, min(10.0, at - self._looked))
        self._looked = at
        self._account(at)
        size = self.size
        pace = max(PER_SECOND, 1.25 * size / self.length)
        self._allowed = min(self._allowed + pace * elapsed, max(1.0, pace))
        beside = max(0.0, min(LIT_BESIDE, self._room - size))
        most = {Lit.FIRST: max(LIT * size, beside), Lit.OTHER: LIT * size, Lit.NOTHING: 0.0}
        lit = sum(turn.places for turn in self.now.values() if turn.lit)
        taken, begun = sum(turn.places for turn in self.now.values()), []
        urgent = heapq.nlargest(int(self._allowed), self._lit, lambda uuid: (self._lit[uuid], -self._waits[uuid][1]))
        urgent.reverse()
        while self._allowed >= 1.0:
            first = bool(urgent) and lit < most[self._lit.get(urgent[-1], Lit.FIRST)] and taken < size + beside
            if first:
                uuid: str | None = urgent.pop()
            else:
                uuid = self._next(at) if taken - min(lit, beside) < size else None
            if uuid is None:
                break
            if self._waits.pop(uuid, None) is None:
                continue  # it stood among those that are urgent, and its turn came without
            self._lit.pop(uuid, None)
            places = max(1.0, channels(uuid) / USUAL)
            self.now[uuid] = Turn(at, at + self.length, places, lit=first)
            taken += places
            lit += places if first else 0.0
            self._allowed -= 1.0
            begun.append(uuid)
        return begun

    def _next(self, at: float) -> str | None:
        best, most = None, -1.0
        for kind, queue in self._queues.items():
            while queue and self._waits.get(queue[0][1]) != (kind, queue[0][0]):
                heapq.heappop(queue)
            if queue and (weight := kind.value * max(0.0, at - queue[0][0])) > most:
                best, most = kind, weight
        return None if best is None else heapq.heappop(self._queues[best])[1]

    def due(self, at: float) -> list[str]:
        """Those whose time is over, the longest first."""
        over = [(turn.until, uuid) for uuid, turn in self.now.items() if turn.until <= at]
        return [uuid for _, uuid in sorted(over)]

    def prolong(self, uuid: str, began: bool = True, flows: bool = True) -> bool:
        """Whether one that is not decided may keep its place for another half turn: while there are free places for
        all who wait, or else few do so.

        Args:
            uuid: which.
            began: too little was heard, or a current began that is not decided.
            flows: a current flows that is not decided. Who has a turn for that keeps it.
        """
        turn = self.now[uuid]
        longest = min(self.longest, 2 * self.length) if turn.lit else self.longest
        if not (began or (flows and turn.lit)) or turn.until - turn.begun + 0.5 * self.length > longest + 1e-6:
            return False
        crowded = len(self._waits) > self.size - len(self.now) and not turn.lit
        if crowded and not turn.longer and sum(t.longer for t in self.now.values()) >= max(1.0, LONGER * self.size):
            return False
        turn.until += 0.5 * self.length
        turn.longer = not turn.lit
        return True

    def end(self, uuid: str, at: float, verdict: Word) -> None:
        """Its turn is over; it waits for the next one."""
        if self.now.pop(uuid, None) is None:
            return
        again = self._again.pop(uuid, None)
        self._put(uuid, _CLASS[verdict] if again is None else Class.CHANGED, at if again is None else again)
        if uuid in self._left:
            self._left.discard(uuid)
            self._ended.append(at)
        if not self._left:
            begun = self._sweep.begun
            self._sweep = Sweep(begun=at, number=self._sweep.number + 1, took=at - begun)
            self._left = set(self._known)

    def strained(self, behind: bool) -> None:
        """Once a second: whether more comes than is taken in. Then fewer have their turn, until that is over: nothing
        that is lost comes again, and a turn does."""
        self._ease = max(0.05, 0.8 * self._ease) if behind else min(1.0, 1.03 * self._ease)

    @property
    def slowed(self) -> bool:
        """Few have their turn because the machine does not keep up."""
        return self._ease < 0.5

    def spent(self, seconds: float) -> None:
        """What the diagnosis of those who have their turn took, by the stopwatch."""
        self._spent += seconds

    def _account(self, at: float) -> None:
        """Measure what one place costs, and with it how many there may be."""
        if at < self._accounted or self._accounted < 0:
            self._since, self._spent, self._occupied = at, 0.0, 0.0
        else:
            self._occupied += sum(turn.places for turn in self.now.values()) * (at - self._accounted)
        self._accounted = at
        if at - self._since >= _MEASURED and self._occupied > 0:
            measured = max(self._spent / self._occupied, 1e-5)
            self._cost += _FOLLOWS * (measured - self._cost)  # one dear moment shall not empty the window
            self._since, self._spent, self._occupied = at, 0.0, 0.0

    # --- how far ----------------------------------------------------------------------------------------------------

    def sweep(self, at: float) -> Sweep:
        """How far the sweep is."""
        while self._ended and self._ended[0] < at - _PACE:
            self._ended.popleft()
        of = len(self._known)
        done = of - len(self._left)
        watched = at - max(self._sweep.begun, at - _PACE) if self._sweep.number == 1 else _PACE
        pace = len(self._ended) / max(watched - self.length, self.length) if self._ended else self.size / self.length
        expected = max(self.length, of / pace) if of and pace > 0 else None
        left = None if expected is None else max(0.0, len(self._left) / pace)
        return self._sweep._replace(done=done, of=of, expected=expected, left=left)

    def window(self) -> Window:
        """Who is looked at now."""
        places = sum(turn.places for turn in self.now.values())
        return Window(len(self.now), int(max(self.size, places)), self._cost * places)
