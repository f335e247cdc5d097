"""Anyone may generate: sources where no source was configured, and the faults that look like them."""

from __future__ import annotations

import numpy as np

from tests.simulated.field import loads
from tests.simulated.field.case import ABOUT_GENERATION, ABOUT_ROLE, OPEN, SOFT, Case, Told
from tests.simulated.field.scene import Scene

MOODS = ("clear", "cloudy", "grey")


def solar_as_circuit(seed: int) -> Case:
    """Solar, mounted right, on a circuit whose role was left at consumption; with and without other steps."""
    s = Scene("solar_as_circuit", seed)
    s.rest()
    s.grid()
    mood, steps = str(s.rng.choice(MOODS)), int(s.rng.integers(0, 4))
    three = len(s.phases) == 3 and s.rng.random() < 0.3
    phases = s.phases if three else [s.any_phase()]
    name = str(s.rng.choice(("Zonnepanelen", "PV", "Onduleur", "Kring 4", "Wechselrichter", "Sub 1")))
    left = {"role": "CONSUMPTION", "connection": "SUBMETER", "name": name}
    watts = s.rng.uniform(1500, 5000) * (2 if three else 1)
    light = loads.sun(s.rng, s.seconds, mood)
    made = s.solar(light, watts, phases, **left)
    s.usual(steps)
    if s.rng.random() < 0.5:
        s.hidden(s.draw("kettle"), s.any_phase())
    s.notes.append(f"inputs {made} {mood} {watts:.0f} W, {steps} circuits")
    gives = float(np.mean(light)) * watts / len(phases) > 300
    return s.case(told=[Told(ABOUT_GENERATION, made)] if gives else [])


def plugged_battery(seed: int) -> Case:
    """A plug-in battery gives some hundred watts on an ordinary circuit, most often at night."""
    s = Scene("plugged_battery", seed, night=True)
    s.rest()
    s.grid()
    phase, n = s.any_phase(), s.seconds
    most = s.rng.uniform(500, 1200)
    if s.rng.random() < 0.5:
        given = -most * loads.wander(s.rng, n, 0.03)
        how = "steady"
    else:  # follows what the house takes on its phase, in steps of some seconds
        load = s.draw("motor")
        s.hidden(load, phase)
        given = loads.answering(load.watts + 150.0, most, 4)
        how = "follows"
    flow = loads.battery(s.rng, given)
    if s.rng.random() < 0.4:  # the circuit has a load of its own, too
        s.house.add("heater 1", s.on(loads.appliance(s.rng, n, "fridge"), phase))
        s.house.add("heater 1", s.on(flow, phase))
        number = s.clamp("Berging", phase, [("heater 1", phase)])
    else:
        number = s.circuit("heater", phase, flow, name=str(s.rng.choice(("Berging", "Garage", "Sockets", "Cave"))))
    s.usual(int(s.rng.integers(0, 4)))
    s.notes.append(f"input {number} {how} {most:.0f} W")
    return s.case(told=[Told(ABOUT_GENERATION, (number,))] if float(np.mean(given)) < -250 else [])


def balcony(seed: int) -> Case:
    """A balcony panel on a socket circuit, with or without loads of its own on the same circuit."""
    s = Scene("balcony", seed)
    s.rest()
    s.grid()
    phase, mood = s.any_phase(), str(s.rng.choice(MOODS))
    made = loads.solar(s.rng, loads.sun(s.rng, s.seconds, mood), s.rng.uniform(400, 900))
    s.house.add("sockets", s.on(made, phase))
    mixed = s.rng.random() < 0.5
    if mixed:
        s.house.add("sockets", s.on(s.draw(str(s.rng.choice(("kettle", "heater", "motor")))), phase))
    number = s.clamp(str(s.rng.choice(("Terras", "Living", "Balkon", "Sockets 2"))), phase, [("sockets", phase)])
    s.usual(int(s.rng.integers(0, 4)))
    s.notes.append(f"input {number} {mood} {'with loads' if mixed else ''}")
    gives = float(np.mean(s.house.flows["sockets"][0].watts)) < -250 and not mixed
    return s.case(told=[Told(ABOUT_GENERATION, (number,))] if gives else [])


