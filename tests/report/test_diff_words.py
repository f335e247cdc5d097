"""Two reports compared, in every language; names stand as they are, and JSON has one language."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.report.blocks import FactBlock
from smappee_tui.report.diff import compare, diff_text
from smappee_tui.report.model import Report
from smappee_tui.report.render.json_file import decode, encode
from tests.cli.run import run
from tests.report import afar
from tests.report.made import HOSTILE, faulty, healthy, hostile
from tests.report.render.test_numbers import in_language

OTHERS = [language for language in LANGUAGES if language != "en"]


def word(verdict: str) -> FactBlock:
    return FactBlock(code=f"report.verdict.{verdict}", params={})


def both() -> tuple[Report, Report]:
    """One fault mended, one open, one new, one setting changed, one channel gone, a warning that came."""
    old = faulty()
    old = replace(old, channels=[replace(c, title_fact=word(c.verdict)) for c in old.channels])
    sound = {c.input: c for c in healthy().channels}
    channels = [sound[6] if c.input == 6 else c for c in old.channels]
    channels[7] = replace(channels[7], verdict="dead", title="shows no current", title_fact=word("dead"))
    channels[9] = replace(channels[9], expected=replace(channels[9].expected, phase=None, reversed=True))
    strange = replace(
        old.findings[0], code="of-a-newer-version", subject="phase:L1", severity="warning", inputs=[],
        title="Voltage of L1 is odd", params=None,
    )  # fmt: skip
    return old, replace(old, channels=channels[:-1], findings=[strange])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Mended (1)", "New (2)", "Still open (1)", "no phase, reversed", "stand as before", "no longer there",
                "Voltage of L1 is odd.")),
        ("nl", ("oud: R", ", fouten", "Hersteld (1)", "ingang 6 'Car charger': omgekeerd → ok", "geen signaal",
                "Voltage of L1 is odd [Engels]", "Nog open (1)", "geen fase, omgekeerd", "niet meer aanwezig",
                "zijn zoals voorheen")),
        ("fr", ("ancien\u00a0: R", ", défauts", "Réparé (1)", "entrée 6 « Car charger »\u00a0: inversée → ok",
                "pas de signal", "Voltage of L1 is odd [anglais]", "Toujours ouvert (1)", "aucune phase, inversée",
                "n'est plus là", "sont comme avant")),
        ("de", ("alt: R", ", Fehler", "Behoben (1)", "Eingang 6 „Car charger“: verkehrt herum → ok", "kein Signal",
                "Voltage of L1 is odd [Englisch]", "Noch offen (1)", "keine Phase, umgekehrt", "nicht mehr vorhanden",
                "sind wie zuvor")),
    ],
)  # fmt: skip
def test_it_speaks_the_language(language: Language, words: tuple[str, ...]) -> None:
    text = diff_text(compare(*both()), 200, Translator(language))
    assert not [word for word in words if word not in text]
    if language != "en":
        assert not [word for word in ("Mended", "input", "reversed", "setting", "partial") if word in text]


def test_without_words_it_is_english_as_on_screen() -> None:
    assert diff_text(compare(*both())) == diff_text(compare(*both()), words=Translator("en"))


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_english_is_left(language: Language) -> None:
    words = Translator(language)
    mended, fixed = (replace(r, channels=[replace(c, title_fact=word(c.verdict)) for c in r.channels], findings=[])
                     for r in (faulty(), healthy()))  # fmt: skip
    elsewhere = replace(fixed, site=replace(fixed.site, uuid="another"))
    remote = replace(afar.faulty(), channels=mended.channels, findings=[])
    texts = [
        diff_text(compare(fixed, fixed), words=words),
        diff_text(compare(mended, elsewhere), words=words),
        diff_text(compare(remote, replace(mended, header=replace(mended.header, partial=True))), words=words),
    ]
    for text in texts:
        for english in ("Nothing", "changed", "different", "judged", "values", "before", "channel", "partial,", "pass"):
            assert english not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_with_braces_stay_as_they_are(language: Language) -> None:
    names = ("{input}", "{head} {change}", "{before}", "(.*)\\1", HOSTILE[0])
    old = faulty()
    channels = [replace(c, name=names[c.input % len(names)]) for c in old.channels]
    new = [replace(c, verdict="dead", title="shows no current") for c in channels]
    text = diff_text(compare(replace(old, channels=channels), replace(old, channels=new)), 200, Translator(language))
    for name in names:
        assert name in text
    steering = diff_text(
        compare(hostile(), replace(hostile(), channels=hostile().channels[:-1])), 78, Translator(language)
    )
    assert not [c for c in steering if ord(c) < 32 and c != "\n"]


def of_an_older_version(report: Report) -> bytes:
    """The same file as it was written before the document held facts."""
    told = json.loads(encode(report))
    for channel in told["channels"]:
        del channel["title_fact"], channel["said_facts"], channel["advice_fact"]
    for finding in told["findings"]:
        del finding["params"], finding["evidence_facts"]
    for untested in told["not_tested"]:
        del untested["advice_fact"]
    for device in told["devices"]["devices"]:
        del device["number"]
    return json.dumps(told).encode()


@pytest.mark.parametrize("language", OTHERS)
def test_files_of_an_older_version_are_compared_and_their_english_is_marked(language: Language) -> None:
    old, new = decode(of_an_older_version(faulty())), decode(of_an_older_version(healthy()))
    found = compare(old, new)
    assert [(e.kind, e.subject) for e in found.entries] == [("mended", "channel:6"), ("mended", "channel:8")]
    words = Translator(language)
    for text in ("reversed", "on L2, not L3"):
        assert f"{words('diff.in_english', text=text)} → ok" in diff_text(found, 200, words)
    assert "reversed → ok" in diff_text(found, 200)


def test_the_command_speaks_the_later_report_s_language_or_the_one_asked_for(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_bytes(encode(in_language(faulty(), "fr")))
    new.write_bytes(encode(in_language(healthy(), "nl")))
    assert "Hersteld (2)" in run("report", "diff", str(old), str(new)).out
    assert "Toujours ouvert" not in run("report", "diff", str(old), str(new), "--language", "fr").out
    assert "Réparé (2)" in run("report", "diff", str(old), str(new), "--language", "fr").out
    assert "Behoben (2)" in run("report", "diff", str(old), str(new), "--language", "de").out
    assert "Mended (2)" in run("report", "diff", str(old), str(new), "--language", "en").out
    asked = run("report", "diff", str(old), str(new), "--json", "--language", "nl")
    titles = {entry["before"]["title"] for entry in json.loads(asked.out)["entries"]}
    assert "reversed" in titles
    assert run("report", "diff", str(old), str(new), "--language", "xx").code == 2
