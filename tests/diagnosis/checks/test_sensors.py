from typing import Any

import pytest

from smappee_tui.diagnosis.checks.device_facts import amount_fact, leak_fact, schedule_fact, trigger_fact
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.checks.sensors import PulseCheck, battery_of
from smappee_tui.protocol.messages import GasWaterChannel, Schedule, Trigger
from tests import payloads as p
from tests.diagnosis.checks.scene import ENGLISH, Watched, quiet_house


def battery(watched: Watched) -> str:
    return watched.said.sensors[301].battery


@pytest.mark.parametrize(
    ("levels", "states"),
    [
        ([30, 21, 20, 22, 21, 23, 20], ["ok", "ok", "low", "low", "low", "ok", "low"]),
        ([11, 10, 12, 11, 13, 22, 23], ["low", "critical", "critical", "critical", "low", "low", "ok"]),
        ([12, 3, 40], ["low", "critical", "ok"]),
        ([None, 50, None], ["unknown", "ok", "unknown"]),
    ],
)
def test_battery_falls_and_rises_with_hysteresis(levels: list[float | None], states: list[str]) -> None:
    watched = Watched().configured().run(2)
    seen = []
    for level in levels:
        watched.run(300).water(level)
        seen.append(battery(watched))
    assert seen == states


def test_low_is_a_warning_and_nearly_empty_a_fault() -> None:
    watched = quiet_house().run(300).water(20)
    assert watched.findings == [("battery-low", "warning")]
    watched.run(300).water(9)
    assert watched.findings == [("battery-critical", "fault")]
    assert watched.finding("battery-critical").subject == ("sensor", 301)
    assert watched.said.sensors[301].verdict == "battery_low"
    watched.run(300).water(22)
    assert watched.findings == [("battery-low", "warning")]
    watched.run(300).water(100)
    assert watched.findings == []


def test_zero_beside_nothing_else_is_a_field_nobody_filled_in() -> None:
    watched = Watched().configured().run(2).water(0, celsius=0, humidity=0)
    assert battery(watched) == "unknown"
    assert watched.findings == []
    assert battery(watched.run(300).water(0)) == "critical"


def test_silence_is_normal_for_three_days() -> None:
    watched = quiet_house()
    watched.step = 10.0
    watched.run(3600)
    watched.now += 3 * 86_400 - 3700
    watched.run(60)
    assert watched.said.sensors[301].verdict == "ok"
    watched.now += 200
    watched.run(60)
    assert watched.said.sensors[301].verdict == "stale"
    assert ("sensor-silent", "warning") in watched.findings
    watched.water()
    assert watched.said.sensors[301].verdict == "ok"


def test_never_heard_is_silent_and_no_finding() -> None:
    watched = Watched().configured().run(60)
    said = watched.said.sensors[301]
    assert (said.verdict, said.battery, said.findings) == ("silent", "unknown", ())


def test_a_disabled_channel_is_only_told_when_it_counts() -> None:
    watched = quiet_house()
    assert watched.findings == []
    watched.run(300).water(pulses=(0, 4))
    assert watched.findings == [("sensor-disabled-counts", "info")]


def test_limits_are_settable() -> None:
    watched = quiet_house().water(50)
    assert battery_of(watched.site.devices.meters[301], DeviceLimits(battery_low=60.0)) == "low"


@pytest.mark.parametrize(
    ("pulses", "unit", "ppu", "words"),
    [
        (3, "l", 1.0, "3 l"),
        (2, "m3", 100.0, "0.02 m³"),
        (5, "", 2.0, "2.5 units"),
        (5, "l", None, "5 pulses"),
        (5, "l", 0.0, "5 pulses"),
        (None, "l", 1.0, "-"),
    ],
)
def test_amounts(pulses: float | None, unit: str, ppu: float | None, words: str) -> None:
    assert ENGLISH.fact(amount_fact(pulses, GasWaterChannel("WATER", unit, ppu, True, None, None))) == words


def test_leaks_in_words() -> None:
    watched = leak_fact(GasWaterChannel("WATER", "l", 1.0, True, 2, None))
    assert ENGLISH.fact(watched) == "leak after 10 min without a pause"
    assert ENGLISH.fact(leak_fact(GasWaterChannel("GAS", "m3", 1.0, True, 0, None))) == "no leak watch"


@pytest.mark.parametrize(
    ("hour", "minute", "day", "action", "words"),
    [
        (9, 10, "ALL_DAYS", "ON", "on at 09:10 every day"),
        (22, 0, "MONDAY", "OFF", "off at 22:00 on Mondays"),
        (7, 5, "WEEKEND", "ON", "on at 07:05 at weekends"),
        (None, None, "SOMEDAY", "DIM", "“DIM” at a time not given on SOMEDAY"),
        (25, 99, "", "ON", "on at a time not given"),
    ],
)
def test_schedules_in_words(hour: int | None, minute: int | None, day: str, action: str, words: str) -> None:
    assert ENGLISH.fact(schedule_fact(Schedule(1, "", action, (), hour, minute, day))) == words


def test_triggers_in_words() -> None:
    known = Trigger(1, "", "ACTIVE_POWER_ABOVE", "ON", (1,), 1500.0, 30.0, None, None, None)
    assert ENGLISH.fact(trigger_fact(known)) == "on when the power rises above 1500 W, delay 30"
    unknown = Trigger(1, "", "SUNSET", "OFF", (1,), None, 5.0, 51.2, 4.4, 0.0)
    assert ENGLISH.fact(trigger_fact(unknown)) == "off by SUNSET (delay 5, latitude 51.2, longitude 4.4)"


def test_the_guided_check_waits_for_the_next_live_report() -> None:
    watched = quiet_house().run(10)
    meter = watched.site.devices.meters[301]
    check = PulseCheck(301, watched.now)
    assert not check.look(meter)  # what came before does not count
    assert 0 < check.report_in(watched.now, 0.0) <= 300
    watched.run(100).say("aggregatedGW", p.aggregated_gas_water(), retain=True)
    assert not check.look(meter)
    watched.run(100).water(pulses=(0, 0))
    assert not check.look(meter)
    assert not check.failed(watched.now)
    watched.run(90).water(pulses=(3, 0))
    assert check.look(meter)
    assert ([*map(ENGLISH.fact, check.counted)], check.seconds) == (["water 3 l"], 290.0)
    watched.run(700).water(pulses=(9, 0))
    assert check.look(meter)
    assert [*map(ENGLISH.fact, check.counted)] == ["water 3 l"]
    assert PulseCheck(301, watched.now - 700).failed(watched.now)


@pytest.mark.parametrize("level", [255, -1, 102, 65535, None, "255", "n/a", 1e300])
def test_no_reading_is_no_percentage(level: Any) -> None:
    watched = quiet_house().run(300).water(level)
    assert watched.findings == []
    assert battery(watched) == "unknown"


def test_no_reading_does_not_take_a_low_battery_back() -> None:
    watched = quiet_house().run(300).water(9).run(300).water(255)
    assert watched.findings == [("battery-critical", "fault")]
    assert "9 %" in watched.text("battery-critical").title


def test_one_sensor_under_two_numbers() -> None:
    watched = quiet_house()
    content = p.sensor_config()
    content["gwSensors"].append(content["gwSensors"][0] | {"sensorId": 777})
    watched.say("sensorConfig", content, retain=True)
    assert watched.findings == [("sensor-twice", "info")]
    assert "777" in watched.text("sensor-twice").title
    for row in content["gwSensors"]:
        row["serialNumber"] = "0000000000"
    watched.say("sensorConfig", content, retain=True)
    assert watched.findings == []
