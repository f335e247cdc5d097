"""The connection doctor against real brokers: what each failure is called, and that the rest still tells."""

import asyncio
import time

import pytest

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.connect.portal.doctor import NAMES, DoctorStep, StepTimeouts, examine
from smappee_tui.simulator import sites
from tests import payloads as p
from tests.brokers import Publisher, RunningBroker, free_port
from tests.cli.made import house
from tests.said import said
from tests.simulated.device import VirtualDevice

QUICK = StepTimeouts(resolve=1.0, port=1.0, connect=3.0, configuration=0.2, realtime=0.1)


async def exam(address: BrokerAddress, **wishes: object) -> dict[str, DoctorStep]:
    """The steps as they ended; each began as "waiting"."""
    wishes.setdefault("timeouts", QUICK)
    steps = [step async for step in examine(address, **wishes)]  # type: ignore[arg-type]
    done = [step for step in steps if step.state != "waiting"]
    assert tuple(step.name for step in done) == NAMES
    assert all(step.next_action for step in done if step.state == "failed")
    return {step.name: step for step in done}


def states(steps: dict[str, DoctorStep]) -> str:
    """One letter a step: o ok, f failed, s skipped."""
    return "".join(step.state[0] for step in steps.values())


async def test_all_is_well() -> None:
    monitor = sites.build("home1", start=time.time())
    with VirtualDevice(monitor) as device:
        steps = await exam(device.broker.address, wanted=device.serial, timeouts=StepTimeouts(realtime=10.0))
    assert states(steps) == "ooooooo"
    assert device.serial in said(steps["configuration"].detail)
    assert "5 inputs" in said(steps["configuration"].detail)


async def test_a_clock_that_is_off() -> None:
    with VirtualDevice(sites.build("home1", start=time.time() - 3600)) as device:
        steps = await exam(device.broker.address, timeouts=StepTimeouts(realtime=10.0))
    assert states(steps) == "oooooof"
    assert "60 min behind" in said(steps["clock"].detail)


async def test_nothing_listens() -> None:
    steps = await exam(BrokerAddress("127.0.0.1", free_port()))
    assert states(steps) == "ofsssss"
    assert "nothing listens" in said(steps["port"].detail)


async def test_a_name_that_nobody_knows() -> None:
    async def nothing(host: str, timeout: float) -> tuple[str, ...]:
        return ()

    steps = await exam(BrokerAddress("Smappee5010001234.local"), resolver=nothing)
    assert states(steps) == "fssssss"


async def test_a_name_that_only_the_network_knows(embedded_broker: EmbeddedBroker) -> None:
    async def found(host: str, timeout: float) -> tuple[str, ...]:
        return ("127.0.0.1",)

    steps = await exam(BrokerAddress("Smappee5010001234.local", embedded_broker.port), resolver=found)
    assert states(steps).startswith("oooo")
    assert "127.0.0.1" in said(steps["resolve"].detail)


async def test_something_else_listens() -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    steps = await exam(BrokerAddress("127.0.0.1", server.sockets[0].getsockname()[1]))
    server.close()
    assert states(steps) == "oofssss"
    assert "does not speak MQTT" in said(steps["connect"].detail)


async def test_the_login(locked_broker: RunningBroker) -> None:
    port = locked_broker.address.port
    steps = await exam(BrokerAddress("127.0.0.1", port))
    assert states(steps) == "oofssss"
    assert "wants a username" in said(steps["connect"].detail)
    steps = await exam(BrokerAddress("127.0.0.1", port, "installer", "wrong"))
    assert "refuses user 'installer'" in said(steps["connect"].detail)
    steps = await exam(locked_broker.address)
    assert states(steps).startswith("oooo")


async def test_reachable_but_silent(broker: RunningBroker) -> None:
    steps = await exam(broker.address)
    assert states(steps) == "ooooffs"
    assert "no monitor has spoken" in said(steps["configuration"].detail)
    assert "another broker" in said(steps["configuration"].next_action)


async def speak(broker: RunningBroker, *, only: tuple[str, ...] = ("config", "channelConfigV2")) -> None:
    def publish() -> None:
        with Publisher(broker.address) as publisher:
            for message in house(1):
                if message.topic.rpartition("/")[2] in only:
                    publisher.publish(message.topic, message.payload, retain=True)

    await asyncio.to_thread(publish)


async def test_configuration_but_no_realtime(broker: RunningBroker) -> None:
    await speak(broker, only=("config", "channelConfigV2", "realtime"))  # a retained second is no life
    steps = await exam(broker.address)
    assert states(steps) == "ooooofs"
    assert "no measurement came" in said(steps["realtime"].detail)


async def test_another_location(embedded_broker: EmbeddedBroker) -> None:
    await speak(embedded_broker)
    steps = await exam(embedded_broker.address, wanted="5099999999")
    assert states(steps) == "oooofss"
    assert p.SERIALS[p.INFINITY] in said(steps["configuration"].detail)


@pytest.mark.parametrize(
    ("only", "missing"), [(("config",), "configuration of the inputs"), (("channelConfigV2",), "config")]
)
async def test_half_a_configuration(embedded_broker: EmbeddedBroker, only: tuple[str, ...], missing: str) -> None:
    await speak(embedded_broker, only=only)
    steps = await exam(embedded_broker.address)
    assert steps["configuration"].state == "failed"
    assert missing in said(steps["configuration"].detail)
