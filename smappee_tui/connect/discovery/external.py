"""Who speaks on a broker: every service location that left its configuration there, by serial number."""

from __future__ import annotations

import asyncio

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.broker_listener import BrokerListener, HeardLocation
from smappee_tui.connect.mqtt import MqttSource

TOPIC = "servicelocation/+/config"
_QUIET = 0.4
"""Seconds without another retained message after which all of them have come."""
_FIRST = 0.7
"""Seconds for the first one."""


async def locations(address: BrokerAddress, timeout: float = 5.0, quiet: float = _QUIET) -> tuple[HeardLocation, ...]:
    """List the service locations on a broker, by serial number.

    Args:
        address: the broker, with the login if it wants one.
        timeout: seconds for all of it.
        quiet: seconds without another message that end the list.

    Raises:
        RefusedError: when the broker wants another login.
        CannotConnectError: when it does not answer.
        CannotReadError: when the file of certificate authorities cannot be used.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout
    # The source gives up first, and says why.
    listener = BrokerListener(MqttSource(address, (TOPIC,), timeout=0.9 * timeout))
    try:
        await listener.start(timeout)
        while await listener.until_news(min(quiet if listener.locations else _FIRST, end - loop.time())):
            continue
    finally:
        await asyncio.shield(listener.close())
    known = (one for one in listener.locations.values() if one.config is not None)
    return tuple(sorted(known, key=lambda one: (one.serial == "", one.serial, one.uuid)))
