"""One interval of a house in the cloud's quantities, small in memory: a month of 28 inputs is some 9,000 of them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any

from smappee_tui.simulator.cloud.history import INTERVAL, HouseInterval
from smappee_tui.simulator.dialects import is_grid
from smappee_tui.simulator.site import Site

_HOURS = INTERVAL / 3600.0


@dataclass(slots=True)
class Slot:
    """Energies in Wh and varh, means in A and V. Arrays are by input."""

    at: float
    """Start, s since 1970."""
    parts: int
    """How many five-minute intervals it is the sum of."""
    watt_hours: array[float]
    var_hours: array[float]
    amps: array[float]
    volts: array[float]
    grid: float
    solar: float
    imported: float
    exported: float
    always_on: float = 0.0

    @property
    def consumption(self) -> float:
        """What the house used itself."""
        return self.grid + self.solar

    def add(self, other: Slot) -> None:
        """Sum with a later one."""
        whole = self.parts + other.parts
        for mine, theirs in ((self.watt_hours, other.watt_hours), (self.var_hours, other.var_hours)):
            for place, value in enumerate(theirs):
                mine[place] += value
        for mine, theirs in ((self.amps, other.amps), (self.volts, other.volts)):
            for place, value in enumerate(theirs):
                mine[place] += (value - mine[place]) * other.parts / whole
        self.parts = whole
        self.grid += other.grid
        self.solar += other.solar
        self.imported += other.imported
        self.exported += other.exported
        self.always_on += other.always_on

    def copy(self) -> Slot:
        """One of its own to add to."""
        return Slot(
            self.at,
            self.parts,
            self.watt_hours[:],
            self.var_hours[:],
            self.amps[:],
            self.volts[:],
            self.grid,
            self.solar,
            self.imported,
            self.exported,
            self.always_on,
        )

    def record(self, stamp: int) -> dict[str, Any]:
        """As the API sends it, with its time stamp in ms."""
        return {
            "timestamp": stamp,
            "consumption": round(self.consumption, 2),
            "solar": round(self.solar, 2),
            "alwaysOn": round(self.always_on, 2),
            "gridImport": round(self.imported, 2),
            "gridExport": round(self.exported, 2),
            "active": [round(value, 2) for value in self.watt_hours],
            "reactive": [round(value, 2) for value in self.var_hours],
            "voltages": [round(value, 1) for value in self.volts],
            "current": [round(value, 2) for value in self.amps],
        }


def slot_of(interval: HouseInterval, site: Site, *, signed: bool) -> Slot:
    """Five minutes of a house; totals as its monitor works them out. `signed`: keep the sign of reactive energy."""
    width = max((ct.input for ct in site.cts), default=-1) + 1
    places = range(width)
    grid = sum(interval.watts.get(ct.input, 0.0) for ct in site.cts if is_grid(ct)) * _HOURS
    solar = sum(interval.watts.get(ct.input, 0.0) for ct in site.cts if ct.role == "PRODUCTION") * _HOURS
    reactive = (interval.vars.get(n, 0.0) * _HOURS for n in places)
    return Slot(
        interval.at,
        1,
        array("d", (interval.watts.get(n, 0.0) * _HOURS for n in places)),
        array("d", reactive if signed else (abs(value) for value in reactive)),
        array("d", (interval.amps.get(n, 0.0) for n in places)),
        array("d", interval.volts),
        grid,
        solar,
        max(0.0, grid),
        max(0.0, -grid),
    )
