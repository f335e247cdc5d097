"""What a stranger on the network may try, over real sockets: he finds nothing, and holds nobody up."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.connect.errors import CannotListenError
from smappee_tui.web import callers, guard
from smappee_tui.web import server as server_module
from smappee_tui.web.callers import OF_A_PHONE, STRANGERS
from smappee_tui.web.server import PageServer
from tests.web.served import Browser, Clock, answer, closed, counts, said, serving, small_page

NOTHING = (404, {"content-length": "0", "connection": "close"}, b"")


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def phone(server: PageServer) -> Browser:
    return Browser(server).enter()


@pytest.fixture
def stranger(server: PageServer) -> Browser:
    return Browser(server)


@pytest.mark.parametrize(
    "path",
    ["/", "/events", "/static/0/page.css", "/static/../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "//",
     "/photo/board", "/InxOlZ-FEWzZqeXEta78WA", "http://elsewhere/", "/" + "x" * 3000, "/%00", "/?token=1"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE"])
def test_a_stranger_finds_nothing_anywhere(stranger: Browser, method: str, path: str) -> None:
    assert stranger.ask(method, path) == NOTHING


def test_a_wrong_link_and_a_wrong_cookie_find_nothing(stranger: Browser) -> None:
    wrong = stranger.token[:-1] + ("A" if stranger.token[-1] != "A" else "Q")
    assert stranger.ask("GET", wrong) == NOTHING
    assert stranger.ask("GET", stranger.token + "/") == NOTHING
    assert stranger.ask("POST", stranger.token) == NOTHING
    name = f"phone-{stranger.place[1]}"
    for value in ("", "x", stranger.token[1:], "\u00e9" * 22):
        assert stranger.ask("GET", "/", Cookie=f"{name}={value}") == NOTHING


def test_the_link_gives_a_cookie_that_no_other_page_can_use(stranger: Browser) -> None:
    status, headers, body = stranger.ask("GET", stranger.token)
    assert status == 200
    words = headers["set-cookie"].partition("; ")[2].lower().split("; ")
    assert {"httponly", "samesite=strict", "path=/"} <= set(words)
    assert "secure" not in words
    assert stranger.token[1:].encode() not in body


def test_every_answer_forbids_what_the_page_does_not_need(phone: Browser) -> None:
    _, headers, _ = phone.ask("GET", "/")
    assert {name: headers.get(name) for name in guard.HEADERS} == guard.HEADERS
    assert "unsafe" not in guard.POLICY
    assert not any(name.startswith("access-control") or name in ("server", "date") for name in headers)


def test_the_same_phone_opens_its_link_again(phone: Browser, server: PageServer) -> None:
    before = len(server.devices)
    status, headers, _ = phone.ask("GET", phone.token)
    assert status == 200
    assert "set-cookie" not in headers
    assert len(server.devices) == before


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "", None])
def test_another_host_name_finds_nothing(phone: Browser, host: str | None) -> None:
    """A name of a stranger's that points to this machine makes the browser ask here, with that name."""
    if host is None:
        assert phone.ask("GET", "/", Host=None)[0] == 0  # no HTTP 1.1
    else:
        assert phone.ask("GET", "/", Host=host) == NOTHING
        assert phone.ask("GET", phone.token, Host=host) == NOTHING


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": None}, {"Sec_Fetch_Site": "cross-site"},
     {"Sec_Fetch_Site": "same-site"}],
)  # fmt: skip
def test_another_page_cannot_ask_for_anything(phone: Browser, headers: dict[str, str | None]) -> None:
    assert phone.ask("POST", "/do/it", b"{}", **headers) == NOTHING
    assert phone.ask("POST", "/do/it", b"{}", Sec_Fetch_Site="same-origin")[0] == 200


def test_a_question_across_origins_is_not_answered(phone: Browser) -> None:
    asks = {"Origin": "http://evil.example", "Access_Control_Request_Method": "POST"}
    assert phone.ask("OPTIONS", "/do/it", **asks) == NOTHING


@pytest.mark.parametrize(("path", "most"), guard.BODIES.items())
def test_too_large_a_body_is_refused_before_it_is_read(phone: Browser, path: str, most: int) -> None:
    where = {"/do/": "/do/it", "/photo/": "/photo/board"}[path]
    assert phone.ask("POST", where, b"x" * min(most, 4000))[::2] == (200, str(min(most, 4000)).encode())
    for length in (str(most + 1), "1000000000", "9" * 40):
        with phone.call() as line:
            line.sendall(phone.request("POST", where, Content_Length=length))
            assert answer(line)[0] in (413, 0)  # h11 itself takes no 40 digits
            assert closed(line)


def test_a_body_without_an_end_is_cut(phone: Browser) -> None:
    with phone.call() as line:
        line.sendall(phone.request("POST", "/do/it", Content_Length=None, Transfer_Encoding="chunked"))
        chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
        with pytest.raises(ConnectionError):
            line.sendall(100_000 * chunk)  # the system itself keeps a few megabytes on the way


