"""The broker on this laptop as the screens hold it: started by a key, listened to, stopped with the app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smappee_tui.connect.errors import ExternalError
from smappee_tui.i18n import current, tr

if TYPE_CHECKING:
    from smappee_tui.connect.own_broker.laptop import BrokerTrouble, LaptopBroker
    from smappee_tui.connect.own_broker.listener import BrokerListener, HeardLocation


def _broker(address: str) -> LaptopBroker:
    from smappee_tui.connect.own_broker.laptop import LaptopBroker

    return LaptopBroker(address)


class Laptop:
    """At most one broker, and who speaks on it. What a broker needs is loaded with the first one."""

    def __init__(self, make: Callable[[str], LaptopBroker] = _broker) -> None:
        """Prepare.

        Args:
            make: makes a broker for an address of this machine.
        """
        self._make = make
        self.broker: LaptopBroker | None = None
        self.problem: ExternalError | None = None
        """Why it does not start."""
        self.troubles: tuple[BrokerTrouble, ...] = ()
        self.keep = False
        """It shall go on when the app ends."""
        self._listening: BrokerListener | None = None
        self._busy = False

    @property
    def running(self) -> bool:
        """Its door is open."""
        return self.broker is not None and self.broker.running

    async def start(self, address: str) -> None:
        """Open the door on this address, instead of any other one."""
        if self._busy:
            return
        self._busy = True
        try:
            await self.stop()
            broker = self._make(address)
            try:
                await asyncio.to_thread(broker.start)
            except ExternalError as error:
                self.problem = error
                await asyncio.to_thread(broker.stop)
                return
            self.broker, self.problem = broker, None
            await self.listen()
        finally:
            self._busy = False

    async def listen(self) -> None:
        """Listen to the broker that runs, as after a watch of it."""
        if self.broker is None or self._listening is not None:
            return
        from smappee_tui.connect.mqtt import MqttSource
        from smappee_tui.connect.own_broker.listener import BrokerListener

        self._listening = BrokerListener(MqttSource(self.broker.address))
        try:
            await self._listening.start(5.0)
        except ExternalError as error:
            self.problem = error

    async def stop(self) -> None:
        if self._listening is not None:
            await self._listening.close()
            self._listening = None
        if self.broker is not None:
            await asyncio.to_thread(self.broker.stop)
            self.broker = None
        self.troubles = ()

    async def release(self) -> LaptopBroker | None:
        """Stop listening and hand over the running broker: the live screen listens itself."""
        if self._listening is not None:
            await self._listening.close()
            self._listening = None
        broker, self.broker = self.broker, None
        return broker

    def look(self) -> Sequence[HeardLocation]:
        """Call it about once a second: takes in what came; who speaks, those with measurements first."""
        if self.broker is not None:
            self.troubles = self.broker.look()
        if self._listening is None:
            return ()
        self._listening.take()
        return sorted(self._listening.locations.values(), key=lambda one: -one.realtime)

    @property
    def messages(self) -> int:
        """Measurements that have come."""
        return sum(one.realtime for one in self._listening.locations.values()) if self._listening else 0

    def words(self) -> str:
        """Its state, in a sentence or two; "" when there is none."""
        beyond = self._listening.beyond if self._listening is not None else 0
        more = tr("portal_screen.laptop_beyond", count=beyond) if beyond else ""
        return f"{self._state()} {more}".strip()

    def _state(self) -> str:
        broker = self.broker
        if broker is not None and self.troubles:
            return current().error(self.troubles[0])
        if self.problem or broker is None:
            return current().error(self.problem) if self.problem else ""
        where = f"{broker.bind}:{broker.port}"
        others = tuple(ip for ip in broker.clients or () if ip != broker.bind)[:3]
        if others:
            return tr("portal_screen.laptop_connected", where=where, others=others, count=len(others))
        return tr("portal_screen.laptop_waiting", where=where, kind=broker.kind)
