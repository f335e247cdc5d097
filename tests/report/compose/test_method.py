"""The rules' fingerprint changes with the rules and with nothing else."""

from types import ModuleType

import pytest

from smappee_tui.diagnosis.inference import decide
from smappee_tui.report.compose.method import fingerprint, fingerprint_of


def module(name: str, doc: str, **constants: object) -> ModuleType:
    made = ModuleType(name, doc)
    vars(made).update(constants)
    return made


def test_texts_about_the_rules_and_where_they_stand_do_not_count() -> None:
    words = frozenset({"a", "b", "c"})
    one = [module("one", "A text.", SURE=0.95, WORDS=words), module("two", "", LEAST=(1.0, 2.0))]
    other = [module("both", "Another.", LEAST=(1.0, 2.0), WORDS=frozenset(sorted(words, reverse=True)), SURE=0.95)]
    assert fingerprint_of("1", one) == fingerprint_of("1", other)


@pytest.mark.parametrize(
    "changed", [{"SURE": 0.96}, {"LEAST": (1.0, 2.1)}, {"TABLE": {"a": 2}}, {"WORDS": frozenset({"a"})}, {"MORE": 1}]
)
def test_every_constant_counts_and_so_does_the_version(changed: dict[str, object]) -> None:
    rules = {"SURE": 0.95, "LEAST": (1.0, 2.0), "TABLE": {"a": 1}, "WORDS": frozenset({"a", "b"})}
    before = fingerprint_of("1", [module("m", "", **rules)])
    assert fingerprint_of("1", [module("m", "", **rules | changed)]) != before
    assert fingerprint_of("2", [module("m", "", **rules)]) != before


def test_it_is_of_the_diagnosis(monkeypatch: pytest.MonkeyPatch) -> None:
    fingerprint.cache_clear()
    before = fingerprint()
    monkeypatch.setattr(decide, "SURE", 0.5)
    fingerprint.cache_clear()
    assert fingerprint() != before
    assert len(before) == 12
    monkeypatch.undo()
    fingerprint.cache_clear()
    assert fingerprint() == before
