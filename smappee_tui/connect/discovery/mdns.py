"""Listening to announcements: mDNS on the addresses given, and on no others."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from smappee_tui.connect.discovery.found import MOST, SERVICE, Found, instance, is_monitor, serial_in
from smappee_tui.connect.discovery.meters import METER_SERVICE, FoundMeter, meter_of
from smappee_tui.connect.errors import CannotListenError
from smappee_tui.connect.networks import OwnAddress
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from zeroconf import ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

_ASK = 1.5
"""Seconds that one question for a name's address may take."""
_TRIES = 4


class Announcements:
    """Reports monitors as they announce themselves, change and go. Lives in the event loop that starts it."""

    def __init__(
        self,
        own: Sequence[OwnAddress],
        on_seen: Callable[[Found], None],
        on_gone: Callable[[str], None],
        on_meter: Callable[[str, FoundMeter | None], None] = lambda name, meter: None,
    ) -> None:
        """Prepare; `start` listens.

        Args:
            own: the addresses of this machine to listen and ask on.
            on_seen: called for each sighting, again when something about it changes.
            on_gone: called with the announced name when it ends.
            on_meter: called with the announced name of a digital meter, and with the meter; None when it ends.
        """
        self.own = tuple(own)
        self.others: set[str] = set()
        """Other machines that announce themselves the same way. A renamed monitor is one of them."""
        self._on_seen, self._on_gone, self._on_meter = on_seen, on_gone, on_meter
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Begin.

        Raises:
            CannotListenError: when the system does not let this program listen to announcements.
        """
        from zeroconf import IPVersion
        from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

        logging.getLogger("zeroconf").setLevel(logging.CRITICAL + 1)  # on a terminal it would tear the screen
        # An IPv6 socket is bound to an interface, by its number; an IPv4 one to its address.
        six = list(dict.fromkeys(one.index for one in self.own if one.address.version == 6 and one.index))
        four = [one.ip for one in self.own if one.address.version == 4]
        version = IPVersion.All if six and four else IPVersion.V6Only if six else IPVersion.V4Only
        try:
            self._zeroconf = AsyncZeroconf(interfaces=[*four, *six], ip_version=version)
            await self._zeroconf.zeroconf.async_wait_for_start()
        except (OSError, RuntimeError) as error:
            raise CannotListenError(fact("discovery.deaf", why=str(error)), fact("discovery.deaf_advice")) from error
        self._browser = AsyncServiceBrowser(self._zeroconf.zeroconf, [SERVICE, METER_SERVICE], handlers=[self._changed])

    async def close(self) -> None:
        for task in self._asking.values():
            task.cancel()
        self._asking.clear()
        if self._browser is not None:
            await self._browser.async_cancel()
            self._browser = None
        if self._zeroconf is not None:
            await self._zeroconf.async_close()
            self._zeroconf = None

    async def addresses_of(self, host: str, timeout: float = 3.0) -> tuple[str, ...]:
        """Ask the network for the addresses of a `.local` name; () when nobody answers."""
        if self._zeroconf is None:
            return ()
        from zeroconf import AddressResolver  # type: ignore[attr-defined] # it is there, but not in __all__

        asked = AddressResolver(f"{host.rstrip('.')}.")
        await asked.async_request(self._zeroconf.zeroconf, timeout * 1000)
        return tuple(asked.parsed_scoped_addresses())

    def _changed(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        from zeroconf import ServiceStateChange

        task = self._asking.pop(name, None)
        if task is not None:
            task.cancel()
        if state_change is ServiceStateChange.Removed:
            self.others.discard(name)
            if service_type == METER_SERVICE:
                self._on_meter(name, None)
            else:
                self._on_gone(instance(name))
        elif len(self._asking) < MOST:
            self._asking[name] = asyncio.create_task(
                self._ask_meter(name) if service_type == METER_SERVICE else self._ask(name)
            )

    async def _ask(self, name: str) -> None:
        """Find out where the name is, and report it."""
        from zeroconf import BadTypeInNameException
        from zeroconf.asyncio import AsyncServiceInfo

        if self._zeroconf is None:
            return
        known = is_monitor(name)
        if known:
            self._on_seen(Found(serial_in(name), instance(name), how=("mdns",)))
        with contextlib.suppress(BadTypeInNameException):  # a name that breaks the rules is no monitor's
            info = AsyncServiceInfo(SERVICE, name)
            for _ in range(_TRIES if known else 1):
                if self._zeroconf is None:
                    return
                if await info.async_request(self._zeroconf.zeroconf, _ASK * 1000):
                    break
            self._tell(name, info)

    async def _ask_meter(self, name: str) -> None:
        from zeroconf import BadTypeInNameException
        from zeroconf.asyncio import AsyncServiceInfo

        with contextlib.suppress(BadTypeInNameException):
            info = AsyncServiceInfo(METER_SERVICE, name)
            for _ in range(_TRIES):
                if self._zeroconf is None:
                    return
                if await info.async_request(self._zeroconf.zeroconf, _ASK * 1000):
                    break
            addresses: tuple[Any, ...] = tuple(info.parsed_scoped_addresses())
            meter = meter_of((info.server or "").rstrip("."), addresses, info.properties)
            if meter is not None:
                self._on_meter(name, meter)

    def _tell(self, name: str, info: AsyncServiceInfo) -> None:
        host = (info.server or "").rstrip(".")
        addresses: tuple[Any, ...] = tuple(info.parsed_scoped_addresses())
        if is_monitor(name) or is_monitor(host):
            serial = serial_in(name) or serial_in(host)
            self._on_seen(Found(serial, instance(name), host, addresses, ("mdns",)))
        elif len(self.others) < MOST:
            self.others.add(name)
