"""Notices on a small screen: one at a time, and never over what is chosen."""

import pytest
from textual.widgets._toast import Toast

from tests.tui.houses import twelve
from tests.tui.scene import Scene, judgement_of_twelve, open_screen


def told(scene: Scene) -> list[str]:
    return [str(toast._notification.message) for toast in scene.app.screen.query(Toast)]


async def test_the_weightiest_is_shown_and_how_many_wait_for_their_turn() -> None:
    scene = Scene(twelve()).configure().run(40).judge(judgement_of_twelve())
    async with open_screen(scene, (60, 20)) as pilot:
        for text, kind in (("kept", "information"), ("a fault", "warning"), ("copied", "information")):
            scene.app.notify(text, severity=kind, markup=False, timeout=60)  # type: ignore[arg-type]
        await pilot.pause()
        assert told(scene) == ["a fault\n2 more notices follow."]
        await pilot.click(Toast)
        await pilot.pause()
        assert told(scene) == ["copied\n1 more notice follows."]
        await pilot.click(Toast)
        await pilot.pause()
        assert told(scene) == ["kept"]


async def test_on_a_large_screen_few_stand_above_each_other_and_the_others_are_counted() -> None:
    scene = Scene(twelve()).configure().run(40).judge(judgement_of_twelve())
    async with open_screen(scene, (120, 40)) as pilot:
        for number in range(5):
            scene.app.notify(f"notice {number}", markup=False, timeout=60)
        await pilot.pause()
        assert told(scene) == ["notice 2", "notice 3", "notice 4\n2 more notices follow."]
        await pilot.click(Toast)
        await pilot.pause()
        assert told(scene)[-1] == "notice 4\n1 more notice follows."
        assert len(told(scene)) == 3


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
@pytest.mark.parametrize("key", ["home", "end"])
async def test_neither_the_chosen_row_nor_the_next_step_is_covered(size: tuple[int, int], key: str) -> None:
    scene = Scene(twelve()).configure().run(40).judge(judgement_of_twelve())
    async with open_screen(scene, size, key) as pilot:
        scene.app.notify("✕ Heat pump L2: reversed\n✓ 3 inputs were judged as right", markup=False, timeout=60)
        await pilot.pause()
        covered = scene.app.screen.query_one(Toast).region
        table = scene.app.first.table
        chosen = table.region.y + table.place - round(table.scroll_offset.y)
        assert covered.height == 2
        assert table.region.y < covered.y
        assert not covered.y <= chosen < covered.bottom