def test_a_strangers_upload_is_not_even_begun(stranger: Browser) -> None:
    with stranger.call() as line:
        line.sendall(stranger.request("POST", "/photo/board", Content_Length="1000000000", Expect="100-continue"))
        assert answer(line) == NOTHING
        assert closed(line)


@pytest.mark.parametrize(
    "words",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"\x00" * 64,
     b"GET / HTTP/1.1\r\nHost: a\r\n" + b"x: y\r\n" * 4000, b"GET /" + b"a" * 20_000],
)  # fmt: skip
def test_what_is_no_request_gets_no_answer(stranger: Browser, server: PageServer, words: bytes) -> None:
    before = server.refused.get("broken", 0)
    with stranger.call() as line:
        line.sendall(words)
        said(line)
        assert answer(line)[0] == 0
    assert server.refused.get("broken", 0) == before + 1


def test_a_failure_of_the_page_is_counted_and_printed_nowhere(
    phone: Browser, server: PageServer, capfd: pytest.CaptureFixture[str]
) -> None:
    before = server.refused.get("failed", 0)
    assert phone.ask("GET", "/fails")[0] == 500
    assert phone.ask("GET", "/")[0] == 200  # the server has done with the one before
    assert server.refused["failed"] == before + 1
    assert capfd.readouterr() == ("", "")


def test_who_is_too_slow_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        stranger, phone = Browser(server), Browser(server).enter()
        with phone.call() as slow, monkeypatch.context() as hurry:
            slow.sendall(phone.request("GET", "/"))
            assert answer(slow)[0] == 200
            hurry.setattr(callers, "HEAD_WITHIN", 0.05)  # from now on: it counts from the first byte of another request
            slow.sendall(b"GET / HTTP/1.1\r\nHost")
            assert closed(slow)
            with stranger.call() as idle:
                assert closed(idle)  # as a browser's spare one: who asked for nothing was refused nothing
        monkeypatch.setattr(guard, "BODY_WITHIN", 0.05)
        with phone.call() as half:
            half.sendall(phone.request("POST", "/do/it", Content_Length="10") + b"x")
            assert answer(half)[0] == 408
        assert counts(server, ["slow"]) == [2]


def test_strangers_take_no_more_than_their_places_and_phones_go_on() -> None:
    with serving() as server:
        phone, stranger = Browser(server).enter(), Browser(server)
        with phone.call() as stream:
            stream.sendall(phone.request("GET", "/events"))
            assert answer(stream)[0] == 200
            lines = [stranger.call() for _ in range(STRANGERS + 5)]
            for line in lines[:5]:
                assert closed(line)
            assert phone.ask("GET", "/")[0] == 200
            assert counts(server, ["many"])[0] >= 5
            for line in lines:
                line.close()


def test_a_phone_that_takes_nothing_any_more_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "STALLED", 0.05)
    with serving() as server:
        phone = Browser(server).enter()
        with phone.call() as asleep:
            asleep.sendall(phone.request("GET", "/much"))
            while counts(server, ["stalled"]) != [1]:  # it does not read what waits for it
                assert phone.ask("GET", "/")[0] == 200
            assert closed(asleep)


def test_uploads_that_dawdle_hold_up_nothing_but_uploads() -> None:
    with serving() as server:
        phone = Browser(server).enter()
        lines = [phone.call() for _ in range(3)]
        for line in lines:
            line.sendall(phone.request("POST", "/photo/board", Content_Length="100000") + b"x")
        assert phone.ask("GET", "/")[0] == 200
        assert phone.ask("POST", "/do/it", b"{}")[0] == 200
        for line in lines:
            line.sendall(b"x" * 99_999)
            assert answer(line)[::2] == (200, b"100000")
            line.close()


def test_a_phone_that_leaves_while_it_sends_is_no_failure() -> None:
    with serving() as server:
        phone = Browser(server).enter()
        for path in ("/do/it", "/photo/board"):
            with phone.call() as line:
                line.sendall(phone.request("POST", path, b"half", Content_Length="100"))
                line.shutdown(socket.SHUT_WR)
                assert closed(line)
        assert phone.ask("POST", "/photo/board", b"whole")[0] == 200
        assert counts(server, ["failed"]) == [0]


def test_one_phone_holds_no_more_than_its_connections() -> None:
    with serving() as server:
        phone = Browser(server).enter()
        lines = []
        for _ in range(OF_A_PHONE + 1):
            lines.append(phone.call())
            lines[-1].sendall(phone.request("GET", "/events"))
            assert answer(lines[-1])[0] == 200
        assert closed(lines[0])
        for line in lines:
            line.close()