def unmetered(seed: int) -> Case:
    """Solar or a battery without any CT: exports, or only reduces what comes from the grid."""
    s = Scene("unmetered", seed)
    s.rest()
    grid = s.grid()
    phases = s.phases if len(s.phases) == 3 and s.rng.random() < 0.4 else [s.any_phase()]
    exports = s.rng.random() < 0.7
    mood = str(s.rng.choice(MOODS))
    if exports:
        watts = s.rng.uniform(2500, 6000) * (2 if len(phases) == 3 else 1)
    else:
        watts = s.rng.uniform(150, 300) * len(phases)
        for phase in phases:
            s.hidden(loads.flow(np.full(s.seconds, s.rng.uniform(500, 1500)), 3.0, 0.1), phase)
    light = loads.sun(s.rng, s.seconds, mood)
    s.solar(light, watts, phases, metered=False)
    s.usual(int(s.rng.integers(0, 5)))
    s.notes.append(f"L{[p + 1 for p in phases]} {mood} {watts:.0f} W")
    sure = exports and float(np.mean(light)) * watts / len(phases) > 1200
    told = [Told(ABOUT_GENERATION, [grid[p] for p in phases])] if sure and mood != "grey" else []
    return s.case(told=told)


def no_role(seed: int) -> Case:
    """An input without a role, on solar or on a load, either way round: no direction is wrong, the role is missing."""
    s = Scene("no_role", seed)
    s.rest()
    s.grid()
    left = {"role": "UNKNOWN", "connection": "UNKNOWN", "turned": bool(s.rng.random() < 0.3)}
    if s.rng.random() < 0.6:
        left["name"] = str(s.rng.choice(("?", "Input 4", "", "PV+")))
        light = loads.sun(s.rng, s.seconds, str(s.rng.choice(MOODS)))
        number = s.solar(light, s.rng.uniform(1500, 4000), [s.any_phase()], **left)[0]
        s.notes.append("solar")
    else:
        number = s.circuit(str(s.rng.choice(loads.STEPPING)), s.any_phase(), **left)
        s.notes.append("load")
    s.usual(int(s.rng.integers(0, 3)))
    return s.case(told=[Told("role", (number,))])


def car(seed: int) -> Case:
    """A car that charges and gives back, on a circuit that is configured as consumption."""
    s = Scene("car", seed)
    s.rest()
    s.grid()
    n = s.seconds
    power = loads.ramped(loads.cycles(s.rng, n, (1.5, 3.0)) * 2 - 1, s.rng.uniform(4, 10)) * s.rng.uniform(1400, 3600)
    if len(s.phases) == 3 and s.rng.random() < 0.5:
        numbers = s.three("charger", loads.battery(s.rng, power))
    else:
        numbers = [s.circuit("charger", s.any_phase(), loads.battery(s.rng, power))]
    s.usual(int(s.rng.integers(0, 4)))
    s.notes.append(f"inputs {numbers}")
    return s.case(told=[Told(ABOUT_GENERATION, numbers)])


def battery_ct(seed: int) -> Case:
    """A home battery with its CT, configured as consumption, following the house."""
    s = Scene("battery_ct", seed, night=bool(seed % 2))
    s.rest()
    s.grid()
    s.usual(int(s.rng.integers(1, 4)))
    phase = s.any_phase()
    taken = sum(f.watts for flows in s.house.flows.values() for f in flows if f.start == phase)
    power = loads.answering(taken, s.rng.uniform(1500, 4000), int(s.rng.integers(1, 6)))
    if s.rng.random() < 0.5:
        light = loads.sun(s.rng, s.seconds, "cloudy") * s.rng.uniform(1500, 4000)
        s.solar(light / 4000, 4000, [phase])
        power = loads.answering(taken - light, 3000, 3, charge=True)
    number = s.circuit(
        "charger", phase, loads.battery(s.rng, power), name=("Batterij", "Battery", "Batterie", "Speicher")[s.language]
    )
    s.notes.append(f"input {number}")
    return s.case()


