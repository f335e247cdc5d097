"""`portal HOST` and `broker`, on loopback."""

import json
import time
from functools import partial

import pytest

from smappee_tui.cli.broker import bind_address
from smappee_tui.cli.exits import UsageError
from smappee_tui.cli.portal import PASSWORD_VARIABLE, PORT_VARIABLE
from smappee_tui.connect import networks
from smappee_tui.connect.networks import OwnAddress
from smappee_tui.connect.portal import doctor
from smappee_tui.simulator import sites
from tests.brokers import free_port
from tests.cli.run import run
from tests.simulated.device import VirtualDevice
from tests.simulated.portal import PortalState

SECRET = "hunter2-of-the-portal"


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> object:
    with VirtualDevice(sites.build("home1", start=time.time()), state=PortalState(SECRET)) as made:
        monkeypatch.setenv(PORT_VARIABLE, str(made.portal.port))
        yield made


def test_all_in_order(device: VirtualDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, SECRET)
    ran = run("portal", "127.0.0.1", "--port", device.broker.port, "--json")
    document = json.loads(ran.out)
    assert (ran.code, document["flows"]) == (0, True)
    assert document["portal"]["page"] == "portal"
    assert document["portal"]["broker"] == {
        "url": "tcp://localhost:1883", "username": "", "has_password": False, "own": True,
    }  # fmt: skip
    assert [step["state"] for step in document["steps"]] == ["ok"] * 7
    assert document["guide"]["steps"][3]["value"] == "tcp://127.0.0.1:1883"
    assert SECRET not in ran.out + ran.err


def test_as_text(device: VirtualDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "StepTimeouts", partial(doctor.StepTimeouts, configuration=0.3))
    monkeypatch.setenv(PASSWORD_VARIABLE, "wrong")
    ran = run("portal", f"127.0.0.1:{device.broker.port}", "--push-to", "10.1.2.3", "--location", "5099999999")
    assert ran.code == 1
    assert "✓ connect" in ran.out
    assert "✕ configuration" in ran.out
    assert f"5099999999 does not speak here; others do: {device.serial}." in " ".join(ran.out.split())
    assert "It does not accept this password." in ran.out
    assert "tcp://10.1.2.3:1883" in ran.out
    assert "http://127.0.0.1" in ran.out


def test_nothing_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PORT_VARIABLE, str(free_port()))
    ran = run("portal", f"127.0.0.1:{free_port()}")
    assert ran.code == 3
    assert "nothing listens" in ran.out
    assert "Nothing serves a web page there" in ran.out


def test_no_host() -> None:
    assert run("portal", "http://example").code == 2


def test_broker_says_the_three_values() -> None:
    ran = run("broker", "--address", "127.0.0.1", "--port", free_port(), "--for", "0.2", "--json")
    values = json.loads(ran.out)
    assert ran.code == 0
    assert values["url"].startswith("tcp://127.0.0.1:")
    assert len(values["password"]) == 14
    ran = run("broker", "--address", "127.0.0.1", "--port", "0", "--for", "0.2")
    assert [line.split()[0] for line in ran.out.splitlines()] == ["url", "username", "password"]
    assert "Ctrl-C ends it" in ran.err


def test_broker_on_no_address_of_ours() -> None:
    assert run("broker", "--address", "192.168.99.99").code == 2


def test_which_address(monkeypatch: pytest.MonkeyPatch) -> None:
    one = OwnAddress("eth0", "192.168.1.2", 24)
    two = OwnAddress("wlan0", "10.0.0.2", 24)
    own: list[OwnAddress] = [one, OwnAddress("eth0", "fe80::1", 64)]
    monkeypatch.setattr(networks, "own_addresses", lambda: tuple(own))
    assert bind_address(None) == "192.168.1.2"
    own.append(two)
    assert bind_address("wlan0") == "10.0.0.2"
    with pytest.raises(UsageError) as several:
        bind_address(None)
    assert "10.0.0.2 (wlan0)" in str(several.value.what.params["addresses"])
    own.clear()
    with pytest.raises(UsageError) as none:
        bind_address(None)
    assert none.value.what.code == "cli.no_private_network"
