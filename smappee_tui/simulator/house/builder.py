"""Puts a site together: circuits with their loads, CTs with their small errors, extras."""

from __future__ import annotations

import random
from collections.abc import Sequence

from smappee_tui.simulator.house.circuits import MAINS, Circuit, House
from smappee_tui.simulator.house.loads import ApplianceModel, ConnectedLoad, Duty, Element
from smappee_tui.simulator.house.meter import Connection, Dialect, MountedCt, Role
from smappee_tui.simulator.house.site import GasWater, ScheduleRule, TriggerRule, VirtualPlug, VirtualSite, identity
from smappee_tui.simulator.house.supply import Supply, SupplyModel

PHASE_NAMES = ("L1", "L2", "L3")


class SiteBuilder:
    """Collects the parts of one site. Channels get their input numbers in the order they are added."""

    def __init__(self, name: str, dialect: Dialect, seed: str, model: SupplyModel) -> None:
        self.name = name
        self.dialect: Dialect = dialect
        self.seed = seed
        self.model = model
        self.rng = random.Random(f"{seed}/build")
        self.circuits: list[Circuit] = []
        self.cts: list[MountedCt] = []
        self.plugs: list[VirtualPlug] = []
        self.sensors: list[GasWater] = []
        self.triggers: list[TriggerRule] = []
        self.schedules: list[ScheduleRule] = []
        self.solar: float | None = None
        self.hidden_solar: float | None = None
        self.one_voltage = False
        self._count = 0

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(range(self.model.phases))

    def load(
        self,
        appliance: ApplianceModel,
        ports: Sequence[int],
        duty: Duty | None = None,
        *,
        on: bool = True,
    ) -> ConnectedLoad:
        """A load with a seed of its own, so that one more load elsewhere does not change its course."""
        self._count += 1
        return ConnectedLoad(appliance, ports, f"{self.seed}/load{self._count}", duty, on=on)

    def circuit(self, name: str, ports: Sequence[int], *loads: Element) -> Circuit:
        """Add a circuit without metering it."""
        circuit = Circuit(name, tuple(ports), list(loads))
        self.circuits.append(circuit)
        return circuit

    def mains(self) -> None:
        """CTs on the grid connection: one a phase; two on a delta that is metered by the two-wattmeter method."""
        two = self.model.kind == "delta" and self.dialect == "infinity"
        for phase in self.ports[:2] if two else self.ports:
            name = "Mains" if len(self.ports) == 1 else f"Mains {PHASE_NAMES[phase]}"
            self.cts.append(self._ct(name, MAINS, phase, "CONSUMPTION", "GRID", rating=100.0))

    def metered(self, name: str, ports: Sequence[int], *loads: Element, role: Role = "CONSUMPTION") -> None:
        """Add a circuit with a CT on each phase, or on a delta on the lines its monitor can measure."""
        self.circuit(name, ports, *loads)
        connection: Connection = "GRID" if role == "PRODUCTION" else "SUBMETER"
        for conductor in self._lines(ports):
            self.cts.append(self._ct(name, name, conductor, role, connection))

    def spare(self, phase: int = 0) -> None:
        """An input that is configured as unused, its CT hanging free."""
        ct = self._ct(f"Spare {len(self.cts) + 1}", None, phase, "UNUSED", "OFF_GRID")
        self.cts.append(ct)

    def _lines(self, ports: Sequence[int]) -> list[int]:
        if self.model.kind != "delta":
            return list(ports)
        two = self.dialect == "infinity"
        if len(ports) == 3:
            return [0, 1] if two else [0, 1, 2]
        first = ports[0]
        # A load between L3 and L1 is metered on L1 where L3 is the reference.
        return [0] if two and first == 2 else [first]

    def _ct(
        self,
        name: str,
        circuit: str | None,
        phase: int,
        role: Role,
        connection: Connection,
        *,
        rating: float = 50.0,
    ) -> MountedCt:
        rng = self.rng
        # Now and then a clamp that is hard to reach was left as it sat and turned in the app: not a fault.
        turned = circuit is not None and rng.random() < 0.12
        word = f"SCT2_{rating:.0f}A" if self.dialect == "infinity" else "CT50_100_200"
        return MountedCt(
            input=len(self.cts),
            name=self._label(name, circuit, phase),
            circuit=circuit,
            phase=phase,
            conductor=phase,
            role=role,
            connection=connection,
            ct_type=word,
            rating=rating,
            flag=turned,
            mounted_reversed=turned,
            gain=1.0 + rng.gauss(0.0, 0.007),
            angle_error=rng.gauss(0.0, 0.8),
            low_angle_error=rng.gauss(0.0, 0.9),
            floor=rng.uniform(0.004, 0.02),
        )

    def _label(self, name: str, circuit: str | None, phase: int) -> str:
        # The Infinity's app names a load once for all its CTs, the older one names every input.
        three = circuit not in (None, MAINS) and len(self.circuits[-1].ports) == 3
        return f"{name} {PHASE_NAMES[phase]}" if three and self.dialect == "20-series" else name

    def build(self) -> VirtualSite:
        house = House(Supply(self.model, self.seed), self.circuits)
        return VirtualSite(
            name=self.name,
            kind=self.model.kind,
            dialect=self.dialect,
            seed=self.seed,
            house=house,
            cts=self.cts,
            identity=identity(self.dialect, self.seed),
            one_voltage=self.one_voltage,
            plugs=self.plugs,
            sensors=self.sensors,
            triggers=self.triggers,
            schedules=self.schedules,
            solar=self.solar,
            hidden_solar=self.hidden_solar,
        )
