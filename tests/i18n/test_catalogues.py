"""Every language has a text for every code, with the same parameters and plural forms; no text is left unused."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import smappee_tui
from smappee_tui.i18n import LANGUAGES
from smappee_tui.i18n.language import FOLDER, PLURALS, load
from smappee_tui.i18n.translator import FINDINGS

PACKAGE = Path(smappee_tui.__file__).parent
SECTIONS = sorted(path.stem for path in (FOLDER / "en").glob("*.json"))
OTHERS = [language for language in LANGUAGES if language != "en"]
FINDING_PARTS = ("title", "advice", "consequence")
_FILES = (".json", ".toml", ".css", ".j2")
"""Ends of names that look like codes."""
_CODE = re.compile(r"[a-z][a-z0-9_]*\.[A-Za-z0-9_.-]+")


_IN_TEMPLATE = re.compile(r"""\bw\('([^']*)'(\s*~)?""")
"""Words of an HTML template, and whether the code goes on after the quote."""


def _parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _specs(text: str) -> set[tuple[str, str]]:
    """Names with their lists of words: a list of another name would be a silent mistake."""
    return {(n, s) for _, n, s, _ in Formatter().parse(text) if n is not None and s and s.startswith("@")}


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_sections(language: str) -> None:
    assert sorted(path.stem for path in (FOLDER / language).glob("*.json")) == SECTIONS


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_keys_and_parameters(language: str) -> None:
    for section in SECTIONS:
        _has_the_same(language, section)


def _has_the_same(language: str, section: str) -> None:
    english, other = load("en", section), load(language, section)
    assert sorted(other) == sorted(english), "missing or extra keys"
    for key, text in english.items():
        assert _parameters(other[key]) == _parameters(text), key
        assert _specs(other[key]) == _specs(text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_all_forms_and_texts_are_clean(language: str) -> None:
    for section in SECTIONS:
        _is_clean(language, section)


def _is_clean(language: str, section: str) -> None:
    texts = load(language, section)
    for key, text in texts.items():
        stem, _, form = key.rpartition("_")
        if form in PLURALS and f"{stem}_other" in texts | {f"{stem}_one": ""}:
            assert all(f"{stem}_{one}" in texts for one in PLURALS), key
        if section != "format":
            assert text, key
            assert text == text.strip(), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice(language: str) -> None:
    def once(pairs: list[tuple[str, str]]) -> dict[str, str]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), [key for key in keys if keys.count(key) > 1]
        return dict(pairs)

    for path in (FOLDER / language).glob("*.json"):
        json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)


def _strings() -> Iterator[tuple[Path, ast.Constant | ast.JoinedStr]]:
    """Strings of the source; an f-string as a whole, not its pieces."""
    for path in sorted(PACKAGE.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        pieces = {id(piece) for node in nodes if isinstance(node, ast.JoinedStr) for piece in node.values}
        for node in nodes:
            if id(node) in pieces:
                continue  # part of a text that is put together
            if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                yield path, node


@cache
def _used() -> tuple[frozenset[str], tuple[str, ...]]:
    """Codes that stand in the source whole, and the beginnings of those that are put together."""
    whole, beginnings = set(), set()
    for _, node in _strings():
        if isinstance(node, ast.Constant):
            whole.add(node.value)
        elif node.values and isinstance(node.values[0], ast.Constant):
            head = str(node.values[0].value)
            if head.partition(".")[0] in SECTIONS and "." in head and " " not in head:
                beginnings.add(head)
    for template in PACKAGE.rglob("*.j2"):
        for code, more in _IN_TEMPLATE.findall(template.read_text(encoding="utf-8")):
            (beginnings if more else whole).add(code)
    return frozenset(whole), tuple(sorted(beginnings))


def test_every_code_in_the_source_has_a_text() -> None:
    missing = set()
    for code in _used()[0]:
        section, _, key = code.partition(".")
        if section in SECTIONS and _CODE.fullmatch(code) and not code.endswith(_FILES):
            texts = load("en", section)
            listed = any(other.startswith(f"{key}.") for other in texts)  # the name of a list of words
            if key not in texts and f"{key}_other" not in texts and not listed:
                missing.add(code)
    assert not missing


def test_no_text_is_left_over() -> None:
    whole, beginnings = _used()
    lists = {
        name[1:] for text in _texts() for _, _, name, _ in Formatter().parse(text) if name and name.startswith("@")
    }
    left = []
    for section in SECTIONS:
        for key in load("en", section):
            code = f"{section}.{key}"
            stem = code.removesuffix("_one").removesuffix("_other")
            listed = any(code.startswith(f"{name}.") for name in lists)
            finding, _, part = stem.partition(".")[2].rpartition(".")
            told = section in FINDINGS and part in FINDING_PARTS and finding in whole
            if not (code in whole or stem in whole or listed or told or code.startswith(beginnings)):
                left.append(code)
    assert not left


def _texts() -> Iterator[str]:
    for section in SECTIONS:
        yield from load("en", section).values()


def test_french_does_not_break_before_its_signs() -> None:
    assert load("fr", "checks")["plug_quiet"].startswith("{plug}\u00a0: connectée")
    assert load("fr", "checks")["quoted"] == "«\u00a0{text}\u00a0»"
    assert not re.search(" [:;?!%»]|« ", "".join(text for one in SECTIONS for text in load("fr", one).values()))


QUOTES = {"nl": r"[“”„«»]|\"(?!smappee-tui|\s)", "fr": r"[“”„]|'\{|\}'", "de": r"[”«»]|'\{|\}'"}
"""What a text of the language has not, for it has other quotes (docs/glossary.md); a command may."""


@pytest.mark.parametrize("language", OTHERS)
def test_one_kind_of_quotes(language: str) -> None:
    texts = {f"{one}.{key}": text for one in SECTIONS for key, text in load(language, one).items()}
    assert not {key: text for key, text in texts.items() if re.search(QUOTES[language], text)}
