"""A command whose fate nobody knows is not called "not sent": brokers that fall silent or hang up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import pytest

from smappee_tui.app.switching import Outcome, PlugSwitch, SwitchAction
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotConnectError, ExternalError, UnconfirmedError
from smappee_tui.connect.plug_command import PlugCommandSender
from smappee_tui.protocol.fact import fact
from smappee_tui.site.locations import Locations
from smappee_tui.site.site import Site
from tests import payloads as p
from tests.brokers import free_port

CONNACK = b"\x20\x02\x00\x00"
SENT = p.START + 10.0

Manner = Literal["says nothing at all", "welcomes, then says nothing", "welcomes, then hangs up", "hangs up at once"]


@contextmanager
def bad_broker(manner: Manner) -> Iterator[tuple[BrokerAddress, list[bytes]]]:
    """A broker with bad manners, and what it heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            guest, _ = server.accept()
            with guest:
                heard.append(guest.recv(4096))
                if manner == "hangs up at once":
                    return
                if manner.startswith("welcomes"):
                    guest.sendall(CONNACK)
                    heard.append(guest.recv(4096))
                if manner != "welcomes, then hangs up":
                    while guest.recv(4096):  # until the other end gives up
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield BrokerAddress("127.0.0.1", server.getsockname()[1]), heard
        thread.join(10.0)


class House:
    """What is known of a house with plug 11, which is ON."""

    def __init__(self) -> None:
        self.locations = Locations()
        for rest, content in p.every_topic().items():
            self.locations.receive(p.arrival(rest, content, retain=True))

    def say(self, word: str, at: float) -> None:
        """The plug reports its state."""
        self.locations.receive(p.arrival("plug/11/state", p.plug_value(word, at), at))

    def find(self, uuid: str) -> Site | None:
        return self.locations.sites.get(uuid)


class Told:
    """A sender with a prepared end."""

    def __init__(self, error: ExternalError | None = None) -> None:
        self.error = error
        self.meanwhile: Callable[[], None] = lambda: None

    def send(self, location: str, node: str, on: bool) -> float:
        self.meanwhile()
        if self.error is not None:
            raise self.error
        return SENT


@pytest.mark.parametrize("manner", ["welcomes, then says nothing", "welcomes, then hangs up"])
def test_after_the_sending_nobody_can_say_that_it_was_not_sent(manner: Manner) -> None:
    with bad_broker(manner) as (address, heard):
        with pytest.raises(UnconfirmedError, match="command_unconfirmed") as caught:
            PlugCommandSender(address, clock=lambda: 1700.5, timeout=0.4).send(p.UUID, "11", True)
        assert caught.value.at == 1700.5
    assert b"/plug/11/setstate" in heard[1]


@pytest.mark.parametrize("manner", ["says nothing at all", "hangs up at once"])
def test_before_the_welcome_nothing_has_left(manner: Manner) -> None:
    with bad_broker(manner) as (address, heard), pytest.raises(CannotConnectError):
        PlugCommandSender(address, timeout=0.4).send(p.UUID, "11", True)
    assert not any(b"setstate" in part for part in heard)


def test_nobody_there_is_not_sent() -> None:
    with pytest.raises(CannotConnectError):
        PlugCommandSender(BrokerAddress("127.0.0.1", free_port())).send(p.UUID, "11", True)


def asked(sender: Told) -> tuple[PlugSwitch, SwitchAction, House]:
    house = House()
    switching = PlugSwitch(sender, patience=5.0)
    site = house.find(p.UUID)
    assert site is not None
    return switching, switching.ask(site, "11", False, SENT - 1), house


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (UnconfirmedError(fact("It did not confirm."), fact("Look."), SENT), "unconfirmed"),
        (CannotConnectError(fact("Nothing listens."), fact("Look.")), "not sent"),
        (None, "waiting"),
    ],
    ids=["unconfirmed", "not sent", "waiting"],
)
def test_each_end_has_its_own_word(error: ExternalError | None, outcome: Outcome) -> None:
    switching, action, _ = asked(Told(error))
    switching.run(action)
    assert action.outcome == outcome


def test_a_plug_that_answers_settles_it() -> None:
    switching, action, house = asked(Told(UnconfirmedError(fact("It did not confirm."), fact("Look."), SENT)))
    switching.run(action)
    switching.look(house.find, SENT + 20)
    assert (action.outcome, action.open) == ("unconfirmed", False)
    house.say("OFF", SENT + 2)
    switching.look(house.find, SENT + 21)
    assert (action.outcome, action.seconds, action.restorable) == ("answered", 2.0, True)


def test_what_is_switched_by_hand_later_is_no_answer() -> None:
    switching, action, house = asked(Told(UnconfirmedError(fact("It did not confirm."), fact("Look."), SENT)))
    switching.run(action)
    house.say("OFF", SENT + 60)
    switching.look(house.find, SENT + 61)
    assert action.outcome == "unconfirmed"


def test_a_sending_that_does_not_end_may_be_carried_out() -> None:
    switching, action, house = asked(Told())
    switching.look(house.find, SENT + 60)
    assert action.outcome == "unconfirmed"


@pytest.mark.parametrize(
    "error", [None, CannotConnectError(fact("Nothing listens."), fact("Look."))], ids=["sent", "not sent"]
)
def test_a_late_end_of_the_sending_still_counts(error: CannotConnectError | None) -> None:
    told = Told(error)
    switching, action, house = asked(told)
    told.meanwhile = lambda: switching.look(house.find, SENT + 60)
    switching.run(action)
    assert (action.outcome, action.problem) == (("not sent", error.told) if error else ("waiting", None))
