"""Every command speaks the language it is told to; `check` says nothing in English in another one."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from smappee_tui import i18n
from smappee_tui.app.settings import Settings, save
from smappee_tui.cli.app import UNNAMED, CloudGroup, CommandEntry, HostGroup, ReportGroup
from smappee_tui.cli.check.document import check_document
from smappee_tui.cli.check.text import check_text
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Judgement, Subject
from smappee_tui.i18n import LANGUAGES, Language, Translator
from smappee_tui.i18n.text import width
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.received import MqttMessage
from tests.cli.made import house, recording, seen_of
from tests.cli.pseudo import bare, speak_pseudo
from tests.cli.run import run
from tests.i18n.pseudo import pseudo

OTHERS = [language for language in LANGUAGES if language != "en"]
TABLES = {"": HostGroup.table, "report": ReportGroup.table, "cloud": CloudGroup.table}
WORDS = [
    [word for word in (group, name) if word and word != UNNAMED]
    for group, table in TABLES.items()
    for name in table
    if not (group == "" and name in TABLES)
]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = i18n.current()
    yield
    i18n.use(before)


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_every_command_takes_a_language(words: list[str]) -> None:
    assert "--language <en|nl|fr|de>" in run(*words, "--help").out
    ran = run(*words, "--language", "xx")
    assert (ran.code, ran.out) == (2, "")
    assert "'xx' is not one of" in ran.err


@pytest.mark.parametrize("command", [one for table in TABLES.values() for one in table.values()])
def test_what_the_tables_name_is_there(command: CommandEntry) -> None:
    from importlib import import_module

    module, _, name = command.target.partition(":")
    assert callable(getattr(import_module(module), name))


@pytest.mark.parametrize(
    "words", [["--language", "nl", "check"], ["check", "--language=nl"], ["--language=nl", "check"]]
)
def test_before_or_behind_the_command(words: list[str]) -> None:
    assert run(*words).err.startswith("smappee-tui: Welke monitor?")
    assert run("check").err.startswith("smappee-tui: Which monitor?"), "a run remembers nothing of the one before"


def test_before_a_host_and_before_nothing() -> None:
    assert "Der Bildschirm braucht ein Terminal" in run("--language", "de", "192.168.0.48").err
    assert "Quel moniteur" in run("--language", "fr").err
    assert "Usage: smappee-tui" in run("--language", "fr", "--help").out


def test_within_the_words_of_a_group() -> None:
    for words in (["report", "diff", "--language", "de"], ["report", "--language", "de", "diff"]):
        ran = run(*words, "/no/old.json", "/no/new.json")
        assert (ran.code, ran.out) == (3, "")
        assert "lesbar" in ran.err, words


def test_without_a_language_behind_it() -> None:
    ran = run("--language")
    assert (ran.code, ran.out) == (2, "")
    assert "'--language' requires an argument" in ran.err


def test_the_setting_then_the_system(config_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_BE.UTF-8")
    assert "Quel moniteur" in run("check").err
    save(Settings(language="de"), config_folder / "settings.toml")
    assert "Welcher Monitor" in run("check").err
    assert "Welke monitor" in run("check", "--language", "nl").err


def test_json_is_english_unless_a_language_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = recording(tmp_path / "r.ndjson", wrong())
    plain = run("check", "--replay", path, "--json").out
    monkeypatch.setenv("LC_ALL", "nl_BE.UTF-8")
    assert run("check", "--replay", path, "--json").out == plain
    english, dutch = json.loads(plain), json.loads(run("check", "--replay", path, "--json", "--language", "nl").out)
    assert english != dutch
    for one in (english, dutch):
        for finding in one["findings"]:
            finding.update(title="", evidence=[], advice="")
        for entry in (*one["channels"], *one["plugs"], *one["sensors"]):
            entry.update(evidence=[], advice="", words="", channels=[], automations=[])
        for limit in (*one["limits"], *one["limits_unchecked"]):
            limit.update(why="", notes=[], source="")
        for rule in (*one["automations"]["triggers"], *one["automations"]["schedules"]):
            rule["words"] = ""
    assert english == dutch, "keys, codes and enum words never change"


def wrong() -> list[MqttMessage]:
    """A house with plugs, a sensor and something to find."""
    return house(20, spec="grid:0 grid:1r grid:2 solar:0=Roof sub:1=Kitchen unused:0")


FACTS = Judgement(
    channels={
        0: ChannelVerdict(0, "ok", fact("verdicts.ok", phase="L1"), 0.99),
        1: ChannelVerdict(1, "wrong_phase", fact("verdicts.wrong_phase", phase="L2", there="L3"), 0.99, 2),
        2: ChannelVerdict(2, "inconclusive", fact("verdicts.inconclusive"), 0.5),
        3: ChannelVerdict(3, "reversed", fact("verdicts.reversed"), 0.99),
        5: ChannelVerdict(5, "unused", fact("verdicts.unused"), 0.9),
    },
    findings=(Finding("nobody-knows", "fault", Subject("channel", 3)), Finding("nor-this", "info", Subject("monitor"))),
)


def test_no_line_is_english_in_the_language_that_nobody_speaks() -> None:
    """Nothing is left when everything within brackets is taken away, but for names, units and codes without a text."""
    i18n.use(pseudo())
    text = check_text(seen_of(wrong(), FACTS), columns=120)
    head, table, *blocks = text.split("\n\n")
    for block in (head, *blocks):
        assert bare(block) <= {"Infinity", "Genius", "Hz"}, block
    assert all(row.endswith("]") for row in table.splitlines()), table


@pytest.mark.parametrize("spoken", OTHERS)
def test_a_check_has_no_english_line(tmp_path: Path, spoken: Language) -> None:
    path = recording(tmp_path / "r.ndjson", wrong())
    english = {line.strip() for line in run("check", "--replay", path).out.splitlines()[1:]} - {""}
    assert len(english) > 25
    ran = run("check", "--replay", path, "--language", spoken)  # "Monitor 5010990023, firmware V4" is Dutch as well
    assert not english & {line.strip() for line in ran.out.splitlines()}
    assert ran.err == ""


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_table_holds_at_80_columns(spoken: Language) -> None:
    i18n.use(spoken)
    lines = check_text(seen_of(wrong(), FACTS)).splitlines()
    assert max(map(width, lines)) <= 80
    begin = lines.index("") + 1
    rows = lines[begin + 1 : begin + 7]
    assert len({re.search("[✓✗?·] ", row[45:]).start() for row in rows}) == 1  # type: ignore[union-attr]
    t = Translator(spoken)
    for word in ("grid", "CONSUMPTION", "PRODUCTION", "STORAGE", "UNUSED"):
        assert width(t(f"cli.role_{word}")) <= 10, "the name needs its room"
    for column, cells in {"in": 3, "phase": 4, "factor": 5}.items():
        assert width(t(f"check.col_{column}")) <= cells
    for verdict in ("reversed", "wrong_phase_reversed", "dead", "no_current", "inconclusive", "unused", "unused_live"):
        assert width(t(f"verdicts.{verdict}", there="L2")) <= 20, verdict


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_cloud_heads_fit_their_columns(spoken: Language) -> None:
    t = Translator(spoken)
    cells = {"used": 11, "solar": 11, "always_on": 11, "active": 12, "reactive": 14, "humidity": 10, "battery": 9,
             "change": 10, "total": 10, "energy": 12, "time": 16, "id": 7, "appliance": 24}  # fmt: skip
    for column, most in cells.items():
        assert width(t(f"cloud_command.col_{column}")) <= most, column
    assert width(t("cloud_command.col_counter", input=2)) <= 10
    assert width(t("cloud_command.col_input_wh", input=12)) <= 10
    assert width(t("cloud_command.col_cost", currency="EUR")) <= 12


def test_a_document_in_another_language_has_the_same_facts() -> None:
    seen = seen_of(wrong(), FACTS)
    english, french = check_document(seen), check_document(seen, Translator("fr"))
    for one, other in zip(english["findings"], french["findings"], strict=True):
        assert {**one, **dict.fromkeys(("title", "evidence", "advice"))} == {
            **other,
            **dict.fromkeys(("title", "evidence", "advice")),
        }


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["check", "h", "--replay", "x"],
        ["check", "--replay", "/no/such/file"],
        ["check", "127.0.0.1:1"],
        ["check", "--replay", "x", "--days", "3"],
        ["report", "--replay", "/no/such/file"],
        ["report", "h", "--format", "docx"],
        ["report", "h", "--name", "a/b"],
        ["report", "h", "--signed-on", "soon"],
        ["report", "diff", "/no/old.json", "/no/new.json"],
        ["record", "127.0.0.1:1", "/tmp/never.ndjson"],
        ["broker", "--address", "192.168.99.99"],
        ["discover", "--timeout", "0.1"],
        ["portal", "127.0.0.1:1"],
        ["simulate", "--broker", "127.0.0.1:1"],
        ["demo", "--cloud", "--guided"],
        ["demo", "--fault", "revresed:3"],
        ["simulate", "--broker", "h", "--site", "castle"],
        ["simulate", "--broker", "h", "--fault", "reversed:99"],
        ["--replay", "x", "--record", "y"],
        ["h", "--speed", "2"],
        ["check", "mqttx://h"],
        [],
        ["cloud", "consumption", "x", "--from", "yesterday"],
        ["cloud", "events", "x", "--json", "--csv"],
        ["cloud", "delete", "x"],
    ],
    ids=" ".join,
)
def test_what_goes_wrong_is_told_in_no_english(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    speak_pseudo(monkeypatch)
    monkeypatch.setenv("SMAPPEE_TUI_PORTAL_PORT", "1")
    ran = run(*words)
    assert ran.code in (2, 3)
    told = ran.out + ran.err
    assert "[" in told
    assert bare(told) <= {"HOST", "FILE", "demo", "replay", "help", "smappee", "tui"}, told
