import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from smappee_tui.connect.discovery import knock
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from tests.brokers import RunningBroker


@asynccontextmanager
async def door(say: bytes = b"", *, hold: bool = True) -> AsyncIterator[int]:
    """Something that listens, says this, and holds on or hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(say)
        if hold:
            await reader.read()  # until the other side has enough
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_a_broker_answers(broker: RunningBroker) -> None:
    said = await knock.mqtt("127.0.0.1", broker.address.port)
    assert (said.answer, said.code, said.is_open) == ("answering", 0, True)


async def test_a_broker_wants_a_login(locked_broker: RunningBroker) -> None:
    address = locked_broker.address
    assert (await knock.mqtt("127.0.0.1", address.port)).answer == "login"
    assert (await knock.mqtt("127.0.0.1", address.port, username="installer", password="no")).answer == "login"
    said = await knock.mqtt("127.0.0.1", address.port, username=address.username, password=address.password)
    assert said.answer == "answering"


async def test_nothing_listens(shut: int) -> None:
    assert (await knock.mqtt("127.0.0.1", shut)).answer == "refused"
    assert await knock.port_open("127.0.0.1", shut) == "refused"


@pytest.mark.parametrize("say", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\x02\x00"])
@pytest.mark.parametrize("hold", [True, False])
async def test_something_else_listens(say: bytes, hold: bool) -> None:
    async with door(say, hold=hold) as port:
        assert (await knock.mqtt("127.0.0.1", port, timeout=0.3)).answer == "open"
        assert await knock.port_open("127.0.0.1", port) == "open"


async def test_a_name_that_is_none() -> None:
    assert (await knock.mqtt("x" * 300, 1883, timeout=1)).answer == "silent"


async def test_the_second_port_is_asked_only_when_needed(
    embedded_broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch, shut: int
) -> None:
    monkeypatch.setattr(knock, "PORTS", (shut, embedded_broker.port))
    assert [one.answer for one in await knock.brokers("127.0.0.1")] == ["refused", "answering"]
    monkeypatch.setattr(knock, "PORTS", (embedded_broker.port, shut))
    assert [one.answer for one in await knock.brokers("127.0.0.1")] == ["answering"]


@pytest.mark.parametrize("size", [0, 100, 200, 20_000])
def test_the_hello_is_framed_right(size: int) -> None:
    packet = knock._hello("u", "p" * size)
    length, place, shift = 0, 1, 0
    while True:
        length |= (packet[place] & 127) << shift
        shift += 7
        place += 1
        if not packet[place - 1] & 128:
            break
    assert length == len(packet) - place
