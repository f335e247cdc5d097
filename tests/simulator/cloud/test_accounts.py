"""The accounts of the virtual cloud: who gets a token, how long it is good, that nothing secret is kept; the demo's."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from smappee_tui.simulator.cloud.accounts import DEMO_ACCOUNT, DEMO_FAULTS, Account, CloudAccounts, demo_accounts
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from smappee_tui.simulator.sites import build
from tests.simulator.cloud.conftest import BOSS, FITTER, NOW, Clock, Person


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


Make = Callable[[Account], Person]


def test_a_password_buys_a_token(person: Make) -> None:
    boss = person(BOSS)
    answer = boss.login().json()
    assert answer["expires_in"] == 36_000
    assert answer["access_token"] != answer["refresh_token"]
    assert boss.http.get("/servicelocation").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"password": "no"}, 400, "invalid_grant"),
        ({"username": "nobody"}, 400, "invalid_grant"),
        ({"client_secret": "no"}, 401, "invalid_client"),
        ({"client_id": "no"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
    ],
)
def test_wrong_credentials(person: Make, wrong: dict[str, str], status: int, error: str) -> None:
    answer = person(BOSS).login(**wrong)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]


def test_accounts_of_one_client_are_told_apart(boss: Person, fitter: Person) -> None:
    assert len(boss.http.get("/servicelocation").json()["serviceLocations"]) == 2
    assert [row["name"] for row in fitter.http.get("/servicelocation").json()["serviceLocations"]] == ["Home"]


def test_without_a_token_nothing_is_told(person: Make) -> None:
    answer = person(BOSS).http.get("/servicelocation")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_a_token_expires_by_the_clock(boss: Person, clock: Clock) -> None:
    clock.now += 36_000.0
    assert boss.http.get("/servicelocation").status_code == 401
    assert boss.refresh().status_code == 200
    assert boss.http.get("/servicelocation").status_code == 200


def test_all_tokens_can_be_made_to_expire(boss: Person, cloud: VirtualCloud) -> None:
    cloud.behaviour.expire_now()
    assert boss.http.get("/servicelocation").status_code == 401
    boss.login()
    assert boss.http.get("/servicelocation").status_code == 200


def test_a_refresh_token_is_good_once(boss: Person) -> None:
    first = dict(boss.tokens)
    assert boss.refresh().status_code == 200
    boss.tokens = first
    assert (boss.refresh().status_code, boss.refresh().json()["error"]) == (400, "invalid_grant")


def test_refreshing_can_be_refused(boss: Person, cloud: VirtualCloud) -> None:
    cloud.behaviour.refuse_refresh = True
    assert boss.refresh().status_code == 400
    assert boss.login().status_code == 200


def test_short_tokens(person: Make, cloud: VirtualCloud, clock: Clock) -> None:
    cloud.behaviour.token_lifetime = 90.0
    boss = person(BOSS)
    assert boss.login().json()["expires_in"] == 90
    clock.now += 91.0
    assert boss.http.get("/servicelocation").status_code == 401


def test_the_login_must_be_a_form(person: Make) -> None:
    http = person(BOSS).http
    assert http.post("/oauth2/token", json={"grant_type": "password"}).status_code == 415
    assert http.get("/oauth2/token").status_code == 405


def test_calls_are_kept_without_secrets(boss: Person, fitter: Person, cloud: VirtualCloud) -> None:
    boss.refresh()
    boss.http.get("/servicelocation", params={"access_token": "s3cret", "page": "1"})
    assert [(call.path, call.grant) for call in cloud.calls] == [
        ("/oauth2/token", "password"),
        ("/oauth2/token", "password"),
        ("/oauth2/token", "refresh_token"),
        ("/servicelocation", ""),
    ]
    everything = f"{cloud.calls!r} {cloud.estate.accounts!r} {BOSS!r} {FITTER!r}"
    assert "s3cret" not in everything
    assert boss.tokens["access_token"] not in everything
    assert cloud.calls[-1].query == {"page": "1"}
