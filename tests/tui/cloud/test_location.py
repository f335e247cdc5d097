"""One location: configuration, a day, actuators."""

from datetime import UTC, date, datetime

import pytest
from syrupy.assertion import SnapshotAssertion

from smappee_tui.app.cloud_session import CloudAccess
from smappee_tui.connect.cloud_api import errors
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.messages import ChannelConfig
from smappee_tui.tui.cloud import location
from smappee_tui.tui.cloud.consumption import day_of, today_at
from smappee_tui.tui.cloud.location import LocationScreen
from smappee_tui.tui.cloud.locations import CloudScreen
from smappee_tui.tui.run import cloud_app
from tests.tui.cloud.fake import CHANNELS, NOW, PLAN, Clock, FakeCloud, channel, metering
from tests.tui.cloud.stage import app_on, flat, press, redraw, settle, shown, text, until

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
HOME = ("j", "enter")
OFFLINE = errors.OfflineError(fact("No answer within 40 s."), fact("Look at the network."))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pane", ["1", "2", "3"])
async def test_panes(pane: str, size: str, snapshot: SnapshotAssertion) -> None:
    cloud = FakeCloud()
    cloud.gap = (8 * 3600, 9 * 3600)
    app = app_on(cloud)
    async with shown(app, SIZES[size], *HOME, pane):
        assert text(app) == snapshot


async def test_the_differences_to_a_watched_monitor(snapshot: SnapshotAssertion) -> None:
    changed = [channel(0, "Grid L1", "CONSUMPTION", "GRID", 2), *CHANNELS[1:5]]
    plan = ChannelConfig(None, "infinity", "star", 1001, tuple(changed))
    app = cloud_app(CloudAccess(FakeCloud), clock=Clock())
    screen = CloudScreen(CloudAccess(FakeCloud), monitor_plan=lambda place: plan, typed="5010001234", clock=Clock())
    async with shown(app, (80, 24)) as pilot:
        app.push_screen(screen)
        await settle(pilot)
        await press(pilot, "enter")
        assert text(app) == snapshot


@pytest.mark.parametrize(("plan", "words"), [(PLAN, "No difference"), (None, "is not the one of this location")])
async def test_the_same_and_another_monitor(plan: ChannelConfig | None, words: str) -> None:
    app = cloud_app(CloudAccess(FakeCloud), clock=Clock())
    async with shown(app, (80, 24)) as pilot:
        app.push_screen(CloudScreen(CloudAccess(FakeCloud), monitor_plan=lambda place: plan, clock=Clock()))
        await settle(pilot)
        await press(pilot, "j", "enter")
        assert words in flat(app)


async def test_what_the_cloud_does_not_tell_is_not_made_up(snapshot: SnapshotAssertion) -> None:
    cloud = FakeCloud()
    cloud.metering_now = metering(zone=None, told=frozenset({"name"}))
    app = app_on(cloud)
    async with shown(app, (80, 24), *HOME) as pilot:
        assert text(app) == snapshot
        await press(pilot, "2")
        assert "the day is one in UTC" in flat(app)


async def test_the_days(snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(location, "MOST_DAYS", 2)
    cloud = FakeCloud()
    app = app_on(cloud)
    async with shown(app, (80, 24), *HOME, "2") as pilot:
        begin = datetime(2026, 7, 14, 22, tzinfo=UTC)
        assert cloud.asked == [(Aggregation.FIVE_MINUTES, begin, NOW)]
        await press(pilot, "left")
        assert cloud.asked[1:] == [(Aggregation.FIVE_MINUTES, datetime(2026, 7, 13, 22, tzinfo=UTC), begin)]
        assert "← Tue 14 July 2026 →" in text(app)
        await press(pilot, "right")
        assert len(cloud.asked) == 2  # kept
        await press(pilot, "f5")
        assert len(cloud.asked) == 3
        screen = app.screen
        assert isinstance(screen, LocationScreen)
        await press(pilot, "left")
        await press(pilot, "left")
        assert len(screen._kept) == 2
        screen._wanted = date(2026, 6, 13)
        await press(pilot, "left")
        assert cloud.asked[-1][0] is Aggregation.HOUR
        assert text(app) == snapshot
        await press(pilot, "home")
        assert "← Wed 15 July 2026 →" in text(app)
        asked = len(cloud.asked)
        await press(pilot, "right")
        assert len(cloud.asked) == asked
        assert "no day after today" in flat(app)


async def test_the_third_plot_follows_the_arrow() -> None:
    app = app_on(FakeCloud())
    async with shown(app, (80, 24), *HOME, "2") as pilot:
        assert "CT 0  Grid L1 " in text(app)
        await press(pilot, "down", "down", "down")
        assert "CT 3  Solar  L1 " in text(app)
        await press(pilot, "up")
        assert "CT 2  Grid L3 " in text(app)
        await press(pilot, "down", "down", "down")
        assert "CT 0  Grid L1 " in text(app)  # the unused input is left out


async def test_a_day_comes_in_piece_by_piece() -> None:
    cloud = FakeCloud()
    go = cloud.hold("second half")
    app = app_on(cloud)
    async with shown(app, (80, 24), *HOME) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "second half" in cloud.calls)
        redraw(app)
        await pilot.pause()
        assert "█" in text(app)
        assert "50 %" in text(app)
        assert "peak" in text(app)
        await pilot.press("left")  # the other day calls this one off
        await until(pilot, lambda: cloud.cancelled == 1)
        go.set()
        await settle(pilot)
        assert "288 of 288" in text(app)
        assert "Tue 14 July" in text(app)


