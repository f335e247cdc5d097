"""The digital meter in the report: the same numbers in every format, and nobody's name when given away."""

from msgspec.structs import replace

from smappee_tui.diagnosis.judgement import Beside, WitnessVerdict
from smappee_tui.i18n import Translator
from smappee_tui.report.compose.witness import Curves, witness_block
from smappee_tui.report.diff import compare, diff_text
from smappee_tui.report.model import Report
from smappee_tui.report.redact import redacted
from smappee_tui.report.render import text
from smappee_tui.report.render.json_file import decode, digest, encode
from smappee_tui.report.witness_rows import witness_text
from tests.report.made import faulty
from tests.report.reading import html, pdf_text

NAMES = {0: "Jansens grid", 1: "Mains L2"}


def report(size: float = 1.3361) -> Report:
    lines = (
        Beside(0, 1, 2310.4, 3086.0, size, clear=True),
        Beside(1, 0, float("nan"), -120.0, float("nan"), clear=False),
    )
    found = WitnessVerdict("this", 58, 1.0, (1, 0, 2), lines)
    told = (-118.0, -121.0, -119.0), (2310.0, 2290.0, 2330.0), (5.0, 5.0, 5.0)
    curves = Curves((0.0, 1.0, 2.0), ((3086.0, 3060.0, 3110.0), (-120.0, -122.0, -120.0)), told, (0, 1))
    return replace(faulty(), witness=witness_block(found, "homewizard", NAMES, curves))


def test_every_format_tells_meter_ct_and_what_lies_between() -> None:
    made = decode(encode(report()))
    assert made == report()
    pages = " ".join(" ".join(pdf_text(made)).split())
    page = " ".join(html(made).replace("\u00a0", " ").split())
    plain = " ".join(text.render(made, digest(encode(made))).decode().replace("\u00a0", " ").split())
    for content in (pages, page, plain):
        for said in (
            "HomeWizard P1",
            "58 readings compared, 1.0 s",
            "the monitor's L1 is the meter's L2",
            "2 310 W",
            "3 086 W",
            "+33.6 %",
            "proved",
        ):
            assert said in content.replace("&#39;", "'").replace("\u202f", " "), said


def test_meter_and_grid_ct_are_drawn_over_the_watch() -> None:
    made = decode(encode(report()))
    page, pages = html(made), " ".join(pdf_text(made))
    for ct, line in ((0, "L2"), (1, "L1")):
        assert f"'s {line} over the watch, W" in page.replace("&#39;", "'")
        assert f'id="witness-{ct}"' in page
        assert f"meter {line}" in pages
    assert made.witness is not None
    bare = replace(made, witness=replace(made.witness, seconds=[]))
    assert "over the watch, W" not in html(bare)
    assert "meter L2" not in " ".join(pdf_text(bare))


def test_a_ct_configured_otherwise_than_it_sits_is_no_contradiction() -> None:
    lines = (Beside(0, 0, 732.0, -78.0, 1.005, clear=True), Beside(1, 1, 500.0, 496.0, 0.992, clear=True))
    for some, told in ((lines, True), (lines[1:], False)):
        block = witness_block(WitnessVerdict("this", 25, 1.0, (0, 1, 2), some), "tcp", NAMES)
        assert block is not None
        said = " ".join(witness_text(block, Translator("en")))
        assert ("otherwise than it sits" in said) is told
        assert "another order" not in said


def test_redacted_it_keeps_its_numbers_only() -> None:
    made = redacted(report())[0]
    assert made.witness is not None
    assert made.witness.lines[0].ratio == 1.336
    assert "Jansens" not in encode(made).decode()


def test_two_reports_compared_tell_how_each_grid_ct_stands_against_the_meter() -> None:
    found = compare(report(), report(0.998))
    assert [(one.input, one.before, one.after) for one in found.witness] == [(0, 1.336, 0.998)]
    assert "+33.6 % → -0.2 %" in diff_text(found).replace("\u00a0", " ").replace("−", "-")
    assert compare(report(), report()).witness == []
