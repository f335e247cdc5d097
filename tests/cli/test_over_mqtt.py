"""The commands over real brokers on loopback."""

import json
import threading
import time
from pathlib import Path

import pytest

from smappee_tui.app.session import Session
from smappee_tui.app.settings import load, settings_path
from smappee_tui.cli import exits, screen
from smappee_tui.cli.options import PASSWORD_VARIABLE
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.protocol.received import MqttMessage
from tests import payloads as p
from tests.brokers import DEADLINE, Publisher, RunningBroker, free_port
from tests.cli.made import house, recording
from tests.cli.run import run
from tests.other_brokers import MUTE, READER, WORD, MosquittoWithRights, running


def speak(broker: RunningBroker, **wishes: str) -> None:
    """Leave on the broker, as retained messages, what a monitor says in one second."""
    with Publisher(broker.address) as publisher:
        for message in house(1, **wishes):  # type: ignore[arg-type]
            publisher.publish(message.topic, message.payload, retain=True)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Session]:
    """Instead of a screen: watch until a monitor has spoken, then leave."""
    sessions: list[Session] = []

    def show(session: Session, **_: object) -> int:
        sessions.append(session)
        session.start()
        end, pause = time.monotonic() + DEADLINE, threading.Event()
        while not (session.site and session.site.sample):  # a recording may have ended by then: that is no matter
            assert time.monotonic() < end
            session.poll()
            pause.wait(0.01)
        session.close()
        return 0

    monkeypatch.setattr(screen, "show", show)
    monkeypatch.setattr(screen, "needs_terminal", lambda: None)
    return sessions


def test_check_over_mqtt(broker: RunningBroker) -> None:
    speak(broker)
    ran = run("check", broker.address, "--for", "1", "--json")
    document = json.loads(ran.out)
    assert document["monitor"]["serial"] == p.SERIALS[p.INFINITY]
    assert document["observed"]["realtime_messages"] == 1
    assert [channel["name"] for channel in document["channels"]][3:5] == ["Roof", "Kitchen"]
    assert ran.err == ""
    assert ran.code in (1, 4)


def test_host_and_port_apart(broker: RunningBroker) -> None:
    speak(broker)
    ran = run("check", "127.0.0.1", "--port", broker.address.port, "--for", "1")
    assert p.SERIALS[p.INFINITY] in ran.out


def test_a_second_location_stays_apart(broker: RunningBroker) -> None:
    speak(broker)
    speak(broker, uuid=p.OTHER_UUID, dialect=p.TWENTY)
    ran = run("check", broker.address, "--for", "1", "--json", "--location", p.OTHER_UUID)
    assert json.loads(ran.out)["monitor"]["serial"] == p.SERIALS[p.TWENTY]


def test_a_silent_broker(embedded_broker: EmbeddedBroker) -> None:
    ran = run("check", embedded_broker.address, "--for", "0.3")
    assert (ran.code, ran.out) == (4, "")
    assert f"No Smappee monitor was heard on {embedded_broker.address}" in ran.err


