"""A broker inside this program: for the demo, for tests, and for a monitor that pushes to this laptop."""

from __future__ import annotations

import asyncio
import errno
import logging
import secrets
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import CannotListenError, port_in_use
from smappee_tui.connect.networks import is_loopback
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from amqtt.broker import Broker

_LISTENER = "default"
MOST_CLIENTS = 32
"""Connections at a time."""
LOGIN_WITHIN = 5.0
"""Seconds in which a connection must have logged in; amqtt would wait for ever, and others stay outside meanwhile."""
_PATIENCE = 5.0
"""Seconds that starting and stopping may take before it is called a failure."""
# No letters or digits that look alike: the password is typed into a web page on site.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class EmbeddedBroker:
    """An MQTT 3.1.1 broker in a thread with its own event loop; use it as a context manager.

    It is never open by accident: the address to bind is explicit and loopback by default, and without a login it
    serves only this machine. Retained messages live as long as it runs. Clients older than MQTT 3.1.1 cannot connect.
    """

    def __init__(
        self,
        bind: str = "127.0.0.1",
        port: int = 0,
        *,
        anonymous: bool = False,
        username: str = "smappee",
        password: str | None = None,
        own: tuple[str, str] | None = None,
        login_within: float = LOGIN_WITHIN,
    ) -> None:
        """Prepare a broker.

        Args:
            bind: the address of the network interface to listen on.
            port: 0 finds a free one, which a restart keeps.
            anonymous: let everybody in; only where `bind` is this machine itself.
            username: the one user, unless anonymous.
            password: his password; None makes a good one.
            own: this program's own username and password. With it, the other may do what a monitor does only.
            login_within: seconds.

        Raises:
            CannotListenError: when everybody on the network would be let in.
        """
        if anonymous and not is_loopback(bind):
            raise CannotListenError(fact("broker.open_to_all", bind=bind), fact("broker.open_to_all_advice"))
        self.bind = bind
        self.port = port
        self.username = None if anonymous else username
        self.password = None if anonymous else password or new_password()
        self._own = own
        self._login_within = login_within
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._quit: asyncio.Event | None = None
        self._up = threading.Event()
        self._serving = False
        self._failure: CannotListenError | None = None

    @property
    def address(self) -> BrokerAddress:
        """Where a program on this machine reaches it, with the login."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.bind, self.bind)  # noqa: S104 - compared, not bound
        return BrokerAddress(host, self.port, self.username, self.password)

    @property
    def running(self) -> bool:
        """True between a successful `start` and `stop`."""
        return self._thread is not None

    def start(self) -> None:
        """Open the door; returns when clients can connect. Does nothing when it is open.

        Raises:
            CannotListenError: when the port is taken, the address is not this machine's, or it takes too long.
        """
        if self._thread is not None:
            return
        self._up.clear()
        self._serving, self._failure = False, None
        thread = threading.Thread(target=self._run, name="mqtt-broker", daemon=True)
        thread.start()
        self._up.wait(_PATIENCE)
        if not self._serving:
            raise self._failure or CannotListenError(fact("broker.no_start"), fact("broker.no_start_advice"))
        self._thread = thread

    def stop(self) -> None:
        """Close every connection and the door. `start` opens the same port again."""
        thread, self._thread = self._thread, None
        if thread is not None and self._loop is not None and self._quit is not None:
            self._loop.call_soon_threadsafe(self._quit.set)
            thread.join(_PATIENCE)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"EmbeddedBroker(bind={self.bind!r}, port={self.port}, anonymous={self.username is None})"

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._up.set()  # whoever waits in `start` must not wait for nothing

    async def _serve(self) -> None:
        from amqtt.broker import Broker

        from smappee_tui.connect.own_broker.door import DoorReader, DoorWriter

        # amqtt logs each client's mistakes and asyncio each broken pipe; on a terminal that would tear the screen.
        for name in ("amqtt", "transitions"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._quit = asyncio.Event()
        broker = Broker(self._config())
        clients = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal clients
            clients += 1
            try:
                if clients <= MOST_CLIENTS:
                    answer = DoorWriter(writer)
                    await broker.external_connected(DoorReader(reader, answer, self._login_within), answer, _LISTENER)
            finally:
                clients -= 1
                writer.close()

        try:
            # Our own door instead of amqtt's: it can choose a free port, say which, and close half-open connections.
            server = await asyncio.start_server(serve, self.bind, self.port)
        except OSError as error:
            self._failure = _no_door(self.bind, self.port, error)
            return
        self.port = server.sockets[0].getsockname()[1]
        await broker.start()
        self._serving = True
        self._up.set()
        await self._quit.wait()
        server.close()
        await _shut_down(broker)

    def _config(self) -> dict[str, Any]:
        if self.username is None:
            login: dict[str, dict[str, Any]] = {
                "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
            }
        else:
            plugins = "smappee_tui.connect.own_broker.login"
            login = {f"{plugins}.OneLogin": {"username": self.username, "password": self.password}}
            if self._own is not None:
                login[f"{plugins}.OneLogin"] |= {"own_username": self._own[0], "own_password": self._own[1]}
                login[f"{plugins}.MonitorRights"] = {"username": self.username}
        # `bind` is given although nothing binds there: left out, amqtt's own value would be every interface.
        listener = {"type": "external", "bind": f"{self.bind}:{self.port}"}
        return {"listeners": {_LISTENER: listener}, "plugins": login}


async def _shut_down(broker: Broker) -> None:
    from amqtt.errors import AMQTTError

    try:
        await asyncio.wait_for(broker.shutdown(), _PATIENCE / 2)
    except (TimeoutError, AMQTTError, OSError):
        return  # the loop ends now, and whatever amqtt still held ends with it


def _no_door(bind: str, port: int, error: OSError) -> CannotListenError:
    if error.errno == errno.EADDRINUSE:
        return port_in_use(bind, port)
    if error.errno in (errno.EACCES, errno.EPERM):
        return CannotListenError(fact("broker.port_forbidden", port=port), fact("broker.port_forbidden_advice"))
    return CannotListenError(
        fact("broker.no_door", bind=bind, port=port, why=error.strerror or str(error)), fact("broker.no_door_advice")
    )


def new_password() -> str:
    """About 59 bits, in three groups that can be read aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
