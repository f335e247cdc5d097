"""The page in a real browser with a phone's screen and fingers: everything that an installer does with it."""

from __future__ import annotations

import base64
import importlib.util
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from smappee_tui.app.phone.actions import AddNote, Switched
from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.diagnosis.judgement import PhaseBalance
from smappee_tui.report.render.json_file import decode
from smappee_tui.web.server import PageServer
from tests.app.guided.operator import house
from tests.app.phone.test_report import written
from tests.web.browser.cabinet import ServedCabinet, cabinet_served
from tests.web.page.stages import busy_stage
from tests.web.page.test_parts import stages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PATIENCE = 15_000
"""ms that a page may take to show something on a machine that is busy."""
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or importlib.util.find_spec("playwright") is None, reason="no chromium, or nothing that drives it"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture(scope="module")
def watched() -> Iterator[ServedCabinet]:
    """For tests that change nothing that another one needs."""
    with cabinet_served() as cabinet:
        yield cabinet


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**PHONE, locale="en")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def opened(phone: BrowserContext, cabinet: ServedCabinet, section: str = "now") -> Page:
    """The page behind the code, live."""
    page = phone.new_page()
    page.goto(cabinet.server.link)
    page.wait_for_selector("html.live")
    go(page, section)
    return page


def go(page: Page, section: str) -> None:
    page.locator(f'nav a[href="#{section}"]').tap()
    page.wait_for_selector(f"#{section}", state="visible")


def caught_up(page: Page, cabinet: ServedCabinet) -> None:
    """Wait until it shows the newest stage."""
    page.wait_for_function("number => +document.body.dataset.since >= number", arg=cabinet.number)


@pytest.fixture(scope="module")
def watching(browser: Browser, watched: ServedCabinet) -> Iterator[Page]:
    """A phone that looks at it, for tests that leave it as it is; the last one puts it out."""
    context = browser.new_context(**PHONE, locale="en")
    context.set_default_timeout(PATIENCE)
    yield opened(context, watched)
    context.close()


def test_the_board_follows(watching: Page, watched: ServedCabinet) -> None:
    page = watching
    go(page, "board")
    cards = page.locator("#board details")
    assert cards.count() == 5
    first = page.locator("#c3")
    first.locator("summary").tap()
    page.wait_for_selector("#board details[open] textarea")
    first.locator("textarea").fill("behind the")
    before = page.locator("#board").inner_text()
    watched.seconds(20)
    caught_up(page, watched)
    assert page.locator("#board").inner_text() != before
    assert first.locator("textarea").input_value() == "behind the"  # what is typed stays, and where the cursor is
    assert first.get_attribute("open") is not None
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_whole_guided_test_from_the_page(phone: BrowserContext) -> None:
    with cabinet_served(5, house(("Kitchen", 0), faults=["reversed:3"])) as cabinet:
        page = opened(phone, cabinet, "test")
        page.get_by_text("No: nothing on site can feed in").tap()
        page.get_by_role("button", name="Next").tap()
        page.get_by_role("button", name="Read and understood").tap()
        page.wait_for_selector(".giant.is-on")
        for _ in range(200):
            if cabinet.stage().guided.page == "result":
                break
            if cabinet.heater.obey(cabinet.stage()):
                cabinet.seconds(1)
                asked = sum(isinstance(one, Switched) for one in cabinet.asked)
                page.get_by_role("button", name="Switched").tap()
                while sum(isinstance(one, Switched) for one in cabinet.asked) == asked:
                    page.wait_for_timeout(5)
            cabinet.seconds(1)
        page.wait_for_selector(".results")
        said = page.locator("#test").inner_text()
        assert "FAULT" in said
        assert "reversed" in said
        assert "3 passed, 1 fault, 0 open" in said
        assert page.locator("#test form[action='/do/moved']").count() == 1


def photo() -> bytes:
    made = io.BytesIO()
    Image.radial_gradient("L").resize((2400, 1800)).convert("RGB").save(made, "JPEG", quality=100)
    return made.getvalue()


