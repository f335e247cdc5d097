import re
from typing import Any

import pytest

from smappee_tui.simulator import sites
from smappee_tui.simulator.house.circuits import Circuit
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.simulator.monitor.wire import is_grid
from tests.simulator.ideal import START, load, payloads, site, still


def _plan(name: str = "home3pv") -> dict[str, Any]:
    plan: dict[str, Any] = payloads(sites.build(name).tick(START), "channelConfigV2")[0]["dataProcessingSpecification"]
    return plan


def test_data_sources_join_the_measurements_over_the_formula() -> None:
    plan = _plan()
    sources = {f"${s['busAddress']['serialNumber']}/{s['busAddress']['inputIndex']}$": s for s in plan["dataSources"]}
    channels = plan["measurements"][:-1]
    assert len(sources) == len(channels) == 13
    assert [m["publishIndex"] for m in channels] == list(range(13))
    for channel in channels:
        source = sources[channel["formula"]]
        assert re.fullmatch(r"55\d{8}", source["busAddress"]["serialNumber"])
        assert 0 <= source["busAddress"]["inputIndex"] <= 3
        assert source["measurementType"]["phase"] == channel["publishedMeasurementTypes"][0]["phase"]
        assert source["type"] in {"SCT2_50A", "SCT2_100A"}
    order = [s["busAddress"]["serialNumber"] + str(s["busAddress"]["inputIndex"]) for s in plan["dataSources"]]
    assert order != sorted(order), "a real monitor does not sort them"


def test_last_entry_is_the_service_location() -> None:
    last = _plan()["measurements"][-1]
    assert last["type"] == "SERVICE_LOCATION"
    assert last["publishIndex"] == -1
    assert {t["mRID"] for t in last["publishedMeasurementTypes"]} == {f"1.{k}.0.38" for k in range(1008, 1013)}


def test_words_of_a_channel() -> None:
    channels = _plan()["measurements"]
    assert [c["name"] for c in channels[3:6]] == ["Solar"] * 3
    assert (channels[0]["flow"], channels[0]["connectionType"]) == ("CONSUMPTION", "GRID")
    assert (channels[3]["flow"], channels[3]["connectionType"]) == ("PRODUCTION", "GRID")
    assert (channels[6]["flow"], channels[6]["connectionType"]) == ("CONSUMPTION", "SUBMETER")
    assert (channels[12]["flow"], channels[12]["connectionType"]) == ("UNKNOWN", "UNKNOWN")
    assert [t["mRID"] for t in channels[1]["publishedMeasurementTypes"]] == [
        "1.37.64.38", "1.1003.64.63", "1.158.64.29", "1.4.64.5",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "word"), [("home1", "ONE"), ("home3pv", "THREE_STAR"), ("delta", "THREE_DELTA")])
def test_phase_type(name: str, word: str) -> None:
    assert _plan(name)["phaseType"] == word


def test_delta_has_two_mains_cts_and_no_voltage_on_the_reference() -> None:
    assert [m["name"] for m in _plan("delta")["measurements"][:3]] == ["Mains L1", "Mains L2", "Solar"]
    message = payloads(sites.build("delta").tick(START + 1), "realtime")[0]
    assert message["voltages"][2] == {"voltage": 0, "phaseId": 2}


def test_realtime_keys_and_units() -> None:
    place = site(still(), [Circuit("a", (1,), [load(1000.0, 1, 30.0)])], dialect="infinity")
    monitor = VirtualMonitor(place, START, faults=["reversed:3"])
    message = payloads(monitor.tick(START + 1), "realtime")[0]
    row = message["channelPowers"][3]
    assert row["publishIndex"] == 3
    assert re.fullmatch(r"\$55\d{8}/3\$", row["formula"])
    assert row["power"] == -1000
    assert row["apparentPower"] == 1155
    assert row["cosPhi"] == -87
    assert row["current"] == 50
    assert row["importEnergy"] % 3600 == row["exportEnergy"] % 3600 == 0, "whole Wh"
    assert 49.9e6 < message["measuredFrequency"] < 50.1e6


def test_counters_survive_a_restart_here() -> None:
    message = payloads(sites.build("home3pv").tick(START + 1), "realtime")[0]
    assert message["totalImportEnergy"] > 1e9


def test_totals_are_those_of_real_monitors() -> None:
    """Power: what the grid and the roof bring. Counters: of every CT, circuits and solar alike."""
    monitor = sites.build("home3pv", dialect="infinity", start=START + 12 * 3600)
    for message in payloads(monitor.tick(START + 12 * 3600 + 3), "realtime"):
        rows = message["channelPowers"]
        for total, each in (("totalImportEnergy", "importEnergy"), ("totalExportEnergy", "exportEnergy")):
            assert message[total] == sum(row[each] for row in rows)
        counted = [ct.input for ct in monitor.site.cts if is_grid(ct) or ct.role == "PRODUCTION"]
        power = sum(row["power"] for row in rows if row["publishIndex"] in counted)
        assert message["totalPower"] == pytest.approx(power, abs=len(counted))
        assert any(ct.role == "PRODUCTION" for ct in monitor.site.cts)


def test_intervals() -> None:
    place = site(still(), [Circuit("a", (2,), [load(345.6, 2, 60.0)])], dialect="infinity")
    entries = payloads(VirtualMonitor(place, START).tick(START + 300), "aggregated")[0]["intervalDatas"]
    values = {m["type"]["mRID"]: m["value"] for m in entries[3]["measurements"]}
    assert entries[3]["publishIndex"] == 3
    assert values["1.37.32.38"] == 345_600
    assert values["1.1003.32.63"] == pytest.approx(598_597, abs=2)
    assert values["1.158.32.29"] == 230_000
    assert values["1.4.32.5"] == pytest.approx(3005, abs=1)
    assert "publishIndex" not in entries[-1]
    site_wide = {m["type"]["measurementKind"]: m["value"] for m in entries[-1]["measurements"]}
    assert site_wide["IMPORTTOTAL_ACTIVE_POWER"] == 345_600
    assert site_wide["ALWAYS_ON"] == 85_000, "of the quietest hour, not of these five minutes"
