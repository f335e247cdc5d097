"""What a fleet keeps, and what becomes of it when the disk, the file or another program is in the way."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.fleet import store as module
from smappee_tui.fleet.past import KEPT, MOST_PIECE, MOST_PIECES
from smappee_tui.fleet.standing import Standing, packed
from smappee_tui.fleet.store import FileStore, MemoryStore
from smappee_tui.fleet.view import DAY, Change

LEARNT = b"learnt " * 500


def standing(verdict: str = "fault") -> Standing:
    return Standing(verdict=verdict, findings=("ct-dead",), judged=12.0, last=11.0, serial="5010", channels=13)  # type: ignore[arg-type]


def change(number: int, uuid: str = "a") -> Change:
    return Change(number, float(number), uuid, "5010", "ok", "fault", ("ct-dead",))


def damage(store: FileStore, path: Path) -> None:
    """Of the kind that is noticed when somebody gets there."""
    store._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 400_000)
    store._file.execute("PRAGMA cache_size=0")


def damaged(path: Path) -> FileStore:
    """One with two thousand locations written down, and then damaged."""
    store = FileStore(path)
    for number in range(2000):
        store.put(f"u{number}", standing(), LEARNT)
    while store._waiting:
        store.write(10.0, 0.0)
    damage(store, path)
    return store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fleet" / "state.sqlite"


def test_all_is_there_again(path: Path) -> None:
    store = FileStore(path)
    store.put("a", standing(), LEARNT)
    store.put("b", standing("ok"))
    store.tell(change(1))
    assert store.write(1.0, 0.0) == [change(1)]
    assert not store.write(1.0, 1.0), "told once"
    store.put("a", standing())
    store.close()
    again = FileStore(path)
    assert again.standings() == {"a": standing(), "b": standing("ok")}
    assert (again.learnt("a"), again.learnt("b"), again.learnt("c")) == (LEARNT, None, None)
    assert again.changes(10) == [change(1)]
    again.forget("a")
    again.close()
    assert FileStore(path).standings().keys() == {"b"}


def test_what_waits_can_be_asked_for_already(path: Path) -> None:
    store = FileStore(path)
    store.put("a", standing(), LEARNT)
    assert store.learnt("a") == LEARNT
    store.put("a", standing("ok"), b"newer")
    assert store.learnt("a") == b"newer"


def test_a_write_holds_nobody_up_and_what_was_told_goes_first(path: Path) -> None:
    now = [0.0]

    def stopwatch() -> float:
        now[0] += 1.0
        return now[0]

    store = FileStore(path, stopwatch)
    for number in range(300):
        store.put(f"u{number}", standing())
    store.tell(change(1, "u299"))
    store.write(0.5, 0.0)
    with sqlite3.connect(path) as file:
        written = {uuid for (uuid,) in file.execute("SELECT uuid FROM location")}
    file.close()
    assert len(written) == 50
    assert "u299" in written, "a change and what it is of are written together"
    store.close()
    assert len(FileStore(path).standings()) == 300


def test_a_damaged_file_is_put_aside_and_said(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    store = FileStore(path)
    assert store.notes == {"state_put_aside": 1}
    assert path.with_name("state.sqlite.damaged-1").read_bytes().startswith(b"no database")
    store.put("a", standing())
    store.close()
    assert FileStore(path).standings() == {"a": standing()}


@pytest.mark.parametrize(
    ("damage", "note"),
    [
        ("UPDATE change SET told = replace(told, 'ct-', x'ff')", "state_unread"),
        ("UPDATE change SET told = 7", "state_unread"),
        ("UPDATE location SET standing = 'text'", "state_dropped"),
        ("UPDATE location SET uuid = cast(x'ff61' AS TEXT)", None),
        ("ALTER TABLE location RENAME COLUMN standing TO other", "state_put_aside"),
    ],
)
def test_damage_that_the_file_itself_does_not_notice_stops_nobody(path: Path, damage: str, note: str | None) -> None:
    store = FileStore(path)
    store.put("a", standing())
    store.tell(change(1))
    store.close()
    with sqlite3.connect(path) as file:
        file.execute(damage)
    file.close()
    store = FileStore(path)
    store.changes(10)
    assert list(store.notes) == [note] * (note is not None)
    store.put("b", standing())
    store.close()
    assert "b" in FileStore(path).standings()


def test_one_that_turns_out_to_be_damaged_is_written_anew_from_memory(path: Path) -> None:
    store = damaged(path)
    for number in range(2000):
        store.put(f"u{number}", standing("ok"))
    store.write(10.0, 1.0)
    assert store.notes["state_put_aside"] == 1
    store.close()
    kept = FileStore(path).standings()
    assert len(kept) == 2000
    assert kept["u7"] == standing("ok")


def test_another_form_is_put_aside_and_a_standing_of_another_version_dropped(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileStore(path)
    store.put("a", standing())
    store.close()
    with sqlite3.connect(path) as file:
        file.execute("INSERT INTO location VALUES ('b', ?, NULL)", (msgspec.msgpack.encode([99, [], None]),))
    file.close()
    store = FileStore(path)
    assert store.standings().keys() == {"a"}
    assert store.notes == {"state_dropped": 1}
    store.close()
    monkeypatch.setattr(module, "SCHEMA", 2)
    store = FileStore(path)
    assert store.notes == {"state_put_aside": 1}
    assert not store.standings()


def test_a_full_disk_is_said_and_it_goes_on(path: Path) -> None:
    store = FileStore(path)
    store._file.execute("PRAGMA max_page_count=8")
    for number in range(50):
        store.put(f"u{number}", standing(), LEARNT)
    store.tell(change(1, "u3"))
    assert store.write(1.0, 100.0) == [change(1, "u3")], "people hear of it all the same"
    assert store.notes == {"state_unwritten": 1}
    store.tell(change(2, "u4"))
    assert store.write(1.0, 101.0) == [change(2, "u4")]
    assert store.notes == {"state_unwritten": 1}, "not tried again at once"
    store._file.execute("PRAGMA max_page_count=100000")
    assert not store.write(1.0, 140.0)
    assert store.changes(10) == [change(1, "u3"), change(2, "u4")]
    store._file.execute("PRAGMA max_page_count=8")
    for number in range(50):
        store.put(f"u{number}", standing(), LEARNT * 2)
    store.write(1.0, 1e9)
    assert store.notes == {"state_unwritten": 2}
    store._file.execute("PRAGMA max_page_count=100000")
    store.write(1.0, 150.0)
    assert not store._waiting, "the clock was ahead and is put back"
    store.close()
    assert len(FileStore(path).standings()) == 50


def test_what_waits_for_a_disk_is_bounded_and_what_is_dropped_counted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    store = FileStore(path)
    for number in range(25):
        store.put(f"u{number}", standing(), LEARNT)
    assert store.notes == {"learnt_dropped": 15}
    store.close()
    again = FileStore(path)
    assert len(again.standings()) == 25
    assert again.learnt("u24") == LEARNT


def test_changes_that_a_dead_disk_has_no_room_for_are_counted_and_told_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_UNWRITTEN", 3)
    store = FileStore(path)
    store._file.execute("PRAGMA max_page_count=8")
    for number in range(50):
        store.put(f"u{number}", standing(), LEARNT)
    for number in range(1, 6):
        store.tell(change(number))
    assert store.write(1.0, 100.0) == [change(number) for number in range(1, 6)]
    assert store.notes == {"state_unwritten": 1, "changes_dropped": 2}
    store._file.execute("PRAGMA max_page_count=100000")
    store.write(1.0, 140.0)
    assert store.changes(10) == [change(3), change(4), change(5)]


def test_two_programs_never_share_it(path: Path) -> None:
    store = FileStore(path)
    with pytest.raises(CannotWriteError) as told:
        FileStore(path)
    assert told.value.what.code == "fleet.state_busy"
    store.close()
    FileStore(path).close()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWriteError) as told:
        FileStore(tmp_path / "file" / "state.sqlite")
    assert told.value.what.code == "fleet.state_unusable"


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.fleet.test_store import FileStore, LEARNT, change, standing
store = FileStore(Path(sys.argv[1]))
for number in range(1, 1000):
    uuid = f"u{number}"
    store.put(uuid, standing(), LEARNT)
    store.tell(change(number, uuid))
    for told in store.write(1.0, float(number)):
        print(told.number, flush=True)
    if number == 60:
        store.put("half", standing())
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_at_any_moment_what_was_told_is_known_to_have_been_told(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    store = FileStore(path)
    assert [str(one.number) for one in store.changes(100)] == done.stdout.split()
    assert store.standings().keys() == {f"u{number}" for number in range(1, 61)}


def test_memory_says_what_is_news() -> None:
    store = MemoryStore({"a": packed(standing(), LEARNT), "b": b"rubbish"})
    assert store.notes == {"state_dropped": 1}
    assert (store.standings(), store.learnt("a")) == ({"a": standing()}, LEARNT)
    assert store.news() == []
    store.put("a", standing("ok"))
    store.tell(change(1))
    assert store.write(1.0, 0.0) == [change(1)]
    assert store.write(1.0, 0.0) == []
    assert store.news() == [("a", packed(standing("ok"), LEARNT))]
    assert (store.news(), store.told(), store.told()) == ([], [change(1)], [])


def test_all_monitors_begin_an_hour_at_one_moment_and_none_is_lost(path: Path) -> None:
    store = FileStore(path)
    for number in range(6000):
        store.keep_hour(f"u{number}", 3600, b"an hour")
    store.close()
    assert not store.notes
    again = FileStore(path)
    assert all(again.hours(f"u{number}") == [b"an hour"] for number in (0, 999, 5999))


def test_a_monitor_that_begins_its_hour_again_and_again_fills_no_disk(path: Path) -> None:
    store = FileStore(path)
    for second in range(100):
        store.keep_hour("flood", 7200 + second, b"x")
    store.keep_hour("flood", 7200, b"more of the first")
    store.keep_hour("large", 7200, bytes(MOST_PIECE + 1))
    assert store.notes == {"hours_cut": 2}
    assert store.hours("flood") == [b"more of the first", *[b"x"] * (MOST_PIECES - 1)]
    for hour in (100, 1, 2):
        store.keep_hour("flood", 3600 * hour, b"of a clock that was ahead, and then not")
    assert store.notes == {"hours_cut": 2}


def test_what_waits_for_a_disk_of_five_minute_values_is_bounded_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_OF_HOUR", 1000)
    store = FileStore(path)
    for hour in range(25):
        store.keep_hour("a", 3600 * hour, bytes([hour] * 100))
    assert store.notes == {"hours_dropped": 15}
    assert [data[0] for data in store.hours("a")] == [*range(15, 25)]


def test_hours_of_who_is_heard_no_more_go_as_well(path: Path) -> None:
    store = FileStore(path)
    store.keep_hour("gone", 3600, b"of one that nothing else is kept of")
    store.keep_hour("there", 3600, b"old")
    store.write(1.0, 3600.0)
    store.put("there", standing())
    store.keep_hour("there", 3600 + KEPT, b"new")
    store.write(1.0, 3600.0 + KEPT + DAY)
    store.close()
    again = FileStore(path)
    assert (again.hours("gone"), again.hours("there")) == ([], [b"new"])


def test_one_that_comes_back_before_it_was_forgotten_on_the_disk_is_kept(path: Path) -> None:
    store = FileStore(path)
    store.put("a", standing(), LEARNT)
    store.write(1.0, 0.0)
    store.forget("a")
    store.put("a", standing("ok"))
    store.close()
    again = FileStore(path)
    assert again.standings() == {"a": standing("ok")}
    assert again.learnt("a") is None


def test_one_that_turns_out_to_be_damaged_in_the_end_is_written_anew_as_well(path: Path) -> None:
    store = damaged(path)
    store.put("u7", standing("ok"))
    for number in range(1990):
        store.put(f"u{number}", standing("ok"))
    store.close()
    assert store.notes["state_put_aside"] == 1
    assert len(FileStore(path).standings()) == 2000


def test_a_damaged_file_that_cannot_be_begun_anew_at_once_is_put_aside_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = damaged(path)
    for number in range(2000):
        store.put(f"u{number}", standing("ok"))
    with monkeypatch.context() as full:
        full.setattr(module, "_SCHEMA", "no room")
        for at in (100.0, 200.0, 300.0):
            store.write(10.0, at)
    assert store.notes == {"state_put_aside": 1, "state_unwritten": 3}
    assert [one.name for one in path.parent.glob("*.damaged-*")] == ["state.sqlite.damaged-1"]
    store.close()
    assert len(FileStore(path).standings()) == 2000


def test_a_file_of_before_there_were_doubts_is_read(path: Path) -> None:
    store = FileStore(path)
    store.put("a", standing(), LEARNT)
    store.close()
    with sqlite3.connect(path) as file:
        (data,) = file.execute("SELECT standing FROM location").fetchone()
        version, fields, learnt = msgspec.msgpack.decode(data)
        assert len(fields) == len(Standing.__struct_fields__)
        file.execute("UPDATE location SET standing = ?", (msgspec.msgpack.encode([version, fields[:-1], learnt]),))
    file.close()
    again = FileStore(path)
    assert (again.standings(), again.learnt("a"), again.notes) == ({"a": standing()}, LEARNT, {})
