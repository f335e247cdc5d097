"""The way through the Expert Portal, by hand: what to open, what to type, what happens, and how to put it back."""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.connect.portal.client import OWN_BROKER, page_url
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.products import has_broker, product_of

FACTORY_PASSWORD = "admin"  # noqa: S105 - printed in the vendor's manual


@dataclass(frozen=True, slots=True)
class Values:
    """The three values to type."""

    url: str | Fact
    """A fact where this laptop's address is not known."""
    username: str = ""
    password: str = ""
    own: bool = False
    """Made by this program, for this run of its own broker."""

    def __repr__(self) -> str:
        return f"Values(url={self.url!r}, username={self.username!r})"


@dataclass(frozen=True, slots=True)
class GuideStep:
    text: Fact
    value: str | Fact = ""
    """What to open or to type, exactly; "" where there is nothing to copy. A fact where it is not known yet."""
    label: str = ""
    """What the value is: page, url, username or password."""


@dataclass(frozen=True, slots=True)
class PortalGuide:
    title: Fact
    page: str
    """The portal's address for this monitor, "" while it is not known."""
    steps: tuple[GuideStep, ...]
    warnings: tuple[Fact, ...]
    back: Fact | None = None
    """How to put it back afterwards; None where nothing has to be."""


def push_guide(host: str, values: Values, *, previous: str = "") -> PortalGuide:
    """How to let a monitor push to a broker.

    Args:
        host: the monitor's address, "" while not known.
        values: the broker.
        previous: what the setting is now, where the firmware reveals it.
    """
    before = previous or OWN_BROKER
    return PortalGuide(
        fact("portal.push_title", url=values.url),
        page_url(host) if host else "",
        (*_way_in(host), *_fields(values), _APPLY),
        (
            fact("portal.restarts"),
            fact("portal.takes_away"),
            fact("portal.nobody_receives"),
            *((fact("portal.in_clear_own" if values.own else "portal.in_clear"),) if values.password else ()),
        ),
        fact("portal.back_to_own" if before == OWN_BROKER else "portal.back_as_before", url=before),
    )


def back_guide(host: str, previous: str = "") -> PortalGuide:
    """How to put a monitor back to where it pushed before; to its own broker where that is not known."""
    before = previous or OWN_BROKER
    return PortalGuide(
        fact("portal.back_title", url=before),
        page_url(host) if host else "",
        (*_way_in(host), *_fields(Values(before)), _APPLY),
        (fact("portal.restarts"),),
    )


def without_broker(serial: str) -> tuple[Fact, Fact] | None:
    """What to say and to do about a product that has no local MQTT; None for one that has."""
    if has_broker(serial):
        return None
    product = product_of(serial)
    if serial.startswith("51"):
        return fact("portal.cloud_only", product=product), fact("portal.cloud_only_advice")
    return fact("portal.page_only", product=product), fact("portal.page_only_advice")


def _way_in(host: str) -> tuple[GuideStep, ...]:
    page = page_url(host) if host else fact("portal.page_unknown")
    return (
        GuideStep(fact("portal.open_page" if host else "portal.open_page_find"), page, "page"),
        GuideStep(fact("portal.log_on", password=FACTORY_PASSWORD)),
        GuideStep(fact("portal.advanced")),
    )


def _fields(values: Values) -> tuple[GuideStep, ...]:
    return (
        _field("url", values.url),
        _field("username", values.username),
        _field("password", values.password),
    )


def _field(label: str, value: str | Fact) -> GuideStep:
    """One field of the portal, by the name that stands there whatever language a person speaks."""
    code = "portal.into" if value else "portal.leave_empty"
    return GuideStep(fact(code, field=f"MQTT local broker {label}"), value, label)


_APPLY = GuideStep(fact("portal.apply"))
