"""Draw the pictures of the README: `python -m screenshots.make`.

The demo house runs in this process, at full speed and with a seed, so the same code gives the same pictures.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from smappee_tui.app.session import Session
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.i18n import LANGUAGES, use
from smappee_tui.protocol.meter import message_of
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.simulator.meter.utility_meter import UtilityMeter
from smappee_tui.simulator.sites import build
from smappee_tui.tui.run import live_app
from smappee_tui.tui.widgets.styles import DARK, LIGHT

HERE = Path(__file__).parent
SECONDS = 1500
"""How long the house runs before the picture: long enough for the diagnosis to be sure of something."""
FAULTS = ("reversed:7", "phase:8,L2")
PICTURES: dict[str, tuple[tuple[int, int], str, tuple[str, ...]]] = {
    "live-60x20": ((60, 20), DARK, ()),
    "live-80x24": ((80, 24), DARK, ()),
    "live-200x50": ((200, 50), DARK, ()),
    "live-120x40": ((120, 40), DARK, ()),
    "live-light-120x40": ((120, 40), LIGHT, ()),
    "detail-80x24": ((80, 24), DARK, ("enter",)),
    "detail-120x40": ((120, 40), DARK, ("enter",)),
    "balance-120x40": ((120, 40), DARK, ("v", "z")),
    "help-80x24": ((80, 24), DARK, ("question_mark",)),
    "findings-80x24": ((80, 24), DARK, ("F",)),
    "corrections-120x40": ((120, 40), DARK, ("c",)),
    "proposal-80x24": ((80, 24), DARK, ("equals_sign",)),
    "proposal-120x40": ((120, 40), DARK, ("equals_sign",)),
    "limits-120x40": ((120, 40), DARK, ("H",)),
}
TRANSLATED: dict[str, tuple[str, ...]] = {
    "live-80x24": (),
    "detail-80x24": ("enter",),
    "guided-80x24": ("T", "enter", "enter", "enter"),
    "corrections-80x24": ("c",),
    "limits-80x24": ("H",),
    "plan-80x24": ("f3",),
}
"""Drawn in the other languages too, where a longer word might not fit."""


class House:
    """The demo house as a link."""

    def __init__(self) -> None:
        self.monitor = build("home3pv", faults=FAULTS, seed=1)
        self.dropped = Dropped()
        self.state = SourceState("connected", self.monitor.time)

    def start(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def drain(self, limit: int | None = None, /) -> Sequence[MqttMessage]:
        """Everything up to now, once."""
        return self.monitor.tick(self.monitor.start_time + SECONDS)


class MeteredHouse(House):
    """The same house with the digital meter beside it, for two minutes."""

    def drain(self, limit: int | None = None, /) -> Sequence[MqttMessage]:
        """Everything of two minutes, once."""
        meter = UtilityMeter("star", "picture")
        items: list[MqttMessage] = []
        for second in range(1, 121):
            items += self.monitor.tick(self.monitor.start_time + second)
            reading = meter.read(self.monitor.site.house.state, self.monitor.start_time)
            items += [message_of(reading)] if reading is not None else []
        return items


async def draw(session: Session, now: float, size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> str:
    """One picture as SVG."""
    app = live_app(session, clock=lambda: now, tick=0, mode="demo", theme=theme)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.first.tick()  # type: ignore[attr-defined]  # what rests until the first picture has woken
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        return tidy(app.export_screenshot(title="smappee-tui"))


def tidy(svg: str) -> str:
    """Make it the same every time, and place texts by coordinates: some viewers drop spaces at the start of one."""
    svg = re.sub(r"terminal-\d+", "terminal", svg)

    def placed(match: re.Match[str]) -> str:
        before, x, between, length, after, blanks = match.groups()
        shift = 12.2 * blanks.count("&#160;")
        return f'<text{before}x="{float(x) + shift:g}"{between}textLength="{max(0.0, float(length) - shift):g}"{after}>'

    return re.sub(r'<text([^>]*?)x="([\d.]+)"([^>]*?)textLength="([\d.]+)"([^>]*)>((?:&#160;)*)(?=[^<])', placed, svg)


def watched(house: House) -> tuple[Session, float]:
    """A session that has seen it, and the moment of the picture."""
    session = Session(house)
    session.poll()
    return session, (session.snapshot().view.at or 0.0) + 0.4  # type: ignore[union-attr]


def main() -> None:
    session, now = watched(MeteredHouse())
    path = HERE / "meter-120x40.svg"
    path.write_text(asyncio.run(draw(session, now, (120, 40), DARK, ())), encoding="utf-8")
    print(path.relative_to(HERE.parent))
    session, now = watched(House())
    for name, (size, theme, keys) in PICTURES.items():
        path = HERE / f"{name}.svg"
        path.write_text(asyncio.run(draw(session, now, size, theme, keys)), encoding="utf-8")
        print(path.relative_to(HERE.parent))
    for language in LANGUAGES:
        use(language)
        for name, keys in TRANSLATED.items():
            path = HERE / (f"{name}.svg" if language == "en" else f"{name}-{language}.svg")
            path.write_text(asyncio.run(draw(session, now, (80, 24), DARK, keys)), encoding="utf-8")
            print(path.relative_to(HERE.parent))


if __name__ == "__main__":
    main()
