import json
from types import SimpleNamespace

import pytest

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotConnectError, RefusedError
from smappee_tui.connect.own_broker.listener import BrokerListener, locations
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.tui.find.laptop import Laptop
from tests import payloads as p
from tests.brokers import Publisher, RunningBroker, free_port
from tests.cli.made import house, uuids


async def test_all_service_locations_by_serial(broker: RunningBroker) -> None:
    with Publisher(broker.address) as publisher:
        for number in range(40, 0, -1):
            config = {"serialNumber": f"50100{number:05d}", "firmwareVersion": "V4"}
            publisher.publish(f"servicelocation/u{number}/config", json.dumps(config), retain=True)
        publisher.publish("servicelocation/bad/config", b"nonsense", retain=True)
        publisher.publish(
            "servicelocation/old/config", json.dumps({"config": {"serialNumber": "2004000025"}}), retain=True
        )
        publisher.publish("servicelocation/u1/realtime", b"{}", retain=True)
    found, beyond = await locations(broker.address)
    assert beyond == 0
    assert [one.serial for one in found] == ["2004000025", *(f"50100{n:05d}" for n in range(1, 41))]
    assert (found[1].uuid, found[1].product, found[1].firmware) == ("u1", "Infinity (Genius)", "V4")


async def test_nobody_speaks(broker: RunningBroker) -> None:
    assert await locations(broker.address, timeout=0.5) == ((), 0)


async def test_no_broker() -> None:
    with pytest.raises(CannotConnectError, match="nothing_listens"):
        await locations(BrokerAddress("127.0.0.1", free_port()))


async def test_no_login(locked_broker: RunningBroker) -> None:
    with pytest.raises(RefusedError, match="login_wanted"):
        await locations(BrokerAddress("127.0.0.1", locked_broker.address.port))
    assert await locations(locked_broker.address, timeout=3.0) == ((), 0)


def hearing(items: list[MqttMessage], wanted: str | None = None) -> BrokerListener:
    left = list(items)
    source = SimpleNamespace(drain=lambda limit: [left.pop(0) for _ in range(min(limit, len(left)))])
    return BrokerListener(source, wanted)  # type: ignore[arg-type]


CROWD = [p.arrival("presence", p.plug_value("PRESENT"), uuid=uuid) for uuid in uuids(5)]


@pytest.mark.parametrize("wanted", [p.UUID.upper(), p.UUID[:6], p.SERIALS[p.INFINITY], f" {p.LOCATION_ID} "])
def test_who_is_named_is_found_in_any_way_and_beyond_the_bound(wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smappee_tui.connect.own_broker.listener._MOST", 3)
    listener = hearing([*CROWD, *house(2)], wanted)
    listener.take()
    assert [(one.uuid, one.realtime) for one in listener.meant()] == [(p.UUID, 2)]
    assert listener.beyond == 2
    other = hearing(CROWD, wanted)
    other.take()
    assert other.meant() == []


def test_what_is_not_kept_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smappee_tui.connect.own_broker.listener._MOST", 3)
    listener = hearing(CROWD * 2)
    assert listener.take() == 10
    assert (len(listener.locations), listener.beyond) == (3, 2)
    laptop = Laptop()
    laptop._listening = listener
    assert "2 more locations speak there" in laptop.words()
