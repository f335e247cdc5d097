"""The six ways in which a CT can sit, with the P/S and Q/S that theory gives for each."""

import math

import pytest

from smappee_tui.simulator.house.circuits import Circuit
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.simulator.ideal import START, last_sample, load, site, still

# Angle added to the load's own by (phases further, turned round).
ADDED = {(0, False): 0, (0, True): 180, (1, False): 120, (2, False): -120, (1, True): -60, (2, True): 60}


@pytest.mark.parametrize("phase", [0, 1, 2])
@pytest.mark.parametrize("angle", [-60, -20, 0, 20, 40, 60])
@pytest.mark.parametrize("wiring", ADDED)
def test_power_and_angle_of_every_wiring(phase: int, angle: int, wiring: tuple[int, bool]) -> None:
    further, turned = wiring
    faults = [f"phase:3,L{(phase + further) % 3 + 1}"] if further else []
    faults += ["reversed:3"] if turned else []
    place = site(still(), [Circuit("a", (phase,), [load(1150.0, phase, angle)])])
    monitor = VirtualMonitor(place, START, faults=faults)
    reading = last_sample(monitor)[3]
    theta = math.radians(angle + ADDED[wiring])
    assert reading.watts / reading.va == pytest.approx(math.cos(theta), abs=1e-6)
    assert reading.var / reading.va == pytest.approx(math.sin(theta), abs=1e-6)


def test_a_turned_ct_that_is_turned_back_in_the_app_reads_right() -> None:
    place = site(still(), [Circuit("a", (0,), [load(1000.0)])])
    place.cts[3].flag = True
    place.cts[3].mounted_reversed = True
    assert last_sample(VirtualMonitor(place, START))[3].watts == pytest.approx(1000.0)


def test_mains_ct_on_the_neutral_sees_all_phases() -> None:
    place = site(still(), [Circuit("a", (0,), [load(1000.0, 0)]), Circuit("b", (1,), [load(500.0, 1)])])
    monitor = VirtualMonitor(place, START, faults=["neutral:0"])
    assert last_sample(monitor)[0].amps == pytest.approx(
        abs(1000 - 500 * complex(0.5, math.sqrt(0.75))) / 230, rel=0.01
    )


def test_scale_faults() -> None:
    place = site(still(), [Circuit("a", (0,), [load(2300.0)])])
    monitor = VirtualMonitor(place, START, faults=["ratio:3,4.0"])
    assert last_sample(monitor)[3].amps == pytest.approx(40.0)
    monitor.mend("ratio:3,4.0")
    for fault, low, high in (("half-open:3", 3.0, 8.1), ("dead:3", 0.0, 0.0), ("two-wires:3", 0.0, 0.1)):
        monitor.inject(fault)
        assert low <= last_sample(monitor)[3].amps <= high
        monitor.mend(fault)
    assert last_sample(monitor)[3].amps == pytest.approx(10.0)


def test_overrange_shows_more_than_the_rating_and_clips() -> None:
    place = site(still(), [Circuit("a", (0,), [load(2300.0)])])
    monitor = VirtualMonitor(place, START, faults=["overrange:3"])
    reading = last_sample(monitor)[3]
    assert reading.amps == pytest.approx(60.0)
    assert reading.true_amps > 70.0
    monitor.mend("overrange:3")
    assert last_sample(monitor)[3].amps == pytest.approx(10.0)


def test_exchanged_voltage_leads_turn_both_phases() -> None:
    circuits = [Circuit("a", (1,), [load(1000.0, 1)]), Circuit("b", (2,), [load(1000.0, 2)])]
    readings = last_sample(VirtualMonitor(site(still(), circuits), START, faults=["voltage-rotated"]))
    assert readings[3].watts == pytest.approx(-500.0)
    assert readings[4].watts == pytest.approx(-500.0)
    assert readings[3].var == pytest.approx(-readings[4].var)


def test_missing_voltage_leaves_no_power() -> None:
    place = site(still(), [Circuit("a", (1,), [load(1000.0, 1)])])
    monitor = VirtualMonitor(place, START, faults=["voltage-missing:L2"])
    reading = last_sample(monitor)[3]
    assert reading.watts == 0.0
    assert reading.amps > 4.0
    assert monitor.last_sample is not None
    assert [round(v) for v in monitor.last_sample.volts] == [230, 0, 230]


def test_one_voltage_is_turned_for_the_other_phases() -> None:
    place = site(still(), [Circuit("a", (2,), [load(1000.0, 2)])], one_voltage=True)
    monitor = VirtualMonitor(place, START)
    assert last_sample(monitor)[3].watts == pytest.approx(1000.0)
    assert monitor.last_sample is not None
    assert len(monitor.last_sample.volts) == 1


def test_ct_errors_turn_and_scale() -> None:
    place = site(still(), [Circuit("a", (0,), [load(2300.0)])])
    place.cts[3].gain, place.cts[3].angle_error = 1.01, 2.0
    reading = last_sample(VirtualMonitor(place, START))[3]
    assert reading.amps == pytest.approx(10.1)
    assert math.degrees(math.atan2(reading.var, reading.watts)) == pytest.approx(-2.0)
