from pathlib import Path

import pytest

from smappee_tui.connect.errors import CannotReadError
from smappee_tui.connect.recording.lines import BadLine
from smappee_tui.connect.recording.replay import ReplaySource
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.received import Mark
from tests import payloads as p
from tests.cli.made import house, recording
from tests.said import said


def test_everything_comes_in_order_a_piece_at_a_time(tmp_path: Path) -> None:
    items = [*house(30), Mark(p.START + 40, "load-on", 2000.0, 4)]
    link = ReplaySource(recording(tmp_path / "r.ndjson", items))
    assert link.drain() == []
    link.start()
    link.start()
    assert link.state.phase == "connected"
    taken = []
    while some := link.drain(7):
        assert len(some) <= 7
        taken += some
    assert taken == items
    assert link.items == len(items)
    assert link.state.phase == "closed"
    assert link.problem is None


def test_bad_lines_are_handed_over_and_skipped(tmp_path: Path) -> None:
    bad: list[BadLine] = []
    first, *rest = house(3)
    link = ReplaySource(recording(tmp_path / "r.ndjson", [first, b"{", b"[]", *rest]), on_bad=bad.append)
    link.start()
    assert link.drain() == [first, *rest]
    assert [line.number for line in bad] == [2, 3]


def test_no_file_is_known_at_once(tmp_path: Path) -> None:
    with pytest.raises(CannotReadError):
        ReplaySource(tmp_path / "none").start()


def test_an_empty_recording_ends_at_once(tmp_path: Path) -> None:
    link = ReplaySource(recording(tmp_path / "r.ndjson", []))
    link.start()
    assert link.drain() == []
    assert link.state.phase == "closed"


def test_only_the_first_seconds(tmp_path: Path) -> None:
    link = ReplaySource(recording(tmp_path / "r.ndjson", house(30)), seconds=5)
    link.start()
    assert max(item.at for item in link.drain()) == p.START + 4.25
    assert link.state.phase == "closed"


def test_at_the_pace_of_the_recording_or_faster(tmp_path: Path) -> None:
    path = recording(tmp_path / "r.ndjson", house(30))
    for speed in (1.0, 8.0):
        time = [500.0]
        link = ReplaySource(path, speed=speed, clock=lambda time=time: time[0])  # type: ignore[misc]
        link.start()
        assert {item.at for item in link.drain()} == {p.START}
        time[0] += 10 / speed
        assert link.now() == pytest.approx(p.START + 10)
        assert link.drain()[-1].at == p.START + 9.25
        assert link.drain() == []
        assert link.state.phase == "connected"
        time[0] += 1000
        assert link.drain()[-1].at == p.START + 30.25
        assert link.state.phase == "closed"


def test_closing_lets_go_of_the_file(tmp_path: Path) -> None:
    link = ReplaySource(recording(tmp_path / "r.ndjson", house(3)))
    link.start()
    link.close()
    link.close()
    assert link.drain() == []
    (tmp_path / "r.ndjson").unlink()


def test_a_disk_that_fails_ends_it_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = house(1)[0]

    def failing(_path: object) -> object:
        yield first
        raise CannotReadError(fact("The disk is gone."), fact("Plug it in."))

    monkeypatch.setattr("smappee_tui.connect.recording.replay.read_recording", failing)
    link = ReplaySource(tmp_path / "r.ndjson")
    link.start()
    assert link.drain() == [first] or link.problem is not None
    assert link.problem is not None
    assert said(link.problem) == "The disk is gone. Plug it in."
    assert link.state.phase == "closed"
