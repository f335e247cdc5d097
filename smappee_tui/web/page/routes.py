"""The addresses of the page."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route

from smappee_tui.app.phone.actions import AddPhoto
from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.app.visit.photos import Picture, picture_of
from smappee_tui.connect.errors import CannotReadError
from smappee_tui.i18n import Language
from smappee_tui.web.page.asked import Form, NotAskedError, action_of, form_of, place_of
from smappee_tui.web.page.edition import SHOWN
from smappee_tui.web.page.feed import Feed
from smappee_tui.web.page.words import language_of, page_words

LANGUAGE = "language"
"""Cookie, and field of the page's address."""
SECTIONS = {"board": ("note",), "tracer": ("arm", "stop", "name"), "corrections": ("tick",)}
"""Where an action leads back to without a script; all others to the test."""
TYPES = {
    "style.css": "text/css; charset=utf-8",
    "script.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
FOR_EVER = "private, max-age=31536000, immutable"


@cache
def statics() -> tuple[str, dict[str, bytes]]:
    """The files that never change, and an address that changes with them."""
    folder = files("smappee_tui.web") / "static"
    found = {name: (folder / name).read_bytes() for name in TYPES}
    return hashlib.sha256(b"".join(found.values())).hexdigest()[:12], found


class Page:
    """All that is answered to phones that are let in."""

    def __init__(self, desk: PhoneDesk, clock: Callable[[], float] = time.time) -> None:
        self._desk, self._clock = desk, clock
        self._feed = Feed(desk)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Every address."""
        return [
            Route("/events", self.events),
            Route("/do/{name}", self.do, methods=["POST"]),
            Route("/photo/{place}", self.photo, methods=["POST"]),
            Mount(
                "/",
                routes=[Route("/", self.document), Route("/static/{digest}/{name}", self.static)],
                middleware=[Middleware(GZipMiddleware, minimum_size=500, compresslevel=6)],
            ),
        ]

    async def document(self, request: Request) -> Response:
        """The page."""
        language = _language(request)
        edition = await self._feed.edition(language)
        answer = HTMLResponse(edition.document(f"/static/{statics()[0]}"))
        if request.query_params.get(LANGUAGE) is not None:
            answer.set_cookie(LANGUAGE, language, max_age=31_536_000, httponly=True, samesite="strict")
        return answer

    async def events(self, request: Request) -> Response:
        """What changes, as it does."""
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        return StreamingResponse(self._feed.events(_language(request), _number(since)), media_type="text/event-stream")

    async def static(self, request: Request) -> Response:
        """Style, script, icon: kept by the browser."""
        digest, found = statics()
        name = request.path_params["name"]
        if request.path_params["digest"] != digest or name not in found:
            return Response(status_code=404)
        return Response(found[name], media_type=TYPES[name], headers={"cache-control": FOR_EVER})

    async def do(self, request: Request) -> Response:
        """Something is asked for."""
        name = request.path_params["name"]
        try:
            form = form_of(await request.body())
            action = action_of(name, form, self._clock())
        except NotAskedError:
            return _answer(request, 400, "page.not_understood")
        if self._moved(request, form):
            return _answer(request, 409, "phone.other_location")
        if not self._desk.ask(action):
            return _answer(request, 503, "page.busy")
        if _by_script(request):
            return Response(status_code=204)
        return RedirectResponse(f"/#{_section(name, form.get('input', ''))}", 303)

    async def photo(self, request: Request) -> Response:
        """A photo of a clamp or the board."""
        try:
            place = place_of(request.path_params["place"])
            picture = await _apart(picture_of, await request.body())
        except NotAskedError:
            return _answer(request, 400, "page.not_understood")
        except CannotReadError as error:
            return JSONResponse({"said": page_words(_language(request)).error(error)}, 422)
        if self._moved(request):
            return _answer(request, 409, "phone.other_location")
        if not self._desk.ask(AddPhoto(place, picture)):
            return _answer(request, 503, "page.busy")
        return Response(status_code=204)

    def _moved(self, request: Request, form: Form | None = None) -> bool:
        """The phone showed another location when it asked: the script says what it showed, without one the form."""
        shown = request.headers.get(SHOWN) or (form or {}).get(SHOWN, "")
        return 0 < _number(shown) < self._desk.began


def _number(text: str) -> int:
    """Of a stage; 0 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


async def _apart(make: Callable[[bytes], Picture], content: bytes) -> Picture:
    """On a thread that nobody waits for when the program ends, or the page; those of an executor are waited for."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Picture] = loop.create_future()

    def tell(picture: Picture | None, error: Exception | None) -> None:
        if done.cancelled():
            return
        if picture is None:
            done.set_exception(error or RuntimeError())
        else:
            done.set_result(picture)

    def work() -> None:
        picture, failed = None, None
        try:
            picture = make(content)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            failed = error
        with contextlib.suppress(RuntimeError):  # the server has stopped
            loop.call_soon_threadsafe(tell, picture, failed)

    threading.Thread(target=work, name="photo", daemon=True).start()
    return await done


def page_routes(desk: PhoneDesk) -> Sequence[BaseRoute]:
    """The routes of the page of one desk."""
    return Page(desk).routes


def _section(name: str, place: str) -> str:
    """Where a phone without a script is sent back to."""
    if name == "note" and place.isdigit():
        return f"c{place}"
    return next((section for section, names in SECTIONS.items() if name in names), "test")


def _answer(request: Request, status: int, code: str) -> Response:
    """Why it was not done, in the phone's words."""
    said = page_words(_language(request))(code)
    return JSONResponse({"said": said}, status) if _by_script(request) else PlainTextResponse(said, status)


def _by_script(request: Request) -> bool:
    """The page's script asks, which stays where it is; else a form does, and its answer is the next page."""
    return "application/json" in request.headers.get("accept", "")


def _language(request: Request) -> Language:
    return language_of(
        request.query_params.get(LANGUAGE, ""),
        request.cookies.get(LANGUAGE, ""),
        request.headers.get("accept-language", ""),
    )
