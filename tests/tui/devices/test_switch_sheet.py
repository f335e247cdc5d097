"""Testing a plug on the screen, with a sender that only writes down."""

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.events import Paste
from textual.pilot import Pilot

from smappee_tui.app.switching import PlugSwitch
from smappee_tui.connect.errors import CannotConnectError, ExternalError, UnconfirmedError
from smappee_tui.i18n import Language, use
from smappee_tui.protocol.fact import fact
from smappee_tui.tui.devices.sheet import DevicesSheet
from smappee_tui.tui.devices.switch_sheet import SwitchSheet
from tests import payloads as p
from tests.tui.devices.house import devices_scene, say
from tests.tui.houses import START, UUID
from tests.tui.scene import Scene, open_screen, press, text

SENT = START + 120.4
"""What the scene's clock says when the command goes out."""


class FakeSender:
    """Notes what is sent."""

    def __init__(self, problem: ExternalError | None = None) -> None:
        self.sent: list[tuple[str, str, bool]] = []
        self.problem = problem

    def send(self, location: str, node: str, on: bool) -> float:
        if self.problem is not None:
            raise self.problem
        self.sent.append((location, node, on))
        return SENT


async def settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    if isinstance(pilot.app.screen, SwitchSheet):
        pilot.app.screen.look()
    await pilot.pause()


async def answer(scene: Scene, pilot: Pilot[None], word: str, seconds: float = 1) -> None:
    scene.clock.now = SENT + seconds
    say(scene, "plug/11/state", p.plug_value(word, scene.clock.now))
    await settle(pilot)


async def test_by_name_with_an_answer_and_back_again(snapshot: SnapshotAssertion) -> None:
    sender = FakeSender()
    scene = devices_scene(switching=PlugSwitch(sender))
    async with open_screen(scene, (80, 24), "D", "enter") as pilot:
        assert text(scene.app) == snapshot(name="question")
        await press(pilot, *"boiler", "enter")
        await settle(pilot)
        assert sender.sent == [(UUID, "11", False)]
        assert text(scene.app) == snapshot(name="waiting")
        await answer(scene, pilot, "OFF", 0.8)
        assert text(scene.app) == snapshot(name="answered")
        await press(pilot, "enter")  # no second time
        assert len(sender.sent) == 1
        await press(pilot, "Z")
        await settle(pilot)
        assert sender.sent[1:] == [(UUID, "11", True)]
        await answer(scene, pilot, "ON", 2.0)
        assert "Boiler: back to ON. It answered after 2.0 s." in text(scene.app)
        await press(pilot, "Z", "escape")
        assert len(sender.sent) == 2
        assert isinstance(scene.app.screen, DevicesSheet)
        assert "put back ON: answered after 2.0 s" in text(scene.app)
    kept = [(a.word, a.before, a.outcome, a.restores) for a in scene.app.first.switching.log]
    assert kept == [("OFF", "ON", "answered", False), ("ON", "OFF", "answered", True)]


async def test_nothing_answers(snapshot: SnapshotAssertion) -> None:
    scene = devices_scene(switching=PlugSwitch(FakeSender()))
    async with open_screen(scene, (80, 24), "D", "enter", *"Boiler", "enter") as pilot:
        await settle(pilot)
        say(scene, "plug/11/state", p.plug_value("ON"))  # not what was asked for
        await settle(pilot)
        assert "waiting for its answer" in text(scene.app)
        scene.wait(11)
        await settle(pilot)
        assert text(scene.app) == snapshot
        assert "put it back" not in text(scene.app)


async def test_the_broker_does_not_take_it() -> None:
    scene = devices_scene(switching=PlugSwitch(FakeSender(CannotConnectError(fact("[/b] It is gone."), fact("Look.")))))
    async with open_screen(scene, (80, 24), "D", "enter", *"Boiler", "enter") as pilot:
        await settle(pilot)
        assert "✕ Not sent. [/b] It is gone. Look." in text(scene.app)
        assert scene.app.first.switching.log[0].outcome == "not sent"


