"""What a person would read: the English of a fact, or of an error with its advice."""

from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import Fact, TellableError

ENGLISH = Translator("en")


def said(told: Fact | TellableError | None) -> str:
    return ENGLISH.fact(told.told if isinstance(told, TellableError) else told)
