"""Answers of the vendor's REST API become typed records: aware times, SI units where the unit is known. Pure."""

from smappee_tui.protocol.cloud.places import (
    Actuator,
    Appliance,
    CloudLocation,
    CloudSensor,
    LocationInfo,
    MeteringConfiguration,
)
from smappee_tui.protocol.cloud.records import (
    ApplianceEvent,
    Consumption,
    CostRecord,
    SensorConsumption,
    SwitchConsumption,
)

__all__ = [
    "Actuator",
    "Appliance",
    "ApplianceEvent",
    "CloudLocation",
    "CloudSensor",
    "Consumption",
    "CostRecord",
    "LocationInfo",
    "MeteringConfiguration",
    "SensorConsumption",
    "SwitchConsumption",
]
