"""The cloud screens on a screen, as text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot

from smappee_tui.app.cloud_session import CloudAccess
from smappee_tui.tui.app import SmappeeApp
from smappee_tui.tui.cloud.frame import CloudFrame
from smappee_tui.tui.run import cloud_app
from tests.brokers import DEADLINE
from tests.tui.cloud.fake import Clock, FakeCloud


def app_on(cloud: FakeCloud, clock: Clock | None = None, **wishes: Any) -> SmappeeApp[Any]:
    return cloud_app(CloudAccess(lambda: cloud, **wishes), clock=clock or Clock())


@asynccontextmanager
async def shown(app: App[Any], size: tuple[int, int] = (80, 24), *keys: str) -> AsyncIterator[Pilot[Any]]:
    """The app, settled, after these keys."""
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        for key in keys:
            await press(pilot, key)
        yield pilot


async def settle(pilot: Pilot[Any]) -> None:
    """Until nothing is being read."""
    await until(pilot, lambda: not any(worker.is_running for worker in pilot.app.workers))
    await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one after the other, then let the screen settle."""
    await pilot.press(*keys)
    await settle(pilot)


async def until(pilot: Pilot[Any], condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE):
        while not condition():
            await pilot.pause(0.01)


def redraw(app: App[Any]) -> None:
    assert isinstance(app.screen, CloudFrame)
    app.screen.draw()


def text(app: App[Any]) -> str:
    """The screen as plain text, framed."""
    width, height = app.size
    rows = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
    return f"{width}x{height}\n" + "\n".join(f"|{row}{' ' * (width - cell_len(row))}|" for row in rows)


def flat(app: App[Any]) -> str:
    """The same on one line: where it is broken depends on the width."""
    return " ".join(text(app).replace("|", " ").split())
