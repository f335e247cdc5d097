"""Who is speaking, and how every CT input is configured, in both dialects and their variants."""

from __future__ import annotations

from typing import Any

import pytest

from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting, MonitorConfig
from smappee_tui.protocol.products import has_broker, product_of
from tests.payloads import (
    DEVICE_UUID,
    DIALECTS,
    HUB,
    INFINITY,
    LOCATION_ID,
    SERIALS,
    START,
    TWENTY,
    UUID,
    channel_config,
    channel_topic,
    config,
    raw,
    topic,
)


def read_monitor(content: Any) -> MonitorConfig:
    message = decode(topic("config"), content if isinstance(content, bytes) else raw(content))[1]
    assert isinstance(message, MonitorConfig)
    return message


def test_a_20_series_monitor_introduces_itself() -> None:
    assert read_monitor(config(TWENTY)) == MonitorConfig(
        START, SERIALS[TWENTY], UUID, LOCATION_ID, DEVICE_UUID, "V3190", 300.0, None
    )


def test_an_infinity_adds_its_time_zone() -> None:
    assert read_monitor(config(INFINITY)).time_zone == "Europe/Brussels"


def test_old_firmware_wraps_it_once_more() -> None:
    assert read_monitor(config(wrapped=True)) == read_monitor(config())


def test_unknown_fields_are_ignored() -> None:
    assert read_monitor(config(colour="blue", nested={"deep": [1, {"er": None}]})) == read_monitor(config())


@pytest.mark.parametrize("written", [2004990017, 2004990017.0, "2004990017", " 2004990017 "])
def test_a_serial_number_may_be_a_number(written: Any) -> None:
    assert read_monitor(config(serialNumber=written)).serial == "2004990017"


def test_a_location_id_may_be_text_and_a_version_a_number() -> None:
    message = read_monitor(config(serviceLocationId="90210", firmwareVersion=4.7))
    assert (message.location_id, message.firmware) == (90210, "4.7")


@pytest.mark.parametrize("stamp", [None, -1, 1e300, "yesterday", "nan", "-inf"])
def test_an_absurd_time_stamp_is_no_time_stamp(stamp: Any) -> None:
    assert read_monitor(config(utcTimeStamp=stamp)).sent is None


def test_a_time_stamp_may_be_text() -> None:
    assert read_monitor(config(utcTimeStamp="1700000000000")).sent == START


@pytest.mark.parametrize(
    "content", [{}, {"config": {}}, {"utcTimeStamp": 1}, {"colour": "blue"}, {"serialNumber": None}]
)
def test_a_message_that_says_nothing_does_not_replace_what_is_known(content: Any) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_monitor(content)
    assert caught.value.place == "$"


def test_config_null_means_not_wrapped() -> None:
    assert read_monitor(config(config=None)).serial == SERIALS[TWENTY]


@pytest.mark.parametrize("name", ["a[b]c", "[/red]", "\u202eevil", "\x1b[31m", "é+ü", "🔌" * 40, "x" * 9999])
def test_text_stays_as_the_device_sent_it(name: str) -> None:
    assert read_monitor(config(deviceUuid=name, timeZone=name)).device_uuid == name


def test_text_is_cut_to_a_sane_length() -> None:
    message = read_monitor(config(firmwareVersion="v" * 50_000))
    assert len(message.firmware) == 10_000


@pytest.mark.parametrize(
    ("serial", "product", "broker"),
    [
        ("2004990017", "Pro/Plus", True),
        ("5010990023", "Infinity (Genius)", True),
        ("1010000001", "Energy", False),
        ("1110000001", "Solar", False),
        ("5100990001", "Connect (Wi-Fi)", False),
        ("5130990001", "Connect (Ethernet)", False),
        ("5140990001", "Connect (4G)", False),
        ("5190990001", "Connect", False),
        ("4006990001", "Switch", True),
        ("9900000000", "unknown", True),
        ("", "unknown", True),
        ("abc", "unknown", True),
        ("20zz", "unknown", True),
    ],
)
def test_a_serial_number_names_the_product(serial: str, product: str, broker: bool) -> None:
    assert product_of(serial) == product
    assert has_broker(serial) is broker


HOUSE = "grid:0=Meter_L1 grid:1r grid:2 solar:0=Roof sub:1=Kitchen battery:2 unused:0"


def read(content: Any, rest: str = "channelConfig") -> ChannelConfig:
    message = decode(topic(rest), content if isinstance(content, bytes) else raw(content))[1]
    assert isinstance(message, ChannelConfig)
    return message


