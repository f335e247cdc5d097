"""A virtual cloud over real HTTP that holds the demo house, and nobody's credentials but its own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from smappee_tui.app import cloud_login
from smappee_tui.simulator.cloud.accounts import Account, CloudAccounts
from smappee_tui.simulator.cloud.house import CloudConfig, CloudHouse, ConfigDifference
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.sites import build
from tests.report.made import FAULTS

WHO = Account("client-1", "s3cret-of-the-client", "boss@example.com", "p4ss=word", "special")
NAME = "Peeters family, Ghent"
OTHERWISE = CloudConfig(
    changed={8: ConfigDifference(phase=1), 9: ConfigDifference(name="Granny's annexe")}, missing=frozenset({7})
)


@pytest.fixture(autouse=True)
def _alone(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))
    for name in list(os.environ):
        if name.startswith(cloud_login.PREFIX):
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def house() -> CloudHouse:
    return CloudHouse.of(build("home3pv", faults=FAULTS), NAME, now=time.time(), days=2.0, step=100.0)


@pytest.fixture(scope="module")
def served(house: CloudHouse) -> Iterator[VirtualCloud]:
    with VirtualCloud(CloudAccounts((WHO,), (house,))) as cloud:
        yield cloud


@pytest.fixture
def cloud(served: VirtualCloud, house: CloudHouse, monkeypatch: pytest.MonkeyPatch) -> VirtualCloud:
    """The cloud, logged in to, with the configuration that the monitor has."""
    house.cloud_config = CloudConfig()
    monkeypatch.setenv(cloud_login.BASE_VARIABLE, served.base_url)
    who = (WHO.client_id, WHO.client_secret, WHO.username, WHO.password)
    for name, value in zip(cloud_login.VARIABLES.values(), who, strict=True):
        monkeypatch.setenv(name, value)
    return served
