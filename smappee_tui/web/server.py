"""The server of the page: a thread with a loop of its own, on one address of the monitor's network."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.app.phone.share import ShareAddress, SharedDevice
from smappee_tui.connect.errors import CannotListenError
from smappee_tui.connect.networks import OwnAddress, facing, is_local, is_loopback, own_addresses
from smappee_tui.protocol.fact import fact
from smappee_tui.web.door import Door, Origin

if TYPE_CHECKING:
    import ssl

    from starlette.types import ASGIApp

    from smappee_tui.web.callers import Lobby

    MakesApp = Callable[[PhoneDesk, Door, Origin], ASGIApp]

BACKLOG = 64
"""Connections that the system keeps until they are looked at."""
PACE = 0.008
"""Seconds between two connections that are taken: a flood waits outside, and the screen goes on."""
HANDSHAKES = 16
"""TLS handshakes at the same time; when one more begins, the oldest goes."""
_VIRTUAL = re.compile(
    r"(docker|br-[0-9a-f]|veth|virbr|vmnet|vboxnet|vnet|lxc|lxdbr|cni|flannel|podman|tun|tap|utun|wg|zt|tailscale|bridge"
    r"|vEthernet|VMware|VirtualBox|Hyper-V)", re.IGNORECASE
)  # fmt: skip
"""Interfaces of virtual machines, containers and tunnels, which no phone is on."""
LOOK = 5.0
"""Seconds between two looks whether the address is still there."""
ENDS_WITHIN = 2.0
"""Seconds that stopping waits for the thread, which ends with the program in any case."""


class PageServer:
    """Serves the page of one desk, or not: a `Share`."""

    def __init__(
        self,
        desk: PhoneDesk,
        monitor: str = "",
        *,
        address: str = "",
        name: str = "",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        own: Callable[[], Sequence[OwnAddress]] = own_addresses,
        clock: Callable[[], float] = time.time,
        make: MakesApp | None = None,
    ) -> None:
        """Prepare; `start` opens the door.

        Args:
            desk: what the page shows, and where it puts what it is asked.
            monitor: address of the monitor that is watched; "" where there is none.
            address: the only one to choose from; "" for all of this machine's on private networks.
            name: what stands in the link in place of the address, as the certificate has it.
            port: TCP port; 0 for any that is free.
            tls: with the person's own certificate; None: plain HTTP.
            own: this machine's addresses on private networks.
            clock: seconds since 1970.
            make: another application than the page.
        """
        self.desk = desk
        self._monitor, self._address, self._name, self._port, self._tls = monitor, address, name, port, tls
        self._own, self._clock, self._make = own, clock, make
        self._door = Door(clock)
        self._origin: Origin | None = None
        self._thread: _Serving | None = None
        self._served, self._looked, self._lost = "", 0.0, False

    def addresses(self) -> Sequence[ShareAddress]:
        """Where it could serve, the likeliest first: the interface that the monitor sees, then others than those of
        virtual machines; of an interface IPv4, which every phone reads. This machine alone where it has no network.
        """
        if self._address:
            return [ShareAddress(self._address, "")]
        towards = facing(self._monitor)
        usable = {one.ip: one for one in self._own() if is_local(one.ip) and not _needs_zone(one)}
        facing_it = {one.interface for one in usable.values() if one.ip == towards}

        def rank(one: OwnAddress) -> tuple[bool, ...]:
            near, made_up = one.interface in facing_it, _VIRTUAL.match(one.interface) is not None
            return not near, made_up, one.address.is_link_local, one.address.version == 6, one.ip != towards

        best = sorted(usable.values(), key=rank)
        found = [ShareAddress(one.ip, one.interface, one.interface in facing_it) for one in best]
        return found or [ShareAddress("127.0.0.1", "")]

    def start(self, address: str) -> None:
        """Serve there, and make a new link; a second call does nothing.

        Raises:
            CannotListenError: when it is no address of this machine on a private network, or the port is taken.
        """
        if self.running:
            return
        listening = _listening(address, self._port)
        host = self._name or (f"[{address}]" if ":" in address else address)
        self._door = Door(self._clock)
        self._origin = Origin("https" if self._tls is not None else "http", host, listening.getsockname()[1])
        make = partial(self._make or _page, self.desk, self._door, self._origin)
        self._thread = _Serving(make, self._door, listening, self._tls)
        self._thread.start()
        self._served, self._looked, self._lost = address, self._clock(), False

    def stop(self) -> None:
        """Serve no more; every link and every phone let in is forgotten. A second call does nothing."""
        if self._thread is not None:
            self._thread.end()
            self._thread = None
            self.desk.wanted, self.desk.on_news = False, None
        self._door = Door(self._clock)

    @property
    def running(self) -> bool:
        """Its door is open."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def failed(self) -> str:
        """The error that ended it, as a programmer calls it; "" where none did."""
        return self._thread.failed if self._thread is not None else ""

    @property
    def lost(self) -> bool:
        """It serves on an address that this computer no longer has; looked at every few seconds."""
        now = self._clock()
        if self.running and not 0 <= now - self._looked < LOOK:
            self._looked = now
            self._lost = not is_loopback(self._served) and all(one.ip != self._served for one in self._own())
        return self.running and self._lost

    @property
    def link(self) -> str:
        """The link with its token; "" while nothing is served. It is another one every ten minutes."""
        return f"{self._origin}/{self._door.token}" if self.running else ""

    @property
    def devices(self) -> Sequence[SharedDevice]:
        """The phones that were let in."""
        return [
            SharedDevice(str(one.number), one.browser, one.address, one.since, one.seen) for one in self._door.visitors
        ]

    def revoke(self, device: str) -> None:
        """Let this phone in no more; there is another link from now on."""
        self._door.revoke(int(device))
        if self._thread is not None:
            self._thread.drop(int(device))

    @property
    def refused(self) -> Mapping[str, int]:
        """What was turned away since the start, by a word of `share.refused`."""
        return self._door.refused


