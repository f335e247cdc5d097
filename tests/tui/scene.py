"""A scene: a session fed by hand, a clock that stands still, and what it all looks like as text."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from rich.cells import cell_len
from rich.style import Style
from textual.pilot import Pilot

from smappee_tui.app.session import Session
from smappee_tui.connect.message_source import Phase, SourceState
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Hypothesis, Judgement, PhaseVerdict, Subject
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
        self.dropped = 0
        self.started = self.closed = 0

    def start(self) -> None:
        self.started += 1

    def drain(self, limit: int | None = None, /) -> Sequence[MqttMessage | Mark]:
        count = len(self.queue) if limit is None else min(limit, len(self.queue))
        return [self.queue.popleft() for _ in range(count)]

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
        return Judgement(
            channels={n: ChannelVerdict(n, "unused" if s.unused else "inconclusive", "", 0.0) for n, s in settings}
        )


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


def judgement_of_twelve() -> Judgement:
    """What a diagnosis might say about the twelve-channel house."""
    ok = {
        number: ChannelVerdict(
            number,
            "ok",
            "",
            0.9993,
            evidence=("power and current agree with L1 the right way round",),
            hypotheses=six((0, False), 0.9993),
            angle=8.0,
            angle_error=4.0,
        )
        for number in (0, 4, 5, 7)
    }
    others = {
        1: ChannelVerdict(1, "inconclusive", "export or reversed?", 0.0, evidence=("-920 W while the sun may shine",)),
        2: ChannelVerdict(2, "ok", "", 0.998),
        3: ChannelVerdict(3, "ok", "", 0.985),
        6: ChannelVerdict(
            6,
            "reversed",
            "reversed",
            0.9987,
            evidence=(
                "a 0.9 kW step moved L2 by -1.1 V while this clamp read -870 W",
                "the two other clamps of this load read +890 W and +885 W",
            ),
            advice="Turn the clamp on L2 of Heat pump round, or set this input to reversed in the configuration.",
            hypotheses=six((1, True), 0.9987),
            angle=171.0,
            angle_error=6.0,
        ),
        8: ChannelVerdict(8, "no_current", "needs 1 kW", 0.0, advice="Switch on 1 kW or more on this circuit."),
        9: ChannelVerdict(
            9,
            "wrong_phase",
            "on L3, not L2",
            0.991,
            actual_phase=2,
            evidence=("its steps move the voltage of L3",),
            advice="Set input 9 to L3 in the configuration, or move the clamp to L2.",
            hypotheses=six((2, False), 0.991),
            angle=-104.0,
            angle_error=9.0,
        ),
        10: ChannelVerdict(10, "no_current", "", 0.0),
        11: ChannelVerdict(11, "unused", "", 1.0),
    }
    return Judgement(
        supply="star",
        phases=tuple(PhaseVerdict(p, 230.0, "ok") for p in range(3)),
        channels=ok | others,
        findings=(
            Finding(
                "ct-reversed",
                "fault",
                Subject("channel", 6),
                "Heat pump L2 is the wrong way round",
                "Set input 6 to reversed in the configuration; then no clamp has to be touched.",
                "About 20 kWh a day would be counted as export.",
                ("a 0.9 kW step moved L2 by -1.1 V while this clamp read -870 W",),
                0.9987,
                (6,),
            ),
            Finding(
                "wrong-phase",
                "fault",
                Subject("channel", 9),
                "Sockets living room is on L3, configured on L2",
                "Set input 9 to L3 in the configuration.",
                "Its energy is computed with another phase's voltage: up to half of it is lost.",
                ("its steps move the voltage of L3",),
                0.991,
                (9,),
            ),
            Finding("clock", "warning", Subject("monitor"), "The monitor's clock is 42 s behind this laptop's"),
        ),
    )
