"""Draws the circuit tracer: two breakers found and named, a third one just switched.

python -m screenshots.tracer
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from screenshots.make import tidy
from smappee_tui.i18n import LANGUAGES, use
from tests.tui.scene import press
from tests.tui.tracer.stage import Stage, on_stage

HERE = Path(__file__).parent


async def draw(size: tuple[int, int]) -> str:
    """One picture as SVG."""
    stage = Stage()
    for circuit in ("Water heater", "Dryer"):
        stage.board.breakers[circuit].plug(1400.0)
    async with on_stage(stage, size) as pilot:
        for circuit, name in (("Water heater", "F12 boiler"), ("Sockets 2", "F13 garage"), ("Dryer", "")):
            await press(pilot, "space")
            stage.seconds(2)
            stage.flip(circuit)
            if name:
                stage.flip(circuit)
                await press(pilot, "enter", "ctrl+u", *name, "enter")
        await pilot.pause()
        return tidy(stage.app.export_screenshot(title="smappee-tui"))


def main() -> None:
    for language in LANGUAGES:
        use(language)
        path = HERE / ("tracer-80x24.svg" if language == "en" else f"tracer-80x24-{language}.svg")
        path.write_text(asyncio.run(draw((80, 24))), encoding="utf-8")
        print(path.relative_to(HERE.parent))


if __name__ == "__main__":
    main()
