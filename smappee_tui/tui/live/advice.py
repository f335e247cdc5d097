"""What to say, and what to do next, while there is nothing to show."""

from __future__ import annotations

from typing import NamedTuple

from smappee_tui.app.session import Snapshot
from smappee_tui.connect.message_source import SourceState
from smappee_tui.i18n import current
from smappee_tui.i18n.text import clean
from smappee_tui.tui.widgets.words import ago


class Notice(NamedTuple):
    """A screenful for a state without data."""

    title: str
    lines: tuple[str, ...] = ()
    """What is known."""
    steps: tuple[str, ...] = ()
    """What to do, in the order to try it."""


_PORTAL = "On the monitor's Expert Portal, Advanced: does “MQTT local broker url” name the broker you are connected to?"


def _reason(reason: str, again: str) -> str:
    return f"{reason} Trying again{again}." if again else reason


def cannot_start(reason: str) -> Notice:
    """The source of messages could not be opened at all."""
    return Notice("This cannot work as it is", (clean(reason),), ("Leave with q, mend it, and start again.",))


def connecting(link: SourceState) -> Notice:
    """No answer yet."""
    tries = f"Attempt {link.attempts}." if link.attempts > 1 else ""
    reason = current().fact(link.reason)
    return Notice(
        "Connecting to the monitor",
        tuple(text for text in (tries, reason) if text),
        (
            "Is the monitor powered, and its LED showing that it is on the network?",
            "Is this laptop on the same network? Guest Wi-Fi usually keeps devices apart.",
            "Ports: 1883 on an Infinity; 20-series monitors of 2018 use 10000.",
        ),
    )


def refused(reason: str, again: str) -> Notice:
    """The broker said no."""
    return Notice(
        "The broker refused the connection",
        (_reason(reason or "It gave no reason.", again),),
        (
            "Check the user name and the password: start again with --username NAME and type the password when asked.",
            "A monitor's own broker usually asks for none: leave --username away.",
            "Is this the address of the monitor, or of somebody else's broker?",
        ),
    )


def disconnected(reason: str, again: str) -> Notice:
    """The line is down before anything was heard."""
    return Notice(
        "No connection to the broker",
        (_reason(reason, again),),
        (
            "Is the address right, and the monitor powered?",
            "Is this laptop on the monitor's network? Guest Wi-Fi usually keeps devices apart.",
            "Ports: 1883 on an Infinity; 20-series monitors of 2018 use 10000.",
        ),
    )


def no_data(seconds: float) -> Notice:
    """Connected, and silence."""
    return Notice(
        "Connected, but nothing has arrived",
        (f"The broker answers; no monitor has spoken on it for {ago(max(0.0, seconds))}.",),
        (
            "After a restart a monitor takes some minutes until it speaks. It then sends every second.",
            _PORTAL,
            "A monitor that pushes to another broker may leave its own one silent: connect to that broker instead.",
            "Energy, Solar and Connect monitors (serial 10…, 11…, 51…) have no local broker at all.",
        ),
    )


def no_realtime() -> Notice:
    """A location is known, its channels are not."""
    return Notice(
        "A monitor is there, its measurements are not",
        ("It has said who it is, but sent neither measurements nor a channel configuration.",),
        (
            "Wait a minute: after a restart the measurements come last.",
            "Are the CT hubs or inputs connected, and the installation activated in the vendor's app?",
            _PORTAL,
        ),
    )


def no_channels() -> Notice:
    """Live, and nothing to show."""
    return Notice(
        "The monitor sends, but has no channels",
        ("Its messages carry no CT inputs.",),
        ("Are the CTs configured in the vendor's app?", "Is a CT hub missing on the bus?"),
    )


def another(wanted: str, picture: Snapshot) -> Notice:
    """Others speak on this broker, not the one asked for."""
    heard = [clean(serial or uuid) for uuid, serial in picture.locations[:6]]
    more = f" and {len(picture.locations) - 6} more" if len(picture.locations) > 6 else ""
    return Notice(
        "Other monitors speak on this broker",
        (f"{clean(wanted)} has not been heard. Heard so far: {', '.join(heard)}{more}.",),
        ("Press L to choose one of them.", "Or wait: the one you asked for may be restarting."),
    )


def empty_recording() -> Notice:
    """A replay without any message."""
    return Notice(
        "Nothing in this recording", ("It contains no messages of a monitor.",), ("Was the right file given?",)
    )
