"""Writes guided-test.txt: a whole guided test as text frames, an 80x24 terminal, one frame an event.

python -m screenshots.guided
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.tui.guided.stage import BEGIN, Stage, on_stage
from tests.tui.scene import press, text

TARGET = Path(__file__).parent / "guided-test.txt"


async def play() -> list[str]:
    """Kitchen's clamp is reversed; the installer tests, turns it round, and tests it again."""
    stage, frames = Stage(), []

    def frame(what: str) -> None:
        at = stage.clock.now - stage.monitor.start_time
        frames.append(f"--- {at:5.1f} s  {what}\n{text(stage.app)}")

    async with on_stage(stage, (80, 24), "T") as pilot:
        frame("what cannot be measured is asked")
        for key in BEGIN[1:]:
            await press(pilot, key)
        stage.seconds(1)
        await pilot.pause()
        frame("the first step")
        for circuit, port in (("Kitchen", 0), ("Laundry", 1), ("unmetered", 2), ("Kitchen", 0)):
            for watts, word in ((1980.0, "on"), (0.0, "off")):
                stage.switch(circuit, port, watts)
                stage.seconds(1)
                await pilot.pause()
                frame(f"{circuit} {word}: seen at once")
                await press(pilot, "space")
                stage.seconds(6)
                await pilot.pause()
                frame(f"{circuit} {word}: judged")
            if stage.screen.page == "result" and stage.monitor.faults:
                await press(pilot, "down", "down", "down")
                frame("the result, and what to do")
                stage.monitor.mend("reversed:3")
                await press(pilot, "m")
                stage.seconds(1)
                await pilot.pause()
                frame("the clamp was turned round: asked again")
        await press(pilot, "E", "E")
        frame("passed, with before and after")
    return frames


if __name__ == "__main__":
    TARGET.write_text("\n\n".join(asyncio.run(play())) + "\n", encoding="utf-8")
