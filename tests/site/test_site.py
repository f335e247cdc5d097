"""One fold builds the installation: what each message changes, and what it leaves alone."""

from typing import Any

import pytest

from smappee_tui.protocol.messages import ChannelConfig
from smappee_tui.site.locations import FULL_HISTORIES, MOST_BYTES, MOST_LOCATIONS, SHORT, Locations
from smappee_tui.site.view import view_of
from tests.payloads import (
    DIALECTS,
    INFINITY,
    LOCATION_ID,
    OTHER_LOCATION_ID,
    OTHER_UUID,
    SERIALS,
    START,
    TWENTY,
    UUID,
    Row,
    arrival,
    busy_rows,
    channel_config,
    channel_topic,
    config,
    every_topic,
    presence,
    raw,
    realtime,
    topic,
)
from tests.site.watch import Watch

HOUSE = "grid:0 grid:1 grid:2 solar:0=Roof sub:1=Kitchen"


# --- everything arrives -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_topic_leaves_its_mark(dialect: str) -> None:
    watch = Watch(dialect)
    contents = every_topic(dialect)
    for rest, content in contents.items():
        watch.take(rest, content)
    site, view = watch.site, watch.view
    assert site.quality.messages == len(contents)
    assert (site.quality.bad, site.quality.other) == (0, 0)
    assert (view.serial, view.dialect, view.configured) == (SERIALS[dialect], dialect, True)
    assert len(view.channels) == 5
    assert all(channel.watts is not None for channel in view.channels)
    assert site.means is not None
    assert site.presence is not None
    plug = site.devices.plugs["11"]
    assert None not in (plug.setting, plug.sensor, plug.connection, plug.relay, plug.command, plug.interval)
    assert site.devices.meters[301].interval is not None
    assert list(site.devices.triggers) == [3]
    assert list(site.devices.schedules) == [2]


def test_a_picture_before_anything_is_known() -> None:
    watch = Watch()
    watch.take("presence", presence())
    view = watch.view
    assert (view.serial, view.product, view.firmware, view.dialect) == ("", "unknown", "", "unknown")
    assert (view.configured, view.channels, view.at, view.hertz) == (False, (), None, None)


def test_other_topics_are_counted_apart() -> None:
    watch = Watch()
    for rest in ("power", "tracking", "etc/carcharger/x"):
        watch.take(rest, b"\xff")
    assert watch.site.quality.other == 3
    assert (watch.site.quality.messages, watch.site.quality.bad) == (0, 0)
    locations = watch.locations
    assert locations.receive(arrival("x", {}, uuid="")) == (None, False)
    assert locations.other == 1


# --- order of arrival -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
def test_realtime_before_its_configuration(dialect: str) -> None:
    watch = Watch(dialect)
    for second in range(3):
        watch.second(busy_rows(5, dialect, second))
    before = watch.view
    assert not before.configured
    assert [channel.role for channel in before.channels] == ["UNKNOWN"] * 5
    assert [channel.name for channel in before.channels] == [""] * 5
    assert [channel.phase for channel in before.channels] == [0, 1, 2, 0, 1]
    assert before.channels[0].pf is not None
    watch.take(channel_topic(dialect), channel_config(HOUSE, dialect), retain=True)
    after = watch.view
    assert [channel.watts for channel in after.channels] == [channel.watts for channel in before.channels]
    assert after.channels[3].role == "PRODUCTION"
    assert after.phases[0].grid_watts == before.channels[0].watts
    assert len(watch.site.history) == 3
    assert watch.site.changes == type(watch.site.changes)()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_configuration_before_realtime(dialect: str) -> None:
    watch = Watch(dialect, HOUSE)
    assert [channel.watts for channel in watch.view.channels] == [None] * 5
    assert watch.view.at is None
    watch.second(busy_rows(5, dialect))
    assert None not in [channel.watts for channel in watch.view.channels]


def test_a_channel_that_only_one_of_both_knows() -> None:
    watch = Watch(TWENTY, "grid:0 grid:1 grid:2")
    watch.second([Row(0, 100, 1.0), Row(1, 200, 2.0), Row(7, 300, 3.0)])
    view = watch.view
    assert [channel.input for channel in view.channels] == [0, 1, 2, 7]
    assert view.channels[2].watts is None
    assert view.channels[3].setting is None
    assert view.channels[3].watts == 300


