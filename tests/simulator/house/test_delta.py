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
