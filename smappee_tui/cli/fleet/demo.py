"""`demo --fleet`: a street of virtual houses on the broker inside this program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smappee_tui.cli.fleet.screen import show_fleet
from smappee_tui.cli.fleet.source import BrokerFeed, running
from smappee_tui.cli.screen import show
from smappee_tui.cli.settings_io import installation, limits, load_settings, switching

_TURN = 60.0
"""Seconds of a turn: nobody waits for a demo."""

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judgement import Generation


def show_street(seed: int, *, generation: Generation | None, read_only: bool) -> int:
    """Show the fleet of 300 made-up houses until the person leaves; nothing of it is kept.

    Args:
        seed: another number, another street.
        generation: as declared, for the house that is opened.
        read_only: no plug can be tested there.
    """
    from smappee_tui.app.session import Session
    from smappee_tui.connect.mqtt import MqttSource
    from smappee_tui.connect.own_broker.broker import EmbeddedBroker
    from smappee_tui.fleet.turns import Turns
    from smappee_tui.simulator.fleet import StreetPublisher, street

    with EmbeddedBroker() as broker, StreetPublisher(street(seed=seed), broker.address):
        settings = load_settings()

        def opened(uuid: str) -> int:
            session = Session(
                MqttSource(broker.address),
                wanted=uuid,
                generation=generation,
                limits=limits(settings),
                declared=installation(settings),
            )
            lock = switching(broker.address, read_only=read_only or settings.read_only)
            return show(session, mode="demo", switching=lock, found=True)

        feed = BrokerFeed(broker.address, None, Turns(length=_TURN))
        return show_fleet(running(feed), feed, opened, demo=True)
