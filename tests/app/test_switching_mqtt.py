"""The test of a plug against the virtual monitor on real brokers, and that nothing else is ever published."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

import smappee_tui
from smappee_tui.app.session import Session
from smappee_tui.app.switching import PlugSwitch
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotConnectError, RefusedError
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.connect.plug_command import PlugCommandSender
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.simulator import sites
from smappee_tui.simulator.monitor.publisher import Publisher
from smappee_tui.tui.run import live_app
from tests import payloads as p
from tests.brokers import RunningBroker, Waker, collect, free_port, publish

FILLED = (
    "connected for", "ON for", "last power 45, unit not known", "on when the power rises above 1500 W, delay 30",
    "Lamp", "battery 81 %   21.4 °C   48 % humidity", "water: last 2 l", "gas: disabled", "off at 09:10 every day",
    "somebody is at home (stored)",
)  # fmt: skip
"""What the messages of `payloads.every_topic` must look like on the devices screen."""


def started(link: MqttSource, waker: Waker) -> MqttSource:
    link.start()
    waker.until(lambda: link.state.phase == "connected")
    return link


def test_the_command_is_one_message_and_not_retained(broker: RunningBroker, waker: Waker) -> None:
    link = started(MqttSource(broker.address, on_wake=waker), waker)
    PlugCommandSender(broker.address, clock=lambda: 1700.5).send(p.UUID, "11", False)
    PlugCommandSender(broker.address).send(p.UUID, "12", True)
    first, second = collect(link, waker, 2)
    assert (first.topic, first.payload) == (p.topic("plug/11/setstate"), b'{"value":"OFF","since":1700500}')
    assert second.payload.startswith(b'{"value":"ON"')
    link.close()
    late = started(MqttSource(broker.address, on_wake=waker), waker)  # a broker would hand over what it kept
    publish(broker.address, p.topic("presence"), "1")
    assert [item.topic for item in collect(late, waker, 1)] == [p.topic("presence")]
    late.close()


@pytest.mark.parametrize("node", ["+", "#", "1/2", "", "x" * 200, "a b\x00"])
def test_no_wildcard_can_be_commanded(node: str) -> None:
    with pytest.raises(CannotConnectError):
        PlugCommandSender(BrokerAddress("127.0.0.1", free_port())).send(p.UUID, node, True)


def test_a_broker_that_is_away_or_says_no(locked_broker: RunningBroker) -> None:
    with pytest.raises(CannotConnectError, match="nothing_listens"):
        PlugCommandSender(BrokerAddress("127.0.0.1", free_port())).send(p.UUID, "1", True)
    address = locked_broker.address
    with pytest.raises(RefusedError):
        PlugCommandSender(BrokerAddress(address.host, address.port)).send(p.UUID, "1", True)
    PlugCommandSender(address).send(p.UUID, "1", True)


def test_a_plug_of_the_virtual_monitor_answers(broker: RunningBroker, waker: Waker) -> None:
    monitor = sites.build("home1", faults=["plug-unreachable:2"], start=time.time())
    session = Session(MqttSource(broker.address, on_wake=waker))
    session.start()
    with Publisher(monitor, broker.address):

        def ready() -> bool:
            session.poll()
            plugs = session.site.devices.plugs if session.site else {}
            return {"1", "2"} <= plugs.keys() and all(plug.relay is not None for plug in plugs.values())

        waker.until(ready)
        assert session.site is not None
        switching = PlugSwitch(PlugCommandSender(broker.address), patience=2.0)
        action = switching.ask(session.site, "1", False, time.time())
        deaf = switching.ask(session.site, "2", True, time.time())
        switching.run(action)
        switching.run(deaf)

        def settled() -> bool:
            session.poll()
            switching.look(session.locations.sites.get, time.time())
            return not action.open and not deaf.open

        waker.until(settled)  # the monitor's seconds wake it
    session.close()
    assert (action.outcome, action.before, action.restorable) == ("answered", "ON", True)
    assert action.seconds is not None
    assert 0 <= action.seconds < 5
    assert (deaf.outcome, deaf.seconds) == ("no answer", None)
    assert list(switching.log) == [action, deaf]


async def test_the_whole_app_publishes_nothing(broker: RunningBroker, waker: Waker) -> None:
    """Every key on the live and on the devices screen, an unlocked switch, and a spy that hears everything."""
    spy = started(MqttSource(broker.address, ("#",), on_wake=waker), waker)
    told = {p.topic(rest): p.raw(content) for rest, content in p.every_topic().items() if "setstate" not in rest}
    for topic, payload in told.items():
        publish(broker.address, topic, payload, retain=True)
    session = Session(MqttSource(broker.address))
    app = live_app(session, tick=0, switching=PlugSwitch(PlugCommandSender(broker.address)))
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1) if chr(code) not in "qd"]
    async with app.run_test(size=(120, 40)) as pilot:
        read = 0
        while read < len(told):  # the last of them says what the devices are; the test's own timeout ends it
            read += session.poll()
            await pilot.pause(0.02)
        app.first.tick()
        assert app.first.rows
        await pilot.press("enter", "n", "g", "escape", "F", "escape", "slash", "x", "escape", "space", "space")
        await pilot.press("D", *letters, "down", "end", "home")
        await pilot.pause()
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        for words in FILLED:
            assert words in shown
        await pilot.press("enter", *"yes", "enter", "Z", "escape", "escape", "escape")
        await pilot.pause()
        assert not app.first.switching.log
    session.close()
    publish(broker.address, "last/word", "")
    heard = collect(spy, waker, len(told) + 1)
    spy.close()
    assert {item.topic for item in heard} == {*told, "last/word"}
    assert len(heard) == len(told) + 1


def test_nothing_else_in_the_program_can_publish() -> None:
    root = Path(smappee_tui.__file__).parent
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(r"client\.publish\(", path.read_text(encoding="utf-8"))
    }
    to_a_cluster = {"fleet/cluster/partition.py"}  # asks JetStream for messages and confirms them; no monitor hears it
    assert found - to_a_cluster == {"connect/plug_command.py", "simulator/monitor/connection.py"}


def test_the_lock_is_a_lock() -> None:
    locked = PlugSwitch.locked()
    assert locked.is_locked
    session = Session(MqttSource(BrokerAddress("127.0.0.1", free_port())))
    for rest, content in p.every_topic().items():
        session.process(MqttMessage(p.START, p.topic(rest), p.raw(content), 0, True))
    assert session.site is not None
    with pytest.raises(PermissionError, match=r"plug_switch\.read_only"):
        locked.ask(session.site, "11", True, 0.0)
