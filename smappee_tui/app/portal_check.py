"""One look at one monitor: portal, doctor, and the guide that fits what was seen."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.discovery.found import is_monitor, serial_in
from smappee_tui.connect.discovery.search import Search
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.networks import facing, is_loopback
from smappee_tui.connect.own_broker.laptop import push_url
from smappee_tui.connect.portal.client import BrokerSetting, Logon, PageWord, Portal
from smappee_tui.connect.portal.doctor import DoctorStep, examine
from smappee_tui.connect.portal.guide import PortalGuide, Values, push_guide
from smappee_tui.protocol.fact import Fact, fact


@dataclass(frozen=True, slots=True)
class PortalCheck:
    """What one look has shown."""

    address: BrokerAddress
    ip: str
    """The address behind the name, "" where the name is not known."""
    serial: str
    page: PageWord
    logon: Logon | None
    """None: not tried."""
    setting: BrokerSetting | None
    steps: tuple[DoctorStep, ...]
    guide: PortalGuide

    @property
    def reachable(self) -> bool:
        """Something of it answers: its portal, or its broker's port."""
        return self.page == "portal" or any(step.name == "port" and step.state == "ok" for step in self.steps)

    @property
    def flows(self) -> bool:
        """Every step is ticked."""
        return all(step.state in ("ok", "skipped") for step in self.steps) and self.steps[-1].state == "ok"


async def look(
    address: BrokerAddress,
    wanted: str | None,
    password: str | None,
    push: BrokerAddress | None,
    page_port: int,
    *,
    on_step: Callable[[DoctorStep], None] = lambda _: None,
) -> PortalCheck:
    """Look at portal and broker.

    Args:
        address: the monitor's broker.
        wanted: who should speak there, as `--location` takes it.
        password: of the portal; None: do not log on.
        push: the broker to name in the guide; None: this machine.
        page_port: port of the portal.
        on_step: called for each step of the doctor.
    """
    async with AsyncExitStack() as stack:
        search = Search()
        if address.host.casefold().endswith(".local"):
            await search.start()
        stack.push_async_callback(search.close)
        ip = await _ip(search, address.host)
        page: PageWord = "silent"
        logon: Logon | None = None
        setting: BrokerSetting | None = None
        if ip:
            async with Portal(ip, port=page_port) as portal:
                page = await portal.page()
                if page == "portal" and password is not None:
                    logon = await portal.logon(password)
                    setting = await portal.broker_setting() if logon == "ok" else None
        steps = []
        async for step in examine(address, wanted=wanted, resolver=search.resolve):
            on_step(step)
            if step.state != "waiting":
                steps.append(step)
    url: str | Fact = fact("jobs.laptop_unknown")
    if push is not None:
        url = push_url(push.host, push.port)
    elif here := facing(ip) if ip else None:
        url = push_url(here)
    previous = setting.url if setting else ""
    guide = push_guide(ip or address.host, Values(url), previous=previous)
    serial = serial_in(address.host) if is_monitor(address.host) else ""
    return PortalCheck(address, ip, serial, page, logon, setting, tuple(steps), guide)


async def _ip(search: Search, host: str) -> str:
    """The address of a host, "" where its name is not known."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            return (await search.resolve(host))[0]
        except ExternalError:
            return "127.0.0.1" if is_loopback(host) else ""
    return host
