"""From a scenario to a virtual monitor: the same parts as the demo sites, put together as the file says."""

from __future__ import annotations

from smappee_tui.simulator.house import appliances as kit
from smappee_tui.simulator.house.builder import SiteBuilder
from smappee_tui.simulator.house.circuits import UNMETERED
from smappee_tui.simulator.house.generation import Inverter
from smappee_tui.simulator.house.guided_plan import GuidedPlan, GuidedStep
from smappee_tui.simulator.house.loads import ApplianceModel, ConnectedLoad, Draw, Duty, Element
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.house.supply import SupplyModel
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.scenarios.spec import PHASES, Channel, LoadSpec, Scenario, TestSpec

START = 1_760_000_040.0
LINES = {"L1-L2": 0, "L2-L3": 1, "L3-L1": 2}


def monitor_of(scenario: Scenario, seed: int, faults: tuple[str, ...] | None = None) -> VirtualMonitor:
    """The monitor of a scenario at the start of its stream."""
    site = site_of(scenario, seed)
    return VirtualMonitor(
        site,
        START,
        faults=scenario.faults if faults is None else faults,
        plan=plan_of(scenario),
        loss=scenario.loss,
    )


def site_of(scenario: Scenario, seed: int) -> VirtualSite:
    """The installation without its faults."""
    model = SupplyModel(kind=scenario.kind, **scenario.supply)  # type: ignore[arg-type]
    b = SiteBuilder(scenario.name, scenario.dialect, f"{scenario.name}/{seed}", model)  # type: ignore[arg-type]
    b.one_voltage = scenario.one_voltage
    b.mains()
    for channel in scenario.channels:
        _add(b, scenario, channel)
    free = _loads(b, scenario, UNMETERED)
    b.circuit(UNMETERED, b.ports, *_background(b, scenario.background), *free)
    site = b.build()
    for ct in site.cts:
        ct.flag = ct.mounted_reversed = False  # a scenario says itself where somebody turned one in the app
    for number, changes in scenario.ct.items():
        for key, value in changes.items():
            setattr(site.ct(int(number)), key, None if value == "" else value)  # TOML has no None
    return site


def _add(b: SiteBuilder, scenario: Scenario, channel: Channel) -> None:
    ports = ports_of(channel.on, len(b.ports))
    if channel.role == "unused":
        b.spare(ports[0])
        return
    loads: list[Element] = list(_loads(b, scenario, channel.name))
    if channel.output is not None:
        b.solar = channel.output
        loads.append(Inverter(channel.rating, channel.output, ports, f"{b.seed}/{channel.name}"))
    b.metered(channel.name, ports, *loads, role="PRODUCTION" if channel.role == "solar" else "CONSUMPTION")


def ports_of(on: str, count: int) -> tuple[int, ...]:
    """ "L2", on a delta "L1-L2", or "3" for all."""
    if on == "3":
        return tuple(range(count))
    return (LINES[on] if on in LINES else PHASES[on],)


def _loads(b: SiteBuilder, scenario: Scenario, circuit: str) -> list[ConnectedLoad]:
    return [_load(b, spec, n) for n, spec in enumerate(scenario.loads) if spec.at == circuit]


def _load(b: SiteBuilder, spec: LoadSpec, number: int) -> ConnectedLoad:
    plain = spec.angle == 0 and spec.distortion == 1
    appliance = ApplianceModel(
        spec.at,
        Draw(spec.watts, spec.angle, spec.distortion),
        Draw(*spec.standby) if spec.standby else None,
        constant_power=not plain,
        flicker=spec.flicker,
        ramp=spec.ramp,
    )
    times = tuple((float(a), float(z)) for a, z in spec.times)
    duty = Duty(windows=times) if times else None
    now = not times or any(a <= 0 for a, _ in times)
    return ConnectedLoad(appliance, ports_of(spec.on, len(b.ports)), f"{b.seed}/scripted{number}", duty, on=now)


def _background(b: SiteBuilder, kind: str) -> list[ConnectedLoad]:
    """Nothing, a quiet standby load on every phase, or a lived-in house."""
    if kind == "none":
        return []
    loads = [b.load(ApplianceModel("standby", Draw(20.0, -45.0, 0.8)), (port,)) for port in b.ports]
    if kind == "lived":
        for port in b.ports:
            loads += [
                b.load(kit.electronics(b.rng), (port,), Duty(200.0, 100.0)),
                b.load(kit.led(b.rng), (port,), Duty(300.0, 200.0)),
                b.load(kit.fridge(b.rng), (port,), Duty(400.0, 400.0)),
            ]
        loads.append(b.load(kit.kettle(b.rng), (b.ports[-1],), Duty(60.0, 120.0)))
    return loads


def plan_of(scenario: Scenario) -> GuidedPlan | None:
    """The operator's round; the steps of silent tests are there for the heater only."""
    steps = [step for test in scenario.tests for step in _steps(test)]
    return GuidedPlan(tuple(sorted(steps, key=lambda s: s.on))) if steps else None


def _steps(test: TestSpec) -> list[GuidedStep]:
    real = test.watts if test.real is None else test.real
    steps = []
    for cycle in range(test.cycles):
        on = test.start + cycle * test.every + 0.4
        off = on + test.hold
        late_off = test.late
        if test.opens_after is not None:
            off, late_off = on + test.opens_after, test.late + test.hold - test.opens_after
        port = LINES[test.on] if test.on in LINES else PHASES[test.on]
        steps.append(
            GuidedStep(on, off, test.at, port, test.input, real, test.watts if not test.silent else 0.0,
                       test.late, late_off)
        )  # fmt: skip
    return steps
