"""Puts a situation together: a house, its clamps, what is measured and what may be said of it."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from smappee_tui.diagnosis.judgement import Generation
from smappee_tui.protocol.received import MqttMessage
from tests import payloads
from tests.simulated.field import loads
from tests.simulated.field.case import SOFT, Case, Told
from tests.simulated.field.house import GRID, Clamp, House, Meter
from tests.simulated.field.loads import Flow

DAY = 1_781_258_400.0
"""A June day, 10:00 UTC, seconds since 1970."""
HALF_A_DAY = 43_200.0
NAMES = {
    "kettle": ("Keuken", "Kitchen", "Cuisine", "Küche"),
    "boiler": ("Boiler", "Water heater", "Chauffe-eau", "Warmwasser"),
    "heater": ("Badkamer", "Bathroom", "Salle de bain", "Bad"),
    "microwave": ("Microgolf", "Microwave", "Micro-ondes", "Mikrowelle"),
    "oven": ("Oven", "Bakoven", "Four", "Backofen"),
    "hob": ("Kookplaat", "Hob", "Taque", "Kochfeld"),
    "motor": ("Werkplaats", "Workshop", "Atelier", "Werkstatt"),
    "washer": ("Wasplaats", "Laundry", "Buanderie", "Waschküche"),
    "fridge": ("Berging", "Store", "Réserve", "Keller"),
    "heat pump": ("Warmtepomp", "Heat pump", "PAC", "Wärmepumpe"),
    "charger": ("Laadpaal", "Car charger", "Borne", "Wallbox"),
}


class Scene:
    """One house to be. Circuits get their inputs in the order they are added."""

    def __init__(
        self,
        kind: str,
        seed: int,
        *,
        seconds: tuple[float, float] = (240, 900),
        supply: str | None = None,
        dialect: str | None = None,
        night: bool = False,
    ) -> None:
        self.kind, self.seed = kind, seed
        self.rng = rng = np.random.default_rng(zlib.crc32(f"{kind}/{seed}".encode()))
        self.seconds = round(math.exp(rng.uniform(*map(math.log, seconds))))
        drawn = rng.random()
        self.supply = supply or ("single" if drawn < 0.2 else "star")
        self.dialect = dialect or str(rng.choice(payloads.DIALECTS))
        self.start = DAY + HALF_A_DAY * night + float(rng.uniform(0, 9000)) + 86_400 * float(rng.integers(0, 60))
        self.language = int(rng.integers(0, 4))
        self.house = House(rng, self.seconds, self.supply)
        self.clamps: list[Clamp] = []
        self.one_voltage = False
        self.hangs_from: int | None = None
        """From this second on not one value changes."""
        self.set_later: list[tuple[int, int, dict[str, Any]]] = []
        """(second, input, fields) that somebody configures otherwise while one watches."""
        self.notes: list[str] = []
        self._count = 0

    @property
    def phases(self) -> tuple[int, ...]:
        return (0,) if self.supply == "single" else (0, 1, 2)

    def any_phase(self) -> int:
        return int(self.rng.choice(self.phases))

    # --- what flows ---------------------------------------------------------------------------------------------

    def draw(self, kind: str, many: tuple[float, float] = (3.0, 6.0)) -> Flow:
        return loads.appliance(self.rng, self.seconds, kind, many)

    def rest(self, *, hard: bool = False, phases: Iterable[int] | None = None) -> None:
        """What no submeter sees and never sleeps, on each phase."""
        for phase in self.phases if phases is None else phases:
            self.hidden(loads.rest(self.rng, self.seconds, hard=hard), phase)

    def hidden(self, flow: Flow, phase: int) -> None:
        """A load or source behind the grid meter that no submeter sees."""
        self.house.add("unmetered", self.on(flow, phase))

    def on(self, flow: Flow, phase: int) -> Flow:
        """On this phase; on a delta, between this line and the next."""
        return flow.between(phase, (phase + 1) % 3 if self.supply == "delta" else 3)

    # --- what is clamped ----------------------------------------------------------------------------------------

    def clamp(self, name: str, phase: int, wires: Sequence[tuple[str, int]], **how: Any) -> int:
        """A CT with small errors of its own; returns its input."""
        given = {"gain": 1 + self.rng.normal(0, 0.006), "degrees": self.rng.normal(0, 0.7)} | how
        self.clamps.append(Clamp(len(self.clamps), name, phase, tuple(wires), **given))
        return len(self.clamps) - 1

    def grid(self, **how: Any) -> list[int]:
        """CTs on the grid connection; two where a delta is measured by two wattmeters."""
        two = self.supply == "delta" and self.dialect == payloads.INFINITY
        label = ("Net", "Grid", "Réseau", "Netz")[self.language]
        return [
            self.clamp(f"{label} {phase + 1}", phase, [(GRID, phase)], connection="GRID", **how)
            for phase in (self.phases[:2] if two else self.phases)
        ]

    def circuit(
        self,
        kind: str,
        phase: int,
        flow: Flow | None = None,
        *,
        name: str | None = None,
        many: tuple[float, float] = (3, 6),
        **how: Any,
    ) -> int:
        """A circuit with one load and its CT."""
        self._count += 1
        circuit = f"{kind} {self._count}"
        self.house.add(circuit, self.on(self.draw(kind, many) if flow is None else flow, phase))
        return self.clamp(name or NAMES[kind][self.language], phase, [(circuit, phase)], **how)

    def three(self, kind: str, flows: Sequence[Flow] | Flow, *, name: str | None = None, **how: Any) -> list[int]:
        """A three-phase circuit with a CT on each phase."""
        self._count += 1
        circuit = f"{kind} {self._count}"
        each = [flows] * 3 if isinstance(flows, Flow) else flows
        for phase, flow in zip(self.phases, each, strict=True):
            self.house.add(circuit, self.on(flow, phase))
        label = name or NAMES[kind][self.language]
        return [
            self.clamp(label if self.dialect == payloads.INFINITY else f"{label} {p + 1}", p, [(circuit, p)], **how)
            for p in self.phases
        ]

    def solar(
        self, light: loads.Column, watts: float, phases: Sequence[int], *, metered: bool = True, **how: Any
    ) -> list[int]:
        """An inverter, shared by its phases; metered as production unless `how` says otherwise."""
        self._count += 1
        circuit = f"solar {self._count}"
        made = loads.solar(self.rng, light, watts / len(phases))
        for phase in phases:
            self.house.add(circuit, self.on(made, phase))
        if not metered:
            return []
        label = how.pop("name", ("Zon", "Solar", "Solaire", "Solar")[self.language])
        given = {"role": "PRODUCTION", "connection": "GRID"} | how
        return [self.clamp(label, phase, [(circuit, phase)], **given) for phase in phases]

    def change(self, number: int, **how: Any) -> None:
        """Mount or configure a CT otherwise."""
        self.clamps[number] = replace(self.clamps[number], **how)

    def usual(
        self, many: int = 3, *, among: Sequence[str] = loads.STEPPING, phases: Sequence[int] | None = None
    ) -> list[int]:
        """Some ordinary circuits, metered or not, so that something happens in the house."""
        places = self.phases if phases is None else phases
        return [self.circuit(str(self.rng.choice(among)), int(self.rng.choice(places))) for _ in range(many)]

    # --- what comes of it ---------------------------------------------------------------------------------------

    def case(
        self,
        allowed: dict[int, Iterable[str]] | None = None,
        *,
        others: Iterable[str] = SOFT,
        named: dict[int, tuple[str, int | None]] | None = None,
        sizes: dict[int, Iterable[str]] | None = None,
        told: Sequence[Told] = (),
        untold: str = "",
        told_supply: str = "",
        generation: Generation | None = None,
    ) -> Case:
        """Measure it all. `others` is what every input may get that is not named."""
        accepted = {clamp.input: frozenset(others) for clamp in self.clamps if clamp.role != "UNUSED"}
        accepted |= {number: frozenset(words) for number, words in (allowed or {}).items()}
        accepted = {number: words for number, words in accepted.items() if number not in (named or {})}
        return Case(
            self.kind,
            self.seed,
            self.messages(),
            accepted,
            named or {},
            {number: frozenset(words) for number, words in (sizes or {}).items()},
            tuple(told),
            untold,
            told_supply,
            generation,
            f"{self.supply} {self.dialect} {self.seconds} s {'; '.join(self.notes)}",
        )

    def messages(self) -> list[MqttMessage]:
        """What a monitor would have sent."""
        self.house.solve()
        meter = Meter(self.house, self.dialect, self.one_voltage)
        readings = [meter.read(clamp) for clamp in self.clamps]
        infinity = self.dialect == payloads.INFINITY
        kinds = {"single": "ONE", "star": "THREE_STAR", "delta": "THREE_DELTA"}
        more = {"phaseType": kinds[self.supply]} if infinity else {}
        configured = {clamp.input: clamp for clamp in self.clamps}

        def plan(at: float, *, retain: bool) -> MqttMessage:
            rows = [
                payloads.Channel(c.input, c.role, c.connection, c.phase, c.name, c.flag) for c in configured.values()
            ]
            content = payloads.channel_config(rows, self.dialect, **more)
            stamp = payloads.millis(at - 9e6 if retain else at)
            where = payloads.channel_topic(self.dialect)
            return payloads.arrival(where, content | {"utcTimeStamp": stamp}, at, retain=retain)

        who = payloads.config(self.dialect, utcTimeStamp=payloads.millis(self.start - 9e6))
        out = [payloads.arrival("config", who, self.start - 0.4, retain=True), plan(self.start - 0.3, retain=True)]
        imported, exported = np.full(len(readings), 4e8), np.full(len(readings), 1e6)
        jitter = self.rng.uniform(0.05, 0.4, self.seconds)
        for now in range(self.seconds):
            second = now if self.hangs_from is None else min(now, self.hangs_from)
            for at, number, change in self.set_later:
                if at == now:
                    configured[number] = replace(configured[number], **change)
                    out.append(plan(self.start + now - 0.2, retain=False))
            rows = []
            for clamp, reading in zip(self.clamps, readings, strict=True):
                watts, va = float(reading.watts[second]), float(reading.va[second])
                if second == now:
                    imported[clamp.input] += max(0.0, watts)
                    exported[clamp.input] -= min(0.0, watts)
                rows.append(
                    payloads.Row(
                        clamp.input,
                        watts,
                        float(reading.amps[second]),
                        clamp.phase,
                        int(imported[clamp.input]),
                        int(exported[clamp.input]),
                        va if infinity else None,
                        (watts / va if va else 0.0) if infinity else None,
                    )
                )
            volts = [round(float(column[second])) for column in meter.published]
            at = self.start + now
            content = payloads.realtime(rows, self.dialect, at=at, volts=volts)
            out.append(payloads.arrival("realtime", content, at + float(jitter[now])))
        return out
