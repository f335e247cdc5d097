"""The virtual monitor: a site in, the messages of a real monitor out, second by second and without a clock."""

from __future__ import annotations

import dataclasses
import heapq
import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.names import rated_amps
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.simulator.house.circuits import UNMETERED
from smappee_tui.simulator.house.fault_effects import wire as wire_up
from smappee_tui.simulator.house.faults import Fault, FaultError, parse, parse_all
from smappee_tui.simulator.house.guided_plan import GuidedPlan, place_of
from smappee_tui.simulator.house.meter import Connection, MeterSample, Role, VirtualMeter, Wiring
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.house.truth import TruthTally, label
from smappee_tui.simulator.monitor import wire
from smappee_tui.simulator.monitor.home_control import Automation, PlugBoard, boundary
from smappee_tui.simulator.monitor.infinity import WireInfinity
from smappee_tui.simulator.monitor.wire import Energy, Interval, Totals, Wire, is_grid
from smappee_tui.simulator.monitor.wire20 import Wire20

_CONFIG_AGE = 86_400.0
"""How old the retained configuration is when the monitor starts, in s."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One message as a monitor sends it."""

    at: float
    """When it is sent, s since 1970."""
    topic: str
    payload: bytes
    retain: bool
    """The broker shall keep it for later subscribers."""


@dataclass(frozen=True, slots=True)
class Configured:
    """What somebody sets otherwise of one input in the vendor's app; None stays as it is."""

    phase: int | None = None
    """0 = L1."""
    flag: bool | None = None
    """`reversed`."""
    role: Role | None = None
    connection: Connection | None = None
    ct_type: str | None = None
    name: str | None = None

    def said(self) -> dict[str, Any]:
        """By field what is not to stay."""
        values = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        return {name: value for name, value in values.items() if value is not None}


