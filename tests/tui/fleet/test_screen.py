"""The fleet's screen: what it says, where its keys lead, and how it bears thousands of rows."""

from __future__ import annotations

import csv
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events

from smappee_tui.connect.message_source import SourceState
from smappee_tui.fleet.roll import MOST_COUNTED
from smappee_tui.fleet.running import Wish
from smappee_tui.fleet.view import Counts, FleetView
from smappee_tui.fleet.words import limits_of
from smappee_tui.i18n import LANGUAGES, current, use
from smappee_tui.protocol.fact import fact
from smappee_tui.tui.fleet.rows import columns_in
from smappee_tui.tui.fleet.screen import FleetLook, _called
from tests.tui.fleet.made import NOW, answered, keys, row, shown, some, until, view_of
from tests.tui.pseudo_screen import english_left, speaking_pseudo
from tests.tui.scene import text


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_it_shows(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with shown(view_of(some()), size) as (pilot, _, _):
        assert text(pilot.app) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_narrow_screen_columns_give_way_rather_than_being_cut(language: Any) -> None:
    use(language)
    for room in (38, 58, 59, 78, 100, 118):
        columns = columns_in(room)
        assert sum(width + 1 for _, width in columns) < room
        assert [column.key for column, _ in columns][:3] == ["serial", "verdict", "what"]


async def test_measurements_a_second_of_a_cluster_are_those_that_its_workers_say() -> None:
    async with shown(replace(view_of(some()), pace=1234.0)) as (pilot, _, _):
        assert "1 234/s" in text(pilot.app)


async def test_a_count_leads_to_its_list_and_the_worst_stands_first() -> None:
    async with shown(view_of(some())) as (pilot, screen, _):
        assert screen.table.row is not None
        assert screen.table.row.verdict == "fault"
        for key, kind, count in (
            ("3", "silent", 1),
            ("7", "battery_low", 1),
            ("8", "plug_trouble", 1),
            ("x", "fault", 1),
        ):
            await keys(pilot, screen, key)
            assert (screen.wish.kind, screen.table.place) == (kind, (1, count))
        await keys(pilot, screen, "escape")
        assert screen.table.place == (1, 40)
        await keys(pilot, screen, "left")
        assert screen.wish.kind == "ok"
        await pilot.click(screen.head, offset=(3, 1))
        await answered(pilot, screen)
        assert screen.wish.kind == "all"


async def test_enter_gives_the_location_and_the_look_of_it_lasts() -> None:
    look = FleetLook(Wish(order="serial"))
    async with shown(view_of(some()), look=look) as (pilot, screen, _):
        await keys(pilot, screen, "down", "down")
        chosen = screen.table.uuid
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.return_value is not None)
        assert pilot.app.return_value == chosen
    async with shown(view_of(some()), look=look) as (_, screen, _):
        assert screen.wish.order == "serial"
        assert screen.table.row is not None
        assert screen.table.row.uuid == chosen


@pytest.mark.parametrize(
    ("typed", "serial"),
    [
        (("slash", *"5000000023", "enter", "enter"), "5000000023"),
        (("end", "enter"), "5000000299"),
        (("7", "1", "down", "enter"), "5000000005"),
    ],
)
async def test_who_types_faster_than_the_fleet_answers_opens_what_he_means(typed: tuple[str, ...], serial: str) -> None:
    answers = threading.Event()
    look = FleetLook(Wish(order="channels"))
    async with shown(view_of(some(300)), look=look) as (pilot, screen, fleet):
        now, ask, reached = fleet.view, screen.running.ask, threading.Event()

        def view() -> Any:
            reached.set()
            answers.wait(30)
            return now()

        def asked(work: Any) -> Any:
            future = ask(work)
            answers.set()  # from here on the screen waits, and with it whoever waits for the screen
            return future

        fleet.view, screen.running.ask = view, asked  # type: ignore[method-assign]
        await until(pilot, reached.is_set)
        for key in typed:
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: pilot.app.return_value is not None)
        assert pilot.app.return_value == next(one.uuid for one in some(300) if one.serial == serial)


async def test_words_typed_narrow_the_list_and_escape_gives_it_back() -> None:
    async with shown(view_of(some())) as (pilot, screen, _):
        await pilot.press("slash", *"ct-rev", "enter")
        await until(pilot, lambda: screen.wish.text == "ct-rev")
        await answered(pilot, screen)
        assert screen.table.place == (1, 1)
        await until(pilot, lambda: "only with 'ct-rev'" in text(pilot.app))
        await keys(pilot, screen, "escape")
        assert screen.table.place == (1, 40)


