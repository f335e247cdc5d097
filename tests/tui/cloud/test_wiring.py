"""A location judged from afar: the table, why, what to do, every state on the way there, and the report."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from smappee_tui.app import remote_diagnosis
from smappee_tui.app.settings import Settings, save, settings_path
from smappee_tui.app.visit import report_job
from smappee_tui.connect.cloud_api import errors
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.protocol.fact import fact
from smappee_tui.tui.cloud import wiring
from smappee_tui.tui.cloud.location import LocationScreen
from smappee_tui.tui.cloud.wiring import WiringPane
from tests.tui.cloud.fake import NOW, PLAN, Clock, metering
from tests.tui.cloud.house import family
from tests.tui.cloud.stage import app_on, flat, press, redraw, settle, shown, text, until

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
WIRING = ("j", "enter", "4")
OFFLINE = errors.OfflineError(fact("No answer within 40 s."), fact("Look at the network."))


def pane(app: Any) -> WiringPane:
    assert isinstance(app.screen, LocationScreen)
    return app.screen.wiring


@pytest.mark.parametrize("size", SIZES)
async def test_the_channels_and_the_first_fault(size: str, snapshot: SnapshotAssertion) -> None:
    app = app_on(family())
    async with shown(app, SIZES[size], *WIRING):
        assert text(app) == snapshot


async def test_the_arrows_choose_a_channel_and_the_page_keys_go_on_to_the_findings(
    snapshot: SnapshotAssertion,
) -> None:
    app = app_on(family())
    async with shown(app, (80, 24), *WIRING) as pilot:
        await press(pilot, "down", "down")
        assert text(app) == snapshot(name="the heater")
        await press(pilot, "space", "space")
        assert text(app) == snapshot(name="further down")
        await press(pilot, "up")
        assert "▸   7  Heat pump" in text(app)
        await press(pilot, *["up"] * 20)
        assert "▸   0  Mains L1" in text(app)


async def test_how_much_is_there_and_calling_it_off(snapshot: SnapshotAssertion) -> None:
    cloud = family()
    go = cloud.hold("piece 4")
    app = app_on(cloud)
    async with shown(app, (80, 24), "j", "enter") as pilot:
        await pilot.press("4")
        await until(pilot, lambda: "piece 4" in cloud.calls)
        redraw(app)
        await pilot.pause()
        assert text(app) == snapshot(name="coming")
        await pilot.press("X")
        await until(pilot, lambda: cloud.cancelled == 1)
        await settle(pilot)
        assert text(app) == snapshot(name="stopped")
        await press(pilot, "1", "4")
        assert "Stopped" in text(app)  # nothing begins again by itself
        go.set()
        await press(pilot, "f5")
        assert "✕ reversed" in text(app)
        await press(pilot, "X")  # nothing to stop any more
        assert "✕ reversed" in text(app)


async def test_a_week_and_a_month() -> None:
    cloud = family()
    app = app_on(cloud)
    async with shown(app, (80, 24), *WIRING) as pilot:
        assert {one[0] for one in cloud.asked} == {Aggregation.FIVE_MINUTES}
        assert (cloud.asked[0][1], cloud.asked[-1][2]) == (NOW - timedelta(days=7), NOW)
        assert all(one[2] == other[1] for one, other in zip(cloud.asked, cloud.asked[1:], strict=False))
        cloud.asked.clear()
        go = cloud.hold("consumption")
        await pilot.press("U")
        await until(pilot, lambda: len(cloud.asked) == 1)
        redraw(app)
        await pilot.pause()
        assert "Reading 31 days" in text(app)
        assert "7 days, 13 Jul" in text(app)  # the week stays meanwhile
        await pilot.press("X")
        await settle(pilot)
        assert pane(app).days == 7
        go.set()
        cloud.asked.clear()
        await press(pilot, "U")
        assert (cloud.asked[0][1], cloud.asked[-1][2]) == (NOW - timedelta(days=31), NOW)
        assert len(cloud.asked) == 8
        assert "31 days, 13 Jul" in text(app)
        await press(pilot, "U")
        assert "7 days, 13 Jul" in text(app)
        assert len(cloud.asked) == 8  # kept


async def test_declaring_generation_judges_again_and_fetches_nothing() -> None:
    cloud = family()
    app = app_on(cloud)
    async with shown(app, (80, 24), *WIRING) as pilot:
        asked = len(cloud.asked)
        for word in ("metered", "unmetered", "none", "unknown", "not declared"):
            await press(pilot, "G")
            assert f"production {word}" in flat(app)
        await pilot.press("G", "G", "G")  # faster than it can be judged
        await settle(pilot)
        value = pane(app).values.value
        assert value is not None
        assert (value.generation, value.judge.generation) == ("none", "none")
        assert "production none" in flat(app)
        assert not pane(app).judging.busy
        await press(pilot, "U")
        await press(pilot, "G")
        await press(pilot, "U")  # the week was judged under another declaration
        value = pane(app).values.value
        assert value is not None
        assert (value.days, value.generation) == (7, "unknown")
        assert len(cloud.asked) == asked + 8


async def test_the_declaration_counts_when_it_is_made_while_values_come() -> None:
    cloud = family()
    go = cloud.hold("piece 2")
    app = app_on(cloud)
    async with shown(app, (80, 24), "j", "enter") as pilot:
        await pilot.press("4", "G", "G")
        await until(pilot, lambda: "piece 2" in cloud.calls)
        assert "production unmetered" in flat(app)
        go.set()
        await settle(pilot)
        value = pane(app).values.value
        assert value is not None
        assert value.judge.generation == "unmetered"


async def test_the_screen_lives_while_it_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    go, real = threading.Event(), remote_diagnosis.judge_history

    def slow(*args: Any) -> Any:
        assert go.wait(20)
        return real(*args)

    monkeypatch.setattr(wiring, "judge_history", slow)
    app = app_on(family())
    try:
        async with shown(app, (80, 24), "j", "enter") as pilot:
            await pilot.press("4")
            await until(pilot, lambda: "◌ judging" in text(app))
            await pilot.press("1")
            await until(pilot, lambda: "CT inputs" in text(app))
            go.set()
            await settle(pilot)
            await press(pilot, "4")
            assert "✕ reversed" in text(app)
    finally:
        go.set()


async def test_a_mistake_of_this_program_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("x")

    app = app_on(family())
    async with shown(app, (80, 24), *WIRING) as pilot:
        monkeypatch.setattr(wiring, "judge_again", broken)
        await press(pilot, "G")
        assert "went wrong inside this program (KeyError)" in flat(app)
        assert "✕ reversed" in text(app)
        monkeypatch.setattr(wiring, "judge_history", broken)
        await press(pilot, "U")
        assert "went wrong inside this program (KeyError)" in flat(app)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OFFLINE, "The cloud is not reached"),
        (
            errors.WrongCredentialsError(fact("The cloud refused the login."), fact("Log in anew.")),
            "The cloud refused the login",
        ),
        (
            errors.NotPermittedError(fact("The account may not do this."), fact("Let it be shared.")),
            "This account may not do that",
        ),
    ],
)
async def test_what_goes_wrong_is_said_and_can_be_tried_again(error: Exception, words: str) -> None:
    cloud = family()
    cloud.failing["piece 3"] = error
    app = app_on(cloud)
    async with shown(app, (80, 24), *WIRING) as pilot:
        assert words in text(app)
        assert "F5  try again" in text(app)
        await press(pilot, "G", "r")
        assert "nothing to report on yet" in flat(app)
        await press(pilot, "f5")
        assert "✕ reversed" in text(app)


async def test_values_that_could_not_be_read_anew_are_stale(snapshot: SnapshotAssertion) -> None:
    cloud, clock = family(), Clock()
    app = app_on(cloud, clock)
    async with shown(app, (80, 24), *WIRING) as pilot:
        clock.now += 2000
        redraw(app)
        await pilot.pause()
        assert "old: read 33 min ago" in text(app)
        cloud.failing["consumption"] = OFFLINE
        await press(pilot, "f5")
        assert text(app) == snapshot


async def test_no_values_and_no_channels(snapshot: SnapshotAssertion) -> None:
    cloud = family()
    cloud.house = ()
    app = app_on(cloud)
    async with shown(app, (80, 24), *WIRING) as pilot:
        assert text(app) == snapshot(name="no values")
        await press(pilot, "down", "r")
        assert "nothing to report on yet" in flat(app)
        await press(pilot, "U")
        assert "no 5-minute values of the last 31 days" in flat(app)
        assert "d asks for" not in flat(app)
        cloud.metering_now = metering(plan=replace(PLAN, channels=()), columns={})
        await press(pilot, "f5")
        assert "The cloud holds no CT inputs of this location" in flat(app)


async def test_what_the_cloud_does_not_tell_is_not_made_up() -> None:
    cloud = family()
    cloud.metering_now = metering(plan=cloud.metering_now.plan, columns=cloud.metering_now.columns, zone=None,
                                  told=frozenset({"name"}))  # fmt: skip
    app = app_on(cloud)
    async with shown(app, (80, 24), *WIRING):
        assert "6 Car charger - - " in flat(app)


async def test_the_report_goes_to_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    save(Settings(installer={"company": "De Smet", "person": "An"}), settings_path())
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    app = app_on(family())
    async with shown(app, (120, 40), *WIRING, "G") as pilot:
        await press(pilot, "r")
        files = sorted(folder.iterdir())
        assert {path.suffix for path in files} == {".json", ".html", ".pdf", ".csv"}
        stem = next(path.stem for path in files if path.suffix == ".json")
        assert f"Written to {folder}: {stem}, json, html, pdf, csv. For the customer: {stem}-handover.pdf" in flat(app)
        found = json.loads((folder / f"{stem}.json").read_text())
        assert (found["installer"]["company"], found["installer"]["person"]) == ("De Smet", "An")
        assert (found["site"]["name"], found["site"]["generation"]) == ("Janssens", "metered")
        assert found["devices"]["source"] == "https://cloud.example/v3, 1001"
        assert found["header"]["generated"] == "2026-07-15T16:37:00+02:00"
        assert {c["input"] for c in found["channels"] if c["verdict"] in ("reversed", "wrong_phase")} == {6, 8}
        await press(pilot, "r")
        assert "It was written this very second" in flat(app)
        await press(pilot, "G")
        assert "Written to" not in flat(app)
        for path in files:
            path.unlink()
        folder.rmdir()
        await press(pilot, "r")
        assert "is gone" in flat(app)
        assert "Start in another folder" in flat(app)


async def test_one_thing_after_the_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is being written is not judged again meanwhile, and what is being judged is not written."""
    monkeypatch.chdir(tmp_path)
    go = threading.Event()
    write, again = report_job.write_remote_report, remote_diagnosis.judge_again

    def waits(then: Any) -> Any:
        return lambda *args: go.wait(20) and then(*args)

    monkeypatch.setattr(wiring, "write_remote_report", waits(write))
    monkeypatch.setattr(wiring, "judge_again", waits(again))
    app = app_on(family())
    try:
        async with shown(app, (80, 24), *WIRING) as pilot:
            await pilot.press("r")
            await until(pilot, lambda: "Writing the report" in text(app))
            await pilot.press("G", "r")
            await until(pilot, lambda: "The report is being written" in text(app))
            assert pane(app).generation is None
            go.set()
            await settle(pilot)
            go.clear()
            await pilot.press("G")
            await until(pilot, lambda: "Judging again: production metered" in text(app))
            await pilot.press("r")
            await until(pilot, lambda: "it is being judged again" in flat(app))
            go.set()
            await settle(pilot)
            assert "Judging again" not in text(app)
    finally:
        go.set()


