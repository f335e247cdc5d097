"""Made-up values in place of real ones: the same for the same, never the same for two, in the shape of the original."""

from __future__ import annotations


class Pseudonymizer:
    """Hands out replacements and remembers them for as long as it lives."""

    def __init__(self) -> None:
        self._serials: dict[str, str] = {}
        self._issued: set[str] = set()
        self._uuids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._locations: dict[int, int] = {}
        self._places: dict[float, float] = {}

    def serial(self, original: str) -> str:
        """A serial number of the same length that keeps the product prefix (four digits) and nothing else."""
        if original not in self._serials:
            prefix = original[:4] if original.isascii() and original.isdigit() and len(original) >= 8 else ""
            number, width = len(self._serials) + 1, len(original) - len(prefix)
            while (made := prefix + str(number).zfill(width)) in self._issued or made in self._serials:
                number += 1  # never hand out what is, or was, somebody's real one
            self._serials[original] = made
            self._issued.add(made)
        return self._serials[original]

    def knows_serial(self, original: str) -> bool:
        """True when this serial number has been replaced before."""
        return original in self._serials

    def uuid(self, original: str) -> str:
        """A UUID, with dashes where the original had them; capitals and dashes do not make it another one."""
        key = original.replace("-", "").lower()
        if key not in self._uuids:
            self._uuids[key] = f"00000000-0000-4000-8000-{len(self._uuids) + 1:012d}"
        made = self._uuids[key]
        return made if "-" in original else made.replace("-", "")

    def name(self, original: str) -> str:
        """`name 1`, `name 2`, …; no name stays no name."""
        if not original.strip():
            return original
        return self._names.setdefault(original, f"name {len(self._names) + 1}")

    def location(self, original: int) -> int:
        """A service location id, with as many digits where they suffice."""
        if original not in self._locations:
            self._locations[original] = 10 ** max(len(str(abs(original))) - 1, 3) + len(self._locations) + 1
        return self._locations[original]

    def place(self, original: float) -> float:
        """A latitude or longitude: not a real one, but another one for another place; 0 stays 0."""
        if original == 0:
            return original
        return self._places.setdefault(original, round(1.0 + 0.01 * (len(self._places) % 4000), 2))
