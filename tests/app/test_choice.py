"""A person's choice is honoured: who is named is heard alone, whoever else speaks."""

from __future__ import annotations

import pytest

from smappee_tui.app.session import MOST_CHANNELS, MOST_JUDGED, Session
from smappee_tui.connect.filters import ALL
from smappee_tui.protocol.received import MqttMessage
from tests import payloads as p
from tests.cli.made import FakeLink, crowd, house, remembered, uuids

ALONE = (f"servicelocation/{p.UUID}/#",)
SERIAL = p.SERIALS[p.INFINITY]


def fed(items: list[MqttMessage], wanted: str | None = None) -> tuple[Session, FakeLink]:
    """A session that took these, a second at a time."""
    link = FakeLink(sorted(items, key=lambda item: item.at))
    session = Session(link, wanted=wanted)
    session.start()
    while link.items:
        link.time += 1
        session.poll()
    return session, link


@pytest.mark.parametrize("wanted", [p.UUID, p.UUID.upper(), p.UUID[:8], SERIAL, str(p.LOCATION_ID)])
def test_who_is_named_is_listened_to_alone(wanted: str) -> None:
    others = [item for uuid in uuids(5) for item in house(20, p.TWENTY, uuid=uuid)]
    if wanted == str(p.LOCATION_ID):
        others = [item for item in others if "onfig" not in item.topic]  # the made ones all have the same number
    _, link = fed([*others, *house()], wanted)
    assert link.topics == ALONE


def test_a_whole_uuid_is_asked_for_before_anything_is_heard() -> None:
    _, link = fed([], p.UUID.upper())
    assert link.topics[0] == f"servicelocation/{p.UUID}/#"
    assert f"+/servicelocation/{p.UUID}/#" in link.topics
    assert "servicelocation/#" not in link.topics


def test_what_is_only_remembered_under_the_name_is_not_enough() -> None:
    session, link = fed(remembered(3), SERIAL)
    assert link.topics == ()
    for item in house(3):
        session.process(item)
    session.poll()
    assert session.site is not None
    assert session.site.uuid == p.UUID


def test_a_beginning_that_fits_several_is_said() -> None:
    twin = p.UUID[:8] + uuids(1)[0][8:]
    session, link = fed([*house(), *house(uuid=twin)], p.UUID[:8])
    assert {site.uuid for site in session.fits} == {p.UUID, twin}
    assert session.snapshot().fits == 2
    assert link.topics == ()
    assert Session(FakeLink(), wanted=p.UUID).fits == []


def test_a_serial_number_that_several_speak_with_is_said() -> None:
    other = uuids(1)[0]
    session, link = fed([*house(), *house(start=p.START + 2, uuid=other)], SERIAL)
    assert {site.uuid for site in session.fits} == {p.UUID, other}
    assert session.snapshot().fits == 2
    assert link.topics == ()
    session, link = fed([*remembered(3), *house()], SERIAL)
    assert (session.fits, link.topics) == ([], ALONE)


def test_behind_a_bridge() -> None:
    items = [MqttMessage(i.at, f"bridge/{i.topic}", i.payload, i.qos, i.retain) for i in house()]
    _, link = fed(items, p.UUID)
    assert link.topics == (f"bridge/servicelocation/{p.UUID}/#",)


@pytest.mark.parametrize("word", ["#", "+", "a/b", ""])
def test_a_name_that_is_a_wildcard_is_never_subscribed_to(word: str) -> None:
    items = [MqttMessage(i.at, i.topic.replace(p.UUID, "+#"), i.payload, i.qos, i.retain) for i in house()]
    _, link = fed(items, word or "+#")
    assert link.topics == ()


def test_one_chosen_among_few_leaves_the_others_heard_and_among_many_does_not() -> None:
    for count in (3, MOST_JUDGED + 1):
        session, link = fed(crowd(count))
        session.wanted = p.UUID
        session.poll()
        session.process(house(30)[-1])
        link.items = [house(31)[-1]]
        link.time += 60
        session.poll()
        assert link.topics == (ALONE if count > MOST_JUDGED else ())


def test_a_configuration_that_does_not_come_is_asked_for_by_its_exact_topics() -> None:
    """As RabbitMQ wants it: it gives no retained message to a wildcard."""
    unconfigured = [item for item in house() if "onfig" not in item.topic]
    _, link = fed(unconfigured)
    assert link.topics[: len(ALL)] == ALL
    assert {f"servicelocation/{p.UUID}/{rest}" for rest in ("config", "channelConfig", "channelConfigV2")} <= {
        *link.topics
    }
    _, link = fed(unconfigured, p.UUID)
    assert link.topics[:1] == ALONE
    assert f"servicelocation/{p.UUID}/sensorConfig" in link.topics
    _, link = fed(house())
    assert link.topics == ()


def test_judges_are_bounded_by_their_channels_and_the_one_shown_keeps_its_own() -> None:
    large = " ".join(f"sub:{n % 3}" for n in range(300))
    items = [item for uuid in [p.UUID, *uuids(4)] for item in house(2, spec=large, uuid=uuid)]
    session, link = fed(items)
    assert len(session._judges) == 2
    session.wanted = uuids(4)[3]
    assert session.judgement().channels
    link.items = [house(3, spec=large)[-1]]
    link.time += 60
    session.poll()
    assert uuids(4)[3] in session._judges
    assert sum(len(session.locations.sites[uuid].settings) for uuid in session._judges) <= MOST_CHANNELS
