"""The local API of a HomeWizard P1, asked once a second: bounded in bytes and in time, redirects not followed.

Nothing in the standard library bounds how long an answer may take as a whole; a meter that sends a byte a second would
hold a reader for days.
"""

from __future__ import annotations

import io
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse

from smappee_tui.connect.meter.address import MeterAddress
from smappee_tui.connect.meter.feed import ANSWER, MeterFailedError, no_answer
from smappee_tui.connect.meter.homewizard import LONGEST, reading_of_answer
from smappee_tui.connect.meter.trust import MeterTrust
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.meter import MeterReading

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n")


@dataclass(slots=True)
class LocalApi:
    """One connection to a meter, kept between two questions."""

    address: MeterAddress
    trust: MeterTrust
    answer: float = ANSWER
    """Seconds that a question may take, the connection included."""
    _line: socket.socket | None = field(default=None, init=False)

    def get(self) -> tuple[int, bytes | None]:
        """Ask.

        Returns:
            Status, and the body; None for one that is damaged, or longer than any.

        Raises:
            OSError: when there is no answer in time.
            MeterFailedError: when it is not the meter that it was.
        """
        until = time.monotonic() + self.answer
        kept = self._line is not None
        try:
            return self._exchange(until)
        except OSError:
            self.close()
            if not kept:
                raise
            return self._exchange(until)  # it hung up between two questions

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _exchange(self, until: float) -> tuple[int, bytes | None]:
        line = self._line = self._line or self._connected(until)
        line.settimeout(_left(until))
        line.sendall(self._question())
        held = b""
        while not _whole(held) and len(held) <= LONGEST:
            line.settimeout(_left(until))
            piece = line.recv(8192)
            if not piece:
                break
            held += piece
        if not held:
            raise ConnectionResetError
        answer = HTTPResponse(_Held(held))  # type: ignore[arg-type]
        status = 0
        try:
            answer.begin()
            status = answer.status
            body = answer.read()
        except (HTTPException, ValueError):
            self.close()
            return status or 200, None
        if answer.will_close or len(held) > LONGEST:
            self.close()
        return status, body if len(held) <= LONGEST else None

    def _question(self) -> bytes:
        second = self.address.kind == "homewizard-v2"
        lines = [
            f"GET {'/api/measurement' if second else '/api/v1/data'} HTTP/1.1",
            f"Host: {self.address}",
            "Accept: application/json",
            *(("X-Api-Version: 2", f"Authorization: Bearer {self.trust.token}") if second else ()),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii", "replace")

    def _connected(self, until: float) -> socket.socket:
        second = self.address.kind == "homewizard-v2"
        at = self.address.host, self.address.port or (443 if second else 80)
        line = socket.create_connection(at, timeout=_left(until))
        if not second:
            return line
        try:
            line.settimeout(_left(until))
            secure = self.trust.context().wrap_socket(line, server_hostname=self.address.host)
        except (OSError, ValueError):
            line.close()
            raise
        try:
            self.trust.check(str(self.address), secure.getpeercert(binary_form=True) or b"")
        except MeterFailedError:
            secure.close()
            raise
        return secure


class _Held:
    """An answer that is there already, as the parser of the standard library takes it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._content)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _whole(held: bytes) -> bool:
    """Whether an answer is complete; one that does not say its length is when the meter hangs up."""
    head, mark, body = held.partition(b"\r\n\r\n")
    head = head.lower() + b"\r\n"
    if not mark:
        return False
    length = _LENGTH.search(head)
    if length is not None:
        return len(body) >= int(length[1])
    return b"transfer-encoding: chunked" in head and body.endswith(b"0\r\n\r\n")


def asked(
    address: MeterAddress,
    stop: threading.Event,
    clock: Callable[[], float],
    every: float,
    trust: MeterTrust,
    answer: float = ANSWER,
) -> Iterator[MeterReading | None]:
    """A reading a question, as long as the meter answers."""
    second = address.kind == "homewizard-v2"
    if second and not trust.token:
        raise MeterFailedError(fact("meter.no_token", address=str(address)), fact("meter.no_token_advice"))
    api, due = LocalApi(address, trust, answer), time.monotonic()
    try:
        while not stop.is_set():
            try:
                status, body = api.get()
            except ssl.SSLCertVerificationError as error:
                raise MeterFailedError(
                    fact("meter.not_signed", address=str(address)), fact("meter.not_signed_advice")
                ) from error
            except (OSError, ValueError) as error:  # ValueError: a host that is none
                raise no_answer(address) from error
            if status in (401, 403):
                code = "token_refused" if second else "api_off"
                raise MeterFailedError(fact(f"meter.{code}", address=str(address)), fact(f"meter.{code}_advice"))
            if status != 200:
                raise MeterFailedError(
                    fact("meter.odd_answer", address=str(address), status=status), fact("meter.no_answer_advice")
                )
            yield None if body is None else reading_of_answer(body, clock(), second=second)
            due = max(due + every, time.monotonic())
            stop.wait(due - time.monotonic())
    finally:
        api.close()
