"""What a command says in the language that nobody speaks, and what of it stands in no catalogue."""

import re

import pytest

from smappee_tui import i18n
from smappee_tui.cli import language
from tests.i18n.pseudo import pseudo


def speak_pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_current", i18n.current())
    monkeypatch.setattr(language, "speak", lambda: i18n.use(pseudo()))


def bare(text: str) -> set[str]:
    """The words outside of all brackets, be the second one cut off."""
    text = text.replace("\n", " ").replace("smappee-tui:", "")
    while text != (text := re.sub(r"\[[^\[\]]*?[\]…]", "", text)):
        pass
    return {word for word in re.split(r"[\s,;:()·/]+", text) if len(word) > 1 and word.isalpha()}
