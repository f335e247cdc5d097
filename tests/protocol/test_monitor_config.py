"""Who is speaking."""

from typing import Any

import pytest

from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import UnreadableError
from smappee_tui.protocol.messages import MonitorConfig
from smappee_tui.protocol.products import has_broker, product_of
from tests.payloads import DEVICE_UUID, INFINITY, LOCATION_ID, SERIALS, START, TWENTY, UUID, config, raw, topic


def read(content: Any) -> MonitorConfig:
    message = decode(topic("config"), content if isinstance(content, bytes) else raw(content))[1]
    assert isinstance(message, MonitorConfig)
    return message


def test_a_20_series_monitor_introduces_itself() -> None:
    assert read(config(TWENTY)) == MonitorConfig(
        START, SERIALS[TWENTY], UUID, LOCATION_ID, DEVICE_UUID, "V3190", 300.0, None
    )


def test_an_infinity_adds_its_time_zone() -> None:
    assert read(config(INFINITY)).time_zone == "Europe/Brussels"


def test_old_firmware_wraps_it_once_more() -> None:
    assert read(config(wrapped=True)) == read(config())


def test_unknown_fields_are_ignored() -> None:
    assert read(config(colour="blue", nested={"deep": [1, {"er": None}]})) == read(config())


@pytest.mark.parametrize("written", [2004990017, 2004990017.0, "2004990017", " 2004990017 "])
def test_a_serial_number_may_be_a_number(written: Any) -> None:
    assert read(config(serialNumber=written)).serial == "2004990017"


def test_a_location_id_may_be_text_and_a_version_a_number() -> None:
    message = read(config(serviceLocationId="90210", firmwareVersion=4.7))
    assert (message.location_id, message.firmware) == (90210, "4.7")


@pytest.mark.parametrize("stamp", [None, -1, 1e300, "yesterday", "nan", "-inf"])
def test_an_absurd_time_stamp_is_no_time_stamp(stamp: Any) -> None:
    assert read(config(utcTimeStamp=stamp)).sent is None


def test_a_time_stamp_may_be_text() -> None:
    assert read(config(utcTimeStamp="1700000000000")).sent == START


@pytest.mark.parametrize(
    "content", [{}, {"config": {}}, {"utcTimeStamp": 1}, {"colour": "blue"}, {"serialNumber": None}]
)
def test_a_message_that_says_nothing_does_not_replace_what_is_known(content: Any) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(content)
    assert caught.value.place == "$"


def test_config_null_means_not_wrapped() -> None:
    assert read(config(config=None)).serial == SERIALS[TWENTY]


@pytest.mark.parametrize("name", ["a[b]c", "[/red]", "\u202eevil", "\x1b[31m", "é+ü", "🔌" * 40, "x" * 9999])
def test_text_stays_as_the_device_sent_it(name: str) -> None:
    assert read(config(deviceUuid=name, timeZone=name)).device_uuid == name


def test_text_is_cut_to_a_sane_length() -> None:
    message = read(config(firmwareVersion="v" * 50_000))
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
