"""An estate of small houses, the cloud that serves it, and a person who is logged in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from smappee_tui.simulator.cloud.accounts import Account, CloudAccounts
from smappee_tui.simulator.cloud.behaviour import Behaviour
from smappee_tui.simulator.cloud.history import HouseInterval
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.simulator.sites import build

NOW = 1_760_000_400.0
"""9 October 2025, 09:00 UTC."""
BOSS = Account("client", "s3cret-of-client", "boss", "s3cret-of-boss", "special")
FITTER = Account("client", "s3cret-of-client", "fitter", "s3cret-of-fitter")


@dataclass
class Clock:
    now: float = NOW

    def __call__(self) -> float:
        return self.now


def made_up(monitor: VirtualMonitor, start: float, end: float) -> Iterable[HouseInterval]:
    """A past without physics: input n draws 120·(n + 1) W for ever, with half as many var, leading on odd inputs."""
    inputs = [ct.input for ct in monitor.site.cts]
    at = start
    while at + 300.0 <= end:
        watts = {n: 120.0 * (n + 1) for n in inputs}
        reactive = {n: (-60.0 if n % 2 else 60.0) * (n + 1) for n in inputs}
        yield HouseInterval(at, watts, reactive, dict.fromkeys(inputs, 1.5), (230.0, 231.0, 232.0))
        at += 300.0


@dataclass
class Person:
    """Somebody who talks to the cloud with a plain HTTP client."""

    http: httpx.Client
    account: Account
    tokens: dict[str, str] = field(default_factory=dict)

    def login(self, **other: str) -> httpx.Response:
        who = self.account
        form = {"grant_type": "password", "client_id": who.client_id, "client_secret": who.client_secret,
                "username": who.username, "password": who.password}  # fmt: skip
        return self.keep(self.http.post("/oauth2/token", data=form | other))

    def refresh(self) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"],
                "client_id": self.account.client_id, "client_secret": self.account.client_secret}  # fmt: skip
        return self.keep(self.http.post("/oauth2/token", data=form))

    def keep(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            self.tokens = answer.json()
            self.http.headers["Authorization"] = f"Bearer {self.tokens['access_token']}"
        return answer

    def values(self, path: str, code: int = 1, start: float = 0.0, end: float = NOW, **other: int) -> httpx.Response:
        query = {"aggregation": code, "from": round(start * 1000), "to": round(end * 1000), **other}
        return self.http.get(path, params=query)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home() -> CloudHouse:
    """A house with an Infinity, which the fitter may see."""
    return CloudHouse.of(build("home3pv", start=NOW), "Home", now=NOW, days=2.0, history=made_up, users={"fitter"})


@pytest.fixture
def cottage() -> CloudHouse:
    """A house with a 20-series monitor, which only the special account sees."""
    monitor = build("home1", dialect="20-series", start=NOW)
    return CloudHouse.of(monitor, "Cottage", now=NOW, days=1.0, history=made_up, reactive_signed=False)


@pytest.fixture
def cloud(home: CloudHouse, cottage: CloudHouse, clock: Clock) -> Iterator[VirtualCloud]:
    with VirtualCloud(CloudAccounts([BOSS, FITTER], [home, cottage]), clock=clock, behaviour=Behaviour()) as served:
        yield served


@pytest.fixture
def person(cloud: VirtualCloud) -> Iterator[Callable[[Account], Person]]:
    """Makes people; every one has a connection of his own."""
    clients: list[httpx.Client] = []

    def make(account: Account) -> Person:
        clients.append(httpx.Client(base_url=cloud.base_url, timeout=20.0, trust_env=False, verify=False))
        return Person(clients[-1], account)

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def boss(person: Callable[[Account], Person]) -> Person:
    one = person(BOSS)
    one.login()
    return one


@pytest.fixture
def fitter(person: Callable[[Account], Person]) -> Person:
    one = person(FITTER)
    one.login()
    return one
