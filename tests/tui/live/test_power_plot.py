"""The plot of the pane: what it is drawn from, what it says, and that a frozen one stands still."""

from dataclasses import replace

import pytest

from smappee_tui.diagnosis.judgement import BalanceWord, Judgement, PhaseBalance
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.site.view import view_of
from smappee_tui.tui.live.columns import ChannelRow, rows_of
from smappee_tui.tui.live.power_plot import SMALLEST, SPANS, Past, PowerPlot
from smappee_tui.tui.widgets.lines import Line, length, plain
from tests.report.made import Visit
from tests.tui.houses import START, Clamp, House, twelve
from tests.tui.live.test_states import live
from tests.tui.scene import Scene, open_screen, press, rows


def past_of(scene: Scene) -> tuple[list[ChannelRow], Past]:
    site = scene.session.site
    assert site is not None
    assert site.sample is not None
    return rows_of(view_of(site), Judgement()), Past(site.history, site.sample.at)


def drawn(
    plot: PowerPlot, chosen: int, seen: tuple[list[ChannelRow], Past], judgement: Judgement | None = None,
    width: int = 60, height: int = 14,
) -> list[Line]:  # fmt: skip
    listed, past = seen
    row = next(row for row in listed if row.channel.input == chosen)
    lines = plot.lines(row, listed, judgement or Judgement(), past, width, height)
    assert len(lines) == max(SMALLEST, height)
    assert all(length(line) <= width for line in lines)
    return lines


def said(lines: list[Line]) -> str:
    return "\n".join(plain(line) for line in lines)


@pytest.mark.parametrize("size", [(30, 8), (49, 9), (52, 12), (120, 20), (60, 3)])
@pytest.mark.parametrize("balance", [False, True])
@pytest.mark.parametrize("seconds", SPANS)
def test_it_fills_what_it_gets_and_no_more(size: tuple[int, int], balance: bool, seconds: float) -> None:
    plot = PowerPlot()
    plot.seconds, plot.balance = seconds, balance
    drawn(plot, 6, past_of(Scene(twelve()).configure().run(200)), width=size[0], height=size[1])


def test_lengths_go_round() -> None:
    plot, seen = PowerPlot(), []
    for _ in range(4):
        seen.append(plot.seconds)
        plot.longer()
    assert seen == [120, 900, 3600, 120]


def test_the_balance_adds_up_what_the_diagnosis_adds_up() -> None:
    """Of L1: grid 2190 and solar 1420 come in; oven 2480 and heat pump 890 take it; 240 W nobody measures."""
    plot = PowerPlot()
    plot.balance = True
    text = said(drawn(plot, 4, past_of(Scene(twelve()).configure().run(60)), width=100))
    assert "Balance of L1" in text
    for part in ("grid 2 190 W", "production 1 420 W", "circuits 3 370 W", "unmetered 240 W"):
        assert part in text


@pytest.mark.parametrize(("verdict", "sign"), [("impossible", "✕"), ("doubtful", "?"), ("ok", ""), ("unchecked", "")])
def test_a_balance_that_cannot_be_says_so(verdict: BalanceWord, sign: str) -> None:
    plot = PowerPlot()
    plot.balance = True
    judgement = Judgement(balance=(PhaseBalance(0, 2190, 1420, 3370, 240, verdict),))
    text = said(drawn(plot, 4, past_of(Scene(twelve()).configure().run(60)), judgement, width=100))
    assert f"unmetered 240 W {sign}".rstrip() in text
    assert ("✕" in text, "?" in text) == (sign == "✕", sign == "?")


def test_where_nothing_can_be_added_up_it_says_why() -> None:
    alone = House([Clamp("Oven", 1, 5.0, 1100), Clamp("Lamp", 2, 1.0, 200)])
    plot = PowerPlot()
    plot.balance = True
    assert "Nothing can be added up on L2" in said(drawn(plot, 0, past_of(Scene(alone).configure().run(5)), width=100))
    seen = past_of(Scene(twelve()).configure().run(5))
    assert "Nothing can be added up on L1" in said(drawn(plot, 4, seen, Judgement(supply="delta"), width=100))


