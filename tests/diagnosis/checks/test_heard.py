"""Is it a monitor that measures, or a broker's memory, means only, the cloud's feed, or the same for ever?"""

from __future__ import annotations

from typing import Any

import pytest

from smappee_tui.diagnosis.checks.heard import others_left_over
from smappee_tui.diagnosis.judgement import WAITING
from smappee_tui.i18n import Translator
from tests import payloads as p
from tests.diagnosis.checks.scene import Watched, quiet_house

LONG_AGO = 1_600_000_000.0


def remembered(**changes: Any) -> Watched:
    """What a broker keeps of a monitor of 2020."""
    house = Watched()
    house.say("config", p.config(utcTimeStamp=p.millis(LONG_AGO)), retain=True)
    content = p.channel_config("grid:0 grid:1 grid:2") | {"utcTimeStamp": p.millis(LONG_AGO - 5)}
    return house.say("channelConfig", content | changes, retain=True)


def waits(house: Watched) -> bool:
    """Nothing is said, and nothing that changes would help: the verdicts are held back."""
    channels = house.judgement.channels.values()
    return all(said.verdict in WAITING and said.title.code != "verdicts.inconclusive" for said in channels)


def test_a_monitor_that_no_longer_speaks() -> None:
    house = remembered()
    assert house.findings == [("monitor-left-over", "warning")]
    assert "2020-09-13" in house.text("monitor-left-over").title
    assert waits(house)


def test_also_where_the_broker_keeps_its_last_measurement() -> None:
    house = remembered().say("realtime", p.realtime([p.Row(0, 460, 2.0)], at=LONG_AGO + 9), retain=True)
    assert house.findings == [("monitor-left-over", "warning")]
    assert (house.site.quality.offset, house.site.quality.live) == (None, 0)
    assert waits(house)
    house.run(3)
    assert house.findings == []


def test_a_command_of_somebody_else_is_not_its_voice() -> None:
    house = remembered().plug(11, "setstate", "ON")
    assert ("monitor-left-over", "warning") in house.findings


def test_the_memory_of_a_measurement_does_not_replace_what_is_measured() -> None:
    house = quiet_house()
    before = house.site.sample
    house.say("realtime", p.realtime([p.Row(0, 9, 9.0)], at=LONG_AGO), retain=True)
    assert house.site.sample is before


def test_others_that_left_their_messages() -> None:
    gone, alive = remembered().site, quiet_house().site
    assert others_left_over([alive]) is None
    finding = others_left_over([gone, alive])
    assert finding is not None
    assert "2004990017 (from 2020-09-13)" in Translator("en").finding(finding).title
    many = others_left_over([gone] * 9)
    assert many is not None
    assert Translator("en").finding(many).title.endswith("…")


def test_only_the_clouds_feed() -> None:
    house = Watched().configured()
    for _ in range(20):
        house.now += 1
        house.say("power", {"utcTimeStamp": p.millis(house.now), "activePowerData": [290, 170]})
    assert house.findings == [("only-cloud-feed", "warning")]
    assert waits(house)
    house.run(2)
    assert house.findings == []


def test_only_means() -> None:
    house = Watched().configured()
    house.now += 300
    house.say("aggregated", p.aggregated([p.Means(n, 2.0, 440.0, 460.0, 134.0, 0.95, n) for n in range(3)]))
    assert ("only-means", "warning") in house.findings
    assert waits(house)


@pytest.mark.parametrize(("seconds", "told"), [(2, False), (30, True)])
def test_it_speaks_but_measures_nothing(seconds: float, told: bool) -> None:
    house = Watched().configured().plug(11, "state", "ON")
    house.now += seconds
    house.plug(11, "state", "OFF").plug(12, "state", "OFF")
    assert (("no-realtime", "warning") in house.findings) is told


def test_values_that_stand_still_take_the_verdicts_with_them() -> None:
    house = quiet_house().run(30)
    house.aggregates = False
    assert not waits(house)
    for second in range(60):
        house.now += 1
        house.say("realtime", p.realtime([p.Row(n, 460, 2.0, n) for n in range(3)], at=house.now))
        frozen = [f for f in house.judgement.findings if f.code == "values-frozen"]
        assert bool(frozen) is (second >= 45)
        assert waits(house) is (second >= 45)
    assert frozen[0].severity == "warning"
    assert frozen[0].channels == (0, 1, 2)
    house.run(3)
    assert [f.severity for f in house.judgement.findings if f.code == "values-frozen"] == ["info"]
    assert not waits(house)


def test_a_counter_that_slips_is_no_restart() -> None:
    house = quiet_house().run(10)
    for value in (1000.0, 3.0, 1000.0):
        house.now += 1
        rows = [p.Row(n, 460 + value % 7, 2.0, n, value) for n in range(3)]
        house.say("realtime", p.realtime(rows, at=house.now))
    assert ("counter-glitch", "info") in house.findings
    assert ("monitor-restarted", "info") not in house.findings