async def test_what_the_client_left_out_is_said() -> None:
    cloud = family()
    cloud.to_remark = ["3 records could not be read: left out."]
    app = app_on(cloud)
    async with shown(app, (80, 24), *WIRING):
        assert "! 3 records could not be read: left out." in text(app)


async def test_leaving_calls_off() -> None:
    cloud = family()
    cloud.hold("piece 1")
    app = app_on(cloud)
    async with shown(app, (80, 24), "j", "enter") as pilot:
        await pilot.press("4")
        await until(pilot, lambda: "piece 1" in cloud.calls)
        await pilot.press("escape")
        await until(pilot, lambda: cloud.cancelled == 1)
        assert "search" in text(app)


async def test_the_keys_belong_to_this_pane_only() -> None:
    cloud = family()
    app = app_on(cloud)
    async with shown(app, (80, 24), "j", "enter", "W", "G", "r", "X"):
        assert not cloud.asked
        assert pane(app).generation is None
        assert "7/31 days" not in text(app)


@pytest.mark.parametrize("size", [(20, 5), (10, 2), (40, 12), (250, 80)])
async def test_any_size_draws(size: tuple[int, int]) -> None:
    app = app_on(family())
    async with shown(app, size, *WIRING, "down", "space", "G"):
        assert len(text(app).splitlines()) == size[1] + 1


async def test_hostile_names_steer_nothing() -> None:
    app = app_on(family())
    async with shown(app, (120, 40), *WIRING, *["down"] * 9):
        assert "11  �[31m[/x] [bold]漢字" in text(app)
        assert not {"\x1b", "\u202e"} & set(text(app))


async def test_the_help_names_the_keys() -> None:
    app = app_on(family())
    async with shown(app, (120, 60), *WIRING, "question_mark"):
        assert "Declare production on site" in flat(app)
        assert "Judge by the last 7 or the last 31 days" in flat(app)
