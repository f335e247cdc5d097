"""Other locations on the broker take nothing from the one that is meant: live, in `check` and in `report`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from smappee_tui.app.session import MOST_JUDGED, Session
from smappee_tui.cli import exits
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.report.compose.document import build
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.site.locations import MOST_LOCATIONS
from smappee_tui.tui.run import live_app
from tests import payloads as p
from tests.brokers import Publisher, RunningBroker
from tests.cli.made import FakeLink, crowd, house, recording, remembered, uuids
from tests.cli.run import Ran, run
from tests.tui.scene import text

SERIAL = p.SERIALS[p.INFINITY]
LIVING = house(20)
CASES = [
    pytest.param([*remembered(), *LIVING], None, id="30 dead"),
    pytest.param([*remembered(), *LIVING], SERIAL, id="30 dead of the same serial, named"),
    pytest.param([*LIVING[:6], *remembered(), *LIVING[6:]], None, id="30 dead, heard between"),
    pytest.param(crowd(), p.UUID, id="12 living, the twelfth named"),
]


@pytest.fixture(autouse=True)
def _alone(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))


def session_of(items: Iterable[MqttMessage], wanted: str | None = None) -> Session:
    """A session that has heard this."""
    session = Session(FakeLink(), wanted=wanted)
    for item in items:
        session.process(item)
    return session


def asked(command: str, folder: Path, items: list[MqttMessage], wanted: str | None, *more: Any) -> Ran:
    """What a command says of a recording of this."""
    named = ("--location", wanted) if wanted else ()
    return run(command, "--replay", recording(folder / f"{command}.ndjson", items), *named, *more)


async def screen(items: list[MqttMessage], wanted: str | None) -> tuple[list[str], list[Any]]:
    """The lines of the phases, with the counts at their end, and the verdicts of the table."""
    link = FakeLink(items, start=p.START + 21)
    link.phases = [(p.START, "connected", None)]
    app = live_app(Session(link, wanted=wanted), clock=lambda: p.START + 21, tick=0)
    async with app.run_test(size=(80, 24)) as pilot:
        while any(item.at <= link.time for item in link.items):
            app.first.tick()
        await pilot.pause()  # with the first picture what was held is judged
        app.first.session.judgement()  # a screen's looks are some seconds old, and how many ticks there were differs
        app.first.tick()
        await pilot.pause()
        return text(app).splitlines()[2:5], [row.verdict for row in app.first.rows]


@pytest.mark.parametrize(("items", "wanted"), CASES)
async def test_the_live_screen(items: list[MqttMessage], wanted: str | None) -> None:
    head, verdicts = await screen(items, wanted)
    assert (head, verdicts) == await screen(LIVING, wanted)
    assert "none judged" in head[2]
    assert None not in verdicts


def without_note(document: dict[str, Any]) -> dict[str, Any]:
    """The document but for the one note that the broker remembers others, too."""
    kept = [finding for finding in document["findings"] if finding["code"] != "others-left-over"]
    noted = len(document["findings"]) - len(kept)
    summary = document.get("summary", {})
    return {**document, "findings": kept, "summary": {**summary, "info": summary.get("info", 0) - noted}}


@pytest.mark.parametrize(("items", "wanted"), CASES)
def test_check(items: list[MqttMessage], wanted: str | None, tmp_path: Path) -> None:
    crowded, alone = (asked("check", tmp_path, heard, wanted, "--json") for heard in (items, LIVING))
    assert (crowded.code, without_note(json.loads(crowded.out))) == (alone.code, json.loads(alone.out))
    assert crowded.err == ""


@pytest.mark.parametrize(("items", "wanted"), CASES)
def test_report(items: list[MqttMessage], wanted: str | None, tmp_path: Path) -> None:
    documents = []
    for name, heard in (("crowded", items), ("alone", LIVING)):
        ran = asked("report", tmp_path, heard, wanted, "--out", tmp_path, "--format", "json", "--name", name)
        document = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        findings = without_note(document)["findings"]
        documents.append((ran.code, document["channels"], document["not_tested"], findings))
    assert documents[0] == documents[1]


def test_check_over_mqtt(broker: RunningBroker) -> None:
    with Publisher(broker.address) as publisher:
        for message in remembered():
            publisher.publish(message.topic, message.payload, retain=True)
        for message in house(1):
            publisher.publish(message.topic, message.payload, retain=True)
    ran = run("check", broker.address, "--for", "1", "--json", "--location", p.UUID)
    document = json.loads(ran.out)
    assert document["monitor"]["uuid"] == p.UUID
    assert any(channel["advice"] for channel in document["channels"])


def test_one_chosen_later_is_judged_at_once_and_the_one_before_keeps_what_it_showed() -> None:
    session = session_of(crowd(), uuids(1)[0])
    before = session.judgement()
    session.wanted = p.UUID
    assert session.judgement().channels.keys() == set(range(6))
    assert len(session._judges) == MOST_JUDGED
    session.wanted = uuids(1)[0]
    assert session.judgement() == before


def test_what_is_only_remembered_takes_no_place() -> None:
    session = session_of([*remembered(), *LIVING])
    assert session.site is not None
    assert session.site.uuid == p.UUID
    assert session._judges.keys() <= {p.UUID, uuids(1)[0]}


def test_the_living_take_the_places_of_the_remembered() -> None:
    session = Session(FakeLink())
    for uuid in uuids(MOST_JUDGED):
        session.wanted = uuid
        session_items = [item for item in remembered(MOST_JUDGED) if uuid in item.topic]
        for item in session_items:
            session.process(item)
    assert len(session._judges) == MOST_JUDGED
    for item in house(3):
        session.process(item)
    assert p.UUID in session._judges
    assert uuids(MOST_JUDGED)[-1] in session._judges  # it is shown


@pytest.mark.parametrize("wanted", [p.UUID.upper(), f" {SERIAL}"])
def test_the_one_named_is_kept_beyond_the_bound(wanted: str, tmp_path: Path) -> None:
    strangers = [p.arrival("presence", p.presence(), uuid=f"u{number}") for number in range(MOST_LOCATIONS)]
    ran = asked("check", tmp_path, [*strangers, *LIVING], wanted.strip(), "--json")
    document = json.loads(ran.out)
    assert document["monitor"]["serial"] == SERIAL
    assert document["observed"]["seconds"] > 15
    assert ran.code in (exits.FAULT, exits.UNDECIDED)


def test_a_report_without_a_verdict_says_not_judged() -> None:
    site = session_of(LIVING).site
    assert site is not None
    report = build(site, Judgement(), ReportMetadata(generated_at=p.START))
    assert [untested.reason for untested in report.not_tested] == ["not_judged"] * 6
    assert report.header.result == "undecided"
