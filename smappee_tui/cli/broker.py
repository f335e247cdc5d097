"""`smappee-tui broker`: a broker on this laptop for a monitor to push to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import exits, options
from smappee_tui.cli.console import out, say
from smappee_tui.cli.exits import FailedError, UsageError, guarded
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.connect.mqtt import MqttSource
    from smappee_tui.connect.networks import OwnAddress
    from smappee_tui.connect.own_broker.laptop import LaptopBroker

_TICK = 1.0
_MOST_TOLD = 100
"""Locations that are named when they speak."""


@guarded
def broker(
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="IP",
            help="The address of this laptop on the monitor's network. Only needed where it has several.",
        ),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, metavar="N", help="Default 1883.")] = 1883,
    as_json: Annotated[bool, typer.Option("--json", help="Print the values to type as JSON.")] = False,
    seconds: options.Seconds = None,
) -> int:
    """Run a broker for a monitor to push to, and say what to type in its portal.

    It listens on one address only, with a user and a password made for this run: Mosquitto where it is installed,
    else the one inside this program.
    """
    from smappee_tui.connect.mqtt import MqttSource
    from smappee_tui.connect.own_broker.laptop import LaptopBroker, firewall_hint

    with LaptopBroker(bind_address(address), port) as running:
        if as_json:
            _json(running)
        else:
            out(f"url       {running.url}")
            out(f"username  {running.username}")
            out(f"password  {running.password}")
        port_now = str(running.port)  # a number would be given thousands signs
        say(tr("broker_command.runs", kind=running.kind, bind=running.bind, port=port_now))
        say(current().fact(firewall_hint(running.port)))
        say(tr("portal.in_clear_own"))
        link = MqttSource(running.address)
        link.start()
        try:
            _run(running, link, seconds)
        except KeyboardInterrupt:
            return exits.INTERRUPTED
        finally:
            link.close()
    return exits.OK


def bind_address(wanted: str | None) -> str:
    """The address to listen on.

    Raises:
        UsageError: when there are none or several to choose from.
        BadAddressError: when the one named is not this machine's.
    """
    from smappee_tui.connect.networks import chosen, is_loopback, own_addresses

    if wanted is not None and is_loopback(wanted):
        return wanted
    own = own_addresses()
    if wanted is not None:
        return chosen(own, [wanted])[0].ip
    usable: list[OwnAddress] = [one for one in own if one.address.version == 4 and not one.address.is_link_local]
    if len(usable) == 1:
        return usable[0].ip
    if not usable:
        raise UsageError(fact("cli.no_private_network"), fact("cli.no_private_network_advice"))
    known = ", ".join(f"{one.ip} ({one.interface})" for one in usable)
    raise UsageError(
        fact("broker_command.several_addresses", addresses=known), fact("broker_command.several_addresses_advice")
    )


def _run(running: LaptopBroker, link: MqttSource, seconds: float | None) -> None:
    """Watch until it is time, and say who comes and what is wrong."""
    import time

    from smappee_tui.protocol.received import MqttMessage
    from smappee_tui.protocol.topics import parse_topic

    pause, told, troubles = threading.Event(), set[str](), set[str]()
    end = None if seconds is None else time.monotonic() + seconds
    count = 0
    while end is None or time.monotonic() < end:
        pause.wait(_TICK if end is None else max(0.0, min(_TICK, end - time.monotonic())))
        for arrival in link.drain():
            if isinstance(arrival, MqttMessage):
                count += 1
                location = parse_topic(arrival.topic).location
                if location and location not in told and len(told) <= _MOST_TOLD:
                    told.add(location)
                    if len(told) > _MOST_TOLD:
                        say(tr("broker_command.many", count=_MOST_TOLD, command=watch_command(running)))
                    else:
                        say(tr("broker_command.speaks", location=location[:40], command=watch_command(running)))
        tell_troubles(running, troubles)
        if not running.running:
            raise FailedError(fact("broker_command.ended"), fact("broker_command.ended_advice"))
    say(tr("broker_command.came", count=count + link.dropped.total))


def watch_command(running: LaptopBroker) -> str:
    """What shows who speaks there. The password is asked for: it has no place on a command line."""
    host = f"[{running.bind}]" if ":" in running.bind else running.bind
    return f"smappee-tui {host}:{running.port} --username {running.username}"


def tell_troubles(running: LaptopBroker, told: set[str]) -> None:
    """Say what is wrong with a broker, each thing once."""
    for trouble in running.look():
        if str(trouble.what) not in told:
            told.add(str(trouble.what))
            say(current().error(trouble))


def _json(running: LaptopBroker) -> None:
    import json

    values = {
        "schema": "smappee-tui/broker/1",
        "kind": running.kind,
        "url": running.url,
        "username": running.username,
        "password": running.password,
    }
    out(json.dumps(values))
