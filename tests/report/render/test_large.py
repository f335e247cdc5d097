"""The largest board that a screen has to carry: its report is complete and not heavy."""

import pytest

from smappee_tui.report.formats import FORMATS, rendered
from smappee_tui.report.model import Report
from tests.report.made import Visit
from tests.report.reading import pdf

LARGEST = 3_000_000
"""Bytes of all formats together."""


@pytest.fixture(scope="module")
def large() -> Report:
    """80 channels, and as many announced loads as fit into some minutes."""
    return Visit("shop80", ("reversed:6",)).watch(500).report()


def test_everything_together_is_under_three_megabytes(large: Report) -> None:
    made, _ = rendered(large, FORMATS)
    assert len(large.channels) == 80
    assert len(large.evidence) > 20
    assert sum(map(len, made.values())) < LARGEST


def test_the_channel_table_goes_on_over_pages_with_its_head(large: Report) -> None:
    pages = [page.extract_text() for page in pdf(large).pages]
    assert "Verdict" in pages[0]
    assert "Verdict" in pages[1]
    text = "\n".join(pages)
    for channel in large.channels:
        assert channel.name[:20] in text
