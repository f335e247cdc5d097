import socket

import ifaddr
import pytest

from smappee_tui.connect import networks as n
from smappee_tui.connect.errors import BadAddressError


def adapters(*ips: tuple[str, int]) -> list[ifaddr.Adapter]:
    made = []
    for index, (ip, prefix) in enumerate(ips, 1):
        name = f"eth{index}"
        value = (ip, 0, 0) if ":" in ip else ip
        made.append(ifaddr.Adapter(name, name, [ifaddr.IP(value, prefix, name)], index))
    return made


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    found = adapters(
        ("127.0.0.1", 8), ("fe80::1", 64), ("192.168.1.34", 24), ("8.8.8.8", 24), ("10.4.5.6", 16), ("192.0.2.2", 24),
        ("::1", 128), ("fd00::7", 64), ("2001:db8::1", 64), ("100.64.0.9", 10), ("169.254.7.7", 16),
    )  # fmt: skip
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: found)


def test_only_private_networks_are_its_own(machine: None) -> None:
    ips = [own.ip for own in n.own_addresses(n.Allowed())]
    assert ips == ["192.168.1.34", "10.4.5.6", "169.254.7.7", "fd00::7", "fe80::1"]


def test_the_environment_narrows_them(machine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(n.ONLY_VARIABLE, "127.0.0.0/8 fe80::/10")
    assert [str(own) for own in n.own_addresses()] == ["eth1 127.0.0.1/8", "eth2 fe80::1/64"]


def test_a_network_to_scan_is_never_larger_than_a_22(machine: None) -> None:
    assert [str(net) for net in n.scannable(n.own_addresses(n.Allowed()))] == ["192.168.1.0/24", "10.4.4.0/22"]


def test_interfaces_are_chosen_by_name_or_address(machine: None) -> None:
    own = n.own_addresses(n.Allowed())
    assert [one.ip for one in n.chosen(own, ["eth3", "10.4.5.6"])] == ["192.168.1.34", "10.4.5.6"]
    assert n.chosen(own, []) == own
    with pytest.raises(BadAddressError, match=r"interfaces.*eth3 \(192.168.1.34\)"):
        n.chosen(own, ["wlan9"])


@pytest.mark.parametrize("text", ["192.168.1.7/24", "10.0.0.0/22", " 172.16.4.0/30 ", "169.254.1.0/24"])
def test_ranges_that_may_be_scanned(text: str) -> None:
    assert n.scan_range(text, n.Allowed()).prefixlen >= 22


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("10.0.0.0/8", "addresses"),
        ("192.168.0.0/21", "addresses"),
        ("8.8.8.0/24", "not_private"),
        ("127.0.0.0/24", "not_private"),
        ("172.32.0.0/24", "not_private"),
        ("100.64.0.0/24", "not_private"),
        ("fd00::/120", "no_range"),
        ("kitchen", "no_range"),
        ("", "no_range"),
    ],
)
def test_ranges_that_may_not(text: str, why: str) -> None:
    with pytest.raises(BadAddressError, match=why):
        n.scan_range(text, n.Allowed())


def test_what_the_environment_does_not_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadAddressError, match=r"outside.*SMAPPEE_TUI_NETWORKS"):
        n.scan_range("192.168.1.0/24")
    assert str(n.scan_range("127.0.0.0/24")) == "127.0.0.0/24"
    monkeypatch.setenv(n.ONLY_VARIABLE, "kitchen")
    with pytest.raises(BadAddressError, match="variable_unreadable"):
        n.Allowed.from_environment()


def test_allowed_holds() -> None:
    allowed = n.Allowed()
    assert allowed.holds("192.168.1.1")
    assert allowed.holds("fe80::1%eth0")
    assert not allowed.holds("127.0.0.1")
    assert not allowed.holds("8.8.8.8")
    assert not allowed.holds("a name")


def test_facing_asks_the_routing_table_only() -> None:
    assert n.facing("127.0.0.5") == "127.0.0.1"
    assert n.facing("a name") is None
    if socket.has_ipv6:
        assert n.facing("::1") in ("::1", None)


def test_the_machine_itself() -> None:
    assert n.is_loopback("localhost")
    assert n.is_loopback("127.0.0.9")
    assert n.is_loopback("::1%lo")
    assert not n.is_loopback("192.168.1.1")
    assert not n.is_loopback("a name")
