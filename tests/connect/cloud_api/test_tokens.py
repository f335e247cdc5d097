"""Logging in, staying in, and what happens when the service does not want any of it."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from smappee_tui.connect.cloud_api.errors import (
    BadRequestError,
    NotFoundError,
    NotPermittedError,
    OfflineError,
    RateLimitError,
    ServiceDownError,
    WrongCredentialsError,
)
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.connect.cloud_api.conftest import ACCOUNT, ORDINARY, client_of
from tests.connect.cloud_api.fakes import EMPTY, NOW, Clock, Service, client, failing
from tests.said import said

LATER = timedelta(seconds=36_000 - 61)


def grants(cloud: VirtualCloud) -> list[str]:
    return [call.grant for call in cloud.calls if call.grant]


async def test_calls_at_the_same_time_share_one_login(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    async with client_of(cloud, clock) as one:
        await asyncio.gather(*(one.info(place) for _ in range(8)))
    assert grants(cloud) == ["password"]


async def test_a_token_is_renewed_a_minute_before_its_end(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    async with client_of(cloud, clock) as one:
        await one.info(place)
        clock.now += LATER.total_seconds()
        await one.info(place)
        assert grants(cloud) == ["password"]
        clock.now += 1.1
        await one.info(place)
        assert grants(cloud) == ["password", "refresh_token"]


async def test_and_after_its_end(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    async with client_of(cloud, clock) as one:
        await one.info(place)
        clock.now += 100_000
        await asyncio.gather(*(one.info(place) for _ in range(8)))
    assert grants(cloud) == ["password", "refresh_token"]


async def test_a_token_that_was_taken_back_is_renewed_and_the_call_repeated(
    cloud: VirtualCloud, clock: Clock, place: int
) -> None:
    async with client_of(cloud, clock) as one:
        await one.info(place)
        cloud.behaviour.expire_now()
        await asyncio.gather(*(one.info(place) for _ in range(5)))
    assert grants(cloud) == ["password", "refresh_token"]


async def test_a_refused_refresh_means_logging_in_again(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    async with client_of(cloud, clock) as one:
        await one.info(place)
        cloud.behaviour.expire_now()
        cloud.behaviour.refuse_refresh = True
        await one.info(place)
    assert grants(cloud) == ["password", "refresh_token", "password"]


async def test_a_change_is_repeated_once_when_the_token_had_expired(
    cloud: VirtualCloud, clock: Clock, place: int
) -> None:
    async with client_of(cloud, clock) as one:
        plug = (await one.info(place)).actuators[0].id
        cloud.behaviour.expire_now()
        await one.switch_actuator(place, plug, on=True)
        assert await one.actuator_state(place, plug) == "ON"
    assert cloud.count(f"/servicelocation/{place}/actuator/{plug}/on") == 2


async def test_a_token_may_live_for_a_moment_only() -> None:
    service, clock = Service(EMPTY, lifetime=10), Clock()
    async with client(service, clock) as one:
        await one.locations()
        clock.now += 4
        await one.locations()
        clock.now += 2
        await one.locations()
    assert service.grants == ["password", "refresh_token"]


@pytest.mark.parametrize("lifetime", [None, "soon", [], -5, 1e300, "36000"])
async def test_a_strange_lifetime_is_no_reason_to_fail(lifetime: object) -> None:
    service = Service(EMPTY, lifetime=lifetime)
    async with client(service) as one:
        await one.locations()
    assert service.tokens == ["token-1"]


async def test_a_service_may_give_its_refresh_token_only_once() -> None:
    first = httpx.Response(200, json={"access_token": "a", "refresh_token": "r", "expires_in": 100})
    second = httpx.Response(200, json={"access_token": "b", "expires_in": 100})
    service, clock = Service(EMPTY, logins=[first, second]), Clock()
    async with client(service, clock) as one:
        for _ in range(3):
            await one.locations()
            clock.now += 90
    assert service.grants == ["password", "refresh_token", "refresh_token"]


@pytest.mark.parametrize("status", [400, 401, 403, 500])
async def test_any_answer_to_a_refresh_but_a_token_means_logging_in(status: int) -> None:
    first = httpx.Response(200, json={"access_token": "a", "refresh_token": "r", "expires_in": 100})
    service, clock = Service(EMPTY, logins=[first] + [failing(status)] * (3 if status == 500 else 1)), Clock()
    async with client(service, clock) as one:
        await one.locations()
        clock.now += 90
        await one.locations()
    assert service.grants[-1] == "password"
    assert service.tokens[0] == "a"
    assert service.tokens[1].startswith("token-")


async def test_a_call_refused_right_after_a_login_is_a_matter_of_rights() -> None:
    service = Service(httpx.Response(401, json={"message": "Not yours"}))
    async with client(service) as one:
        with pytest.raises(NotPermittedError) as refused:
            await one.locations()
    assert (refused.value.said, len(service.requests)) == ("Not yours", 2)


async def test_unless_the_service_does_not_know_its_own_token() -> None:
    service = Service(httpx.Response(401, json={"error": "invalid_token"}))
    async with client(service) as one:
        with pytest.raises(WrongCredentialsError):
            await one.locations()
    assert service.tokens == ["token-1", "token-2"]


async def test_wrong_credentials_are_tried_once_and_never_again(cloud: VirtualCloud, clock: Clock) -> None:
    """Accounts are locked after some wrong logins."""
    async with client_of(cloud, clock, type(ACCOUNT)("client-id", "the-client-secret", "me@example.com", "no")) as one:
        results = await asyncio.gather(*(one.locations() for _ in range(5)), return_exceptions=True)
        with pytest.raises(WrongCredentialsError) as refused:
            await one.locations()
    assert [type(result) for result in results] == [WrongCredentialsError] * 5
    assert len({id(result) for result in results}) == 5
    assert grants(cloud) == ["password"]
    assert refused.value.said == "Invalid username or password"
    assert refused.value.status == 400
    assert refused.value.what.code == "cloud_api.user_refused"
    assert "cloud login" in said(refused.value)


async def test_a_wrong_client_is_told_from_a_wrong_user(cloud: VirtualCloud, clock: Clock) -> None:
    async with client_of(cloud, clock, type(ACCOUNT)("client-id", "wrong", "me@example.com", "no")) as one:
        with pytest.raises(WrongCredentialsError, match="client_refused"):
            await one.authenticate()
    assert cloud.calls[-1].grant == "password"


async def test_a_login_asked_for_is_a_new_try() -> None:
    service = Service(EMPTY, logins=[failing(401)])
    async with client(service) as one:
        with pytest.raises(WrongCredentialsError):
            await one.locations()
        assert await one.authenticate() == NOW + timedelta(hours=10)
        assert await one.locations() == ()


async def test_those_who_wait_share_the_failure_of_a_login_and_later_calls_try_again() -> None:
    class Slow(Service):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(0)  # lets the others come to the door
            return await super().handle_async_request(request)

    service = Slow(EMPTY, logins=[httpx.ReadTimeout("no answer")])
    async with client(service) as one:
        results = await asyncio.gather(*(one.locations() for _ in range(4)), return_exceptions=True)
        assert [type(result) for result in results] == [OfflineError] * 4
        assert service.grants == ["password"]
        assert await one.locations() == ()


async def test_a_login_that_surely_did_not_arrive_is_tried_again() -> None:
    service, clock = Service(EMPTY, logins=[httpx.ConnectError("gone"), failing(503), failing(500)]), Clock()
    async with client(service, clock) as one:
        with pytest.raises(ServiceDownError):
            await one.locations()
        assert await one.locations() == ()
    assert len(clock.slept) == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (failing(404), NotFoundError),
        (httpx.Response(400, json={"error": "unsupported_grant_type"}), BadRequestError),
        (failing(429, Retry_After="900"), RateLimitError),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example/"}), ServiceDownError),
        (httpx.Response(200, text="<html>Welcome to the hotel</html>"), ServiceDownError),
        (httpx.Response(200, json=["token"]), ServiceDownError),
        (httpx.Response(200, json={"access_token": "two\r\nX-Evil: lines"}), ServiceDownError),
        (httpx.Response(200, json={"access_token": 5}), ServiceDownError),
        (httpx.Response(200, json={"access_token": "é"}), ServiceDownError),
    ],
)
async def test_whatever_a_login_is_answered_is_one_typed_error(answer: httpx.Response, kind: type[Exception]) -> None:
    service = Service(EMPTY, logins=[answer])
    async with client(service) as one:
        with pytest.raises(kind):
            await one.locations()
    assert service.requests == []


async def test_a_login_that_is_broken_off_leaves_nothing_behind() -> None:
    entered = asyncio.Event()

    class Slow(Service):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if not entered.is_set() and request.url.path.endswith("/oauth2/token"):
                entered.set()
                await asyncio.Event().wait()
            return await super().handle_async_request(request)

    async with client(Slow(EMPTY)) as one:
        first = asyncio.ensure_future(one.locations())
        await entered.wait()
        second = asyncio.ensure_future(one.locations())
        first.cancel()
        assert await second == ()
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_an_ordinary_account_may_log_in_too(cloud: VirtualCloud, clock: Clock) -> None:
    async with client_of(cloud, clock, ORDINARY) as one:
        assert await one.locations() == ()
