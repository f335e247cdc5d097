"""The same questions to a broker of every make: what it keeps, whom it lets in, who may read, and a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from smappee_tui.app.session import Session
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.lean.reader import LeanSource
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.retry import Backoff
from smappee_tui.fleet.roll import Roll
from smappee_tui.protocol.received import MqttMessage
from tests import payloads as p
from tests.brokers import Publisher, Waker, collect
from tests.other_brokers import DEAF, KINDS, OtherBroker, running
from tests.said import said

SOON = Backoff(first=0.02, cap=0.1)
LIVE = p.topic("realtime")
A_SECOND = 0.1
"""s between two seconds of the monitor, which are short here."""
MakeLink = Callable[..., MqttSource]


@pytest.fixture
def make_link(waker: Waker) -> Iterator[MakeLink]:
    links: list[MqttSource] = []

    def make(address: BrokerAddress, **options: object) -> MqttSource:
        links.append(MqttSource(address, on_wake=waker, **{"backoff": SOON, **options}))  # type: ignore[arg-type]
        links[-1].start()
        return links[-1]

    yield make
    for link in links:
        link.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__.lower())
def test_a_broker_of_every_make(kind: type[OtherBroker], tmp_path: Path, waker: Waker, make_link: MakeLink) -> None:
    with running(kind, tmp_path) as broker:
        with Publisher(broker.address()) as publisher:
            publisher.publish(p.topic("config"), p.raw(p.config(p.INFINITY)), retain=True)
            channels = p.raw(p.channel_config("grid:0 grid:1", p.INFINITY))
            publisher.publish(p.topic("channelConfigV2"), channels, retain=True)
            _is_judged(broker, publisher, waker)
            _nobody_else_is_let_in(broker, publisher, waker, make_link)
            _websockets(broker, publisher, waker, make_link)
            _is_in_the_roll(broker.address(), publisher, waker)
            if broker.web_path is not None:
                _is_in_the_roll(web_address(broker), publisher, waker)
        _restart(broker, waker, make_link)


def _second(number: int) -> bytes:
    return p.raw(p.realtime(p.busy_rows(2, p.INFINITY, number), p.INFINITY, at=p.START + number))


def _is_judged(broker: OtherBroker, publisher: Publisher, waker: Waker) -> None:
    """The configuration that the broker keeps reaches a session, whatever it takes to get it."""
    clock = count(int(p.START))
    source = MqttSource(broker.address(), on_wake=waker, clock=lambda: float(next(clock)))
    session = Session(source)
    kept: list[MqttMessage] = []
    session._keep = lambda item: kept.append(item) if isinstance(item, MqttMessage) and item.retain else None
    session.start()
    try:
        waker.until(lambda: source.state.phase == "connected")
        seconds = count()

        def configured() -> bool:
            publisher.publish(LIVE, _second(next(seconds)))
            session.poll()
            site = session.site
            return site is not None and site.plan is not None and site.quality.live > 0

        waker.until(configured, every=A_SECOND)
        assert session.site is not None
        assert len(session.site.settings) == 2
        assert {item.topic for item in kept} >= {p.topic("channelConfigV2")}, "told from memory, and marked as such"
        assert (session._exact == {}) is broker.wildcards_bring_retained
    finally:
        session.close()


def _nobody_else_is_let_in(broker: OtherBroker, publisher: Publisher, waker: Waker, make_link: MakeLink) -> None:
    link = make_link(broker.address(word="nonsense"))
    waker.until(lambda: link.state.phase == "refused")
    assert "installer" in said(link.state.reason)
    assert "nonsense" not in repr(link.state)
    link.close()
    if broker.silence == "no such user":
        return
    deaf = make_link(broker.address(DEAF))
    if broker.silence == "refused":
        waker.until(lambda: deaf.state.phase == "refused")
        assert "read" in said(deaf.state.reason)
    else:
        waker.until(lambda: deaf.state.phase == "connected")
        heard = make_link(broker.address(), topics=(LIVE,))
        waker.until(lambda: heard.state.phase == "connected")
        publisher.publish(LIVE, b"1")
        assert collect(heard, waker, 1)[0].payload == b"1"
        assert deaf.drain() == []
        heard.close()
    deaf.close()


def _is_in_the_roll(address: BrokerAddress, publisher: Publisher, waker: Waker) -> None:
    """A fleet hears it, and has its configuration, whatever it takes to get it."""
    source, roll, seconds = LeanSource(address, on_wake=waker), Roll(), count(int(p.START), 10)
    source.start()
    try:
        waker.until(lambda: source.connected)

        def known() -> bool:
            second = next(seconds)
            publisher.publish(LIVE, _second(second))
            for batch in source.drain():
                roll.hear(batch.arrivals, second)
            for location in roll.unconfigured(second):
                source.ask(location.uuid, location.prefix)
            heard = roll.locations.get(p.UUID)
            return heard is not None and heard.configured and heard.count > 0

        waker.until(known, every=A_SECOND)
        assert roll.locations[p.UUID].settings == 2
    finally:
        source.close()


def web_address(broker: OtherBroker) -> BrokerAddress:
    return BrokerAddress.parse(str(broker.web_address()), username="installer", password="correct horse")


def _websockets(broker: OtherBroker, publisher: Publisher, waker: Waker, make_link: MakeLink) -> None:
    if broker.web_path is None:
        return
    link = make_link(web_address(broker))
    waker.until(lambda: link.state.phase == "connected")
    publisher.publish(LIVE, bytes(range(256)) * 400)
    expected = 3 if broker.wildcards_bring_retained else 1
    assert bytes(range(256)) * 400 in [item.payload for item in collect(link, waker, expected)]
    link.close()


def _restart(broker: OtherBroker, waker: Waker, make_link: MakeLink) -> None:
    link = make_link(broker.address())
    waker.until(lambda: link.state.phase == "connected")
    link.drain()
    broker.stop()
    waker.until(lambda: link.state.phase == "disconnected")
    broker.start()
    waker.until(lambda: link.state.phase == "connected")
    with Publisher(broker.address()) as publisher:
        publisher.publish(LIVE, b"again")
        waker.until(lambda: any(item.payload == b"again" for item in link.drain()))
    assert link.state.reconnects == 1
