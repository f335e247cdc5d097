"""Every part of the live screen says the same, and what to do first; and what leads where."""

from dataclasses import replace

import pytest
from textual.app import App

from smappee_tui.diagnosis.judgement import Finding, Judgement, PhaseVerdict, Subject
from smappee_tui.protocol.fact import fact
from smappee_tui.tui.devices.sheet import DevicesSheet
from smappee_tui.tui.widgets.findings import FindingsSheet
from tests.tui.houses import UUID, House, twelve, twenty_eight
from tests.tui.live.test_keys import chosen, listed
from tests.tui.live.test_states import live, unbalanced
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, press, rows, text, verdict

LEAD = Finding("voltage-missing", "fault", Subject("phase", "L2"), channels=(1, 9), params={"phase": "L2"})


def no_lead() -> Scene:
    """The house without a voltage on L2, as the diagnosis tells it."""
    told = judgement_of_twelve()
    channels = {n: verdict(n, "ok") for n in told.channels} | {
        n: replace(verdict(n, "inconclusive"), title=fact("verdicts.no_voltage", phase="L2")) for n in LEAD.channels
    }
    return live().judge(replace(told, channels=channels, findings=(LEAD,)))


async def test_a_counted_finding_marks_its_rows_and_the_filter_shows_them() -> None:
    scene = no_lead()
    async with open_screen(scene, (80, 24)) as pilot:
        shown = rows(scene.app)
        assert any("✕ 1 fault" in row for row in shown)
        assert [row[:4] for row in shown if "✕ no voltage on L2" in row] == ["▸  1", "   9"]
        assert any(row.startswith(" ✕ No voltage on L2 → Check the voltage lead of L2 and its fuse.") for row in shown)
        await press(pilot, "x")
        assert listed(scene) == [1, 9]


async def test_a_warning_goes_before_the_ok_of_a_row() -> None:
    over = Finding(
        "over-range", "warning", Subject("channel", 4), channels=(4,), params={"input": 4, "amps": 60.0, "name": ""}
    )
    note = Finding("generation-question", "info", Subject("supply"), channels=(2,))
    told = judgement_of_twelve()
    scene = live().judge(replace(told, findings=(*told.findings, over, note)))
    async with open_screen(scene, (80, 24)):
        shown = rows(scene.app)
        assert any("Oven" in row and "! ok" in row for row in shown)
        assert any(" 2 Grid meter" in row and "✓i ok" in row for row in shown)


@pytest.mark.parametrize("judgement", [Judgement(), Judgement(channels={n: verdict(n, "unused") for n in range(12)})])
async def test_all_judged_is_said_only_when_something_was(judgement: Judgement) -> None:
    scene = live().judge(judgement)
    async with open_screen(scene, (80, 24)):
        assert "all judged" not in text(scene.app)
        assert "? none judged" in text(scene.app)


async def test_all_judged_has_no_tick_while_something_is_wrong() -> None:
    every = {n: verdict(n, "ok") for n in range(11)} | {11: verdict(11, "unused")}
    volts = tuple(PhaseVerdict(phase, 230.0, "ok") for phase in range(3))
    scene = live().judge(Judgement("star", volts, every))
    async with open_screen(scene, (80, 24)) as pilot:
        assert "✓ all judged" in text(scene.app)
        assert "→ Still open, Limits checked: The main fuse was not entered." in text(scene.app)
        scene.app.first.begun.reports.values(UUID)["main_fuse"] = "40"
        scene.app.first.tick()
        await pilot.pause()
        assert "→ Every input is judged: write the report." in text(scene.app)
        balance = unbalanced("ok", "impossible", "ok").session.told
        assert balance is not None
        scene.judge(Judgement(channels=every, balance=balance.balance))
        scene.app.first.tick()
        await pilot.pause()
        assert "✓ all judged" not in text(scene.app)
        assert "all judged" in text(scene.app)
        assert "✕ L2 does not add up" in text(scene.app)


@pytest.mark.parametrize("volts", [(231,), (231, 0, 0)])
async def test_a_single_phase_site_has_one_line(volts: tuple[int, ...]) -> None:
    scene = Scene(House(twelve().clamps[3:5], volts=volts, phase_type="ONE")).configure().run(5)
    async with open_screen(scene, (80, 24)):
        shown = rows(scene.app)
        assert shown[1].startswith(" L1  231 V")
        assert not any(row.startswith((" L2", " L3")) for row in shown)
        assert "0 faults" in text(scene.app)


async def test_five_states_have_five_wordings() -> None:
    told = judgement_of_twelve()
    watching = replace(verdict(0, "no_current"), title=fact("verdicts.watching", seconds=8), watching=8)
    states = {0: watching, 1: verdict(1, "no_current"), 2: verdict(2, "inconclusive")}
    scene = live().judge(replace(told, channels=states, findings=()))
    async with open_screen(scene, (80, 24)):
        shown = {row.split()[0]: row for row in rows(scene.app)[5:] if row[:4].strip().isdigit()}
        first = next(row for row in rows(scene.app) if row.startswith("▸  0"))
        assert "◔ watching, 8 s left" in first
        assert "○ no current yet" in shown["1"]
        assert "? not enough evidence" in shown["2"]
        assert "? not judged" in shown["3"]
    scene = Scene(twelve()).run(3)
    async with open_screen(scene, (80, 24)):
        assert "· not configured" in text(scene.app)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 50)])
