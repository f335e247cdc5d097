"""A scene: a session fed by hand, a clock that stands still, and what it all looks like as text."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from rich.cells import cell_len
from rich.style import Style
from textual.pilot import Pilot

from smappee_tui.app.session import Session
from smappee_tui.connect.message_source import Dropped, Phase, SourceState
from smappee_tui.diagnosis.judgement import (
    ChannelVerdict,
    Finding,
    Hypothesis,
    Judgement,
    PhaseVerdict,
    Subject,
    Verdict,
)
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.site.site import Site
from smappee_tui.tui.app import SmappeeApp
from smappee_tui.tui.run import live_app
from tests.tui.houses import START, House


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class FakeLink:
    """A link whose messages a test puts in."""

    def __init__(self, clock: Clock) -> None:
        self.queue: deque[MqttMessage | Mark] = deque()
        self.state = SourceState("connected", clock())
        self.dropped = Dropped()
        self.started = self.closed = 0
        self.topics: tuple[str, ...] = ()

    def start(self) -> None:
        self.started += 1

    def drain(self, limit: int | None = None, /) -> Sequence[MqttMessage | Mark]:
        count = len(self.queue) if limit is None else min(limit, len(self.queue))
        return [self.queue.popleft() for _ in range(count)]

    def listen(self, topics: tuple[str, ...], /) -> None:
        self.topics = topics

    def close(self) -> None:
        self.closed += 1


class ToldSession(Session):
    """A session whose judgement the test writes, so that the screens are tested and not the diagnosis."""

    told: Judgement | None = None

    def _judge(self, site: Site | None) -> None:
        """No diagnosis runs."""

    def judgement(self, fresh: bool = True) -> Judgement:
        if self.told is not None or self.site is None:
            return self.told or Judgement()
        settings = self.site.settings.items()
        return Judgement(channels={n: verdict(n, "unused" if s.unused else "inconclusive", 0.0) for n, s in settings})


_PHASES = {1: "L2", 2: "L3", 6: "L2", 7: "L3", 9: "L2"}
"""Of the twelve-channel house, where it is not L1."""


def verdict(number: int, said: Verdict, confidence: float = 0.99) -> ChannelVerdict:
    """A verdict without more than its own words."""
    return ChannelVerdict(number, said, fact(f"verdicts.{said}", phase=_PHASES.get(number, "L1")), confidence)


class Scene:
    """Everything a test needs of a screen."""

    def __init__(self, house: House | None = None, **wishes: Any) -> None:
        self.clock = Clock()
        self.link = FakeLink(self.clock)
        wanted = wishes.pop("wanted", None)
        self.session = ToldSession(self.link, wanted=wanted)
        self.house = house
        self.second = 0
        self.app = live_app(self.session, clock=self.clock, tick=0, **wishes)

    def put(self, *messages: tuple[str, bytes], retain: bool = False) -> None:
        """Let these arrive now."""
        for topic, payload in messages:
            self.link.queue.append(MqttMessage(self.clock.now, topic, payload, 0, retain))

    def configure(self, house: House | None = None) -> Scene:
        """Let the configuration arrive."""
        chosen = house or self.house
        assert chosen is not None
        self.put(chosen.config(), chosen.channels(), retain=True)
        return self

    def run(self, seconds: int, *, scale: float = 1.0, house: House | None = None) -> Scene:
        """So many seconds of measurements, up to now."""
        chosen = house or self.house
        assert chosen is not None
        for _ in range(seconds):
            self.clock.now += 1
            self.second += 1
            self.put(chosen.realtime(self.second, scale))
        self.clock.now += 0.4
        self.session.poll()
        return self

    def line(self, phase: Phase, since: float = 0.0, **more: Any) -> Scene:
        """Put the link into this phase, since so many seconds."""
        self.link.state = SourceState(phase, self.clock() - since, **more)
        return self

    def wait(self, seconds: float) -> Scene:
        """Let time pass in silence."""
        self.clock.now += seconds
        return self

    def judge(self, judgement: Judgement) -> Scene:
        """Let the diagnosis say this."""
        self.session.told = judgement
        return self


def rows(app: SmappeeApp[Any]) -> list[str]:
    """The screen as plain text, one string a row."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def text(app: SmappeeApp[Any]) -> str:
    """The same in one piece, framed so that a review sees the edges and a row that is too long."""
    width, height = app.size
    body = "\n".join(f"|{row}{' ' * (width - cell_len(row))}|" for row in rows(app))
    return f"{width}x{height}\n{body}"


