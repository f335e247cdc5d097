"""The picture: own sums, voltages of every kind of supply, power factors."""

import math

import pytest

from tests.payloads import DIALECTS, INFINITY, TWENTY, Row, channel_config, config, realtime
from tests.site.watch import Watch

HOUSE = "grid:0 grid:1 grid:2 solar:0 solar:1 sub:0 sub:0 sub:2 battery:1 unused:2"


def house_rows() -> list[Row]:
    watts = [1000, -200, 300, 1500, 1600, 400, 450, 20, -700, 5]
    phases = [0, 1, 2, 0, 1, 0, 0, 2, 1, 2]
    return [Row(n, w, max(0.3, abs(w) / 230), phase) for n, (w, phase) in enumerate(zip(watts, phases, strict=True))]


# --- sums -------------------------------------------------------------------------------------------------------------


def test_sums_per_phase_and_role_are_our_own() -> None:
    watch = Watch(TWENTY, HOUSE)
    watch.second(house_rows(), totalPower=99_999, totalReactivePower=5)
    one, two, three = watch.view.phases
    assert (one.grid_watts, two.grid_watts, three.grid_watts) == (1000, -200, 300)
    assert (one.production_watts, two.production_watts, three.production_watts) == (1500, 1600, None)
    assert (one.submetered_watts, two.submetered_watts, three.submetered_watts) == (850, None, 20)
    assert [phase.volts for phase in watch.view.phases] == [230, 231, 229]


def test_sums_go_by_the_configured_phase_not_by_the_one_in_realtime() -> None:
    watch = Watch(TWENTY, "grid:0 grid:1")
    watch.second([Row(0, 100, 1.0, phase=2), Row(1, 200, 1.0, phase=2)])
    assert [phase.grid_watts for phase in watch.view.phases] == [100, 200, None]
    assert watch.channel(0).live_phase == 2
    assert watch.channel(0).phase == 0


def test_a_channel_without_a_value_is_not_zero() -> None:
    watch = Watch(TWENTY, "grid:0 grid:1 sub:1")
    watch.second([Row(0, 100, 1.0), Row(1, None, None)])
    assert [phase.grid_watts for phase in watch.view.phases] == [100, None, None]
    assert watch.view.phases[1].submetered_watts is None


def test_without_configuration_there_are_no_sums() -> None:
    watch = Watch()
    watch.second([Row(0, 100, 1.0)])
    assert watch.view.phases[0].grid_watts is None
    assert watch.view.phases[0].volts == 230


@pytest.mark.parametrize("dialect", DIALECTS)
def test_both_dialects_give_the_same_picture(dialect: str) -> None:
    watch = Watch(dialect, "grid:0 grid:1 grid:2 solar:0 sub:1")
    watch.second(house_rows()[:5])
    assert [channel.watts for channel in watch.view.channels] == [1000, -200, 300, 1500, 1600]
    assert [phase.grid_watts for phase in watch.view.phases] == [1000, -200, 300]


# --- voltages ---------------------------------------------------------------------------------------------------------


def test_each_channel_has_the_voltage_of_its_phase() -> None:
    watch = Watch(TWENTY, "grid:0 grid:1 grid:2")
    watch.second([Row(n, 230, 1.0, n) for n in range(3)], volts=(231, 232, 233))
    assert [channel.volts for channel in watch.view.channels] == [231, 232, 233]
    assert [channel.volt_amperes for channel in watch.view.channels] == [231, 232, 233]


def test_one_voltage_entry_serves_all_phases() -> None:
    watch = Watch(TWENTY, "grid:0 grid:1 grid:2")
    watch.second([Row(n, 200, 1.0, n) for n in range(3)], volts=(236,))
    assert watch.site.sample is not None
    assert watch.site.sample.one_voltage
    assert [channel.volts for channel in watch.view.channels] == [236] * 3
    assert all(channel.pf is not None for channel in watch.view.channels)
    assert [phase.volts for phase in watch.view.phases] == [236, None, None]


def test_a_single_phase_house_with_three_entries() -> None:
    watch = Watch(TWENTY, "grid:0 sub:1")
    watch.second([Row(0, 200, 1.0), Row(1, 200, 1.0, 1)], volts=(236, 0, 0))
    assert [channel.volts for channel in watch.view.channels] == [236, None]
    assert [phase.volts for phase in watch.view.phases] == [236, 0, 0]
    assert watch.channel(1).pf is None