async def test_name_verdict_and_next_step_stay_at_every_width(size: tuple[int, int]) -> None:
    scene = live()
    async with open_screen(scene, size):
        shown = text(scene.app)
        assert "Heat pump L2" in shown
        assert "✕ reversed" in shown
        assert "✕ Input 6 'Heat pump L2' is reversed" in shown
        assert "→ Try the configuration before the board" in shown


async def test_a_table_that_is_longer_says_how_much_is_above_and_below() -> None:
    scene = Scene(twenty_eight()).configure().run(3)
    async with open_screen(scene, (80, 24)) as pilot:
        titles = next(row for row in rows(scene.app) if " verdict" in row)
        assert "▼" in titles
        assert "▲" not in titles
        await press(pilot, "end")
        titles = next(row for row in rows(scene.app) if " verdict" in row)
        assert "▲" in titles
        assert "▼" not in titles
    scene = live()
    async with open_screen(scene, (80, 24)):
        assert "▼" not in text(scene.app)


async def test_the_pane_stands_where_there_is_room() -> None:
    for size, stands in (((109, 35), False), ((110, 24), True), ((80, 36), True), ((200, 50), True)):
        scene = live()
        async with open_screen(scene, size):
            pane = scene.app.first.pane
            assert (pane is not None and bool(pane.display)) is stands, size
            assert scene.app.first.table.display
            assert ("Why" in text(scene.app)) is stands


async def test_faults_come_first_and_the_cursor_stands_on_them_until_somebody_chooses() -> None:
    scene = live().judge(Judgement(channels={n: verdict(n, "inconclusive") for n in range(12)}))
    async with open_screen(scene, (80, 24)) as pilot:
        assert chosen(scene) == 0
        scene.judge(judgement_of_twelve())
        scene.app.first.tick()
        await pilot.pause()
        assert listed(scene)[:3] == [6, 9, 0]
        assert chosen(scene) == 6
        await press(pilot, "down", "down")
        assert chosen(scene) == 0
        scene.judge(Judgement(channels={n: verdict(n, "inconclusive") for n in range(12)}))
        scene.app.first.tick()
        await pilot.pause()
        assert listed(scene) == list(range(12))
        assert chosen(scene) == 0


async def test_a_new_verdict_is_told_and_a_fault_rings() -> None:
    rings: list[bool] = []
    scene = live().judge(Judgement(channels={n: verdict(n, "inconclusive") for n in range(12)}))
    scene.app.bell = lambda: rings.append(True)  # type: ignore[method-assign]

    def told() -> list[str]:
        return [str(notice.message) for notice in scene.app._notifications]

    async with open_screen(scene, (80, 24)) as pilot:
        assert told() == []
        right = {n: verdict(n, "ok" if n < 3 else "inconclusive") for n in range(12)}
        scene.judge(Judgement(channels=right))
        scene.app.first.tick()
        await pilot.pause()
        assert told() == ["✓ 3 inputs judged right"]
        assert rings == []
        scene.judge(judgement_of_twelve())
        scene.app.first.tick()
        await pilot.pause()
        assert "✕ Heat pump L2: reversed" in told()[-1]
        assert rings == [True]
        scene.app.first.tick()
        assert rings == [True]


@pytest.mark.parametrize("wish", [True, False])
async def test_the_bell_can_be_silenced(wish: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rings: list[bool] = []
    monkeypatch.setattr(App, "bell", lambda app: rings.append(True))
    live(bell=wish).app.bell()
    assert bool(rings) is wish


async def test_findings_can_be_chosen_opened_and_copied() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "F", "down", "y") as pilot:
        assert scene.app.clipboard.startswith("✕ Input 9 'Sockets living room' is on L3")
        await press(pilot, "enter")
        assert scene.app.screen is scene.app.first
        assert chosen(scene) == 9
        assert scene.app.first.detail_open
        await press(pilot, "escape", "F", "down", "down", "enter")
        assert isinstance(scene.app.screen, DevicesSheet)


async def test_a_finding_opens_a_channel_that_a_filter_hides() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "slash", *"oven", "enter", "F", "enter"):
        assert chosen(scene) == 6
        assert scene.app.first.detail_open


async def test_the_head_can_be_clicked() -> None:
    scene = live()
    async with open_screen(scene, (80, 24)) as pilot:
        shown = rows(scene.app)
        await pilot.click("#header", offset=(66, next(y for y, row in enumerate(shown) if "2 faults" in row)))
        await pilot.pause()
        assert isinstance(scene.app.screen, FindingsSheet)
        await press(pilot, "escape")
        await pilot.click("#header", offset=(10, next(y for y, row in enumerate(shown) if row.startswith(" →"))))
        await pilot.pause()
        assert chosen(scene) == 6
        assert scene.app.first.detail_open
