"""What is kept from the second before is never what was: each change alone shows at once, as if nothing were kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.i18n import use
from smappee_tui.protocol.received import Mark
from smappee_tui.site.view import view_of
from smappee_tui.tui.live import detail, header
from smappee_tui.tui.live.columns import ChannelRow, rows_of
from smappee_tui.tui.live.detail import ShownChannel, detail_lines, subject_of
from smappee_tui.tui.live.header import header_lines
from smappee_tui.tui.live.power_plot import Past, PowerPlot
from smappee_tui.tui.widgets.kept import Kept
from smappee_tui.tui.widgets.lines import Line
from tests.tui.houses import twelve
from tests.tui.live.test_states import live
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, press, rows, verdict

HEAT_PUMP = 6


@pytest.fixture(scope="module")
def scene() -> Scene:
    return live()


def subject(scene: Scene, number: int = HEAT_PUMP) -> ShownChannel:
    site = scene.session.site
    assert site is not None
    view, judgement = view_of(site), judgement_of_twelve()
    listed = rows_of(view, judgement)
    row = next(row for row in listed if row.channel.input == number)
    return subject_of(row, 7, listed, view, judgement, together=True, noted="1 photo")


def row_with(of: ChannelRow, **changes: Any) -> ChannelRow:
    if "setting" in changes:
        assert of.channel.setting is not None
        setting = changes["setting"] and structs.replace(of.channel.setting, **changes["setting"])
        return of._replace(channel=of.channel._replace(setting=setting, live_phase=of.channel.phase))
    assert of.verdict is not None
    return of._replace(verdict=replace(of.verdict, **changes))


def of_a_mate(shown: ShownChannel) -> ShownChannel:
    """The clamp beside it is turned."""
    mates = tuple(
        row if row.channel.input == HEAT_PUMP or row.verdict is None else row_with(row, angle=100.0)
        for row in shown.group
    )
    return replace(shown, group=mates)


CHANGES: dict[str, Callable[[ShownChannel], ShownChannel]] = {
    "one clamp alone": lambda shown: replace(shown, together=False),
    "a photo more": lambda shown: replace(shown, noted="2 photos"),
    "a phase without voltage": lambda shown: replace(shown, phases=(0, 1)),
    "a finding gone": lambda shown: replace(shown, findings=()),
    "another angle": lambda shown: replace(shown, row=row_with(shown.row, angle=90.0), group=()),
    "another angle of a mate": of_a_mate,
    "surer": lambda shown: replace(shown, row=row_with(shown.row, confidence=0.7)),
    "less seen": lambda shown: replace(shown, row=row_with(shown.row, evidence=())),
    "no advice": lambda shown: replace(shown, row=row_with(shown.row, advice=None)),
    "set otherwise": lambda shown: replace(shown, row=row_with(shown.row, setting={"phase": 0})),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("width", [50, 78, 120])
def test_the_pane(scene: Scene, change: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before = subject(scene)
    after = CHANGES[change](before)
    was, shown = detail_lines(before, width), detail_lines(after, width)
    monkeypatch.setattr(detail, "_STILL", Kept())
    assert shown == detail_lines(after, width)
    assert shown != was


def test_the_sign_and_the_title_of_the_pane(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding that names a clamp which is right, and one that is not judged, configured and not."""
    before = subject(scene, 4)
    unjudged = replace(before, row=before.row._replace(verdict=None), findings=())
    unset = replace(unjudged, row=row_with(unjudged.row, setting=None))
    for first, then in ((before, replace(before, row=before.row._replace(mark="warning"))), (unjudged, unset)):
        was, shown = detail_lines(first, 78), detail_lines(then, 78)
        monkeypatch.setattr(detail, "_STILL", Kept())
        assert shown == detail_lines(then, 78)
        assert shown[1] != was[1]


def test_the_pane_in_another_language_and_at_another_width(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    detail_lines(subject(scene), 78)
    made = [detail_lines(subject(scene), 90)]
    use("nl")
    made.append(detail_lines(subject(scene), 90))
    monkeypatch.setattr(detail, "_STILL", Kept())
    dutch = detail_lines(subject(scene), 90)
    use("en")
    monkeypatch.setattr(detail, "_STILL", Kept())
    assert made == [detail_lines(subject(scene), 90), dutch]


def test_the_counts_of_the_head(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    site = scene.session.site
    assert site is not None
    view, told = view_of(site), judgement_of_twelve()
    situation: Any = SimpleNamespace(glyph="●", word="live", tone="ok")
    base = header.Head(situation, view, told)
    fewer = base._replace(view=replace(view, channels=view.channels[:6]))
    settled = base._replace(judgement=replace(told, channels={n: verdict(n, "ok") for n in told.channels}))
    assert settled.view is not None
    unset = settled._replace(view=replace(settled.view, configured=False))
    gone = base._replace(judgement=replace(told, findings=()))
    for before, after, language in (
        (base, fewer, "en"),
        (base, gone, "en"),
        (settled, unset, "en"),
        (base, base, "de"),
    ):
        monkeypatch.setattr(header, "_COUNTED", Kept())
        use("en")
        was = header_lines(before, 120)
        if language != "en":  # the same one taken again would be another translator
            use(language)  # type: ignore[arg-type]
        shown = header_lines(after, 120)
        monkeypatch.setattr(header, "_COUNTED", Kept())
        assert shown == header_lines(after, 120)
        assert shown != was


def test_the_plot(scene: Scene) -> None:
    site = scene.session.site
    assert site is not None
    assert site.sample is not None
    marks = [Mark(site.sample.at - 60, "load-on", 2000.0, 0)] * 200
    evidence: Any = SimpleNamespace(marks=marks, steps={}, below={})
    listed = rows_of(view_of(site), Judgement())
    past, plot = Past(site.history, site.sample.at, evidence), PowerPlot()

    def lines(drawn_by: PowerPlot, place: int, width: int, height: int) -> list[Line]:
        return drawn_by.lines(listed[place], listed, Judgement(), past, width, height)

    def check(place: int = 4, width: int = 60, height: int = 14) -> None:
        fresh = PowerPlot()
        fresh.seconds, fresh.balance = plot.seconds, plot.balance
        assert lines(plot, place, width, height) == lines(fresh, place, width, height)

    check(HEAT_PUMP)
    check()
    check(width=61)
    check(width=60)
    check(height=15)
    check(height=14)
    plot.longer()
    check()
    plot.balance = True
    check()
    listed[:] = [row._replace(channel=row.channel._replace(watts=77.0)) for row in listed]
    check()
    use("fr")
    check()
    plot.balance = False
    check()
    marks[:] = [*marks[1:], Mark(site.sample.at - 30, "load-off", 2000.0, 4)]  # as many as are kept
    check()


async def test_numbers_of_the_table_in_another_language() -> None:
    scene = Scene(twelve()).configure().run(5)
    async with open_screen(scene, (120, 40)) as pilot:
        assert "4.1" in "\n".join(rows(scene.app))
        await press(pilot, "f2")
        table = scene.app.first.table
        shown = [cell for number in range(table.total) for cell, _ in table.cells(number)]
        assert "4,1" in {cell.strip() for cell in shown}
        assert "4.1" not in {cell.strip() for cell in shown}


def test_a_thing_is_made_once_of_the_same() -> None:
    kept = Kept[object]()
    made: list[int] = []

    def make() -> object:
        made.append(len(made))
        return None

    for of in ((1, "a"), (1, "a"), (2, "a"), (1, "a"), (1, "a")):
        assert kept.get(of, make) is None
    assert made == [0, 1, 2]