def test_infinity_delta_reports_no_voltage_for_its_reference() -> None:
    """Two grid CTs, line-to-line voltages against C; what hangs on C still has its published apparent power."""
    watch = Watch(INFINITY)
    watch.take("config", config(INFINITY))
    watch.take("channelConfigV2", channel_config("grid:0 grid:1 sub:2", INFINITY, phaseType="THREE_DELTA"))
    watch.second(
        [
            Row(0, 237, 1.0, 0, volt_amperes=241, cos_phi=0.98),
            Row(1, -356, 1.8, 1, volt_amperes=418, cos_phi=-0.85),
            Row(2, 300, 1.5, 2, volt_amperes=345, cos_phi=0.87),
        ],
        volts=(232, 231, 0),
    )
    assert watch.site.plan is not None
    assert watch.site.plan.phase_type == "delta"
    assert [channel.volts for channel in watch.view.channels] == [232, 231, None]
    assert [channel.volt_amperes for channel in watch.view.channels] == [241, 418, 345]
    assert [round(channel.pf.value, 2) for channel in watch.view.channels if channel.pf] == [0.98, -0.85, 0.87]


@pytest.mark.parametrize(
    ("voltages", "volts"),
    [
        ([], [None, None, None]),
        (None, [None, None, None]),
        ([{"voltage": 230, "phaseId": 7}, {"voltage": 231, "phaseId": 1}], [None, 231, None]),
        ([{"voltage": 230}, {"phaseId": 0}], [None, None, None]),
        ([{"voltage": None, "phaseId": 0}, {"voltage": 231, "phaseId": 1.0}], [None, 231, None]),
        ([{"voltage": 230, "phaseId": 0.5}, {"voltage": 230, "phaseId": -1}], [None, None, None]),
        ([{"voltage": 1, "phaseId": 0}, {"voltage": 2, "phaseId": 0}], [2, None, None]),
    ],
)
def test_odd_voltages(voltages: object, volts: list[float | None]) -> None:
    watch = Watch(TWENTY, "grid:0")
    watch.take("realtime", realtime([Row(0, 230, 1.0)]) | {"voltages": voltages})
    assert [phase.volts for phase in watch.view.phases] == volts


def test_a_channel_of_an_unknown_phase_has_the_voltage_that_realtime_names() -> None:
    watch = Watch(INFINITY)
    content = channel_config("grid:0", INFINITY)
    content["dataProcessingSpecification"]["dataSources"] = []
    watch.take("channelConfigV2", content)
    watch.second([Row(0, 200, 1.0, phase=1)])
    channel = watch.channel(0)
    assert channel.phase is None
    assert channel.volts == 231
    watch.second([Row(0, 200, 1.0, phase=None)])
    assert watch.channel(0).volts is None
    assert watch.channel(0).live_phase is None


@pytest.mark.parametrize("phase", [3, -1, 7.5, 1e300])
def test_an_absurd_phase_is_none(phase: float) -> None:
    watch = Watch()
    watch.second([Row(0, 200, 1.0, phase=phase)])  # type: ignore[arg-type]
    assert watch.channel(0).live_phase is None
    assert watch.channel(0).pf is None
    assert watch.channel(0).watts == 200


# --- values -----------------------------------------------------------------------------------------------------------


def test_energy_counters() -> None:
    watch = Watch(TWENTY, "grid:0")
    watch.second([Row(0, 200, 1.0, imported=3.6e6, exported=7.2e6)])
    assert (watch.channel(0).joules_imported, watch.channel(0).joules_exported) == (3.6e6, 7.2e6)


def test_power_factor_only_where_the_current_allows() -> None:
    watch = Watch(TWENTY, "grid:0 sub:0 sub:0")
    watch.second([Row(0, 20, 0.1), Row(1, 46, 0.2), Row(2, 2200, 10.0)])
    assert [channel.pf is None for channel in watch.view.channels] == [True, True, False]


def test_frequency() -> None:
    watch = Watch(INFINITY)
    watch.second([Row(0, 20, 0.1)])
    assert watch.view.hertz == pytest.approx(50.012345)
    twenty = Watch(TWENTY)
    twenty.second([Row(0, 20, 0.1)])
    assert twenty.view.hertz is None


def test_the_dialect_is_guessed_before_the_configuration() -> None:
    watch = Watch(INFINITY)
    watch.second([Row(0, 20, 0.1, volt_amperes=23)])
    assert watch.view.dialect == "infinity"
    twenty = Watch(TWENTY)
    twenty.second([Row(0, 20, 0.1)])
    assert twenty.view.dialect == "unknown"


def test_apparent_power_of_some_channels_only() -> None:
    watch = Watch(INFINITY)
    watch.second([Row(0, 200, 1.0), Row(1, 200, 1.0, volt_amperes=250), Row(2, 0, 0.0, volt_amperes=0)])
    sample = watch.site.sample
    assert sample is not None
    assert sample.volt_amperes is not None
    assert math.isnan(sample.volt_amperes[0])
    assert [channel.volt_amperes for channel in watch.view.channels] == [230, 250, 0]


def test_a_picture_is_frozen() -> None:
    watch = Watch(TWENTY, "grid:0")
    watch.second([Row(0, 100, 1.0)])
    before = watch.view
    watch.second([Row(0, 200, 1.0)])
    assert before.channels[0].watts == 100
    with pytest.raises(AttributeError):
        before.channels[0].watts = 5  # type: ignore[misc]
