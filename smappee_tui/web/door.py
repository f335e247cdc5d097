"""Who may see the page: a link that is shown on the laptop, a cookie a phone, four phones, each of them revocable."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

MOST_DEVICES = 4
SECRET = 16
"""Bytes of a token and of a cookie: 128 bits."""
LINK_LASTS = 600.0
"""Seconds after which whoever asks for the link gets another one. The one before still lets in for as long again, so
that a code that was just photographed, or a link that was just sent, works."""
UNUSED = 60.0
"""Seconds within which a browser that was given a cookie shows it: it takes a place only then. What fetches links by
itself, for a preview say, takes none."""
_MOST_UNUSED = 8
_SYSTEMS = ("iPhone", "iPad", "Android", "CrOS", "Windows", "Macintosh", "Linux")
_BROWSERS = {
    "FxiOS": "Firefox",
    "Firefox": "Firefox",
    "EdgiOS": "Edge",
    "EdgA": "Edge",
    "Edg": "Edge",
    "SamsungBrowser": "Samsung Internet",
    "OPR": "Opera",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
"""Words of a browser's introduction, the tell-tale ones first: each calls itself by the names of those before it."""


class Origin(NamedTuple):
    """Where the page is, and nowhere else."""

    scheme: str
    """ "http" or "https"."""
    host: str
    """As it stands in a link: IPv6 in brackets."""
    port: int

    @property
    def authority(self) -> str:
        """What a browser says whom it means: without the port where that is the usual one."""
        usual = {"http": 80, "https": 443}[self.scheme]
        return self.host if self.port == usual else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


@dataclass(slots=True)
class Visitor:
    """One phone that was let in."""

    number: int
    """Counts up; never used twice while the program runs."""
    browser: str
    """What it says it is in two or three words, "Android Chrome"; "" where it says nothing known."""
    address: str
    """Where it came from last."""
    since: float
    """When it was let in, s since 1970."""
    seen: float
    """When something was last given to it, s since 1970."""
    cookie: str = field(repr=False)


class Door:
    """Lets in whoever has the link, up to four, and keeps everybody else out. Any thread may ask it anything.

    Secrets are compared in a time that says nothing about them, and appear in no text of this object.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Close it to all: the first link is made when it is asked for.

        Args:
            clock: seconds since 1970.
        """
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: list[tuple[str, float]] = []
        """The newest first, each with when it was made."""
        self._unused: list[tuple[str, float]] = []
        """Cookies that no browser has shown yet, the oldest first, each with when it was given."""
        self._visitors: list[Visitor] = []
        self._number = 0
        self._refused: Counter[str] = Counter()

    @property
    def token(self) -> str:
        """What stands in the link. A link older than ten minutes is replaced."""
        with self._lock:
            now = self._clock()
            if not self._tokens or not 0 <= now - self._tokens[0][1] < LINK_LASTS:
                self._tokens = [(secrets.token_urlsafe(SECRET), now), *self._tokens[:1]]
            return self._tokens[0][0]

    @property
    def visitors(self) -> tuple[Visitor, ...]:
        """Who is in, in the order of coming."""
        with self._lock:
            return tuple(self._visitors)

    @property
    def refused(self) -> dict[str, int]:
        """How many were turned away, by a word for why: a code of the catalogue's `share.refused`."""
        with self._lock:
            return dict(self._refused)

    def refuse(self, why: str) -> None:
        """Count one that was turned away."""
        with self._lock:
            self._refused[why] += 1

    def knows(self, token: str) -> bool:
        """Whether a link with this token lets in now."""
        with self._lock:
            return self._good(token, self._clock())

    def _good(self, token: str, now: float) -> bool:
        fits = [_same(token, known) and 0 <= now - made < 2 * LINK_LASTS for known, made in self._tokens]
        return any(fits)

    def exchange(self, token: str) -> str | None:
        """A cookie for a link's token; None where the token is not right, too old, or all places are taken."""
        with self._lock:
            now = self._clock()
            if not self._good(token, now):
                self._refused["token"] += 1
                return None
            if len(self._visitors) >= MOST_DEVICES:
                self._refused["full"] += 1
                return None
            cookie = secrets.token_urlsafe(SECRET)
            self._unused = [*self._unused[-_MOST_UNUSED + 1 :], (cookie, now)]
            return cookie

    def admit(self, cookie: str, agent: str, address: str) -> Visitor | None:
        """Whose cookie this is; None for nobody's. The first time that it is shown it takes one of the places.

        Args:
            cookie: as the browser sent it.
            agent: how the browser introduces itself.
            address: where it calls from.
        """
        with self._lock:
            now = self._clock()
            for visitor in [one for one in self._visitors if _same(cookie, one.cookie)]:
                visitor.seen, visitor.address = now, address
                return visitor
            fresh = [one for one in self._unused if _same(cookie, one[0])]
            if not fresh or now - fresh[0][1] > UNUSED:
                return None
            if len(self._visitors) >= MOST_DEVICES:
                self._refused["full"] += 1
                return None
            self._unused.remove(fresh[0])
            self._number += 1
            visitor = Visitor(self._number, introduced(agent), address, now, now, cookie)
            self._visitors.append(visitor)
            return visitor

    def saw(self, visitor: Visitor) -> None:
        """Something was given to it."""
        visitor.seen = self._clock()

    def revoke(self, number: int) -> None:
        """Put one out. Its link lets nobody in any more, nor does any other that was made so far."""
        with self._lock:
            self._visitors = [one for one in self._visitors if one.number != number]
            self._tokens, self._unused = [], []


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode())


def introduced(agent: str) -> str:
    """What a browser says it is, in two or three words: a system and a browser that are known, or nothing."""
    system = next((one for one in _SYSTEMS if one in agent), "")
    browser = next((name for sign, name in _BROWSERS.items() if f"{sign}/" in agent), "")
    return f"{'Mac' if system == 'Macintosh' else system} {browser}".strip()