# --- a changed configuration ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_same_configuration_again_changes_nothing(dialect: str) -> None:
    watch = Watch(dialect, HOUSE)
    watch.take(channel_topic(dialect), channel_config(HOUSE, dialect), at=START + 5)
    assert not watch.site.changes
    assert watch.site.heard[ChannelConfig].at == START + 5


def test_a_changed_configuration_notes_what_changed_and_keeps_the_rest() -> None:
    watch = Watch(TWENTY, HOUSE)
    for second in range(5):
        watch.second(busy_rows(5, second=second))
    history = watch.site.history.watts(4)
    watch.take("channelConfig", channel_config("grid:0 grid:1r grid:2 solar:0=Roof"))
    watch.take("channelConfig", channel_config("grid:0 grid:1r grid:2 solar:0=Roof sub:1=Hob sub:2=New"))
    changes = [(change.input, change.before, change.after) for change in watch.site.changes]
    assert [number for number, _, _ in changes] == [1, 4, 4, 5]
    assert changes[0][1].reversed is False  # type: ignore[union-attr]
    assert changes[0][2].reversed is True  # type: ignore[union-attr]
    assert changes[1][2] is None
    assert changes[2][1] is None
    assert watch.site.history.watts(4) == history
    assert watch.channel(4).watts is not None
    assert watch.site.changes[0].at == watch.now


def test_remarks_of_a_configuration_are_told_once() -> None:
    watch = Watch()
    content = channel_config("grid:0 grid:1")
    content["inputChannels"][1]["ctInput"] = -4
    for _ in range(5):
        watch.take("channelConfig", content)
    assert len(watch.site.quality.problems) == 1


# --- a bad payload keeps the last good state --------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [b"", b"{", b"\xff", b"[]", b"null", b'{"value', b"[" * 100_000, b" " * 10_000_000])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_bad_payload_keeps_the_last_good_state(dialect: str, bad: bytes) -> None:
    watch = Watch(dialect)
    contents = every_topic(dialect)
    for rest, content in contents.items():
        watch.take(rest, content)
    before, devices = watch.view, repr(watch.site.devices)
    for rest in contents:
        watch.take(rest, bad)
    assert watch.view == before
    assert repr(watch.site.devices) == devices
    assert watch.site.quality.bad == len(contents)
    assert watch.site.quality.messages == len(contents)
    assert len(watch.site.quality.problems) == len(contents)
    assert topic("realtime") in {problem.what.params["topic"] for problem in watch.site.quality.problems}


def test_problems_are_kept_up_to_a_bound() -> None:
    watch = Watch()
    for _ in range(500):
        watch.take("realtime", b"{")
    assert watch.site.quality.bad == 500
    assert len(watch.site.quality.problems) == 50


# --- several locations ------------------------------------------------------------------------------------------------


def test_two_locations_on_one_broker_stay_apart() -> None:
    watch = Watch(TWENTY, "grid:0 grid:1")
    watch.take("config", config(serialNumber="2004990099"), uuid=OTHER_UUID)
    watch.take("channelConfig", channel_config("grid:0=Elsewhere"), uuid=OTHER_UUID)
    for second in range(20):
        watch.second([Row(0, 100 + second, 1.0), Row(1, 200, 2.0)])
        watch.second([Row(0, -999, 9.0)], uuid=OTHER_UUID)
        watch.take("realtime", b"{", uuid=OTHER_UUID)
    here, there = watch.site, watch.locations.sites[OTHER_UUID]
    assert (here.quality.realtime, here.quality.bad) == (20, 0)
    assert (there.quality.realtime, there.quality.bad) == (20, 20)
    assert {watts for _, watts in here.history.watts(0)} == set(range(100, 120))
    assert {watts for _, watts in there.history.watts(0)} == {-999}
    assert [channel.name for channel in view_of(there).channels] == ["Elsewhere"]
    assert here.quality.duplicates == here.quality.late == here.quality.clock_jumps == 0


