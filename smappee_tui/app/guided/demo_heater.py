"""The hand that a demo lacks: a load in a virtual house, switched where the guided test asks for it.

Only a demo has one. What it switches reaches the test like everything else: as a message of the monitor, over MQTT.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from smappee_tui.app.guided.instructions import load_name, place, power, spot
from smappee_tui.app.guided.plan import PlanStep
from smappee_tui.app.guided.procedure import GuidedTest
from smappee_tui.app.session import Session
from smappee_tui.app.visit.mending import Apply
from smappee_tui.protocol.fact import Fact, fact

RUNNING = 2200.0
"""What a fixed appliance takes in the demo, W."""


class Socket(Protocol):
    """Where a load is plugged in in the virtual house; see `simulator.publisher.Publisher.plug_in`."""

    def __call__(self, number: int | None, phase: int, watts: float, /) -> None:
        """Put a load of so many W on the circuit of a channel, or on a socket of a phase (0 = L1) where that is None.

        0 W takes it away.
        """


MeterSwitch = Callable[[Session], bool]
"""Puts a digital meter beside a session's monitor, or takes it away again; returns whether it is there."""


class DemoHeater:
    """One load, at one place at a time. It outlives the screen, as a real one does."""

    def __init__(self, socket: Socket, apply: Apply | None = None, meter: MeterSwitch | None = None) -> None:
        """Nothing is plugged in yet.

        Args:
            socket: where loads are plugged in.
            apply: the vendor's app, which a demo lacks as well; None: nothing can be set.
            meter: the utility's digital meter, which it lacks, too; None: there is none.
        """
        self.socket, self.apply, self.meter = socket, apply, meter
        self.at: PlanStep | None = None
        """The step for which it is on now, None while it is off."""

    def switch(self, test: GuidedTest) -> None:
        """Off where it is; if it is off, on where the test wants it now."""
        if self.at is not None:
            self._off(self.at)
        elif test.step is not None:
            self.at = test.step
            self._put(test.step, _watts(test, test.step))

    def follow(self, test: GuidedTest) -> None:
        """A fixed appliance runs for as long as it is asked to."""
        if self.at is not None and self.at.kind == "run" and (test.step is None or test.step.key != self.at.key):
            self._off(self.at)

    def offer(self, test: GuidedTest) -> Fact | None:
        """What switching would do now; None where there is nothing to switch."""
        if self.at is not None:
            if self.at.kind == "run":
                return fact("guided.demo_stop", **place(self.at))
            return fact(f"guided.demo_off.{spot(self.at)}", **place(self.at))
        step = test.step
        if step is None:
            return None
        size = power(_watts(test, step))
        if step.kind == "run":
            return fact("guided.demo_run", power=size, **place(step))
        return fact(f"guided.demo_on.{spot(step)}", load=load_name(test.answers.load), power=size, **place(step))

    def _off(self, step: PlanStep) -> None:
        self.at = None
        self._put(step, 0.0)

    def _put(self, step: PlanStep, watts: float) -> None:
        number = step.number if step.kind == "run" else step.input
        self.socket(number, step.number if number is None else 0, watts)


def _watts(test: GuidedTest, step: PlanStep) -> float:
    return RUNNING if step.kind == "run" else test.recognizer.watts
