"""The breakers that were traced: in every format of the report, as labels beside it, and nobody's when given away."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from msgspec.structs import replace
from pypdf import PdfReader

from smappee_tui.app.tracer import CircuitList
from smappee_tui.app.visit.jobs import Jobs
from smappee_tui.diagnosis.tracing.board import Traced
from smappee_tui.diagnosis.tracing.tracer import Change, Tracing
from smappee_tui.report.compose.circuits import circuit_blocks, labels_in
from smappee_tui.report.formats import write
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Report
from smappee_tui.report.redact import redacted
from smappee_tui.report.render import text
from smappee_tui.report.render.json_file import decode, digest, encode
from smappee_tui.report.verify import GivenFile, verify
from tests.report.made import faulty
from tests.report.reading import html

CIRCUITS = (
    Traced("F7 [oven]", (11,), (2,), (2,), -1904.4, 1_760_000_000.0, True),
    Traced("F9 garage", (), (1,), (1,), -400.0, 1_760_000_100.0, False),
    Traced("F10 sub-board", (9, 6), (0,), (0,), 800.0, 1_760_000_200.0, True, through=(6,)),
)


def report() -> Report:
    return replace(faulty(), circuits=circuit_blocks(CIRCUITS, ReportMetadata(generated_at=1_760_000_300.0)))


def test_each_breaker_stands_in_page_and_text() -> None:
    made = report()
    assert decode(encode(made)).circuits == made.circuits
    for shown in (html(made), text.render(made, "0" * 64).decode()):
        for one in ("F7 [oven]", "Oven", "F9 garage", "no CT", "904", "(once)"):
            assert one in shown
    assert "Breakers and their inputs" not in html(faulty())


def test_labels_come_with_the_pdf_and_say_input_and_phase(tmp_path: Path) -> None:
    done = write(report(), tmp_path, ("pdf",), name="r", handover=False)
    assert set(done.files) == {"json", "pdf", "labels-pdf"}
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(done.files["labels-pdf"].read_bytes())).pages)
    for one in ("F7 [oven]", "Input 11", "L3", "F9 garage", "No CT", "Input 9", "Circuits that no CT sees"):
        assert one in said
    assert "labels-pdf" not in write(faulty(), tmp_path, ("pdf",), name="other", handover=False).files


def test_labels_belong_to_their_report(tmp_path: Path) -> None:
    files = write(report(), tmp_path, ("pdf",), name="r", handover=False).files
    given = [GivenFile(path.name, digest(path.read_bytes()), path.read_bytes()) for path in files.values()]
    assert [one.outcome for one in verify(given)] == ["agrees"] * 3


def test_labels_name_the_hub_once() -> None:
    made = report()
    channels = [replace(c, hub=f"5500002409/{c.input}") for c in made.channels]
    both = replace(made.circuits[0], inputs=[9, 11])
    (label,) = labels_in(replace(made, channels=channels, circuits=[both]))
    assert label.hub == "5500002409/9+11"


def test_a_report_that_is_given_away_names_no_breaker() -> None:
    given, _ = redacted(report())
    assert [one.inputs for one in given.circuits] == [[11], [], [9]]
    assert not any(name in encode(given).decode() for name in ("oven", "garage", "sub-board"))


def test_what_a_job_keeps_can_be_looked_at_without_opening_it(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    job = jobs.open("0a1b2c3d-0000-4000-8000-000000000000")
    CircuitList(job.folder).take("F7", Tracing("sure", Change((11,), (2,), (2,), -1900.0, 1.76e9)))
    assert [one.breaker for one in CircuitList.kept(jobs.folder_of(job.state.uuid))] == ["F7"]
    assert CircuitList.kept(jobs.folder_of("another")) == []
    job.release()
