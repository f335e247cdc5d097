"""The find screen: what it shows and where its keys lead."""

import asyncio
import ipaddress
from typing import Any

import pytest

from smappee_tui.app.pending_reverts import PendingRevert, pending, remember
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.discovery.found import Found
from smappee_tui.connect.discovery.meters import FoundMeter
from smappee_tui.connect.discovery.scan import ScanProgress
from smappee_tui.connect.discovery.search import Search
from smappee_tui.connect.networks import OwnAddress
from smappee_tui.connect.own_broker import listener
from smappee_tui.connect.own_broker.listener import HeardLocation, Speakers
from smappee_tui.connect.portal.doctor import NAMES, DoctorStep
from smappee_tui.protocol.messages import MonitorConfig
from smappee_tui.tui.find.doctor import DoctorSheet
from smappee_tui.tui.find.forms import Choice
from smappee_tui.tui.find.found_list import FindView, FoundList, below_lines, header_lines
from smappee_tui.tui.find.guide import GuideSheet
from smappee_tui.tui.widgets.form import Form
from smappee_tui.tui.widgets.lines import plain
from tests.brokers import RunningBroker, free_port
from tests.tui.find.scene import app_of, begun, flat, keys, shown, until

GENIUS = Found(
    "5010001234", "smappee5010001234", "", ("127.0.0.5",), ("mdns",), "answering", 1883, portal=True,
    speakers=("5010001234",),
)  # fmt: skip
SOLAR = Found("1106000123", "smappee1106000123", "", ("127.0.0.6",), ("mdns",), "refused", portal=True)
CONNECT = Found("5130000017", "smappee5130000017", "", ("127.0.0.7",), ("mdns",), "silent", portal=False)
MANY = Found(addresses=("127.0.0.8",), how=("scan",), broker="answering", broker_port=1883, portal=False,
             speakers=("5010001234", "5010001235"))  # fmt: skip
LOCKED = Found(
    addresses=("127.0.0.9",), how=("recent",), broker="answering", broker_port=1884, portal=False, login=True
)


async def test_the_list_says_everything() -> None:
    app = app_of(GENIUS, SOLAR, CONNECT, MANY, LOCKED)
    async with app.run_test(size=(80, 24)):
        text = shown(app)
        assert "Infinity (Genius)" in text
        assert "5010001234 127.0.0.5" in text
        assert "announced" in text
        assert "● answers" in text
        assert text.count("· no local MQTT") == 2
        assert "● wants login" in text
        assert "MQTT broker" in text
        assert "⏎ shows the monitor at 127.0.0.5." in flat(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (20, 5)])
async def test_every_size_is_drawn(size: tuple[int, int]) -> None:
    app = app_of(GENIUS, SOLAR, MANY)
    async with app.run_test(size=size) as pilot:
        for sheet in ("a", "N", "e", "P", "b", "d", "question_mark"):
            await pilot.press(sheet, "escape")


async def test_products_without_a_broker_say_what_to_do() -> None:
    app = app_of(SOLAR, CONNECT)
    async with app.run_test() as pilot:
        assert "The Solar has no local MQTT" in flat(app)
        await keys(pilot, "down")
        assert "vendor's cloud only" in flat(app)


async def test_none_found_gives_reasons_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of()
    async with app.run_test(size=(80, 40)) as pilot:
        assert "Listening" in flat(app)
        await begun(pilot)
        app.first._began -= 10.0
        app.first.draw()
        await pilot.pause()
        text = flat(app)
        places = [text.index(word) for word in ("another network or VLAN", "guest", "firewall", "renamed", "is off")]
        assert places == sorted(places)
        assert "127.0.0.0/8" in text
        assert text.count("→") == 5
        assert "10 (Energy)" in text


async def test_hostile_names_steer_nothing() -> None:
    evil = Found("", "[red]x[/]\x1b]0;title\x07\u202e" + "é" * 90, "h[/]", ("127.0.0.5",), ("mdns",))
    app = app_of(evil)
    async with app.run_test(size=(80, 24)):
        text = shown(app)
        assert "[red]x[/]" in text
        assert "\x1b" not in text
        assert "\u202e" not in text


async def test_open_a_monitor() -> None:
    app = app_of(GENIUS)
    async with app.run_test() as pilot:
        await keys(pilot, "enter")
    assert app.return_value == Choice(BrokerAddress("127.0.0.5", 1883))


