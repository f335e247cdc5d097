"""A hand at the cabinet: a person who sees nothing but the stage, switches a heater of a virtual house and presses."""

from __future__ import annotations

from dataclasses import dataclass, field

from smappee_tui.app.guided.plan import LOADS, Answers
from smappee_tui.app.guided.progress import GuidedProgress
from smappee_tui.app.phone.actions import AcceptSafety, Action, BeginTest, Switched
from smappee_tui.app.phone.carry_out import Reach, carry_out
from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.app.phone.share import ShareAddress, SharedDevice
from smappee_tui.app.phone.stage import Stage, stage_of
from smappee_tui.app.session import Session
from smappee_tui.app.visit.job_visit import JobVisit
from smappee_tui.app.visit.memory import ReportMemory
from smappee_tui.app.visit.mending import Mending
from smappee_tui.protocol.fact import Fact
from smappee_tui.simulator.house.circuits import UNMETERED
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.app.guided.operator import house
from tests.tui.scene import Clock, FakeLink

BEGIN = BeginTest(Answers("none", LOADS[0]))


class OpenDesk:
    """A share that runs and has one phone, without a server."""

    def __init__(self) -> None:
        self.desk = PhoneDesk()
        self.desk.wanted = self.running = True
        self.lost, self.failed = False, ""
        self.link, self.devices = "http://192.0.2.1/x", list[SharedDevice]()
        self.refused: dict[str, int] = {}

    def addresses(self) -> list[ShareAddress]:
        return []

    def start(self, address: str) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def revoke(self, device: str) -> None:
        pass

    def see(self) -> Stage:
        """The newest stage."""
        stage = self.desk.shown[1]
        assert stage is not None
        return stage


@dataclass
class Heater:
    """What he holds in his hand."""

    monitor: VirtualMonitor
    where: tuple[str, int] = (UNMETERED, 0)
    on: bool = False

    def obey(self, stage: Stage) -> bool:
        """Switch as the giant word says; whether that was something else than before."""
        told = stage.guided.instruction
        if told is None or told.word not in ("on", "off") or (told.word == "on") == self.on:
            return False
        if told.word == "on":
            step = stage.guided.plan[0]
            circuit = self.monitor.site.ct(step.input).circuit if step.input is not None else None
            ports = self.monitor.site.house.circuits[circuit].ports if circuit else (step.number,)
            self.where = circuit or UNMETERED, ports[0]
        self.on = told.word == "on"
        self.monitor.switch_heater(*self.where, 1980.0 if self.on else 0.0)
        return True


@dataclass
class Cabinet:
    """A session without any screen."""

    monitor: VirtualMonitor = field(
        default_factory=lambda: house(("Kitchen", 0), ("Laundry", 1), faults=["reversed:3"])
    )
    job: JobVisit | None = None

    def __post_init__(self) -> None:
        self.clock = Clock(self.monitor.time)
        self.link = FakeLink(self.clock)
        self.session = Session(self.link, generation="none", keep=self.job)
        self.memory, self.mending = ReportMemory(self.job), Mending(self.job)
        self.guide = GuidedProgress()
        self.heater = Heater(self.monitor)

    def seconds(self, count: int) -> None:
        for _ in range(count):
            self.clock.now += 1.0
            self.link.queue.extend(self.monitor.tick(self.clock.now - 0.3))
            self.session.poll()
            if self.job is not None:
                self.job.look(self.session)
            self.guide.follow(self.session, self.clock.now)
            self.memory.listen(self.session)
            self.mending.look(self.session.snapshot())

    def do(self, action: Action) -> Fact | None:
        """Ask it, have it done."""
        reach = Reach(self.session, lambda: self.guide, self.memory, self.mending, None, self.clock.now)
        return carry_out(action, reach)

    def stage(self) -> Stage:
        uuid = self.session.site.uuid if self.session.site is not None else ""
        return stage_of(
            self.session,
            self.clock.now,
            mode="live",
            step=None,
            guide=self.guide,
            tracer=self.memory.tracer(uuid),
            board=self.mending.board(uuid),
            notes=self.memory.notes(uuid),
        )

    def test(self, most: int = 300) -> None:
        """A whole guided test by what the stage says."""
        self.do(BEGIN)
        self.do(AcceptSafety())
        for _ in range(most):
            if self.stage().guided.finished:
                return
            if self.heater.obey(self.stage()):
                self.seconds(1)
                self.do(Switched(self.clock.now))
            self.seconds(1)
        raise AssertionError(self.stage().guided)
