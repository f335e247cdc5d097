"""A digital meter on the network, by its announcement: a HomeWizard P1. Nothing is asked of it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from smappee_tui.protocol.fact import Fact, fact

METER_SERVICE = "_hwenergy._tcp.local."
"""What every HomeWizard Energy device announces, plugs and water meters as well."""
_P1 = "HWE-P1"


@dataclass(frozen=True, slots=True)
class FoundMeter:
    """One digital meter. Its serial number is not kept: nobody needs it, and it is its owner's."""

    host: str
    addresses: tuple[str, ...]
    open: bool | None
    """Whether its local API is switched on; None where it does not say."""

    @property
    def address(self) -> str:
        """As `--p1` takes it."""
        return next((ip for ip in self.addresses if ":" not in ip), self.host)


def meter_of(host: str, addresses: tuple[str, ...], told: Mapping[bytes, bytes | None]) -> FoundMeter | None:
    """The meter that an announcement is of; None where it is of something else.

    Args:
        host: its name.
        addresses: as announced.
        told: the TXT record.
    """
    if (told.get(b"product_type") or b"").decode("ascii", "replace") != _P1 or not (host or addresses):
        return None
    return FoundMeter(host, addresses, {b"1": True, b"0": False}.get(told.get(b"api_enabled") or b""))


def meter_words(one: FoundMeter) -> Fact:
    """What to do with it."""
    return fact("discovery.meter_off" if one.open is False else "discovery.meter", address=one.address)
