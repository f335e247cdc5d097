"""Notes on the laptop: written to the chosen input, counted in its pane, taken away again, with what a phone sent."""

from __future__ import annotations

from smappee_tui.app.phone.actions import AddNote, AddPhoto
from smappee_tui.app.visit.photos import picture_of
from tests.app.visit.test_photos import made
from tests.tui.guided.stage import Stage, on_stage
from tests.tui.live.test_phones import shared
from tests.tui.scene import press


async def test_a_note_is_written_counted_and_taken_away() -> None:
    stage = Stage()
    share = shared(stage)
    async with on_stage(stage, (120, 40), "plus") as pilot:
        assert "Nothing was written down" in stage.text()
        await press(pilot, "enter", *"loose N", "enter")
        assert "loose N" in stage.text()
        await press(pilot, "escape")
        share.desk.ask(AddPhoto(0, picture_of(made())))
        share.desk.ask(AddNote(None, "co\x1b[2Jver"))
        stage.app.first.sharing.phones.look()
        await press(pilot, "enter")
        assert "1 photo, 1 note" in stage.text()
        await press(pilot, "escape", "plus")
        await pilot.pause()
        shown = stage.text()
        assert shown.index("Board") < shown.index("ver") < shown.index("loose N") < shown.index("photo input-0-")
        for _ in range(3):
            await press(pilot, "delete")
        assert "Nothing was written down" in stage.text()
        uuid = stage.session.site.uuid  # type: ignore[union-attr]
        assert stage.app.first.begun.reports.noted(uuid, 0) == (0, 0)


async def test_what_is_typed_is_there_for_the_phone() -> None:
    stage = Stage()
    share = shared(stage)
    async with on_stage(stage, (80, 24), "plus", "enter", *"ok", "enter") as pilot:
        await pilot.pause()
        stage.seconds(1)
        notes = share.see().notes
        assert notes is not None
        assert [one.text for one in notes[0]] == ["ok"]
