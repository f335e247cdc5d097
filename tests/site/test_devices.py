"""Plugs, gas and water sensors, automations, as last heard."""

import pytest

from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.messages import GasWaterInterval
from smappee_tui.site.devices import MOST, Devices, Heard, Meter
from tests.payloads import (
    START,
    aggregated_gas_water,
    aggregated_switch,
    home_control,
    plug_value,
    schedule,
    sensor_config,
    trigger,
)
from tests.site.watch import Watch


def joined(watch: Watch) -> dict[str, int | None]:
    """The measuring half of each plug."""
    return {node: plug.sensor.sensor if plug.sensor else None for node, plug in watch.site.devices.plugs.items()}


# --- plugs ------------------------------------------------------------------------------------------------------------


def test_a_plug_keeps_what_was_heard_and_how() -> None:
    watch = Watch()
    watch.take("plug/11/connectionState", plug_value("CONNECTED"), retain=True, at=START + 1)
    watch.take("plug/11/state", plug_value("ON"), at=START + 2)
    watch.take("plug/11/setstate", plug_value("OFF"), at=START + 3)
    plug = watch.site.devices.plugs["11"]
    assert plug.connection is not None
    assert plug.relay is not None
    assert plug.command is not None
    assert (plug.connection.state, plug.relay.state, plug.command.state) == ("CONNECTED", "ON", "OFF")
    assert plug.connection_heard == Heard(START + 1, True)
    assert plug.relay_heard == Heard(START + 2, False)


def test_a_command_is_no_state() -> None:
    watch = Watch()
    watch.take("plug/11/setstate", plug_value("OFF"))
    assert watch.site.devices.plugs["11"].relay is None


def test_a_plug_has_its_name_from_its_configuration() -> None:
    watch = Watch()
    watch.take("plug/11/state", plug_value("ON"))
    plug = watch.site.devices.plugs["11"]
    assert plug.name == ""
    watch.take("homeControlConfig", home_control(switches=[(11, "[/b] Boiler", None)], comfort=[(12, "")]))
    assert plug.name == "[/b] Boiler"
    assert watch.site.devices.plugs["12"].name == ""


def test_a_plug_no_longer_configured_keeps_what_was_heard() -> None:
    watch = Watch()
    watch.take("homeControlConfig", home_control())
    watch.take("plug/11/state", plug_value("ON"))
    watch.take("homeControlConfig", home_control(switches=(), comfort=[(13, "New")]))
    plugs = watch.site.devices.plugs
    assert list(plugs) == ["11", "13"]
    assert plugs["11"].setting is None
    assert plugs["11"].relay is not None


def test_halves_join_by_serial_number_whatever_their_names() -> None:
    watch = Watch()
    watch.take(
        "homeControlConfig",
        home_control(switches=[(11, "Boiler", "4006990001"), (12, "Heater", "4006990002")], comfort=()),
    )
    watch.take("sensorConfig", sensor_config(switches=[(302, "Heater", "4006990001"), (303, "Boiler", "4006990002")]))
    assert joined(watch) == {"11": 302, "12": 303}


def test_halves_join_by_a_name_that_only_one_of_each_has() -> None:
    watch = Watch()
    watch.take(
        "sensorConfig",
        sensor_config(
            switches=[
                (302, "Boiler", None),
                (303, "Twin", None),
                (304, "Twin", None),
                (305, "Double", None),
                (306, "", None),
            ]
        ),
    )
    watch.take(
        "homeControlConfig",
        home_control(
            switches=[
                (11, "Boiler", None),
                (12, "Twin", None),
                (13, "Double", None),
                (14, "Double", None),
                (15, "", None),
            ],
            comfort=(),
        ),
    )
    assert joined(watch) == {"11": 302, "12": None, "13": None, "14": None, "15": None}


def test_a_half_that_a_serial_number_claims_is_not_given_away_by_name() -> None:
    watch = Watch()
    watch.take("sensorConfig", sensor_config(switches=[(302, "Boiler", "4006990001")]))
    watch.take(
        "homeControlConfig", home_control(switches=[(11, "Cellar", "4006990001"), (12, "Boiler", None)], comfort=())
    )
    assert joined(watch) == {"11": 302, "12": None}


@pytest.mark.parametrize("sensors_first", [True, False])
def test_the_order_of_the_two_configurations_does_not_matter(sensors_first: bool) -> None:
    watch = Watch()
    both = [("sensorConfig", sensor_config()), ("homeControlConfig", home_control())]
    for rest, content in both if sensors_first else reversed(both):
        watch.take(rest, content)
    assert joined(watch) == {"11": 302, "12": None}


def test_what_a_plug_measured_finds_it_even_before_the_configuration() -> None:
    watch = Watch()
    watch.take("aggregatedSwitch", aggregated_switch((302, 45), (999, 7)), at=START + 5)
    watch.take("sensorConfig", sensor_config())
    watch.take("homeControlConfig", home_control())
    plug = watch.site.devices.plugs["11"]
    assert plug.interval is not None
    assert plug.interval.active_raw == 45
    assert plug.interval_heard == Heard(START + 5, False)
    watch.take("aggregatedSwitch", aggregated_switch((302, 60), end=START + 300), at=START + 305)
    assert plug.interval.active_raw == 60
    assert plug.interval_heard == Heard(START + 305, False)


