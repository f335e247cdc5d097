"""A monitor whose measuring part hangs repeats itself."""

from __future__ import annotations

import pytest

from smappee_tui.site.still import BUSY_SECONDS, FEW_SECONDS, HUB_SECONDS, IDLE_SECONDS
from tests import payloads as p
from tests.site.watch import Watch

SPEC = "grid:0 grid:1 grid:2 sub:0 sub:1 sub:2"


def rows(second: int, still: tuple[int, ...] = (), watts: float = 200.0) -> list[p.Row]:
    """A working house; the inputs in `still` do not move."""
    moved = lambda n: 0 if n in still else second % 7  # noqa: E731
    return [p.Row(n, watts + 10 * n + moved(n), (watts + 10 * n) / 230, n % 3) for n in range(6)]


def watched(seconds: float, *, watts: float = 200.0, dialect: str = p.INFINITY) -> Watch:
    """Ten seconds of measurements, then the same ones for so long."""
    watch = Watch(dialect, SPEC)
    for second in range(10):
        watch.second(rows(second, watts=watts))
    for _ in range(round(seconds)):
        watch.second(rows(9, watts=watts))
    return watch


@pytest.mark.parametrize(("seconds", "frozen"), [(BUSY_SECONDS - 2, False), (BUSY_SECONDS + 1, True), (600, True)])
def test_a_busy_house_never_repeats_itself(seconds: float, frozen: bool) -> None:
    assert ("" in watched(seconds).site.frozen) is frozen


@pytest.mark.parametrize(("seconds", "frozen"), [(IDLE_SECONDS - 2, False), (IDLE_SECONDS + 1, True)])
def test_a_house_that_takes_nothing_may_for_long(seconds: float, frozen: bool) -> None:
    watch = Watch(p.TWENTY, "grid:0 grid:1 grid:2")
    for _ in range(round(seconds) + 1):
        watch.second([p.Row(n, 0, 0, n) for n in range(3)])
    assert ("" in watch.site.frozen) is frozen


def test_one_clamp_alone_needs_longer() -> None:
    watch = Watch(p.TWENTY, "grid:0")
    for second in range(round(FEW_SECONDS) + 5):
        watch.second([p.Row(0, 300, 1.3)], volts=[230])
        assert watch.site.still.frozen is (second >= FEW_SECONDS)


def test_nothing_at_all_is_no_measurement_that_hangs() -> None:
    watch = Watch(p.TWENTY, "grid:0")
    for _ in range(700):
        watch.second([p.Row(0, 0, 0)], volts=[0, 0, 0])
    assert watch.site.frozen == {}


def test_once_it_moves_again_it_is_past() -> None:
    watch = watched(200)
    since = watch.site.frozen[""].since
    watch.second(rows(1))
    assert watch.site.frozen == {}
    (past,) = watch.site.still.past
    assert past.since == since
    assert past.until - past.since == pytest.approx(200)


def test_a_thinned_out_recording_is_judged_by_what_it_has() -> None:
    watch = Watch(p.INFINITY, SPEC)
    for _ in range(15):
        watch.now += 9
        watch.second(rows(0))
    assert watch.site.frozen == {}


def test_channels_that_hang_while_the_voltage_moves() -> None:
    watch = Watch(p.INFINITY, SPEC)
    for second in range(round(HUB_SECONDS) + 5):
        watch.second(rows(0), volts=[229 + second % 2, 230, 231])
    assert set(watch.site.frozen) == {""}
    assert not watch.site.still.frozen


def test_one_hub_that_hangs_beside_another() -> None:
    watch = Watch(p.INFINITY, SPEC)  # inputs 0 to 3 on one hub, 4 and 5 on the next
    for second in range(round(HUB_SECONDS) + 5):
        watch.second(rows(second, still=(4, 5)))
    assert set(watch.site.frozen) == {p.HUB.format(1)}


def test_a_hub_that_carries_little_may_stand_still() -> None:
    watch = Watch(p.INFINITY, SPEC)
    for second in range(round(HUB_SECONDS) + 5):
        quiet = [p.Row(n, row.watts if n < 4 else 5, row.amps, n % 3) for n, row in enumerate(rows(second))]
        watch.second(quiet)
    assert watch.site.frozen == {}