def carries(seed: int) -> Case:
    """A battery without a CT carries the house: grid CTs near zero, although circuits draw. They are not dead."""
    s = Scene("carries", seed, night=True)
    s.rest()
    grid = s.grid()
    s.usual(int(s.rng.integers(2, 6)))
    shared = len(s.phases) == 3 and s.rng.random() < 0.3
    taken = [
        sum((f.watts for flows in s.house.flows.values() for f in flows if f.start == p), np.zeros(s.seconds))
        for p in s.phases
    ]
    late = int(s.rng.integers(0, 3))
    for phase in s.phases:
        wanted = sum(taken) / 3 if shared else taken[phase]
        s.hidden(loads.battery(s.rng, loads.answering(wanted, 9000, late) + s.rng.normal(0, 8, s.seconds)), phase)
    s.notes.append("shared by the phases" if shared else f"each phase, {late} s late")
    told = [] if shared else [Told(ABOUT_GENERATION, grid)]
    return s.case(told=told)


def battery_elsewhere(seed: int) -> Case:
    """A load on one phase, a battery that answers on another: the sum stays zero, and nothing is a neutral."""
    s = Scene("battery_elsewhere", seed, supply="star", night=True)
    s.rest()
    s.grid()
    here, there = map(int, s.rng.permutation(3)[:2])
    s.circuit("boiler", here)
    taken = s.house.flows["boiler 1"][0].watts
    flow = loads.battery(s.rng, loads.answering(taken, 5000, int(s.rng.integers(0, 4))))
    if s.rng.random() < 0.5:
        s.hidden(flow, there)
    else:
        s.circuit("charger", there, flow, name="Battery")
    s.usual(int(s.rng.integers(0, 3)))
    s.notes.append(f"load on L{here + 1}, answer on L{there + 1}")
    return s.case(untold=r"neutral")


def turned_circuit(seed: int) -> Case:
    """The opposite: a load whose CT is turned. The grid CT of its phase takes what it seems to give."""
    s = Scene("turned_circuit", seed)
    s.rest()
    s.grid()
    number = s.circuit(str(s.rng.choice(("kettle", "boiler", "heater", "oven"))), s.any_phase(), turned=True)
    s.usual(int(s.rng.integers(0, 4)))
    s.notes.append(f"input {number}")
    return s.case({number: {"reversed"}})


def turned_both(seed: int) -> Case:
    """A load's CT and the grid CT of its phase are both turned: they agree, and the rest of the phase tells."""
    s = Scene("turned_both", seed)
    s.rest()
    grid = s.grid()
    phase = s.any_phase()
    s.change(grid[phase], turned=True)
    number = s.circuit(str(s.rng.choice(("kettle", "boiler", "oven"))), phase, turned=True)
    s.usual(int(s.rng.integers(0, 3)), phases=[p for p in s.phases if p != phase] or s.phases)
    s.notes.append(f"inputs {grid[phase]}, {number}")
    both = {grid[phase]: {"reversed"} | OPEN, number: {"reversed"} | OPEN}
    return s.case(
        both, others=SOFT, told=[Told(rf"{ABOUT_ROLE}|{ABOUT_GENERATION}|revers|turned", (number, grid[phase]))]
    )


def solar_control(seed: int) -> Case:
    """Solar configured as it should be, by day or by night, exporting or not."""
    s = Scene("solar_control", seed, night=seed % 4 == 0)
    s.rest()
    s.grid()
    phases = s.phases if len(s.phases) == 3 and s.rng.random() < 0.4 else [s.any_phase()]
    light = np.zeros(s.seconds) if seed % 4 == 0 else loads.sun(s.rng, s.seconds, str(s.rng.choice(MOODS)))
    s.solar(light, s.rng.uniform(1500, 6000) * len(phases), phases)
    s.usual(int(s.rng.integers(1, 6)))
    return s.case()


KINDS = {
    "generation": (
        solar_as_circuit, plugged_battery, balcony, unmetered, no_role, car, battery_ct, carries, battery_elsewhere,
        turned_circuit, turned_both, solar_control,
    )
}  # fmt: skip
