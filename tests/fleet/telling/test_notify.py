"""Messages: each change once, in bundles; what nobody takes is tried again, counted, and told; a digest a day."""

from __future__ import annotations

import re
import threading
from collections import deque
from datetime import UTC, datetime, time, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from smappee_tui.fleet.telling.marks import Marks
from smappee_tui.fleet.telling.notify import AGAIN, GATHER, Notifier
from smappee_tui.fleet.telling.targets import Target
from smappee_tui.fleet.view import Change, Counts, FleetView
from smappee_tui.i18n import Translator

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC).timestamp()
SECRET = "slack://TokenA/TokenB/TokenC"
BRUSSELS = ZoneInfo("Europe/Brussels")
URL = Target(1, SECRET)


def change(number: int, at: float, after: str = "fault", **more: Any) -> Change:
    usual: dict[str, Any] = {"uuid": f"uuid-{number}", "serial": f"501000{number:04d}", "before": "ok"}
    codes = ("ct-reversed",) if after == "fault" else ()
    return Change(**(usual | {"number": number, "at": at, "after": after, "codes": codes} | more))


class Post:
    """Takes messages, or does not."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []
        self.takes = True

    def __call__(self, url: str, title: str, body: str) -> bool:
        assert url == SECRET
        self.letters.append((title, body))
        return self.takes


class Day:
    """A notifier that is looked at as time goes by."""

    def __init__(
        self, marks: Marks | None = None, digest: time | None = None, since: float = NOON, zone: tzinfo = UTC
    ) -> None:
        self.post, self.since = Post(), since
        self.marks = marks or Marks(None)
        self.notifier = Notifier([URL], self.marks, self.post, Translator("en"), digest=digest, zone=zone)
        self.delivery = self.notifier.deliveries[0]

    def look(self, at: float, *changes: Change, **more: Any) -> None:
        """Look; what was begun by that has ended, and is known."""
        view = FleetView(at=at, since=self.since, changes=changes, **more)
        for _ in range(2):
            self.notifier.look(None, view)  # type: ignore[arg-type]
            self.delivery.wait(10.0)


def test_what_changed_is_told_once_and_together() -> None:
    day, first, second = Day(), change(1, NOON + 1), change(2, NOON + 30, "ok", before="fault")
    second = second._replace(codes=("ct-dead",))
    day.look(NOON + 2, first)
    assert day.post.letters == []  # more may come
    day.look(NOON + 1 + GATHER, first, second)
    day.look(NOON + 2000, first, second)
    ((title, body),) = day.post.letters
    assert title == "Smappee: a fault at 1 location"
    assert body.splitlines() == [
        "2026-03-02 12:00 5010000001 uuid-1: right → fault: clamp reversed",
        "2026-03-02 12:00 5010000002 uuid-2: fault → right, no longer: clamp shows nothing",
    ]
    assert day.delivery.sent == 1


def test_after_a_restart_nothing_is_told_twice_and_nothing_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "told.json"
    told, fresh = change(7, NOON + 1), change(8, NOON + 500)
    before = Day(Marks(path))
    before.look(NOON)
    before.look(NOON + 100, told)
    assert len(before.post.letters) == 1
    after = Day(Marks(path), since=NOON + 1000)
    after.look(NOON + 1001, told, fresh)
    assert [body.split()[2] for _, body in after.post.letters] == ["5010000008"]
    assert SECRET not in path.read_text()
    assert "Token" not in path.read_text()


def test_who_is_told_for_the_first_time_hears_of_nothing_old() -> None:
    day = Day(since=NOON)
    day.look(NOON + 1000, change(41, NOON - 5000), change(42, NOON - 100))
    assert day.post.letters == []


def test_a_fleet_that_was_begun_anew_is_told_of(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "told.json")
    marks.put(f"changes {URL.key}", 500)
    day = Day(marks)
    day.look(NOON + 100, change(1, NOON + 1))
    assert len(day.post.letters) == 1


async def test_a_cluster_that_was_begun_anew_is_told_of_without_what_it_told_before() -> None:
    """Somebody deleted all that its servers keep: the numbers begin anew."""
    pytest.importorskip("nats")
    from smappee_tui.fleet.cluster.run import Cluster
    from smappee_tui.fleet.cluster.store import Told

    cluster, day = Cluster.__new__(Cluster), Day()  # without servers
    cluster._lock, cluster._changes, cluster._last_change, cluster._news = threading.Lock(), deque(), 0, 0
    for number in (499, 500, 1, 2):
        told = Told(f"uuid-{number}", f"501000{number:04d}", 1, NOON + 1, "ok", "fault", [])
        metadata = SimpleNamespace(sequence=SimpleNamespace(stream=number))
        message: Any = SimpleNamespace(data=msgspec.json.encode(told), metadata=metadata)
        await cluster._change_came(message)
        if number != 1:
            day.look(NOON + 100 + number, *cluster._changes)
    serials = [re.findall(r"501000\d{4}", body) for _, body in day.post.letters]
    assert serials == [["5010000499"], ["5010000500"], ["5010000001", "5010000002"]]


def test_what_was_told_is_not_told_again_where_the_past_comes_piece_by_piece() -> None:
    """As a cluster reads it after the start."""
    past = [change(number, NOON - 600 + number) for number in range(496, 501)]
    marks = Marks(None)
    marks.put(f"changes {URL.key}", 500)
    day = Day(marks)
    for known in (0, 2, 5):
        day.look(NOON + 100 + known, *past[:known])
    day.look(NOON + 300, *past)
    assert day.post.letters == []
    day.look(NOON + 400, *past, change(501, NOON + 310))
    assert [body.split()[2] for _, body in day.post.letters] == ["5010000501"]


def test_who_is_told_for_the_first_time_hears_of_nothing_old_that_comes_later() -> None:
    day, past = Day(), [change(41, NOON - 5000), change(42, NOON - 100)]
    for known in (0, 1, 2):
        day.look(NOON + 100 + known, *past[:known])
    day.look(NOON + 300, *past, change(43, NOON + 150))
    assert [body.split()[2] for _, body in day.post.letters] == ["5010000043"]


def test_what_is_not_taken_is_tried_again_given_up_and_said() -> None:
    day, one = Day(), change(1, NOON + 1)
    day.post.takes, at = False, NOON + 100
    day.look(at, one)
    (trouble,) = day.notifier.troubles
    said = Translator("en").fact(trouble)
    assert said.startswith("Message target 1 slack: 1 attempt failed")
    assert "Token" not in said + repr(day.delivery) + repr(URL)
    for wait in AGAIN:
        day.look(at + wait / 2, one)
        at += wait
        day.look(at, one)
    assert len(day.post.letters) == len(AGAIN) + 1
    assert (day.delivery.given_up, day.delivery.sent) == (1, 0)
    assert "given up" in Translator("en").fact(day.notifier.troubles[0])
    day.post.takes = True
    day.look(at + 1, one)
    assert len(day.post.letters) == len(AGAIN) + 1  # it is not begun again
    day.look(at + 1000, one, change(2, at + 10))
    assert day.delivery.sent == 1


def test_one_that_never_answers_is_said_and_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smappee_tui.fleet.telling.notify.HANGS", 0.0)
    asked, answers, others = threading.Event(), threading.Event(), []

    def send(url: str, title: str, body: str) -> bool:
        if url != SECRET:
            others.append(body)
            return True
        asked.set()
        return answers.wait(30)

    other = Target(2, "json://127.0.0.1/Token")
    notifier = Notifier([URL, other], Marks(None), send, Translator("en"), digest=None, zone=UTC)
    hanging, fine = notifier.deliveries

    def look(at: float, *changes: Change) -> None:
        notifier.look(None, FleetView(at=at, since=NOON, changes=changes))  # type: ignore[arg-type]

    threads = threading.active_count()
    look(NOON + 100, change(1, NOON + 1))
    assert asked.wait(30)
    for number in range(2, 6):
        fine.wait(30)
        look(NOON + 100 * number, *(change(n, NOON + 100 * n - 99) for n in range(1, number + 1)))
    fine.wait(30)
    assert len(others) == 5
    assert threading.active_count() <= threads + 2
    assert (hanging.failed, hanging.sent) == (1, 0)
    (trouble,) = notifier.troubles
    said = Translator("en").fact(trouble)
    assert "1 slack" in said
    assert "Token" not in said
    answers.set()
    hanging.wait(30)
    look(NOON + 600, change(1, NOON + 1))
    assert (hanging.failed, hanging.sent) == (1, 1)
    assert notifier.troubles == ()


def test_a_clock_that_is_put_back_puts_no_message_off() -> None:
    day = Day()
    day.post.takes = False
    day.look(NOON + 100, change(1, NOON + 1))
    day.post.takes = True
    day.look(NOON - 86_400.0, change(1, NOON + 1))
    assert day.delivery.sent == 1


def test_many_at_once_are_named_up_to_a_bound_and_the_forgotten_are_counted() -> None:
    marks = Marks(None)
    marks.put(f"changes {URL.key}", 10)
    day = Day(marks)
    day.look(NOON + 200, *(change(number, NOON + 1) for number in range(21, 121)))
    ((title, body),) = day.post.letters
    assert title == "Smappee: faults at 100 locations"
    assert body.splitlines()[-2:] == ["and 75 more", "10 earlier changes are not listed: they were too long ago."]


def test_a_name_pings_nobody_and_makes_no_line() -> None:
    day = Day()
    day.look(NOON + 100, change(1, NOON + 1, serial="@everyone <!here>\n# x", uuid="[a](http://b)"))
    assert "?everyone???here????x ?a??http???b?:" in day.post.letters[0][1]


def test_one_that_flaps_is_told_as_such() -> None:
    day = Day()
    day.look(NOON + 100, change(1, NOON + 1, flaps=4))
    assert "(it changed 4 times today" in day.post.letters[0][1]


def test_once_a_day_they_hear_how_all_stand() -> None:
    day = Day(digest=time(7, 0))
    counts = Counts(locations=10, live=8, silent=2, fault=1)
    day.look(NOON, counts=counts)
    day.look(NOON + 18 * 3600, counts=counts)
    assert day.post.letters == []
    for after in (19.0, 19.5, 30.0):
        day.look(NOON + after * 3600, counts=counts)
    ((title, body),) = day.post.letters
    assert title == "Smappee 2026-03-03: fault 1, silent 2"
    assert body.startswith("locations: 10\nspeaking: 8\n")
    day.look(NOON + 43 * 3600, counts=counts)
    assert len(day.post.letters) == 2


@pytest.mark.parametrize(
    ("begins", "hour"),
    [
        (datetime(2026, 3, 28, 12, 0, tzinfo=BRUSSELS), time(2, 30)),  # that night has no half past two
        (datetime(2026, 10, 24, 12, 0, tzinfo=BRUSSELS), time(2, 30)),  # and this one has two
        (datetime(2026, 10, 24, 12, 0, tzinfo=BRUSSELS), time(3, 0)),
    ],
)
def test_summer_time_takes_no_digest_away_and_adds_none(begins: datetime, hour: time) -> None:
    day, begun = Day(digest=hour, zone=BRUSSELS), begins.timestamp()
    for quarter in range(4 * 36):
        day.look(begun + quarter * 900.0)
    assert len(day.post.letters) == 1
    day.look(begun + 48 * 3600.0)
    assert len(day.post.letters) == 2


def test_a_clock_that_was_years_ahead_ends_no_digest() -> None:
    day = Day(digest=time(7, 0))
    day.look(NOON)
    day.look(NOON + 900 * 86_400.0)
    assert len(day.post.letters) == 1
    for after in (1, 2):
        day.look(NOON + after * 86_400.0)
    assert len(day.post.letters) == 2
    day.look(NOON + 86_400.0)  # put back by a day: that day's was told
    assert len(day.post.letters) == 2


def test_marks_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    day = Day(Marks(tmp_path / "file" / "told.json"))
    day.look(NOON + 100, change(1, NOON + 1))
    assert [trouble.code for trouble in day.notifier.troubles] == ["fleet_notice.unmarked"]
    (tmp_path / "file").unlink()
    day.look(NOON + 200, change(1, NOON + 1), change(2, NOON + 101))
    assert day.notifier.troubles == (), "all of it is written down now"
    assert Marks(tmp_path / "file" / "told.json").get(f"changes {URL.key}") == 2


def test_a_damaged_file_of_marks_is_as_none(tmp_path: Path) -> None:
    path = tmp_path / "told.json"
    for text in ("{", "[1]", '{"changes x": "7"}', "\0"):
        path.write_text(text)
        assert Marks(path).get("changes x") is None


def test_what_is_gathered_still_is_told_at_the_end(tmp_path: Path) -> None:
    """A sweep of the cloud ends by itself, and the next one is a day away."""
    path, first = tmp_path / "told.json", change(1, NOON + 1)
    day = Day(Marks(path))
    day.look(NOON + 2, first)
    assert day.post.letters == []
    day.notifier.close()
    assert [title for title, _ in day.post.letters] == ["Smappee: a fault at 1 location"]
    again = Day(Marks(path), since=NOON + 1000)
    again.look(NOON + 1100, first)
    assert again.post.letters == []


def test_at_the_end_nothing_that_failed_is_sent_any_more() -> None:
    day, first = Day(), change(1, NOON + 1)
    day.post.takes = False
    day.notifier.look(None, FleetView(at=NOON + 1 + GATHER, since=NOON, changes=(first,)))  # type: ignore[arg-type]
    day.delivery.wait(10.0)
    day.notifier.close()
    day.delivery.wait(10.0)
    assert len(day.post.letters) == 1, "it is told after the next start, and twice if it were sent now"