def test_two_hundred_at_once_without_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "PACE", 0.001)  # the flood itself is in the bench
    with serving() as server:
        phone, stranger = Browser(server).enter(), Browser(server)
        found: list[int] = []

        def knock() -> None:
            try:
                found.append(stranger.ask("GET", "/")[0])
            except OSError:  # nobody looked at it in time
                found.append(0)

        knocks = [threading.Thread(target=knock) for _ in range(200)]
        for one in knocks:
            one.start()
        assert phone.ask("GET", "/")[0] == 200
        for one in knocks:
            one.join()
        assert set(found) <= {0, 404}
        assert phone.ask("GET", "/")[0] == 200


def test_a_phone_that_is_put_out_loses_its_stream_and_its_link_at_once() -> None:
    with serving() as server:
        phone, other = Browser(server).enter(), Browser(server).enter()
        with phone.call() as stream:
            stream.sendall(phone.request("GET", "/events"))
            assert answer(stream)[0] == 200
            server.revoke(server.devices[0].id)
            assert closed(stream)
        assert phone.ask("GET", "/") == NOTHING
        assert phone.ask("GET", phone.token) == NOTHING
        assert other.ask("GET", "/")[0] == 200
        assert [one.said for one in server.devices] == ["Android Chrome"]


def test_the_fifth_phone_finds_nothing() -> None:
    with serving() as server:
        phones = [Browser(server).enter() for _ in range(4)]
        assert Browser(server).ask("GET", phones[0].token) == NOTHING
        assert server.refused == {"full": 1}
        assert [phone.ask("GET", "/")[2] for phone in phones] == [b"hello 1", b"hello 2", b"hello 3", b"hello 4"]


def test_after_the_end_nobody_is_there_and_everything_is_forgotten() -> None:
    with serving() as server:
        phone, link = Browser(server).enter(), server.link
        with phone.call() as stream:
            stream.sendall(phone.request("GET", "/events"))
            assert answer(stream)[0] == 200
            server.stop()
            assert closed(stream)
        assert (server.running, server.link, list(server.devices)) == (False, "", [])
        with pytest.raises(ConnectionRefusedError):
            phone.call()
        server.stop()
        server.start("127.0.0.1")
        assert server.link != link
        assert Browser(server).enter().ask("GET", "/")[0] == 200


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "8.8.8.8", "192.0.2.1", "100.64.0.1", "2001:db8::1", "", "name"])
def test_nothing_is_served_to_the_internet(address: str) -> None:
    server = PageServer(PhoneDesk(), make=small_page)
    with pytest.raises(CannotListenError) as refused:
        server.start(address)
    assert refused.value.what.code == "share.not_private"
    assert not server.running


def test_it_listens_on_its_address_and_no_other(server: PageServer, stranger: Browser) -> None:
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", stranger.place[1]), timeout=5)


def test_an_address_of_another_machine_is_refused() -> None:
    server = PageServer(PhoneDesk(), make=small_page)
    with pytest.raises(CannotListenError) as refused:
        server.start("10.255.255.1")
    assert refused.value.what.code == "share.no_door"
    assert refused.value.advice is not None


def test_time_of_coming_is_told() -> None:
    clock = Clock()
    with serving(clock) as server:
        phone = Browser(server).enter()
        clock.now += 40
        assert phone.ask("GET", "/")[0] == 200
        (one,) = server.devices
        assert (one.since, one.seen, one.address) == (1_000_000.0, 1_000_040.0, "127.0.0.1")


def test_what_ends_the_server_is_kept_and_printed_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object) -> ASGIApp:
        raise OSError("no room")

    server = PageServer(PhoneDesk(), own=tuple, make=broken)
    before = set(threading.enumerate())
    server.start("127.0.0.1")
    for thread in set(threading.enumerate()) - before:
        thread.join()
    assert (server.running, server.failed, server.link) == (False, "OSError: no room", "")
    assert capfd.readouterr() == ("", "")
    server.stop()
    assert server.failed == ""


def test_a_program_that_ends_takes_the_page_with_it() -> None:
    """However it ends: nobody stops it here."""
    words = (
        "from tests.web.served import *; s = PageServer(PhoneDesk(), own=tuple, make=small_page); s.start('127.0.0.1');"
        "b = Browser(s).enter(); l = b.call(); l.sendall(b.request('GET', '/events')); assert answer(l)[0] == 200"
    )
    here = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", words], cwd=here, capture_output=True, text=True, timeout=50)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


_WORD = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300),
        st.tuples(_WORD, _WORD, st.dictionaries(_WORD, _WORD, max_size=4)).map(
            lambda of: "\r\n".join(
                [f"{of[0]} /{of[1]} HTTP/1.1", *(f"{name}: {value}" for name, value in of[2].items()), "", ""]
            ).encode()
        ),
    )
)
def test_whatever_comes_gets_a_bare_404_or_nothing(stranger: Browser, words: bytes) -> None:
    with stranger.call() as line:
        line.sendall(words)
        said(line)
        assert answer(line)[::2] in ((404, b""), (0, b""))
