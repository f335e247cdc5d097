import pytest

from smappee_tui.simulator import sites
from smappee_tui.simulator.house.circuits import Circuit
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.simulator.ideal import START, load, payloads, site, still


def test_realtime_keys_and_units() -> None:
    place = site(still(volts=231.4), [Circuit("a", (0,), [load(1000.0, 0, 30.0)])])
    monitor = VirtualMonitor(place, START)
    message = payloads(monitor.tick(START + 2), "realtime")[1]
    assert list(message) == [
        "totalPower", "totalReactivePower", "totalExportEnergy", "totalImportEnergy", "monitorStatus", "utcTimeStamp",
        "channelPowers", "voltages",
    ]  # fmt: skip
    watts = 1000.0 * (231.4 / 230.0) ** 2
    row = message["channelPowers"][3]
    assert row == {
        "ctInput": 3,
        "power": round(watts),
        "exportEnergy": 0,
        "importEnergy": int(2 * watts),
        "phaseId": 0,
        "current": round(10 * watts / 231.4 / 0.8660254),
    }
    assert message["voltages"][0] == {"voltage": 231, "phaseId": 0}
    assert message["totalPower"] == round(watts)
    assert message["totalReactivePower"] == round(watts * 0.57735), "signed: lagging is positive"
    assert message["utcTimeStamp"] == round((START + 2) * 1000)


def test_total_reactive_power_has_the_sign_of_the_load() -> None:
    place = site(still(), [Circuit("a", (0,), [load(1000.0, 0, -30.0)])])
    assert payloads(VirtualMonitor(place, START).tick(START + 1), "realtime")[0]["totalReactivePower"] == -577


def test_channel_config() -> None:
    monitor = sites.build("home3pv", dialect="20-series")
    rows = payloads(monitor.tick(START), "channelConfig")[0]["inputChannels"]
    assert [row["ctInput"] for row in rows] == list(range(13))
    assert rows[3]["name"] == "Solar L1"
    assert rows[3]["inputChannelType"] == "PRODUCTION"
    assert rows[3]["inputChannelConnection"] == "GRID"
    assert rows[12]["inputChannelType"] == "UNUSED"
    assert {row["inputChannelCTType"] for row in rows} == {"CT50_100_200"}
    assert set(rows[0]) == {
        "ctInput", "name", "phase", "inputChannelType", "inputChannelConnection", "reversed", "nilm", "balanced",
        "inputChannelCTType",
    }  # fmt: skip


def test_intervals_are_in_thousandths() -> None:
    place = site(still(), [Circuit("a", (1,), [load(345.6, 1, 60.0)])])
    monitor = VirtualMonitor(place, START, faults=["reversed:1"])
    data = payloads(monitor.tick(START + 300), "aggregated")[0]["intervalDatas"][0]
    assert data["utcEndtime"] % 300_000 == 0
    assert data["averageRMSVoltages"] == [2300, 2300, 2300]
    row = data["channelIntervalDatas"][3]
    assert row["averageRMSCurrent"] == pytest.approx(1000 * 345.6 / 230 / 0.5, abs=1)
    assert row["averageImportRMSActivePower"] == 345_600
    assert row["averageRMSApparentPower"] == pytest.approx(691_200, abs=1)
    assert row["averageRMSReactivePower"] == pytest.approx(598_597, abs=2)
    assert row["averagePowerfactor"] == 50
    assert data["channelIntervalDatas"][1]["averageExportRMSActivePower"] == 345_600, "the reversed mains CT"


def test_single_phase_reports_no_volts_for_the_others() -> None:
    message = payloads(sites.build("home1", dialect="20-series").tick(START + 1), "realtime")[0]
    assert [v["voltage"] > 200 for v in message["voltages"]] == [True, False, False]


def test_one_voltage_has_one_entry() -> None:
    place = site(still(), [Circuit("a", (1,), [load(500.0, 1)])], one_voltage=True)
    arrivals = VirtualMonitor(place, START).tick(START + 300)
    assert payloads(arrivals, "realtime")[0]["voltages"] == [{"voltage": 230, "phaseId": 0}]
    assert payloads(arrivals, "aggregated")[0]["intervalDatas"][0]["averageRMSVoltages"] == [2300, 0, 0]
