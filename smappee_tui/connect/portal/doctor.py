"""The connection doctor: one step after another from a name to live numbers, each with what to do when it fails."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.discovery import knock
from smappee_tui.connect.discovery.found import is_serial
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.mqtt_connection import tls_context
from smappee_tui.connect.own_broker.listener import BrokerListener
from smappee_tui.protocol.fact import Fact, fact

StepState = Literal["waiting", "ok", "failed", "skipped"]
NAMES = ("resolve", "port", "connect", "subscribe", "configuration", "realtime", "clock")
"""The steps, in their order."""
CLOCK_OFF = 30.0
"""Seconds that a monitor's clock may be off: more, and its intervals land in somebody else's quarter of an hour."""


@dataclass(frozen=True, slots=True)
class DoctorStep:
    name: str
    """One of `NAMES`."""
    state: StepState
    detail: Fact | None = None
    """What was seen."""
    next_action: Fact | None = None
    """What to do, where it failed."""


@dataclass(frozen=True, slots=True)
class StepTimeouts:
    """Seconds that each step may take."""

    resolve: float = 4.0
    port: float = 3.0
    connect: float = 5.0
    configuration: float = 4.0
    """Retained messages come at once or not at all; a restarting monitor is another story."""
    realtime: float = 6.0
    """One comes every second."""


Resolver = Callable[[str, float], Awaitable[tuple[str, ...]]]


async def examine(
    address: BrokerAddress,
    *,
    wanted: str | None = None,
    resolver: Resolver | None = None,
    timeouts: StepTimeouts | None = None,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[DoctorStep]:
    """Go through the steps; each comes first as "waiting", then as it ended. After a failure the rest is skipped.

    Args:
        address: the broker, with the login if it wants one.
        wanted: the location that should speak there, as `--location` takes it; None for any.
        resolver: finds the addresses of a name within so many seconds; None: the system's way.
        timeouts: how long each step may take.
        clock: seconds since 1970.

    Raises:
        CannotReadError: when the file of certificate authorities cannot be used.
    """
    exam = _Exam(address, wanted, resolver, timeouts or StepTimeouts(), clock)
    failed = False
    try:
        for name in NAMES:
            if failed:
                yield DoctorStep(name, "skipped")
                continue
            yield DoctorStep(name, "waiting")
            step = await exam.step(name)
            # Without configuration there may still be measurements, and that is worth knowing.
            failed = step.state == "failed" and (name not in ("configuration", "realtime") or exam.others_only)
            yield step
    finally:
        await asyncio.shield(exam.close())


class _Exam:
    """The steps, and what one hands to the next."""

    def __init__(
        self,
        address: BrokerAddress,
        wanted: str | None,
        resolver: Resolver | None,
        timeouts: StepTimeouts,
        clock: Callable[[], float],
    ) -> None:
        self._address, self._wanted, self._resolver = address, wanted, resolver
        self._timeouts, self._clock = timeouts, clock
        self._ip = address.host
        self._tls: ssl.SSLContext | None = tls_context(address)
        self._listening: BrokerListener | None = None

    @property
    def others_only(self) -> bool:
        """Somebody speaks there, but not the one that was meant."""
        heard = self._listening
        return heard is not None and bool(heard.locations) and not heard.meant()

    async def step(self, name: str) -> DoctorStep:
        steps: dict[str, Callable[[], Awaitable[DoctorStep]]] = {
            "resolve": self._resolve,
            "port": self._port,
            "connect": self._connect,
            "subscribe": self._subscribe,
            "configuration": self._configuration,
            "realtime": self._realtime,
            "clock": self._time,
        }
        return await steps[name]()

    async def close(self) -> None:
        if self._listening is not None:
            await self._listening.close()

    async def _resolve(self) -> DoctorStep:
        host = self._address.host
        try:
            ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            pass
        else:
            return DoctorStep("resolve", "ok", fact("portal.address_already", host=host))
        from smappee_tui.connect.discovery.search import system_addresses

        try:
            found = await (self._resolver or system_addresses)(host, self._timeouts.resolve)
        except ExternalError as error:
            return DoctorStep("resolve", "failed", error.what, error.advice)
        if not found:
            return DoctorStep(
                "resolve", "failed", fact("portal.name_unknown", host=host), fact("portal.name_unknown_advice")
            )
        self._ip = found[0]
        return DoctorStep("resolve", "ok", fact("portal.name_is", host=host, addresses=found[:3]))

    async def _port(self) -> DoctorStep:
        port = self._address.port
        answer = await knock.port_open(self._ip, port, self._timeouts.port)
        if answer == "open":
            return DoctorStep("port", "ok", fact("portal.port_open", port=port))
        return DoctorStep("port", "failed", *_closed(answer, self._ip, port))

    async def _connect(self) -> DoctorStep:
        given = self._address
        # By name where TLS looks at it; else by the address found, which need not be in the system's own book.
        host = given.host if given.tls else self._ip
        said = await knock.mqtt(
            host,
            given.port,
            timeout=self._timeouts.connect,
            username=given.username,
            password=given.password,
            tls=self._tls,
        )
        if said.answer == "answering" and said.code == 0:
            user = given.username
            return DoctorStep("connect", "ok", fact("portal.let_in_as", user=user) if user else fact("portal.let_in"))
        return DoctorStep("connect", "failed", *_not_let_in(said.answer, said.code, given))

    async def _subscribe(self) -> DoctorStep:
        from dataclasses import replace

        address = self._address if self._address.tls else replace(self._address, host=self._ip)
        self._listening = BrokerListener(
            MqttSource(address, clock=self._clock, timeout=self._timeouts.connect), self._wanted
        )
        try:
            await self._listening.start(self._timeouts.connect)
        except ExternalError as error:
            return DoctorStep("subscribe", "failed", error.told, fact("portal.subscription_advice"))
        return DoctorStep("subscribe", "ok", fact("portal.subscribed"))

    async def _configuration(self) -> DoctorStep:
        heard = self._heard()
        wanted = self._wanted

        def complete() -> bool:
            return any(one.channels is not None and one.config is not None for one in heard.meant())

        await heard.until(complete, self._timeouts.configuration)
        match = heard.meant()
        if wanted and not match and heard.locations:
            return DoctorStep("configuration", "failed", *_other_location(wanted, heard.serials))
        if not match:
            return DoctorStep("configuration", "failed", fact("portal.nothing_kept"), fact("portal.silent_advice"))
        best = next((one for one in match if one.channels is not None), match[0])
        who = best.serial if is_serial(best.serial) else best.uuid
        if best.channels is None or best.config is None:
            missing = "portal.no_channel_configuration" if best.channels is None else "portal.no_config"
            return DoctorStep("configuration", "failed", fact(missing, who=who), fact("portal.no_configuration_advice"))
        told = fact("portal.configured", who=who, channels=best.channels)
        if more := len(heard.locations) - 1 + heard.beyond:
            told = fact("portal.configured_among", who=who, channels=best.channels, more=more)
        return DoctorStep("configuration", "ok", told)

    async def _realtime(self) -> DoctorStep:
        heard = self._heard()

        def spoke() -> bool:
            return any(one.realtime for one in heard.meant())

        started = self._clock()
        await heard.until(spoke, self._timeouts.realtime)
        if spoke():
            count = sum(one.realtime for one in heard.meant())
            return DoctorStep("realtime", "ok", fact("portal.measurements", count=count))
        waited = self._clock() - started
        configured = any(one.channels is not None for one in heard.meant())
        return DoctorStep("realtime", "failed", *_no_realtime(waited, configured))

    async def _time(self) -> DoctorStep:
        offsets = [one.offset for one in self._heard().meant() if one.offset is not None]
        if not offsets:
            return DoctorStep("clock", "skipped", fact("portal.no_time_stamp"))
        off = min(offsets, key=abs)
        if abs(off) > CLOCK_OFF:
            return DoctorStep("clock", "failed", *_clock_off(off))
        return DoctorStep("clock", "ok", fact("portal.clock_well", seconds=max(1.0, abs(off))))

    def _heard(self) -> BrokerListener:
        if self._listening is None:
            raise RuntimeError("the steps are taken in their order")
        return self._listening


Told = tuple[Fact, Fact]
"""What was seen, and what to do next."""


def _closed(answer: knock.Answer, host: str, port: int) -> Told:
    """Nobody lets us through this port."""
    if answer == "refused":
        return fact("portal.port_closed", host=host, port=port), fact("portal.port_closed_advice")
    if answer == "unreachable":
        return fact("portal.no_way", host=host), fact("portal.no_way_advice")
    return fact("portal.port_silent", host=host, port=port), fact("portal.port_silent_advice")


def _not_let_in(answer: knock.Answer, code: int, address: BrokerAddress) -> Told:
    """Something listens, and does not take us."""
    if answer == "login" and address.username:
        return fact("portal.user_refused", user=address.username), fact("errors.user_refused_advice")
    if answer == "login":
        return fact("portal.login_wanted"), fact("portal.login_wanted_advice")
    if answer == "answering":
        return fact("portal.turned_down", answer=code), fact("errors.broker_log_advice")
    if address.tls:
        return fact("portal.no_tls", address=str(address)), fact("portal.no_tls_advice")
    return fact("portal.no_mqtt", address=str(address)), fact("portal.no_mqtt_advice")


def _other_location(wanted: str, serials: tuple[str, ...]) -> Told:
    """Others speak, but not the one that was meant."""
    known = (*serials[:3], f"{serials[3]} …") if len(serials) > 4 else serials
    what = fact("portal.others_only", wanted=wanted, known=known)
    return what if known else fact("portal.others_only_nameless", wanted=wanted), fact("portal.others_only_advice")


def _no_realtime(waited: float, configured: bool) -> Told:
    """Subscribed, and no measurement."""
    if configured:
        return fact("portal.no_measurement", seconds=waited), fact("portal.no_measurement_advice")
    return fact("portal.nobody_spoke", seconds=waited), fact("portal.silent_advice")


def _clock_off(seconds: float) -> Told:
    """The monitor lives in another time. Positive: it is ahead."""
    away = abs(seconds)
    unit, size = ("seconds", 1) if away < 180 else ("minutes", 60) if away < 7200 else ("hours", 3600)
    amount = fact(f"format.{unit}", count=round(away / size))
    code = "portal.clock_ahead" if seconds > 0 else "portal.clock_behind"
    return fact(code, amount=amount), fact("portal.clock_advice")
