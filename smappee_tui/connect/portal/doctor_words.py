"""What the doctor says when a step fails: what was seen, and what to do next."""

from __future__ import annotations

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.discovery.knock import Answer

NO_NAME = "Type its IP address instead, from the router or the Smappee app: a name is not known behind a router."
NO_SUBSCRIPTION = "Give this user the right to read servicelocation/# on the broker."
SILENT = (
    "The monitor may push its data to another broker: look at the portal (p). After a restart it takes some minutes."
)
NO_CONFIGURATION = (
    "Restart the monitor from its portal, or wait: it sends its configuration when it connects. "
    "Is it activated in the Smappee app?"
)


def closed(answer: Answer, host: str, port: int) -> tuple[str, str]:
    """Nobody lets us through this port."""
    if answer == "refused":
        return (
            f"{host} is there, but nothing listens on port {port}.",
            "A 20-series monitor of 2018 uses port 10000; products 10, 11 and 51 have no broker. "
            "Is it the right device? Else set its broker to this laptop (p).",
        )
    if answer == "unreachable":
        return (
            f"There is no way from this laptop to {host}.",
            "Join the monitor's network: the same Wi-Fi or cable, no guest network.",
        )
    return (
        f"{host} does not answer on port {port}.",
        "Is it powered and on this network? A router between two networks, or a guest Wi-Fi, keeps it away.",
    )


def not_let_in(answer: Answer, code: int, address: BrokerAddress) -> tuple[str, str]:
    """Something listens, and does not take us."""
    if answer == "login" and address.username:
        return f"The broker refuses user {address.username!r}.", "Check the username and the password."
    if answer == "login":
        return "The broker wants a username and a password.", "Give them with --username, or as an external broker."
    if answer == "answering":
        return f"The broker turns us down with code {code}.", "Look at the broker's own log."
    if address.tls:
        return (
            f"There is no encrypted MQTT on {address}.",
            "Is this the TLS port (usually 8883), and the certificate's authority the right one?",
        )
    return (
        f"Something listens on {address}, but it does not speak MQTT.",
        "Another port, or TLS? A monitor's is 1883 without TLS.",
    )


def other_location(wanted: str, serials: tuple[str, ...]) -> tuple[str, str]:
    """Others speak, but not the one that was meant."""
    known = ", ".join(serials[:4]) + (" …" if len(serials) > 4 else "")
    return (
        f"{wanted} does not speak here; others do: {known or 'without a serial number'}.",
        "Is this the right monitor? The serial number is on its label. Else choose one of those.",
    )


def no_realtime(waited: float, configured: bool) -> tuple[str, str]:
    """Subscribed, and no measurement."""
    if configured:
        return (
            f"The configuration is there, but no measurement came in {waited:.0f} s.",
            "What is kept may be old: is the monitor powered, and does it still push to this broker? "
            "Its portal shows where to (p).",
        )
    return (f"Nobody said anything in {waited:.0f} s.", SILENT)


def clock_off(seconds: float) -> tuple[str, str]:
    """The monitor lives in another time. Positive: it is ahead."""
    away = abs(seconds)
    amount = f"{away:.0f} s" if away < 180 else f"{away / 60:.0f} min" if away < 7200 else f"{away / 3600:.0f} h"
    return (
        f"The monitor's clock is {amount} {'ahead of' if seconds > 0 else 'behind'} this laptop's.",
        "Is this laptop's own clock right? Else the monitor has no internet to set its clock by: its 5-minute values "
        "land at the wrong time.",
    )
