"""The limits on the screen: fuse and country are entered once, and what is over is said and stays where it was."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smappee_tui.app.settings import Settings
from smappee_tui.app.visit.job_visit import JobVisit
from smappee_tui.app.visit.jobs import Jobs, PeakEntry
from smappee_tui.diagnosis.judgement import Finding, Limit, Subject
from smappee_tui.diagnosis.limits.declared import Peak
from smappee_tui.i18n import LANGUAGES, Translator, use
from smappee_tui.protocol.fact import fact
from smappee_tui.report.compose.limits import limit_blocks
from smappee_tui.report.limit_rows import limit_rows
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.tui.limits.sheet import LimitsSheet, table
from smappee_tui.tui.report.values import usual_limits
from smappee_tui.tui.widgets.form import Form
from smappee_tui.tui.widgets.lines import length, plain
from tests.tui.houses import START, UUID, twelve
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, press, text

LIMITS = (
    Limit("main-fuse", "over", "A", 25.0, 27.1, START, phase=0, input=0, name="Mains L1", seconds=4.0,
          notes=(fact("limits.note.above", seconds=4),)),
    Limit("main-fuse", "unchecked", "A", 25.0, None, phase=2, why=fact("limits.why.no_grid_ct", phase="L3")),
    Limit("ct-fuse", "over", "A", 50.0, 63.0, phase=0, input=0, name="Mains L1"),
    Limit("charger", "near", "A", 18.0, 16.0, START, phase=0, input=3, name="EV [red]/charger",
          notes=(fact("limits.note.besides", amps=7.0),)),
    Limit("month-peak", "over", "W", 2500.0, 12_345.0, START, at_least=True, source=fact("limits.source.peak"),
          projected=4000.0, parts=((3, "EV [red]/charger", 9800.0), (4, "", 1200.0))),
    Limit("ct-rating", "ok", "A", 50.0, 27.1, START, phase=0, input=0, name="Mains L1"),
    Limit("ct-rating", "ok", "A", 50.0, 3.0, START, phase=0, input=5, name="Fridge"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(tmp_path / "config"))


def scene(**wishes: Any) -> Scene:
    return Scene(twelve(), **wishes).configure().run(20).judge(replace(judgement_of_twelve(), limits=LIMITS))


def plain_spaces(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_too_long_and_nothing_is_left_unsaid(language: Any) -> None:
    use(language)
    try:
        rows = limit_rows(limit_blocks(LIMITS, ReportMetadata(0.0)), Translator(language), lambda iso: iso[11:19])
        for width in (50, 74, 100):
            lines = table(rows, width)
            assert max(length(one) for one in lines) <= width
            whole = plain_spaces(" ".join(plain(one) for one in lines))
            for row in rows:
                assert plain_spaces(row.what)[: 20 if width > 50 else None] in whole
                assert all(plain_spaces(amount) in whole for amount in (row.worst, row.limit, row.left, row.when))
            assert "EV [red]/charger" in whole
    finally:
        use("en")


def test_the_report_s_form_opens_with_the_fuse_of_the_settings() -> None:
    assert usual_limits(Settings(limits={"main_fuse_amps": 40.0}, country="BE")) == {"main_fuse": "40", "country": "BE"}
    assert usual_limits(Settings()) == {"main_fuse": "", "country": ""}


async def test_the_sheet_shows_what_is_over_and_takes_fuse_and_country() -> None:
    of = scene()
    async with open_screen(of, (80, 40), "H") as pilot:
        assert isinstance(of.app.screen, LimitsSheet)
        shown = text(of.app)
        assert "Main fuse:  not entered" in shown
        assert "✕ Main fuse L1: over" in shown
        assert "27.1 A" in shown
        assert "-2.1 A" in shown
        await press(pilot, "enter")
        form = of.app.screen
        assert isinstance(form, Form)
        form.inputs["main_fuse"].value = "many"
        form.inputs["country"].value = "atlantis"
        await press(pilot, "enter", "enter")
        assert "many is no fuse" in text(of.app)
        form.inputs["main_fuse"].value = "3x25 A"
        await press(pilot, "enter")
        assert "atlantis is none of BE, NL, FR or DE" in text(of.app)
        form.inputs["country"].value = "be"
        await press(pilot, "enter")
        assert "Main fuse:  25 A   Country:  Belgium" in text(of.app)
        assert of.app.first.begun.reports.values(UUID) == {"main_fuse": "25", "country": "BE"}
        await press(pilot, "enter", "ctrl+u", "enter", "enter")
        assert of.app.first.begun.reports.values(UUID) == {"country": "BE"}


async def test_what_was_entered_and_the_peak_are_kept_in_the_job(tmp_path: Path) -> None:
    def visited() -> Scene:
        visit = JobVisit(Jobs(tmp_path / "jobs"), clock=lambda: of.clock.now)
        of = scene(job=visit)
        of.session._keep = visit
        return of

    of = visited()
    async with open_screen(of, (80, 24), "H", "enter") as pilot:
        await press(pilot, "4", "0", "enter", "b", "e", "enter")
        assert of.session.declared.fuse == 40.0
    of.app.first.job.close(of.session)  # type: ignore[union-attr]
    kept = Jobs(tmp_path / "jobs").peek(UUID)
    assert kept is not None
    assert kept.peak == PeakEntry(START, 12_345.0, 0.0, START)
    of = visited()
    async with open_screen(of, (80, 24)) as pilot:
        of.app.first.tick()
        assert (of.session.declared.fuse, of.session.declared.country) == (40.0, "BE")
        assert of.session.declared.earlier == Peak(START, 12_345.0, 0.0, START)
        await press(pilot, "r")
        assert "40" in text(of.app)


async def test_a_finding_of_a_limit_leads_to_the_limits() -> None:
    of = scene()
    over = Finding(
        "main-fuse-over", "fault", Subject("phase", "L1"), params={"phase": "L1", "amps": 27.1, "limit": 25.0}
    )
    of.judge(replace(judgement_of_twelve(), findings=(over,), limits=LIMITS))
    async with open_screen(of, (80, 24), "F", "enter"):
        assert isinstance(of.app.screen, LimitsSheet)
