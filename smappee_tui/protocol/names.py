"""What the diagnosis reads in names that people give: which channels are one load, which is a battery, what a CT bears.

It stands in this room because a recording that is given away has other names, and these must say the same.
"""

from __future__ import annotations

import re

LONGEST_NAME = 200
"""Characters of a name that are looked at."""
_PHASE_WORD = re.compile(
    r"[\s_\-(\[.:/]*\b(?:l|phase|fase|ph|fas)?\s*[.\-_]?\s*([123abcrstuvw])\b[)\]]*\s*$", re.IGNORECASE
)
_STORAGE_WORD = re.compile(
    r"batter|accu\b|akku|storage|opslag|stockage|powerwall|hybrid|v2[gh]|bidirect", re.IGNORECASE
)
_CHARGER_WORD = re.compile(
    r"\b(?:ev|evse)\b|charger|charging|chargeur|laad(?:paal|punt|station)|wall\s?box|\bborne\b|lade(?:station|punkt|s.ule)"
    r"|zappi|easee|alfen",
    re.IGNORECASE,
)
_RATING = re.compile(r"(?<!\d)(\d{2,4})\s*A\b", re.IGNORECASE)


def phase_word(name: str) -> str:
    """The end of a name that names a phase, " L2" or " (L3)"; "" where it has none."""
    found = _PHASE_WORD.search(name[:LONGEST_NAME].strip())
    return found[0] if found else ""


def base_name(name: str) -> str:
    """A name without its phase: "EV charger L2" and "EV charger (L3)" give the same."""
    text = name[:LONGEST_NAME].strip()
    return _PHASE_WORD.sub("", text).strip().casefold() or text.casefold()


def suggests_storage(name: str) -> bool:
    """Whether a name speaks of a battery. It only makes the diagnosis careful: either sign may be healthy there."""
    return bool(_STORAGE_WORD.search(name[:LONGEST_NAME]))


def suggests_charger(name: str) -> bool:
    """Whether a name speaks of a charging point of a car. One that may give back as well counts as storage."""
    return bool(_CHARGER_WORD.search(name[:LONGEST_NAME])) and not suggests_storage(name)


def rated_amps(ct_type: str) -> float | None:
    """The current that a type of CT is made for, A; None where its name does not tell."""
    found = _RATING.search(ct_type)
    return float(found[1]) if found else None