def shared_rows(second: int) -> list[Row]:
    """Rows of two locations on one gateway, which number their channels alike."""
    return [
        Row(0, 100 + second, 1.0, location_id=LOCATION_ID),
        Row(0, -500 - second, 3.0, location_id=OTHER_LOCATION_ID),
        Row(1, 200 + second, 2.0, location_id=LOCATION_ID),
        Row(2, -600 - second, 4.0, location_id=OTHER_LOCATION_ID),
    ]


def test_two_locations_on_one_gateway_keep_only_their_own_rows() -> None:
    watch = Watch(INFINITY, "grid:0 grid:1")
    watch.take("config", config(INFINITY, serviceLocationId=OTHER_LOCATION_ID), uuid=OTHER_UUID)
    for second in range(10):
        watch.second(shared_rows(second))
        watch.second(shared_rows(second), uuid=OTHER_UUID)
    here, there = watch.site, watch.locations.sites[OTHER_UUID]
    assert here.history.inputs == (0, 1)
    assert there.history.inputs == (0, 2)
    assert all(watts > 0 for number in (0, 1) for _, watts in here.history.watts(number))
    assert all(watts < 0 for number in (0, 2) for _, watts in there.history.watts(number))
    assert [channel.watts for channel in view_of(here).channels] == [109, 209]
    assert [channel.watts for channel in view_of(there).channels] == [-509, -609]


def test_a_row_of_another_location_in_the_middle_is_left_out() -> None:
    """The first and the last row name no location: only a look at every row finds the stranger."""
    watch = Watch(INFINITY, "grid:0 grid:1 grid:2")
    watch.second([Row(0, 1, 1.0), Row(1, 2, 1.0), Row(2, 3, 1.0)])
    watch.second([Row(0, 1, 1.0), Row(1, 999, 1.0, location_id=OTHER_LOCATION_ID), Row(2, 3, 1.0)])
    assert [channel.watts for channel in watch.view.channels] == [1, None, 3]
    assert len(watch.site.history.watts(1)) == 1


def test_rows_are_sorted_out_once_the_location_is_known() -> None:
    watch = Watch(INFINITY)
    watch.second(shared_rows(0))
    watch.take("config", config(INFINITY))
    watch.second(shared_rows(1))
    assert [channel.input for channel in watch.view.channels] == [0, 1]
    assert [channel.watts for channel in watch.view.channels] == [101, 201]


def test_the_location_id_may_come_with_the_channel_configuration_alone() -> None:
    watch = Watch(INFINITY)
    watch.take("channelConfigV2", channel_config("grid:0 grid:1", INFINITY))
    assert watch.site.location_id == LOCATION_ID
    watch.take("config", config(INFINITY, serviceLocationId=None))
    assert watch.site.location_id == LOCATION_ID
    watch.second(shared_rows(0))
    assert [channel.watts for channel in watch.view.channels] == [100, 200]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_impossible_input_never_takes_the_place_of_a_real_one(dialect: str) -> None:
    content = realtime([Row(n, 100 * n, 1.0) for n in range(4)], dialect)
    key = "ctInput" if dialect == TWENTY else "publishIndex"
    for row, number in zip(content["channelPowers"], [1, 1.5, -1, 2**64], strict=True):
        row[key] = number
    watch = Watch(dialect, "grid:0 grid:1")
    assert watch.take("realtime", content)
    assert watch.channel(1).watts == 0
    assert watch.channel(0).watts is None
    assert [channel.input for channel in watch.view.channels] == [0, 1]


def test_a_repeated_input_counts_once_the_last() -> None:
    watch = Watch()
    for _ in range(3):
        watch.second([Row(1, 10, 1.0), Row(0, 20, 1.0), Row(1, 30, 3.0)])
    assert watch.site.sample is not None
    assert watch.site.sample.inputs == (0, 1)
    assert watch.site.sample.watts == [20, 30]
    assert [(channel.watts, channel.amps) for channel in watch.view.channels] == [(20, 1.0), (30, 3.0)]


