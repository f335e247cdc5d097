"""A virtual monitor's announcement: what a real one says of itself in mDNS, on the addresses given and on no others."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

_TYPE = "_ssh._tcp.local."


class Announcement:
    """Says in mDNS that a monitor is here. Lives in the event loop that starts it."""

    def __init__(
        self,
        serial: str,
        addresses: Sequence[str],
        *,
        name: str | None = None,
        host: str | None = None,
        index: int = 0,
        kind: str = _TYPE,
        told: dict[str, str] | None = None,
    ) -> None:
        """Prepare.

        Args:
            serial: ten digits; they make the host name.
            addresses: addresses of this machine to announce, and to speak on.
            name: the instance; None: "smappee" and the serial number, as monitors do.
            host: the host name; None: "Smappee<serial>.local".
            index: the interface of the IPv6 addresses, by the system's number.
            kind: the type of service; another one is no monitor's.
            told: its TXT record.
        """
        self._type, self._told = kind, told or {}
        self.serial, self.addresses, self._index = serial, tuple(addresses), index
        self.name, self.host = name or f"smappee{serial}", host or f"Smappee{serial}.local"
        self._zeroconf: AsyncZeroconf | None = None
        self._info: AsyncServiceInfo | None = None

    async def start(self) -> None:
        """Announce. Returns when the first announcement is out, without the second of probing for a free name."""
        from zeroconf import IPVersion
        from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

        logging.getLogger("zeroconf").setLevel(logging.CRITICAL + 1)
        four = [ip for ip in self.addresses if ipaddress.ip_address(ip).version == 4]
        six = len(four) < len(self.addresses)
        version = IPVersion.All if six and four else IPVersion.V6Only if six else IPVersion.V4Only
        self._zeroconf = AsyncZeroconf(interfaces=[*four, *([self._index] if six else [])], ip_version=version)
        self._info = self._make(AsyncServiceInfo)
        # As `cooperating_responders`: a monitor is alone with its name, so nobody has to be asked.
        task = await self._zeroconf.async_register_service(self._info, cooperating_responders=True)
        task = asyncio.ensure_future(task)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def rename(self, name: str) -> None:
        """Somebody gives it another name: the old one says goodbye."""
        await self.goodbye()
        self.name = name
        await self.start()

    async def goodbye(self) -> None:
        """Leave in good order."""
        if self._zeroconf is not None and self._info is not None:
            await (await self._zeroconf.async_unregister_service(self._info))
        await self.vanish()

    async def vanish(self) -> None:
        """Fall silent, as by a power cut: nothing is said."""
        if self._zeroconf is not None:
            self._zeroconf.zeroconf.registry.async_remove(self._zeroconf.zeroconf.registry.async_get_service_infos())
            await self._zeroconf.async_close()
            self._zeroconf = None

    def _make(self, kind: type[AsyncServiceInfo]) -> AsyncServiceInfo:
        packed = [
            socket.inet_pton(socket.AF_INET6 if ":" in ip else socket.AF_INET, ip.partition("%")[0])
            for ip in self.addresses
        ]
        return kind(
            self._type,
            f"{self.name}.{self._type}",
            port=22,
            server=f"{self.host}.",
            addresses=packed,
            properties=self._told,
            host_ttl=120,
        )
