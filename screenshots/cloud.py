"""Draw the pictures of the cloud screens: `python -m screenshots.cloud`.

The made-up cloud of `smappee-tui demo --cloud` is asked over real HTTP; clock and seed stand still, so the same code
gives the same pictures.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from screenshots.make import HERE, tidy
from smappee_tui.app.cloud_session import CloudAccess
from smappee_tui.connect.cloud_api.client import CloudClient
from smappee_tui.connect.cloud_api.credentials import Credentials
from smappee_tui.simulator.cloud.accounts import DEMO_ACCOUNT, demo_accounts
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.tui.run import cloud_app
from smappee_tui.tui.widgets.styles import DARK, LIGHT

NOW = datetime(2026, 6, 16, 15, 40, tzinfo=UTC).timestamp()
FAMILY = ("p", "e", "e", "enter")
PICTURES: dict[str, tuple[str, tuple[str, ...]]] = {
    "cloud-places": (DARK, ()),
    "cloud-configuration": (DARK, FAMILY),
    "cloud-consumption": (DARK, (*FAMILY, "2", "left", "down", "down", "down")),
    "cloud-consumption-light": (LIGHT, (*FAMILY, "2", "left")),
    "cloud-actuators": (DARK, (*FAMILY, "3")),
    "cloud-wiring": (DARK, (*FAMILY, "4")),
    "cloud-wiring-light": (LIGHT, (*FAMILY, "4", "down", "down")),
    "cloud-switch": (DARK, (*FAMILY, "3", "enter", "down", "down")),
}
SIZES = ((80, 24), (120, 40))


async def draw(cloud: VirtualCloud, size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> str:
    """One picture as SVG."""
    who = DEMO_ACCOUNT
    credentials = Credentials(who.client_id, who.client_secret, who.username, who.password)
    door = CloudAccess(
        lambda: CloudClient(credentials, base_url=cloud.base_url, clock=lambda: NOW, pace=0.0), mode="demo"
    )
    app = cloud_app(door, theme=theme, clock=lambda: NOW)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        return tidy(app.export_screenshot(title="smappee-tui"))


async def settle(pilot: Pilot[Any]) -> None:
    """Until nothing is being read."""
    await pilot.pause()
    while any(worker.is_running for worker in pilot.app.workers):
        await pilot.pause(0.01)
    await pilot.pause()


def main() -> None:
    with VirtualCloud(demo_accounts(now=NOW, days=3), clock=lambda: NOW) as cloud:
        for name, (theme, keys) in PICTURES.items():
            for width, height in SIZES:
                path = Path(HERE) / f"{name}-{width}x{height}.svg"
                path.write_text(asyncio.run(draw(cloud, (width, height), theme, keys)), encoding="utf-8")
                print(path.relative_to(HERE.parent))


if __name__ == "__main__":
    main()
