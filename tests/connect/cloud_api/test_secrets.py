"""Secrets stay where they belong: in the body of a login and in one header."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from urllib.parse import quote_plus

import httpx
import pytest

from smappee_tui.connect.cloud_api.client import CloudClient
from smappee_tui.connect.cloud_api.credentials import SecretMasker
from smappee_tui.connect.cloud_api.errors import CloudError
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.cloud.read_access import read_token
from smappee_tui.protocol.fact import TellableError
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.connect.cloud_api.conftest import ACCOUNT, client_of
from tests.connect.cloud_api.fakes import BASE, PASSWORD, SECRET, WHO, Clock, Service, client, failing
from tests.said import said

TOKEN, REFRESH = "access-T0KEN.xyz", "refresh-T0KEN.xyz"
LOGIN = httpx.Response(200, json={"access_token": TOKEN, "refresh_token": REFRESH, "expires_in": 100})
SECRETS = (SECRET, PASSWORD, TOKEN, REFRESH, quote_plus(SECRET), quote_plus(PASSWORD))
EVERYTHING = " ".join(SECRETS)


def assert_clean(text: str, secrets: tuple[str, ...] = SECRETS) -> None:
    for secret in secrets:
        assert secret not in text


def told(error: BaseException) -> str:
    sentence = said(error) if isinstance(error, TellableError) else ""
    return "".join(traceback.format_exception(error)) + repr(error) + str(error) + repr(vars(error)) + sentence


async def test_nothing_shows_them() -> None:
    service = Service(failing(200), logins=[LOGIN])
    one = client(service)
    async with one:
        await one.authenticate()
        shown = [WHO, str(WHO), one, one._calls._tokens, one._calls._masker, read_token(LOGIN.content)]
        shown.append(one._calls._transport.request("GET", "/x", token=TOKEN))
        shown.append(one._calls._transport.request("POST", "/x", form={"password": PASSWORD}))
        assert_clean(repr(shown))
        assert_clean(repr(shown[-2].headers))  # type: ignore[union-attr]


@pytest.mark.parametrize("where", ["login", "refresh", "call", "change"])
@pytest.mark.parametrize(
    "answer",
    [
        failing(400, EVERYTHING),
        failing(401, EVERYTHING),
        failing(403, EVERYTHING),
        failing(500, EVERYTHING),
        httpx.Response(400, json={"error": EVERYTHING, "error_description": EVERYTHING}),
        httpx.Response(400, text=EVERYTHING),
        httpx.Response(404, json={"message": "x" * 290 + PASSWORD}),
        httpx.Response(400, json={"message": "\u200b".join(PASSWORD)}),
        httpx.Response(302, headers={"Location": "https://elsewhere.example/?" + quote_plus(EVERYTHING)}),
        httpx.Response(200, text=EVERYTHING),
        httpx.ReadTimeout(EVERYTHING),
        httpx.ConnectError(EVERYTHING),
    ],
)
async def test_no_error_repeats_what_the_server_repeats(
    answer: object, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clock = Clock()
    logins = [answer] * 3 if where == "login" else [LOGIN, *([answer] * 6 if where == "refresh" else [])]
    service = Service(failing(200) if where in ("login", "refresh") else answer, logins=logins)  # type: ignore[arg-type]
    async with client(service, clock) as one:
        shown = ""
        try:
            if where == "refresh":
                await one.authenticate()
                clock.now += 90
            await (one.delete_location(1) if where == "change" else one.locations())
        except CloudError as error:
            shown = told(error)
        # At the first login there are no tokens yet that anybody could know.
        assert_clean(shown, (SECRET, PASSWORD) if where == "login" else SECRETS)
        assert PASSWORD[:8] not in shown
    assert_clean(caplog.text)
    for request in service.requests:
        assert_clean(str(request.url))


async def test_no_log_has_them(cloud: VirtualCloud, clock: Clock, place: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = []
    async with client_of(cloud, clock) as one:
        await one.info(place)
        tokens.append(await one._calls._tokens.current())
        clock.now += 100_000
        await one.info(place)
        tokens.append(await one._calls._tokens.current())
        cloud.behaviour.cut("/servicelocation", 3)
        with pytest.raises(CloudError) as refused:
            await one.locations()
    assert {"httpx", "httpcore.connection", "httpcore.http11"} <= {record.name for record in caplog.records}
    everything = caplog.text + "".join(map(str, (vars(r) for r in caplog.records))) + told(refused.value)
    for secret in (*tokens, ACCOUNT.client_secret, ACCOUNT.password):
        assert secret not in everything


@pytest.mark.parametrize(
    "location", ["https://elsewhere.example/x", "https://cloud.example/dev/v3/servicelocation/1/info"]
)
async def test_the_token_goes_to_nobody_else(location: str) -> None:
    service = Service(httpx.Response(307, headers={"Location": location}))
    async with client(service) as one:
        for call in calls():
            with pytest.raises(CloudError):
                await call(one)
    assert {request.url.host for request in service.requests} == {"cloud.example"}
    assert len(service.requests) == len(calls())


def calls() -> list[Callable[[CloudClient], Awaitable[object]]]:
    return [lambda one: one.locations(), lambda one: one.delete_location(1), lambda one: one.actuator_state(1, 2)]


async def test_cookies_are_not_kept() -> None:
    answer = httpx.Response(200, json={"serviceLocations": []}, headers={"Set-Cookie": "who=me; Path=/"})
    service = Service(answer)
    async with client(service) as one:
        await one.locations()
        await one.locations()
    assert all("Cookie" not in request.headers for request in service.requests)


async def test_a_login_is_a_form_and_nothing_of_it_is_in_the_address() -> None:
    seen: list[httpx.Request] = []

    def login(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return LOGIN

    async with client(Service(failing(200), logins=[login])) as one:
        await one.authenticate()
    assert str(seen[0].url) == f"{BASE}/oauth2/token"
    assert seen[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert quote_plus(PASSWORD) in seen[0].content.decode()


def test_a_message_is_kept_short() -> None:
    assert len(SecretMasker(WHO).masked("x" * 5000)) == 300


@pytest.mark.parametrize("between", ["", "\u200b", "\u202e", "\u0301", "\u0301\u0301\u0301\u0301", "\ufeff\u200d"])
def test_a_secret_stays_hidden_whatever_stands_between_its_letters(between: str) -> None:
    shown = SecretMasker(WHO).masked(f"café {between.join(PASSWORD)} café")
    assert PASSWORD not in clean(shown)
    assert PASSWORD not in "".join(one for one in shown if one.isascii())
    assert "•••" in shown


def test_a_message_without_a_secret_stays_as_it_is() -> None:
    text = "Kein Zugriff: caf\u0065\u0301 \u200b geschlossen"
    assert SecretMasker(WHO).masked(text) == text


async def test_no_proxy_stands_between_a_machine_and_itself(
    cloud: VirtualCloud, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    async with client_of(cloud, clock) as one:
        assert await one.locations()
