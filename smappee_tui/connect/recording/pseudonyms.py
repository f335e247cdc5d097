"""Made-up values in place of real ones: the same for the same, never the same for two, in the shape of the original.

What the diagnosis reads in a value is kept, and nothing else: which names are one load, its phases, whether it is a
battery; which product a serial number is of; what a CT is made for; in which part of the world a clock stands.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Container, Hashable, Iterator
from itertools import chain, count
from math import inf, isfinite
from typing import TypeVar

from smappee_tui.connect.recording.counters import Counters
from smappee_tui.protocol.damage import DAMAGED_NUMBER, NO_TEXT, UNKNOWN_CHARACTER
from smappee_tui.protocol.fields import MOST_JOULES, Holds, Meaning
from smappee_tui.protocol.names import base_name, phase_word, rated_amps, suggests_charger, suggests_storage
from smappee_tui.protocol.products import product_of
from smappee_tui.protocol.stamps import CLOCK_SET, NEAR
from smappee_tui.protocol.topics import LONGEST_TOPIC, ROOT, Kind, parse_topic

_T = TypeVar("_T", bound=str)
_V = TypeVar("_V", str, int)
_K = TypeVar("_K")
_M = TypeVar("_M")

SIX_DIGITS = 100_000
"""From here on a number may be somebody's: a serial number, a telephone."""
MOST = 100_000
"""Originals of one kind that are told apart, far more than a broker of thousands of houses has. What comes after them
shares the last one made up, and is counted as unknown."""
_FLAGS = frozenset({"TRUE", "FALSE", "YES", "NO", "ON", "OFF", "0", "1"})
_LARGEST = 10**19
"""Whatever is beyond is one number: none that a monitor sends."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,19}(?:\.\d{1,9})?(?:e[+-]?\d{1,2})?|nan|inf)", re.IGNORECASE | re.ASCII)
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d{1,5}(?:\.\d{1,2})?|nan|inf)", re.IGNORECASE | re.ASCII)
"""One that hides nothing behind its point, in an exponent or in zeros before it."""
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_VERSION = re.compile(r"(?!(?:\D*\d){7})V?\d{1,5}(?:\.\d{1,2}|(?:\.\d{1,3}){2})?", re.IGNORECASE | re.ASCII)
"""Of six digits at most, and neither a coordinate nor an address."""
_CODE = re.compile(r"1\.\d{1,4}\.(?:0|32|64|128)\.\d{1,2}", re.ASCII)
_CT_TYPE = re.compile(r"S?CT(?:\d|\d?[05]|\d\d[05])?(?:_(?:\d|\d{1,3}[05]|[12]6|32|63)){0,3}A?", re.ASCII)
"""With ratings as CTs have them."""
_FORMULA = re.compile(r"\$([^/$]{1,64})/(\d{1,6})\$|([-+*/() ])|(\d+(?:\.\d+)?)|(.)", re.DOTALL)
YEARS = (946_684_800, 4_102_444_800)
"""2000 to 2100, in seconds since 1970: what is outside of it is no moment."""
_AHEAD = 10 * 365 * 86_400
"""Seconds that a clock goes ahead of the receiving one at most."""
_ZONES = {
    "Africa": "Africa/Lagos", "America": "America/Chicago", "Asia": "Asia/Kolkata", "Atlantic": "Atlantic/Azores",
    "Australia": "Australia/Sydney", "Brazil": "Brazil/East", "Canada": "Canada/Central", "Europe": "Europe/Brussels",
    "Mexico": "Mexico/General", "Pacific": "Pacific/Auckland", "US": "US/Central",
}  # fmt: skip
"""One zone for all of an area: the nominal voltage of a supply is judged by it."""
_LOW_VOLTS = ("Pacific/Honolulu", "Pacific/Guam")
"""Where the voltage is another one than in the rest of the area."""
_LONGEST_SUFFIX = 12
LONGEST_KEPT = 64
"""Letters of a text that are remembered, and digits of a serial number that is made up."""
BAD_BYTE, BAD_ESCAPE = "\udcff", "\ud800"
"""What is damaged stays damaged: it costs a name or a value, and is told. The first is written as a byte that is no
UTF-8, the second as the escape of half a surrogate pair."""
_BAD_BYTE = re.compile("[\udc80-\udcff]")


class Pseudonymizer:
    """Hands out replacements and remembers them for as long as it lives.

    Nothing made up equals an original that is known by then: one met before, or one that stands in `around`. An
    original that comes only later may equal what was handed out long before. It gets a replacement of its own; the
    first one keeps its, for the same must stay the same in what is already written. Serial numbers are therefore made
    up from the highest down, where no factory has arrived: real ones are counted up from 1.
    """

    def __init__(self, around: Callable[[], str] = str) -> None:
        """Begin.

        Args:
            around: the text that is being rewritten now, all of it, the originals to come included.
        """
        self.around = around
        self._serials: dict[str, str] = {}
        self._left: dict[str, Iterator[str]] = {}
        """By prefix and length: serial numbers not given out yet."""
        self._uuids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._plain: dict[str, str] = {}
        self._bases: dict[str, dict[str, str]] = {}
        """By what a name is without its phase: what each spelling of that became."""
        self._words: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._levels: dict[str, str] = {}
        self._ids: dict[int, int] = {}
        self._locations: dict[int, int] = {}
        self._coordinates: dict[float, float] = {}
        self._counters: dict[str, Counters] = {}
        self._first: int | None = None
        """The first time that is none."""
        self.at = 0.0
        """Receiving clock of what is rewritten now, seconds since 1970: what may be a moment is told by it."""
        self.issued: set[str | int] = set()
        """Serial numbers, uuids and numbers made up so far."""
        self.unknown = 0
        """Values, keys and levels that were replaced because nobody here knows what they are."""

    def text(self, meaning: Meaning, text: str) -> str:
        """What stands for a text under a key whose meaning is known."""
        holds = meaning.holds
        if not text.strip():
            return text[:1]
        if text == DAMAGED_NUMBER:
            return self.blank(text)
        if holds is Holds.NAME:
            return self.name(text)
        if holds is Holds.TEXT:
            return self.plain(text)
        if NO_TEXT.search(text):
            return self.blank(text)
        if holds is Holds.SERIAL:
            return self.serial(text)
        if holds is Holds.UUID:
            return self.uuid(text)
        if holds is Holds.LOCATION and _WHOLE.fullmatch(text.strip()) and len(text) < 20:
            return str(self.location(int(text)))
        if holds is Holds.ID or holds is Holds.LOCATION:
            return self.id_text(text, meaning.words)
        if holds is Holds.FORMULA:
            return self._formula(text)
        if holds is Holds.CT_TYPE:
            return self.ct_type(text)
        if holds is Holds.VERSION:
            return self.version(text)
        if holds is Holds.ZONE:
            return _zone(text)
        if holds in (Holds.WORD, Holds.FLAG):
            return self.word(text, meaning.words)
        if holds is Holds.PLACE and _NUMBER.fullmatch(text):
            return str(self.coordinate(float(text)))
        if holds is Holds.MEASURE and _NUMBER.fullmatch(text.strip()):
            told = float(text)
            made = self.number(meaning, told)
            if made is None:
                return ""
            return text if _PLAIN_NUMBER.fullmatch(text.strip()) and round(told, 1) == told else f"{made:.12g}"
        if holds is Holds.TIME and text.isascii() and text.isdigit() and len(text) < 20:
            return text if self._is_moment(int(text)) else self.blank(text)
        known = _PLAIN.get(holds)
        return text if known is not None and known(text.strip()) else self.blank(text)

    def number(self, meaning: Meaning, number: float) -> float | None:
        """What stands for a number under such a key; whole numbers stay whole. None: there was no measurement."""
        holds = meaning.holds
        if not -inf < number < inf:
            return number
        number = max(-_LARGEST, min(number, _LARGEST))  # compared, not converted: no float holds hundreds of digits
        if holds is Holds.MEASURE:
            if _plausible(number, meaning):
                return measured(number)
            self.unknown += 1
            return None
        if holds is Holds.TIME:
            return number if self._is_moment(number) else self._since(number)
        if holds is Holds.PLACE:
            return self.coordinate(number)
        if holds is Holds.SETTING:
            return number if _is_short(number) else self.zero()
        whole = int(number)
        if whole != number:
            if holds is Holds.VERSION and _VERSION.fullmatch(repr(number)):
                return number
            self.unknown += 1
            return 0.5  # as little a number of an input as it was
        if holds is Holds.SERIAL:
            return int(self.serial(str(whole)))
        if holds is Holds.LOCATION:
            return self.location(whole)
        if holds in (Holds.ID, Holds.WORD, Holds.FLAG, Holds.VERSION):
            return self.number_of(whole)
        return self.zero()

    def counters(self, topic: str, key: str) -> Counters:
        """What takes the counters of one field of one topic to where nobody knows that they stand."""
        whose = f"{topic} {key}"
        known = self._counters.get(whose)
        if known is None:
            known = Counters()
            if len(self._counters) < MOST:
                self._counters[whose] = known
        return known

    def counter(self, counters: Counters, number: Hashable, told: float | str) -> int | None:
        """What stands for the counter of an input, J; None where it is none."""
        if isinstance(told, str):
            told = float(told) if _NUMBER.fullmatch(told.strip()) else inf
        made = counters.of(number, told, self.at) if 0 <= told <= MOST_JOULES else None
        self.unknown += made is None
        return made

    def _is_moment(self, number: float) -> bool:
        """Whether it can be a moment: in ms of this century and not of a far future; in s, µs or ns it is now, for a
        serial number has as many digits."""
        if number == 0:
            return True
        known = self.at >= CLOCK_SET
        if YEARS[0] <= number / 1e3 < (self.at + _AHEAD if known else YEARS[1]):
            return True
        return known and any(abs(number / unit - self.at) < NEAR for unit in (1, 1e6, 1e9))

    def _since(self, number: float) -> int:
        """For a clock that was never set, and for what is no time at all: what has passed since the first such one."""
        whole = int(number)  # what is behind a point may be a place on earth
        if abs(whole) < SIX_DIGITS:
            return whole
        self._first = whole if self._first is None else self._first
        return whole - self._first + 1

    def zero(self) -> int:
        """What stands for a number that nobody knows."""
        self.unknown += 1
        return 0

    def blank(self, text: str) -> str:
        """What stands for a text that nobody knows: nothing."""
        self.unknown += bool(text)
        return _damage(text)

    def serial(self, original: str) -> str:
        """A serial number of the same length that keeps the product's prefix (four digits) and nothing else."""
        key = original.strip()
        if not key.strip("0"):
            return original[:64]  # says that there is none

        def make() -> str:
            prefix = key[:4] if key.isascii() and len(key) >= 8 and product_of(key) != "unknown" else ""
            width = min(len(key), LONGEST_KEPT) - len(prefix)
            top = 10 ** min(width, 9)
            fresh = (prefix + str(number).zfill(width) for number in chain(range(top - 1, -1, -1), count(top)))
            left = self._left.setdefault(f"{prefix}{width}", fresh)  # goes on where it was: all were tried up to there
            return self._fresh(left, key, self._serials)

        return self._kept(self._serials, key, make)

    def uuid(self, original: str) -> str:
        """A UUID, with dashes where the original had them; capitals and dashes do not make it another one."""
        key = original.replace("-", "").strip().lower()

        def make() -> str:
            made = (f"00000000000040008000{number:012d}" for number in count(len(self._uuids) + 1))
            return self._fresh(made, key, self._uuids)

        plain = self._kept(self._uuids, key, make)
        return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:])) if "-" in original else plain

    def name(self, original: str) -> str:
        """`Name7`, `Battery8`; with a phase at its end where the original has one, and the same of one load.

        No name stays no name, and one that names a phase only says nothing else.
        """
        if not original.strip():
            return original[:1]
        return self._kept(self._names, original, lambda: self._new_name(original))

    def plain(self, original: str) -> str:
        """`Name7` for a text that nobody reads anything in; the same as `name` where that adds nothing."""
        if not original.strip():
            return original[:1]
        known = self._names.get(original)
        if known is not None and not (phase_word(original) or suggests_storage(original) or suggests_charger(original)):
            return known
        return self._kept(self._plain, original, lambda: f"Name{self._count() + 1}{_damage(original)}")

    def _count(self) -> int:
        return len(self._bases) + len(self._plain)

    def _new_name(self, original: str) -> str:
        damage = _damage(original)
        original = NO_TEXT.sub(UNKNOWN_CHARACTER, original)
        whole = original.strip()
        base, phase = base_name(original), phase_word(original)
        head = whole.removesuffix(phase)
        if not head:
            return whole[-_LONGEST_SUFFIX:]
        if len(phase) > _LONGEST_SUFFIX:
            phase = f" {phase.strip().rstrip(')]')[-1]}"
        elif phase[:1].isalnum():
            phase = f".{phase}"  # what stood before it was no letter
        head = _short(head)
        spellings = self._bases.setdefault(_short(base), {})
        if head not in spellings:
            kind = "Battery" if suggests_storage(original) else "Charger" if suggests_charger(original) else "Name"
            plain = next(iter(spellings.values()), f"{kind}{self._count()}")
            spellings[head] = _spelt(plain, len(spellings))
        return spellings[head] + damage + phase

    def word(self, text: str, words: Container[str] = frozenset()) -> str:
        """A word of the list, or of yes and no; `WORD7` for any other."""
        key = text.strip().upper()
        if (key in words or key in _FLAGS) and len(text) < len(key) + 4:
            return text
        self.unknown += 1
        return self._kept(self._words, key[:100], lambda: f"WORD{len(self._words) + 1}")

    def id_text(self, text: str, words: Container[str] = frozenset()) -> str:
        """A number that something is called by, as text: a short one stays."""
        said = text.strip()
        if _WHOLE.fullmatch(said) and len(said) < 20:
            number = int(said)
            return text if abs(number) < SIX_DIGITS and len(text) < 8 else str(self.number_of(number))
        if _NUMBER.fullmatch(said):
            self.unknown += 1
            return "0.5"
        return self.word(text, words)

    def number_of(self, original: int) -> int:
        """The same as a number."""
        if abs(original) < SIX_DIGITS:
            return original

        def make() -> int:
            return self._fresh(count(SIX_DIGITS + len(self._ids) + 1), original, self._ids)

        return self._kept(self._ids, original, make)

    def location(self, original: int) -> int:
        """A service location id, with as many digits where they suffice."""

        def make() -> int:
            least: int = 10 ** max(len(str(abs(original))) - 1, 3) + len(self._locations) + 1
            return self._fresh(count(least), original, self._locations)

        return self._kept(self._locations, original, make)

    def coordinate(self, original: float) -> float:
        """A latitude or longitude: not a real one, but another one for another place; 0 stays 0."""
        if original == 0 or not isfinite(original):
            return original
        places = self._coordinates
        return self._kept(places, original, lambda: round(1.0 + 0.01 * (len(places) % 4000), 2))

    def version(self, text: str) -> str:
        """A version of a program as it is; a word for what is none."""
        return text if _VERSION.fullmatch(text.strip()) else self.word(text)

    def ct_type(self, text: str) -> str:
        """The vendor's names of CTs as they are; of another only the current that it is made for."""
        if _CT_TYPE.fullmatch(text.strip()):
            return text
        amps = rated_amps(text)
        self.unknown += 1
        made = self._kept(self._words, f"CT {text[:100]}", lambda: f"TYPE{len(self._words) + 1}")
        return made if amps is None else f"{made} {amps:.0f}A"

    def key(self, text: str) -> str:
        """`key7` for the key of an object that nobody knows."""
        self.unknown += 1
        return self._kept(self._keys, text, lambda: f"key{len(self._keys) + 1}{_damage(text)}")

    def level(self, text: str) -> str:
        """`level7` for the level of a topic that nobody knows."""
        if not text:
            return text
        self.unknown += 1
        return self._kept(self._levels, text, lambda: f"level{len(self._levels) + 1}")

    def topic(self, topic: str) -> tuple[str, Kind]:
        """What stands for a topic, of the same kind, and that kind."""
        parts = parse_topic(topic)
        if not parts.location:
            levels = topic.split("/") if len(topic) <= LONGEST_TOPIC else [topic]
            return "/".join(map(self.level, levels)), parts.kind
        levels = topic.split("/")
        root = len(levels) - 1 - levels[::-1].index(ROOT)
        rest = levels[root + 2 :]
        if parts.kind is Kind.OTHER:
            rest = [self.level(level) for level in rest]
        elif parts.node:
            rest[1] = self.id_text(rest[1])
        return "/".join([*map(self.level, levels[:root]), ROOT, self.uuid(levels[root + 1]), *rest]), parts.kind

    def _formula(self, text: str) -> str:
        """`$serial/input$` and what is reckoned with it."""
        if "$" not in text:
            return self.blank(text)
        return _FORMULA.sub(self._term, text[:1000])

    def _term(self, found: re.Match[str]) -> str:
        serial, place, sign, number = found[1], found[2], found[3], found[4]
        if serial is not None:
            return f"${self.serial(serial)}/{self.id_text(place)}$"
        if sign is not None:
            return sign
        self.unknown += 1
        return "1" if number is not None else ""  # nobody reads what is reckoned with

    def _kept(self, table: dict[_K, _M], key: _K, make: Callable[[], _M]) -> _M:
        if isinstance(key, str):
            key = _short(key)
        found = table.get(key)
        if found is None:
            if len(table) >= MOST:
                self.unknown += 1
                return next(reversed(table.values()))
            found = table[key] = make()
        return found

    def _fresh(self, candidates: Iterator[_V], original: _V, known: Container[_V]) -> _V:
        """The first that is nobody's: not given out yet, and no original that was met or stands in hand."""
        around = self.around().lower().replace("-", "")
        made = next(
            one
            for one in candidates
            if one not in self.issued and one != original and one not in known and str(one).lower() not in around
        )
        self.issued.add(made)
        return made