async def test_the_cursor_stays_on_its_location_while_others_overtake_it() -> None:
    rows = some()
    async with shown(view_of(rows)) as (pilot, screen, fleet):
        await keys(pilot, screen, "down", "down", "down")
        chosen = screen.table.uuid
        rows[20] = row(20, verdict="fault", findings=("ct-dead",))
        fleet.now = view_of(rows, at=NOW + 1.0)
        await until(pilot, lambda: screen.picture is not None and screen.picture.view.at > NOW)
        await answered(pilot, screen)
        assert screen.table.row is not None
        assert screen.table.row.uuid == chosen
        assert screen.table.place[0] == 5


async def test_thousands_of_rows_are_made_for_those_in_sight_alone() -> None:
    rows = [row(number) for number in range(5000)]
    async with shown(view_of(rows, counts=view_of(rows).counts)) as (pilot, screen, _):
        assert screen.picture is not None
        assert len(screen.picture.rows) < 200
        await keys(pilot, screen, "end")
        assert screen.table.place == (5000, 5000)
        assert screen.table.row is not None
        assert screen.table.row.serial == "5000004999"
        assert "5000004999" in text(pilot.app)
        await keys(pilot, screen, "pageup", "home")
        assert screen.table.place == (1, 5000)


def said(pilot: Any) -> str:
    """The notices that are up."""
    return " ".join(one.message for one in pilot.app._notifications)


async def test_the_list_goes_into_a_file_as_it_stands(tmp_path: Path) -> None:
    rows = some()
    rows[3] = row(3, verdict="fault", serial="=cmd|' /C calc'!A1", findings=("ct-reversed",), changed=NOW)
    async with shown(view_of(rows), folder=tmp_path) as (pilot, screen, _):
        await keys(pilot, screen, "x", "e")
        await until(pilot, lambda: list(tmp_path.glob("*.csv")))
        await until(pilot, lambda: "1 location written" in said(pilot))
    (path,) = tmp_path.glob("smappee-fleet-*.csv")
    (line,) = csv.DictReader(path.read_text("utf-8-sig").splitlines())
    assert line["serial"] == "'=cmd|' /C calc'!A1"
    assert (line["verdict"], line["findings"], line["live"]) == ("fault", "ct-reversed", "yes")
    assert line["changed_utc"] == "2025-11-26 12:00:00"


async def test_a_folder_that_takes_no_file_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("")
    async with shown(view_of(some()), folder=folder) as (pilot, screen, _):
        await keys(pilot, screen, "e")
        await until(pilot, lambda: "cannot be written" in said(pilot))


async def test_what_limits_it_is_said() -> None:
    notes = tuple((f"note{number}", number) for number in range(1, 6))
    async with shown(view_of(some(), lost=1234, turned_away=7, unreadable=88, notes=notes)) as (pilot, screen, _):
        screen.link.state = SourceState("disconnected", NOW, fact("jobs.no_connection"))  # type: ignore[attr-defined]
        screen.draw()
        await pilot.pause()
        shown_now = " ".join(text(pilot.app).split())
    assert "and 2 more" in shown_now, "no bound is silent"
    assert "connection lost" in shown_now
    assert "1 234 messages lost" in shown_now
    assert "7 locations were heard and are not followed" in shown_now
    assert "88 messages could not be read" in shown_now
    many = FleetView(at=NOW, since=NOW, counts=Counts(), turned_away=MOST_COUNTED)
    (line,) = map(current().fact, limits_of(many))
    assert line.startswith("More than 100\N{NO-BREAK SPACE}000 locations were heard and are not followed")


async def test_hostile_names_steer_nothing() -> None:
    evil = row(1, serial="[red]x[/]\x1b]0;t\x07\u202e", uuid="\x1b[2J" + "é" * 90, findings=("\x1b[1m",))
    async with shown(view_of([evil]), (120, 40)) as (pilot, _, _):
        assert "[red]x[/]" in text(pilot.app)
        assert not {"\x1b", "\u202e", "\x07"} & set(text(pilot.app))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (20, 5)])
async def test_no_english_is_left(size: tuple[int, int]) -> None:
    with speaking_pseudo():
        async with shown(view_of(some(), lost=3, turned_away=2), size) as (pilot, screen, _):
            if size[0] >= 80:
                assert english_left(text(pilot.app), "uuid", "min") == set()
            await keys(pilot, screen, "question_mark")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_verdicts_and_titles_fit_80_columns(language: Any) -> None:
    use(language)
    async with shown(view_of(some())) as (_, screen, _):
        for number in range(screen.table.count()):
            for piece, _ in screen.table.line_at(number)[:2]:
                assert "…" not in piece
        assert "…" not in "".join(piece for piece, _ in screen.table.line_at(0))


def test_a_screen_that_is_gone_just_now_does_not_end_the_fleet() -> None:
    """As when a location is opened while the fleet's thread is about to tell of a picture."""

    def closed(_: object) -> None:
        raise RuntimeError("Event loop is closed")

    loop: Any = SimpleNamespace(is_closed=lambda: False, call_soon_threadsafe=closed)  # it is by the time of the call
    _called(loop, lambda: None)
