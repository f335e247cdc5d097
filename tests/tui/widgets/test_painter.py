"""The short way to a picture shows what the long one would."""

import random

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region

from smappee_tui.tui.frames import Frames, placed
from smappee_tui.tui.widgets.painter import Painter, in_front
from tests.tui.houses import twelve
from tests.tui.scene import Scene, judgement_of_twelve, open_screen

SIZE = (120, 40)


def drawn(update: ChopsUpdate | None) -> list[tuple[list[str], list[object]]]:
    frames = Frames(lambda text: None, erases=False)
    frames.forget(*SIZE)
    for x, y, strip in placed(update) if update is not None else ():
        frames.draw(x, y, strip, None)
    return [(row.texts, list(row.pens)) for row in frames._wanted]


async def test_any_part_is_drawn_as_textual_draws_it() -> None:
    """Table, pane and header, behind a notice and below a sheet."""
    chance = random.Random(3)
    scene = Scene(twelve()).configure().run(40).judge(judgement_of_twelve())
    async with open_screen(scene, SIZE) as pilot:
        for key in ("", "down", "?"):
            await pilot.press(*([key] if key else []))
            scene.app.notify("A notice\nof two lines", markup=False)
            await pilot.pause()
            screen = scene.app.screen
            painter = screen._compositor
            for _ in range(40):
                x, y = chance.randrange(SIZE[0]), chance.randrange(SIZE[1])
                part = Region(x, y, chance.randint(1, SIZE[0] - x), chance.randint(1, SIZE[1] - y))
                painter._dirty_regions = {part}
                short = drawn(Painter.render_partial_update(painter))  # type: ignore[arg-type]
                painter._dirty_regions = {part}
                whole = Compositor.render_partial_update(painter)
                assert whole is not None
                assert _within(short, part) == _within(drawn(whole), part)


def _within(cells: list[tuple[list[str], list[object]]], part: Region) -> list[tuple[list[str], list[object]]]:
    rows = cells[part.y : part.bottom]
    return [(texts[part.x : part.right], pens[part.x : part.right]) for texts, pens in rows]


def test_who_stands_in_front() -> None:
    behind, notice, beside = object(), object(), object()
    areas = {notice: Region(4, 1, 3, 1), behind: Region(0, 0, 8, 2), beside: Region(8, 0, 4, 2)}
    assert list(in_front(areas, 0, 0, 12)) == [(behind, 0, 8), (beside, 8, 12)]  # type: ignore[arg-type]
    found = sorted(in_front(areas, 1, 2, 10), key=lambda piece: piece[1])  # type: ignore[arg-type]
    assert found == [(behind, 2, 4), (notice, 4, 7), (behind, 7, 8), (beside, 8, 10)]
    assert list(in_front(areas, 5, 0, 12)) == []  # type: ignore[arg-type]
