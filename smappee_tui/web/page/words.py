"""The language of one phone: which it wants, and its words, without the laptop's keys."""

from __future__ import annotations

from functools import cache

from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.i18n.language import Section, known, load

_MOST_WISHES = 20
"""Languages of a header that are looked at."""


def language_of(asked: str, kept: str, accepted: str) -> Language:
    """The language that a phone gets.

    Args:
        asked: chosen on the page just now; "" for none.
        kept: chosen earlier; "" for none.
        accepted: the header `Accept-Language`.
    """
    for wish in (asked, kept, *_by_weight(accepted)):
        language = known(wish[:40])
        if language is not None:
            return language
    return LANGUAGES[0]


def _by_weight(accepted: str) -> list[str]:
    """The languages of the header, the most wanted first."""
    wishes = []
    for part in accepted[:1000].split(",")[:_MOST_WISHES]:
        name, _, weight = part.partition(";q=")
        try:
            wishes.append((-float(weight or 1), name.strip()))
        except ValueError:
            continue
    return [name for weight, name in sorted(wishes, key=lambda wish: wish[0]) if weight < 0]


def page_words(language: Language) -> Translator:
    """A translator that speaks as the page does."""
    return Translator(language, loader=_page_section)


@cache
def _page_section(language: str, section: str) -> Section:
    """What the page says in another way than the screens do, which name a key to press, stands under the same key."""
    start = f"page.instead.{section}.".removeprefix("page.")
    own = {key.removeprefix(start): text for key, text in load(language, "page").items() if key.startswith(start)}
    return load(language, section) | own if own else load(language, section)
