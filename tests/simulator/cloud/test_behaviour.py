"""What a test can let go wrong, and that it goes wrong only as often as it was told to."""

import json
import threading

import httpx
import pytest

from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.simulator.cloud.conftest import Person


@pytest.mark.parametrize("status", [401, 404, 500, 502, 503])
def test_the_next_calls_fail(boss: Person, cloud: VirtualCloud, status: int) -> None:
    cloud.behaviour.fail("/servicelocation", status, 2, message="Maintenance")
    answers = [boss.http.get("/servicelocation") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].json() == {"message": "Maintenance"}


def test_too_many_requests(boss: Person, cloud: VirtualCloud) -> None:
    cloud.behaviour.fail("*", 429, retry_after="7")
    answer = boss.http.get("/servicelocation")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_a_message_with_a_capital(boss: Person, cloud: VirtualCloud) -> None:
    cloud.behaviour.capital_message = True
    assert "Message" in boss.http.get("/servicelocation/1/info").json()


def test_a_change_that_failed_was_not_done(boss: Person, home: CloudHouse, cloud: VirtualCloud) -> None:
    cloud.behaviour.fail(f"/servicelocation/{home.location}", 503)
    assert boss.http.put(f"/servicelocation/{home.location}", json={"name": "Other"}).status_code == 503
    assert home.name == "Home"


def test_a_connection_that_breaks_in_the_middle(boss: Person, home: CloudHouse, cloud: VirtualCloud) -> None:
    cloud.behaviour.cut("*/consumption")
    path = f"/servicelocation/{home.location}/consumption"
    with pytest.raises(httpx.RemoteProtocolError):
        boss.values(path)
    assert len(boss.values(path).json()["consumptions"]) == 576


def test_an_answer_that_breaks_off_was_done(boss: Person, home: CloudHouse, cloud: VirtualCloud) -> None:
    cloud.behaviour.cut(f"/servicelocation/{home.location}")
    with pytest.raises(httpx.RemoteProtocolError):
        boss.http.put(f"/servicelocation/{home.location}", json={"name": "Other"})
    assert home.name == "Other"


def test_hanging_up_does_nothing(boss: Person, home: CloudHouse, cloud: VirtualCloud) -> None:
    cloud.behaviour.hang_up(f"/servicelocation/{home.location}")
    with pytest.raises(httpx.TransportError):
        boss.http.put(f"/servicelocation/{home.location}", json={"name": "Other"})
    assert home.name == "Home"


def test_a_slow_answer_waits_for_the_test(boss: Person, cloud: VirtualCloud) -> None:
    hold = cloud.behaviour.hold("/servicelocation")
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(boss.http.get("/servicelocation")))
    thread.start()
    assert hold.arrived.wait(10.0)
    assert answers == []
    hold.release.set()
    thread.join(10.0)
    assert [answer.status_code for answer in answers] == [200]


def test_closing_the_cloud_releases_who_waits(boss: Person, cloud: VirtualCloud) -> None:
    hold = cloud.behaviour.hold("/servicelocation")
    ended = threading.Event()

    def ask() -> None:
        with pytest.raises(httpx.TransportError):
            boss.http.get("/servicelocation")
        ended.set()

    threading.Thread(target=ask, daemon=True).start()
    assert hold.arrived.wait(10.0)
    cloud.__exit__(None, None, None)
    assert ended.wait(10.0)
    cloud.__enter__()


def test_garbage(boss: Person, cloud: VirtualCloud) -> None:
    cloud.behaviour.garble("/servicelocation")
    answer = boss.http.get("/servicelocation")
    assert (answer.status_code, answer.text[:6]) == (200, "<html>")


def test_a_redirect(boss: Person, cloud: VirtualCloud) -> None:
    cloud.behaviour.redirect("/servicelocation", "http://127.0.0.1:9/elsewhere")
    answer = boss.http.get("/servicelocation")
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://127.0.0.1:9/elsewhere")


def test_fields_that_nobody_knows(boss: Person, home: CloudHouse, cloud: VirtualCloud) -> None:
    cloud.behaviour.extra_fields = True
    rows = boss.http.get("/servicelocation").json()
    assert "addedLastWeek" in rows
    assert "addedLastWeek" in rows["serviceLocations"][0]
    record = boss.values(f"/servicelocation/{home.location}/consumption").json()["consumptions"][0]
    assert record["quality"] == {"estimated": False, "votes": [1, None]}
    assert record["solar"] == 150.0
    assert boss.http.get(f"/servicelocation/{home.location}/actuator/1/state").json() == "ON_ON"


def test_voltages_under_their_newer_name(boss: Person, home: CloudHouse, cloud: VirtualCloud) -> None:
    cloud.behaviour.new_voltages = True
    record = boss.values(f"/servicelocation/{home.location}/consumption").json()["consumptions"][0]
    assert record["phaseVoltages"] == [230.0, 231.0, 232.0]
    assert "voltages" not in record


def test_healing_takes_all_troubles_away(boss: Person, cloud: VirtualCloud) -> None:
    cloud.behaviour.fail("*", 500, 100)
    cloud.behaviour.heal()
    assert boss.http.get("/servicelocation").status_code == 200


def test_paths_outside_the_base(boss: Person, cloud: VirtualCloud) -> None:
    answer = httpx.get(f"http://127.0.0.1:{cloud.port}/servicelocation", headers=boss.http.headers, trust_env=False)
    assert answer.status_code == 404
    assert cloud.calls[-1].path == "(outside)/servicelocation"


def test_several_at_once(boss: Person, home: CloudHouse, cloud: VirtualCloud) -> None:
    answers: list[int] = []

    def ask() -> None:
        with httpx.Client(
            base_url=cloud.base_url, headers=dict(boss.http.headers), trust_env=False, verify=False
        ) as http:
            query = {"aggregation": 1, "from": 0, "to": 2**41}
            content = http.get(f"/servicelocation/{home.location}/consumption", params=query, timeout=20.0).content
            answers.append(len(json.loads(content)["consumptions"]))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20.0)
    assert answers == [576] * 8
    assert cloud.count(f"/servicelocation/{home.location}/consumption", "GET") == 8
