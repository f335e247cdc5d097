"""A library of appliances. Each function draws one specimen from the range its kind shows in real houses.

Powers in W, angles in degrees (positive lagging), distortion factors I1/Irms.
"""

from __future__ import annotations

import random

from smappee_tui.simulator.house.loads import ApplianceModel, Draw


def heater(rng: random.Random, low: float = 1000.0, high: float = 2600.0) -> ApplianceModel:
    """Convector, boiler or oven element: a resistance."""
    return ApplianceModel(
        "heater", Draw(rng.uniform(low, high), rng.gauss(0.0, 0.7)), constant_power=False, flicker=0.002
    )


def kettle(rng: random.Random) -> ApplianceModel:
    """Kettle, 1.8 to 2.4 kW."""
    return heater(rng, 1800.0, 2400.0)


def boiler(rng: random.Random) -> ApplianceModel:
    """Electric water heater, 2 to 3 kW."""
    return heater(rng, 2000.0, 3000.0)


def oven(rng: random.Random) -> ApplianceModel:
    """Oven with clock and lamp: 2 to 3.2 kW, a few watts when off."""
    draw = Draw(rng.uniform(2000.0, 3200.0), rng.gauss(0.0, 0.7))
    return ApplianceModel("oven", draw, Draw(2.0, -60.0, 0.8), constant_power=False, flicker=0.002)


def microwave(rng: random.Random) -> ApplianceModel:
    """Microwave oven, 0.9 to 1.5 kW."""
    draw = Draw(rng.uniform(900.0, 1500.0), rng.uniform(5.0, 20.0), 0.95)
    return ApplianceModel("microwave", draw, Draw(2.0, -50.0, 0.7))


def fridge(rng: random.Random) -> ApplianceModel:
    """Refrigerator compressor, 70 to 140 W, strongly lagging."""
    return ApplianceModel(
        "fridge", Draw(rng.uniform(70.0, 140.0), rng.uniform(25.0, 45.0), 0.97), Draw(2.0, -40.0, 0.8)
    )


def led(rng: random.Random) -> ApplianceModel:
    """A group of LED lamps, 8 to 120 W, leading and distorted."""
    return ApplianceModel("led", Draw(rng.uniform(8.0, 120.0), rng.uniform(-50.0, -10.0), rng.uniform(0.6, 0.95)))


def electronics(rng: random.Random) -> ApplianceModel:
    """Computer, television, router: a switching supply of 25 to 220 W."""
    return ApplianceModel(
        "electronics", Draw(rng.uniform(25.0, 220.0), rng.uniform(-30.0, 5.0), rng.uniform(0.55, 0.97)), flicker=0.03
    )


def standby(rng: random.Random) -> ApplianceModel:
    """The sum of what never sleeps, 6 to 35 W, far leading."""
    return ApplianceModel("standby", Draw(rng.uniform(6.0, 35.0), rng.uniform(-75.0, -25.0), rng.uniform(0.6, 0.9)))


def motor(rng: random.Random) -> ApplianceModel:
    """Small motor: washing drum, compressor, fan; 150 to 700 W, lagging 20° to 55°."""
    return ApplianceModel("motor", Draw(rng.uniform(150.0, 700.0), rng.uniform(20.0, 55.0), 0.99), flicker=0.02)


def heat_pump(rng: random.Random, phases: int = 1) -> ApplianceModel:
    """Inverter heat pump, 0.3 to 3 kW a phase."""
    watts = rng.uniform(300.0, 3000.0) * (1.0 if phases == 1 else 1.6)
    draw = Draw(watts, rng.uniform(-12.0, 15.0), rng.uniform(0.9, 0.99))
    return ApplianceModel("heat pump", draw, Draw(4.0 * phases, -84.0), flicker=0.02, ramp=12.0)


def fixed_heat_pump(rng: random.Random, phases: int = 1) -> ApplianceModel:
    """Heat pump or cold store with a fixed-speed compressor, lagging 22° to 42°."""
    watts = rng.uniform(900.0, 3200.0) * (1.0 if phases == 1 else 2.0)
    return ApplianceModel("fixed heat pump", Draw(watts, rng.uniform(22.0, 42.0)), Draw(5.0, 20.0), flicker=0.01)


def charger(rng: random.Random, phases: int = 1, amps: float | None = None) -> ApplianceModel:
    """Car charger at 6 to 32 A a phase (16 A when three-phase); 6 W and some 60 var while it waits."""
    amps = amps if amps is not None else rng.uniform(6.0, 32.0 if phases == 1 else 16.0)
    draw = Draw(230.0 * amps * phases, rng.uniform(-5.0, 3.0), 0.99)
    return ApplianceModel("charger", draw, Draw(6.0, -84.0), ramp=8.0)