async def test_one_of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    async def two(address: BrokerAddress, timeout: float = 5.0) -> Speakers:
        named = (("u1", "5010001234"), ("u2", "5010001235"))
        heard = (HeardLocation(u, MonitorConfig(None, serial, u, None, "", "", None, None)) for u, serial in named)
        return Speakers(tuple(heard), beyond=7)

    monkeypatch.setattr(listener, "locations", two)
    app = app_of(MANY)
    async with app.run_test() as pilot:
        assert "2 monitors on the broker" in flat(app)
        await keys(pilot, "enter")
        await until(pilot, lambda: "Monitors on this broker" in shown(app))
        assert "7 more locations" in flat(app)
        await keys(pilot, "down", "enter")
    assert app.return_value == Choice(BrokerAddress("127.0.0.8", 1883), "u2")


async def test_an_external_broker_with_a_login(locked_broker: RunningBroker) -> None:
    app = app_of()
    async with app.run_test() as pilot:
        await keys(pilot, "e", f"127.0.0.1:{locked_broker.address.port}", "enter", "installer", "tab", "wrong", "enter")
        await until(pilot, lambda: "refuses user" in flat(app))
        await keys(pilot, "e", f"127.0.0.1:{locked_broker.address.port}", "enter", "installer", "tab")
        await keys(pilot, locked_broker.address.password or "")
        assert "correct" not in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.return_value is not None)
    choice = app.return_value
    assert choice is not None
    assert (choice.address.username, choice.address.password) == ("installer", "correct horse")


async def test_a_login_is_asked_for() -> None:
    app = app_of(LOCKED)
    async with app.run_test() as pilot:
        await keys(pilot, "enter")
        assert isinstance(app.screen, Form)
        assert "127.0.0.9:1884" in shown(app)


async def test_a_bad_address_is_said_and_can_be_mended() -> None:
    app = app_of()
    async with app.run_test() as pilot:
        await keys(pilot, "a", "10.0.0.999", "enter")
        assert "is no IP address" in flat(app)
        assert isinstance(app.screen, Form)
        await keys(pilot, "ctrl+u", f"127.0.0.1:{free_port()}", "enter")
        await until(pilot, lambda: "■ none there" in shown(app))
        assert "typed" in shown(app)


async def test_keys_of_the_screen_are_letters_in_a_form() -> None:
    app = app_of()
    async with app.run_test() as pilot:
        await keys(pilot, "a", *"qjkst", "space")
        assert "qjkst" in shown(app)
        await keys(pilot, "escape")
        assert app.screen is app.first


async def test_a_scan_is_confirmed_shown_and_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned: list[Any] = []
    go = asyncio.Event()

    async def scan(self: Search, networks: list[ipaddress.IPv4Network]) -> ScanProgress:
        scanned.append(networks)

        class Running:
            progress = ScanProgress(7, 14, 1)
            stopped = False

            def stop(self) -> None:
                self.stopped = True
                go.set()

        self.scanning = Running()  # type: ignore[assignment]
        await go.wait()
        return Running.progress

    monkeypatch.setattr(Search, "scan", scan)
    app = app_of(own=(OwnAddress("lo", "127.0.0.1", 28, 1),))
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "N")
        assert "127.0.0.0/28" in shown(app)
        assert "16 addresses" in flat(app)
        assert scanned == []
        await keys(pilot, "escape", "N", "ctrl+u", "8.8.8.0/24", "enter")
        assert "outside of SMAPPEE_TUI_NETWORKS" in flat(app)
        await keys(pilot, "ctrl+u", "127.0.0.0/28", "enter")
        await until(pilot, lambda: "scanning 7/14, 1 found" in shown(app))
        assert scanned == [[ipaddress.IPv4Network("127.0.0.0/28")]]
        await keys(pilot, "N")
        await until(pilot, lambda: "Scan stopped: 7 of 14" in flat(app))


async def test_the_doctor_ticks_and_leads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of(
        Found(addresses=("127.0.0.5",), how=("typed",), broker="refused", broker_port=free_port(), portal=True)
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "d")
        sheet = app.screen
        assert isinstance(sheet, DoctorSheet)
        await until(pilot, lambda: sheet.finished)
        text = flat(app)
        assert "✓ Find its address" in text
        assert "✕ Reach its port" in text
        assert text.count("not tried") == 5
        await keys(pilot, "P")
        assert isinstance(app.screen, GuideSheet)
        await keys(pilot, "escape")


async def test_the_doctor_opens_what_is_well() -> None:
    async def well() -> Any:
        for name in NAMES:
            yield DoctorStep(name, "waiting")
            yield DoctorStep(name, "ok", "fine")

    ended: list[object] = []
    app = app_of()
    async with app.run_test() as pilot:
        app.push_screen(DoctorSheet("it", well), ended.append)
        await until(pilot, lambda: "All is well" in shown(app))
        await keys(pilot, "enter")
    assert ended == ["open"]


