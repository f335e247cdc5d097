"""Every code of this room in every language, every fact with what its sentence asks for, no sentence in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import smappee_tui.connect
from smappee_tui.i18n import LANGUAGES, Translator
from smappee_tui.i18n.language import load

ROOM = Path(smappee_tui.connect.__file__).parent
SECTIONS = ("errors", "discovery", "portal", "broker", "recording", "cloud_api")
SAME = {"name_is", "told", "bad.other", "product", "monitor", "named", "found_by"}
"""Keys that are no words."""
FORMS = ("_one", "_other")
KNOWN = (r"door: (\d+) came", r"door: (\d+) left", " bytes that are not JSON")
"""What Mosquitto and its door write into a log, and what stands in a file in place of an unreadable message."""


def placeholders(template: str) -> dict[str, str]:
    return {name: spec or "" for _, name, spec, _ in Formatter().parse(template) if name is not None}


def templates(code: str) -> list[str]:
    section, _, key = code.partition(".")
    texts = load("en", section)
    return [texts[one] for one in (key, *(f"{key}{form}" for form in FORMS)) if one in texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_in_every_language(language: str) -> None:
    for section in SECTIONS:
        for key in load("en", section):
            _is_said(f"{section}.{key}", language)


def _is_said(code: str, language: str) -> None:
    section, _, key = code.partition(".")
    asked = placeholders(load("en", section)[key])
    params: dict[str, object] = {
        name: ("mdns", "scan") if spec.startswith("@") else 1234.0 if spec else f"<{name}>"
        for name, spec in asked.items()
    }
    form = next((form for form in FORMS if key.endswith(form)), "")
    if form:
        params["count"] = 1 if form == "_one" else 7
    told = Translator(language)(code.removesuffix(form), **params)
    assert told
    assert "{" not in told
    assert told != code
    assert all(str(value) in told for name, value in params.items() if isinstance(value, str))
    assert not re.search(r"\s{2}|\s$|^\s", told)
    if language != "en" and key not in SAME and not code.startswith("discovery.how."):
        english = Translator("en")(code.removesuffix(form), **params)
        assert told != english or len(told.split()) <= 2


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "fact":
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    yield path.name, code.value, node


def test_every_fact_brings_what_its_sentence_asks_for() -> None:
    seen = 0
    for where, code, call in calls():
        asked = templates(code)
        assert asked, (where, code)
        given = {keyword.arg for keyword in call.keywords}
        for template in asked:
            assert given - {"count"} == set(placeholders(template)) - {"count"}, (where, code)
        assert ("count" in given) is (len(asked) > 1), (where, code)
        seen += 1
    assert seen > 150


def test_no_sentence_stands_in_the_code() -> None:
    """Words with blanks that end as a sentence does, outside of docstrings and of what only a programmer reads."""
    found = []
    for path in sorted(ROOM.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        apart = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                apart.add(id(node.value))
            if isinstance(node, ast.Raise):
                called = node.exc
                if isinstance(called, ast.Call) and getattr(called.func, "id", "") in ("ValueError", "RuntimeError"):
                    apart |= {id(one) for one in ast.walk(called)}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in apart else ""
            if isinstance(text, str) and re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}|[a-z]{3,} [a-z]+[.:?]$", text):
                found.append((path.name, text))
    assert [(name, text) for name, text in found if not any(text.startswith(known) for known in KNOWN)] == []
    assert len(found) == len(KNOWN)
