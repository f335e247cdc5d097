"""A virtual cloud over real HTTP, a keyring of its own, and no credentials from the developer's environment."""

from __future__ import annotations

import asyncio
import functools
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import keyring
import pytest
import typer.main
import typer.testing

from smappee_tui.app import cloud_login
from smappee_tui.simulator.cloud.accounts import Account, CloudAccounts
from smappee_tui.simulator.cloud.history import HouseInterval
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.simulator.sites import build
from tests.cli.cloud.ring import MemoryRing

SECRET, PASSWORD = "s3cret-of-the-client", "p4ss=word&of the person"
BOSS = Account("client-1", SECRET, "boss@example.com", PASSWORD, "special")
COLLEAGUE = Account("client-1", SECRET, "colleague@example.com", "another-password")
NOW = time.time()
_BUILT = functools.cache(typer.main.get_command)


def flat(monitor: VirtualMonitor, start: float, end: float) -> Iterator[HouseInterval]:
    """A past that costs nothing: every CT draws 120 W more than the one before, that is 10 Wh in five minutes."""
    watts = {ct.input: 120.0 * (ct.input + 1) * (ct.role != "UNUSED") for ct in monitor.site.cts}
    at = start
    while at + 300.0 <= end:
        yield HouseInterval(at, watts, dict.fromkeys(watts, 12.0), dict.fromkeys(watts, 1.5), (230.0, 231.0, 232.0))
        at += 300.0


@pytest.fixture(autouse=True)
def _alone(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))
    for name in list(os.environ):
        if name.startswith(cloud_login.PREFIX):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def ring() -> Iterator[MemoryRing]:
    before = keyring.get_keyring() if "PYTHON_KEYRING_BACKEND" in os.environ else None
    mine = MemoryRing()
    keyring.set_keyring(mine)
    yield mine
    from keyring.backends.null import Keyring

    keyring.set_keyring(before or Keyring())


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client waits for nothing, neither between two requests nor before it tries again; commands are built once."""
    from smappee_tui.connect.cloud_api import client

    class Hurried(client.CloudClient):
        def __init__(self, *words: Any, **more: Any) -> None:
            plain = httpx.AsyncHTTPTransport(verify=False)  # nothing is encrypted here: no certificates to load
            super().__init__(*words, **more, transport=plain, pace=0.0, sleep=lambda _: asyncio.sleep(0))

    monkeypatch.setattr(typer.testing, "_get_command", _BUILT)
    monkeypatch.setattr(client, "CloudClient", Hurried)


@pytest.fixture
def houses() -> tuple[CloudHouse, ...]:
    home = CloudHouse.of(build("home3pv"), "Peeters family, Ghent", now=NOW, days=1, history=flat)
    home.users.add(COLLEAGUE.username)
    shop = CloudHouse.of(build("shop28"), "Corner shop", now=NOW, days=1, history=flat)
    return home, shop


@pytest.fixture
def month(houses: tuple[CloudHouse, ...]) -> None:
    """The shop has a whole month of values behind it."""
    houses[1].days = 31


@pytest.fixture
def cloud(houses: tuple[CloudHouse, ...]) -> Iterator[VirtualCloud]:
    with VirtualCloud(CloudAccounts((BOSS, COLLEAGUE), houses)) as served:
        yield served


def environment(cloud: VirtualCloud, who: Account = BOSS) -> dict[str, str]:
    return {
        cloud_login.BASE_VARIABLE: cloud.base_url,
        cloud_login.VARIABLES["client_id"]: who.client_id,
        cloud_login.VARIABLES["client_secret"]: who.client_secret,
        cloud_login.VARIABLES["username"]: who.username,
        cloud_login.VARIABLES["password"]: who.password,
    }


@pytest.fixture
def logged_in(cloud: VirtualCloud, monkeypatch: pytest.MonkeyPatch) -> VirtualCloud:
    for name, value in environment(cloud).items():
        monkeypatch.setenv(name, value)
    return cloud


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits there and types."""
    from smappee_tui.cli.cloud import account, changes

    stdin = SimpleNamespace(isatty=lambda: True, readline=lambda: sys.stdin.readline())
    for module in (changes, account):
        monkeypatch.setattr(module, "sys", SimpleNamespace(stdin=stdin, stdout=sys.stdout))


@pytest.fixture
def config_folder() -> Path:
    return Path(os.environ["SMAPPEE_TUI_CONFIG_DIR"])
