"""From the key on the laptop to the phone and back: the live screen, its server and the page, all of them real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.web.server import PageServer
from tests.tui.houses import twelve
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, text
from tests.web.served import Browser

Answer = TypeVar("Answer")


async def meanwhile(told: Scene, work: Callable[[], Answer]) -> Answer:
    """What a phone does, while the laptop goes on."""
    task = asyncio.create_task(asyncio.to_thread(work))
    while not task.done():
        told.clock.now += 1.0
        told.app.first.tick()
        await asyncio.wait((task,), timeout=0.02)
    return await task


async def test_what_the_laptop_shows_is_on_the_phone_and_what_the_phone_asks_is_done_on_the_laptop() -> None:
    server = PageServer(PhoneDesk(), own=tuple)
    told = Scene(twelve(), sharing=lambda: server).configure().run(3).judge(judgement_of_twelve())
    async with open_screen(told, (120, 40), "S", "enter", "escape") as pilot:
        phone = await meanwhile(told, lambda: Browser(server).enter())
        status, _, body = await meanwhile(told, lambda: phone.ask("GET", "/", Accept_Language="nl"))
        assert status == 200
        assert "Sockets living room" in body.decode()
        form = b"input=4&text=loose+screw"
        status, _, _ = await meanwhile(told, lambda: phone.ask("POST", "/do/note", form))
        assert status == 303
        while b"loose screw" not in body:
            _, _, body = await meanwhile(told, lambda: phone.ask("GET", "/"))
        await pilot.pause()
        assert "shared, 1 phone " in text(told.app)
    assert not server.running
    with pytest.raises(ConnectionRefusedError):
        phone.call()
