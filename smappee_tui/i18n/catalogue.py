"""Catalogues on disk: `<language>/<section>.json`, flat, with i18next's plural suffixes (docs/decisions has why)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

Section = dict[str, str]
"""Texts by key within the section; a plural stands as `key_one` and `key_other`."""
FOLDER = Path(__file__).parent
PLURALS = ("one", "other")
"""Suffixes that each plural has in all four languages. (French `many`, from a million on, would read as `other`.)"""


def plural(language: str, count: float) -> str:
    """Which form a number takes, after CLDR: French says "0 défaut", the others "0 faults"."""
    return "one" if (0 <= count < 2 if language == "fr" else count == 1) else "other"


@cache
def load(language: str, section: str) -> Section:
    """One section of one language; an unknown one is empty."""
    path = FOLDER / language / f"{section}.json"
    if not path.exists():
        return {}
    texts: Section = json.loads(path.read_text(encoding="utf-8"))
    return texts


Loader = Callable[[str, str], Section]
"""Gives a section of a language, as `load` does."""
