"""Sites without noise or CT error, so that physics can be checked to the last digit."""

from __future__ import annotations

import json
from typing import Any

from smappee_tui.protocol.received import MqttMessage
from smappee_tui.simulator.house.circuits import MAINS, Circuit, House
from smappee_tui.simulator.house.loads import ApplianceModel, ConnectedLoad, Draw
from smappee_tui.simulator.house.meter import Dialect, MountedCt
from smappee_tui.simulator.house.site import VirtualSite, identity
from smappee_tui.simulator.house.supply import Supply, SupplyKind, SupplyModel
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor

START = 1_760_000_040.0


def still(kind: SupplyKind = "star", **changes: float) -> SupplyModel:
    """A supply that never moves by itself."""
    figures: dict[str, float] = {
        "volts": 230.0,
        "r_phase": 0.0,
        "x_phase": 0.0,
        "r_neutral": 0.0,
        "x_neutral": 0.0,
        "common_sd": 0.0,
        "phase_sd": 0.0,
        "neighbour_sd": 0.0,
    }
    return SupplyModel(kind=kind, **{**figures, **changes})  # type: ignore[arg-type]


def load(watts: float, port: int | tuple[int, ...] = 0, angle: float = 0.0, distortion: float = 1.0) -> ConnectedLoad:
    """A load that is always on and does not flicker."""
    ports = (port,) if isinstance(port, int) else port
    appliance = ApplianceModel("test", Draw(watts, angle, distortion), constant_power=False, flicker=0.0)
    return ConnectedLoad(appliance, ports, f"test {watts} {port} {angle}")


def site(
    model: SupplyModel,
    circuits: list[Circuit],
    *,
    dialect: Dialect = "20-series",
    one_voltage: bool = False,
) -> VirtualSite:
    """CTs on the mains and one on every phase (on a delta: the first line) of every circuit, all of them perfect."""
    cts: list[MountedCt] = []

    def add(name: str, circuit: str, phase: int) -> None:
        connection = "GRID" if circuit == MAINS else "SUBMETER"
        ct = MountedCt(len(cts), name, circuit, phase, phase, connection=connection, floor=0.0)
        cts.append(ct)

    mains = range(model.phases)
    if model.kind == "delta" and dialect == "infinity":
        mains = range(2)
    for phase in mains:
        add(f"Mains L{phase + 1}", MAINS, phase)
    for circuit in circuits:
        for port in circuit.ports:
            add(circuit.name, circuit.name, port)
    house = House(Supply(model, "ideal"), circuits)
    return VirtualSite(
        "ideal", model.kind, dialect, "ideal", house, cts, identity(dialect, "ideal"), one_voltage=one_voltage
    )


def payloads(arrivals: list[MqttMessage], tail: str) -> list[Any]:
    """Parsed payloads of one topic."""
    return [json.loads(a.payload) for a in arrivals if a.topic.endswith(f"/{tail}")]


def last_sample(monitor: VirtualMonitor, seconds: int = 1) -> Any:
    """Readings by input after some seconds."""
    monitor.tick(monitor.time + seconds)
    assert monitor.last_sample is not None
    return {reading.input: reading for reading in monitor.last_sample.readings}
