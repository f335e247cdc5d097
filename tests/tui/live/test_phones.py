"""The live screen and a phone: both show and steer the same, a press acts at the next look, and nothing is made for
nobody."""

from __future__ import annotations

import re

from smappee_tui.app.phone.actions import AcceptSafety, AddNote, Switched, TickLine
from smappee_tui.tui.guided.screen import GuideScreen
from smappee_tui.tui.live.phones import AT_A_LOOK, TOLD_FOR
from smappee_tui.tui.live.screen import LiveScreen
from tests.app.phone.hand import BEGIN, Heater, OpenDesk
from tests.tui.guided.stage import Stage, on_stage
from tests.tui.houses import OTHER_UUID, UUID
from tests.tui.live.test_states import several
from tests.tui.scene import Scene, open_screen, press

SIZE = (80, 24)


def shared(stage: Stage) -> OpenDesk:
    share = OpenDesk()
    stage.app.first.sharing.share = share
    return share


async def test_a_test_begun_on_the_phone_is_on_the_laptop_and_goes_on_without_its_screen() -> None:
    stage = Stage()
    share = shared(stage)
    async with on_stage(stage, SIZE) as pilot:
        assert share.see().guided.page == "none"
        assert share.desk.ask(BEGIN)
        stage.app.first.sharing.phones.look()
        assert share.see().guided.page == "safety"
        await pilot.pause()
        assert isinstance(stage.app.screen, GuideScreen)
        assert "heater" in stage.text().casefold()
        share.desk.ask(AcceptSafety())
        stage.app.first.sharing.phones.look()
        stage.screen.look()
        await pilot.pause()
        assert stage.screen.page == "test"
        assert "Kitchen" in stage.text()
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, LiveScreen)
        hand = Heater(stage.monitor)
        for _ in range(120):
            if share.see().guided.finished:
                break
            if hand.obey(share.see()):
                stage.seconds(1)
                share.desk.ask(Switched(stage.clock.now))
            stage.seconds(1)
        assert share.see().guided.page == "result"
        result = share.see().guided.result
        assert result is not None
        assert result.count("fault") == 1
        (line,) = share.see().sheet
        share.desk.ask(TickLine(line.input, True))
        stage.app.first.sharing.phones.look()
        assert share.see().sheet[0].ticked
        assert [told.said.code for told in share.see().told] == ["phone.ticked"]
        await press(pilot, "T")
        assert stage.screen.page == "result"


async def test_what_the_laptop_does_is_on_the_phone() -> None:
    stage = Stage()
    share = shared(stage)
    async with on_stage(stage, SIZE, "T", "enter") as pilot:
        stage.seconds(1)
        stage.app.first.tick()
        assert share.see().guided.page == "safety"
        await press(pilot, "enter")
        stage.seconds(1)
        stage.app.first.tick()
        assert share.see().guided.page == "test"
        assert share.see().step is not None


async def test_no_stage_is_made_while_nobody_looks() -> None:
    stage = Stage()
    share = shared(stage)
    share.desk.wanted = False
    async with on_stage(stage, SIZE):
        stage.seconds(3)
        assert share.desk.shown == (0, None)
        share.desk.ask(AddNote(None, "read later"))
        share.desk.wanted = True
        stage.app.first.sharing.phones.look()
        number, shown = share.desk.shown
        assert shown is not None
        assert shown.notes is not None
        assert [note.text for note in shown.notes[None]] == ["read later"]
        stage.app.first.sharing.phones.look()
        assert share.desk.shown[0] == number  # nothing is new


async def test_frozen_on_the_laptop_it_goes_on_for_the_phone() -> None:
    stage = Stage()
    share = shared(stage)
    async with on_stage(stage, SIZE) as pilot:
        stage.app.first.action_freeze()
        before = share.see()
        stage.seconds(2)
        await pilot.pause()
        now = share.see().snapshot.view
        assert stage.app.first.frozen_at is not None
        assert now is not None
        assert before.snapshot.view is not None
        assert now.at > before.snapshot.view.at  # type: ignore[operator]


async def test_a_line_that_is_lost_is_told_on_the_phone_without_any_screen() -> None:
    stage = Stage()
    share = shared(stage)
    async with on_stage(stage, SIZE):
        for action in (BEGIN, AcceptSafety()):
            share.desk.ask(action)
        stage.app.first.sharing.phones.look()
        stage.seconds(1)
        assert share.see().guided.instruction.word == "on"  # type: ignore[union-attr]
        stage.clock.now += 6
        stage.app.first.sharing.phones.look()
        assert share.see().guided.instruction.word == "wait"  # type: ignore[union-attr]
        age = share.see().age
        assert age is not None
        assert 6 < age < 8


def beside(scene: Scene, share: OpenDesk) -> str:
    """The page is open; gives the location that is not shown."""
    scene.app.first.sharing.share = share
    scene.app.first.tick()
    return ({UUID, OTHER_UUID} - {scene.session.site.uuid}).pop()  # type: ignore[union-attr]


async def test_what_was_asked_over_one_location_is_not_done_to_another() -> None:
    scene, share = several(), OpenDesk()
    async with open_screen(scene):
        other = beside(scene, share)
        share.desk.ask(AddNote(3, "of the first"))
        scene.session.wanted = other
        scene.app.first.tick()
        assert share.see().uuid == other
        assert [told.said.code for told in share.see().told] == ["phone.other_location"]
        assert not scene.app.first.begun.reports.notes(other).notes
        share.desk.ask(AddNote(3, "of the other"))
        scene.app.first.sharing.phones.look()
        assert [note.text for note in scene.app.first.begun.reports.notes(other).notes] == ["of the other"]


async def test_of_many_that_were_asked_over_one_location_none_is_done_to_another() -> None:
    scene, share = several(), OpenDesk()
    async with open_screen(scene):
        other = beside(scene, share)
        for number in range(3 * AT_A_LOOK):
            share.desk.ask(AddNote(3, f"{number} of the first"))
        scene.session.wanted = other
        scene.app.first.tick()
        assert share.see().uuid == other
        for _ in range(3):
            scene.app.first.sharing.phones.look()
        assert not scene.app.first.begun.reports.notes(other).notes
        assert {told.said.code for told in share.see().told} == {"phone.other_location"}


async def test_whatever_a_phone_sends_the_screen_can_be_read() -> None:
    stage = Stage()
    share = shared(stage)
    async with on_stage(stage, SIZE) as pilot:
        for number in range(40):
            share.desk.ask(AddNote(None, f"note {number}"))
        for _ in range(11):
            stage.app.first.sharing.phones.look()
        await pilot.pause()
        said = [one.message for one in stage.app._notifications]
        assert [re.findall(r"and (\d+) more", one) for one in said] == [["2"], ["18"], ["14"]]
        assert len(share.see().notes[None]) == 40  # type: ignore[index]
        assert share.see().told[-1].more == 38
        stage.clock.now += TOLD_FOR
        share.desk.ask(AddNote(None, "later"))
        stage.app.first.sharing.phones.look()
        assert share.see().told[-1].more == 0
