"""The words: one folder of catalogues a language, how numbers and dates are written, what a stranger's text may do.

Front ends speak the language of `current()`, one for the whole process; whoever writes for somebody else (a report, a
phone, JSON) makes a `Translator` of its own.
"""

from __future__ import annotations

from smappee_tui.i18n.language import LANGUAGES, Language, choose
from smappee_tui.i18n.translator import Translator

__all__ = ["LANGUAGES", "Language", "Translator", "choose", "current", "tr", "use"]

_current = Translator("en")


def current() -> Translator:
    """The language that this process speaks to its person."""
    return _current


def use(language: Language | Translator) -> Translator:
    """Speak this language from now on, at once on every screen."""
    global _current
    _current = language if isinstance(language, Translator) else Translator(language)
    return _current


def tr(code: str, /, **params: object) -> str:
    """The text of a code in the current language."""
    return _current(code, **params)
