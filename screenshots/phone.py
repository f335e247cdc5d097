"""Draws the page for a phone in Chromium: a demo house with two faults, a test that is running, a tablet.

TZ=UTC python -m screenshots.phone
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from smappee_tui.app.guided.plan import LOADS, Answers
from smappee_tui.app.phone.actions import AcceptSafety, BeginTest, Switched
from smappee_tui.i18n import Language
from smappee_tui.simulator import sites
from tests.web.browser.cabinet import ServedCabinet

HERE = Path(__file__).parent
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE, TABLET = (390, 844), (820, 1180)


def shown(browser: Browser, cabinet: ServedCabinet, size: tuple[int, int], language: Language, scheme: str) -> Page:
    """The page as a phone of this language has it."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=True,
        is_mobile=True,
        locale=language,
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(cabinet.server.link)
    page.wait_for_selector("html.live")
    return page


def keep(page: Page, cabinet: ServedCabinet, section: str, name: str) -> None:
    """One picture."""
    page.evaluate(f"location.hash = '{section}'")
    page.wait_for_function("number => +document.body.dataset.since >= number", arg=cabinet.number)
    path = HERE / f"{name}.png"
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path.relative_to(HERE.parent))


def main() -> None:
    cabinet = ServedCabinet(sites.build("home3pv", faults=["swapped:0,1", "reversed:3"]))
    cabinet.seconds(200)
    cabinet.server.start("127.0.0.1")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        phone = shown(browser, cabinet, PHONE, "en", "light")
        for section in ("now", "board", "corrections"):
            keep(phone, cabinet, section, f"phone-{section}")
        keep(shown(browser, cabinet, TABLET, "nl", "dark"), cabinet, "board", "phone-tablet-nl")
        dark = shown(browser, cabinet, PHONE, "de", "dark")
        for action in (BeginTest(Answers("metered", LOADS[0])), AcceptSafety()):
            cabinet.desk.ask(action)
        cabinet.seconds(2)
        keep(phone, cabinet, "test", "phone-test-on")
        cabinet.heater.obey(cabinet.stage())
        cabinet.seconds(1)
        cabinet.desk.ask(Switched(cabinet.clock.now))
        cabinet.seconds(12)
        keep(dark, cabinet, "test", "phone-test-off-de")
        browser.close()
    cabinet.server.stop()


if __name__ == "__main__":
    main()
