"""The HTML in a real browser without a screen: quiet, offline, paper-shaped. Skipped where there is no Chromium."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from smappee_tui.i18n import Translator
from smappee_tui.report.render import handover_html
from smappee_tui.report.render.json_file import digest, encode
from tests.report.made import faulty, hostile
from tests.report.reading import html
from tests.report.render.test_handover import crowded

CHROMIUM = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--no-first-run", "--no-pdf-header-footer", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


OWN = re.compile(r"https?://([\w-]+\.)*(google|gstatic|gvt1|googleapis)\.com[/:]|chrome|devtools|data:")


def browse(folder: Path, content: str, *words: str) -> subprocess.CompletedProcess[str]:
    page = folder / "report.html"
    page.write_text(content, encoding="utf-8")
    assert CHROMIUM is not None
    return subprocess.run(
        [CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", *words, page.as_uri()],
        capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=50, check=False,
    )  # fmt: skip


def test_it_prints_to_a4_with_a_summary_page_and_numbers(tmp_path: Path) -> None:
    done = browse(tmp_path, html(faulty()), f"--print-to-pdf={tmp_path / 'out.pdf'}")
    assert done.returncode == 0, done.stderr[-500:]
    reader = PdfReader(tmp_path / "out.pdf")
    pages = [page.extract_text() for page in reader.pages]
    words = Translator("en")
    width, height = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    assert (round(float(width)), round(float(height))) == (595, 842)
    assert 4 <= len(pages) <= 9
    assert words("report.label.customer_signed") in pages[0]
    assert words("report.block.findings") in pages[1].split("Page 2")[1]
    for number, page in enumerate(pages, 1):
        assert words("report.result.page", page=number, pages=len(pages)) in page
    assert all(digest(encode(faulty())) in page for page in pages)


@pytest.mark.parametrize("made", [faulty, hostile])
def test_nothing_is_complained_of_and_nothing_is_fetched(tmp_path: Path, made: object) -> None:
    log = tmp_path / "net.json"
    done = browse(
        tmp_path, html(made()), "--enable-logging=stderr", f"--log-net-log={log}", "--dump-dom",  # type: ignore[operator]
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    assert "CONSOLE" not in done.stderr
    assert "alert(1)" not in done.stderr
    assert fetched(log) <= {(tmp_path / "report.html").as_uri()}


def test_the_customer_s_page_prints_on_one_sheet_and_fetches_nothing(tmp_path: Path) -> None:
    log, sheet = tmp_path / "net.json", tmp_path / "out.pdf"
    content = handover_html.render(crowded(), "ab" * 32).decode()
    done = browse(tmp_path, content, f"--print-to-pdf={sheet}", f"--log-net-log={log}")
    assert done.returncode == 0, done.stderr[-500:]
    assert len(PdfReader(sheet).pages) == 1
    assert fetched(log) <= {(tmp_path / "report.html").as_uri()}


def test_a_page_that_fetches_would_be_caught(tmp_path: Path) -> None:
    log = tmp_path / "net.json"
    browse(tmp_path, '<img src="http://probe.invalid/x.png">', f"--log-net-log={log}", "--dump-dom")
    assert "http://probe.invalid/x.png" in fetched(log)


def fetched(log: Path) -> set[str]:
    """Addresses asked for by the page. The browser's own calls, to its maker's hosts, are left out."""
    text = log.read_text(encoding="utf-8", errors="replace").rstrip()
    events = json.loads(text if text.endswith("}") else text.rstrip(",") + "]}")["events"]
    params = [event["params"] for event in events if isinstance(event.get("params"), dict)]
    asked = {str(one["url"]) for one in params if "url" in one}
    return {url for url in asked if not OWN.match(url)}


def test_on_a_phone_nothing_stands_beyond_the_edge_and_no_number_is_broken(tmp_path: Path) -> None:
    """A table is moved sideways by itself, and the page does not move with it."""
    look = """<script>addEventListener('load', () => {
        const lines = cell => { const all = document.createRange(); all.selectNodeContents(cell)
            return new Set([...all.getClientRects()].map(one => Math.round(one.top))).size }
        const most = Math.max(...[...document.querySelectorAll('.channels tbody td.num')].map(lines))
        const root = document.documentElement
        document.title = `${root.scrollWidth - root.clientWidth} ${most}` })</script></body>"""
    page = re.sub("<meta http-equiv[^>]*>", "", html(faulty())).replace("</body>", look)  # it forbids every script
    done = browse(tmp_path, page, "--window-size=500,900", "--dump-dom")
    assert done.returncode == 0, done.stderr[-500:]
    found = re.search(r"<title>([^<]*)", done.stdout)
    assert found is not None
    assert found[1] == "0 1"
