"""Every code of this room in every language: nothing left in braces, numbers and names in their place."""

from string import Formatter

import pytest

from smappee_tui.i18n import LANGUAGES, Translator
from smappee_tui.i18n.catalogue import load

SECTIONS = ("guided",)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [f"{section}.{key}" for section in SECTIONS for key in load("en", section)])
def test_every_code_in_every_language(code: str, language: str) -> None:
    section, _, key = code.partition(".")
    template = load(language, section)[key]
    params: dict[str, object] = {}
    for _, name, spec, _ in Formatter().parse(template):
        if name is not None:
            params[name] = 1234.5 if spec else f"<{name}>"
    stem, _, form = code.rpartition("_")
    told = Translator(language)(
        stem if form in ("one", "other") else code, **params | ({"count": 1 if form == "one" else 7})
    )
    assert told
    assert "{" not in told
    assert all(f"<{name}>" in told for name, value in params.items() if isinstance(value, str))
