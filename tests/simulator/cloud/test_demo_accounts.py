"""The ready estate of the demo."""

import httpx
import pytest

from smappee_tui.simulator.cloud.accounts import DEMO_ACCOUNT, DEMO_FAULTS, CloudAccounts, demo_accounts
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.sites import build
from tests.simulator.cloud.conftest import NOW, Person


def test_three_houses_of_three_kinds() -> None:
    estate = demo_accounts(now=NOW, days=0.0625)
    with (
        VirtualCloud(estate) as cloud,
        httpx.Client(base_url=cloud.base_url, timeout=20.0, trust_env=False, verify=False) as http,
    ):
        boss = Person(http, DEMO_ACCOUNT)
        assert boss.login().status_code == 200
        rows = http.get("/servicelocation").json()["serviceLocations"]
        assert sorted(row["deviceSerialNumber"][:2] for row in rows) == ["20", "50", "50"]
        for row in rows:
            path = f"/servicelocation/{row['serviceLocationId']}"
            answer = http.get(f"{path}/meteringconfiguration").json()
            assert ("channelsConfiguration" in answer) == row["deviceSerialNumber"].startswith("20")
            assert len(boss.values(f"{path}/consumption").json()["consumptions"]) == 18


def test_the_family_house_has_its_faults() -> None:
    monitors = [house.monitor for house in demo_accounts(now=NOW).houses]
    faults = {monitor.site.name: [str(fault) for fault in monitor.faults] for monitor in monitors if monitor}
    assert faults == {"home3pv": list(DEMO_FAULTS), "shop28": [], "home1": []}


def test_two_houses_with_one_number() -> None:
    house = CloudHouse.of(build("home1"), "Here", now=NOW)
    with pytest.raises(ValueError, match="another seed"):
        CloudAccounts([DEMO_ACCOUNT], [house, CloudHouse.of(build("home1"), "There", now=NOW)])
