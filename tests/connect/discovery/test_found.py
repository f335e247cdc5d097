import pytest

from smappee_tui.connect.discovery.found import (
    MOST,
    Found,
    Register,
    host_of,
    instance,
    is_monitor,
    is_serial,
    serial_in,
)


@pytest.mark.parametrize("name", ["smappee1006000123", "Smappee2004000025", "SMAPPEE5010001234", "smappee50 hall",
                                  "smappee5130000001._ssh._tcp.local."])  # fmt: skip
def test_names_of_monitors(name: str) -> None:
    assert is_monitor(name)


@pytest.mark.parametrize("name", ["", "nas", "smappee", "my smappee5010001234", "smappee6100000001", "smapee20"])
def test_names_of_others(name: str) -> None:
    assert not is_monitor(name)


@pytest.mark.parametrize(
    ("name", "serial"),
    [
        ("smappee5010001234._ssh._tcp.local.", "5010001234"),
        ("SMAPPEE2004000025.local", "2004000025"),
        ("smappee5010001234 (2)", "5010001234"),
        ("smappee50100012345", ""),
        ("smappee50", ""),
        ("x" * 5000, ""),
    ],
)
def test_the_serial_in_a_name(name: str, serial: str) -> None:
    assert serial_in(name) == serial


def test_serials() -> None:
    assert is_serial("5010001234")
    assert not is_serial("501000123")
    assert not is_serial("٥٠١٠٠٠١٢٣٤")
    assert host_of("5010001234") == "Smappee5010001234.local"
    assert instance("smappee5010001234._ssh._tcp.local.") == "smappee5010001234"
    assert instance("nas.") == "nas"


def test_sightings_of_one_monitor_join() -> None:
    register = Register()
    register.note(Found(addresses=("10.0.0.5",), how=("scan",), portal=True, broker="answering", broker_port=1883))
    register.note(
        Found("5010001234", "smappee5010001234", "Smappee5010001234.local", ("fe80::1", "10.0.0.5"), ("mdns",))
    )
    (one,) = register.items
    assert (one.serial, one.product, one.how) == ("5010001234", "Infinity (Genius)", ("scan", "mdns"))
    assert one.addresses == ("10.0.0.5", "fe80::1")
    assert one.broker == "answering"
    assert one.portal
    assert str(one.broker_address) == "10.0.0.5:1883"


def test_another_address_is_the_same_monitor() -> None:
    register = Register()
    register.note(Found("5010001234", "smappee5010001234", "", ("10.0.0.5",), ("mdns",)))
    seen, news = register.note(Found("5010001234", "smappee5010001234", "", ("10.0.0.9",), ("mdns",)))
    assert (seen.addresses, news) == (("10.0.0.9",), True)
    assert register.note(Found("5010001234", "smappee5010001234", "", ("10.0.0.9",), ("mdns",)))[1] is False


def test_two_monitors_stay_two() -> None:
    register = Register()
    register.note(Found("5010001234", addresses=("10.0.0.5",)))
    register.note(Found("5010001235", addresses=("10.0.0.5",)))  # an address given to another one since
    assert [one.serial for one in register.items] == ["5010001234", "5010001235"]


def test_gone_and_back() -> None:
    register = Register()
    register.note(Found("5010001234", "smappee5010001234", "", ("10.0.0.5",), ("mdns",)))
    register.lost("SMAPPEE5010001234")
    assert register.items[0].gone
    register.note(Found("5010001234", broker="silent"))
    assert register.items[0].gone
    register.note(Found("5010001234", "smappee5010001234", "", ("10.0.0.5",), ("mdns",)))
    assert not register.items[0].gone
    register.lost("")
    assert not register.items[0].gone


def test_a_flood_of_announcements_is_bounded() -> None:
    register = Register()
    for number in range(MOST + 50):
        register.note(Found(f"50{number:08d}", how=("mdns",)))
    assert len(register.items) == MOST
    assert register.crowded


def test_products_without_a_broker_are_known() -> None:
    assert Found("2004000025").local_mqtt
    assert not Found("1006000123").local_mqtt
    assert not Found("5130000001").local_mqtt
    assert Found().local_mqtt
