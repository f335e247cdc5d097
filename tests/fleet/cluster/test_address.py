"""Where a cluster is, and what is told when it cannot be reached."""

from __future__ import annotations

import asyncio
import socket

import pytest

from smappee_tui.connect.errors import BadAddressError, CannotConnectError, RefusedError
from smappee_tui.fleet.cluster.address import NatsAddress
from smappee_tui.fleet.cluster.engine import _unreached, connect
from smappee_tui.protocol.fact import fact
from tests.brokers import free_port
from tests.fleet.cluster.conftest import ONE, NatsServer


def test_one_server_or_several_with_or_without_a_scheme() -> None:
    address = NatsAddress.parse("nats://worker@nats-1:4222,nats-2, tls://[fe80::1]:5000", password="word")
    assert address.urls == ["nats://nats-1:4222", "nats://nats-2:4222", "tls://[fe80::1]:5000"]
    assert {server.username for server in address.servers} == {"worker"}
    assert "word" not in f"{address} {address!r}"
    assert NatsAddress.parse("host", tls=True).urls == ["tls://host:4222"]


@pytest.mark.parametrize("text", ["mqtt://host", "", "a,,b", "nats://user:word@host"])
def test_what_is_no_address_is_told_without_its_password(text: str) -> None:
    with pytest.raises(BadAddressError) as told:
        NatsAddress.parse(text)
    assert "word" not in str(told.value).replace("password", "")


@pytest.mark.parametrize("text", ["host:port", "host:0", ""])
def test_a_server_is_told_of_with_the_port_of_nats(text: str) -> None:
    with pytest.raises(BadAddressError) as told:
        NatsAddress.parse(text)
    assert told.value.advice == fact("cluster.no_nats_address_advice")


async def test_who_is_not_there_is_told_without_a_word_of_the_library() -> None:
    """Its own are numbers of errors, or nothing at all."""
    async with await asyncio.start_server(_talks_web, "127.0.0.1", 0) as server:
        where = "nats://127.0.0.1:{1}".format(*server.sockets[0].getsockname())
        with pytest.raises(CannotConnectError) as told:
            await connect(NatsAddress.parse(where), "test")
        assert told.value.what == fact("cluster.no_nats", address=where)


async def _talks_web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


def test_a_server_that_says_nothing_is_told_of() -> None:
    where = NatsAddress.parse("host")
    assert _unreached(where, [TimeoutError()]).what == fact("errors.no_answer", address="nats://host:4222")
    assert _unreached(where, [OSError("Multiple exceptions: …")]).what.code == "cluster.unreachable"
    assert _unreached(where, [socket.gaierror(-2, "…")]).what == fact("errors.name_unknown", host="host")
    two = NatsAddress.parse("host,host2")
    assert _unreached(two, [socket.gaierror(-2, "…")]).what.params == {"address": "nats://host:4222, nats://host2:4222"}


async def test_nobody_there_and_a_wrong_password_are_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(CannotConnectError, match=r"cluster\.unreachable"):
        await connect(NatsAddress.parse(f"127.0.0.1:{free_port()},127.0.0.1:{free_port()}"), "test")
    folder = tmp_path_factory.mktemp("nats")
    server = NatsServer(folder, ONE.format(folder=folder) + 'authorization { user: worker, password: "right" }')
    server.start()
    try:
        for username, password, code in (
            (None, None, "errors.login_wanted"),
            ("worker", "wrong", "errors.user_refused"),
        ):
            with pytest.raises(RefusedError) as refused:
                await connect(NatsAddress.parse(server.client_url, username=username, password=password), "test")
            assert refused.value.what.code == code
        good = await connect(NatsAddress.parse(server.client_url, username="worker", password="right"), "test")
        await good.close()
    finally:
        server.stop()
