"""`smappee-tui report`, as a back office calls it."""

import hashlib
import json
import threading
from pathlib import Path

import jsonschema
import pytest

from smappee_tui.app.settings import Settings, save
from smappee_tui.cli import exits
from smappee_tui.simulator import sites
from tests import payloads as p
from tests.brokers import Publisher, RunningBroker
from tests.cli.made import house, recording, remembered, uuids
from tests.cli.run import run
from tests.cli.test_startup import imported
from tests.report.made import FAULTS
from tests.report.schema import shipped_schema
from tests.simulated.recordings import write_recording

SAID = (
    "--site", "Canal", "--customer", "Jo", "--address", "Kaai 1", "--main-fuse", "40", "--generation", "metered",
    "--company", "Volt", "--installer", "An", "--signed-by", "An",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _alone(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tapes")
    made = {"faulty": FAULTS, "healthy": ()}
    for name, faults in made.items():
        write_recording(sites.build("home3pv", faults=faults, guided=True), folder / f"{name}.ndjson.gz")
    recording(folder / "short.ndjson", house(10))
    return {path.name.split(".")[0]: path for path in folder.iterdir() if "truth" not in path.name}


def test_a_healthy_recording_with_everything_said_leaves_with_0(tapes: dict[str, Path], tmp_path: Path) -> None:
    done = run("report", "--replay", tapes["healthy"], "--out", tmp_path, *SAID)
    assert done.code == exits.OK, done.err
    files = [Path(line) for line in done.out.splitlines()]
    assert sorted(path.suffix for path in files) == [".csv", ".html", ".html", ".json", ".pdf", ".pdf"]
    assert f"for the customer: {files[-1].name}" in done.err
    assert all(path.is_file() for path in files)
    document = json.loads(next(path for path in files if path.suffix == ".json").read_text(encoding="utf-8"))
    jsonschema.validate(document, shipped_schema())
    assert document["header"]["result"] == "pass"
    assert document["site"]["main_fuse_amps"] == 40
    tape = document["integrity"]["recording"]
    assert tape["sha256"] == hashlib.sha256(tapes["healthy"].read_bytes()).hexdigest()
    assert "PASS:" in done.err


def test_faults_leave_with_1_and_waiting_channels_with_4(tapes: dict[str, Path], tmp_path: Path) -> None:
    assert run("report", "--replay", tapes["faulty"], "--out", tmp_path, "--format", "json").code == exits.FAULT
    short = run("report", "--replay", tapes["short"], "--out", tmp_path, "--format", "txt,json")
    assert short.code == run("check", "--replay", tapes["short"]).code
    assert "Partial" in short.err
    assert "Missing" in short.err


def test_only_what_was_asked_and_the_json(tapes: dict[str, Path], tmp_path: Path) -> None:
    done = run("report", "--replay", tapes["short"], "--out", tmp_path, "--format", "csv", "--name", "x")
    assert [Path(line).name for line in done.out.splitlines()] == ["x.json", "x.csv"]


def test_the_separator_of_the_csv_is_a_wish(tapes: dict[str, Path], tmp_path: Path) -> None:
    words = ("report", "--replay", tapes["short"], "--out", tmp_path, "--format", "csv", "--force", "--name", "x")
    for word, delimiter in (("semicolon", ";"), ("comma", ",")):
        run(*words, "--csv-separator", word)
        assert (tmp_path / "x.csv").read_text("utf-8-sig").splitlines()[0].count(delimiter) >= 20
    assert run(*words, "--csv-separator", "tab").code == exits.USAGE


def test_it_never_chooses_a_monitor(tmp_path: Path) -> None:
    items = [*house(), *house(dialect=p.TWENTY, uuid=p.OTHER_UUID)]
    path = recording(tmp_path / "r.ndjson", sorted(items, key=lambda item: item.at))
    ran = run("report", "--replay", path, "--out", tmp_path / "out", "--format", "json")
    assert (ran.code, ran.out) == (2, "")
    assert all(word in ran.err for word in (*p.SERIALS.values(), "--location"))
    assert not (tmp_path / "out").exists()
    named = run("report", "--replay", path, "--out", tmp_path, "--format", "json", "--location", p.OTHER_UUID)
    assert named.code in (1, 4)


@pytest.mark.parametrize("named", [(), ("--location", p.SERIALS[p.INFINITY])])
def test_of_what_is_only_stored_on_the_broker_it_chooses_none_either(named: tuple[str, ...], tmp_path: Path) -> None:
    junk = [p.arrival("presence", p.presence(), uuid="junk", retain=True)]
    path = recording(tmp_path / "r.ndjson", [*remembered(2), *junk])
    ran = run("report", "--replay", path, "--out", tmp_path / "out", "--format", "json", *named)
    assert (ran.code, ran.out) == (2, "")
    assert all(word in ran.err for word in ("Nothing speaks", *uuids(2), "--location"))
    assert not (tmp_path / "out").exists()
    path = recording(tmp_path / "r.ndjson", [*remembered(1), *junk])
    ran = run("report", "--replay", path, "--out", tmp_path / "out", "--format", "json", *named)
    assert ran.code == 4


def test_it_asks_at_once_which_monitor_is_meant(broker: RunningBroker, tmp_path: Path) -> None:
    seconds = iter(range(10_000))
    stop = threading.Event()

    def speak() -> None:
        with Publisher(broker.address) as publisher:
            while not stop.wait(0.01):
                at = p.START + next(seconds)
                for uuid in (p.UUID, p.OTHER_UUID):
                    publisher.publish(p.topic("realtime", uuid), p.raw(p.realtime(p.busy_rows(3), at=at)), qos=0)

    thread = threading.Thread(target=speak)
    thread.start()
    try:
        ran = run("report", broker.address, "--out", tmp_path / "out", "--for", "600")
    finally:
        stop.set()
        thread.join()
    assert ran.code == 2
    assert p.OTHER_UUID in ran.err
    assert not (tmp_path / "out").exists()


def test_never_over_an_older_one_without_force(tapes: dict[str, Path], tmp_path: Path) -> None:
    words = ("report", "--replay", tapes["short"], "--out", tmp_path, "--format", "csv", "--name", "x")
    run(*words)
    again = run(*words)
    assert again.code == exits.CANNOT
    assert "--force" in again.err
    assert again.out == ""
    assert run(*words, "--force").code != exits.CANNOT


def test_redacted(tapes: dict[str, Path], tmp_path: Path) -> None:
    run(
        "report",
        "--replay",
        tapes["faulty"],
        "--out",
        tmp_path,
        "--name",
        "x",
        "--redact",
        "--format",
        "json,html",
        *SAID,
    )
    document = (tmp_path / "x.json").read_text(encoding="utf-8")
    for name in ("Car charger", "Water heater", "Canal", "Kaai", "Volt", tapes["faulty"].name):
        assert name not in document
    assert '"redacted": true' in document


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Which monitor?"),
        (("h", "--replay", "x"), "at once"),
        (("--replay", "x", "--format", "doc"), "no format doc"),
        (("--replay", "x", "--format", ","), "Which formats?"),
        (("--replay", "x", "--name", "../y"), "--out"),
        (("--replay", "x", "--signed-on", "tomorrow"), "no date"),
    ],
)
def test_what_makes_no_sense_is_said(words: tuple[str, ...], said: str) -> None:
    done = run("report", *words)
    assert done.code == exits.USAGE
    assert said in done.err


