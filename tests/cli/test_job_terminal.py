"""The whole program on a monitor: it is killed, or left, and goes on where it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from smappee_tui.app.visit.jobs import Job, Jobs, jobs_path
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.connect.recording.rolling import items_of, pieces
from smappee_tui.simulator import sites
from smappee_tui.simulator.monitor.publisher import Publisher
from tests.brokers import RunningBroker

if os.name != "posix":
    pytest.skip("pseudo-terminals", allow_module_level=True)

from tests.tui.terminal import Terminal


@contextmanager
def publishing(broker: RunningBroker) -> Iterator[None]:
    monitor = sites.build("home1", start=1_762_293_600.0)
    with Publisher(monitor, broker.address, speed=20.0):
        yield


def watching(broker: EmbeddedBroker, **more: Any) -> Terminal:
    return Terminal(str(broker.address), **more)


def opened(*words: str) -> Terminal:
    return Terminal("jobs", "open", *words)


def the_job() -> Job | None:
    return next(iter(Jobs(jobs_path()).all()), None)


def recorded() -> int:
    job = the_job()
    return 0 if job is None else sum(item is not None for item in items_of(pieces(job.recording)))


@pytest.mark.timeout(180)  # three starts of the program
def test_a_killed_program_goes_on_where_it_was(embedded_broker: EmbeddedBroker) -> None:
    with publishing(embedded_broker):
        with watching(embedded_broker) as screen:
            screen.until(lambda: recorded() > 30)
            screen.type("r")
            screen.shows("Commissioning report")
            screen.type("Volt")
            screen.until(lambda: (job := the_job()) is not None and job.state.typed.get("company") == "Volt")
            before = recorded()
            screen.kill()
        assert recorded() >= before
        with watching(embedded_broker) as screen:
            # Single words: a notice is broken anywhere, and then what stands beside it comes between.
            screen.shows("You were here", "measured")
            screen.type("r")
            screen.shows("Commissioning report", "Company Volt")
            screen.type("\x1b")
            screen.until(lambda: "Commissioning report" not in screen.text)
            screen.type("q")
            screen.until(lambda: screen.process.poll() is not None)
            assert screen.process.returncode == 0
    with opened("1", "--recorded") as screen:  # the monitor is out of reach
        screen.shows("The recording has ended", "Mains")
        screen.type("r")
        screen.shows("Commissioning report", "Company Volt")
    job = the_job()
    assert job is not None
    assert len(job.state.visits) == 1
    assert len({piece.run for piece in pieces(job.recording)}) == 2
    again = Jobs(jobs_path()).open(job.state.uuid)  # nobody holds it any more
    again.release()


@pytest.mark.timeout(120)
def test_text_and_what_follows_it_act_in_their_order_in_one_burst(embedded_broker: EmbeddedBroker) -> None:
    with publishing(embedded_broker), watching(embedded_broker, size=(120, 40)) as screen:
        screen.shows("details")
        screen.type("r")
        screen.shows("Commissioning report")
        screen.type("Volt\tAn Peeters\t\t\t\t\t\tKaai 1\x13")  # ctrl+s
        screen.until(lambda: (job := the_job()) is not None and list(job.reports.glob("*.json")))
        screen.shows("Written to")
        job = the_job()
        assert job is not None
        (written,) = job.reports.glob("*.json")
        assert written.name.startswith("Kaai-1-")
        said = written.read_text()
        assert '"company": "Volt"' in said
        assert '"person": "An Peeters"' in said
        assert '"name": "Kaai 1"' in said
