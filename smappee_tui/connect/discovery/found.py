"""A monitor on the network: the names it goes by, how several sightings of it become one, and what is told of it."""

from __future__ import annotations

import ipaddress
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from smappee_tui.connect.address import PLAIN_PORT, BrokerAddress
from smappee_tui.connect.networks import OwnAddress
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.products import has_broker, product_of

SERVICE = "_ssh._tcp.local."
"""What a monitor announces: its maintenance door, nothing of MQTT or HTTP."""
_STARTS = ("smappee1", "smappee2", "smappee50", "smappee51")
_SERIAL = re.compile(r"smappee((?:1|2|50|51)\d+)(?!\d)", re.IGNORECASE)


def is_monitor(name: str) -> bool:
    """Whether an announced name, or a host's, is a monitor's. Capitals do not matter."""
    return name.casefold().startswith(_STARTS)


def serial_in(name: str) -> str:
    """The serial number in a monitor's name: "Smappee5010001234.local" has 5010001234. "" when there is none."""
    match = _SERIAL.match(name[:80])
    return match[1] if match is not None and len(match[1]) == 10 else ""


def is_serial(text: str) -> bool:
    """Whether this is a serial number as printed on a monitor: ten digits."""
    return len(text) == 10 and text.isascii() and text.isdigit()


def host_of(serial: str) -> str:
    """The host name that a monitor with this serial number has, unless somebody renamed it."""
    return f"Smappee{serial}.local"


def instance(name: str) -> str:
    """An announced name without the type of service behind it."""
    return name[: -len(SERVICE) - 1] if name.casefold().endswith("." + SERVICE) else name.rstrip(".")


How = Literal["mdns", "scan", "typed", "recent", "broker"]
"""Announced itself, answered a scan, was typed in, is known from last time, speaks on a broker."""
BrokerWord = Literal["answering", "refused", "silent", "unknown"]
"""`answering`: MQTT, with or without a login · `refused`: nothing listens · `silent`: no answer · `unknown`: open."""
MOST = 256
"""Monitors kept. More is no building but somebody who plays with announcements."""


@dataclass(frozen=True, slots=True)
class Found:
    """One monitor, or one broker that may have monitors on it. Texts are as announced: show them as plain text."""

    serial: str = ""
    """Ten digits, "" while not known."""
    name: str = ""
    """The announced instance, "" where there was no announcement."""
    host: str = ""
    """Host name, "" where only an address is known."""
    addresses: tuple[str, ...] = ()
    """IPv4 first; IPv6 with its zone where it needs one."""
    how: tuple[How, ...] = ()
    broker: BrokerWord = "unknown"
    broker_port: int | None = None
    """Where MQTT answered."""
    login: bool = False
    """The broker wants a username and a password."""
    ports: tuple[int, ...] = ()
    """TCP ports that were seen open."""
    portal: bool | None = None
    """Whether the Expert Portal's page is there; None: not looked."""
    speakers: tuple[str, ...] = ()
    """Serial numbers of the monitors heard on its broker. A broker that is no monitor may have many."""
    speakers_beyond: int = 0
    """How many more were heard than stand there."""
    gone: bool = False
    """It said goodbye, or its announcement ran out."""

    @property
    def product(self) -> str:
        """The product by its serial number, "unknown" without one."""
        return product_of(self.serial)

    @property
    def local_mqtt(self) -> bool:
        """False for products that have no broker of their own."""
        return has_broker(self.serial)

    @property
    def address(self) -> str:
        """The best way to call it: an address rather than a name, which may not resolve here."""
        return self.addresses[0] if self.addresses else self.host

    @property
    def broker_address(self) -> BrokerAddress:
        """Its own broker, as far as known."""
        return BrokerAddress(self.address, self.broker_port or PLAIN_PORT)


