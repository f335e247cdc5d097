"""What a list of faults makes of an installation."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterable

from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.simulator.house.circuits import MAINS, NEUTRAL, UNMETERED
from smappee_tui.simulator.house.faults import Fault, FaultError
from smappee_tui.simulator.house.meter import MountedCt, Wiring
from smappee_tui.simulator.house.site import VirtualSite


def wire(site: VirtualSite, faults: Iterable[Fault]) -> Wiring:
    """The installation with these faults in it, applied in their order. `site` itself stays as it is.

    Raises FaultError when a fault does not fit the site (no such input, one phase only, …).
    """
    wiring = Wiring([dataclasses.replace(ct) for ct in site.cts])
    for fault in faults:
        _Effect(site, wiring, fault).apply()
    for ct in wiring.cts:
        shift = wiring.shifts.get(ct.circuit or "", 0)
        if shift and ct.conductor != NEUTRAL:
            ct.conductor = (ct.conductor + shift) % site.house.ports
    return wiring


class _Effect:
    """One fault at work on one wiring."""

    def __init__(self, site: VirtualSite, wiring: Wiring, fault: Fault) -> None:
        self._site = site
        self._wiring = wiring
        self._fault = fault

    def apply(self) -> None:
        kind = self._fault.kind
        if kind == "voltage-missing":
            self._voltage_missing()
        elif kind == "voltage-rotated":
            self._need_three()
            self._wiring.leads[1], self._wiring.leads[2] = self._wiring.leads[2], self._wiring.leads[1]
        elif kind == "battery-low":
            self._wiring.weak_sensors = True
        elif kind in ("plug-unreachable", "plug-disconnected"):
            self._lose_plug("UNREACHABLE" if kind == "plug-unreachable" else "DISCONNECTED")
        elif kind in ("swapped", "rotated", "duplicate"):
            self._move_clamps()
        else:
            handlers: dict[str, Callable[[MountedCt], None]] = {
                "reversed": self._reverse,
                "phase": self._other_phase,
                "dead": self._die,
                "half-open": self._half_open,
                "ratio": self._scale,
                "neutral": self._neutral,
                "two-wires": self._two_wires,
                "unused-current": self._unused_current,
                "overrange": self._overrange,
                "phaseid": self._phase_id,
            }
            handlers[kind](self._ct(self._fault.inputs[0]))

    def _fail(self, why: Fact) -> FaultError:
        return FaultError(fact("fault.does_not_fit", text=str(self._fault), why=why))

    def _ct(self, number: int) -> MountedCt:
        for ct in self._wiring.cts:
            if ct.input == number:
                return ct
        known = tuple(ct.input for ct in self._wiring.cts)
        raise self._fail(fact("fault.no_input", site=self._site.name, input=number, known=known))

    def _need_three(self) -> None:
        if self._site.house.ports == 1:
            raise self._fail(fact("fault.one_phase", site=self._site.name))

    def _clipped(self, ct: MountedCt) -> str:
        if ct.circuit is None:
            raise self._fail(fact("fault.clipped_on_nothing", input=ct.input))
        return ct.circuit

    def _single(self, circuit: str) -> bool:
        return circuit != MAINS and len(self._site.house.circuits[circuit].ports) == 1

    def _reverse(self, ct: MountedCt) -> None:
        ct.mounted_reversed = not ct.mounted_reversed

    def _other_phase(self, ct: MountedCt) -> None:
        self._need_three()
        circuit, phase = self._clipped(ct), self._fault.phase or 0
        if self._single(circuit):
            # Its only wire cannot be missed, so it is the circuit that is fed from another phase than configured.
            self._wiring.shifts[circuit] = (phase - ct.conductor) % 3
        else:
            ct.conductor = phase

    def _die(self, ct: MountedCt) -> None:
        ct.dead = True

    def _half_open(self, ct: MountedCt) -> None:
        # How far a jaw stays open is chance; by seed, so that it is the same every time.
        ct.closure = random.Random(f"{self._site.seed}/jaw{ct.input}").uniform(0.35, 0.8)

    def _scale(self, ct: MountedCt) -> None:
        ct.ratio *= self._fault.factor or 1.0

    def _neutral(self, ct: MountedCt) -> None:
        self._clipped(ct)
        if self._site.kind == "delta":
            raise self._fail(fact("fault.no_neutral"))
        ct.conductor = NEUTRAL

    def _two_wires(self, ct: MountedCt) -> None:
        self._clipped(ct)
        ct.two_wires = True

    def _unused_current(self, ct: MountedCt) -> None:
        if ct.role != "UNUSED":
            raise self._fail(fact("fault.in_use", input=ct.input))
        ct.circuit, ct.conductor = MAINS, ct.phase % self._site.house.ports

    def _overrange(self, ct: MountedCt) -> None:
        circuit = self._clipped(ct)
        ct.limit = 1.2 * ct.rating
        place = UNMETERED if circuit == MAINS else circuit
        self._wiring.overloads.append((place, ct.conductor % self._site.house.ports, 230.0 * 1.35 * ct.rating))

    def _phase_id(self, ct: MountedCt) -> None:
        ct.phase_id = (ct.phase + 1) % 3

    def _move_clamps(self) -> None:
        cts = [self._ct(n) for n in self._fault.inputs]
        places = [(self._clipped(ct), ct.conductor) for ct in cts]
        if self._fault.kind == "duplicate":
            cts[0].circuit, cts[0].conductor = places[1]
            return
        for ct, place in zip(cts, places[1:] + places[:1], strict=True):
            ct.circuit, ct.conductor = place

    def _voltage_missing(self) -> None:
        phase = self._fault.phase or 0
        if phase >= self._site.house.ports or (self._site.one_voltage and phase):
            raise self._fail(fact("fault.no_lead", site=self._site.name, phase=f"L{phase + 1}"))
        self._wiring.leads[phase] = None

    def _lose_plug(self, word: str) -> None:
        node = self._fault.inputs[0]
        if node not in {plug.node for plug in self._site.plugs}:
            known = tuple(plug.node for plug in self._site.plugs) or fact("fault.none")
            raise self._fail(fact("fault.no_plug", site=self._site.name, plug=node, known=known))
        self._wiring.lost_plugs[node] = word
