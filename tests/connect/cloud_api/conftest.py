"""A virtual cloud with one house whose past is made up in no time, and a client of it."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from smappee_tui.connect.cloud_api.client import CloudClient
from smappee_tui.connect.cloud_api.credentials import Credentials
from smappee_tui.simulator.cloud.accounts import Account, CloudAccounts
from smappee_tui.simulator.cloud.history import HouseInterval
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.simulator.sites import build
from tests.connect.cloud_api.fakes import NOW, Clock

ACCOUNT = Account("client-id", "the-client-secret", "me@example.com", "the-password", "special")
ORDINARY = Account("client-id", "the-client-secret", "you@example.com", "your-password")


def past(monitor: VirtualMonitor, start: float, end: float) -> Iterator[HouseInterval]:
    """1200 W on input 0 and 600 W back on all others, for ever."""
    inputs = [ct.input for ct in monitor.site.cts]
    at = start
    while at < end:
        yield HouseInterval(
            at=at,
            watts={number: -600.0 if number else 1200.0 for number in inputs},
            vars=dict.fromkeys(inputs, 60.0),
            amps=dict.fromkeys(inputs, 5.0),
            volts=(230.0, 231.0, 232.0),
        )
        at += 300.0


def house(name: str, start: datetime, **options: object) -> CloudHouse:
    monitor = build("home3pv", start=start.timestamp())
    return CloudHouse.of(monitor, name, now=start.timestamp(), history=past, **options)  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cloud(clock: Clock) -> Iterator[VirtualCloud]:
    with VirtualCloud(CloudAccounts((ACCOUNT, ORDINARY), (house("Home", NOW),)), clock=clock) as served:
        yield served


@pytest.fixture
def place(cloud: VirtualCloud) -> int:
    """The number of the one location."""
    return cloud.estate.houses[0].location


def client_of(cloud: VirtualCloud, clock: Clock, account: Account = ACCOUNT, **options: object) -> CloudClient:
    """A client over real HTTP."""
    who = Credentials(account.client_id, account.client_secret, account.username, account.password)
    settings: dict[str, object] = {"base_url": cloud.base_url, "pace": 0.0, "read_timeout": 20.0, **options}
    return CloudClient(who, clock=clock, sleep=clock.sleep, **settings)  # type: ignore[arg-type]
