from __future__ import annotations

import math
import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.connect.lean.batch import Arrival
from smappee_tui.fleet.location import MOST_KEPT, MOST_LAST, Location
from smappee_tui.fleet.roll import ESTABLISHED, SILENT, Roll
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.site.locations import Locations
from smappee_tui.site.view import view_of
from tests.payloads import (
    DIALECTS,
    INFINITY,
    START,
    TWENTY,
    aggregated_gas_water,
    busy_rows,
    channel_config,
    channel_topic,
    config,
    every_topic,
    home_control,
    many_channels,
    plug_value,
    raw,
    realtime,
    topic,
)


def uuid(number: int) -> str:
    return str(UUID(int=number))


def said(rest: str, content: object, number: int = 1, *, retained: bool = False, prefix: str = "") -> Arrival:
    payload = content if isinstance(content, bytes) else raw(content)
    return f"{prefix}{topic(rest, uuid(number))}".encode(), payload, retained


def measured(number: int = 1, dialect: str = TWENTY, channels: int = 5, second: int = 0) -> Arrival:
    return said("realtime", realtime(busy_rows(channels, dialect, second), dialect, at=START + second), number)


def told(number: int = 1, dialect: str = TWENTY, channels: int = 5) -> list[Arrival]:
    return [
        said("config", config(dialect, serialNumber=f"50100{number:05}"), number, retained=True),
        said(channel_topic(dialect), channel_config(many_channels(channels), dialect), number, retained=True),
    ]


def only(roll: Roll) -> Location:
    (location,) = roll.locations.values()
    return location


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("channels", [7, 13, 80])
def test_what_is_drawn_is_what_the_screen_of_that_location_says(dialect: str, channels: int) -> None:
    roll, sites = Roll(), Locations()
    for second, arrivals in enumerate(
        [told(1, dialect, channels), *([measured(1, dialect, channels, n)] for n in range(3))]
    ):
        roll.hear(arrivals, START + second)
        for name, payload, retained in arrivals:
            sites.receive(MqttMessage(START + second, name.decode(), payload, 0, retained))
        location, site = only(roll), next(iter(sites.sites.values()))
        grid = [phase.grid_watts for phase in view_of(site).phases if phase.grid_watts is not None]
        assert location.watts == pytest.approx(sum(grid)) if grid else math.isnan(location.watts)
    assert (location.serial, location.settings, location.dialect) == ("5010000001", channels, dialect)
    assert (location.count, location.last, location.first) == (3, START + 3, START)


def test_without_a_configuration_nobody_knows_what_is_drawn() -> None:
    roll = Roll()
    roll.hear([measured()], START)
    assert math.isnan(only(roll).watts)
    roll.hear(told(), START)
    assert math.isnan(only(roll).watts)  # it was looked at; the next second says
    roll.hear([measured()], START)
    assert not math.isnan(only(roll).watts)


def test_silent_is_who_did_not_speak_for_a_minute_and_back_who_does_again() -> None:
    roll = Roll()
    roll.hear([*told(1), *told(2), measured(1)], START)
    swept = roll.sweep(START + 1)
    assert ([one.uuid for one in swept.back], swept.silent) == ([uuid(1)], ())
    first_told: dict[str, float] = {}
    for second in range(2, 100):
        if second < 20:
            roll.hear([measured(1)], START + second)
        for location in roll.sweep(START + second).silent:
            assert location.uuid not in first_told
            first_told[location.uuid] = second
    assert first_told == {uuid(2): SILENT + 1, uuid(1): 19 + SILENT + 1}
    assert set(roll.silent) == {uuid(1), uuid(2)}
    roll.hear([measured(1)], START + 100)
    assert [one.uuid for one in roll.sweep(START + 100).back] == [uuid(1)]
    assert set(roll.silent) == {uuid(2)}


def test_while_the_link_is_down_nobody_falls_silent() -> None:
    roll = Roll()
    roll.hear([measured(1)], START)
    roll.sweep(START)
    assert roll.sweep(START + 300, since=START + 290) == ((), ())
    assert [one.uuid for one in roll.sweep(START + 290 + SILENT + 1, since=START + 290).silent] == [uuid(1)]


def test_what_the_broker_stored_is_no_sign_of_life() -> None:
    roll = Roll()
    name, payload, _ = measured(1)
    roll.hear([(name, payload, True)], START)
    assert roll.sweep(START + 1) == ((), ())
    assert only(roll).last == 0.0


def test_how_fast_it_speaks() -> None:
    roll = Roll()
    roll.sweep(START)
    for second in range(1, 21):
        roll.hear([measured(1)] + [measured(2)] * (second % 2), START + second)
        roll.sweep(START + second)
    assert [one.rate for one in roll.locations.values()] == [1.0, 0.5]


def test_a_configuration_told_again_is_nothing_new_and_another_one_is() -> None:
    roll = Roll()
    rest, content = channel_topic(INFINITY), channel_config(many_channels(4), INFINITY)
    roll.hear([said(rest, content)], START)
    assert roll.changed() == [uuid(1)]
    roll.hear([said(rest, content | {"utcTimeStamp": 99})], START)
    assert roll.changed() == []
    roll.hear([said(rest, channel_config("grid:1 grid:0", INFINITY))], START)
    assert roll.changed() == [uuid(1)]


