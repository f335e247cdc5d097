"""What can go wrong outside the program, as one small tree typed by what the caller must do."""

from __future__ import annotations

from smappee_tui.protocol.fact import Fact, TellableError, fact


class ExternalError(TellableError):
    """Something outside failed."""


class BadAddressError(ExternalError):
    """The text is no broker address: ask for another one."""


class CannotConnectError(ExternalError):
    """No usable connection now: look at the network, the address or TLS; trying again later may help."""


class RefusedError(ExternalError):
    """The broker answered and said no: the username, the password or the rights must change."""


class UnconfirmedError(ExternalError):
    """It was handed over and nothing came back: it may have been carried out, so look before doing it again.

    Attributes:
        at: when it was handed over, s since 1970.
    """

    def __init__(self, what: Fact, advice: Fact, at: float) -> None:
        super().__init__(what, advice)
        self.at = at


class CannotListenError(ExternalError):
    """The embedded broker cannot open its door: choose another port, another address or set credentials."""


def port_in_use(bind: str, port: int) -> CannotListenError:
    """Somebody listens there already."""
    return CannotListenError(fact("broker.port_in_use", port=port, bind=bind), fact("broker.port_in_use_advice"))


class CannotReadError(ExternalError):
    """A file cannot be read: choose another one or mend its permissions."""


class CannotWriteError(ExternalError):
    """A file cannot be written: choose another place or name, or make room."""


class PacketRefusedError(CannotConnectError):
    """The broker began to send more at once than any monitor does, and was not let."""
