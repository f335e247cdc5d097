"""Draw the find screen in four languages: `python -m screenshots.find`.

What it shows was found already: nothing is announced, scanned or asked for.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from screenshots.make import tidy
from smappee_tui.connect.discovery.found import Found
from smappee_tui.connect.discovery.mdns import Announcements
from smappee_tui.i18n import LANGUAGES, use
from tests.tui.find.scene import app_of

HERE = Path(__file__).parent
SEEN = (
    Found(
        "5010001234", "smappee5010001234", "", ("127.0.0.5",), ("mdns",), "answering", 1883, portal=True,
        speakers=("5010001234",),
    ),
    Found("1106000123", "smappee1106000123", "", ("127.0.0.6",), ("mdns",), "refused", portal=True),
    Found(
        addresses=("127.0.0.8",), how=("scan",), broker="answering", broker_port=1883, portal=False,
        speakers=("5010001234", "5010001235"),
    ),
    Found(addresses=("127.0.0.9",), how=("recent",), broker="answering", broker_port=1884, portal=False, login=True),
)  # fmt: skip


async def nothing(_self: Announcements) -> None:
    """Stands for listening to announcements."""


async def draw() -> str:
    app = app_of(*SEEN)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        return tidy(app.export_screenshot(title="smappee-tui"))


def main() -> None:
    Announcements.start = nothing  # type: ignore[method-assign]
    for language in LANGUAGES:
        use(language)
        path = HERE / ("find-80x24.svg" if language == "en" else f"find-80x24-{language}.svg")
        path.write_text(asyncio.run(draw()), encoding="utf-8")
        print(path.relative_to(HERE.parent))


if __name__ == "__main__":
    main()
