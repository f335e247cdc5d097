"""Which languages there are, and which one a person wants."""

from __future__ import annotations

import os
from collections.abc import Mapping
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