def test_whose_configuration_does_not_come_the_broker_is_asked_for() -> None:
    roll = Roll()
    roll.hear([*told(1), measured(1), measured(2)], START)
    asked = [(second, [one.uuid for one in roll.unconfigured(START + second)]) for second in range(320)]
    assert [one for one in asked if one[1]] == [(5, [uuid(2)]), (305, [uuid(2)])]
    roll.hear(told(4), START + 610)
    assert roll.unconfigured(START + 615) == []  # what is stored is still coming
    assert [one.uuid for one in roll.unconfigured(START + 620)] == [uuid(2)]
    roll.hear([measured(3)], START + 1400)
    assert [roll.unconfigured(START + later, since=START + 1500) for later in (1450, 1504)] == [[], []]
    assert {one.uuid for one in roll.unconfigured(START + 1700, since=START + 1500)} == {uuid(2), uuid(3)}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_who_judges_it_later_has_all_that_was_told_once(dialect: str) -> None:
    told_once = [said(rest, content, retained=True) for rest, content in every_topic(dialect).items()]
    roll = Roll()
    roll.hear(told_once, START)
    kept = list(only(roll).lasting())
    at_once, later = Locations(), Locations()
    for name, payload, retained in told_once:
        if any(part in name for part in (b"onfig", b"/connectionState", b"/state", b"GW")):
            at_once.receive(MqttMessage(START, name.decode(), payload, 0, retained))
    for message in kept:
        later.receive(message)
    (first,), (second,) = at_once.sites.values(), later.sites.values()
    assert (first.settings, first.monitor, first.devices) == (second.settings, second.monitor, second.devices)


def test_messages_of_one_that_has_its_turn_are_handed_on() -> None:
    roll = Roll()
    roll.hear([measured(1), measured(2)], START)
    roll.locations[uuid(2)].watched = True
    heard = roll.hear([measured(1), measured(2), *told(2), said("aggregated", b"{}", 2)], START)
    assert [(one.location.uuid, one.arrival[0].rpartition(b"/")[2]) for one in heard] == [
        (uuid(2), b"realtime"), (uuid(2), b"config"), (uuid(2), b"channelConfig"), (uuid(2), b"aggregated"),
    ]  # fmt: skip


def test_five_minute_values_are_handed_on() -> None:
    roll = Roll()
    roll.hear([said("aggregated", b"1"), said("aggregated", b"2", 2)], START)
    assert [(one.uuid, arrival[1], at) for one, arrival, at in roll.intervals(1)] == [(uuid(1), b"1", START)]
    assert [(one.uuid, arrival[1]) for one, arrival, _ in roll.intervals()] == [(uuid(2), b"2")]
    assert roll.intervals() == []


def test_a_battery_is_low_until_it_is_clearly_better() -> None:
    roll = Roll()
    for percent, low in ((81, False), (20, True), (22, True), (24, False), (None, False), (19, True), (None, True)):
        roll.hear([said("aggregatedGW", aggregated_gas_water(battery=percent))], START)
        assert only(roll).battery_low == low, percent
    empty = aggregated_gas_water(7, battery=0, celsius=0, humidity=0)  # which says nothing at all
    roll.hear([said("aggregatedGW", empty, 2)], START)
    assert not roll.locations[uuid(2)].battery_low


def test_a_plug_that_is_not_reached() -> None:
    roll = Roll()

    def connection(state: str, node: int, at: float) -> None:
        roll.hear([said(f"plug/{node}/connectionState", plug_value(state))], at)

    connection("UNREACHABLE", 11, START)
    location = only(roll)
    assert [location.plug_trouble(START + later) for later in (30, 90)] == [False, True]
    connection("UNREACHABLE", 11, START + 60)
    assert location.plug_trouble(START + 90)
    connection("CONNECTED", 11, START + 100)
    assert not location.plug_trouble(START + 900)
    connection("DISCONNECTED", 4000, START + 100)
    assert location.plug_trouble(START + 100)
    roll.hear([said("homeControlConfig", home_control())], START + 100)  # it has no plug 4000 any more
    assert not location.plug_trouble(START + 100)


def test_behind_a_bridge() -> None:
    roll = Roll()
    for _ in range(3):
        roll.hear(
            [said("realtime", measured()[1], prefix="site/b/"), *(said("config", config(), prefix="site/b/"),)], START
        )
    location = only(roll)
    assert (location.prefix, location.count) == ("site/b/", 3)
    assert next(iter(location.lasting())).topic.startswith("site/b/servicelocation/")


def test_what_cannot_be_read_is_counted_and_is_no_sign_of_life() -> None:
    roll = Roll()
    roll.hear([said("realtime", b"rubbish"), said("channelConfig", b"{")], START)
    assert (len(roll.locations), roll.unreadable) == (0, 2)
    roll.hear([measured(1)], START)
    for second in range(1, 40):  # each second, from one that was well
        roll.hear([said("realtime", b"rubbish")], START + second)
        roll.sweep(START + second)
    assert only(roll).unreadable > 0
    roll.hear([(b"\xff\xfe/servicelocation", b"", False), (b"x" * 1000, b"", False), (b"", b"", False)], START)
    assert roll.other == 3