def test_both_dialects_give_the_same_channels() -> None:
    twenty, infinity = (read(channel_config(HOUSE, dialect), channel_topic(dialect)) for dialect in DIALECTS)
    for one, other in zip(twenty.channels[:5], infinity.channels[:5], strict=True):
        assert (one.input, one.name, one.role, one.connection, one.phase, one.reversed) == (
            other.input,
            other.name,
            other.role,
            other.connection,
            other.phase,
            other.reversed,
        )
    assert [channel.phase for channel in twenty.channels] == [0, 1, 2, 0, 1, 2, 0]
    assert [channel.reversed for channel in twenty.channels] == [False, True, False, False, False, False, False]


def test_20_series_details() -> None:
    plan = read(channel_config(HOUSE, TWENTY))
    assert (plan.dialect, plan.phase_type, plan.location_id, plan.remarks) == ("20-series", None, None, ())
    assert plan.channels[0] == ChannelSetting(
        0, "Meter L1", "CONSUMPTION", "GRID", 0, False, False, "CT50_100_200", None
    )


def test_infinity_details() -> None:
    plan = read(channel_config(HOUSE, INFINITY), "channelConfigV2")
    assert (plan.dialect, plan.phase_type, plan.location_id, plan.remarks) == ("infinity", "star", LOCATION_ID, ())
    assert plan.channels[4].hub == f"{HUB.format(1)}/0"
    assert plan.channels[4].ct_type == "SCT2_50A"


def test_what_a_channel_is_for() -> None:
    grid, _, _, solar, sub, battery, unused = read(channel_config(HOUSE)).channels
    assert (grid.is_grid, grid.is_submeter, grid.produces, grid.stores, grid.unused) == (
        True,
        False,
        False,
        False,
        False,
    )
    assert (solar.produces, solar.is_grid) == (True, False)
    assert (sub.is_submeter, sub.is_grid) == (True, False)
    assert battery.stores
    assert not battery.is_submeter
    assert unused.unused
    assert not unused.is_submeter


@pytest.mark.parametrize("rest", ["channelConfig", "channelConfigV2", "channel Config"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_content_tells_the_dialect_not_the_topic(rest: str, dialect: str) -> None:
    assert read(channel_config(HOUSE, dialect), rest).dialect == dialect


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("ONE", "single"),
        ("TWO", "two"),
        ("THREE_STAR", "star"),
        ("three_delta", "delta"),
        ("SEVEN", None),
        (None, None),
    ],
)
def test_the_kind_of_supply(word: str | None, kind: str | None) -> None:
    assert read(channel_config("grid:0", INFINITY, phaseType=word)).phase_type == kind


def test_the_site_wide_measurement_is_no_ct_and_no_remark() -> None:
    content = channel_config("grid:0", INFINITY)
    last = content["dataProcessingSpecification"]["measurements"][-1]
    assert last["publishIndex"] == -1
    assert [channel.input for channel in read(content).channels] == [0]
    last["publishIndex"] = 7
    assert [channel.input for channel in read(content).channels] == [0]
    del last["type"]
    assert [channel.input for channel in read(content).channels] == [0, 7]


def test_data_sources_may_come_in_any_order() -> None:
    content = channel_config(HOUSE, INFINITY)
    before = read(content)
    content["dataProcessingSpecification"]["dataSources"].reverse()
    assert read(content) == before


def test_a_missing_data_source_is_a_remark_and_the_channel_stays() -> None:
    content = channel_config("grid:0 grid:1", INFINITY)
    sources = content["dataProcessingSpecification"]["dataSources"]
    content["dataProcessingSpecification"]["dataSources"] = [s for s in sources if s["busAddress"]["inputIndex"] != 1]
    plan = read(content)
    assert [channel.phase for channel in plan.channels] == [0, None]
    assert plan.remarks == (fact("messages.no_source", input=1),)


@pytest.mark.parametrize(
    "formula", [None, "", "$/0$", "no formula", "$5500990000/x$", "$" * 5000, "$5500990000/99999999$"]
)
def test_a_formula_that_names_no_ct_is_a_remark(formula: str | None) -> None:
    content = channel_config("grid:0", INFINITY)
    content["dataProcessingSpecification"]["measurements"][0]["formula"] = formula
    plan = read(content)
    assert plan.channels[0].phase is None
    assert len(plan.remarks) == 1


