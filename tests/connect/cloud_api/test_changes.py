"""What acts on a real installation is sent once."""

import contextlib
from collections.abc import Awaitable, Callable

import httpx
import pytest

from smappee_tui.connect.cloud_api.client import CloudClient
from smappee_tui.connect.cloud_api.errors import (
    CloudError,
    NotFoundError,
    OfflineError,
    RateLimitError,
    ServiceDownError,
)
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.connect.cloud_api.conftest import client_of
from tests.connect.cloud_api.fakes import Clock, Service, client, failing
from tests.said import said

Change = Callable[[CloudClient], Awaitable[object]]
CHANGES: list[Change] = [
    lambda one: one.switch_actuator(1, 2, on=True),
    lambda one: one.switch_actuator(1, 2, on=False, seconds=900),
    lambda one: one.create_location("New"),
    lambda one: one.update_location(1, name="Other"),
    lambda one: one.delete_location(1),
    lambda one: one.share_location(1, "you@example.com"),
]
PERHAPS = "may have been carried out"


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("answer", "kind", "perhaps"),
    [
        (failing(500, "Oops"), ServiceDownError, True),
        (failing(503), ServiceDownError, True),
        (failing(404), NotFoundError, False),
        (failing(429, Retry_After="1"), RateLimitError, False),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), ServiceDownError, True),
        (httpx.ReadTimeout(""), OfflineError, True),
        (httpx.ReadError(""), OfflineError, True),
        (httpx.RemoteProtocolError(""), ServiceDownError, True),
        (httpx.ConnectError(""), OfflineError, False),
        (httpx.ConnectTimeout(""), OfflineError, False),
    ],
)
async def test_it_is_never_repeated(change: Change, answer: object, kind: type[CloudError], perhaps: bool) -> None:
    service, clock = Service(answer), Clock()  # type: ignore[arg-type]
    async with client(service, clock) as one:
        with pytest.raises(kind) as refused:
            await change(one)
    assert len(service.requests) == 1
    assert clock.slept == []
    assert (PERHAPS in said(refused.value)) is perhaps


@pytest.mark.parametrize("change", CHANGES)
async def test_only_a_refused_token_lets_it_be_sent_again(change: Change) -> None:
    service = Service(failing(401), httpx.Response(200, json={"serviceLocationId": 5}))
    async with client(service) as one:
        await change(one)
    first, second = service.requests
    assert (first.method, first.url, first.content) == (second.method, second.url, second.content)
    assert service.tokens == ["token-1", "token-2"]


async def test_a_failing_login_before_it_says_nothing_of_it() -> None:
    service = Service(failing(200), logins=[httpx.ReadTimeout("")])
    async with client(service) as one:
        with pytest.raises(OfflineError) as refused:
            await one.delete_location(1)
    assert service.requests == []
    assert PERHAPS not in said(refused.value)


async def test_what_was_cut_off_was_done_all_the_same(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    async with client_of(cloud, clock) as one:
        plug = (await one.info(place)).actuators[0].id
        await one.switch_actuator(place, plug, on=False)
        cloud.behaviour.cut("*/actuator/*")
        with contextlib.suppress(CloudError):  # the answer may be too short to be cut
            await one.switch_actuator(place, plug, on=True)
        assert await one.actuator_state(place, plug) == "ON"
    assert cloud.count(f"/servicelocation/{place}/actuator/{plug}/on") == 1


async def test_what_is_sent() -> None:
    service = Service(httpx.Response(200, json={"serviceLocationId": "12"}))
    async with client(service) as one:
        await one.switch_actuator(1, 2, on=True)
        await one.switch_actuator(1, 2, on=True, seconds=300)
        made = await one.create_location("  Ours ", latitude=51, serial="5001")
        await one.update_location(1, longitude=4.5)
    bodies = [request.content for request in service.requests]
    assert bodies == [
        b"{}",
        b'{"duration":300}',
        b'{"name":"Ours","lat":51.0,"deviceSerialNumber":"5001"}',
        b'{"lon":4.5}',
    ]
    assert (made.id, made.name, made.serial) == (12, "  Ours ", "5001")


async def test_a_location_without_a_number_may_be_there() -> None:
    for body in (b"", b"{}", b"<html>"):
        async with client(Service(httpx.Response(201, content=body))) as one:
            with pytest.raises(ServiceDownError, match="no_number_advice"):
                await one.create_location("New")


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.switch_actuator(1, 2, on=True, seconds=5),
        lambda one: one.create_location("  "),
        lambda one: one.create_location("x" * 500),
        lambda one: one.create_location("two\nlines"),
        lambda one: one.create_location("x", latitude=91),
        lambda one: one.update_location(1),
        lambda one: one.update_location(1, longitude=float("nan")),
        lambda one: one.share_location(1, " "),
    ],
)
async def test_what_cannot_be_is_not_sent(change: Change) -> None:
    service = Service(failing(200))
    async with client(service) as one:
        with pytest.raises(ValueError):
            await change(one)
    assert (service.requests, service.grants) == ([], [])
