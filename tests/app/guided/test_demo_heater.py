"""The load of a demo: it leads a whole guided test to its end in the houses that a demo shows."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from smappee_tui.app.guided.demo_heater import DemoHeater
from smappee_tui.app.guided.plan import Generation, PlanStep
from smappee_tui.cli.demo import DEFAULT_FAULTS
from smappee_tui.simulator import sites
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.app.guided.operator import START, Play, house, text, verdicts


class DemoPlay(Play):
    """A person who has nothing but the demo's key, and who never says that he switched anything."""

    def __init__(self, monitor: VirtualMonitor, generation: Generation = "none") -> None:
        super().__init__(monitor, generation=generation)
        self.habits.forgets = lambda n: True
        self.switched: list[tuple[int | None, int, float]] = []
        self.heater = DemoHeater(self._plug_in)
        self.quiet = 0

    def _plug_in(self, number: int | None, phase: int, watts: float) -> None:
        self.switched.append((number, phase, watts))
        self.monitor.plug_in(number, phase, watts)

    def _switch(self, step: PlanStep, n: int, on: bool) -> None:
        self.heater.switch(self.conductor)
        self.heater_on = self.heater.at is not None

    def second(self) -> None:
        super().second()
        self.heater.follow(self.conductor)
        step = self.conductor.step
        if step is not None and step.kind == "run" and not self._todo:
            self.quiet += 1
            if self.quiet % 12 == 1:  # on and off again, until it is judged
                self.heater.switch(self.conductor)


def demo(site: str, faults: Iterable[str], *, seed: int = 1, dialect: str = "infinity") -> DemoPlay:
    monitor = sites.build(site, dialect=dialect, seed=seed, faults=faults, start=START)
    play = DemoPlay(monitor, "metered" if monitor.site.solar is not None else "none")
    for _ in range(6):  # the questions and the words on safety take a while
        super(DemoPlay, play).second()
    return play


def presses(play: DemoPlay) -> None:
    """He does press space where the screen asks whether that was his load."""
    hints = [event for event in play.conductor.log[-3:] if event.what.code == "guided.was_it_yours"]
    if hints and play.now - hints[-1].at < 3:
        play.conductor.press(play.now)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("dialect", ["infinity", "20-series"])
def test_the_house_of_the_demo_to_the_end(seed: int, dialect: str) -> None:
    play = demo("home3pv", DEFAULT_FAULTS, seed=seed, dialect=dialect)
    for _ in range(900):
        play.second()
        presses(play)
        if play.conductor.finished:
            break
    assert play.conductor.finished
    found = {n: verdict for n, verdict in verdicts(play).items() if verdict not in ("ok", "unused")}
    assert found == {7: "reversed", 8: "wrong_phase"}
    assert play.heater.at is None


def test_it_is_switched_where_and_as_large_as_asked() -> None:
    play = DemoPlay(house(("Kitchen", 1), faults=["phase:3,L3"]))
    play.run()
    assert play.conductor.finished
    assert play.switched[:2] == [(3, 0, 2000.0), (3, 0, 0.0)]
    assert {place for place in play.switched if place[0] is None} >= {(None, 0, 2000.0), (None, 0, 0.0)}
    assert verdicts(play) == {0: "ok", 1: "ok", 2: "ok", 3: "wrong_phase"}


def test_what_the_key_says() -> None:
    play = DemoPlay(house(("Kitchen", 0)))
    heater, test = play.heater, play.conductor
    assert heater.offer(test) is None
    heater.switch(test)  # no step yet: nothing to switch
    assert play.switched == []
    play.second()
    assert text(heater.offer(test)) == "in this demo: switch the heater ON, 2.0 kW at Kitchen"
    heater.switch(test)
    assert text(heater.offer(test)) == "in this demo: switch it OFF again, it is on at Kitchen"
    test.recognizer.step = None
    heater.follow(test)  # a heater stays on until it is switched off
    assert heater.at is not None
    heater.switch(test)
    assert play.switched == [(3, 0, 2000.0), (3, 0, 0.0)]


def test_an_appliance_runs_only_as_long_as_it_is_asked_to() -> None:
    play = DemoPlay(house(("Oven", 2)))
    heater, test = play.heater, play.conductor
    play.second()
    test.recognizer.step = PlanStep("run", 3, 3, "Oven", (3,))
    assert text(heater.offer(test)) == "in this demo: let Oven run, 2.2 kW"
    heater.switch(test)
    heater.follow(test)
    assert text(heater.offer(test)) == "in this demo: stop Oven"
    test.recognizer.step = None
    heater.follow(test)
    assert play.switched == [(3, 0, 2200.0), (3, 0, 0.0)]
