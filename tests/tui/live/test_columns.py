from dataclasses import replace

import pytest

from smappee_tui.diagnosis.judgement import Finding, Judgement, Subject
from smappee_tui.site.view import SiteView, view_of
from smappee_tui.tui.live.columns import BY_KEY, COLUMNS, Arrangement, arranged, chosen, rows_of
from smappee_tui.tui.live.detail import group_of
from tests.tui.houses import Clamp, House, twelve
from tests.tui.scene import Scene, judgement_of_twelve


def site_view() -> SiteView:
    site = Scene(twelve()).configure().run(3).session.site
    assert site is not None
    return view_of(site)


def table(judged: bool = True) -> list:
    return rows_of(site_view(), judgement_of_twelve() if judged else Judgement())


def inputs(wish: Arrangement) -> list[int]:
    return [row.channel.input for row in arranged(table(), wish)]


def test_faults_first_then_by_input() -> None:
    assert inputs(Arrangement()) == [6, 9, 0, 1, 2, 3, 4, 5, 7, 8, 10, 11]
    assert inputs(Arrangement("input")) == list(range(12))
    assert inputs(Arrangement("input", descending=True)) == list(range(11, -1, -1))


def test_numbers_sort_as_numbers_and_the_unknown_comes_last() -> None:
    assert inputs(Arrangement("watts", descending=True))[:3] == [4, 0, 3]
    assert inputs(Arrangement("watts"))[:2] == [1, 6]
    assert set(inputs(Arrangement("pf"))[-3:]) == {8, 10, 11}
    assert set(inputs(Arrangement("pf", descending=True))[-3:]) == {8, 10, 11}


def test_faults_come_first_by_verdict() -> None:
    assert inputs(Arrangement("verdict"))[:3] == [6, 9, 1]


@pytest.mark.parametrize(
    ("words", "expected"),
    [("heat", [6, 5, 7]), ("HEAT l2", [6]), ("reversed", [6]), ("solar", [3]), ("nothing such", [])],
)
def test_filter_wants_all_words(words: str, expected: list[int]) -> None:
    assert inputs(Arrangement(text=words)) == expected


def test_only_faults_and_without_unused() -> None:
    assert inputs(Arrangement(only_faults=True)) == [6, 9]
    named = Finding("over-range", "warning", Subject("channel", 4), channels=(4, 7), params={"input": 4, "name": ""})
    told = judgement_of_twelve()
    marked = rows_of(site_view(), replace(told, findings=(*told.findings, named)))
    assert [row.channel.input for row in arranged(marked, Arrangement(only_faults=True))] == [6, 9, 4, 7]
    cells = {row.channel.input: BY_KEY["verdict"].text(row, 26).strip() for row in marked}
    assert cells[4].startswith("! on L1, right way round")
    assert 11 not in inputs(Arrangement(hide_unused=True))


def test_the_same_column_again_turns_the_order() -> None:
    wish = Arrangement().sorted_by("watts")
    assert (wish.order, wish.descending) == ("watts", True)
    assert not wish.sorted_by("watts").descending
    assert not wish.sorted_by("name").descending


@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: c.key)
def test_every_column_sorts_and_shows_every_row(column) -> None:
    rows = arranged(table(judged=False), replace(Arrangement(), order=column.key))
    assert len(rows) == 12
    assert all(len(column.text(row, 12)) == 12 for row in rows)


@pytest.mark.parametrize("width", range(20, 240, 3))
def test_columns_fit_and_the_important_ones_stay(width: int) -> None:
    columns = chosen(width)
    assert sum(w + 1 for _, w in columns) <= width
    keys = [column.key for column, _ in columns]
    if width >= 22:
        assert {"input", "verdict"} <= set(keys)
    if width >= 35:
        assert "name" in keys
    if width >= 59:
        assert {"watts", "phase"} <= set(keys)
        assert {c.key: w for c, w in columns}["verdict"] >= 22
    if width >= 67:
        assert "amps" in keys
    if width >= 79:
        assert {"pf", "role"} <= set(keys)
    if width >= 119:
        assert {"volts", "trend"} <= set(keys)
    if width >= 140:
        assert {"hub", "ct"} <= set(keys)


def test_a_channel_that_waits_says_for_what_where_there_is_room() -> None:
    verdict = BY_KEY["verdict"]
    cells = {row.channel.input: (verdict.text(row, 80).strip(), verdict.text(row, 26).strip()) for row in table()}
    assert cells[8] == ("○ 0.2 A at most so far: switch 1 kW or more on this circuit.", "○ no current yet")
    assert cells[10] == ("○ no current yet", "○ no current yet")
    assert cells[6] == ("✕ reversed", "✕ reversed")


def test_the_clamps_of_one_load_are_found_by_name_role_and_phase() -> None:
    rows = table()
    assert [r.channel.input for r in group_of(rows[6], rows)] == [5, 6, 7]
    assert [r.channel.input for r in group_of(rows[0], rows)] == [0, 1, 2]
    assert group_of(rows[4], rows) == ()
    assert group_of(rows[11], rows) == ()


def test_the_two_clamps_of_a_delta_load_belong_together() -> None:
    clamps = [Clamp("Pump L1", 0, 1, 200), Clamp("Pump L2", 1, 1, 200), Clamp("Oven", 0, 1, 200)]
    scene = Scene(House(clamps)).configure().run(3)
    assert scene.session.site is not None
    rows = rows_of(view_of(scene.session.site), Judgement())
    assert [r.channel.input for r in group_of(rows[0], rows)] == [0, 1]
    assert group_of(rows[2], rows) == ()
