"""The phasor picture: what is right is not drawn as a fault, and each current is shown against where it should be."""

import re
from typing import Any

import msgspec
import pytest

from smappee_tui.report.model import Report, Series, Step
from smappee_tui.report.render.diagrams import pictures, plot_of
from tests.report.made import faulty, healthy
from tests.report.reading import html, pdf_text


def with_channel(report: Report, number: int, **more: Any) -> Report:
    changed = [msgspec.structs.replace(c, **more) if c.input == number else c for c in report.channels]
    return msgspec.structs.replace(report, channels=changed)


def drawn(report: Report) -> dict[str, str]:
    """Kind of each measured current by its label."""
    return {arrow.label: arrow.kind for one in pictures(report) for arrow in one.arrows if arrow.measured}


def test_a_healthy_export_is_not_drawn_as_a_fault() -> None:
    report = with_channel(healthy(), 1, angle_degrees=172.0)
    assert drawn(report) == {"I0": "ok", "I1": "ok", "I2": "ok"}
    page = html(report)
    assert "have ok" in page
    assert "have fault" not in page
    picture = next(pictures(report))
    places = {arrow.label: arrow.degrees % 360 for arrow in picture.arrows}
    assert places["1"] == 150, "against L2: power is given back"
    assert abs(places["I1"] - places["1"]) <= 8
    assert "Power is given back, so expected against L2" in page


def test_faults_and_what_is_not_decided_have_their_own_looks() -> None:
    report = with_channel(faulty(), 2, verdict="inconclusive", angle_degrees=150.0)
    assert drawn(report) == {"I0": "ok", "I1": "ok", "I2": "open", "I6": "fault", "I8": "fault"}
    wanted = [arrow.label for arrow in next(pictures(report)).arrows if arrow.kind == "want"]
    assert wanted == ["0", "1"], "nobody knows yet on which side 2 should be"
    page = html(report)
    assert len(re.findall(r'<path class="have fault"', page)) == 2
    assert "it is open on which side it should be" in page


def test_the_key_stands_by_the_pictures_in_both_formats() -> None:
    key = "blue is right, orange is wrong, black is not decided"
    assert key in html(faulty())
    assert any(key in " ".join(page.split()) for page in pdf_text(faulty()))


@pytest.mark.parametrize(
    ("values", "zero"), [([-500.0, 1500.0], 0.75), ([-500.0, -100.0], None), ([0.0, 900.0], None), ([5.0], None)]
)
def test_a_signed_step_has_a_zero_line(values: list[float], zero: float | None) -> None:
    seconds = [float(place) for place in range(len(values))]
    step = msgspec.structs.replace(
        faulty().evidence[0], seconds=seconds, series=[Series(unit="W", input=0, phase=None, values=list(values))]
    )
    assert isinstance(step, Step)
    plot = plot_of(step)
    assert (plot.panels[0].zero if plot is not None else None) == zero