class VirtualMonitor:
    """A monitor installed on a site. Time moves only by asking for messages; the same seed gives the same bytes.

    `start_time` in s since 1970; `clock_skew` is how far the monitor's own clock is ahead in s; `loss` the share of
    realtime messages that never arrive, 0 to 1. Raises FaultError when a fault does not fit the site.
    """

    def __init__(
        self,
        site: VirtualSite,
        start_time: float,
        *,
        faults: Iterable[str | Fault] = (),
        plan: GuidedPlan | None = None,
        clock_skew: float = 0.0,
        loss: float = 0.0,
    ) -> None:
        self.site = site
        self.start_time = start_time
        self.plan = plan
        self._skew = clock_skew
        self._loss = loss
        self._seconds = 0
        self._rng = random.Random(f"{site.seed}/line")
        self._network = random.Random(f"{site.seed}/network")
        self._greeted = False
        self._wire: Wire = WireInfinity(site) if site.dialect == "infinity" else Wire20(site)
        inputs = [ct.input for ct in site.cts]
        self._meter = VirtualMeter(site.kind, site.dialect, inputs, site.seed, one_voltage=site.one_voltage)
        self._tally = TruthTally(inputs)
        self._interval = Interval()
        self._energies = {n: self._counter(30e9) for n in inputs}
        self._total = self._counter(120e9)
        self._plugs = PlugBoard(site, start_time)
        self._automation = Automation(site, start_time)
        self._retained: dict[str, Publication] = {}
        self._outbox: list[Publication] = []
        self._faults: list[Fault] = []
        self._wiring: Wiring = wire_up(site, ())
        self._overloads = 0
        self.last_sample: MeterSample | None = None
        self._set_faults(parse_all(faults))
        self._hello()

    @property
    def time(self) -> float:
        """How far it has come, s since 1970."""
        return self.start_time + self._seconds

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Faults in the installation now."""
        return tuple(self._faults)

    def inject(self, fault: str | Fault) -> Fault:
        """Put one more fault in. Raises FaultError when it cannot be read or does not fit."""
        new = parse(fault) if isinstance(fault, str) else fault
        self._set_faults([*self._faults, new])
        return new

    def mend(self, fault: str | Fault) -> Fault:
        """Take a fault out again. Raises FaultError when it is not in."""
        old = parse(fault) if isinstance(fault, str) else fault
        if old not in self._faults:
            present = tuple(map(str, self._faults)) or fact("fault.none")
            raise FaultError(fact("fault.not_in", text=str(old), present=present))
        left = list(self._faults)
        left.remove(old)
        self._set_faults(left)
        return old

    def toggle(self, fault: str | Fault) -> bool:
        """A hand at the board: what it does a second time is undone, as where two clamps change places again.

        Returns:
            Whether the fault is in afterwards.

        Raises:
            FaultError: when it cannot be read or does not fit.
        """
        new = parse(fault) if isinstance(fault, str) else fault
        same = next((one for one in reversed(self._faults) if one.touches(new)), None)
        if same is not None and (same.kind, set(same.inputs)) == (new.kind, set(new.inputs)):
            self.mend(same)
            return False
        self.inject(new)
        return True

    def configure(self, number: int, change: Configured) -> None:
        """Somebody changes an input in the vendor's app, and the monitor publishes its configuration anew.

        The clamp stays as it sits. A clamp of another rating reads as much more or less as the ratings differ.

        Raises:
            FaultError: when the site has no such input or phase, or a fault does not fit any more.
        """
        site = self.site
        ct = next((one for one in site.cts if one.input == number), None)
        if ct is None:
            known = tuple(one.input for one in site.cts)
            raise FaultError(fact("fault.no_input", site=site.name, input=number, known=known))
        if change.phase is not None and change.phase >= site.house.ports:
            raise FaultError(fact("fault.one_phase", site=site.name))
        before = dataclasses.replace(ct)
        for name, value in change.said().items():
            setattr(ct, name, value)
        if ct.arrow != before.arrow:
            ct.mounted_reversed = not ct.mounted_reversed  # another role asks for the other direction
        old, new = rated_amps(before.ct_type), rated_amps(ct.ct_type)
        if old and new:
            ct.ratio *= new / old
        try:
            self._set_faults(self._faults)
        except FaultError:
            for one in dataclasses.fields(before):
                setattr(ct, one.name, getattr(before, one.name))
            raise
        told = self._wire.channels(self.time + self._skew)
        self._tell_retained([(self._wire.channel_topic, told)], self.time)

    def switch_heater(self, circuit: str = UNMETERED, port: int = 0, watts: float = 2000.0) -> None:
        """Put a test heater on a circuit by hand; 0 W takes it away. Raises KeyError for an unknown circuit."""
        self.site.house.switch("test heater", circuit, port, watts)

    def plug_in(self, number: int | None, phase: int, watts: float) -> None:
        """Put the test load of `watts` W where a person puts it who goes by the names; 0 W takes it away.

        On a three-phase circuit it is a machine with so many W on each phase.

        Args:
            number: channel whose circuit is meant, whatever its CT really does; None: a socket that no submeter sees.
            phase: of that socket, 0 = L1; on a delta supply the pair of lines 0 = L1-L2, 1 = L2-L3, 2 = L3-L1.
            watts: at rated voltage.

        Raises:
            KeyError: for an input that the site does not have.
        """
        circuit, port = place_of(self.site, number, phase)
        for each in (port,) if circuit == UNMETERED else self.site.house.circuits[circuit].ports:
            self.site.house.switch(f"test load {each}", circuit, each, watts)

    def receive(self, topic: str, payload: bytes) -> None:
        """A message came in from the broker: a plug's `setstate` is obeyed within a second, the rest ignored."""
        levels = topic.split("/")
        if len(levels) != 5 or levels[1] != self.site.identity.uuid or levels[2] != "plug" or levels[4] != "setstate":
            return
        if levels[3].isascii() and levels[3].isdigit():
            self._tell_retained(self._plugs.obey(int(levels[3]), payload, self.time), self.time)

    def retained(self) -> list[Publication]:
        """What a broker would keep of this monitor now: configuration, plug states, presence."""
        return list(self._retained.values())

    def publications(self, until: float) -> Iterator[Publication]:
        """All messages up to and including `until`, as sent; the retained ones of the start are not among them."""
        while self.time + 1.0 <= until + 1e-6:
            yield from self._second()

    def messages(self, until: float) -> Iterator[MqttMessage]:
        """All messages up to `until` as a subscriber receives them, the retained ones first the first time."""
        if not self._greeted:
            self._greeted = True
            for kept in self.retained():
                yield MqttMessage(self.time, kept.topic, kept.payload, 0, True)
        last = self.time
        for sent in self.publications(until):
            last = max(last, sent.at + self._network.uniform(0.02, 0.18))  # the network delays, but keeps the order
            yield MqttMessage(last, sent.topic, sent.payload, 0, False)

    def tick(self, t: float) -> list[MqttMessage]:
        """Messages since the last tick up to `t`."""
        return list(self.messages(t))

    def stream(self, until: float) -> Iterator[MqttMessage | Mark]:
        """Like `messages`, with the operator's marks of the guided plan in their places."""
        marks = [m for m in (self.plan.marks(self.start_time) if self.plan else []) if m.at <= until]
        return heapq.merge(self.messages(until), sorted(marks, key=_moment), key=_moment)

    def truth(self) -> dict[str, Any]:
        """The labels to write beside a recording: what is true of the installation as it is now."""
        site = self.site
        seconds = [step for step in (self.plan.steps if self.plan else ()) if step.on <= self._tally.seconds]
        supply = {"single": "star", "star": "star"}.get(site.kind)
        return {
            "mode": "guided" if self.plan else "passive",
            "site": site.name,
            "dialect": site.dialect,
            "supply": supply or ("delta20" if site.dialect == "20-series" else "delta_inf"),
            "one_voltage": site.one_voltage,
            "phases": site.house.ports,
            "seconds": self._tally.seconds,
            "pv": site.solar,
            "unmetered_pv": site.hidden_solar,
            "uuid": site.identity.uuid,
            "guided": [[step.input, step.on, step.off] for step in seconds],
            "faults": [str(fault) for fault in self._faults],
            "loop_ohm": round(site.house.supply.model.r_phase + site.house.supply.model.r_neutral, 3),
            "channels": self._tally.channels(site, self._wiring),
        }

    def state_of(self, number: int) -> tuple[str, int]:
        """True state word and actual phase (0 = L1) of an input now; see `truth.label`. Raises KeyError."""
        for ct in self._wiring.cts:
            if ct.input == number:
                return label(self.site, self._wiring, ct)
        raise KeyError(number)

    def _counter(self, size: float) -> Energy:
        # The Infinity keeps its counters over a restart, the 20-series begins at zero.
        if self.site.dialect == "infinity":
            return Energy(self._rng.uniform(0.02, 1.0) * size, self._rng.uniform(0.0, 0.02) * size)
        return Energy()

    def _set_faults(self, faults: list[Fault]) -> None:
        wiring = wire_up(self.site, faults)
        self._faults = faults
        self._wiring = wiring
        house = self.site.house
        house.rewire(wiring.shifts)
        for n in range(max(self._overloads, len(wiring.overloads))):
            circuit, port, watts = wiring.overloads[n] if n < len(wiring.overloads) else (UNMETERED, 0, 0.0)
            house.switch(f"overload {n}", circuit, port, watts)
        self._overloads = len(wiring.overloads)
        self._tell_retained(self._plugs.lose(wiring.lost_plugs, self.time), self.time)

    def _hello(self) -> None:
        self._outbox.clear()
        site, start = self.site, self.start_time
        old = start + self._skew - _CONFIG_AGE
        kept: list[tuple[str, dict[str, Any]]] = [
            ("config", wire.config(site, old)),
            (self._wire.channel_topic, self._wire.channels(old + 600.0)),
            ("sensorConfig", wire.sensor_config(site, old + 601.0)),
            ("homeControlConfig", wire.home_control_config(site, old + 602.0)),
            *self._plugs.hello(),
            *((told.tail, told.payload) for told in self._automation.hello()),
        ]
        for tail, payload in kept:
            self._keep(start, tail, payload)

    def _keep(self, t: float, tail: str, payload: dict[str, Any]) -> Publication:
        publication = Publication(t, wire.topic(self.site, tail), wire.encode(payload), True)
        self._retained[publication.topic] = publication
        return publication

    def _tell_retained(self, told: Iterable[tuple[str, dict[str, Any]]], t: float) -> None:
        self._outbox += [self._keep(t, tail, payload) for tail, payload in told]

    def _second(self) -> list[Publication]:
        before = self.time
        self._seconds += 1
        t = self.time
        self._heat()
        sample = self._meter.sample(self._wiring, self.site.house.step(1.0))
        self.last_sample = sample
        self._tally.add(sample)
        totals, produced = self._add_up(sample)
        self._interval.add(sample, totals.watts + produced)
        self._plugs.count(1.0)
        out, self._outbox = self._outbox, []
        realtime = self._wire.realtime(t + self._skew, sample, totals, self._energies)
        if self._rng.random() >= self._loss:
            out.append(self._send(t, "realtime", realtime))
        self._automate(t, totals.watts)
        end = boundary(math.floor(before + self._skew), t + self._skew)
        if end is not None:
            out += self._close_interval(t, end)
        return out

    def _heat(self) -> None:
        if self.plan is not None:
            circuit, port, watts = self.plan.heater(float(self._seconds))
            self.site.house.switch("guided heater", circuit, port, watts)

    def _add_up(self, sample: MeterSample) -> tuple[Totals, float]:
        watts = var = produced = 0.0
        for ct, reading in zip(self._wiring.cts, sample.readings, strict=True):
            self._energies[reading.input].add(reading.watts)
            if is_grid(ct):
                watts += reading.watts
                var += reading.var
            elif ct.role == "PRODUCTION":
                produced += reading.watts
        self._total.add(watts)
        return Totals(watts, var, self._total), produced

    def _automate(self, t: float, watts: float) -> None:
        told, actions = self._automation.second(t, watts)
        for item in told:
            if item.retain:
                self._outbox.append(self._keep(t, item.tail, item.payload))
            else:
                self._outbox.append(self._send(t, item.tail, item.payload))
        for nodes, on in actions:
            for node in nodes:
                self._tell_retained(self._plugs.switch(node, on, t), t)

    def _close_interval(self, t: float, end: float) -> list[Publication]:
        at = t + 0.3
        out = [self._send(at, "aggregated", self._wire.aggregated(end, self._interval))]
        for tail, payload in (
            ("aggregatedSwitch", self._plugs.interval(end, self._interval.seconds)),
            ("aggregatedGW", self._automation.interval(end, weak=self._wiring.weak_sensors)),
        ):
            if payload is not None:
                out.append(self._send(at, tail, payload))
        self._interval = Interval()
        return out

    def _send(self, t: float, tail: str, payload: dict[str, Any]) -> Publication:
        return Publication(t, wire.topic(self.site, tail), wire.encode(payload), False)


def _moment(item: MqttMessage | Mark) -> float:
    return item.at
