"""The diagnosis' English sentences in the report's language.

The diagnosis speaks English: screens, check and recordings of what was said all show the same words. Here its sentences
are recognised piece by piece and said again. A sentence that is not recognised to its end stays English as a whole and
is marked as such: half a translation would be worse.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from smappee_tui.report import phrases_channels, phrases_cloud, phrases_devices, phrases_notes
from smappee_tui.report.phrases_parts import Phrases, worded
from smappee_tui.report.translator import ReportTranslator, fill

_COMPILED = {
    key: re.compile(pattern, re.DOTALL)
    for key, pattern in {
        **phrases_channels.PATTERNS,
        **phrases_notes.PATTERNS,
        **phrases_devices.PATTERNS,
        **phrases_cloud.PATTERNS,
    }.items()
}
_JOINT = re.compile(r"' (?:and|showed on|moved)(?: input)? \d+ '")
"""What joins two names in a sentence; within a name it could be cut in the wrong place."""
_INNER = "rest"
"""The group that is a phrase itself."""


def said(text: str, words: ReportTranslator, unnamed: frozenset[int] = frozenset()) -> tuple[str, bool]:
    """A text of the diagnosis in the language of `words`.

    Args:
        text: what the diagnosis says.
        words: the language.
        unnamed: channels that have no name; the diagnosis calls them "input 6", in quotes as if it were a name.

    Returns:
        The text, and whether it is in that language; False: it stayed English.
    """
    if words.language == "en":
        return text, True
    phrases = templates(words.language)
    made: list[str] = []
    rest = text.strip()
    while rest:
        found = _longest(rest)
        piece = None if found is None else _filled(*found, words, phrases, unnamed)
        if found is None or piece is None:
            return text, False
        made.append(piece)
        rest = rest[found[1].end() :].lstrip()
    return " ".join(made), True


def _longest(text: str) -> tuple[str, re.Match[str]] | None:
    matches = [(key, match) for key, pattern in _COMPILED.items() if (match := pattern.match(text)) is not None]
    return max(matches, key=lambda pair: pair[1].end(), default=None)


def _filled(
    key: str, match: re.Match[str], words: ReportTranslator, phrases: Phrases, unnamed: frozenset[int]
) -> str | None:
    """One sentence; None where a phrase within it is not known, or where a name in it imitates the sentence."""
    shown = {"sag": "", "var": ""}
    if "other_name" in match.groupdict() and (_JOINT.search(match["name"]) or _JOINT.search(match["other_name"])):
        return None
    for group, value in match.groupdict().items():
        if value is None:
            continue
        if group == _INNER:
            shown[group], own = said(value, words, unnamed)
            if not own:
                return None
        else:
            shown[group] = worded(group, value, words, phrases, unnamed)
    return fill(phrases[key], **shown)


@lru_cache(maxsize=4)
def templates(language: str) -> Phrases:
    """The phrases of a language, by the names of the patterns."""
    path = files("smappee_tui.report") / "texts" / f"phrases_{language}.toml"
    return {key: str(value) for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def places(key: str) -> frozenset[str]:
    """What a pattern takes out of its sentence: a phrase may leave none of it out."""
    return frozenset(_COMPILED[key].groupindex) if key in _COMPILED else frozenset()


def pattern_names() -> frozenset[str]:
    """What a language must have a phrase for."""
    return frozenset(_COMPILED) | phrases_channels.PARTS | phrases_devices.PARTS | phrases_cloud.PARTS
