"""The way through the Expert Portal, by hand: what to open, what to type, what happens, and how to put it back."""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.connect.portal.answers import OWN_BROKER
from smappee_tui.connect.portal.client import page_url
from smappee_tui.protocol.products import has_broker, product_of

FACTORY_PASSWORD = "admin"  # noqa: S105 - printed in the vendor's manual
UNKNOWN_HOST = "<the monitor's address>"


@dataclass(frozen=True, slots=True)
class Values:
    """The three values to type."""

    url: str
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Values(url={self.url!r}, username={self.username!r})"


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One thing to do."""

    text: str
    value: str = ""
    """What to open or to type, exactly; "" where there is nothing to copy."""
    label: str = ""
    """What the value is, as the portal names it."""


@dataclass(frozen=True, slots=True)
class PortalGuide:
    """The whole way."""

    title: str
    page: str
    """The portal's address for this monitor."""
    steps: tuple[GuideStep, ...]
    warnings: tuple[str, ...]
    back: str
    """How to put it back afterwards, "" where nothing has to be."""


def push_guide(host: str, values: Values, *, previous: str = "") -> PortalGuide:
    """How to let a monitor push to a broker.

    Args:
        host: the monitor's address, "" while not known.
        values: the broker.
        previous: what the setting is now, where the firmware reveals it.
    """
    before = previous or OWN_BROKER
    login = "no username and no password" if before == OWN_BROKER else "the username and password it had"
    return PortalGuide(
        f"Let the monitor push to {values.url}",
        page_url(host) if host else f"http://{UNKNOWN_HOST}/smappee.html",
        (*_way_in(host), *_fields(values), _apply()),
        (
            "“Apply changes” restarts the monitor: for some minutes it measures and sends nothing.",
            "From then on the data for local programs goes to that broker instead of the monitor's own: other local "
            "programs (home automation, energy management) that read the monitor itself get nothing until it is "
            "put back. The Smappee app and cloud are not part of this setting.",
            "While that broker is not there, as when this laptop sleeps or leaves, nobody receives the local data.",
        ),
        f"Afterwards open the same page, set the url back to {before} with {login}, and apply the changes again.",
    )


def back_guide(host: str, previous: str = "") -> PortalGuide:
    """How to put a monitor back to where it pushed before; to its own broker where that is not known."""
    before = previous or OWN_BROKER
    return PortalGuide(
        f"Put the monitor back to {before}",
        page_url(host) if host else f"http://{UNKNOWN_HOST}/smappee.html",
        (*_way_in(host), *_fields(Values(before)), _apply()),
        ("“Apply changes” restarts the monitor: for some minutes it measures and sends nothing.",),
        "",
    )


def without_broker(serial: str) -> tuple[str, ...]:
    """What to do about a product that has no local MQTT; () for one that has."""
    if has_broker(serial):
        return ()
    name = product_of(serial)
    if serial.startswith("51"):
        return (
            f"The {name} has no local MQTT: it speaks to the vendor's cloud only.",
            "Its measurements are in the Smappee app, and with `smappee-tui cloud` through the vendor's API.",
        )
    return (
        f"The {name} has no local MQTT: it shows its values on its own web page only.",
        "Open the Expert Portal in a browser (p), or use the Smappee app or `smappee-tui cloud`.",
    )


def _way_in(host: str) -> tuple[GuideStep, ...]:
    page = page_url(host) if host else f"http://{UNKNOWN_HOST}/smappee.html"
    find = "" if host else " The address is in the Smappee app: Settings, Your Smappee monitors, the monitor, Genius."
    return (
        GuideStep(f"On a laptop or tablet in the same network, open this page in a browser.{find}", page, "page"),
        GuideStep(
            f"Click “Logon/logoff”, type the portal's password (from the factory: {FACTORY_PASSWORD}), click “logon”."
        ),
        GuideStep("Click “Advanced”. On some firmware first tick the box “Advanced” in the last row."),
    )


def _fields(values: Values) -> tuple[GuideStep, ...]:
    return (
        GuideStep("Into “MQTT local broker url”:", values.url, "url"),
        GuideStep(
            "Into “MQTT local broker username”:" if values.username else "Leave “MQTT local broker username” empty.",
            values.username,
            "username",
        ),
        GuideStep(
            "Into “MQTT local broker password”:" if values.password else "Leave “MQTT local broker password” empty.",
            values.password,
            "password",
        ),
    )


def _apply() -> GuideStep:
    return GuideStep("Click “Apply changes and restart monitor”, and wait: the restart takes some minutes.")
