"""This machine's own networks, and which of them a search may touch. Nothing here sends a packet."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from smappee_tui.connect.errors import BadAddressError
from smappee_tui.protocol.fact import fact

ONLY_VARIABLE = "SMAPPEE_TUI_NETWORKS"
"""Environment variable with the only networks that a search may touch, as in "10.0.0.0/24, 127.0.0.0/8"."""
WIDEST = 22
"""Prefix of the largest network that is scanned: 1022 hosts."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PRIVATE: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """One address of one network interface of this machine."""

    interface: str
    """The interface as the system calls it, "wlan0" or "Ethernet 2"."""
    ip: str
    """IPv4 or IPv6, without a zone."""
    prefix: int
    """Length of the network part, bits."""
    index: int = 0
    """The system's number of the interface, 0 where it has none."""

    @property
    def address(self) -> Address:
        return ipaddress.ip_address(self.ip)

    @property
    def network(self) -> Network:
        return ipaddress.ip_network(f"{self.ip}/{self.prefix}", strict=False)

    def __str__(self) -> str:
        return f"{self.interface} {self.ip}/{self.prefix}"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a search may touch: private networks, or only the ones named."""

    only: tuple[Network, ...] = ()
    """Empty: every private network. Loopback is touched only when it is named here."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Allowed:
        """Read `SMAPPEE_TUI_NETWORKS`.

        Raises:
            BadAddressError: when it names something that is no network.
        """
        named = environment.get(ONLY_VARIABLE, "").replace(",", " ").split()
        try:
            return cls(tuple(ipaddress.ip_network(text, strict=False) for text in named))
        except ValueError as error:
            raise BadAddressError(
                fact("discovery.variable_unreadable", variable=ONLY_VARIABLE, why=str(error)),
                fact("discovery.variable_advice"),
            ) from error

    def holds(self, ip: str | Address) -> bool:
        """Whether this address may be touched."""
        try:
            address = ipaddress.ip_address(ip.partition("%")[0] if isinstance(ip, str) else ip)
        except ValueError:
            return False
        return _within(address, self.only or _PRIVATE)

    def covers(self, network: Network) -> bool:
        """Whether every address of this network may be touched."""
        return any(
            network.version == known.version and network.subnet_of(known)  # type: ignore[arg-type]
            for known in self.only or _PRIVATE
        )


def own_addresses(allowed: Allowed | None = None) -> tuple[OwnAddress, ...]:
    """The addresses of this machine that face a network where a monitor may be, IPv4 first.

    Args:
        allowed: what may be touched; None: what the environment says.
    """
    import ifaddr

    allowed = allowed or Allowed.from_environment()
    found = []
    for adapter in ifaddr.get_adapters():
        for known in adapter.ips:
            ip = known.ip if isinstance(known.ip, str) else known.ip[0]
            if allowed.holds(ip):
                found.append(OwnAddress(known.nice_name, ip, known.network_prefix, adapter.index or 0))
    return tuple(sorted(found, key=lambda own: (own.address.version, own.address.is_link_local)))


def chosen(own: Iterable[OwnAddress], interfaces: Iterable[str]) -> tuple[OwnAddress, ...]:
    """Of these addresses, the ones whose interface or address is named.

    Raises:
        BadAddressError: when a name fits none.
    """
    own, kept = tuple(own), []
    for name in interfaces:
        fitting = [one for one in own if name in (one.interface, one.ip)]
        if not fitting:
            known = tuple(dict.fromkeys(f"{one.interface} ({one.ip})" for one in own))
            raise BadAddressError(
                fact("discovery.no_such_interface", name=name),
                fact("discovery.interfaces", known=known) if known else fact("discovery.no_interfaces"),
            )
        kept += fitting
    return tuple(dict.fromkeys(kept)) if kept else own


def scannable(own: Iterable[OwnAddress]) -> tuple[ipaddress.IPv4Network, ...]:
    """The networks that may be scanned: around each IPv4 address, at most a /22."""
    networks = []
    for one in own:
        address = one.address
        if isinstance(address, ipaddress.IPv4Address) and not address.is_link_local and one.prefix < 32:
            networks.append(ipaddress.IPv4Network(f"{one.ip}/{max(one.prefix, WIDEST)}", strict=False))
    return tuple(dict.fromkeys(networks))


def scan_range(text: str, allowed: Allowed | None = None) -> ipaddress.IPv4Network:
    """Read the range that a person wants scanned.

    Raises:
        BadAddressError: when it is no IPv4 network, too large, not private, or not allowed here.
    """
    try:
        network = ipaddress.IPv4Network(text.strip(), strict=False)
    except ValueError:
        raise BadAddressError(fact("discovery.no_range", text=text), fact("discovery.no_range_advice")) from None
    if network.prefixlen < WIDEST:
        raise BadAddressError(
            fact("discovery.range_too_wide", network=str(network), addresses=network.num_addresses),
            fact("discovery.range_too_wide_advice", widest=WIDEST),
        )
    allowed = allowed or Allowed.from_environment()
    if not allowed.covers(network):
        if not allowed.only:
            raise BadAddressError(
                fact("discovery.not_private", network=str(network)), fact("discovery.not_private_advice")
            )
        raise BadAddressError(
            fact("discovery.outside", network=str(network), variable=ONLY_VARIABLE), fact("discovery.outside_advice")
        )
    return network


def facing(ip: str) -> str | None:
    """The address of this machine that another one sees, None where there is no way to it.

    Only the routing table is asked: connecting a UDP socket sends nothing.
    """
    bare, _, zone = ip.partition("%")
    try:
        version = ipaddress.ip_address(bare).version
    except ValueError:
        return None
    with socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            place = (bare, 9, 0, socket.if_nametoindex(zone) if zone else 0) if version == 6 else (bare, 9)
            probe.connect(place)
            return str(probe.getsockname()[0])
        except OSError:
            return None


def is_local(ip: str) -> bool:
    """Whether this is an address of a private network, of one cable, or of the machine itself, as no address of the
    internet is."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    return address.is_loopback or _within(address, _PRIVATE)


def is_loopback(host: str) -> bool:
    """Whether this is the machine itself, where nobody listens on the way."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
