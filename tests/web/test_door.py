"""Who is let in: links, cookies and places."""

import pytest

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.app.phone.share import ShareAddress
from smappee_tui.connect.networks import OwnAddress
from smappee_tui.web import server
from smappee_tui.web.door import LINK_LASTS, MOST_DEVICES, UNUSED, Door, introduced
from smappee_tui.web.server import PageServer
from tests.web.served import PIXEL, Clock


class Bell(Door):
    """A door with a clock that can be set."""

    def __init__(self) -> None:
        self.clock = Clock()
        super().__init__(self.clock)

    def enter(self) -> str:
        """One more phone; its cookie."""
        cookie = self.exchange(self.token)
        assert cookie is not None
        assert self.admit(cookie, PIXEL, "192.0.2.7") is not None
        return cookie


def test_a_link_lets_four_in_and_no_fifth() -> None:
    door = Bell()
    for _ in range(MOST_DEVICES):
        door.enter()
    assert door.exchange(door.token) is None
    assert (len(door.visitors), door.refused) == (4, {"full": 1})


def test_what_only_looks_at_a_link_takes_no_place() -> None:
    """A messenger that makes a preview of it, say."""
    door = Bell()
    cookies = [door.exchange(door.token) for _ in range(20)]
    assert door.visitors == ()
    assert door.admit(cookies[0] or "", PIXEL, "") is None  # too many were asked for since
    assert door.admit(cookies[-1] or "", PIXEL, "") is not None


def test_more_cookies_than_places_let_in_no_more_than_four() -> None:
    door = Bell()
    cookies = [door.exchange(door.token) or "" for _ in range(6)]
    assert [door.admit(one, PIXEL, "") is not None for one in cookies] == [True] * 4 + [False] * 2
    assert door.refused == {"full": 2}


def test_a_cookie_that_nobody_showed_for_a_minute_lets_nobody_in() -> None:
    door = Bell()
    cookie = door.exchange(door.token) or ""
    door.clock.now += UNUSED + 1
    assert door.admit(cookie, PIXEL, "") is None


def test_where_a_phone_came_from_last_is_known() -> None:
    """So that a cookie in other hands is seen."""
    door = Bell()
    cookie = door.enter()
    door.admit(cookie, PIXEL, "192.0.2.9")
    assert [one.address for one in door.visitors] == ["192.0.2.9"]


def test_a_link_is_replaced_and_the_one_before_still_works_for_a_while() -> None:
    door = Bell()
    first = door.token
    assert door.token == first
    door.clock.now += LINK_LASTS + 1
    second = door.token
    assert second != first
    assert door.knows(first)
    assert door.knows(second)
    door.clock.now += LINK_LASTS
    assert not door.knows(first)
    assert door.knows(second)
    door.clock.now += LINK_LASTS
    assert not door.knows(second)


def test_a_phone_that_was_put_out_does_not_come_back_with_its_link() -> None:
    door = Bell()
    kept, out = door.enter(), door.enter()
    link = door.token
    door.revoke(door.visitors[1].number)
    assert door.admit(out, PIXEL, "") is None
    assert door.exchange(link) is None
    assert door.admit(kept, PIXEL, "") is not None
    assert door.enter()
    assert [one.number for one in door.visitors] == [1, 3]


def test_nothing_lets_in_before_a_link_was_asked_for() -> None:
    door = Bell()
    assert door.exchange("") is None
    assert door.exchange("None") is None


def test_secrets_have_128_bits_and_stand_in_no_text() -> None:
    door = Bell()
    cookie = door.enter()
    assert len(door.token) == len(cookie) == 22
    assert cookie not in repr(door.visitors)
    assert cookie not in repr(door)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PIXEL, "Android Chrome"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "iPhone Safari"),
        ("Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) CriOS/141.0 Mobile/15E148 Safari/604.1", "iPad Chrome"),
        ("Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", "Android Firefox"),
        ("Mozilla/5.0 (Linux; Android 16) SamsungBrowser/29.0 Chrome/136.0 Safari/537.36", "Android Samsung Internet"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0 Safari/537.36 Edg/141.0", "Windows Edge"),
        ("\x1b[2Jcurl/8", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_what_it_says_it_is(agent: str, words: str) -> None:
    assert introduced(agent) == words


def test_the_monitors_network_comes_first_and_what_no_link_can_hold_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "facing", {"10.0.0.9": "10.0.0.5"}.get)
    own = [
        OwnAddress("wlan0", "192.168.1.23", 24),
        OwnAddress("eth0", "10.0.0.5", 24),
        OwnAddress("eth0", "fe80::1", 64),
        OwnAddress("wan", "8.8.8.8", 24),
    ]
    found = PageServer(PhoneDesk(), "10.0.0.9", own=lambda: own).addresses()
    assert found == [ShareAddress("10.0.0.5", "eth0", True), ShareAddress("192.168.1.23", "wlan0")]
    own += [
        OwnAddress("docker0", "172.17.0.1", 16),
        OwnAddress("wlan0", "169.254.3.4", 16),
        OwnAddress("wlan0", "fd00::5", 64),
        OwnAddress("usb0", "192.168.9.1", 24),
    ]
    for order in (own, own[::-1]):
        ranked = [one.address for one in PageServer(PhoneDesk(), own=lambda o=order: o).addresses()]
        assert set(ranked[:3]) == {"10.0.0.5", "192.168.1.23", "192.168.9.1"}
        assert ranked[3:] == ["fd00::5", "169.254.3.4", "172.17.0.1"]
    monkeypatch.setattr(server, "facing", {"fd00::9": "fd00::5"}.get)
    first, second = PageServer(PhoneDesk(), "fd00::9", own=lambda: own).addresses()[:2]
    assert first == ShareAddress("192.168.1.23", "wlan0", True), "a code with an IPv6 literal is read badly"
    assert second == ShareAddress("fd00::5", "wlan0", True)
    assert PageServer(PhoneDesk(), own=tuple).addresses() == [ShareAddress("127.0.0.1", "")]
