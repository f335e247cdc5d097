"""Plays a scenario second by second into a judge, and compares what it says with what the file expects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import FAULTS, Judgement
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.site.locations import Locations
from tests.scenarios.expect import WIRING, compare
from tests.scenarios.house import monitor_of
from tests.scenarios.spec import Check, Scenario
from tests.scenarios.wire import Wire

Through: TypeAlias = Callable[[MqttMessage], MqttMessage]
LOOK_EVERY = 10
"""Seconds between two looks at what must never be said."""


@dataclass
class Watched:
    """One monitor, with a site and a judge of its own."""

    monitor: VirtualMonitor
    wire: Wire
    judge: Judge
    marks: list[Mark] = field(default_factory=list)

    def second(self, locations: Locations, until: float) -> Iterator[MqttMessage | Mark]:
        """Messages and marks up to a moment, in order."""
        items: list[MqttMessage | Mark] = [*self.wire.second(until)]
        items += [mark for mark in self.marks if mark.at <= until]
        self.marks = [mark for mark in self.marks if mark.at > until]
        yield from sorted(items, key=lambda item: item.at)


def play(scenario: Scenario, seed: int) -> list[str]:
    """Run one scenario and return everything that was said against it; empty when all is well."""
    houses = [_watched(scenario, seed, None)]
    if scenario.neighbour is not None:
        houses.append(_watched(scenario, seed + 1000, scenario.neighbour))
    locations = Locations()
    judge_of = {house.monitor.site.identity.uuid: house.judge for house in houses}
    first = houses[0]
    begin = first.monitor.time
    wrong: dict[str, int] = {}
    touched = False
    for second in range(1, scenario.seconds + 1):
        for event in scenario.events:
            if second - 1 <= event.at < second:
                touched = True
                first.wire.happen(event)
        for house in houses:
            for item in house.second(locations, begin + second):
                _deliver(item, house, locations, judge_of)
        last = second == scenario.seconds
        if second % LOOK_EVERY == 0 or last:
            said = first.judge.judgement()
            _note(wrong, second, compare(Check(second, must_not=scenario.must_not), said))
            if not touched or last:
                _note(wrong, second, _common_sense(scenario, first, said))
        for check in scenario.check:
            if check.at == second:
                _note(wrong, second, compare(check, first.judge.judgement()))
    end = Check(scenario.seconds, must=scenario.must)
    _note(wrong, scenario.seconds, compare(end, first.judge.judgement()))
    return [f"from {second} s: {text}" for text, second in wrong.items()]


def judged(scenario: Scenario, seed: int, through: Through = lambda item: item) -> Judgement:
    """What is said at the end of a scenario, without comparing it with anything.

    Args:
        scenario: what happens.
        seed: of its chances.
        through: what becomes of each message before it arrives.
    """
    house, locations = _watched(scenario, seed, None), Locations()
    begin = house.monitor.time
    for second in range(1, scenario.seconds + 1):
        for item in house.second(locations, begin + second):
            if isinstance(item, Mark):
                house.judge.mark(item)
                continue
            site, sampled = locations.receive(through(item))
            if site is not None:
                house.judge.observe(site, sampled)
    return house.judge.judgement()


def _watched(scenario: Scenario, seed: int, faults: tuple[str, ...] | None) -> Watched:
    monitor = monitor_of(scenario, seed, faults)
    marks = monitor.plan.marks(monitor.start_time) if monitor.plan is not None else []
    return Watched(
        monitor,
        Wire(monitor, scenario.phase_type),
        Judge(scenario.generation),  # type: ignore[arg-type]
        [mark for mark in marks if mark.watts > 0],
    )


def _deliver(item: MqttMessage | Mark, house: Watched, locations: Locations, judge_of: dict[str, Judge]) -> None:
    if isinstance(item, Mark):
        house.judge.mark(item)
        return
    site, sampled = locations.receive(item)
    if site is not None:
        judge_of[site.uuid].observe(site, sampled)


def _common_sense(scenario: Scenario, house: Watched, said: Judgement) -> list[str]:
    """What holds in every scenario: no healthy CT is accused, no wrongly placed one passes."""
    wrong = []
    for number, verdict in said.channels.items():
        if number in scenario.free:
            continue
        state, _ = house.monitor.state_of(number)
        if state == "ok" and verdict.verdict in FAULTS:
            wrong.append(f"false alarm: input {number} is healthy, said {verdict.verdict} ({verdict.title})")
        if state in WIRING and verdict.verdict == "ok":
            wrong.append(f"passed: input {number} is {state}, said ok")
    return wrong


def _note(wrong: dict[str, int], second: int, texts: list[str]) -> None:
    """Keep when something wrong was said for the first time."""
    for text in texts:
        wrong.setdefault(text, second)
