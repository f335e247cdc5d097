"""One service location as the cloud keeps it: a virtual house, its past, and how it is configured.

Its plugs too: how the cloud switches them, and what it remembers of that.
"""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from smappee_tui.simulator.cloud.archive import CloudArchive
from smappee_tui.simulator.cloud.history import INTERVAL, HouseHistory, HouseInterval
from smappee_tui.simulator.cloud.request import CloudRefusalError
from smappee_tui.simulator.house.meter import Connection, MountedCt, Role
from smappee_tui.simulator.house.site import VirtualPlug, VirtualSite
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from smappee_tui.simulator.monitor.wire import topic

TIMES = (300, 900, 1800, 3600)
"""For how many seconds a plug can be switched; anything else is until further notice."""


@dataclass(frozen=True, slots=True)
class SwitchRecord:
    """A plug changed its state by way of the cloud."""

    node: int
    at: float
    """s since 1970."""
    on: bool


class Actuators:
    """The plugs of one house; ids are the monitor's node numbers. Thread-safe."""

    def __init__(self, monitor: VirtualMonitor | None) -> None:
        self._monitor = monitor
        self._lock = threading.Lock()
        self._plugs = {plug.node: plug for plug in monitor.site.plugs} if monitor is not None else {}
        self._until: dict[int, tuple[float, bool]] = {}
        self._log: list[SwitchRecord] = []

    def listed(self, now: float) -> list[dict[str, Any]]:
        """All of them as `info` shows them. `now` in s since 1970."""
        return [self._row(plug, self.state(plug.node, now)) for plug in self._plugs.values()]

    def state(self, node: int, now: float) -> bool:
        """Is it on? Raises CloudRefusalError (404) where there is no such plug."""
        with self._lock:
            self._let_run_out(now)
            return self._told(self._plug(node), "state") == "ON"

    def switch(self, node: int, on: bool, seconds: int | None, now: float) -> None:
        """Switch one, back again after `seconds` where these are one of `TIMES`. Raises CloudRefusalError (404)."""
        with self._lock:
            self._let_run_out(now)
            plug = self._plug(node)
            self._until.pop(node, None)
            self._send(plug, on, now)
            if seconds in TIMES:
                self._until[node] = (now + float(seconds or 0), not on)

    def share_on(self, plug: VirtualPlug, start: float, end: float) -> float:
        """Which part of a time it was on, 0 to 1, as far as the cloud has switched it itself."""
        with self._lock:
            changes = [change for change in self._log if change.node == plug.node]
        on, since, total = plug.on, start, 0.0
        for change in changes:
            at = min(max(change.at, start), end)
            total += (at - since) if on else 0.0
            on, since = change.on, at
        return (total + ((end - since) if on else 0.0)) / (end - start)

    def with_sensor(self, sensor: int) -> VirtualPlug:
        """The plug with this measuring half; its node number is understood too. Raises CloudRefusalError (404)."""
        for plug in self._plugs.values():
            if not plug.smart and sensor in (plug.sensor, plug.node):
                return plug
        raise CloudRefusalError(404, f"There is no switch {sensor} at this service location")

    def _plug(self, node: int) -> VirtualPlug:
        plug = self._plugs.get(node)
        if plug is None:
            raise CloudRefusalError(404, f"There is no actuator {node} at this service location")
        return plug

    def _let_run_out(self, now: float) -> None:
        for node, (until, on) in list(self._until.items()):
            if now >= until:
                del self._until[node]
                self._send(self._plugs[node], on, until)

    def _send(self, plug: VirtualPlug, on: bool, at: float) -> None:
        """By the monitor's own command; one that cannot reach its plug changes nothing."""
        before = self._told(plug, "state") == "ON"
        if self._monitor is not None:
            word = "ON" if on else "OFF"
            payload = json.dumps({"value": word, "since": round(at * 1000)}).encode()
            self._monitor.receive(topic(self._monitor.site, f"plug/{plug.node}/setstate"), payload)
        if (self._told(plug, "state") == "ON") != before:
            self._log.append(SwitchRecord(plug.node, at, on))

    def _told(self, plug: VirtualPlug, tail: str) -> str:
        """What the monitor publishes of it: state or connectionState."""
        if self._monitor is None:
            return ""
        wanted = topic(self._monitor.site, f"plug/{plug.node}/{tail}")
        for kept in self._monitor.retained():
            if kept.topic == wanted:
                return str(json.loads(kept.payload)["value"])
        return ""

    def _row(self, plug: VirtualPlug, on: bool) -> dict[str, Any]:
        return {
            "id": plug.node,
            "name": plug.name,
            "type": "COMFORT_PLUG" if plug.smart else "SWITCH",
            "serialNumber": None if plug.smart else plug.serial,
            "connectionState": self._told(plug, "connectionState"),
            "states": [
                {"id": "ON_ON", "name": "on", "current": on},
                {"id": "OFF_OFF", "name": "off", "current": not on},
            ],
        }


