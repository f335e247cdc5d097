"""The six ways in which a CT can sit, with the P/S and Q/S that theory gives for each, on a star and on a delta."""

from __future__ import annotations

import math

import pytest

from smappee_tui.simulator import sites
from smappee_tui.simulator.house.circuits import Circuit
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.simulator.ideal import START, last_sample, load, payloads, site, still


def _heater(dialect: str, port: int, watts: float = 2300.0) -> VirtualSite:
    return site(still("delta"), [Circuit("a", (port,), [load(watts, port)])], dialect=dialect)  # type: ignore[arg-type]


def test_20_series_takes_power_against_the_virtual_neutral() -> None:
    readings = last_sample(VirtualMonitor(_heater("20-series", 0), START))
    # A load between L1 and L2: its two lines lie 30° to either side, and share the power.
    assert [round(readings[n].watts) for n in range(3)] == [1150, 1150, 0]
    assert readings[0].watts / readings[0].va == pytest.approx(math.cos(math.radians(30)))
    assert readings[0].var == pytest.approx(-readings[1].var)


def test_20_series_publishes_line_voltages_so_that_vi_is_not_s() -> None:
    monitor = VirtualMonitor(_heater("20-series", 0), START)
    reading = last_sample(monitor)[0]
    assert monitor.last_sample is not None
    assert monitor.last_sample.volts == pytest.approx([230.0] * 3)
    assert monitor.last_sample.volts[0] * reading.amps / reading.va == pytest.approx(math.sqrt(3.0))


def test_20_series_demo_site_has_the_same_ratio_in_its_intervals() -> None:
    monitor = sites.build("delta", dialect="20-series")
    entry = payloads(monitor.tick(START + 300), "aggregated")[0]["intervalDatas"][0]
    for row in entry["channelIntervalDatas"]:
        volts = entry["averageRMSVoltages"][row["ctInput"] % 3] / 10
        if row["averageRMSCurrent"] > 500:
            apparent = volts * row["averageRMSCurrent"] / row["averageRMSApparentPower"]
            assert apparent == pytest.approx(math.sqrt(3.0), rel=0.02)


def test_infinity_measures_with_two_wattmeters() -> None:
    monitor = VirtualMonitor(_heater("infinity", 2), START)
    readings = last_sample(monitor)
    assert monitor.last_sample is not None
    assert monitor.last_sample.volts == pytest.approx([230.0, 230.0, 0.0])
    # Between L3 and L1: line L1 alone carries the power, at unity.
    assert readings[0].watts == pytest.approx(2300.0)
    assert readings[0].va == pytest.approx(2300.0)
    assert readings[1].watts == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("port", [0, 1, 2])
def test_infinity_sum_of_two_is_the_whole_power(port: int) -> None:
    readings = last_sample(VirtualMonitor(_heater("infinity", port), START))
    assert readings[0].watts + readings[1].watts == pytest.approx(2300.0)


def test_infinity_load_between_the_measured_lines_reads_half_and_half() -> None:
    readings = last_sample(VirtualMonitor(_heater("infinity", 0), START))
    assert readings[0].watts / readings[0].va == pytest.approx(0.5)
    assert readings[1].watts / readings[1].va == pytest.approx(0.5)


def test_balanced_motor_makes_one_wattmeter_negative() -> None:
    place = site(still("delta"), [Circuit("m", (0, 1, 2), [load(3000.0, (0, 1, 2), 70.0)])], dialect="infinity")
    readings = last_sample(VirtualMonitor(place, START))
    assert min(readings[0].watts, readings[1].watts) < 0.0
    assert readings[0].watts + readings[1].watts == pytest.approx(3000.0, rel=0.03)


def test_another_pair_by_fault() -> None:
    monitor = VirtualMonitor(_heater("20-series", 0), START, faults=["phase:3,L3"])
    assert monitor.state_of(3) == ("wrong_phase", 2)
    assert [round(last_sample(monitor)[n].watts) for n in range(3)] == [1150, 0, 1150]


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
