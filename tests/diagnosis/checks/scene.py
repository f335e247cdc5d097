"""A monitor that is watched: plugs, sensors and supply through messages, with a clock that only the test moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smappee_tui.diagnosis.checks.devices import DeviceVerdicts, device_verdicts
from smappee_tui.diagnosis.checks.health import Health, health_of
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import Finding, Judgement
from smappee_tui.i18n import Translator
from smappee_tui.i18n.translator import FindingText
from smappee_tui.site.locations import Locations
from smappee_tui.site.site import Site
from tests import payloads as p

ENGLISH = Translator("en")
ROWS = [p.Row(0, 460, 2.0, 0, 1000.0), p.Row(1, 230, 1.0, 1, 1000.0), p.Row(2, 230, 1.0, 2, 1000.0)]


def flickering(second: float) -> list[p.Row]:
    """The rows of one second: a house never takes the same twice for long."""
    wave = round(second) % 7 - 3
    return [replace(row, watts=(row.watts or 0.0) + wave) for row in ROWS]


class Watched:
    """One monitor. `say` is one message now; `run` lets seconds of measurements pass."""

    def __init__(self, *, limits: DeviceLimits | None = None, dialect: str = p.TWENTY) -> None:
        self.now = p.START
        self.limits = limits
        self.dialect = dialect
        self.locations = Locations()
        self.judge = Judge("none", limits)
        self.volts: tuple[float, ...] = (230, 231, 229)
        self.offset = 0.0
        self.step = 1.0
        self.status = 0
        self.aggregates = True

    def configured(self, **plugs: Any) -> Watched:
        """Let all the configuration arrive, as a broker keeps it."""
        self.say("config", p.config(self.dialect), retain=True)
        self.say(p.channel_topic(self.dialect), p.channel_config("grid:0 grid:1 grid:2", self.dialect), retain=True)
        self.say("sensorConfig", p.sensor_config(), retain=True)
        self.say("homeControlConfig", p.home_control(**plugs), retain=True)
        return self

    def say(self, rest: str, content: Any, *, retain: bool = False) -> Watched:
        site, sampled = self.locations.receive(p.arrival(rest, content, self.now, retain=retain))
        assert site is not None
        self.judge.observe(site, sampled)
        return self

    def plug(self, node: int, what: str, word: str, *, since: float | None = None, retain: bool = False) -> Watched:
        """One word of a plug: `state` or `connectionState`."""
        content = p.plug_value(word, self.now + self.offset if since is None else since)
        return self.say(f"plug/{node}/{what}", content, retain=retain)

    def run(self, seconds: float) -> Watched:
        """Measurements every `step` seconds, and the 5-minute values of monitor and plug when their time comes."""
        end = self.now + seconds
        while self.now + self.step <= end + 1e-6:
            before, self.now = self.now, self.now + self.step
            sent = self.now + self.offset
            self.say(
                "realtime",
                p.realtime(flickering(self.now), self.dialect, at=sent, volts=self.volts, monitorStatus=self.status),
            )
            if self.aggregates and before // 300 != self.now // 300:
                means = [p.Means(n, 2.0, 440.0, 460.0, 134.0, 0.95, n) for n in range(3)]
                self.say("aggregated", p.aggregated(means, self.dialect, end=sent // 300 * 300))
                self.say("aggregatedSwitch", p.aggregated_switch((302, 45), end=sent // 300 * 300))
        return self

    def water(self, battery: Any = 80, **more: Any) -> Watched:
        return self.say("aggregatedGW", p.aggregated_gas_water(battery=battery, end=self.now, **more))

    @property
    def site(self) -> Site:
        return self.locations.sites[p.UUID]

    @property
    def said(self) -> DeviceVerdicts:
        return device_verdicts(self.site, self.limits)

    @property
    def health(self) -> Health:
        return health_of(self.site)

    @property
    def judgement(self) -> Judgement:
        return self.judge.judgement()

    @property
    def findings(self) -> list[tuple[str, str]]:
        """(code, severity) of everything beside the CTs."""
        return [(f.code, f.severity) for f in self.judgement.findings if f.subject.kind != "channel"]

    def finding(self, code: str) -> Finding:
        return next(f for f in self.judgement.findings if f.code == code)

    def text(self, code: str) -> FindingText:
        return ENGLISH.finding(self.finding(code))


def quiet_house(**wishes: Any) -> Watched:
    """Everything is well: two plugs that are there, one sensor that counted."""
    watched = Watched(**wishes).configured()
    for node in (11, 12):
        watched.plug(node, "connectionState", "CONNECTED", retain=True).plug(node, "state", "ON", retain=True)
    return watched.run(2).water()
