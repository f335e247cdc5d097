"""Plugs are switched by the monitor's own command, for a time or until further notice."""

import pytest

from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.simulator.cloud.conftest import Clock, Person


def state(person: Person, house: CloudHouse, node: int = 2) -> str:
    answer = person.http.get(f"/servicelocation/{house.location}/actuator/{node}/state")
    assert answer.status_code == 200
    return str(answer.json())


def switch(person: Person, house: CloudHouse, word: str, content: dict[str, object] | None = None) -> None:
    path = f"/servicelocation/{house.location}/actuator/2/{word}"
    answer = person.http.post(path, json=content) if content is not None else person.http.post(path)
    assert (answer.status_code, answer.content) == (200, b"")


def test_on_and_off_until_further_notice(fitter: Person, home: CloudHouse, clock: Clock) -> None:
    assert state(fitter, home) == "OFF_OFF"
    switch(fitter, home, "on")
    clock.now += 1e6
    fitter.login()
    assert state(fitter, home) == "ON_ON"
    switch(fitter, home, "off", {})
    assert state(fitter, home) == "OFF_OFF"


def test_the_monitor_obeys(fitter: Person, home: CloudHouse) -> None:
    switch(fitter, home, "on")
    assert home.monitor is not None
    assert any(kept.topic.endswith("plug/2/state") and b'"ON"' in kept.payload for kept in home.monitor.retained())
    info = fitter.http.get(f"/servicelocation/{home.location}/info").json()
    assert [one["current"] for one in info["actuators"][1]["states"]] == [True, False]


@pytest.mark.parametrize("seconds", [300, 900, 1800, 3600])
def test_on_for_a_time(fitter: Person, home: CloudHouse, clock: Clock, seconds: int) -> None:
    switch(fitter, home, "on", {"duration": seconds})
    clock.now += seconds - 1
    assert state(fitter, home) == "ON_ON"
    clock.now += 1
    assert state(fitter, home) == "OFF_OFF"


def test_any_other_time_is_until_further_notice(fitter: Person, home: CloudHouse, clock: Clock) -> None:
    switch(fitter, home, "on", {"duration": 10})
    clock.now += 11
    assert state(fitter, home) == "ON_ON"


def test_a_later_command_ends_an_earlier_time(fitter: Person, home: CloudHouse, clock: Clock) -> None:
    switch(fitter, home, "on", {"duration": 300})
    switch(fitter, home, "on", {})
    clock.now += 301
    assert state(fitter, home) == "ON_ON"


def test_a_plug_out_of_reach_stays_as_it_is(fitter: Person, home: CloudHouse) -> None:
    assert home.monitor is not None
    home.monitor.inject("plug-unreachable:2")
    switch(fitter, home, "on")
    assert state(fitter, home) == "OFF_OFF"
    info = fitter.http.get(f"/servicelocation/{home.location}/info").json()
    assert info["actuators"][1]["connectionState"] == "UNREACHABLE"


def test_no_such_plug(fitter: Person, home: CloudHouse) -> None:
    path = f"/servicelocation/{home.location}/actuator/9"
    assert fitter.http.get(f"{path}/state").status_code == 404
    assert fitter.http.post(f"{path}/on").status_code == 404
    assert fitter.http.get(f"/servicelocation/{home.location}/actuator/2/on").status_code == 405


def test_a_state_as_bare_text(fitter: Person, home: CloudHouse, cloud: VirtualCloud) -> None:
    cloud.behaviour.state_as_text = True
    answer = fitter.http.get(f"/servicelocation/{home.location}/actuator/2/state")
    assert (answer.text, answer.headers["Content-Type"]) == ("OFF_OFF", "text/plain")
