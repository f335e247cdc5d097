"""Made-up values in place of real ones: the same for the same, never the same for two, in the shape of the original."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from itertools import chain, count
from typing import TypeVar

_V = TypeVar("_V", str, int)


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
        self._around = around
        self._serials: dict[str, str] = {}
        self._uuids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._locations: dict[int, int] = {}
        self._coordinates: dict[float, float] = {}
        self.issued: set[str | int] = set()
        """Everything made up so far, coordinates and names left out."""

    def serial(self, original: str) -> str:
        """A serial number of the same length that keeps the product prefix (four digits) and nothing else."""
        if original not in self._serials:
            prefix = original[:4] if original.isascii() and original.isdigit() and len(original) >= 8 else ""
            width = len(original) - len(prefix)
            top = 10 ** min(width, 9)
            made = (prefix + str(number).zfill(width) for number in chain(range(top - 1, -1, -1), count(top)))
            self._serials[original] = self._fresh(made, {original, *self._serials})
        return self._serials[original]

    def knows_serial(self, original: str) -> bool:
        """True when this serial number has been replaced before."""
        return original in self._serials

    def uuid(self, original: str) -> str:
        """A UUID, with dashes where the original had them; capitals and dashes do not make it another one."""
        key = original.replace("-", "").lower()
        if key not in self._uuids:
            made = (f"00000000000040008000{number:012d}" for number in count(len(self._uuids) + 1))
            self._uuids[key] = self._fresh(made, {key, *self._uuids})
        plain = self._uuids[key]
        return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:])) if "-" in original else plain

    def name(self, original: str) -> str:
        """`name 1`, `name 2`, …; no name stays no name."""
        if not original.strip():
            return original
        return self._names.setdefault(original, f"name {len(self._names) + 1}")

    def location(self, original: int) -> int:
        """A service location id, with as many digits where they suffice."""
        if original not in self._locations:
            least = 10 ** max(len(str(abs(original))) - 1, 3) + len(self._locations) + 1
            self._locations[original] = self._fresh(count(least), {original, *self._locations})
        return self._locations[original]

    def coordinate(self, original: float) -> float:
        """A latitude or longitude: not a real one, but another one for another place; 0 stays 0."""
        if original == 0:
            return original
        return self._coordinates.setdefault(original, round(1.0 + 0.01 * (len(self._coordinates) % 4000), 2))

    def _fresh(self, candidates: Iterator[_V], originals: Container[_V]) -> _V:
        around = self._around().lower().replace("-", "")
        made = next(
            one
            for one in candidates
            if one not in self.issued and one not in originals and str(one).lower() not in around
        )
        self.issued.add(made)
        return made
