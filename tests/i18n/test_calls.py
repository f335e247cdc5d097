"""Who says a sentence brings what its text wants, and nothing else; each text writes its parameters in a known way."""

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest

from smappee_tui.i18n import LANGUAGES
from smappee_tui.i18n.language import load
from tests.i18n.test_catalogues import PACKAGE, SECTIONS

SPEC = re.compile(r"|\+?,?(\.\d[fg%])?|g|\d+d|phase|@[a-z_.]+|and|or|span|lasting|moment|clock|date|cap")
"""As the docstring of Translator lists them."""
LITERAL = {"tr", "fact"}
"""They take the parameters by keyword, so that a call shows all of them."""
LATER = {("cloud_command.will_", "place")}
"""Beginnings of codes, and what is added to their facts before anybody reads them."""
Call = tuple[int, list[str], set[str | None]]


def _calls(source: str) -> Iterator[Call]:
    """Line, codes it may say, names it brings (None for a mapping) of each call with codes that stand there whole."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LITERAL and node.args:
            code = node.args[0]
            both = (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,)
            codes = [one.value for one in both if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if len(codes) == len(both):
                yield node.lineno, codes, {keyword.arg for keyword in node.keywords}


def _wanted(code: str) -> set[str]:
    section, _, key = code.partition(".")
    texts = load("en", section)
    forms = [texts[name] for name in (key, f"{key}_one", f"{key}_other") if name in texts]
    names = {name for text in forms for _, name, _, _ in Formatter().parse(text) if name}
    return names | {"count"} if f"{key}_other" in texts else names


def _wrong(source: str) -> list[str]:
    wrong = []
    for line, codes, brought in _calls(source):
        wanted = [_wanted(code) for code in codes]
        if None not in brought:
            for code, names in zip(codes, wanted, strict=True):
                later = {name for start, name in LATER if code.startswith(start)}
                wrong += [f"{line}: {code} lacks {name}" for name in names - brought - later]
        wrong += [f"{line}: {codes[0]} has no use for {name}" for name in brought - {None} - set().union(*wanted)]
    return wrong


def test_every_call_brings_what_its_text_wants() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line in _wrong(path.read_text(encoding="utf-8"))
    ]
    assert not wrong


def test_what_is_missing_or_useless_is_found() -> None:
    assert _wrong("tr('format.hours')") == ["1: format.hours lacks count"]
    assert _wrong("tr('format.hours', count=1, odd=2)") == ["1: format.hours has no use for odd"]
    assert _wrong("tr('format.hours', **more)") == []
    assert _wrong("tr('format.and' if one else 'format.hours')") == ["1: format.hours lacks count"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_parameters_are_written_in_ways_that_there_are(language: str) -> None:
    odd = [
        (f"{section}.{key}", spec)
        for section in SECTIONS
        for key, text in load(language, section).items()
        for _, name, spec, conversion in Formatter().parse(text)
        if name is not None and (not SPEC.fullmatch(spec or "") or conversion)
    ]
    assert not odd