class Register:
    """All that was found, in order of first sight. Sightings join by serial number, else by a common address."""

    def __init__(self) -> None:
        self._items: list[Found] = []
        self.crowded = False
        """More was announced than is kept."""

    @property
    def items(self) -> tuple[Found, ...]:
        return tuple(self._items)

    def note(self, seen: Found) -> tuple[Found, bool]:
        """Take in one sighting.

        Returns:
            What is now known of this monitor, and whether that is news.
        """
        place = self._place(seen)
        if place is None:
            if len(self._items) >= MOST:
                self.crowded = True
                return seen, False
            fresh = replace(seen, addresses=_sorted(seen.addresses))
            self._items.append(fresh)
            return fresh, True
        old = self._items[place]
        self._items[place] = merged(old, seen)
        return self._items[place], self._items[place] != old

    def lost(self, name: str) -> None:
        """An announcement ended."""
        for place, item in enumerate(self._items):
            if item.name.casefold() == name.casefold() and item.name:
                self._items[place] = replace(item, gone=True)

    def _place(self, seen: Found) -> int | None:
        for place, item in enumerate(self._items):
            if seen.serial and item.serial:
                if seen.serial == item.serial:
                    return place
            elif set(seen.addresses) & set(item.addresses) or (
                seen.host and seen.host.casefold() == item.host.casefold()
            ):
                return place
        return None


def merged(old: Found, new: Found) -> Found:
    """Two sightings of one monitor; the newer one wins where both know something."""
    back = "mdns" in new.how and bool(new.addresses)
    # A new announcement tells all addresses there are; any other sighting only one of them.
    addresses = new.addresses if back else (*new.addresses, *old.addresses)
    known = new.broker != "unknown"
    return Found(
        serial=new.serial or old.serial,
        name=new.name or old.name,
        host=new.host or old.host,
        addresses=_sorted(addresses),
        how=tuple(dict.fromkeys((*old.how, *new.how))),
        broker=new.broker if known else old.broker,
        broker_port=new.broker_port if known else old.broker_port,
        login=new.login if known else old.login,
        ports=tuple(sorted(new.ports if known else {*old.ports, *new.ports})),
        portal=old.portal if new.portal is None else new.portal,
        speakers=new.speakers or old.speakers,
        speakers_beyond=new.speakers_beyond or old.speakers_beyond,
        gone=old.gone and not back and new.broker != "answering",
    )


def _sorted(addresses: Iterable[str]) -> tuple[str, ...]:
    """IPv4 first, then by reach: an address that needs a zone last."""

    def rank(text: str) -> tuple[int, bool]:
        address = ipaddress.ip_address(text.partition("%")[0])
        return address.version, address.is_link_local

    return tuple(sorted(dict.fromkeys(addresses), key=rank))


def who(one: Found) -> Fact:
    """The product, or what else is known."""
    if one.serial and one.product != "unknown":
        return fact("discovery.product", product=one.product)
    if one.serial or one.portal:
        return fact("discovery.monitor")
    if one.broker == "answering" and one.portal is False:
        return fact("discovery.broker")
    name = one.name or one.host
    return fact("discovery.named", name=name) if name else fact("discovery.nameless")


def how_words(one: Found) -> Fact:
    """How it was found; a goodbye comes first."""
    return fact("discovery.found_by_gone" if one.gone else "discovery.found_by", ways=one.how)


def broker_words(one: Found) -> Fact:
    """Whether its broker answers."""
    if not one.local_mqtt:
        return fact("discovery.broker_none")
    if one.broker != "answering":
        return fact(f"discovery.broker_{one.broker}")
    usual = one.broker_port == PLAIN_PORT
    answers = fact("discovery.broker_answers") if usual else fact("discovery.broker_answers_on", port=one.broker_port)
    if one.login:
        return fact("discovery.broker_with_login", answers=answers)
    if len(one.speakers) > 1 or (one.speakers and not one.serial):
        return fact("discovery.broker_with_monitors", answers=answers, count=len(one.speakers) + one.speakers_beyond)
    return answers


def reasons(own: Sequence[OwnAddress], scanned: bool, system: str = sys.platform) -> list[tuple[Fact, Fact]]:
    """Why nothing is found, the likeliest first, each with what to do next."""
    here = tuple(str(one.network) for one in own if one.address.version == 4)
    away = fact("discovery.other_network", networks=here) if here else fact("discovery.other_network_none")
    firewall = {"win32": "discovery.firewall_windows", "darwin": "discovery.firewall_macos"}
    unseen = (
        (fact("discovery.scan_found_nothing"), fact("discovery.scan_found_nothing_advice"))
        if scanned
        else (fact("discovery.renamed"), fact("discovery.renamed_advice"))
    )
    return [
        (away, fact("discovery.other_network_advice")),
        (fact("discovery.guest_network"), fact("discovery.guest_network_advice")),
        (fact("discovery.firewall"), fact(firewall.get(system, "discovery.firewall_linux"))),
        unseen,
        (fact("discovery.off"), fact("discovery.off_advice")),
    ]