async def test_the_broker_does_not_confirm_it(snapshot: SnapshotAssertion) -> None:
    lost = UnconfirmedError(
        fact("10.0.0.5:1883 did not confirm the command."), fact("Look at the plug before you go on."), SENT
    )
    scene = devices_scene(switching=PlugSwitch(FakeSender(lost)))
    async with open_screen(scene, (80, 24), "D", "enter", *"Boiler", "enter") as pilot:
        await settle(pilot)
        assert text(scene.app) == snapshot(name="sheet")
        assert "Not sent" not in text(scene.app)
        await press(pilot, "escape")
        assert "sent, no answer: it may have been carried out;" in text(scene.app)
        scene.clock.now = SENT + 2
        say(scene, "plug/11/state", p.plug_value("OFF", scene.clock.now))  # it had come through after all
        scene.session.poll()
        assert isinstance(scene.app.screen, DevicesSheet)
        scene.app.screen.redraw()
        assert scene.app.first.switching.log[0].outcome == "answered"


@pytest.mark.parametrize("typed", ["", "boile", "yes", "boilerr", "q", "b", "  "])
async def test_without_the_name_nothing_is_sent(typed: str) -> None:
    sender = FakeSender()
    scene = devices_scene(switching=PlugSwitch(sender))
    keys = ["space" if letter == " " else letter for letter in typed]
    async with open_screen(scene, (80, 24), "D", "enter", *keys, "enter") as pilot:
        await settle(pilot)
        assert "That is not its name; nothing was sent." in text(scene.app)
        await press(pilot, "escape")
    assert sender.sent == []
    assert not scene.app.first.switching.log


async def test_a_pasted_name_confirms_nothing_and_letters_can_be_taken_back() -> None:
    sender = FakeSender()
    scene = devices_scene(switching=PlugSwitch(sender))
    async with open_screen(scene, (80, 24), "D", "enter") as pilot:
        scene.app.post_message(Paste("Boiler"))
        await press(pilot, "enter")
        assert sender.sent == []
        await press(pilot, *"Lam", "ctrl+u", *"BOILERX", "backspace", "enter")
        await settle(pilot)
        assert len(sender.sent) == 1


@pytest.mark.parametrize(
    ("language", "number"),
    [("en", "plug 13"), ("nl", "smart plug 13"), ("fr", "prise connectée 13"), ("de", "Funksteckdose 13")],
)
async def test_a_name_that_cannot_be_typed_is_confirmed_by_number(language: Language, number: str) -> None:
    use(language)
    sender = FakeSender()
    scene = devices_scene(switching=PlugSwitch(sender))
    async with open_screen(scene, (80, 24), "D", "down", "down", "enter") as pilot:
        assert number in text(scene.app)
        await press(pilot, *("space" if letter == " " else letter for letter in number), "enter")
        await settle(pilot)
    assert sender.sent == [(UUID, "13", True)]


async def test_what_was_asked_for_goes_on_when_the_sheet_is_left() -> None:
    sender = FakeSender()
    scene = devices_scene(switching=PlugSwitch(sender))
    async with open_screen(scene, (80, 24), "D", "enter", *"Boiler", "enter", "escape") as pilot:
        await settle(pilot)
        await answer(scene, pilot, "OFF")
        scene.session.poll()
        assert isinstance(scene.app.screen, DevicesSheet)
        scene.app.screen.redraw()
        assert scene.app.first.switching.log[0].outcome == "answered"


async def test_the_brokers_memory_is_no_answer() -> None:
    scene = devices_scene(switching=PlugSwitch(FakeSender()))
    async with open_screen(scene, (80, 24), "D", "enter", *"Boiler", "enter") as pilot:
        scene.clock.now = SENT + 1
        scene.put((f"servicelocation/{UUID}/plug/11/state", p.raw(p.plug_value("OFF"))), retain=True)
        await settle(pilot)
        assert scene.app.first.switching.log[0].outcome == "waiting"