def test_what_cannot_be_read_or_written_leaves_with_3(tapes: dict[str, Path], tmp_path: Path) -> None:
    assert run("report", "--replay", tmp_path / "none").code == exits.CANNOT
    empty = tmp_path / "empty.ndjson"
    empty.write_text("")
    done = run("report", "--replay", empty)
    assert done.code == exits.CANNOT
    assert "No Smappee monitor" in done.err
    other = run("report", "--replay", tapes["short"], "--location", "5099999999")
    assert "Heard there" in other.err
    photo = run("report", "--replay", tapes["short"], "--out", tmp_path, "--photo", tmp_path / "no.jpg")
    assert photo.code == exits.CANNOT
    blocked = run("report", "--replay", tapes["short"], "--out", empty, "--format", "json")
    assert blocked.code == exits.CANNOT


def test_the_installer_is_remembered_and_can_be_another(tapes: dict[str, Path], tmp_path: Path) -> None:
    import os

    save(
        Settings(installer={"company": "Kept & Co", "person": "Kim"}),
        Path(os.environ["SMAPPEE_TUI_CONFIG_DIR"]) / "settings.toml",
    )
    words = ("report", "--replay", tapes["short"], "--out", tmp_path, "--format", "json")
    run(*words, "--name", "a")
    run(*words, "--name", "b", "--installer", "Lee")
    one, other = (json.loads((tmp_path / f"{name}.json").read_text())["installer"] for name in "ab")
    assert (one["company"], one["person"]) == ("Kept & Co", "Kim")
    assert (other["company"], other["person"]) == ("Kept & Co", "Lee")


