"""With a language that is 40 % longer, no English is left on the screens, and nothing that matters is cut off."""

import pytest

from smappee_tui.i18n import LANGUAGES, use
from tests.tui.devices.house import devices_scene
from tests.tui.guided.stage import BEGIN, Stage, on_stage
from tests.tui.live.test_states import STATES, live
from tests.tui.pseudo_screen import english_left, outside, speaking_pseudo, whole
from tests.tui.scene import Scene, open_screen, press, rows

WHOLE = (
    *("Grid meter", "Solar inverter", "Oven", "Heat pump L1", "Heat pump L2", "Heat pump L3", "Car charger"),
    *("Sockets living room", "Washing machine and dryer in the cellar", "Washing machine and dryer"),
    *("Kitchen", "Laundry", "Mains L1", "Mains L2", "Mains L3"),
    *("Boiler", "Lamp", "Garage door, never seen", "SCT2_50A", "[31m[/L1] [bold]漢字"),
)
NAMES = (*WHOLE, *(f"{name[:most].rstrip()}…" for name in WHOLE for most in range(len(name), 8, -1)))
"""Also where a column cuts them off."""
TOLD = {
    "No",
    "route",
    "Gone",
    "Password",
    "changed",
    "answer",
    "from",
    "The",
    "broker",
    "refused",
    "user",
    "name",
    "recording",
    "has",
    "ended",
}
"""What the links of these states say, which is no fact there."""
TOPICS = frozenset({"config", "scheduler", "realtime", "min", "days"})
"""The monitor's own names, and units."""
KEYS = {
    "live": (),
    "details": ("enter",),
    "findings": ("F",),
    "help": ("question_mark",),
    "help, its end": ("question_mark", *["pagedown"] * 4),
    "filter": ("slash", "o"),
    "what if": ("down", "enter", "w"),
}


def words_of(scene: Scene) -> set[str]:
    title, *body = rows(scene.app)  # a page that was scrolled begins within a text, its title does not
    return english_left(title, *NAMES) | english_left("\n".join(body), *NAMES)


def test_what_has_no_brackets_is_found() -> None:
    assert english_left("| [well~] Not said [cut o… 3 kW Oven", "Oven") == {"Not", "said"}
    assert outside("[a [b] c] d") == " d"
    assert not whole("[live 0.4")


@pytest.mark.parametrize("view", KEYS)
async def test_the_live_screen(view: str) -> None:
    with speaking_pseudo():
        scene = live()
        async with open_screen(scene, (80, 24), *KEYS[view]):
            assert words_of(scene) <= {"MW", "min"}
            shown = rows(scene.app)
            assert whole(shown[0])
            if view in ("live", "details"):
                assert all(whole(row) for row in shown[1:4]), "the head of the screen"
                assert shown[-1].endswith("[help~]  q [quit~]")
                assert whole(shown[-1])


@pytest.mark.parametrize("state", [name for name in STATES if "hostile" not in name and "28" not in name])
async def test_every_state(state: str) -> None:
    with speaking_pseudo():
        scene = STATES[state]()
        async with open_screen(scene, (80, 24)):
            assert words_of(scene) <= TOLD
            assert rows(scene.app)[0].rstrip().endswith("]"), "the state stands in the first line, to its end"


async def test_the_devices() -> None:
    with speaking_pseudo():
        scene = devices_scene()
        async with open_screen(scene, (80, 24), "D") as pilot:
            for _ in range(3):
                # What is left: the monitor's own words for what it does, and its topics.
                assert {word for word in words_of(scene) if word.islower()} <= TOPICS
                await press(pilot, "pagedown")


async def test_the_guided_test() -> None:
    with speaking_pseudo():
        stage = Stage(generation=None)
        async with on_stage(stage, (80, 24), "T") as pilot:
            for key in ("enter", *BEGIN[1:], None, "E"):
                assert english_left(stage.text(), *NAMES) == set()
                if key is not None:
                    await press(pilot, key)
                else:
                    stage.seconds(1)
                    await pilot.pause()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_words_on_safety_are_read_to_their_end(language: str) -> None:
    """In every language the last of them and the key that goes on are on an 80x24 screen together."""
    use(language)  # type: ignore[arg-type]
    stage = Stage()
    async with on_stage(stage, (80, 24), *BEGIN[:2]):
        shown = " ".join(stage.text().split())
        last = {"en": "switch the installation off.", "nl": "schakel de installatie uit.",
                "fr": "coupez l'installation.", "de": "Anlage abschalten."}[language]  # fmt: skip
        assert last in shown
        assert "⏎" in shown


async def test_the_language_is_switched_at_once_on_every_screen() -> None:
    told: list[str] = []
    scene = live(on_language=told.append)
    async with open_screen(scene, (80, 24), "F") as pilot:
        await press(pilot, "f2")
        assert "Bevindingen" in rows(scene.app)[0]
        await press(pilot, "escape")
        assert "q stoppen" in rows(scene.app)[-1]
        assert any(" oordeel" in row for row in rows(scene.app))
        await press(pilot, "f2", "f2")
        assert any(" Urteil" in row for row in rows(scene.app))
        titles = [command.title for command in scene.app.get_system_commands(scene.app.first)]
        assert "English" in titles
        assert "Deutsch" not in titles
        scene.app.speak("en")
        await pilot.pause()
        assert any(" verdict" in row for row in rows(scene.app))
    assert told == ["nl", "fr", "de", "en"]
