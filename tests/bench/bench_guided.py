"""From an edge to the screen's word: `python -m tests.bench.bench_guided [EDGES]`. Wall time, over real MQTT.

A virtual board speaks to the embedded broker at its own pace, the app with its real timers listens, and a heater is
switched by hand. Measured from the arrival of the first message that shows the edge, by the link's thread:

- seen: until "SEEN" is drawn;
- moved: until the screen says which clamps moved;
- word: until the next instruction is drawn, that is the judge's answer.

The judge wants three further seconds of data after the edge, so "word" cannot be under 3 s.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field

from smappee_tui.app.session import Session
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.simulator.monitor.publisher import Publisher
from smappee_tui.tui.guided.screen import GuideScreen
from smappee_tui.tui.run import live_app
from tests.app.guided.operator import house

EDGES = 12
WATTS = 1980.0
SIZE = (80, 24)


@dataclass
class Edge:
    """One switching, times in s since 1970."""

    on: bool
    arrived: float | None = None
    drawn: dict[str, float] = field(default_factory=dict)


class Watch:
    """Notes when what arrived and when what was drawn."""

    def __init__(self) -> None:
        self.edge: Edge | None = None

    def keep(self, item: MqttMessage | Mark) -> None:
        edge = self.edge
        if edge is None or edge.arrived is not None or not isinstance(item, MqttMessage):
            return
        if item.topic.endswith("realtime"):
            kitchen = json.loads(item.payload)["channelPowers"][3]["power"]
            if (kitchen > 1000) == edge.on:
                edge.arrived = item.at

    def drawn(self, screen: GuideScreen) -> None:
        edge, test = self.edge, screen.guide.test
        if edge is None or edge.arrived is None or test is None:
            return
        told, now = test.instruction(), time.time()
        if told.word == "seen":
            edge.drawn.setdefault("seen", now)
            if told.text.params.get("moves"):
                edge.drawn.setdefault("moved", now)
        elif "seen" in edge.drawn:
            edge.drawn.setdefault("word", now)


async def measure(edges: int) -> list[Edge]:
    """Switch so often, and note when the screen said what."""
    watch, done = Watch(), []
    monitor = house(("Kitchen", 0))
    with EmbeddedBroker(anonymous=True) as broker, Publisher(monitor, broker.address) as publisher:
        app = live_app(Session(MqttSource(broker.address), generation="none", keep=watch.keep))
        async with app.run_test(size=SIZE) as pilot:
            while app.first.picture is None or not app.first.rows or app.first.picture.judgement.supply == "unknown":
                await pilot.pause(0.1)
            await pilot.press("T", "enter", "enter")
            await pilot.pause(3.0)
            for number in range(edges):
                on = number % 2 == 0
                await pilot.press("escape")
                await pilot.pause(random.random())  # the timers of the next screen begin at any moment of the second
                await pilot.press("T")
                guide = app.screen
                assert isinstance(guide, GuideScreen)
                _spied(guide, watch)
                test, judge = guide.guide.test, app.first.session.judge
                if on and test is not None and judge is not None:
                    test.moved(3, judge, time.time())  # so that the Kitchen is asked for again
                await pilot.pause(1.0 + random.random())
                watch.edge = Edge(on)
                publisher.switch_heater("Kitchen", 0, WATTS if on else 0.0)
                for _ in range(90):
                    await pilot.pause(0.1)
                    if "word" in watch.edge.drawn:
                        break
                done.append(watch.edge)
    return done


def _spied(guide: GuideScreen, watch: Watch) -> None:
    show = guide.draw

    def draw() -> None:
        show()
        watch.drawn(guide)

    guide.draw = draw  # type: ignore[method-assign]


def main() -> None:
    """Print least, mean and most of each."""
    edges = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else EDGES))
    for word in ("seen", "moved", "word"):
        took = [e.drawn[word] - e.arrived for e in edges if e.arrived is not None and word in e.drawn]
        if took:
            mean = sum(took) / len(took)
            print(
                f"{word:6} {len(took):3} edges   least {min(took):.3f} s   mean {mean:.3f} s   most {max(took):.3f} s"
            )
        else:
            print(f"{word:6} never")


if __name__ == "__main__":
    main()
