"""Which configuration counts where several were heard."""

from __future__ import annotations

from typing import Any

import pytest

from tests import payloads as p
from tests.site.watch import Watch

OLD = p.START - 100_000_000
NEW = p.START - 1_000
ROWS = [p.Row(n, 230, 1.0, n % 3) for n in range(3)]


def plan(spec: str, dialect: str, at: float | None) -> dict[str, Any]:
    return p.channel_config(spec, dialect) | {"utcTimeStamp": None if at is None else p.millis(at)}


def heard(*plans: tuple[str, str, float | None], dialect: str = p.INFINITY, seconds: int = 1, **more: Any) -> Watch:
    """A watch that was told these configurations, in this order, and then measurements of one dialect."""
    watch = Watch(dialect)
    for spec, of, at in plans:
        watch.take(p.channel_topic(of), plan(spec, of, at), retain=more.get("retain", True))
    for _ in range(seconds):
        watch.second(ROWS)
    return watch


def names(watch: Watch) -> list[str]:
    return [setting.name for setting in watch.site.settings.values()]


TWO = [("grid:1=Old", p.TWENTY, OLD), ("grid:0=New", p.INFINITY, NEW)]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("seconds", [0, 1, 5])
def test_the_newer_counts_whatever_comes_last(order: int, seconds: int) -> None:
    watch = heard(*TWO[::order], seconds=seconds)
    assert names(watch) == ["New"]
    assert [one.written for one in watch.site.left_over] == [OLD]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("dialect", p.DIALECTS)
def test_the_keys_of_the_measurements_go_before_the_date(order: int, dialect: str) -> None:
    both = [("grid:1=Twenty", p.TWENTY, OLD), ("grid:0=Infinity", p.INFINITY, NEW)]
    watch = heard(*both[::order], dialect=dialect)
    assert names(watch) == ["Twenty" if dialect == p.TWENTY else "Infinity"]
    assert len(watch.site.left_over) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_without_dates_the_keys_decide(order: int) -> None:
    both = [("grid:1=Twenty", p.TWENTY, None), ("grid:0=Infinity", p.INFINITY, None)]
    assert names(heard(*both[::order])) == ["Infinity"]


def test_one_that_is_not_this_monitors_counts_for_nothing() -> None:
    watch = heard(TWO[0], seconds=3)
    assert watch.site.plan is None
    assert watch.site.settings == {}
    assert [one.written for one in watch.site.left_over] == [OLD]


def test_unless_the_serial_number_says_that_this_monitor_writes_so() -> None:
    watch = Watch(p.INFINITY)
    watch.take("config", p.config(p.TWENTY))
    watch.take("channelConfig", plan("grid:0=Ours", p.TWENTY, NEW))
    watch.second(ROWS)
    assert names(watch) == ["Ours"]
    assert watch.site.left_over == ()


def test_an_older_word_of_the_same_topic_that_comes_late_is_left_over() -> None:
    watch = heard(("grid:0=New", p.INFINITY, NEW), ("grid:1=Old", p.INFINITY, OLD))
    assert names(watch) == ["New"]
    assert len(watch.site.left_over) == 1


def test_the_same_words_once_more_are_nothing_to_tell() -> None:
    watch = heard(("grid:0=A", p.INFINITY, NEW), ("grid:0=A", p.INFINITY, OLD), ("grid:0=A", p.INFINITY, NEW))
    assert names(watch) == ["A"]
    assert watch.site.left_over == ()


def test_a_change_while_one_watches_is_no_left_over() -> None:
    watch = heard(("grid:0=Before", p.INFINITY, NEW))
    watch.take("channelConfigV2", plan("grid:1=After", p.INFINITY, watch.now))
    assert names(watch) == ["After"]
    assert watch.site.left_over == ()
    assert [(change.before.name, change.after.name) for change in watch.site.changes if change.before and change.after]


def test_a_configuration_made_now_counts_though_one_bears_a_later_date() -> None:
    watch = heard(("grid:0=Before", p.INFINITY, p.START + 7200), seconds=3)  # its clock was ahead then
    watch.take("channelConfigV2", plan("grid:1=After", p.INFINITY, watch.now))
    assert names(watch) == ["After"]
    assert watch.site.left_over == ()


def test_going_over_to_the_right_one_is_no_change_of_settings() -> None:
    assert not heard(*TWO[::-1], seconds=3).site.changes


def test_one_of_which_no_input_is_measured_goes_behind() -> None:
    other = p.channels("grid:0 grid:1 grid:2 sub:0 sub:1=Elsewhere")[4:]
    watch = Watch(p.INFINITY)
    watch.take("channelConfigV2", p.channel_config("grid:0=Here", p.INFINITY) | {"utcTimeStamp": p.millis(OLD)})
    watch.take("channelConfigV2", p.channel_config(other, p.INFINITY) | {"utcTimeStamp": p.millis(NEW)})
    watch.second(ROWS)
    assert names(watch) == ["Here"]


def test_the_number_of_configurations_kept_is_bounded() -> None:
    watch = heard(*((f"grid:0=N{n}", p.INFINITY, OLD + n) for n in range(50)))
    assert names(watch) == ["N49"]
    assert len(watch.site.left_over) < 5


@pytest.mark.parametrize("order", [1, -1])
def test_a_monitor_that_writes_both_forms_leaves_nothing_over(order: int) -> None:
    both = [("grid:0=Same", p.TWENTY, NEW - 5), ("grid:0=Same", p.INFINITY, NEW)]
    watch = heard(*both[::order])
    assert names(watch) == ["Same"]
    assert watch.site.left_over == ()
