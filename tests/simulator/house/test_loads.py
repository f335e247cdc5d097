import math
import random

import pytest

from smappee_tui.simulator.house import appliances
from smappee_tui.simulator.house.generation import Battery, Inverter
from smappee_tui.simulator.house.loads import ApplianceModel, ConnectedLoad, Draw, Duty
from tests.simulated.random_sites import filter_standby, hob, pump, variable_speed


def test_distortion_adds_to_the_current_and_not_to_the_power() -> None:
    fundamental, rest = Draw(460.0, 30.0, 0.8).per_port(1)
    assert 230.0 * fundamental.real == pytest.approx(460.0)
    assert math.degrees(math.atan2(-fundamental.imag, fundamental.real)) == pytest.approx(30.0)
    rms = math.hypot(abs(fundamental), rest)
    assert abs(fundamental) / rms == pytest.approx(0.8)


def test_three_ports_share_the_power() -> None:
    load = ConnectedLoad(ApplianceModel("m", Draw(3000.0), flicker=0.0), (0, 1, 2), "x")
    assert sum(230.0 * i.real for i in load.currents) == pytest.approx(3000.0, rel=0.03)


def test_windows_decide_alone() -> None:
    load = ConnectedLoad(
        ApplianceModel("h", Draw(2000.0), flicker=0.0), (0,), "x", Duty(windows=((10.0, 20.0),)), on=False
    )
    on = []
    for t in range(1, 30):
        load.step(float(t), 1.0)
        on.append(load.currents[0].real > 8.0)
    assert on.index(True) in (9, 10)
    assert 8 <= sum(on) <= 10


def test_a_ramp_takes_its_time() -> None:
    load = ConnectedLoad(ApplianceModel("ev", Draw(2300.0), flicker=0.0, ramp=10.0), (0,), "x", on=False)
    load.on = True
    amps = []
    for t in range(12):
        load.step(float(t), 1.0)
        amps.append(load.currents[0].real)
    assert amps[:3] == pytest.approx([1.0, 2.0, 3.0])
    assert amps[-1] == pytest.approx(10.0)


def test_standby_flows_while_off() -> None:
    load = ConnectedLoad(ApplianceModel("hp", Draw(2000.0), Draw(4.0, -84.0), flicker=0.0), (0,), "x", on=False)
    assert load.currents[0].real * 230.0 == pytest.approx(4.0)
    assert load.currents[0].imag > 0.1, "leading"


def test_random_switching_keeps_the_mean_times() -> None:
    load = ConnectedLoad(ApplianceModel("f", Draw(100.0)), (0,), "seed", Duty(60.0, 180.0))
    on = 0
    for t in range(20_000):
        load.step(float(t), 1.0)
        on += load.on
    assert on / 20_000 == pytest.approx(0.25, abs=0.05)


def test_every_appliance_is_in_its_range() -> None:
    rng = random.Random(3)
    one_phase = [
        appliances.kettle, appliances.boiler, appliances.oven, hob, appliances.microwave, appliances.fridge,
        appliances.led, appliances.electronics, appliances.standby, filter_standby, pump,
        appliances.motor, variable_speed, appliances.heat_pump, appliances.fixed_heat_pump,
        appliances.charger,
    ]  # fmt: skip
    for make in one_phase:
        for _ in range(20):
            draw = make(rng).running
            assert 4.0 <= draw.watts <= 7400.0
            assert -87.0 < draw.angle < 56.0
            assert 0.55 <= draw.distortion <= 1.0


def test_the_sun_feeds_in_and_the_night_takes_filter_current() -> None:
    day = Inverter(5000.0, 0.5, (0,), "x")
    assert day.currents[0].real * 230.0 == pytest.approx(-2500.0, rel=0.2)
    night = Inverter(5000.0, 0.0, (0,), "x")
    assert 3.0 <= night.currents[0].real * 230.0 <= 12.0
    assert night.currents[0].imag * 230.0 == pytest.approx(50.0), "leading"


def test_clouds_pass() -> None:
    inverter = Inverter(5000.0, 0.8, (0, 1, 2), "x")
    watts = []
    for t in range(1200):
        inverter.step(float(t), 1.0)
        watts.append(inverter.watts)
    assert min(watts) < 2600.0
    assert max(watts) <= 5000.0


def test_a_battery_goes_both_ways() -> None:
    battery = Battery(3000.0, (0,), "x")
    signs = set()
    for t in range(1500):
        battery.step(float(t), 1.0)
        signs.add(battery.watts > 0)
        assert 200.0 <= abs(battery.watts) <= 3000.0
    assert signs == {True, False}