async def test_a_day_without_values(snapshot: SnapshotAssertion) -> None:
    cloud = FakeCloud()
    cloud.values = False
    app = app_on(cloud)
    async with shown(app, (80, 24), *HOME, "2"):
        assert text(app) == snapshot


async def test_a_day_that_fails_is_said_and_tried_again() -> None:
    cloud = FakeCloud()
    cloud.failing["second half"] = OFFLINE
    app = app_on(cloud)
    async with shown(app, (80, 24), *HOME, "2") as pilot:
        assert "The cloud is not reached" in text(app)
        assert "No answer within 40 s." in text(app)
        del cloud.failing["second half"]
        await press(pilot, "f5")
        assert "199 of 199" in text(app)
        cloud.failing["consumption"] = OFFLINE
        await press(pilot, "f5")
        assert "Read 0 s ago. No answer within 40 s." in flat(app)
        assert "199 of 199" in text(app)  # the values stay


async def test_panes_read_by_themselves_and_beside_each_other() -> None:
    cloud = FakeCloud()
    go = cloud.hold("metering")
    app = app_on(cloud)
    async with shown(app, (80, 24), "j") as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "metering" in cloud.calls)
        await pilot.press("3")
        await until(pilot, lambda: "Boiler" in text(app))
        assert "Reading the configuration" not in text(app)
        await pilot.press("shift+tab", "shift+tab")
        await until(pilot, lambda: "Reading the configuration …" in text(app))
        go.set()
        await settle(pilot)
        assert "In the cloud: 6 CT inputs" in text(app)


async def test_leaving_a_location_calls_off_what_it_reads() -> None:
    cloud = FakeCloud()
    cloud.hold("metering")
    app = app_on(cloud)
    async with shown(app, (80, 24), "j") as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "metering" in cloud.calls)
        await pilot.press("escape")
        await until(pilot, lambda: cloud.cancelled == 1)
        assert "search" in text(app)
        assert cloud.closed == 0


async def test_an_actuator_that_does_not_answer_spoils_no_other(snapshot: SnapshotAssertion) -> None:
    cloud = FakeCloud()
    cloud.failing["state 12"] = errors.ServiceDownError(fact("The cloud answered 500."), fact("Try again later."))
    app = app_on(cloud)
    async with shown(app, (80, 24), *HOME, "3"):
        assert text(app) == snapshot


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)])
def test_days_of_changing_clocks(day: date, hours: int) -> None:
    made = day_of(day, "Europe/Brussels", NOW.timestamp())
    assert made.seconds == hours * 3600
    assert made.hour(24) == hours * 3600
    assert made.hour(12) == (hours - 12) * 3600


@pytest.mark.parametrize("zone", [None, "", "Nowhere/At all", "../../etc/passwd", "\x00"])
def test_a_time_zone_that_is_none(zone: str | None) -> None:
    made = day_of(date(2026, 7, 1), zone, NOW.timestamp())
    assert not made.zone_told
    assert str(made.zone) == "UTC"
    assert today_at(zone, NOW.timestamp()) == date(2026, 7, 15)