async def test_the_portal_guide_without_a_monitor() -> None:
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "b")
        assert "not known yet" in flat(app)
        await keys(pilot, "e", "10.0.0.7:1884", "enter", "enter", "enter")
        assert "tcp://10.0.0.7:1884" in flat(app)
        await keys(pilot, "Q", "escape")


async def test_the_code_and_the_copies() -> None:
    app = app_of(GENIUS)
    copied: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        await keys(pilot, "P", "Q")
        assert "█" in shown(app)
        assert "http://127.0.0.5:9/smappee.html" in shown(app)
        await keys(pilot, "escape", "b")
        await until(pilot, lambda: "Broker on 127.0.0.1" in flat(app))
        await keys(pilot, "1", "4", "5", "6")
        broker = app.first.laptop.broker
        assert broker is not None
        assert copied == ["http://127.0.0.5/smappee.html", broker.url, broker.username, broker.password]
        await keys(pilot, "V")
        assert [item.url for item in pending()] == [broker.url]
        await keys(pilot, "b")
        await until(pilot, lambda: app.first.laptop.broker is None)
    assert not broker.running


@pytest.mark.parametrize("keep", [False, True])
async def test_the_broker_stops_with_the_app_unless_told_otherwise(keep: bool) -> None:
    app = app_of()
    async with app.run_test() as pilot:
        await keys(pilot, "b", "b")
        await until(pilot, lambda: app.first.laptop.running)
        broker = app.first.laptop.broker
        if keep:
            await keys(pilot, "K")
        await keys(pilot, "escape", "q")
    assert broker is not None
    assert broker.running is keep
    assert (app.first.kept is broker) is keep
    broker.stop()


async def test_a_port_in_use_is_said() -> None:
    import socket

    from smappee_tui.connect.own_broker.laptop import LaptopBroker

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        app = app_of()
        app.first.laptop._make = lambda ip: LaptopBroker(ip, other.getsockname()[1], kind="embedded")
        async with app.run_test(size=(80, 24)) as pilot:
            await keys(pilot, "b", "b")
            await until(pilot, lambda: "is in use" in flat(app))


async def test_what_must_be_put_back_is_said_and_forgotten() -> None:
    remember(PendingRevert("5010001234", "127.0.0.5", "tcp://127.0.0.1:1883"))
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Monitor 5010001234 still pushes to tcp://127.0.0.1:1883" in flat(app)
        await keys(pilot, "Z")
        assert "Put the monitor back to tcp://localhost:1883" in flat(app)
        await keys(pilot, "V")
        assert pending() == ()
        assert "still pushes" not in flat(app)


async def test_the_cursor_stays_on_its_monitor() -> None:
    app = app_of(GENIUS, SOLAR)
    async with app.run_test() as pilot:
        await keys(pilot, "down", "down", "down")
        found = app.first.query_one(FoundList)
        assert found.current == SOLAR
        await pilot.click(FoundList, offset=(5, 2))
        assert found.current == GENIUS


async def test_a_broker_that_nobody_speaks_on_can_still_be_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(address: BrokerAddress, timeout: float = 5.0) -> Speakers:
        return Speakers(())

    monkeypatch.setattr(listener, "locations", nobody)
    app = app_of(Found(addresses=("127.0.0.5",), how=("typed",), broker="answering", broker_port=1883, portal=False))
    async with app.run_test() as pilot:
        assert "no configuration is kept there" in flat(app)
        await keys(pilot, "enter")
        await until(pilot, lambda: app.return_value is not None)
    assert app.return_value == Choice(BrokerAddress("127.0.0.5", 1883))


def test_the_search_counts_no_seconds_for_ever() -> None:
    def head(seconds: float) -> str:
        return plain(header_lines(FindView(seconds=seconds), 80)[0])

    assert "searching 12 s" in head(12)
    assert "603" not in head(603)
    assert "listening" in head(603)


def test_digital_meters_are_told_with_how_to_read_them() -> None:
    meters = tuple(FoundMeter(f"p1meter-{n}.local", (f"10.0.0.{n}",), open=n > 1) for n in range(1, 9))
    for one in (None, GENIUS):
        said = " ".join(" ".join(plain(at) for at in below_lines(FindView(seconds=9, meters=meters), one, 80)).split())
        assert "10.0.0.1 (HomeWizard P1), its local API off" in said
        assert "--p1 10.0.0.2 reads it beside the monitor" in said
        assert "10.0.0.4" not in said
