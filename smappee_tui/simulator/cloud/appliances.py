"""The appliances that the cloud tells of: one for each metered circuit, its events and its cost from its own CTs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.simulator.cloud.archive import Slot
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.house.circuits import MAINS
from smappee_tui.simulator.house.loads import ConnectedLoad

_STEP = 100.0
"""W between two five-minute means that count as a switching."""
_FIRST = 1001
"""Number of the first appliance."""


@dataclass(frozen=True, slots=True)
class CloudAppliance:
    """A circuit with CTs of its own."""

    number: int
    name: str
    kind: str
    inputs: tuple[int, ...]

    def energy(self, slot: Slot) -> float:
        """What its CTs counted, Wh."""
        return sum(slot.watt_hours[n] for n in self.inputs)

    def row(self) -> dict[str, Any]:
        """As `info` shows it."""
        return {"id": self.number, "name": self.name, "type": self.kind, "sourceType": "CT"}


def appliances(house: CloudHouse) -> list[CloudAppliance]:
    site = house.site
    inputs: dict[str, list[int]] = {}
    for ct in site.cts if site is not None else ():
        if ct.role == "CONSUMPTION" and ct.circuit not in (None, MAINS):
            inputs.setdefault(ct.circuit or "", []).append(ct.input)
    found = []
    for number, (name, places) in enumerate(inputs.items(), start=_FIRST):
        circuit = site.house.circuits[name] if site is not None else None
        kinds = [load.appliance.kind for load in circuit.loads if isinstance(load, ConnectedLoad)] if circuit else []
        kind = kinds[0] if len(kinds) == 1 else "other"
        found.append(CloudAppliance(number, name, kind.replace(" ", "_"), tuple(places)))
    return found


def events(house: CloudHouse, appliance: CloudAppliance, start: int, end: int, most: int) -> list[dict[str, Any]]:
    """Its switchings between two times in ms, the newest `most`, in order of time."""
    found: list[dict[str, Any]] = []
    before: float | None = None
    for slot in house.past.slots():
        watts = appliance.energy(slot) * 12.0
        stamp = round(slot.at * 1000.0)
        if before is not None and abs(watts - before) >= _STEP and start <= stamp <= end:
            found.append(
                {
                    "timestamp": stamp,
                    "applianceId": appliance.number,
                    "activePower": round(watts - before),
                    "totalPower": round(slot.consumption * 12.0),
                }
            )
        before = watts
    return found[-most:] if most > 0 else []


def costs(
    house: CloudHouse, aggregation: Aggregation, start: int, end: int, only: CloudAppliance | None
) -> list[dict[str, Any]]:
    """Energy in Wh and cost of each appliance and of the whole house, for each interval that starts between two ms."""
    found = []
    for slot in house.past.sums(aggregation):
        stamp = house.past.stamp(slot.at, aggregation)
        if not start <= stamp <= end:
            continue
        if only is None:
            found.append(_cost(house, stamp, None, "Total", slot.consumption))
        found += [
            _cost(house, stamp, one.number, one.name, one.energy(slot))
            for one in ([only] if only is not None else appliances(house))
        ]
    return found


def _cost(house: CloudHouse, stamp: int, number: int | None, name: str, energy: float) -> dict[str, Any]:
    return {
        "timestamp": stamp,
        "applianceId": number,
        "name": name,
        "consumption": round(energy, 1),
        "cost": round(energy / 1000.0 * house.tariff, 4),
    }
