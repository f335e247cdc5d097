"""What a fleet says in two or three words."""

from __future__ import annotations

from smappee_tui.fleet.view import DAY, MOST_CHANGES, Change, FleetView
from smappee_tui.fleet.words import limits_of
from smappee_tui.i18n import LANGUAGES, Translator
from smappee_tui.i18n.language import load

NEVER = frozenset({
    # notes, which no list names
    "aggregated-late", "bad-messages", "counter-glitch", "generation-question", "monitor-restarted", "realtime-gaps",
    "sensor-disabled-counts", "sensor-twice", "plug-twice", "plug-command-waits", "test-elsewhere", "phases-uneven",
    # of the cloud's configuration, a digital meter or limits, which a fleet has none of; of other monitors
    "cloud-input-missing-cloud", "cloud-input-missing-monitor", "cloud-name-differs", "cloud-setting-differs",
    "cloud-supply-differs", "meter-differs", "meter-elsewhere", "meter-order", "main-fuse-near", "charger-over",
    "single-phase-over", "others-left-over",
})  # fmt: skip
"""Findings that no location of a fleet is listed with."""


def test_each_finding_that_a_location_can_be_listed_with_has_words() -> None:
    titled = {key.partition(".title")[0] for key in load("en", "checks") if ".title" in key}
    for language in LANGUAGES:
        words = Translator(language)
        assert {code for code in titled - NEVER if not words.has(f"fleet.finding.{code}")} == set()
    assert titled >= NEVER, "and none of these is gone"


def test_more_changes_in_a_day_than_are_at_hand_are_said_to_be_more() -> None:
    def view(first: float) -> FleetView:
        changes = tuple(Change(n, first + n, "u", "", "ok", "fault", ()) for n in range(MOST_CHANGES))
        return FleetView(at=10 * DAY, since=0.0, changes=changes)

    assert [limit.code for limit in limits_of(view(9.5 * DAY))] == ["fleet.changes_cut"]
    assert limits_of(view(8 * DAY)) == []
    assert limits_of(FleetView(at=10 * DAY, since=0.0)) == []
