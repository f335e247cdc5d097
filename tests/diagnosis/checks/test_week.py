"""The recording of the issue, and a week of it."""

import tracemalloc

from smappee_tui.site.devices import MOST
from tests import payloads as p
from tests.diagnosis.checks.scene import Watched


def test_exactly_the_findings_it_should() -> None:
    watched = Watched().configured(
        switches=((11, "Boiler", "4006990001"), (13, "Never heard", "4006990003")), comfort=((12, "Lamp"),)
    )
    for node in (11, 12):
        watched.plug(node, "connectionState", "CONNECTED", retain=True).plug(node, "state", "ON", retain=True)
    watched.volts = (230, 205, 229)
    for battery in (24, 21, 20, 15, 10, 9):
        watched.run(300).water(battery, pulses=(3, 0))
    watched.plug(12, "connectionState", "UNREACHABLE").run(1000)
    assert sorted(watched.findings) == [
        ("battery-critical", "fault"),
        ("plug-silent", "warning"),
        ("plug-unreachable", "fault"),
        ("voltage-low", "warning"),
    ]


def test_days_stay_flat() -> None:
    watched = Watched().configured()
    watched.step = 300.0

    def day() -> None:
        for hour in range(24):
            watched.run(3600).water(80 - hour % 3)
            watched.plug(11, "state", "ON" if hour % 2 else "OFF")
            watched.say("trigger", p.trigger(hour)).say("scheduler", p.schedule(hour))
        watched.said, watched.health  # noqa: B018 - asking must cost no memory either

    day()
    tracemalloc.start()
    day()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(2):
        day()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 800_000  # the history of measurements is still filling its bound, nothing else


def test_a_flood_of_plugs_is_bounded() -> None:
    watched = Watched().configured()
    for node in range(MOST + 50):
        watched.plug(node, "connectionState", "CONNECTED")
    assert len(watched.said.plugs) == MOST