def test_a_photo_and_a_note_go_into_the_report(phone: BrowserContext, tmp_path: Path) -> None:
    with cabinet_served(5) as cabinet:
        page = opened(phone, cabinet, "board")
        page.locator("#c3 summary").tap()
        page.locator("#c3 textarea").fill("Behind the <boiler>")
        page.locator("#c3").get_by_role("button", name="Keep the note").tap()
        page.locator("#c3 .notes").get_by_text("Behind the <boiler>").wait_for()
        assert AddNote(3, "Behind the <boiler>") in cabinet.asked
        large = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()}
        with page.expect_request("**/photo/3") as sent:
            page.locator("#c3 input[type=file]").set_input_files([large])
        page.locator("#c3 .notes").get_by_text("1 photo").wait_for()
        assert 0 < int(sent.value.all_headers()["content-length"]) < len(photo()) / 2  # made small before it was sent
        report = decode(written(cabinet, tmp_path).files["json"].read_bytes())
        assert [(one.input, one.text) for one in report.notes] == [(3, "Behind the <boiler>")]
        (kept,) = report.sign_off.photos
        assert kept.input == 3
        assert kept.data is not None
        assert max(Image.open(io.BytesIO(base64.b64decode(kept.data))).size) == 1600
        page.locator("#board input[data-photo=board]").set_input_files(
            [{"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}]
        )
        page.locator("#told").get_by_text("This is no photo that can be read").wait_for()
        told = page.evaluate("""() => {
            say("what the page says itself")
            take({ n: since, p: { told: '<p id="told-999">news of the laptop</p>' } })
            return [...document.querySelectorAll("#told p")].map(line => line.textContent)
        }""")
        assert {"what the page says itself", "news of the laptop"} <= set(told)


def test_a_note_is_sent_once_though_news_comes_while_it_is_on_its_way(phone: BrowserContext) -> None:
    with cabinet_served(5) as cabinet:
        page = opened(phone, cabinet, "board")
        held: list[Route] = []
        page.route("**/do/note", lambda route: held.append(route))  # a method built in is no handler
        page.locator("#c3 summary").tap()
        page.locator("#c3 textarea").fill("mine")
        keep = page.locator("#c3").get_by_role("button", name="Keep the note")
        with page.expect_request("**/do/note"):
            keep.tap()
        assert cabinet.desk.ask(AddNote(3, "hers"))
        page.locator("#c3 .notes").get_by_text("hers").wait_for()
        keep.tap()
        for route in held:
            route.continue_()
        page.locator("#c3 .notes").get_by_text("mine").wait_for()
        assert len(held) == 1


def test_it_slept_and_wakes_up(phone: BrowserContext) -> None:
    with cabinet_served() as cabinet:
        phone.clock.install()
        page = opened(phone, cabinet, "phases")
        phone.set_offline(True)
        page.evaluate("source.close()")  # a sleeping phone's line ends without a word
        page.clock.fast_forward(4900)
        page.locator("#gone").get_by_text("The laptop does not answer").wait_for()
        cabinet.seconds(30)
        phone.set_offline(False)
        caught_up(page, cabinet)
        page.wait_for_selector("#gone", state="hidden")
        volts = cabinet.stage().snapshot.view.phases[0].volts  # type: ignore[union-attr]
        assert f"{volts:.0f} V" in page.locator("#phases").inner_text()
        cabinet.server.stop()  # the program ends
        page.clock.fast_forward(4900)
        page.locator("#gone").get_by_text("The laptop does not answer").wait_for()


def test_without_a_script_it_is_read_and_its_forms_work(browser: Browser) -> None:
    with cabinet_served() as cabinet:
        still = browser.new_context(**PHONE, locale="fr", java_script_enabled=False)
        page = still.new_page()
        page.goto(cabinet.server.link)
        page.wait_for_selector("#standing", state="visible")
        assert page.locator("html").get_attribute("lang") == "fr"
        page.goto(f"{page.url.partition('#')[0]}#board")
        assert " W" in page.locator("#c0 .watts").inner_text()
        page.goto(f"{page.url.partition('#')[0]}#tracer")
        page.get_by_role("button", name="Repérer un disjoncteur").tap()
        page.get_by_text("BASCULEZ", exact=True).wait_for()
        assert page.url.endswith("#tracer")
        page.get_by_role("link", name="Deutsch").tap()
        page.get_by_text("SCHALTEN", exact=True).wait_for(state="attached")
        still.close()


SAME = """async number => {
    while (+document.body.dataset.since < number) await new Promise(go => setTimeout(go, 2))
    const fresh = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html')
    for (const one of fresh.querySelectorAll('[name=x-shown]')) one.remove()  // for who has no script
    const [shown, made] = [document, fresh].map(one => [...one.querySelectorAll('main section, header')])
    return shown.filter((one, place) => !one.isEqualNode(made[place])).map(one => one.outerHTML)
}"""


def test_what_was_laid_over_it_is_what_a_fresh_page_shows(phone: BrowserContext) -> None:
    desk, everything = PhoneDesk(), stages()
    server = PageServer(desk, own=tuple)
    server.start("127.0.0.1")
    desk.publish(everything[0])
    page = phone.new_page()
    page.goto(server.link)
    page.wait_for_selector("html.live")
    for stage in everything[::3] + everything[::-5]:
        desk.publish(stage)
        assert not page.evaluate(SAME, desk.shown[0])
    server.stop()


PARTED = """() => {
    const found = [], range = document.createRange()
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let text; text = texts.nextNode();) {
        for (const one of text.data.matchAll(/\\d[\\d.,\\s]*(?:k?W|A|V|%)(?!\\w)/g)) {
            range.setStart(text, one.index)
            range.setEnd(text, one.index + one[0].length)
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) found.push(text.data)
        }
    }
    return found
}"""


def test_on_the_narrowest_phone_a_number_keeps_its_unit_and_everything_is_touched(browser: Browser) -> None:
    narrow = browser.new_context(**PHONE | {"viewport": {"width": 320, "height": 640}}, locale="fr")
    narrow.set_default_timeout(PATIENCE)
    busy = busy_stage()
    balance = tuple(PhaseBalance(n, 4600.0, -2050.0, 0.0, -2550.0, "doubtful") for n in range(3))
    desk = PhoneDesk()
    server = PageServer(desk, own=tuple)
    server.start("127.0.0.1")
    desk.publish(
        replace(busy, snapshot=replace(busy.snapshot, judgement=replace(busy.snapshot.judgement, balance=balance)))
    )
    page = narrow.new_page()
    page.goto(server.link)
    page.wait_for_selector("html.live")
    for section in ("phases", "board"):
        go(page, section)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.locator(f"#{section}").inner_text().count("\N{NO-BREAK SPACE}") > 2
        assert not page.evaluate(PARTED)
    page.set_viewport_size({"width": 213, "height": 426})  # letters half as large again, as somebody set them
    for section in ("phases", "board"):
        go(page, section)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not page.evaluate(PARTED)
        assert not page.evaluate(FINGER)
    narrow.close()
    server.stop()


RULES = {
    "light": "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}",
    "dark": "{runOnly: {type: 'rule', values: ['color-contrast']}}",
}
"""What is looked at: everything once, and what the other scheme changes."""
FINGER = """
[...document.querySelectorAll('button, summary, nav a, footer a, .button, .tiles a, .ask label, input:not([type])')]
    .filter(one => one.checkVisibility() && Math.min(one.offsetHeight, one.offsetWidth) < 44).map(one => one.outerHTML)
"""


def test_everybody_can_read_and_touch_it(watching: Page) -> None:
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe is not installed")
    page = watching
    page.evaluate(Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
    page.evaluate("for (const one of document.querySelectorAll('#c0, #c3')) one.open = true")
    for section in ("now", "board", "test", "tracer", "corrections", "phases"):
        go(page, section)
        assert not page.evaluate(FINGER)
        for scheme, rules in RULES.items():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            passed, broken = page.evaluate(
                f"axe.run(document, {rules}).then(one => [one.passes.length, one.violations])"
            )
            assert passed
            serious = [one for one in broken if one["impact"] != "minor"]
            assert not serious, [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in serious]


def test_who_is_put_out_is_told_so_and_who_has_no_link_sees_nothing(
    browser: Browser, watching: Page, watched: ServedCabinet
) -> None:
    address = watching.url
    stranger = browser.new_context(**PHONE)
    for path in ("", "x" * 22, "events", "static/x/style.css"):
        answer = stranger.request.get(f"{address.partition('#')[0]}{path}")
        assert (answer.status, answer.body()) == (404, b"")
    stranger.close()
    watched.server.revoke(watched.server.devices[0].id)
    watching.locator("#gone").get_by_text("not let in any more").wait_for()
