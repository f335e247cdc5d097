"""What kind of wrong a clock is: another unit, never set, standing, whole hours, or drift."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import payloads as p
from tests.diagnosis.checks.scene import Watched, flickering

Stamp = Callable[[float], float | None]


def bare() -> Watched:
    """A monitor without plugs and sensors."""
    house = Watched().say("config", p.config(), retain=True)
    house.aggregates = False
    return house.say("channelConfig", p.channel_config("grid:0 grid:1 grid:2"), retain=True)


def watched(stamp: Stamp, seconds: int = 40) -> Watched:
    """Forty seconds under these time stamps (in the wire's number)."""
    house = bare()
    for _ in range(seconds):
        house.now += 1
        content = p.realtime(flickering(house.now), at=house.now) | {"utcTimeStamp": stamp(house.now)}
        house.say("realtime", content)
    return house


@pytest.mark.parametrize(
    ("stamp", "words", "step"),
    [
        (lambda now: now, "in seconds", "bridge"),
        (lambda now: now * 1e6, "in microseconds", "bridge"),
        (lambda now: now * 1e9, "in nanoseconds", "bridge"),
        (lambda now: (now - p.START) * 1000, "lost its time: it shows 1970-01-01", "online"),
        (lambda now: 0, "lost its time: it shows 1970-01-01", "online"),
        (lambda now: (946_684_800 + now - p.START) * 1000, "lost its time: it shows 2000-01-01", "online"),
        (lambda now: (now - 4 * 365 * 86_400) * 1000, "never set", "online"),
        (lambda now: (p.START - 3) * 1000, "stands still", "online"),
        (lambda now: (now + 3600) * 1000, "whole hours ahead (1 h)", "time zone"),
        (lambda now: (now - 7200.4) * 1000, "whole hours behind (2 h)", "time zone"),
        (lambda now: (now + 5.5 * 3600 + 20) * 1000, "whole hours ahead (5.5 h)", "time zone"),
        (lambda now: (now + 47) * 1000, "47 s ahead", "third clock"),
        (lambda now: (now - 1800) * 1000, "30 min behind", "third clock"),
        (lambda now: (now - 5000) * 1000, "83 min behind", "third clock"),
    ],
)
def test_each_kind_is_called_what_it_is(stamp: Stamp, words: str, step: str) -> None:
    house = watched(stamp)
    assert house.findings == [("monitor-clock", "warning")]
    told = house.text("monitor-clock")
    assert words in told.title
    assert step in told.advice
    assert house.site.quality.realtime >= 37


@pytest.mark.parametrize("stamp", [lambda now: now * 1000, lambda now: (now + 3) * 1000, lambda now: None])
def test_a_sound_one(stamp: Stamp) -> None:
    assert watched(stamp).findings == []


def test_seconds_lose_no_measurement_though_two_fall_into_one() -> None:
    house = bare()
    for n in range(60):
        house.now = p.START + 1 + n * 0.98
        stamp = float(int(house.now))
        house.say("realtime", p.realtime(flickering(n), at=house.now) | {"utcTimeStamp": stamp})
    assert house.site.quality.realtime == 60


def test_since_of_a_plug_in_seconds_is_understood() -> None:
    house = watched(lambda now: now)
    house.say("plug/11/connectionState", {"value": "UNREACHABLE", "since": house.now - 3600})
    assert "60 min" in house.text("plug-unreachable").title


def test_a_clock_that_recovers_is_not_told_any_more() -> None:
    house = watched(lambda now: (now + 3600) * 1000, 10)
    for _ in range(70):
        house.now += 1
        house.say("realtime", p.realtime(flickering(house.now), at=house.now))
    assert house.findings == []
