"""The page over a real line: its addresses, what they take, and what they answer."""

from __future__ import annotations

import gzip
import io
import json
import re
import threading
from collections.abc import Iterator

import pytest
from PIL import Image

from smappee_tui.app.phone.actions import AddNote, AddPhoto, Switched
from smappee_tui.app.phone.desk import MOST_WAITING, PhoneDesk
from smappee_tui.app.visit.photos import Picture, picture_of
from smappee_tui.cli.sharing import AS_USUAL, page_server
from smappee_tui.web.page import feed, routes
from smappee_tui.web.server import PageServer
from tests.tui.houses import OTHER_UUID, House, twelve
from tests.tui.scene import judgement_of_twelve
from tests.web.page.stages import Watch
from tests.web.served import Browser

SCRIPT = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def desk() -> PhoneDesk:
    return PhoneDesk()


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch(judgement=judgement_of_twelve()).run(2)


@pytest.fixture(scope="module")
def phone(desk: PhoneDesk, watch: Watch) -> Iterator[Browser]:
    server = PageServer(desk, own=tuple)
    server.start("127.0.0.1")
    desk.wanted = True
    desk.publish(watch.stage())
    yield Browser(server).enter()
    server.stop()


def test_the_page_and_what_it_needs(phone: Browser) -> None:
    status, headers, body = phone.ask("GET", "/", Accept_Encoding="gzip", Accept_Language="fr-BE")
    page = gzip.decompress(body).decode()
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert '<html lang="fr">' in page
    assert not re.search(r"https?://", page)  # nothing from elsewhere
    whole = len(body)
    for name in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        status, headers, content = phone.ask("GET", name, Accept_Encoding="gzip")
        assert (status, "immutable" in headers["cache-control"]) == (200, True)
        whole += len(content)
    assert whole < 60_000
    for wrong in ("/static/0/style.css", "/static/../door.py", name.replace("script.js", "door.py"), "/nothing"):
        assert phone.ask("GET", wrong)[0] == 404


def test_a_language_that_was_chosen_stays(phone: Browser) -> None:
    _, headers, body = phone.ask("GET", "/?language=nl")
    assert b'<html lang="nl">' in body
    kept = headers["set-cookie"].partition(";")[0]
    assert b'<html lang="nl">' in phone.ask("GET", "/", Cookie=f"{phone.cookie}; {kept}", Accept_Language="fr")[2]
    assert b'<html lang="en">' in phone.ask("GET", "/?language=<script>")[2]


def news(phone: Browser, address: str, **headers: str) -> dict[str, object]:
    """The first event."""
    with phone.call() as line:
        line.sendall(phone.request("GET", address, **headers))
        data = b""
        while not (found := re.search(rb"id: \d+\ndata: (\{.*\})\n\n", data)):
            data += line.recv(65536)
    told: dict[str, object] = json.loads(found[1])
    return told


def test_events_go_on_from_where_a_phone_was(phone: Browser, desk: PhoneDesk, watch: Watch) -> None:
    first = desk.shown[0]
    assert phone.ask("GET", "/")[0] == 200
    for scale in (0.5, 0.7):
        desk.publish(watch.run(1, scale=scale).stage())
        assert phone.ask("GET", "/")[0] == 200
    whole = news(phone, "/events")
    some = news(phone, f"/events?since={first}")
    assert "p" in whole
    assert "p" not in some
    assert news(phone, "/events?since=0", Last_Event_ID=str(first)) == some
    for odd in ("-1", "x", "9" * 400, "%00", "99"):
        assert news(phone, f"/events?since={odd}") == whole


def test_what_a_form_asks_is_done_and_leads_back(phone: Browser, desk: PhoneDesk) -> None:
    assert phone.ask("POST", "/do/switched", **SCRIPT)[0] == 204
    status, headers, _ = phone.ask("POST", "/do/note", b"input=3&text=loose")
    assert (status, headers["location"]) == (303, "/#c3")
    assert phone.ask("POST", "/do/arm")[1]["location"] == "/#tracer"
    asked = desk.actions()
    assert isinstance(asked[0], Switched)
    assert asked[1] == AddNote(3, "loose")
    status, _, body = phone.ask("POST", "/do/shutdown", b"now=yes", **SCRIPT)
    assert (status, "did not understand" in json.loads(body)["said"]) == (400, True)
    assert phone.ask("GET", "/do/switched")[0] == 404
    for _ in range(MOST_WAITING):
        desk.ask(AddNote(None, "x"))
    status, _, body = phone.ask("POST", "/do/skip")
    assert (status, b"Try again in a moment" in body) == (503, True)
    desk.actions()