def test_finding_a_location() -> None:
    watch = Watch(TWENTY, HOUSE)
    locations = watch.locations
    assert Locations().find(None) is None
    assert locations.find(None) is watch.site
    assert locations.find(UUID.upper()) is watch.site
    assert locations.find(f" {SERIALS[TWENTY]} ") is watch.site
    assert locations.find("2004990099") is None
    for _ in range(20):
        watch.take("presence", presence(), uuid=OTHER_UUID)
    assert locations.find(None) is watch.site  # it has channels
    watch.second([Row(0)], uuid=OTHER_UUID)
    assert locations.find(None) is locations.sites[OTHER_UUID]  # it measures
    watch.second([Row(0)])
    assert locations.find(None) is watch.site
    assert locations.find("") is watch.site


@pytest.mark.parametrize("turned", [False, True])
def test_of_several_it_is_always_the_same_one(turned: bool) -> None:
    """Most channels, then the lowest serial number, however often and in whatever order they speak."""
    locations = Locations()
    houses = [("u1", "5010000003", "grid:0"), ("u2", "5010000002", HOUSE), ("u3", "5010000001", HOUSE)]
    order = houses[::-1] if turned else houses
    for uuid, serial, spec in order:
        locations.receive(arrival("config", config(serialNumber=serial), uuid=uuid))
        locations.receive(arrival(channel_topic(TWENTY), channel_config(spec, TWENTY), uuid=uuid))
    for second in range(5):
        for count, (uuid, _, _) in enumerate(order):
            for part in range(count + 1):
                at = START + second + part / 10
                locations.receive(arrival("realtime", realtime([Row(0)], at=at), at, uuid=uuid))
    assert locations.find(None) is locations.sites["u3"]
    locations.receive(arrival(channel_topic(TWENTY), channel_config("grid:0", TWENTY), START + 9, uuid="u3"))
    assert locations.find(None) is locations.sites["u2"]


def test_a_location_is_named_in_four_ways() -> None:
    watch = Watch(TWENTY, HOUSE)
    locations, site = watch.locations, watch.site
    watch.take("presence", presence(), uuid=OTHER_UUID)
    for wanted in (UUID, UUID[:6].upper(), SERIALS[TWENTY], str(site.location_id)):
        assert locations.find(wanted) is site
        assert locations.meant(wanted) == [site]
    assert locations.find(UUID[:3]) is None
    assert locations.find(str(site.location_id)[:-1]) is None
    watch.take("presence", presence(), uuid=f"{UUID[:6]}zz")
    assert len(locations.meant(UUID[:6])) == 2
    assert locations.meant(UUID) == [site]


def test_a_location_that_cannot_be_read_is_found_too() -> None:
    locations = Locations()
    locations.receive(arrival("presence", b"{"))
    assert locations.find(None) is locations.sites[UUID]


def test_locations_are_bounded_and_the_rest_is_counted() -> None:
    locations = Locations()
    good, bad = raw(presence()), b"{"
    for number in range(MOST_LOCATIONS + 10):
        locations.receive(arrival("presence", good, uuid=f"u{number}"))
    locations.receive(arrival("presence", bad, uuid="beyond"))
    assert len(locations.sites) == MOST_LOCATIONS
    assert locations.beyond == 11
    locations.receive(arrival("presence", bad, uuid="beyond"))
    assert locations.beyond == 11
    assert sum(site.quality.bad for site in locations.sites.values()) == 0


def test_what_speaks_takes_the_place_of_what_is_only_remembered() -> None:
    locations = Locations()
    for number in range(MOST_LOCATIONS):
        locations.receive(arrival("presence", presence(), uuid=f"u{number}", retain=True))
    locations.receive(arrival("presence", presence(), uuid="v", retain=True))
    assert "v" not in locations.sites
    locations.receive(arrival("presence", presence(), uuid="w"))
    assert "w" in locations.sites
    assert len(locations.sites) == MOST_LOCATIONS
    assert locations.beyond == 2
    for number in range(MOST_LOCATIONS):
        locations.receive(arrival("presence", presence(), uuid=f"w{number}"))
    assert "w" in locations.sites
    assert len(locations.sites) == MOST_LOCATIONS