def test_diff_names_what_was_mended(tapes: dict[str, Path], tmp_path: Path) -> None:
    for name, tape in (("old", "faulty"), ("new", "healthy")):
        run("report", "--replay", tapes[tape], "--out", tmp_path, "--name", name, "--format", "json", *SAID)
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    done = run("report", "diff", old, new)
    assert done.code == exits.OK
    assert 'Mended (2)\n  ✓ input 6 "Car charger": reversed → ok.' in done.out
    back = run("report", "diff", new, old, "--json")
    assert back.code == exits.FAULT
    assert {entry["kind"] for entry in json.loads(back.out)["entries"]} == {"new"}


def test_diff_of_anything_else_is_said(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("{}")
    for words in ((other, other), (tmp_path / "none", other)):
        done = run("report", "diff", *words)
        assert done.code == exits.CANNOT
        assert done.out == ""
    assert run("report", "diff", other).code == exits.USAGE


def test_help_names_both(tmp_path: Path) -> None:
    assert "report diff OLD.json NEW.json" in run("report", "--help").out
    assert "Usage: smappee-tui report diff" in run("report", "diff", "--help").out
    assert "report" in run("--help").out


@pytest.mark.parametrize("words", [["report", "--help"], ["report", "diff", "--help"]])
def test_help_imports_next_to_nothing(words: list[str]) -> None:
    assert not imported(*words) & {"jinja2", "fpdf", "fontTools", "msgspec", "textual", "rich", "asyncio"}


def test_check_loads_no_renderer_and_report_no_screen(tapes: dict[str, Path], tmp_path: Path) -> None:
    assert not imported("check", "--replay", tapes["short"]) & {"jinja2", "fpdf", "fontTools"}
    assert not imported("report", "--replay", tapes["short"], "--out", tmp_path, "--format", "json") & {
        "jinja2", "fpdf", "fontTools", "textual", "rich", "paho",
    }  # fmt: skip


def test_live_over_mqtt(broker: RunningBroker, tmp_path: Path) -> None:
    with Publisher(broker.address) as publisher:
        for message in house(1):
            publisher.publish(message.topic, message.payload, retain=True)
    done = run("report", broker.address, "--for", "1", "--out", tmp_path, "--format", "html,json", "--name", "live")
    assert done.code in (exits.FAULT, exits.UNDECIDED)
    document = json.loads((tmp_path / "live.json").read_text(encoding="utf-8"))
    assert document["devices"]["source"] == str(broker.address)
    assert document["method"]["received"] == 1
    assert document["integrity"]["recording"] is None


@pytest.mark.parametrize("name", ["n" * 201, "ü" * 101, "two\nlines", "a\x1b[2Jb"])
def test_a_name_of_files_is_one_that_all_file_systems_take(name: str, tapes: dict[str, Path], tmp_path: Path) -> None:
    ran = run("report", "--replay", tapes["short"], "--out", tmp_path, "--name", name)
    assert (ran.code, ran.out) == (exits.USAGE, "")
    assert "200 letters at most" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_long_name_that_fits_is_taken(tapes: dict[str, Path], tmp_path: Path) -> None:
    name = "ü" * 100
    ran = run("report", "--replay", tapes["short"], "--out", tmp_path, "--name", name, "--format", "csv")
    assert [Path(path).name for path in ran.out.split()] == [f"{name}.json", f"{name}.csv"]