@dataclass(frozen=True, slots=True)
class ConfigDifference:
    """What the cloud says otherwise about one input. None: the same as the monitor."""

    name: str | None = None
    phase: int | None = None
    """0 = L1, 1 = L2, 2 = L3."""
    flag: bool | None = None
    """The app's `reversed`."""
    ct_type: str | None = None
    role: Role | None = None
    connection: Connection | None = None

    def apply(self, ct: MountedCt) -> MountedCt:
        """The input as the cloud holds it."""
        said = {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}
        return dataclasses.replace(ct, **said)


@dataclass(frozen=True, slots=True)
class CloudConfig:
    """How the cloud's configuration differs from the monitor's; as it stands, not at all."""

    changed: Mapping[int, ConfigDifference] = field(default_factory=dict)
    """By input."""
    missing: frozenset[int] = frozenset()
    """Inputs that the cloud does not know."""
    added: tuple[MountedCt, ...] = ()
    """Inputs that only the cloud knows."""

    def apply(self, site: VirtualSite) -> VirtualSite:
        """The site as the cloud holds it; `site` stays as it is."""
        cts = [
            self.changed[ct.input].apply(ct) if ct.input in self.changed else ct
            for ct in site.cts
            if ct.input not in self.missing
        ]
        return dataclasses.replace(site, cts=[*cts, *self.added])


Lived = Callable[[VirtualMonitor, float, float], Iterable[HouseInterval]]
"""Makes the five-minute means of a monitor's house from a start to an end, both s since 1970."""


@dataclass(eq=False)
class CloudHouse:
    """A service location. Without a monitor it has no configuration and no values."""

    location: int
    name: str
    uuid: str
    serial: str = ""
    monitor: VirtualMonitor | None = None
    users: set[str] = field(default_factory=set)
    """Names of the ordinary accounts that see it."""
    cloud_config: CloudConfig = field(default_factory=CloudConfig)
    """How the cloud's configuration differs from the monitor's. May be set while the cloud serves."""
    tells_cts: bool = True
    """The configuration of an Infinity tells reversal and CT type too."""
    latitude: float | None = 50.8503
    longitude: float | None = 4.3517
    time_zone: str = "Europe/Brussels"
    tariff: float = 0.31
    currency: str = "EUR"
    now: float = 0.0
    """Until when there are values, s since 1970."""
    days: float = 31.0
    """How far back."""
    reactive_signed: bool = True
    """False: reactive energy comes as an absolute value."""
    stamp_at_end: bool = False
    """Time stamps are the ends of intervals in place of their starts."""
    step: float = 60.0
    """Seconds between two looks at the house while its past is computed, a divisor of 300; larger is faster."""
    history: Lived | None = None
    """Another past than the one that the house's physics makes."""

    def __post_init__(self) -> None:
        self.now -= self.now % INTERVAL
        self.past = CloudArchive(
            self._lived, self.site, self.time_zone, signed=self.reactive_signed, ends=self.stamp_at_end
        )
        self.actuators = Actuators(self.monitor)

    @classmethod
    def of(cls, monitor: VirtualMonitor, name: str, *, now: float | None = None, **options: Any) -> CloudHouse:
        """The location of a virtual monitor, with the identity that the monitor has over MQTT.

        Do not share a monitor with a `Publisher` that plays it at the same time: build a second one of the same name
        and seed, which is the same house with the same identity.

        `now`: until when there are values, s since 1970; today by default. `options` are the fields of this class.
        """
        who = monitor.site.identity
        return cls(
            location=who.location,
            name=name,
            uuid=who.uuid,
            serial=who.serial,
            monitor=monitor,
            now=time.time() if now is None else now,
            **options,
        )

    @property
    def site(self) -> VirtualSite | None:
        """What is installed, without faults; None without a monitor."""
        return self.monitor.site if self.monitor is not None else None

    @property
    def configured(self) -> VirtualSite | None:
        """The same as the cloud holds it."""
        return self.cloud_config.apply(self.monitor.site) if self.monitor is not None else None

    def identity(self) -> dict[str, Any]:
        """The four fields that name it in every answer."""
        return {
            "serviceLocationId": self.location,
            "name": self.name,
            "serviceLocationUuid": self.uuid,
            "deviceSerialNumber": self.serial or None,
        }

    def _lived(self) -> Iterable[HouseInterval]:
        if self.monitor is None:
            return ()
        start = self.now - self.days * 86_400.0
        if self.history is not None:
            return self.history(self.monitor, start, self.now)
        return HouseHistory(self.monitor, start, self.now, self.step).intervals()
