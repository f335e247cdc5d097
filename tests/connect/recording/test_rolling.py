"""A recording in pieces: bounded, whole after a crash, and readable from any piece on."""

import stat
from pathlib import Path

from smappee_tui.connect.recording.recorder import Recorder
from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.connect.recording.rolling import (
    MOST_STANDING_BYTES,
    RollingRecorder,
    Standing,
    items_of,
    latest,
    pieces,
)
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.protocol.topics import Kind

PLAN = "servicelocation/u/channelConfig"
REALTIME = "servicelocation/u/realtime"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def second(at: float, size: int = 40) -> MqttMessage:
    return MqttMessage(at, REALTIME, f"{at:.0f} {'x' * size}".encode())


def test_a_piece_ends_with_its_time_and_the_next_one_can_be_read_alone(tmp_path: Path) -> None:
    clock = Clock()
    tape = RollingRecorder(tmp_path, piece_seconds=10, clock=clock)
    tape.write(MqttMessage(0, PLAN, b"old"))
    tape.write(MqttMessage(0, PLAN, b"plan"))
    tape.write(Mark(0.5, "load-on", 2000, 4))
    for at in range(1, 25):
        clock.now = at
        tape.write(second(at))
    tape.close()
    kept = pieces(tmp_path)
    assert [(piece.run, piece.number) for piece in kept] == [(1, 0), (1, 1), (1, 2)]
    second_piece = list(read_recording(kept[1].path))
    assert second_piece[0] == MqttMessage(10, PLAN, b"plan", 0, True)
    whole = list(items_of(kept))
    assert [item.at for item in whole if item is not None] == [0, 0, 0.5, *range(1, 25)]
    assert stat.S_IMODE(kept[0].path.stat().st_mode) == 0o600


def test_the_oldest_pieces_go_and_the_bounds_hold(tmp_path: Path) -> None:
    clock = Clock()
    tape = RollingRecorder(tmp_path, most_bytes=40_000, most_pieces=5, piece_seconds=10, clock=clock)
    for at in range(500):
        clock.now = at
        tape.write(MqttMessage(at, REALTIME, str(hash((at, "x")) ** 7).encode()))
        assert len(pieces(tmp_path)) <= 5
        assert sum(piece.path.stat().st_size for piece in pieces(tmp_path)) <= 40_000
    tape.close()
    assert [piece.number for piece in pieces(tmp_path)] == [45, 46, 47, 48, 49]


def test_each_run_begins_a_file_of_its_own_and_a_cut_off_one_counts_as_far_as_it_goes(tmp_path: Path) -> None:
    clock = Clock()
    first = RollingRecorder(tmp_path, clock=clock)
    for at in range(100):
        clock.now = at
        first.write(second(at))
    clock.now = 200  # a killed program closes nothing: what was flushed is there
    again = RollingRecorder(tmp_path, clock=clock)
    again.write(second(200))
    again.close()
    assert [piece.run for piece in pieces(tmp_path)] == [1, 2]
    items = list(items_of(pieces(tmp_path)))
    assert items[-2:] == [None, second(200)]
    assert 95 <= len(items) - 2 <= 100
    assert latest(pieces(tmp_path)[:1], 60)[1] == items[-3].at


def test_only_the_latest_pieces_are_chosen_and_none_from_before_a_clock_was_set_back(tmp_path: Path) -> None:
    for run, at in enumerate((1_000, 90_000, 10_000, 11_000, 12_500), 1):
        with Recorder(tmp_path / f"{run:04d}-0000.ndjson.gz") as tape:
            tape.write(second(at))
            tape.write(second(at + 10))
    (tmp_path / "0006-0000.ndjson.gz").write_bytes(b"")
    (tmp_path / "stranger.txt").write_text("x")
    chosen, end = latest(pieces(tmp_path), 3600)
    assert ([piece.run for piece in chosen], end) == ([3, 4, 5], 12_510)
    assert [piece.run for piece in latest(pieces(tmp_path), 2000)[0]] == [4, 5]
    assert latest([], 60) == ([], None)
    assert pieces(tmp_path / "none") == []


def test_a_disk_that_takes_no_more_is_told_and_does_not_raise(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    tape = RollingRecorder(folder)
    tape.write(second(1))
    assert tape.problem is not None
    tape.write(second(2))
    tape.close()


def test_what_is_held_is_bounded_and_the_last_of_each_topic() -> None:
    held = Standing()
    assert held.note(MqttMessage(1, "a", b"old"), Kind.CONFIG)
    assert held.note(MqttMessage(2, "a", b"new"), Kind.CONFIG)
    assert not held.note(MqttMessage(3, "b", b"x"), Kind.REALTIME)
    assert not held.note(MqttMessage(3, "b", bytes(MOST_STANDING_BYTES)), Kind.CHANNELS)
    assert [item.payload for item in held.messages()] == [b"new"]
    for number in range(1000):
        held.note(MqttMessage(4, f"t/{number}", b"x"), Kind.PLUG_STATE)
    assert len(list(held.messages())) <= 300