def test_a_hub_serial_may_be_a_number() -> None:
    content = channel_config("grid:0", INFINITY)
    for source in content["dataProcessingSpecification"]["dataSources"]:
        source["busAddress"] = {"serialNumber": int(source["busAddress"]["serialNumber"]), "inputIndex": "0"}
    assert read(content).channels[0].phase == 0


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_input_named_twice_counts_once_the_last(dialect: str) -> None:
    content = channel_config("grid:0=First sub:1=Second", dialect)
    rows = content.get("inputChannels") or content["dataProcessingSpecification"]["measurements"]
    rows[1]["ctInput" if dialect == TWENTY else "publishIndex"] = 0
    plan = read(content)
    assert [channel.name for channel in plan.channels] == ["Second"]
    assert plan.remarks == (fact("messages.input_twice_differs", input=0),)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("number", [-2, 1.5, 10_000, 2**63, 2**70, 1e300, "x", "nan", "1e999"])
def test_an_impossible_input_is_left_out_with_a_remark(dialect: str, number: Any) -> None:
    content = channel_config("grid:0 grid:1", dialect)
    rows = content.get("inputChannels") or content["dataProcessingSpecification"]["measurements"]
    rows[1]["ctInput" if dialect == TWENTY else "publishIndex"] = number
    plan = read(content)
    assert [channel.input for channel in plan.channels] == [0]
    assert len(plan.remarks) == 1


def test_a_row_without_a_number_is_known_by_its_place_where_every_other_row_stands_in_its_own() -> None:
    content = channel_config("grid:0 grid:1 grid:2")
    del content["inputChannels"][1]["ctInput"]
    plan = read(content)
    assert [channel.input for channel in plan.channels] == [0, 1, 2]
    assert plan.disputed == {1}
    assert plan.remarks == (fact("messages.row_by_place", row=1, input=1),)
    content["inputChannels"][2]["ctInput"] = 7
    plan = read(content)
    assert [channel.input for channel in plan.channels] == [0, 7]
    assert plan.remarks == (fact("messages.row_left_out", row=1),)
    for row in content["inputChannels"]:
        row.pop("ctInput", None)
    assert read(content).channels == ()


def test_a_measurement_without_a_number_is_left_out() -> None:
    content = channel_config("grid:0 grid:1", INFINITY)
    del content["dataProcessingSpecification"]["measurements"][1]["publishIndex"]
    plan = read(content)
    assert [channel.input for channel in plan.channels] == [0]
    assert plan.remarks == (fact("messages.measurement_left_out", name="grid 1"),)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("spec", "disputed"),
    [("grid:0=A grid:0=B", False), ("grid:0 grid:1", True), ("grid:0 sub:0", True), ("grid:0 grid:0r", True)],
)
def test_an_input_configured_in_two_ways_is_disputed(dialect: str, spec: str, disputed: bool) -> None:
    content = channel_config(spec, dialect)
    rows = content.get("inputChannels") or content["dataProcessingSpecification"]["measurements"]
    rows[1]["ctInput" if dialect == TWENTY else "publishIndex"] = 0
    if dialect == INFINITY:  # the second CT of the hub takes the place of the first
        rows[1]["formula"] = rows[0]["formula"]
        for source in content["dataProcessingSpecification"]["dataSources"]:
            source["busAddress"]["inputIndex"] = 0
    plan = read(content)
    assert bool(plan.disputed) is disputed
    assert (fact("messages.input_twice_differs", input=0) in plan.remarks) is disputed


@pytest.mark.parametrize("phase", [-1, 3, 99, "PHASED", "-1"])
def test_an_impossible_phase_of_an_input_in_use_is_a_remark(phase: Any) -> None:
    content = channel_config("grid:0 grid:1 unused:0")
    for row in content["inputChannels"][1:]:
        row["phase"] = phase
    plan = read(content)
    assert plan.disputed == {1}
    assert [remark.code for remark in plan.remarks] == ["messages.phase_impossible"]
    content = channel_config("grid:0 grid:1 unused:0", INFINITY)
    for source in content["dataProcessingSpecification"]["dataSources"]:
        if source["busAddress"]["inputIndex"] > 0:
            source["measurementType"]["phase"] = phase
    assert read(content).disputed == {1}


@pytest.mark.parametrize(("phase", "meant"), [("0", 0), ("L2", 1), ("phasec", 2), ("B", 1), (2.0, 2)])
def test_a_phase_in_other_words(phase: Any, meant: int) -> None:
    content = channel_config("grid:0")
    content["inputChannels"][0]["phase"] = phase
    plan = read(content)
    assert (plan.channels[0].phase, plan.remarks) == (meant, ())


