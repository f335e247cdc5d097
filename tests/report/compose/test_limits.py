"""The limits of the installation in the report: the numbers of its JSON in every format, and made-up names."""

from msgspec.structs import replace

from smappee_tui.diagnosis.judgement import Limit
from smappee_tui.protocol.fact import fact
from smappee_tui.report.compose.limits import limit_blocks
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Report
from smappee_tui.report.redact import redacted
from smappee_tui.report.render import text
from smappee_tui.report.render.json_file import decode, digest, encode
from tests.report.made import faulty
from tests.report.reading import html, pdf_text

AT = 1_700_000_123.0
LIMITS = (
    Limit("main-fuse", "over", "A", 25.0, 27.1, AT, phase=0, input=0, name="Mains L1",
          notes=(fact("limits.note.above", seconds=4),)),
    Limit("imbalance", "near", "W", 5000.0, 4444.0, AT, source=fact("limits.source.BE"), mean=1212.0,
          parts=((0, "L1", 4000.0), (1, "L2", -444.0))),
    Limit("month-peak", "over", "W", 2500.0, 3987.0, AT, at_least=True, parts=((3, "Jansens car", 3200.0),)),
    Limit("single-phase", "unchecked", "VA", None, 3456.0, AT, phase=0, input=3, name="Jansens car",
          why=fact("limits.why.no_country")),
)  # fmt: skip


def made() -> Report:
    return replace(faulty(), installation_limits=list(limit_blocks(LIMITS, ReportMetadata(AT))))


def test_every_format_tells_worst_limit_margin_and_when() -> None:
    report = decode(encode(made()))
    assert report.installation_limits[0].margin == -2.1
    pages = " ".join(" ".join(pdf_text(report)).split())
    page = " ".join(html(report).replace("\u00a0", " ").split())
    plain = " ".join(text.render(report, digest(encode(report))).decode().split())
    for content in (pages, page, plain):
        for said in ("27.1 A", "25 A", "4 444 W", "at least 3 987 W", "Jansens car", "22:15:23", "C10/11", "no legal"):
            assert said in content, said
    assert "L2 -444 W" in plain


def test_a_report_given_away_names_no_circuit_of_a_peak() -> None:
    shared = encode(redacted(made())[0]).decode()
    assert "Jansens" not in shared
    assert '"phase":"L1"' in shared.replace(" ", "")
