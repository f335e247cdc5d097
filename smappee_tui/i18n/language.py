"""The languages: which there are, which one a person wants, and the texts of each.

Catalogues are `<language>/<section>.json`, flat, with i18next's plural suffixes (docs/decisions has why).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["en", "nl", "fr", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""As POSIX ranks them: the first that is set decides, even if it names a language that is not here."""


def choose(asked: str | None = None, setting: str = "", environment: Mapping[str, str] = os.environ) -> Language:
    """The language to speak: the one asked for, else the setting, else the system's, else English.

    Args:
        asked: of the command line.
        setting: of the settings file; "" for none.
        environment: variables of the process.
    """
    system = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    for wish in (asked or "", setting, system):
        language = known(wish)
        if language is not None:
            return language
    return "en"


def known(wish: str) -> Language | None:
    """The language of a locale such as `nl_BE.UTF-8` or `fr-CH`; None for one that is not here."""
    word = wish.strip().lower().replace("-", "_").partition(".")[0].partition("_")[0]
    return next((language for language in LANGUAGES if language == word), None)


Section = dict[str, str]
"""Texts by key within the section; a plural stands as `key_one` and `key_other`."""
FOLDER = Path(__file__).parent
PLURALS = ("one", "other")
"""Suffixes that each plural has in all four languages. (French `many`, from a million on, would read as `other`.)"""
_FRENCH_SPACES = re.compile(r" (?=[:;?!%»])|(?<=«) ")
"""Spaces at which French never breaks a line; in the files they are plain ones, which a translator can see."""


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
    if language == "fr":
        return {key: _FRENCH_SPACES.sub("\u00a0", text) for key, text in texts.items()}
    return texts


Loader = Callable[[str, str], Section]
"""Gives a section of a language, as `load` does."""
