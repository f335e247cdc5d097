"""A person with a heater who does what the conductor says, more or less, on a simulated house."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from smappee_tui.app.guided.plan import LOADS, Answers, Generation, PlanStep
from smappee_tui.app.guided.procedure import GuidedTest
from smappee_tui.app.guided.result import Result, result_of
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.i18n import Translator
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.simulator.house.builder import SiteBuilder
from smappee_tui.simulator.house.circuits import UNMETERED
from smappee_tui.simulator.house.generation import Inverter
from smappee_tui.simulator.house.loads import ApplianceModel, Draw, Duty, Element
from smappee_tui.simulator.house.supply import SupplyModel
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.site.locations import Locations
from smappee_tui.site.site import Site

START = 1_760_000_040.0


def house(
    *circuits: tuple[str, int],
    faults: Iterable[str] = (),
    kind: str = "star",
    dialect: str = "infinity",
    solar: float | None = None,
    seed: int = 1,
    extra: Iterable[tuple[str, int, Element]] = (),
) -> VirtualMonitor:
    """A board with a CT on each phase and on each circuit named, and a little standby on every phase."""
    model = SupplyModel(kind=kind, r_phase=0.12, r_neutral=0.08)  # type: ignore[arg-type]
    b = SiteBuilder("guided", dialect, f"guided/{seed}", model)  # type: ignore[arg-type]
    b.mains()
    if solar is not None:
        b.solar = solar
        b.metered("Solar", b.ports, Inverter(9000.0, solar, b.ports, f"{b.seed}/solar"), role="PRODUCTION")
    more = list(extra)
    for name, port in circuits:
        b.metered(name, (port,), *(load for where, _, load in more if where == name))
    quiet = [b.load(ApplianceModel("standby", Draw(35.0, -45.0, 0.8)), (port,)) for port in b.ports]
    b.circuit(UNMETERED, b.ports, *quiet, *(load for where, _, load in more if where == UNMETERED))
    site = b.build()
    for ct in site.cts:
        ct.flag = ct.mounted_reversed = False
    return VirtualMonitor(site, START, faults=faults)


def another(watts: float, port: int, *windows: tuple[float, float]) -> Element:
    """Somebody else's load at fixed times, s since the start."""
    from smappee_tui.simulator.house.loads import ConnectedLoad

    appliance = ApplianceModel("other", Draw(watts), constant_power=False, flicker=0.0)
    return ConnectedLoad(appliance, (port,), f"other{port}{windows}", Duty(windows=windows), on=False)


@dataclass
class Habits:
    """How the person behaves. Each takes the number of the switching, from 0."""

    reaction: float = 2.0
    """Seconds between the instruction and the switch, at least; up to 3 s more by chance."""
    late: float = 3.0
    """Most seconds between the switch and the key."""
    forgets: Callable[[int], bool] = lambda n: False
    doubles: Callable[[int], bool] = lambda n: False
    place: Callable[[PlanStep, int], tuple[str, int] | None] = lambda step, n: None
    """Where he really plugs in; None: where he was told."""
    watts: Callable[[int], float] = lambda n: 1980.0
    lies: Callable[[int], bool] = lambda n: False
    """Presses the key and switches nothing, until he is asked again."""
    opens_after: Callable[[int], float | None] = lambda n: None
    """Seconds after which the thermostat opens."""


class Play:
    """Runs a whole test, second by second."""

    def __init__(
        self, monitor: VirtualMonitor, habits: Habits | None = None, generation: Generation = "none", seed: int = 7
    ) -> None:
        self.monitor, self.habits = monitor, habits or Habits()
        self.rng = random.Random(seed)
        self.locations = Locations()
        self.judge = Judge(generation)
        self.marks: list[Mark] = []
        self.kept: list[MqttMessage | Mark] = []
        self.now = monitor.time
        self.conductor = GuidedTest(Answers(generation, LOADS[0]), self._tell, self.now)
        self.count = 0
        self.heater_on = False
        self.last_edge = 0.0
        self.line = True
        self._todo: list[tuple[float, Callable[[], None]]] = []
        self._told = ""
        self._lied = False
        self._where = (UNMETERED, 0)

    def _tell(self, mark: Mark) -> None:
        self.marks.append(mark)
        self.kept.append(mark)
        self.judge.mark(mark)

    @property
    def site(self) -> Site:
        found = self.locations.find(None)
        assert found is not None
        return found

    def second(self) -> None:
        """One second of life."""
        self.now += 1.0
        arrivals = self.monitor.tick(self.now)
        if self.line:
            self._deliver(arrivals)
        looked = self.now + 0.3
        for at, act in sorted(self._todo, key=lambda one: one[0]):
            if at <= looked:
                act()
        self._todo = [one for one in self._todo if one[0] > looked]
        events = self.conductor.process(looked, self.site, self.judge, self.line)
        if any(e.what.code == "guided.was_it_yours" for e in events) and self.now - self.last_edge < 5:
            self._todo.append((looked + 2.0, lambda: self.conductor.press(self.now)))  # he reads what the screen asks
        self._react()

    def _deliver(self, arrivals: list[MqttMessage]) -> None:
        for arrival in arrivals:
            self.kept.append(arrival)
            site, sampled = self.locations.receive(arrival)
            if site is not None:
                self.judge.observe(site, sampled)

    def run(self, seconds: int = 400) -> Result:
        """Until the test is over, or so long."""
        begun = self.now
        while self.now < begun + seconds and not self.conductor.finished:
            self.second()
        self.length = self.now - begun
        return self.result()

    def result(self) -> Result:
        return result_of(self.conductor, self.site)

    def _react(self) -> None:
        told = self.conductor.instruction()
        step = self.conductor.step
        heard = sum(1 for event in self.conductor.log if event.kind in ("judged", "repeat", "resumed"))
        key = f"{told.word}/{text(told.text)}/{heard}"
        if self._todo or step is None or key == self._told or told.word not in ("on", "off"):
            return
        self._told = key
        habits, n = self.habits, self.count
        on = told.word == "on"
        at = self.now + habits.reaction + self.rng.uniform(0.0, 3.0)
        lies = habits.lies(n) and not self._lied
        self._lied = lies
        if on != self.heater_on and not lies:
            self.count += 1
            self._todo.append((at, lambda: self._switch(step, n, on)))
        if not habits.forgets(n):
            said = at + self.rng.uniform(0.0, habits.late)
            self._todo.append((said, lambda: self.conductor.press(self.now)))
            if habits.doubles(n):
                self._todo.append((said + 0.5, lambda: self.conductor.press(self.now)))

    def _switch(self, step: PlanStep, n: int, on: bool) -> None:
        if on:
            self._where = self.habits.place(step, n) or self._place(step)
        self.heater_on = on
        self.last_edge = self.now
        self.monitor.switch_heater(*self._where, self.habits.watts(n) if on else 0.0)
        after = self.habits.opens_after(n) if on else None
        if after is not None:
            self._todo.append((self.now + after, self._opens))

    def _opens(self) -> None:
        self.heater_on = False
        self.monitor.switch_heater(*self._where, 0.0)

    def _place(self, step: PlanStep) -> tuple[str, int]:
        if step.input is None:
            return UNMETERED, step.number
        ct = self.monitor.site.ct(step.input)
        assert ct.circuit is not None
        return ct.circuit, self.monitor.site.house.circuits[ct.circuit].ports[0]


text = Translator("en").fact


def verdicts(play: Play) -> dict[int, str]:
    """Verdict by input."""
    return {n: v.verdict for n, v in play.judge.judgement().channels.items()}
