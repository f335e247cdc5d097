"""A clock that only moves when somebody waits, and a service that answers by script."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx

from smappee_tui.connect.cloud_api.client import CloudClient
from smappee_tui.connect.cloud_api.credentials import Credentials

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
BASE = "https://cloud.example/dev/v3"
SECRET, PASSWORD = "cl1ent-s3cret/&=", "pass wörd+%41"
WHO = Credentials("client", SECRET, "me@example.com", PASSWORD)
Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Clock:
    """Time for a client: `sleep` passes at once, and is written down."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now.timestamp()
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Service(httpx.AsyncBaseTransport):
    """Gives out token-1, token-2 … and answers everything else from a list, the last one for ever."""

    def __init__(self, *answers: Answer, logins: list[Answer] | None = None, lifetime: object = 36_000) -> None:
        self.answers = list(answers)
        self.logins: list[Answer] = logins or []
        self.lifetime = lifetime
        self.requests: list[httpx.Request] = []
        self.grants: list[str] = []
        self.tokens: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth2/token"):
            return self._login(request)
        self.requests.append(request)
        self.tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        return self._give(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0], request)

    def _login(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        self.grants.append(form["grant_type"])
        if self.logins:
            return self._give(self.logins.pop(0), request)
        number = len(self.grants)
        told = {"access_token": f"token-{number}", "refresh_token": f"refresh-{number}", "expires_in": self.lifetime}
        return httpx.Response(200, json=told)

    @staticmethod
    def _give(answer: Answer, request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            # A response can be read once; scripts repeat theirs.
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)


def client(service: httpx.AsyncBaseTransport, clock: Clock | None = None, **options: object) -> CloudClient:
    """A client of that service, on a clock of its own."""
    clock = clock or Clock()
    settings: dict[str, object] = {"base_url": BASE, "pace": 0.0, "read_timeout": 5.0, **options}
    return CloudClient(WHO, transport=service, clock=clock, sleep=clock.sleep, **settings)  # type: ignore[arg-type]


EMPTY = httpx.Response(200, json={"serviceLocations": []})
"""An answer to "Get Servicelocations"."""


def failing(status: int, message: str = "", **headers: str) -> httpx.Response:
    """A refusal as the service words it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"message": message} if message else {}, headers=named)
