"""Reads are tried again where that may help; whatever fails in the end is one typed error."""

import asyncio

import httpx
import pytest

from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.connect.cloud_api.errors import (
    BadRequestError,
    CloudError,
    NotFoundError,
    NotPermittedError,
    OfflineError,
    RateLimitError,
    ServiceDownError,
)
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.connect.cloud_api.conftest import client_of
from tests.connect.cloud_api.fakes import EMPTY, NOW, Clock, Service, client, failing
from tests.said import said

DAY = NOW.replace(hour=0)


async def problem(service: Service, clock: Clock | None = None) -> CloudError:
    async with client(service, clock) as one:
        with pytest.raises(CloudError) as refused:
            await one.locations()
    assert refused.value.what
    assert refused.value.advice
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return refused.value


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_a_failing_service_is_asked_three_times(status: int) -> None:
    service, clock = Service(failing(status, "Out of order")), Clock()
    error = await problem(service, clock)
    assert (type(error), error.said, error.status) == (ServiceDownError, "Out of order", status)
    assert len(service.requests) == 3
    assert 1.0 <= clock.slept[0] <= clock.slept[1] + 1.0 <= 5.0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (403, NotPermittedError),
        (404, NotFoundError),
        (410, NotFoundError),
        (405, BadRequestError),
        (501, ServiceDownError),
    ],
)
async def test_a_plain_no_is_not_asked_again(status: int, kind: type[CloudError]) -> None:
    service = Service(failing(status, "No"))
    error = await problem(service)
    assert (type(error), error.said, error.status) == (kind, "No", status)
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("failure", "kind", "tries"),
    [
        (httpx.ConnectError("[Errno -2] Name or service not known"), OfflineError, 3),
        (httpx.ConnectTimeout(""), OfflineError, 3),
        (httpx.ReadTimeout(""), OfflineError, 3),
        (httpx.ReadError(""), OfflineError, 3),
        (httpx.RemoteProtocolError("peer closed connection"), ServiceDownError, 3),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self signed"), OfflineError, 1),
        (httpx.DecodingError("not gzip"), ServiceDownError, 1),
        (httpx.ProxyError("407"), OfflineError, 3),
    ],
)
async def test_whatever_the_network_does(failure: Exception, kind: type[CloudError], tries: int) -> None:
    service = Service(failure)
    assert type(await problem(service)) is kind
    assert len(service.requests) == tries


async def test_what_passes_is_never_seen() -> None:
    service = Service(failing(503), httpx.ReadError(""), EMPTY)
    async with client(service) as one:
        assert await one.locations() == ()


async def test_the_server_says_when_to_come_back(cloud: VirtualCloud, clock: Clock) -> None:
    cloud.behaviour.fail("/servicelocation", 429, retry_after="17")
    async with client_of(cloud, clock) as one:
        assert len(await one.locations()) == 1
    assert clock.slept == [17.0]


async def test_as_a_date_too() -> None:
    service, clock = Service(failing(429, Retry_After="Wed, 01 Jul 2026 12:00:30 GMT"), EMPTY), Clock()
    async with client(service, clock) as one:
        await one.locations()
    assert clock.slept == [30.0]


@pytest.mark.parametrize("odd", ["soon", "-5", "1e9", "", "٣", "Wed, 99 Jul 2026 12:00:30 GMT", "0"])
async def test_a_strange_word_there_is_ignored(odd: str) -> None:
    service, clock = Service(failing(429), EMPTY), Clock()
    service.answers[0] = httpx.Response(429, headers=[(b"Retry-After", odd.encode())])
    async with client(service, clock) as one:
        await one.locations()
    assert 1.0 <= clock.slept[0] <= 60.0


async def test_nobody_sits_through_a_long_break() -> None:
    service, clock = Service(failing(429, "Slow down", Retry_After="3600")), Clock()
    error = await problem(service, clock)
    assert isinstance(error, RateLimitError)
    assert (error.wait, error.said, clock.slept, len(service.requests)) == (3600.0, "Slow down", [], 1)
    assert "3 600 s" in said(error)


async def test_a_500_on_an_unconfirmed_aggregation_is_a_wrong_question(
    cloud: VirtualCloud, clock: Clock, place: int
) -> None:
    cloud.behaviour.codes = {1: Aggregation.FIVE_MINUTES}
    async with client_of(cloud, clock) as one:
        with pytest.raises(BadRequestError) as refused:
            [r async for r in one.consumption(place, Aggregation.FIFTEEN_MINUTES, DAY, NOW)]
        with pytest.raises(ServiceDownError):
            [r async for r in one.consumption(place, Aggregation.HOUR, DAY, NOW)]
        with pytest.raises(BadRequestError):
            await one.costs(place, Aggregation.YEAR, DAY, NOW)
    assert refused.value.status == 500
    assert "[cloud_aggregations]" in said(refused.value)
    assert cloud.count(f"/servicelocation/{place}/consumption") == 6


