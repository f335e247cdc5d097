"""As it will read: the table and the sums under the correction sheet, and never mixed up with what is measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import PhaseBalance
from smappee_tui.i18n import Language, use
from smappee_tui.report.compose.document import build
from smappee_tui.report.metadata import ReportMetadata
from tests.tui.houses import START, twelve
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, press, rows, text


def watched() -> Scene:
    """The house of twelve with a judge, whose word is the test's."""
    scene = Scene(twelve()).configure().run(40)
    balance = tuple(PhaseBalance(phase, 900.0, 0.0, 700.0, 200.0, "ok") for phase in range(3))
    scene.judge(replace(judgement_of_twelve(), balance=balance))
    judge, site = Judge(), scene.session.site
    assert site is not None
    judge.observe(site, sampled=True)
    scene.session._judge = lambda _: judge  # type: ignore[method-assign,assignment]
    return scene


def line_of(scene: Scene, name: str) -> str:
    return next(row for row in rows(scene.app)[6:] if name in row)


async def test_the_proposal_shows_what_would_be_read_and_says_that_it_is_one() -> None:
    scene = watched()
    async with open_screen(scene, (80, 24)) as pilot:
        measured = line_of(scene, "6 Heat pump L2")
        assert "-870" in measured
        before = rows(scene.app)[2]
        await press(pilot, "=")
        shown = line_of(scene, "6 Heat pump L2")
        assert "=6 Heat pump L2" in shown
        assert " 870 " in shown
        assert "now L2, -870 W" in shown
        assert "rev" in shown
        assert rows(scene.app)[2] != before
        assert "= proposal" in text(scene.app)
        assert "= Proposal, not measured: as it will read once" in text(scene.app)
        assert "✕ 1 fault" not in text(scene.app)
        await press(pilot, "=")
        assert line_of(scene, "6 Heat pump L2") == measured
        assert "roposal" not in text(scene.app)


@pytest.mark.parametrize(("size", "language"), [((60, 20), "de"), ((80, 24), "fr"), ((120, 40), "nl")])
async def test_each_changed_row_has_its_sign_at_every_size(size: tuple[int, int], language: Language) -> None:
    scene = watched()
    async with open_screen(scene, size) as pilot:
        try:
            use(language)
            await press(pilot, "=")
            changed = [row for row in rows(scene.app) if row.lstrip(" ▸").startswith("=") and "Heat" in row]
            assert len(changed) == 1
            assert not scene.app.first.middle.shown  # no pane of what is measured beside it
            assert any(row.startswith(" = ") for row in rows(scene.app)[:9])
        finally:
            use("en")


async def test_escape_ends_it_and_so_does_what_shows_a_single_input() -> None:
    scene = watched()
    async with open_screen(scene, (80, 24), "=") as pilot:
        assert scene.app.first.proposal.on
        await press(pilot, "escape")
        assert not scene.app.first.proposal.on
        await press(pilot, "=", "enter")
        assert scene.app.first.detail_open
        assert not scene.app.first.proposal.on


async def test_the_correction_sheet_says_what_would_be_read() -> None:
    scene = watched()
    async with open_screen(scene, (80, 40), "c"):
        shown = text(scene.app)
        assert "As it will read then: calculated, not measured" in shown
        assert "= 6 Heat pump L2, on L2 reversed: now -870 W, then 870 W" in shown


async def test_it_ends_when_a_configuration_arrives() -> None:
    scene = watched()
    async with open_screen(scene, (80, 24), "=") as pilot:
        house = twelve()
        house.clamps[6] = replace(house.clamps[6], reversed=True)
        scene.configure(house).run(1, house=house)
        scene.app.first.tick()
        await pilot.pause()
        assert not scene.app.first.proposal.on
        assert any("Another configuration has come" in note.message for note in scene.app._notifications)


async def test_without_anything_to_correct_it_says_so() -> None:
    scene = watched()
    scene.judge(replace(judgement_of_twelve(), channels={}, findings=()))
    async with open_screen(scene, (80, 24), "="):
        assert not scene.app.first.proposal.on
        assert any("Nothing is to be corrected" in note.message for note in scene.app._notifications)


async def test_neither_report_nor_copy_takes_a_proposal_for_measured() -> None:
    scene = watched()
    async with open_screen(scene, (80, 24), "=") as pilot:
        live = scene.app.first
        site, picture = scene.session.site, live.picture
        assert site is not None
        assert picture is not None
        assert picture.view is not None
        assert picture.view.channels[6].watts == -870
        report = build(site, picture.judgement, ReportMetadata(START))
        assert next(c for c in report.channels if c.input == 6).watts.median == -870
        live.table.choose(6)
        await press(pilot, "y")
        assert "\t-870\t" in scene.app.clipboard