def _short(text: _T) -> _T:
    """What a text is remembered by: a long one by its hash, for it may have millions of letters."""
    if len(text) <= LONGEST_KEPT:
        return text
    return type(text)(hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest())


def _damage(text: str) -> str:
    if text == DAMAGED_NUMBER:
        return text
    if _BAD_BYTE.search(text):
        return BAD_BYTE
    return BAD_ESCAPE if NO_TEXT.search(text) else ""


def _spelt(word: str, place: int) -> str:
    """The word in another spelling of capitals for each place: names that differ so are one load, and yet two names."""
    return "".join(letter.swapcase() if place >> bit & 1 else letter for bit, letter in enumerate(word))


def _is_short(number: float) -> bool:
    """Whether a number has five digits before its point at most, and as few behind it that it is no place on earth."""
    return not isfinite(number) or (abs(number) < SIX_DIGITS and round(number, 1 if abs(number) >= 10 else 2) == number)


def measured(number: float) -> float:
    """A measurement as finely as any monitor tells it: in five digits, and one behind the point."""
    return round(number, min(1, 5 - len(str(int(abs(number))))))


def _plausible(number: float, meaning: Meaning) -> bool:
    size = abs(number)
    return not isfinite(number) or size < SIX_DIGITS or meaning.least <= size <= meaning.most


_PLAIN: dict[Holds, Callable[[str], object]] = {
    Holds.SETTING: lambda text: _PLAIN_NUMBER.fullmatch(text) and _is_short(float(text)),
    Holds.CODE: _CODE.fullmatch,
}
"""What a text that names nobody looks like."""


def _zone(text: str) -> str:
    return text if text in _LOW_VOLTS else _ZONES.get(text.partition("/")[0], "Etc/UTC")
