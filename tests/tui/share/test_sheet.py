"""The screen of the page for a phone: nothing is opened unasked, and it is always seen that it is open, and to whom."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from syrupy.assertion import SnapshotAssertion

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.app.phone.share import ShareAddress, SharedDevice
from smappee_tui.connect.errors import CannotListenError
from smappee_tui.i18n import LANGUAGES, use
from smappee_tui.protocol.fact import fact
from tests.tui.houses import twelve
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, press, text

WIFI, CABLE = ShareAddress("192.168.1.23", "wlan0"), ShareAddress("10.0.0.5", "eth\x1b[1m1")
TOKEN = "InxOlZ-FEWzZqeXEta78WA"


class FakeShare:
    """Serves nothing, and says that it does."""

    def __init__(self, *addresses: ShareAddress, refuses: bool = False) -> None:
        self.desk = PhoneDesk()
        self._addresses, self._refuses = addresses or (WIFI,), refuses
        self.on, self.lost, self.failed = "", False, ""
        self.devices: list[SharedDevice] = []
        self.refused: dict[str, int] = {}

    def addresses(self) -> Sequence[ShareAddress]:
        return self._addresses

    def start(self, address: str) -> None:
        if self._refuses:
            raise CannotListenError(fact("share.no_door", address=address, why="no"), fact("share.no_door_advice"))
        self.on = address

    def stop(self) -> None:
        self.on, self.devices = "", []

    @property
    def running(self) -> bool:
        return bool(self.on)

    @property
    def link(self) -> str:
        return f"http://{self.on}:51851/{TOKEN}" if self.on else ""

    def revoke(self, device: str) -> None:
        self.devices = [one for one in self.devices if one.id != device]

    def enter(self, number: int, said: str = "Android Chrome", *, since: float = 125.0, seen: float = 0.0) -> None:
        """A phone comes in, so many seconds ago."""
        now = time.time()
        self.devices.append(SharedDevice(str(number), said, f"192.168.1.{39 + number}", now - since, now - seen))


def scene(share: FakeShare, **wishes: object) -> Scene:
    return Scene(twelve(), sharing=lambda: share, **wishes).configure().run(3).judge(judgement_of_twelve())


async def test_it_says_what_is_opened_to_whom_before_anything_is(snapshot: SnapshotAssertion) -> None:
    told = scene(share := FakeShare())
    async with open_screen(told, (80, 24), "S") as pilot:
        assert not share.running
        assert text(told.app) == snapshot
        await press(pilot, "enter")
        assert share.on == "192.168.1.23"
        await press(pilot, "escape")
        told.app.first.tick()
        await pilot.pause()
        assert "shared, 0 phones" in text(told.app)
        await press(pilot, "S", "X")
        assert not share.running
        await press(pilot, "escape")
        told.app.first.tick()
        await pilot.pause()
        assert "shared" not in text(told.app)


async def test_where_there_are_several_addresses_one_is_chosen() -> None:
    told = scene(share := FakeShare(WIFI, CABLE))
    async with open_screen(told, (80, 24), "S") as pilot:
        assert "eth\ufffd[1m1" in text(told.app)
        await press(pilot, "down", "enter")
        assert share.on == "10.0.0.5"


@pytest.mark.parametrize(("addresses", "running"), [((WIFI,), True), ((WIFI, CABLE), False)])
async def test_asked_for_on_the_command_line_it_is_open_at_once_where_nothing_is_to_choose(
    addresses: tuple[ShareAddress, ...], running: bool
) -> None:
    told = scene(share := FakeShare(*addresses), share_at_once=True)
    async with open_screen(told, (80, 24)):
        assert share.running is running
        assert "The page for a phone" in text(told.app)


async def test_code_link_phones_and_who_was_turned_away(snapshot: SnapshotAssertion) -> None:
    told = scene(share := FakeShare())
    share.enter(1)
    share.enter(2, "iPhone Safari", seen=240.0)
    share.refused = {"token": 12, "full": 1}
    async with open_screen(told, (80, 24), "S", "enter"):
        assert text(told.app) == snapshot


async def test_the_chosen_phone_is_put_out() -> None:
    told = scene(share := FakeShare())
    share.enter(1)
    share.enter(2, "iPhone Safari")
    async with open_screen(told, (80, 24), "S", "enter", "down", "delete"):
        assert [one.said for one in share.devices] == ["Android Chrome"]
        assert "iPhone Safari is out" in text(told.app)


async def test_who_comes_in_is_told_on_the_live_screen() -> None:
    told = scene(share := FakeShare())
    async with open_screen(told, (120, 40), "S", "enter", "escape") as pilot:
        share.enter(1, "")
        told.app.first.tick()
        await pilot.pause()
        assert "On the page now: a browser, 192.168.1.40" in text(told.app)
        assert "shared, 1 phone " in text(told.app)


async def test_an_address_that_is_gone_is_said_at_once() -> None:
    """The laptop slept, and woke up in another network."""
    told = scene(share := FakeShare())
    async with open_screen(told, (120, 40), "S", "enter", "escape") as pilot:
        share.lost = True
        told.app.first.tick()
        await pilot.pause()
        assert "This laptop has another address" in text(told.app)
        await press(pilot, "S")
        assert "! This laptop" in text(told.app)


async def test_that_it_ended_by_itself_is_said_and_it_can_be_opened_again() -> None:
    told = scene(share := FakeShare())
    async with open_screen(told, (120, 40), "S", "enter", "escape") as pilot:
        share.on, share.failed = "", "OSError: [red]"
        told.app.first.tick()
        await pilot.pause()
        assert "The page has ended by itself" in text(told.app)
        await press(pilot, "S")
        assert "OSError: [red]" in text(told.app)
        await press(pilot, "enter")
        assert share.running


async def test_what_cannot_be_opened_is_said_with_what_to_do() -> None:
    told = scene(FakeShare(refuses=True))
    async with open_screen(told, (80, 24), "S", "enter"):
        shown = " ".join(text(told.app).split())
        assert "cannot be served on 192.168.1.23: no. Choose another address" in shown


async def test_it_ends_with_the_screen() -> None:
    told = scene(share := FakeShare())
    async with open_screen(told, (80, 24), "S", "enter"):
        assert share.running
    assert not share.running


async def test_everything_fits_in_every_language() -> None:
    told = scene(share := FakeShare())
    share.enter(1)
    async with open_screen(told, (80, 24), "S") as pilot:
        for width, height in ((80, 24), (40, 20)):
            for language in LANGUAGES:
                await pilot.resize_terminal(width, height)
                use(language)
                share.stop()
                told.app.screen.redraw()  # type: ignore[attr-defined]
                await pilot.pause()
                assert "192.168.1.23" in text(told.app) or width == 40
                await press(pilot, "enter")
                share.enter(1)
                told.app.screen.redraw()  # type: ignore[attr-defined]
                await pilot.pause()
                shown = text(told.app)
                assert "{" not in shown
                assert "▄▄▄▄▄" in shown
                assert (TOKEN in shown and "Android" in shown) or width == 40
