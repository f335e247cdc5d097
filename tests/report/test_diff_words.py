"""Two reports compared, in every language; names stand as they are, and JSON has one language."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from smappee_tui.report.diff import compare
from smappee_tui.report.model import Language, Report
from smappee_tui.report.render.diff_text import diff_text
from smappee_tui.report.render.json_file import encode
from smappee_tui.report.translator import ReportTranslator
from tests.cli.run import run
from tests.report import afar
from tests.report.made import HOSTILE, faulty, healthy, hostile
from tests.report.render.test_numbers import in_language

LOW = {"code": "voltage-low", "subject": "phase:L1", "severity": "warning", "inputs": [],
       "title": "Voltage of L1 is low: 200 V on average"}  # fmt: skip


def both() -> tuple[Report, Report]:
    """One fault mended, one open, one new, one setting changed, one channel gone, a warning that came."""
    old, new = faulty(), faulty()
    sound = {c.input: c for c in healthy().channels}
    channels = [sound[6] if c.input == 6 else c for c in new.channels]
    channels[7] = replace(channels[7], verdict="dead", title="shows no current")
    channels[9] = replace(channels[9], expected=replace(channels[9].expected, phase=None, reversed=True))
    strange = replace(new.findings[0], **LOW)
    return old, replace(new, channels=channels[:-1], findings=[strange])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Mended (1)", "New (2)", "Still open (1)", "no phase, reversed", "stand as before", "no longer there")),
        (
            "nl",
            ("oud: R", ", fouten", "Hersteld (1)", "ingang 6 'Car charger': omgekeerd → ok", "toont geen stroom",
             "De spanning van L1 is laag", "Nog open (1)", "op L2, niet op L3", "geen fase, omgekeerd",
             "niet meer aanwezig", "zijn zoals voorheen"),
        ),
        (
            "fr",
            ("ancien : R", ", défauts", "Réparé (1)", "entrée 6 « Car charger » : inversé → ok",
             "ne montre aucun courant", "La tension de L1 est basse", "Toujours ouvert (1)", "sur L2, pas sur L3",
             "aucune phase, inversé", "n'est plus là", "sont comme avant"),
        ),
    ],
)  # fmt: skip
def test_it_speaks_the_language(language: Language, words: tuple[str, ...]) -> None:
    text = diff_text(compare(*both()), 200, ReportTranslator(language))
    for word in words:
        assert word in text
    others = {"en": ("Hersteld", "Réparé"), "nl": ("Mended", "input", "open)"), "fr": ("Mended", "input", "reversed")}
    assert not [word for word in others[language] if word in text]


def test_without_words_it_is_english_as_on_screen() -> None:
    assert diff_text(compare(*both())) == diff_text(compare(*both()), words=ReportTranslator("en"))


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_nothing_english_is_left(language: Language) -> None:
    words = ReportTranslator(language)
    elsewhere = replace(healthy(), site=replace(healthy().site, uuid="another"))
    texts = [
        diff_text(compare(healthy(), healthy()), words=words),
        diff_text(compare(faulty(), elsewhere), words=words),
        diff_text(
            compare(afar.faulty(), replace(faulty(), header=replace(faulty().header, partial=True))), words=words
        ),
    ]
    for text in texts:
        for word in ("Nothing", "changed", "different", "judged", "values", "before", "channel", "partial,", "pass"):
            assert word not in text


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
def test_names_with_braces_stay_as_they_are(language: Language) -> None:
    names = ("{input}", "{head} {change}", "{before}", "(.*)\\1", HOSTILE[0])
    old = faulty()
    channels = [replace(c, name=names[c.input % len(names)]) for c in old.channels]
    new = [replace(c, verdict="dead", title="shows no current") for c in channels]
    text = diff_text(
        compare(replace(old, channels=channels), replace(old, channels=new)), 200, ReportTranslator(language)
    )
    for name in names:
        assert name in text
    steering = diff_text(
        compare(hostile(), replace(hostile(), channels=hostile().channels[:-1])), 78, ReportTranslator(language)
    )
    assert not [c for c in steering if ord(c) < 32 and c != "\n"]


def test_the_command_speaks_the_later_report_s_language_or_the_one_asked_for(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_bytes(encode(in_language(faulty(), "fr")))
    new.write_bytes(encode(in_language(healthy(), "nl")))
    assert "Hersteld (2)" in run("report", "diff", str(old), str(new)).out
    assert "Toujours ouvert" not in run("report", "diff", str(old), str(new), "--language", "fr").out
    assert "Réparé (2)" in run("report", "diff", str(old), str(new), "--language", "fr").out
    assert "Mended (2)" in run("report", "diff", str(old), str(new), "--language", "en").out
    asked = run("report", "diff", str(old), str(new), "--json", "--language", "nl")
    titles = {entry["before"]["title"] for entry in json.loads(asked.out)["entries"]}
    assert "reversed" in titles
    assert run("report", "diff", str(old), str(new), "--language", "de").code == 2
