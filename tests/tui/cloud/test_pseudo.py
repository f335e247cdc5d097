"""The cloud screens in a language that nobody speaks, and in ours: no English, and what matters is whole."""

import pytest

from smappee_tui.i18n import LANGUAGES, use
from tests.tui.cloud.fake import FakeCloud
from tests.tui.cloud.stage import app_on, press, shown, text
from tests.tui.cloud.test_location import HOME
from tests.tui.cloud.test_wiring import WIRING, family
from tests.tui.pseudo_screen import english_left, speaking_pseudo

NAMES = (
    "Janssens", "Bakery De Kruimel", "Holiday cottage", "Grid L1", "Grid L2", "Grid L3", "Solar", "Boiler", "Lamp",
    "Europe/Brussels", "uuid 7f3a11d2-aaaa-4bbb-8ccc-000000000001", "switch", "comfort plug",
)  # fmt: skip
PANES = {"locations": (), "configuration": HOME, "consumption": (*HOME, "2"), "actuators": (*HOME, "3"),
         "switching": (*HOME, "3", "enter"), "help": (*HOME, "question_mark")}  # fmt: skip


@pytest.mark.parametrize("pane", PANES)
async def test_no_english_is_left(pane: str) -> None:
    with speaking_pseudo():
        app = app_on(FakeCloud())
        async with shown(app, (80, 24), *PANES[pane]):
            assert english_left(text(app), *NAMES, "bold") <= {"yes", "no", "min"}


async def test_no_english_is_left_in_the_wiring_from_afar() -> None:
    with speaking_pseudo():
        cloud = family()
        app = app_on(cloud)
        names = [one.name for one in cloud.metering_now.plan.channels if one.name]
        async with shown(app, (120, 60), *WIRING) as pilot:
            for _ in range(3):
                assert english_left(text(app), *sorted(names, key=len, reverse=True), *NAMES, "bold") == set()
                await press(pilot, "down")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pane", ["configuration", "consumption", "actuators"])
async def test_titles_and_tabs_fit_80_columns(language: str, pane: str) -> None:
    use(language)
    try:
        app = app_on(FakeCloud())
        async with shown(app, (80, 24), *PANES[pane]):
            assert "…" not in "\n".join(text(app).splitlines()[1:4])
    finally:
        use("en")