async def test_a_code_from_the_settings_is_used(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    cloud.behaviour.codes = {42: Aggregation.FIFTEEN_MINUTES}
    async with client_of(cloud, clock, codes={Aggregation.FIFTEEN_MINUTES: 42}) as one:
        assert [r async for r in one.consumption(place, Aggregation.FIFTEEN_MINUTES, DAY, NOW)]


async def test_a_connection_cut_in_the_middle(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    path = f"/servicelocation/{place}/info"
    async with client_of(cloud, clock) as one:
        cloud.behaviour.cut(path)
        assert (await one.info(place)).location.id == place
        cloud.behaviour.cut(path, 3)
        with pytest.raises(ServiceDownError):
            await one.info(place)
        cloud.behaviour.hang_up(path, 3)
        with pytest.raises((ServiceDownError, OfflineError)):
            await one.info(place)
    assert cloud.count(path) == 8


async def test_a_slow_answer_is_waited_for(cloud: VirtualCloud, clock: Clock) -> None:
    """Thirty seconds of the client's own time pass, though none of ours."""
    held = cloud.behaviour.hold("/servicelocation")
    async with client_of(cloud, clock) as one:
        asking = asyncio.ensure_future(one.locations())
        await asyncio.to_thread(held.arrived.wait, 10)
        clock.now += 30
        assert not asking.done()
        held.release.set()
        assert len(await asking) == 1


async def test_an_answer_that_never_comes_is_given_up(cloud: VirtualCloud, clock: Clock) -> None:
    async with client_of(cloud, clock, read_timeout=10.0) as one:
        await one.authenticate()
    async with client_of(cloud, clock, read_timeout=0.2) as one:
        await one.authenticate()
        for _ in range(3):
            cloud.behaviour.hold("/servicelocation")
        with pytest.raises(OfflineError, match="too_slow"):
            await one.locations()
    assert cloud.count("/servicelocation") == 3


async def test_an_answer_that_drips_for_ever_is_given_up() -> None:
    service = Service(lambda _: httpx.Response(200, stream=Dripping()))
    async with client(service, read_timeout=0.02) as one:
        with pytest.raises(OfflineError, match="too_slow"):
            await one.locations()


class Dripping(httpx.AsyncByteStream):
    async def __aiter__(self):
        while True:
            await asyncio.sleep(0)  # never silent for longer than a turn of the loop
            yield b" "


async def test_a_redirection_is_never_followed(cloud: VirtualCloud, clock: Clock) -> None:
    async with client_of(cloud, clock) as one:
        for target in ("https://elsewhere.example/", "http://[bad", "//other.example:99999/", "/servicelocation", ""):
            cloud.behaviour.heal()
            cloud.behaviour.redirect("/servicelocation", target, times=5)
            with pytest.raises(ServiceDownError):
                await one.locations()


@pytest.mark.parametrize(
    "body", [b"", b"<html>hi</html>", b"null", b"[", b"\xff\xfe", b'"text"', b"{}", b"[" * 100_000]
)
async def test_nonsense_is_one_typed_error_and_not_asked_for_again(body: bytes) -> None:
    service = Service(httpx.Response(200, content=body))
    assert type(await problem(service)) is ServiceDownError
    assert len(service.requests) == 1


async def test_a_pause_lies_between_two_requests() -> None:
    service, clock = Service(EMPTY), Clock()
    async with client(service, clock, pace=0.25) as one:
        await asyncio.gather(*(one.locations() for _ in range(4)))
        clock.now -= 5000  # a clock that was set right
        await one.locations()
    assert [round(wait, 6) for wait in clock.slept] == [0.25] * 5


async def test_an_endless_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smappee_tui.connect.cloud_api.http_transport.MOST_BYTES", 1000)
    error = await problem(Service(httpx.Response(200, content=b"[" + b" " * 2000 + b"]")))
    assert isinstance(error, ServiceDownError)
    assert error.what.code == "cloud_api.too_large"


async def test_an_answer_packed_twice_is_refused() -> None:
    service = Service(lambda _: httpx.Response(200, headers={"Content-Encoding": "gzip, gzip"}, stream=Packed()))
    assert isinstance(await problem(service), ServiceDownError)


class Packed(httpx.AsyncByteStream):
    async def __aiter__(self):
        yield b"\x1f\x8b not looked at"


async def test_outside_of_its_context_the_client_says_so() -> None:
    with pytest.raises(RuntimeError):
        await client(Service(EMPTY)).locations()
