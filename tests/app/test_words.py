"""Every code of this room in every language: nothing left in braces, numbers and names in their place."""

from string import Formatter

import pytest

from smappee_tui.i18n import LANGUAGES, Translator
from smappee_tui.i18n.language import PLURALS, load

SECTIONS = ("cloud_login", "guided", "jobs", "plug_switch", "remote", "reverts", "settings")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_in_every_language(language: str) -> None:
    for section in SECTIONS:
        for key in load("en", section):
            _is_said(f"{section}.{key}", language)


def _is_said(code: str, language: str) -> None:
    section, _, key = code.partition(".")
    names: dict[str, object] = {}
    for _, name, spec, _ in Formatter().parse(load(language, section)[key]):
        if name is not None:
            names[name] = f"<{name}>" if not spec else (f"<{name}>",) if spec in ("and", "or") else 1234.5
    stem, _, form = code.rpartition("_")
    if form in PLURALS:
        code = stem
        names["count"] = 1 if form == "one" else 7
    told = Translator(language)(code, **names)
    assert told
    assert "{" not in told
    assert all(value in told for value in names.values() if isinstance(value, str))