@pytest.mark.parametrize("command", [["check"], ["record"]])
def test_nobody_listens(command: list[str], tmp_path: Path) -> None:
    file = [str(tmp_path / "r.ndjson")] if command == ["record"] else []
    ran = run(*command, f"127.0.0.1:{free_port()}", *file)
    assert (ran.code, ran.out) == (3, "")
    assert "Nothing listens on port" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_broker_that_wants_a_password(locked_broker: RunningBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"127.0.0.1:{locked_broker.address.port}"
    nobody = run("check", address, "--for", "5")
    assert nobody.code == 3
    assert "wants a username and a password" in nobody.err
    monkeypatch.setenv(PASSWORD_VARIABLE, "wrong")
    wrong = run("check", address, "--username", "installer", "--for", "5")
    assert wrong.code == 3
    assert "refuses user 'installer'" in wrong.err
    monkeypatch.setenv(PASSWORD_VARIABLE, locked_broker.address.password or "")
    speak(locked_broker)
    assert run("check", address, "--username", "installer", "--for", "1").code in (1, 4)


@pytest.mark.parametrize("name", ["r.ndjson", "r.ndjson.gz"])
def test_record_and_replay(broker: RunningBroker, tmp_path: Path, name: str) -> None:
    speak(broker)
    path = tmp_path / name
    ran = run("record", broker.address, path, "--for", "1")
    assert (ran.code, ran.out) == (0, "")
    assert "8 messages in" in ran.err
    topics = {item.topic for item in read_recording(path) if isinstance(item, MqttMessage)}
    assert p.topic("realtime") in topics
    assert json.loads(run("check", "--replay", path, "--json").out)["observed"]["realtime_messages"] == 1


def test_a_recording_is_not_overwritten(embedded_broker: EmbeddedBroker, tmp_path: Path) -> None:
    speak(embedded_broker)
    path = tmp_path / "r.ndjson"
    path.write_text("precious")
    ran = run("record", embedded_broker.address, path, "--for", "1")
    assert ran.code == 3
    assert "exists already" in ran.err
    assert path.read_text() == "precious"


def test_record_without_names(embedded_broker: EmbeddedBroker, tmp_path: Path) -> None:
    speak(embedded_broker)
    path = tmp_path / "r.ndjson"
    ran = run("record", embedded_broker.address, path, "--for", "1", "--redact")
    assert (ran.code, ran.out) == (0, "")
    assert "Names and numbers are made up; 0 values of an unknown kind were left out." in ran.err
    text = path.read_text()
    assert not [word for word in (p.UUID, p.SERIALS[p.INFINITY], "Kitchen", str(p.LOCATION_ID)) if word in text]
    assert len(json.loads(run("check", "--replay", path, "--json").out)["channels"]) == 6


def test_nothing_to_record_leaves_nothing_behind(embedded_broker: EmbeddedBroker, tmp_path: Path) -> None:
    ran = run("record", embedded_broker.address, tmp_path / "r.ndjson", "--for", "0.3")
    assert ran.code == 3
    assert "Nothing was heard" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dialect", p.DIALECTS)
def test_simulate_and_check(broker: RunningBroker, dialect: str) -> None:
    words = ["--site", "home1", "--dialect", dialect, "--fault", "reversed:2", "--for", "0.5"]
    ran = run("simulate", "--broker", broker.address, *words)
    assert (ran.code, ran.out) == (0, "")
    assert "Publishing to 127.0.0.1" in ran.err
    assert "messages published." in ran.err
    document = json.loads(run("check", broker.address, "--for", "1", "--json").out)
    assert document["monitor"]["dialect"] == dialect
    assert len(document["channels"]) == 5


@pytest.mark.mosquitto
def test_what_nobody_can_hear_is_not_called_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mosquitto takes what a user may not write, and says nothing."""
    monkeypatch.setenv(PASSWORD_VARIABLE, WORD)
    with running(MosquittoWithRights, tmp_path) as broker:
        words = ("simulate", "--broker", f"127.0.0.1:{broker.port}", "--for", "0.2", "--username")
        done = run(*words, MUTE)
        assert done.code == exits.CANNOT
        assert "may not write" in done.err
        assert run(*words, READER).code == exits.OK


def test_simulate_without_a_broker() -> None:
    ran = run("simulate", "--broker", f"127.0.0.1:{free_port()}")
    assert (ran.code, ran.out) == (3, "")
    assert "Nothing listens on port" in ran.err
    assert "`mosquitto -p 1883` starts one" in ran.err


def test_simulate_says_what_a_broker_wants_that_is_there(locked_broker: RunningBroker) -> None:
    ran = run("simulate", "--broker", f"127.0.0.1:{locked_broker.address.port}")
    assert (ran.code, ran.out) == (3, "")
    assert "wants a username and a password. Give them with --username" in " ".join(ran.err.split())
    assert "starts one" not in ran.err


def test_the_demo_is_real_mqtt(shown: list[Session]) -> None:
    ran = run("demo", "--site", "home1", "--seed", "3")
    assert ran.code == 0
    site = shown[0].site
    assert site is not None
    assert site.monitor is not None
    assert len(site.settings) == 5
    assert shown[0].source.state.phase == "closed"


def test_a_host_is_remembered_when_a_monitor_spoke_there(broker: RunningBroker, shown: list[Session]) -> None:
    speak(broker)
    assert run(broker.address).code == 0
    assert load(settings_path())[0].hosts == (str(broker.address),)


def test_watching_can_be_recorded(embedded_broker: EmbeddedBroker, shown: list[Session], tmp_path: Path) -> None:
    speak(embedded_broker)
    path = tmp_path / "r.ndjson"
    assert run(embedded_broker.address, "--record", path, "--location", p.UUID).code == 0
    assert shown[0].wanted == p.UUID
    assert p.topic("config") in {item.topic for item in read_recording(path) if isinstance(item, MqttMessage)}


def test_a_recording_on_the_screen(shown: list[Session], tmp_path: Path) -> None:
    path = recording(tmp_path / "r.ndjson", [b"nonsense", *house(3)])
    ran = run("--replay", path, "--speed", "1000")
    assert ran.code == 0
    assert "1 line of" in ran.err
    assert shown[0].site is not None
    missing = run("--replay", tmp_path / "none")
    assert missing.code == 3
    assert "cannot be read" in missing.err
