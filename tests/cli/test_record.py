"""`record` says at its end what is not in the file."""

from pathlib import Path

import pytest

from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.protocol.received import Gap
from tests import payloads as p
from tests.cli.made import FakeLink, house
from tests.cli.run import run


class Broken(FakeLink):
    """Comes back once, 30 s later, and drops a few; all of it has arrived when it is asked."""

    def __init__(self) -> None:
        first, *more = house(40)
        super().__init__([item for item in (first, *more) if not p.START + 5 < item.at < p.START + 35])
        self.time = p.START + 45

    @property
    def state(self) -> SourceState:
        lost = bool(self.items) and self.items[0].at < p.START + 30
        return SourceState("connected", p.START) if lost else SourceState("connected", p.START + 35, reconnects=1)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Broken:
    link = Broken()
    monkeypatch.setattr("smappee_tui.connect.mqtt.MqttSource", lambda _: link)
    monkeypatch.setattr("smappee_tui.cli.record.time.time", lambda: p.START + 42)
    return link


def test_reconnects_and_missing_seconds_are_said_and_kept(broken: Broken, tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson.gz"
    ran = run("record", "10.0.0.7", path, "--for", "0.01")
    assert (ran.code, ran.out) == (0, "")
    assert "1 reconnect, 31 s missing. The file says where." in ran.err
    gap = next(item for item in read_recording(path) if isinstance(item, Gap))
    assert (gap.at, gap.seconds, gap.reconnects) == (p.START + 35.25, 31.0, 1)


def test_dropped_messages_are_said_and_kept(broken: Broken, tmp_path: Path) -> None:
    broken.dropped = Dropped(unknown=2, realtime=3)
    path = tmp_path / "r.ndjson"
    assert "5 messages lost" in run("record", "10.0.0.7", path, "--for", "0.01").err
    assert sum(item.dropped for item in read_recording(path) if isinstance(item, Gap)) == 5


def test_a_whole_recording_says_nothing_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    link = FakeLink(house(10))
    link.time += 12
    monkeypatch.setattr("smappee_tui.connect.mqtt.MqttSource", lambda _: link)
    monkeypatch.setattr("smappee_tui.cli.record.time.time", lambda: p.START + 12)
    ran = run("record", "10.0.0.7", tmp_path / "r.ndjson", "--for", "0.01")
    assert "missing" not in ran.err
    assert "made up" not in ran.err
