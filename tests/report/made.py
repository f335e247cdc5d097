"""Watches of simulated houses, folded once, and reports made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from smappee_tui.app.session import Session
from smappee_tui.diagnosis.judgement import ChannelVerdict, Judgement, PhaseBalance
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.report.compose.document import build
from smappee_tui.report.logbook import Logbook
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Report
from smappee_tui.simulator import sites
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.cli.made import FakeLink

FAULTS = ("reversed:6", "phase:8,L2")
"""What is wrong in the demo house."""
COMPLETE: dict[str, Any] = {
    "site": "House at the canal",
    "customer": "Jo Claes",
    "address": "Kaai 1, 9000 Gent",
    "main_fuse_amps": 40,
    "generation": "metered",
    "storage": "none",
    "company": "Volt & Zoon",
    "person": "An Peeters",
    "licence": "BE-0123",
    "signed_by": "An Peeters",
}
"""Everything that a report needs of a person."""


class Visit:
    """A visit to a simulated house: its session, its monitor, and what was said on it."""

    def __init__(self, name: str = "home3pv", faults: Iterable[str] = FAULTS, *, guided: bool = True) -> None:
        self.monitor: VirtualMonitor = sites.build(name, faults=faults, guided=guided)
        self.session = Session(FakeLink())
        self.logbook = Logbook()
        self.plan: MqttMessage | None = None

    def watch(self, seconds: float, flip: Iterable[int] = ()) -> Visit:
        """Go on for a while; channels of `flip` are configured the other way round now."""
        turned = set(flip)
        for item in self.monitor.stream(self.monitor.time + seconds):
            if isinstance(item, MqttMessage) and item.topic.endswith("channelConfigV2"):
                self.plan = item
                continue_with = _configured(item, turned) if turned else item
            else:
                continue_with = _measured(item, turned) if turned else item
            self.session.process(continue_with)
        return self

    def whole(self) -> Visit:
        """The whole guided test."""
        assert self.monitor.plan is not None
        return self.watch(self.monitor.plan.seconds)

    def configure_reversed(self, number: int) -> Visit:
        """The installer switches the setting of one input."""
        assert self.plan is not None
        self.note()
        self.session.process(_configured(self.plan, {number}, at=self.monitor.time))
        return self

    def heat(self, number: int, circuit: str, port: int, *, cycles: int = 2, flip: Iterable[int] = ()) -> Visit:
        """An announced heater on one circuit."""
        for kind, watts in (("load-on", 2000.0), ("load-off", 0.0)) * cycles:
            self.monitor.switch_heater(circuit, port, watts)
            begun = self.monitor.time
            self.watch(2, flip)
            self.session.process(Mark(begun + 1.5, kind, 2000.0, number))  # type: ignore[arg-type]
            self.watch(10, flip)
        return self

    def note(self) -> None:
        """Take down what is said now."""
        self.logbook.note(self.monitor.time, self.session.judgement())

    def report(self, **more: Any) -> Report:
        """The report of now."""
        self.note()
        return self.report_of(self.session.judgement(), **more)

    def report_of(self, judgement: Judgement, **more: Any) -> Report:
        """The report of now, were this the judgement."""
        site = self.session.site
        assert site is not None
        who = ReportMetadata(**({"generated_at": self.monitor.time} | COMPLETE | more))
        return build(site, judgement, who, judge=self.session.judge, logbook=self.logbook)


def _configured(item: MqttMessage, turned: set[int], at: float | None = None) -> MqttMessage:
    body = json.loads(item.payload)
    spec = body["dataProcessingSpecification"]
    places = {m["formula"]: m["publishIndex"] for m in spec["measurements"] if m.get("formula")}
    for source in spec["dataSources"]:
        bus = source["busAddress"]
        if places.get(f"${bus['serialNumber']}/{bus['inputIndex']}$") in turned:
            source["reversed"] = not source["reversed"]
    return MqttMessage(item.at if at is None else at, item.topic, json.dumps(body).encode())


def _measured(item: MqttMessage | Mark, turned: set[int]) -> MqttMessage | Mark:
    """The monitor applies the reversal to the power it publishes."""
    if isinstance(item, Mark) or not item.topic.endswith("/realtime"):
        return item
    body = json.loads(item.payload)
    for row in body["channelPowers"]:
        if row["publishIndex"] in turned:
            row["power"] = -row["power"]
    return MqttMessage(item.at, item.topic, json.dumps(body).encode())


@lru_cache(maxsize=1)
def faulty() -> Report:
    """The demo house with two faults after a guided test; every particular is there."""
    return Visit().whole().report()


@lru_cache(maxsize=1)
def unbalanced() -> Report:
    """The faulty house, had the diagnosis said that phases do not add up, and that two sizes are not to be believed."""
    visit = Visit().whole()
    said = visit.session.judgement()
    advice = fact("advice.ambiguous_grid", amps=4.1, phase="L2")
    sized = {number: replace(verdict, size="unchecked") for number, verdict in said.channels.items()}
    sized[0] = replace(sized[0], size="ok")
    sized[4] = ChannelVerdict(4, "inconclusive", fact("verdicts.inconclusive"), 0.0, size="doubtful", advice=advice)
    sized[5] = ChannelVerdict(5, "wrong_ratio", fact("verdicts.wrong_ratio", factor=0.5), 0.99, size="wrong")
    balance = (
        PhaseBalance(0, 1234.4, 931.0, 2751.0, -585.6, "impossible"),
        PhaseBalance(1, 469.0, 0.0, 430.0, 39.0, "ok"),
        PhaseBalance(2, 681.0, 0.0, 655.0, 26.0, "doubtful"),
    )
    return visit.report_of(replace(said, channels=sized, balance=balance))


@lru_cache(maxsize=1)
def healthy() -> Report:
    """The same house with nothing wrong."""
    return Visit(faults=()).whole().report()


@lru_cache(maxsize=1)
def short() -> Report:
    """Half a minute of ordinary use, nobody said anything: as partial as can be."""
    blank = dict.fromkeys(COMPLETE, "") | {"main_fuse_amps": None, "generation": None, "storage": None}
    return Visit(guided=False).watch(30).report(**blank)


HOSTILE = (
    "<script>alert(1)</script>",
    "</title><img src=x onerror=alert(2)>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
    "-2+3",
    "\x1b[31mred\x1b[0m\x07 bell\x00 nul",
    "\u202eright to left\u202c",
    "שלום עולם",
    "漢字の名前",
    "x" * 10_000,
    "two\nlines\tand a tab",
    "{{ 7*7 }} {% raw %}",
)
"""Names that try to do something; as many as the demo house has inputs."""


@lru_cache(maxsize=1)
def hostile() -> Report:
    """The demo house with such names everywhere that a stranger can put one."""
    visit = Visit(guided=False)
    for item in visit.monitor.stream(visit.monitor.time + 40):
        visit.session.process(_named(item) if isinstance(item, MqttMessage) else item)
    nasty = HOSTILE[0]
    return visit.report(
        customer=nasty, address=HOSTILE[7], notes="\n".join(HOSTILE[:10]), person=nasty, signed_by=nasty
    )


def _named(item: MqttMessage) -> MqttMessage:
    if not item.topic.endswith("channelConfigV2"):
        return item
    body = json.loads(item.payload)
    for measurement in body["dataProcessingSpecification"]["measurements"]:
        number = measurement["publishIndex"]
        if 0 <= number < len(HOSTILE):
            measurement["name"] = HOSTILE[number]
    return MqttMessage(item.at, item.topic, json.dumps(body).encode())
