"""Where a cluster is, and what is told when it cannot be reached."""

from __future__ import annotations

import pytest

from smappee_tui.connect.errors import BadAddressError, CannotConnectError, RefusedError
from smappee_tui.fleet.cluster.address import NatsAddress
from smappee_tui.fleet.cluster.engine import connect
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


async def test_nobody_there_and_a_wrong_password_are_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(CannotConnectError):
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
