"""Fuse and country: by option, else the job, else the settings."""

import pytest

from smappee_tui.app.declared import by_settings, fuse_amps, known_country, with_job
from smappee_tui.app.session import Session
from smappee_tui.app.settings import Settings
from smappee_tui.diagnosis.limits.declared import Declared, Peak
from tests.payloads import TWENTY, config
from tests.site.watch import Watch


@pytest.mark.parametrize(
    ("text", "amps"),
    [("25", 25.0), (" 40 A", 40.0), ("3x25", 25.0), ("3 × 16a", 16.0), ("12,5", 12.5), ("", None), ("0", None),
     ("-3", None), ("nan", None), ("inf", None), ("1e9", None), ("fuse", None)],
)  # fmt: skip
def test_a_fuse_as_people_type_it(text: str, amps: float | None) -> None:
    assert fuse_amps(text) == amps


def test_a_country_as_people_type_it() -> None:
    assert [known_country(text) for text in ("be", " DE ", "", "XX")] == ["BE", "DE", "", ""]


def test_an_option_goes_before_the_job_and_the_job_before_the_settings() -> None:
    settings = Settings(limits={"main_fuse_amps": 63.0, "near_percent": 90.0}, country="FR")
    typed = {"main_fuse": "3x25", "country": "BE"}
    usual = by_settings(settings)
    assert (usual.fuse, usual.country, usual.thresholds.near_percent) == (63.0, "FR", 90.0)
    job = with_job(usual, typed, Peak(1.0, 2.0, 3.0, 4.0))
    assert (job.fuse, job.country, job.earlier) == (25.0, "BE", Peak(1.0, 2.0, 3.0, 4.0))
    said = with_job(by_settings(settings, 40.0, "DE"), typed)
    assert (said.fuse, said.country) == (40.0, "DE")
    assert with_job(usual, {"main_fuse": "?", "country": "?"}).fuse == 63.0


def test_months_begin_where_the_monitor_is() -> None:
    watch = Watch()
    watch.take("config", config(TWENTY) | {"timeZone": "Europe/Brussels"})
    session = Session(None, declared=Declared(25.0))  # type: ignore[arg-type]
    said = session._declared_of(watch.site)
    assert (str(said.zone), said.main_fuse_amps) == ("Europe/Brussels", 25.0)
    watch.take("config", config(TWENTY) | {"timeZone": "Nowhere/At all"})
    assert session._declared_of(watch.site).zone is None