@given(st.lists(st.tuples(st.binary(max_size=80), st.binary(max_size=200), st.booleans()), max_size=20))
def test_whatever_comes_is_counted_once(arrivals: list[Arrival]) -> None:
    roll = Roll()
    roll.hear(arrivals, START)
    roll.sweep(START)
    assert roll.messages == len(arrivals)


rests = st.sampled_from([*every_topic(), "channelConfig", "realtime"])
payloads = st.one_of(st.binary(max_size=200), st.sampled_from([raw(content) for content in every_topic().values()]))


@given(st.lists(st.tuples(st.integers(0, 3), rests, payloads, st.booleans()), max_size=40))
def test_whatever_comes_under_known_topics_stays_within_its_bounds(
    said_: list[tuple[int, str, bytes, bool]],
) -> None:
    roll = Roll(most=2)
    for second, (number, rest, payload, retained) in enumerate(said_):
        roll.hear([said(rest, payload, number, retained=retained)], START + second)
        roll.sweep(START + second)
        assert len(roll.locations) <= 2
        assert len(roll._speaking) <= 4
        assert set(roll.silent) <= set(roll.locations)
        assert all(one._size <= MOST_KEPT for one in roll.locations.values())
    assert roll.messages == len(said_)


# --- floods ---------------------------------------------------------------------------------------------------------


def test_made_up_names_neither_fill_the_roll_nor_hide_who_is_configured() -> None:
    roll = Roll(most=50)
    payload = measured()[1]
    for number in range(1000, 4000):
        roll.hear([(topic("realtime", uuid(number)).encode(), payload, False)], START)
    assert len(roll.locations) == 50
    for number in range(40):
        roll.hear(told(number), START + 1)
    assert all(uuid(number) in roll.locations for number in range(40))
    assert len(roll.locations) == 50
    assert roll.turned_away == 2990


def test_nor_do_made_up_configurations_hide_who_speaks() -> None:
    roll = Roll(most=50)
    real = range(20)
    made_up = iter(range(1000, 10_000_000))
    for number in real:
        roll.hear(told(number), START)
    for second in range(ESTABLISHED + 20):
        roll.hear([measured(number) for number in real], START + second)
        for _ in range(20):  # each of them as complete as a real one, once
            number = next(made_up)
            roll.hear([*told(number), measured(number)], START + second)
        roll.sweep(START + second)
    assert all(uuid(number) in roll.locations for number in real)
    assert len(roll.locations) <= 50


def test_one_that_is_real_keeps_its_place_among_those_that_are() -> None:
    roll = Roll(most=3)
    for number in range(3):
        roll.hear(told(number), START)
    for second in range(ESTABLISHED):
        roll.hear([measured(number) for number in range(3)], START + second)
    for number in range(100, 200):
        roll.hear([*told(number), measured(number)], START + 100)
    assert set(roll.locations) == {uuid(0), uuid(1), uuid(2)}
    assert roll.turned_away == 100


@pytest.mark.parametrize(
    "name",
    ["a", "x" * 65, "-dashes-first", "with space", "quote'd", "tab\there", "ünïcode", "../../etc", "<b>bold</b>"],
)
def test_a_name_that_none_can_have(name: str) -> None:
    roll = Roll()
    roll.hear([(topic("realtime", name).encode(), measured()[1], False)], START)
    assert not roll.locations
    assert roll.other == 1


def test_many_bridges_bring_one_location_and_cost_no_more() -> None:
    roll = Roll()
    for number in range(200):
        roll.hear([said("realtime", measured()[1], prefix=f"{number}/")], START)
    assert only(roll).count == 200
    assert len(roll._speaking) == 2


def test_names_of_any_length_cost_no_more_than_real_ones() -> None:
    roll = Roll()
    roll.hear([said("config", config(serialNumber="5" * 5000))], START)
    for number in range(300):
        node = f"{number:03}" + "n" * 300
        roll.hear([said(f"plug/{node}/connectionState", plug_value("UNREACHABLE"))], START)
    location = only(roll)
    assert len(location.serial) < 100
    assert roll.not_kept == 300
    assert len(list(location.lasting())) == 1
    assert sum(map(len, location._away or ())) < 5000


def test_large_measurements_and_configurations_are_not_kept() -> None:
    roll = Roll()
    roll.hear(told(1, INFINITY, 80), START)
    location = only(roll)
    assert len(list(location.lasting())) == 2  # 40 kB, packed
    large = measured(1, INFINITY, 80)
    assert len(large[1]) > MOST_LAST
    roll.hear([large, large], START)
    assert location._last is None
    noise = "".join(random.Random(1).choices("0123456789abcdef", k=40_000))
    roll.hear([said("sensorConfig", {"gwSensors": [], "noise": noise})], START)
    assert (roll.not_kept, len(list(location.lasting()))) == (1, 2)
