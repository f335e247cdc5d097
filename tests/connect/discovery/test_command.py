"""`discover` as a process in networks of the test's own: beside by announcement, behind a router by scan."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from contextlib import ExitStack

import pytest

from tests.brokers import DEADLINE
from tests.cli.run import run
from tests.connect.discovery.spaces import Spaces
from tests.connect.discovery.test_spaces import device, lan
from tests.simulated.announcement import Announcement

__all__ = ["lan"]


def discover(space: Spaces, *words: str) -> tuple[int, dict[str, object], str]:
    ran = space.exec("laptop", sys.executable, "-m", "smappee_tui", "discover", "--json", *words)
    return ran.returncode, json.loads(ran.stdout) if ran.stdout else {}, ran.stderr


def test_two_subnets(lan: Spaces) -> None:
    announced, done = threading.Event(), threading.Event()
    with ExitStack() as stack:
        near = device(lan, "near", "10.77.1.20", 1)
        far = device(lan, "far", "10.77.3.30", 2)
        stack.callback(near.__exit__, None, None, None)
        stack.callback(far.__exit__, None, None, None)

        async def announce() -> None:
            announcement = Announcement(near.serial, ["10.77.1.20"])
            await announcement.start()
            announced.set()
            await asyncio.to_thread(done.wait, DEADLINE * 2)
            await announcement.goodbye()

        announcing = lan.start("near", lambda: asyncio.run(announce()))
        assert announced.wait(DEADLINE)
        code, document, err = discover(lan, "--timeout", "1", "--scan", "10.77.3.16/28")
        done.set()
        announcing.result(DEADLINE)
    assert (code, err) == (0, "")
    found = document["found"]
    assert isinstance(found, list)
    assert [(one["serial"], one["address"], one["how"], one["broker"], one["portal"]) for one in found] == [
        (near.serial, "10.77.1.20", ["mdns"], "answering", True),
        (far.serial, "10.77.3.30", ["scan"], "answering", True),
    ]
    assert document["scanned"] == ["10.77.3.16/28"]


def test_nobody_there(spaces: Spaces) -> None:
    spaces.make("laptop", "near")
    spaces.cable("laptop", "10.77.1.1/24", "near", "10.77.1.20/24")
    code, document, err = discover(spaces, "--timeout", "0.3")
    assert (code, document["found"]) == (3, [])
    assert "1. The monitor is on another network or VLAN" in err
    assert "10.77.1.0/24" in err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--scan", "8.8.8.0/24"], "outside of SMAPPEE_TUI_NETWORKS"),
        (["--scan", "10.0.0.0/8"], "at most a /22"),
        (["--scan", "kitchen"], "no range"),
        (["--interface", "nope0"], "No interface or address here"),
        (["--address", "192.168.99.99"], "No interface or address here"),
        (["--timeout", "0"], "0.1"),
    ],
)
def test_misuse(words: list[str], why: str) -> None:
    ran = run("discover", *words)
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err


@pytest.mark.usefixtures("patient")
def test_a_scan_on_loopback_prints_a_line_a_monitor(monkeypatch: pytest.MonkeyPatch, shut: int) -> None:
    from smappee_tui.connect.discovery import knock
    from smappee_tui.connect.discovery.search import Search
    from smappee_tui.simulator import sites
    from tests.simulated.device import VirtualDevice

    with VirtualDevice(sites.build("home1"), "127.0.0.5") as made:
        monkeypatch.setattr(knock, "PORTS", (made.broker.port, shut))
        monkeypatch.setattr("smappee_tui.connect.networks.own_addresses", lambda allowed=None: ())
        defaults = {**(Search.__init__.__kwdefaults__ or {}), "portal_port": made.portal.port}
        monkeypatch.setattr(Search.__init__, "__kwdefaults__", defaults)
        ran = run("discover", "--scan", "127.0.0.0/29", "--timeout", "0.1")
    assert ran.code == 0
    assert ran.out.startswith("Smappee Infinity (Genius)")
    assert made.serial in ran.out
    assert "127.0.0.5" in ran.out
    assert "broker answers" in ran.out