def test_what_was_asked_over_another_location_is_not_done(phone: Browser, desk: PhoneDesk, watch: Watch) -> None:
    before = desk.shown[0]
    other = Watch(House(twelve().clamps, uuid=OTHER_UUID)).run(2).stage()
    desk.publish(other)
    assert news(phone, f"/events?since={before}")["e"]
    assert "e" not in news(phone, "/events?since=0")
    status, _, body = phone.ask("POST", "/do/note", b"input=3&text=x", X_Shown=str(before), **SCRIPT)
    assert (status, "another location" in json.loads(body)["said"]) == (409, True)
    status, _, body = phone.ask("POST", "/do/note", b"input=3&text=x&x-shown=%d" % before)
    assert (status, b"another location" in body) == (409, True)
    page = phone.ask("GET", "/")[2].decode()
    assert (
        page.count("</form>") == page.count(f'<input type="hidden" name="x-shown" value="{desk.shown[0]}"></form>') > 1
    )
    assert phone.ask("POST", "/do/note", b"input=3&text=x&x-shown=%d" % desk.shown[0])[0] == 303
    assert desk.actions() == [AddNote(3, "x")]
    assert desk.actions() == []
    assert phone.ask("POST", "/do/note", b"input=3&text=x", X_Shown=str(before + 1), **SCRIPT)[0] == 204
    assert desk.actions() == [AddNote(3, "x")]
    desk.publish(watch.stage())


def test_a_page_left_open_from_an_earlier_run_is_made_anew(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The port was chosen and is the same, and the browser has let itself in again in another window."""
    monkeypatch.setattr(feed, "FRESH", 0.01)  # nothing comes by itself
    desk = page_server(AS_USUAL).desk
    server = PageServer(desk, own=tuple)
    server.start("127.0.0.1")
    try:
        desk.wanted = True
        for _ in range(3):
            desk.publish(watch.stage())
        phone, of_yesterday = Browser(server).enter(), "2"
        told = news(phone, f"/events?since={of_yesterday}")
        assert told.pop("e"), "what is typed was of another house"
        assert told == news(phone, "/events?since=0")
        assert phone.ask("POST", "/do/note", b"input=3&text=x", X_Shown=of_yesterday, **SCRIPT)[0] == 409
        assert desk.actions() == []
    finally:
        server.stop()


def test_a_photo_is_taken_and_what_is_none_is_not(phone: Browser, desk: PhoneDesk) -> None:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(made, "PNG")
    assert phone.ask("POST", "/photo/board", made.getvalue(), **SCRIPT)[0] == 204
    (asked,) = desk.actions()
    assert isinstance(asked, AddPhoto)
    assert (asked.input, asked.picture.jpeg[:2]) == (None, b"\xff\xd8")
    assert phone.ask("POST", "/photo/etc", made.getvalue(), **SCRIPT)[0] == 400
    status, _, body = phone.ask("POST", "/photo/3", b"<svg/>", Accept_Language="de")
    assert (status, "kein Foto" in json.loads(body)["said"]) == (422, True)
    assert desk.actions() == []


def test_nobody_waits_for_a_photo_when_the_page_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(content: bytes) -> Picture:
        begun.set()
        go_on.wait()
        return picture_of(content)

    monkeypatch.setattr(routes, "picture_of", slow)
    server = PageServer(PhoneDesk(), own=tuple)
    before = set(threading.enumerate())
    server.start("127.0.0.1")
    phone = Browser(server).enter()
    (page,) = set(threading.enumerate()) - before
    with phone.call() as line:
        line.sendall(phone.request("POST", "/photo/board", b"x"))
        assert begun.wait(20)
        server.stop()
        page.join(20)
        assert not page.is_alive()
    go_on.set()
