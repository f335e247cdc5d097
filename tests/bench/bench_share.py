"""What phones cost: CPU of the server's thread a second with four of them at 28 inputs; bytes of the first view.

The thread is measured by its own clock, phones are sockets that read. Limits: .5 % of a core, 60 kB, 1 s.
"""

from __future__ import annotations

import gzip
import socket
import statistics
import threading
import time

from smappee_tui.app.next_step import next_step
from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.app.phone.stage import Stage, stage_of
from smappee_tui.app.session import Session
from smappee_tui.simulator import sites
from smappee_tui.web.server import PageServer
from tests.tui.scene import Clock, FakeLink
from tests.web.served import Browser

SECONDS = 120
LANGUAGES = ("en", "nl", "fr", "de")


class House:
    """Watched as fast as the processor can."""

    def __init__(self, site: str = "shop28") -> None:
        self.monitor = sites.build(site, faults=["reversed:5"])
        self.clock = Clock(self.monitor.time)
        self.link = FakeLink(self.clock)
        self.session = Session(self.link, generation="none")

    def second(self) -> Stage:
        """One second later."""
        self.clock.now += 1.0
        self.link.queue.extend(self.monitor.tick(self.clock.now - 0.3))
        self.session.poll()
        picture = self.session.snapshot()
        step = next_step(picture.view, picture.judgement)
        return stage_of(self.session, self.clock.now, mode="demo", step=step, picture=picture)


class Phone(threading.Thread):
    """Reads what comes."""

    def __init__(self, browser: Browser, language: str) -> None:
        super().__init__(daemon=True)
        self.line: socket.socket = browser.call()
        self.line.sendall(browser.request("GET", "/events?since=0", Accept_Language=language))
        self.bytes, self.news = 0, 0
        self.told = threading.Event()

    def run(self) -> None:
        while data := self.line.recv(1 << 16):
            self.bytes += len(data)
            if b"data: {" in data:
                self.news += 1
                self.told.set()


def measure(languages: tuple[str, ...], site: str = "shop28") -> tuple[float, float, float]:
    """CPU of the server's thread a second, in ms: mean and most; bytes to a phone a second."""
    house, desk = House(site), PhoneDesk()
    for _ in range(60):
        stage = house.second()
    server = PageServer(desk, own=tuple)
    server.start("127.0.0.1")
    desk.publish(stage)
    phones = [Phone(Browser(server).enter(), language) for language in languages]
    thread = next(one for one in threading.enumerate() if one.name == "page")
    cpu = time.pthread_getcpuclockid(thread.ident or 0)
    for phone in phones:
        phone.start()
        phone.told.wait(5)
    costs, before = [], sum(phone.bytes for phone in phones)
    for _ in range(SECONDS):
        stage = house.second()
        for phone in phones:
            phone.told.clear()
        begun = time.clock_gettime(cpu)
        desk.publish(stage)
        for phone in phones:
            phone.told.wait(5)
        costs.append(1000 * (time.clock_gettime(cpu) - begun))
    sent = sum(phone.bytes for phone in phones) - before
    server.stop()
    return statistics.mean(costs), max(costs), sent / SECONDS / len(phones)


def first_view() -> None:
    """The page, its style and its script as a phone gets them."""
    house, desk = House(), PhoneDesk()
    for _ in range(60):
        stage = house.second()
    server = PageServer(desk, own=tuple)
    server.start("127.0.0.1")
    desk.wanted = True
    desk.publish(stage)
    browser = Browser(server).enter()
    begun = time.perf_counter()
    status, _, page = browser.ask("GET", "/", Accept_Encoding="gzip")
    took = time.perf_counter() - begun
    text = gzip.decompress(page).decode() if page[:2] == b"\x1f\x8b" else page.decode()
    marks = ('stylesheet" href', "script src", 'icon" href')
    names = [text.partition(f'{mark}="')[2].partition('"')[0] for mark in marks]
    rest = sum(len(browser.ask("GET", name, Accept_Encoding="gzip")[2]) for name in names)
    print(f"first view: {status}, {len(page) / 1000:.1f} kB ({len(text) / 1000:.1f} kB plain), style, script and icon")
    print(
        f"{rest / 1000:.1f} kB, together {(len(page) + rest) / 1000:.1f} kB; the page was there in {1000 * took:.0f} ms"
    )
    server.stop()


if __name__ == "__main__":
    first_view()
    for site, chosen in (("shop28", LANGUAGES[:1] * 4), ("shop28", LANGUAGES), ("shop80", LANGUAGES)):
        mean, most, sent = measure(chosen, site)
        print(f"{site}, 4 phones in {len(set(chosen))} language(s): {mean / 10:.2f} % of a core, dearest second "
              f"{most:.1f} ms, {sent / 1000:.1f} kB a second to each")  # fmt: skip