def test_phases_counted_from_one_prove_none_of_them() -> None:
    content = channel_config("grid:0 grid:1 grid:2 sub:1")
    for row in content["inputChannels"]:
        row["phase"] += 1
    plan = read(content)
    assert plan.disputed == {0, 1, 2, 3}
    assert fact("messages.phases_from_one") in plan.remarks
    content["inputChannels"][3]["phase"] = 0
    assert read(content).disputed == {2}


@pytest.mark.parametrize("number", ["1", "1.0", 1.0])
def test_an_input_may_be_text(number: Any) -> None:
    content = channel_config("grid:0 grid:1")
    content["inputChannels"][1]["ctInput"] = number
    assert [channel.input for channel in read(content).channels] == [0, 1]


@pytest.mark.parametrize("phase", [-1, 3, 99, 1e300, 0.5, None, "x", "PHASED", 2**64])
def test_an_absurd_phase_is_none(phase: Any) -> None:
    content = channel_config("grid:0")
    content["inputChannels"][0]["phase"] = phase
    assert read(content).channels[0].phase is None
    content = channel_config("grid:0", INFINITY)
    content["dataProcessingSpecification"]["dataSources"][0]["measurementType"]["phase"] = str(phase)
    assert read(content).channels[0].phase is None


def test_unknown_words_are_kept_as_sent() -> None:
    content = channel_config("grid:0")
    content["inputChannels"][0] |= {
        "inputChannelType": "teleport",
        "inputChannelConnection": "",
        "inputChannelCTType": "CT9",
    }
    channel = read(content).channels[0]
    assert (channel.role, channel.connection, channel.ct_type) == ("TELEPORT", "UNKNOWN", "CT9")


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (True, True),
        (1, True),
        (1.0, True),
        ("true", True),
        (" TRUE ", True),
        ("1", True),
        ("yes", True),
        ("on", True),
        (False, False),
        (0, False),
        ("false", False),
        ("", False),
        ("maybe", False),
        (None, False),
        ([], False),
        ([True], False),
        ({}, False),
        ({"value": True}, False),
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_flags_in_any_spelling_and_nothing_else(dialect: str, value: Any, meant: bool) -> None:
    content = channel_config("grid:0", dialect)
    rows = content.get("inputChannels") or content["dataProcessingSpecification"]["dataSources"]
    rows[0] |= {"reversed": value, "balanced": value}
    channel = read(content).channels[0]
    assert (channel.reversed, channel.balanced) == (meant, meant)


@pytest.mark.parametrize(
    "name", ["CT [L1]", "[/L1]", "[bold red]", "", "a\x00b", "\r\n\x1b]0;x\x07", "⚡" * 3000, "dup"]
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_are_data(dialect: str, name: str) -> None:
    content = channel_config("grid:0 grid:1", dialect)
    rows = content.get("inputChannels") or content["dataProcessingSpecification"]["measurements"]
    rows[0]["name"] = rows[1]["name"] = name
    assert [channel.name for channel in read(content).channels] == [name, name]


def test_name_null_and_name_missing_are_empty() -> None:
    content = channel_config("grid:0 grid:1")
    content["inputChannels"][0]["name"] = None
    del content["inputChannels"][1]["name"]
    assert [channel.name for channel in read(content).channels] == ["", ""]


@pytest.mark.parametrize("field", ["dataSources", "measurements", "phaseType"])
def test_null_means_the_same_as_left_out(field: str) -> None:
    content = channel_config("grid:0 grid:1", INFINITY)
    content["dataProcessingSpecification"][field] = None
    without = channel_config("grid:0 grid:1", INFINITY)
    del without["dataProcessingSpecification"][field]
    assert read(content) == read(without)


def test_no_channels_is_a_plan_without_channels() -> None:
    assert read({"inputChannels": []}).channels == ()
    assert read({"dataProcessingSpecification": {}}).channels == ()


@pytest.mark.parametrize("content", [{}, {"utcTimeStamp": 5}, {"inputChannels": None}, {"channels": []}])
def test_neither_dialect_is_unreadable(content: Any) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(content)
    assert caught.value.reason.code == "messages.neither"


def test_remarks_are_bounded() -> None:
    plan = read({"inputChannels": [{"ctInput": -5}] * 5000})
    assert len(plan.remarks) == 100


def test_a_configuration_cut_off_in_the_middle_is_unreadable() -> None:
    whole = raw(channel_config(HOUSE))
    with pytest.raises(UnreadableError) as caught:
        read(whole[: len(whole) // 2])
    assert caught.value.place == len(whole) // 2
