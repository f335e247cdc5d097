"""A find screen on loopback, without any announcement, and what it shows as text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from smappee_tui.connect.discovery.found import Found
from smappee_tui.connect.discovery.mdns import Announcements
from smappee_tui.connect.discovery.search import Search
from smappee_tui.connect.networks import OwnAddress
from smappee_tui.connect.own_broker.laptop import LaptopBroker
from smappee_tui.tui.app import SmappeeApp
from smappee_tui.tui.find.laptop import Laptop
from smappee_tui.tui.find.screen import FindScreen
from smappee_tui.tui.run import find_app
from smappee_tui.tui.widgets.lines import LineView, plain
from tests.brokers import DEADLINE

_NAMED = ("enter", "escape", "down", "up", "backspace", "tab", "ctrl+u", "space")
OWN = (OwnAddress("lo", "127.0.0.1", 8, 1),)


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here listens to announcements: those have networks of their own."""

    async def nothing(self: Announcements) -> None:
        return

    monkeypatch.setattr(Announcements, "start", nothing)


def embedded(address: str) -> LaptopBroker:
    return LaptopBroker(address, 0, kind="embedded")


def app_of(*seen: Found, portal_port: int = 9, own: tuple[OwnAddress, ...] = OWN, **wishes: Any) -> SmappeeApp[Any]:
    """The app on a search that has found these already."""

    def make(changed: Callable[[], None]) -> Search:
        search = Search(own=lambda: own, changed=changed, portal_port=portal_port, **wishes)
        for one in seen:
            search._register.note(one)
        return search

    return find_app(make, laptop=Laptop(embedded), portal_port=portal_port)


def shown(app: SmappeeApp[Any]) -> str:
    """Every line on the top screen; the search has begun."""
    if isinstance(app.first, FindScreen):
        app.first._begin()
    lines = []
    for widget in app.screen.query(LineView):
        lines += [plain(widget.line_at(number)) for number in range(widget.count())]
    lines += ["•" * len(field.value) if field.password else field.value for field in app.screen.query(Input)]
    lines += [str(option.prompt) for each in app.screen.query(OptionList) for option in each.options]
    return "\n".join(lines)


def flat(app: SmappeeApp[Any]) -> str:
    """The same on one line: where it is broken depends on the width."""
    return " ".join(shown(app).split())


async def until(pilot: Pilot[Any], condition: Callable[[], bool]) -> None:
    """Let the screen live until something holds."""
    async with asyncio.timeout(DEADLINE):
        while not condition():
            await pilot.pause(0.03)


async def begun(pilot: Pilot[Any]) -> None:
    """The search knows this machine's addresses."""
    search = pilot.app.first.search if isinstance(pilot.app.first, FindScreen) else None  # type: ignore[attr-defined]
    await until(pilot, lambda: search is None or search.own == tuple(search._own()))


async def keys(pilot: Pilot[Any], *names: str) -> None:
    """Press keys; a text of several characters is pasted. By then the search has begun."""
    await begun(pilot)
    for name in names:
        if len(name) > 1 and name not in _NAMED:
            focused = pilot.app.screen.focused
            assert focused is not None
            focused.post_message(Paste(name))
            await pilot.pause()
        else:
            await pilot.press(name)