def test_before_the_first_second_it_says_that_there_is_nothing() -> None:
    scene = Scene(twelve()).configure()
    scene.session.poll()
    site = scene.session.site
    assert site is not None
    seen = rows_of(view_of(site), Judgement()), Past(site.history, START)
    assert "No measurements in this time." in said(drawn(PowerPlot(), 3, seen))


def test_a_history_that_is_too_short_for_an_hour_says_so() -> None:
    scene = Scene(twelve())
    scene.configure().session.poll()
    site = scene.session.site
    assert site is not None
    site.history.keep(600)
    scene.run(700)
    plot = PowerPlot()
    assert "kept" not in said(drawn(plot, 3, past_of(scene)))
    plot.seconds = 3600.0
    assert "60 min, 9 min kept" in said(drawn(plot, 3, past_of(scene)))


def test_steps_and_the_guided_test_are_marked_where_they_were() -> None:
    """Each announced switching of this circuit has its own sign; a step that nobody announced has a small one."""
    visit = Visit(faults=()).whole()
    site, judge = visit.session.site, visit.session.judge
    assert site is not None
    assert site.sample is not None
    assert judge is not None
    listed, plot = rows_of(view_of(site), Judgement()), PowerPlot()
    plot.seconds = 900.0
    past = Past(site.history, site.sample.at, judge.evidence)
    heater = said(drawn(plot, 9, (listed, past), width=100))
    announced = [mark for mark in judge.evidence.marks if mark.input == 9]
    assert announced
    assert heater.count("▲") - 1 == sum(mark.kind == "load-on" for mark in announced)  # one stands in the key
    assert "guided test" in heater
    grid = said(drawn(plot, 0, (listed, past), width=100))
    assert grid.count("▲") - 1 > heater.count("▲") - 1, "the grid meter shows what is switched anywhere"
    before = replace(past, at=min(mark.at for mark in judge.evidence.marks) - 5)
    assert "guided test" not in said(drawn(plot, 9, (listed, before), width=100)), "a frozen plot knows no future"


def test_a_frozen_plot_stands_still_while_seconds_come() -> None:
    scene = Scene(twelve()).configure().run(60)
    listed, past = past_of(scene)
    frozen = drawn(PowerPlot(), 6, (listed, past))
    scene.run(30, scale=3.0)
    assert drawn(PowerPlot(), 6, (listed, past)) == frozen


async def test_keys_change_length_and_what_is_plotted() -> None:
    scene = live()
    async with open_screen(scene, (80, 24), "enter") as pilot:
        for key, wanted in (("z", "15 min"), ("z", "60 min"), ("z", "2 min"), ("v", "Balance of L2"), ("v", "Power")):
            await press(pilot, key)
            heads = [row for row in rows(scene.app) if row.lstrip().startswith(("Power", "Balance"))]
            assert wanted in heads[0].split("   ")[0]


async def test_freeze_holds_the_plot_on_the_screen() -> None:
    scene = live()
    async with open_screen(scene, (120, 40), "f") as pilot:
        plotted = [row[70:] for row in rows(scene.app)[8:]]
        scene.run(40, scale=3.0)
        scene.app.first.tick()
        await pilot.pause()
        assert [row[70:] for row in rows(scene.app)[8:]] == plotted
        await press(pilot, "f")
        assert [row[70:] for row in rows(scene.app)[8:]] != plotted


def test_a_replay_of_an_hour_is_an_hour() -> None:
    """Times are the recording's own, however fast it is replayed."""
    scene = Scene(twelve()).configure()
    scene.session.poll()
    house = twelve()
    for second in range(3601):
        topic, payload = house.realtime(second, 2.0 if second == 30 else 1.0)
        scene.session.process(MqttMessage(START + second, topic, payload, 0, False))
    plot = PowerPlot()
    plot.seconds = 3600.0
    lines = drawn(plot, 4, past_of(scene), width=100)
    top = plain(lines[1])
    assert top.strip().startswith("5 kW")
    assert top[9:12].strip(), "one second of an hour ago is still to be seen"
    assert not top[13:].strip()