def styles(app: SmappeeApp[Any]) -> list[Style]:
    """The style of every piece on the screen, as the terminal gets it."""
    return [s.style for strip in app.screen._compositor.render_strips() for s in strip if s.style is not None]


@asynccontextmanager
async def open_screen(scene: Scene, size: tuple[int, int] = (80, 24), *keys: str) -> AsyncIterator[Pilot[None]]:
    """The scene on a screen of this size, drawn, after these keys."""
    async with scene.app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        scene.app.first.tick()
        await pilot.pause()
        await press(pilot, *keys)
        yield pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and let the screen settle."""
    if keys:
        await pilot.press(*keys)
        await pilot.pause()


def six(best: tuple[int, bool], probability: float) -> tuple[Hypothesis, ...]:
    """All six hypotheses, one of them favoured."""
    rest = (1 - probability) / 5
    ways = [(phase, backwards) for phase in range(3) for backwards in (False, True)]
    made = [Hypothesis(p, b, probability if (p, b) == best else rest) for p, b in ways]
    return tuple(sorted(made, key=lambda h: -h.probability))


MOVED = fact("evidence.watts", watts=-870)
STEP = fact("evidence.step_and_voltage", phase="L2", moved=MOVED, moved_phase="L2", volts=-1.1)
RESTED = fact("evidence.rested", amps=2.6, watts=512, seconds=40, factor=0.97)
STEPS_OF_L3 = fact("evidence.in_step", seconds=50, steps=4, phase="L3")


def wired_wrong(number: int, name: str, code: str, title: Fact, advice: Fact, cost: Fact, seen: Fact) -> Finding:
    params = {"input": number, "name": name, "is": title, "advice": advice, "cost": cost}
    return Finding(code, "fault", Subject("channel", number), (seen,), 0.99, (number,), params)


def judgement_of_twelve() -> Judgement:
    """What a diagnosis might say about the twelve-channel house."""
    ok = {
        number: replace(
            verdict(number, "ok", 0.9993),
            evidence=(RESTED,),
            hypotheses=six((0, False), 0.9993),
            angle=8.0,
            angle_error=4.0,
        )
        for number in (0, 4, 5, 7)
    }
    about = {"retest": fact("advice.retest"), "safety": fact("advice.safety")}
    turn, move = fact("advice.reversed", **about), fact("advice.wrong_phase", phase="L2", there="L3", **about)
    turned, moved = fact("verdicts.reversed"), fact("verdicts.wrong_phase", there="L3", phase="L2")
    others = {
        1: replace(
            verdict(1, "inconclusive", 0.0),
            evidence=(fact("evidence.rested", amps=4.1, watts=-920, seconds=30, factor=-0.97),),
        ),
        2: verdict(2, "ok", 0.998),
        3: verdict(3, "ok", 0.985),
        6: ChannelVerdict(
            6,
            "reversed",
            turned,
            0.9987,
            evidence=(STEP, fact("evidence.against", seconds=50, steps=4, phase="L2")),
            advice=turn,
            hypotheses=six((1, True), 0.9987),
            angle=171.0,
            angle_error=6.0,
        ),
        8: replace(verdict(8, "no_current", 0.0), advice=fact("advice.wait_for_load", amps=0.2)),
        9: ChannelVerdict(
            9,
            "wrong_phase",
            moved,
            0.991,
            actual_phase=2,
            evidence=(STEPS_OF_L3,),
            advice=move,
            hypotheses=six((2, False), 0.991),
            angle=-104.0,
            angle_error=9.0,
        ),
        10: verdict(10, "no_current", 0.0),
        11: verdict(11, "unused", 1.0),
    }
    cost = fact("findings.cost_of_reversed_circuit"), fact("findings.cost_of_wrong_phase")
    return Judgement(
        supply="star",
        phases=tuple(PhaseVerdict(p, 230.0, "ok") for p in range(3)),
        channels=ok | others,
        findings=(
            wired_wrong(6, "Heat pump L2", "ct-reversed", turned, turn, cost[0], STEP),
            wired_wrong(9, "Sockets living room", "ct-wrong-phase", moved, move, cost[1], STEPS_OF_L3),
            Finding(
                "monitor-clock",
                "warning",
                Subject("monitor"),
                params={"said": fact("checks.monitor-clock.behind", seconds=42), "advice": fact("checks.clock_advice")},
            ),
        ),
    )