def test_plugs_are_bounded_and_the_rest_is_told() -> None:
    watch = Watch()
    for node in range(MOST + 20):
        watch.take(f"plug/{node}/state", plug_value("ON"))
    assert len(watch.site.devices.plugs) == MOST
    assert watch.site.quality.problems[-1].what == fact("messages.too_many_plugs", most=MOST)
    watch.take("homeControlConfig", home_control(switches=[(n, "x", None) for n in range(5000)], comfort=()))
    assert len(watch.site.devices.plugs) == MOST


def test_ever_new_plugs_in_the_configuration_push_out_the_old_ones() -> None:
    watch = Watch()
    for turn in range(5):
        nodes = range(turn * MOST, (turn + 1) * MOST)
        watch.take("homeControlConfig", home_control(switches=[(n, "x", None) for n in nodes], comfort=()))
    assert [int(node) for node in watch.site.devices.plugs] == list(nodes)


def test_measuring_halves_without_a_plug_are_bounded() -> None:
    watch = Watch()
    watch.take("aggregatedSwitch", aggregated_switch(*((n, 1) for n in range(5000))))
    assert len(watch.site.devices._intervals) == MOST


def test_a_long_node_name_is_cut() -> None:
    devices = Devices()
    assert devices.plug("9" * 500) is devices.plugs["9" * 40]


# --- gas and water ----------------------------------------------------------------------------------------------------


def test_a_meter_counts_from_the_beginning_of_the_watch() -> None:
    watch = Watch()
    watch.take("sensorConfig", sensor_config())
    for number in range(1, 4):
        watch.take(
            "aggregatedGW",
            aggregated_gas_water(301, (number, 10), end=START + 300 * number, battery=80 - number),
            at=START + 300 * number,
        )
    meter = watch.site.devices.meters[301]
    assert meter.setting is not None
    assert meter.totals == [6, 30]
    assert list(meter.batteries) == [(START + 300, 79), (START + 600, 78), (START + 900, 77)]
    assert meter.interval is not None
    assert meter.interval.pulses == (3, 10)
    assert meter.heard == Heard(START + 900, False)


def test_a_repeated_interval_counts_once() -> None:
    watch = Watch()
    for _ in range(3):
        watch.take("aggregatedGW", aggregated_gas_water(301, (5, 1)))
    meter = watch.site.devices.meters[301]
    assert meter.totals == [5, 1]
    assert len(meter.batteries) == 1


def test_the_brokers_memory_of_an_interval_is_shown_and_not_counted() -> None:
    watch = Watch()
    watch.take("aggregatedGW", aggregated_gas_water(301, (5, 1)), retain=True)
    meter = watch.site.devices.meters[301]
    assert meter.totals == [0, 0]
    assert meter.interval is not None
    assert meter.heard == Heard(START, True)


@pytest.mark.parametrize(
    ("pulses", "totals"),
    [((), [0, 0]), ((3,), [3, 0]), ((3, None), [3, 0]), ((-5, 2), [0, 2]), ((1, 2, 4), [1, 2]), ((None, None), [0, 0])],
)
def test_pulses_of_any_number(pulses: tuple[float | None, ...], totals: list[float]) -> None:
    meter = Meter(301)
    meter.take(GasWaterInterval(301, START, pulses, 21.0, 40, None), Heard(START, False))
    assert meter.totals == totals


def test_a_sensor_never_configured_is_known_by_its_number() -> None:
    watch = Watch()
    watch.take("aggregatedGW", aggregated_gas_water(77))
    assert watch.site.devices.meters[77].setting is None


def test_sensors_no_longer_configured_keep_what_was_heard() -> None:
    watch = Watch()
    watch.take("sensorConfig", sensor_config(gas_water=(301, 302)))
    watch.take("aggregatedGW", aggregated_gas_water(301))
    watch.take("sensorConfig", sensor_config(gas_water=(303,)))
    meters = watch.site.devices.meters
    assert sorted(meters) == [301, 303]
    assert meters[301].setting is None


def test_sensors_are_bounded() -> None:
    watch = Watch()
    watch.take("sensorConfig", sensor_config(gas_water=range(2000)))
    assert len(watch.site.devices.meters) == MOST
    for number in range(400):
        watch.take("aggregatedGW", aggregated_gas_water(0, end=START + number))
    assert len(watch.site.devices.meters[0].batteries) == 300


# --- automations ------------------------------------------------------------------------------------------------------


def test_automations_are_kept_by_number_and_bounded() -> None:
    watch = Watch()
    for number in range(MOST + 10):
        watch.take("trigger", trigger(number))
        watch.take("scheduler", schedule(number))
    watch.take("trigger", trigger(3, label="Changed"))
    watch.take("scheduler", schedule(2, label="Changed"))
    devices = watch.site.devices
    assert (len(devices.triggers), len(devices.schedules)) == (MOST, MOST)
    assert (devices.triggers[3].label, devices.schedules[2].label) == ("Changed", "Changed")