def test_what_locations_rest_on_is_bounded_and_the_one_meant_is_kept() -> None:
    locations = Locations("meant")
    plan = raw(channel_config("sub:0=" + "n" * 1_000_000, TWENTY))
    for uuid in ("meant", *(f"u{number}" for number in range(100))):
        locations.receive(arrival(channel_topic(TWENTY), plan, uuid=uuid, retain=uuid != "u99"))
    assert len(locations.sites) <= MOST_BYTES / len(plan)
    assert {"meant", "u98", "u99"} <= locations.sites.keys()
    assert locations.beyond == 101 - len(locations.sites)
    for number in range(100):
        locations.receive(arrival(channel_topic(TWENTY), plan, uuid=f"w{number}"))
    assert {"meant", "u99"} <= locations.sites.keys()
    assert len(locations.sites) <= MOST_BYTES / len(plan)


def test_what_locations_measure_is_bounded_too() -> None:
    locations = Locations()
    for second in range(3):
        rows = raw(realtime([Row(number, second, 1.0) for number in range(400)], at=START + second))
        for number in range(200):
            locations.receive(arrival("realtime", rows, START + second, uuid=f"u{number}"))
    assert sum(site.history.size for site in locations.sites.values()) <= MOST_BYTES
    assert locations.sites["u0"].quality.realtime == 3
    assert locations.beyond == 200 - len(locations.sites) > 0


def test_only_locations_that_matter_keep_a_long_history() -> None:
    locations = Locations()
    uuids = [f"u{number}" for number in range(FULL_HISTORIES + 2)]
    seconds = SHORT + 30

    def watch_for(begin: float) -> None:
        for second in range(seconds):
            content = raw(realtime([Row(0, second, 1.0)], at=begin + second))
            for uuid in (uuids[0], *uuids[-2:]):
                locations.receive(arrival("realtime", content, begin + second, uuid=uuid))

    for uuid in uuids:
        locations.receive(arrival("config", config(serialNumber=f"S-{uuid}"), uuid=uuid))
    watch_for(START)
    lengths = [len(locations.sites[uuid].history) for uuid in uuids]
    assert (lengths[0], lengths[-2], lengths[-1]) == (seconds, SHORT, SHORT)
    assert locations.find(f"s-{uuids[-1]}") is locations.sites[uuids[-1]]
    watch_for(START + 1000)
    lengths = [len(locations.sites[uuid].history) for uuid in uuids]
    assert (lengths[0], lengths[-2], lengths[-1]) == (2 * seconds, SHORT, SHORT + seconds)


# --- odd realtime -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [[], [Row(1, 5, 0.5)], [Row(0, None, None), Row(1, None, 1.0)], [Row(1, 7, 1.0), Row(0, 8, 1.0)]],
)
def test_a_message_of_another_shape_in_between_costs_no_history(rows: list[Row]) -> None:
    watch = Watch(TWENTY, "grid:0 grid:1")
    for second in range(10):
        watch.second([Row(0, second, 1.0), Row(1, 100 + second, 2.0)])
        watch.second(rows)
        watch.second(rows)
    assert {float(second) for second in range(10)} <= {watts for _, watts in watch.site.history.watts(0)}
    assert {100.0 + second for second in range(10)} <= {watts for _, watts in watch.site.history.watts(1)}
    assert len(watch.site.history) == 30


def test_unsorted_rows_then_none_then_unsorted_again() -> None:
    watch = Watch()
    for rows in ([Row(2, 1, 1.0), Row(0, 2, 1.0)], [], [Row(2, 3, 1.0), Row(0, 4, 1.0)], []):
        watch.second(rows)
    assert [watts for _, watts in watch.site.history.watts(2)] == [1, 3]
    assert [watts for _, watts in watch.site.history.watts(0)] == [2, 4]
    assert len(watch.site.history) == 4


@pytest.mark.parametrize("values", [{"power": None}, {"current": None}, {"power": None, "current": None}])
def test_a_value_left_out_is_unknown_and_no_zero(values: Any) -> None:
    watch = Watch(TWENTY, "grid:0 grid:1")
    content = realtime([Row(0, 230, 1.0), Row(1, 230, 1.0)])
    content["channelPowers"][1] |= values
    watch.take("realtime", content)
    channel = watch.channel(1)
    assert (channel.watts is None) == ("power" in values)
    assert (channel.amps is None) == ("current" in values)
    assert channel.pf is None
    assert watch.channel(0).pf is not None
