"""A few pictures, for the looks: colours and weights that plain text cannot show."""

import re

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from smappee_tui.tui.widgets.styles import LIGHT
from tests.tui.live.test_states import live
from tests.tui.scene import open_screen


class Picture(SingleFileSnapshotExtension):
    """One SVG a test."""

    _write_mode = WriteMode.TEXT
    _file_extension = "svg"


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Picture)


@pytest.mark.parametrize(
    ("keys", "size", "theme"),
    [
        ([], (80, 24), None),
        (["enter"], (80, 24), None),
        ([], (120, 40), LIGHT),
    ],
    ids=["live-dark", "details-dark", "wide-light"],
)
async def test_looks(keys: list[str], size: tuple[int, int], theme: str | None, picture: SnapshotAssertion) -> None:
    scene = live(theme=theme)
    async with open_screen(scene, size, *keys):
        svg = scene.app.export_screenshot(simplify=True)
    assert re.sub(r"terminal-\d+", "terminal", svg) == picture
