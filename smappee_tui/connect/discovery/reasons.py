"""What the search found, and why it may find nothing, in words."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from smappee_tui.connect.discovery.found import Found
from smappee_tui.connect.networks import OwnAddress

_HOW = {
    "mdns": "announced",
    "scan": "scan",
    "typed": "typed",
    "recent": "recent",
    "broker": "broker",
}


def who(one: Found) -> str:
    """The product, or what else is known."""
    if one.serial:
        return f"Smappee {one.product}" if one.product != "unknown" else "Smappee"
    if one.portal:
        return "Smappee"
    if one.broker == "answering" and one.portal is False:
        return "MQTT broker"
    return one.name or one.host or "not known yet"


def how_words(one: Found) -> str:
    """How it was found; a goodbye comes first."""
    words = ", ".join(_HOW[how] for how in one.how)
    return f"gone ({words})" if one.gone else words


def broker_words(one: Found) -> str:
    """Whether its broker answers."""
    if not one.local_mqtt:
        return "no local MQTT"
    if one.broker == "answering":
        words = f"broker answers on {one.broker_port}" if one.broker_port != 1883 else "broker answers"
        if one.login:
            words += ", wants a login"
        elif len(one.speakers) > 1 or (one.speakers and not one.serial):
            words += f", {len(one.speakers)} monitor{'s' if len(one.speakers) > 1 else ''} on it"
        return words
    return {"refused": "no broker there", "silent": "broker silent", "unknown": "broker not asked yet"}[one.broker]


def reasons(own: Sequence[OwnAddress], scanned: bool, system: str = sys.platform) -> list[tuple[str, str]]:
    """Why nothing is found, the likeliest first, each with what to do next."""
    here = ", ".join(str(one.network) for one in own if one.address.version == 4)
    networks = f"This laptop is on {here}." if here else "This laptop is on no IPv4 network."
    firewall = {
        "win32": "Windows asked whether the program may be reached: allow it on private networks.",
        "darwin": "macOS asked whether it may find devices: System Settings, Privacy & Security, Local Network.",
    }.get(system, "Let UDP port 5353 in: sudo ufw allow 5353/udp, or firewall-cmd --add-service=mdns.")
    found = [
        (
            f"The monitor is on another network or VLAN: announcements do not cross a router. {networks}",
            "Join the monitor's network, or type its address from the router or the Smappee app.",
        ),
        (
            "The Wi-Fi keeps its guests apart (guest network, client isolation).",
            "Use the house's own Wi-Fi, or a cable into the same switch or router.",
        ),
        ("A firewall on this laptop keeps announcements out.", firewall),
        (
            "The monitor was renamed: it announces itself under a name that is not its own.",
            "Type its address, or scan this network for it.",
        ),
        (
            "The monitor is off, still starting (some minutes after power on), or has no network.",
            "Look at its light; the Smappee app tells whether it is online, and its address.",
        ),
    ]
    if scanned:
        found[3] = (
            "The scan found neither a portal nor a broker in the range.",
            "Compare the range with the address that the Smappee app or the router shows for the monitor.",
        )
    return found
