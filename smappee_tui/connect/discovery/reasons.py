"""What is known of each monitor found, and why nothing may be found."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from smappee_tui.connect.address import PLAIN_PORT
from smappee_tui.connect.discovery.found import Found
from smappee_tui.connect.networks import OwnAddress
from smappee_tui.protocol.fact import Fact, fact


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
        return fact("discovery.broker_with_monitors", answers=answers, count=len(one.speakers))
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