class _Serving(threading.Thread):
    """One run of the server. It ends with the program, whatever happens to either."""

    def __init__(
        self, make: Callable[[], ASGIApp], door: Door, listening: socket.socket, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(name="page", daemon=True)
        self._make, self._door, self._listening, self._tls = make, door, listening, tls
        self._lock = threading.Lock()
        self._ended = False
        self.failed = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lobby: Lobby | None = None
        self._end: asyncio.Event | None = None

    def run(self) -> None:
        """Serve until `end`."""
        logger = logging.getLogger("uvicorn.error")
        logger.propagate, logger.handlers = False, [_Counted(self._door)]  # stderr is the canvas of the screen
        logger.setLevel(logging.ERROR)
        try:
            with self._listening, asyncio.Runner() as runner:
                runner.get_loop().set_exception_handler(lambda loop, context: self._door.refuse("failed"))
                runner.run(self._serve())
        except Exception as error:  # noqa: BLE001 - a thread's own way out would be a traceback over the screen
            self.failed = f"{type(error).__name__}: {error}"[:200]

    def end(self) -> None:
        """Close the door and all connections; waits until that is done, a moment at most."""
        with self._lock:
            self._ended = True
            self._tell(self._end.set if self._end is not None else None)
        self.join(ENDS_WITHIN)

    def drop(self, visitor: int) -> None:
        """Close the connections of one phone."""
        with self._lock:
            lobby = self._lobby
            self._tell((lambda: lobby.drop(visitor)) if lobby is not None else None)

    def _tell(self, what: Callable[[], object] | None) -> None:
        if self._loop is not None and what is not None:
            with contextlib.suppress(RuntimeError):  # it has just ended by itself
                self._loop.call_soon_threadsafe(what)

    async def _serve(self) -> None:
        from uvicorn.config import Config
        from uvicorn.server import ServerState

        from smappee_tui.web.callers import HEAD, Lobby, caller_of

        config = Config(
            self._make(),
            http="h11",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=HEAD,
        )
        config.load()
        lobby, end = Lobby(self._door.refuse), asyncio.Event()
        with self._lock:
            if self._ended:
                return
            self._loop, self._lobby, self._end = asyncio.get_running_loop(), lobby, end
        taking = asyncio.create_task(self._take(caller_of(lobby, config, ServerState())))
        ending = asyncio.create_task(end.wait())
        try:
            await asyncio.wait((taking, ending), return_when=asyncio.FIRST_COMPLETED)
            if taking.done():
                taking.result()  # raises what it did not foresee
        finally:
            taking.cancel()
            lobby.drop()

    async def _take(self, caller: Callable[[], asyncio.Protocol]) -> None:
        """Take one connection after the other, and none in a hurry."""
        loop, shaking = asyncio.get_running_loop(), list[asyncio.Task[None]]()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listening)
            except OSError:  # gone again before it was looked at, or no more files may be opened
                self._door.refuse("failed")
                await asyncio.sleep(20 * PACE)
                continue
            shaking = [task for task in shaking if not task.done()]
            if len(shaking) >= HANDSHAKES:
                self._door.refuse("many")
                shaking.pop(0).cancel()
            shaking.append(asyncio.create_task(self._greet(connection, caller)))
            await asyncio.sleep(PACE)

    async def _greet(self, connection: socket.socket, caller: Callable[[], asyncio.Protocol]) -> None:
        wait = 5.0 if self._tls is not None else None
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                caller, connection, ssl=self._tls, ssl_handshake_timeout=wait
            )
        except OSError:  # it does not speak TLS, or trusts another certificate
            self._door.refuse("broken")
            connection.close()


def _page(desk: PhoneDesk, door: Door, origin: Origin) -> ASGIApp:
    from smappee_tui.web.app import page_app

    return page_app(desk, door, origin)


class _Counted(logging.Handler):
    """What uvicorn would log is counted, and said on the screen of the share: a log could hold a token."""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door

    def emit(self, record: logging.LogRecord) -> None:
        self._door.refuse("failed")


def _needs_zone(one: OwnAddress) -> bool:
    """A link cannot hold the zone that an address of this kind needs."""
    return one.address.version == 6 and one.address.is_link_local


def _listening(address: str, port: int) -> socket.socket:
    """A socket that listens on this address and no other."""
    if not is_local(address):
        raise CannotListenError(fact("share.not_private", address=address), fact("share.not_private_advice"))
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # else a port that was chosen is taken for a minute after the page was closed
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
        made.listen(BACKLOG)
        made.setblocking(False)
    except OSError as error:
        made.close()
        why = error.strerror or str(error)
        raise CannotListenError(
            fact("share.no_door", address=address, why=why), fact("share.no_door_advice")
        ) from error
    return made
