"""Which language a command speaks: `--language`, declared once and understood by every command; else the setting."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from smappee_tui.i18n import Language, Translator


class LanguageWord(StrEnum):
    """The languages there are."""

    ENGLISH = "en"
    DUTCH = "nl"
    FRENCH = "fr"
    GERMAN = "de"


_asked: Language | None = None
"""As typed; of this run only."""


def forget() -> None:
    """A run begins: nothing has been typed yet."""
    global _asked
    _asked = None


def _typed(word: LanguageWord | None) -> None:
    global _asked
    if word is not None:
        _asked = word.value


Option = Annotated[
    LanguageWord | None,
    typer.Option(
        "--language",
        callback=_typed,
        expose_value=False,
        case_sensitive=False,
        help="Of what is said. Default: the setting, else LC_ALL, LC_MESSAGES or LANG, else English.",
        show_default=False,
    ),
]


def option() -> Any:
    """The option, to be put on a command."""

    def bearer(language: Option = None) -> None: ...

    return typer.main.get_params_convertors_ctx_param_name_from_function(bearer)[0][0]


def asked() -> Language | None:
    """The language that was typed with `--language`; None where it was not."""
    return _asked


def speak() -> None:
    """Let the process speak its person's language."""
    from smappee_tui.i18n import choose, use

    use(_asked or choose(setting=_setting()))


def for_data() -> Translator:
    """Whose sentences stand in JSON: English ones, unless a language was typed."""
    from smappee_tui.i18n import Translator

    return Translator(_asked or "en")


def _setting() -> str:
    from smappee_tui.app.settings import load, settings_path

    # What is wrong with the file is said by those who need more of it.
    return load(settings_path())[0].language
