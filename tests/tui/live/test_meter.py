"""The digital meter of a demo: one key puts it beside the house, and nobody else has that key."""

from __future__ import annotations

from smappee_tui.app.guided.demo_heater import DemoHeater
from smappee_tui.app.session import Session
from smappee_tui.connect.meter.address import MeterAddress
from smappee_tui.connect.meter.reader import MeterReader
from smappee_tui.protocol.meter import MeterReading, message_of
from tests.app.guided.operator import house
from tests.tui.guided.stage import Stage, on_stage
from tests.tui.scene import press, text


def switch(session: Session) -> bool:
    """As a demo's, with a meter that tells nothing."""
    there = session.snapshot().meter is None
    session.beside(MeterReader(MeterAddress("file"), lambda stop: iter(())) if there else None)
    return there


async def test_it_comes_and_goes_by_one_key() -> None:
    stage = Stage(house(("Kitchen", 0)))
    stage.app.first.heater = DemoHeater(stage.monitor.plug_in, meter=switch)
    async with on_stage(stage, (80, 24)) as pilot:
        stage.seconds(1)
        source = stage.session.source
        await press(pilot, "W")
        assert "meter: comparing" in stage.text()
        assert (stage.session.meter_kind, stage.session.monitor_source) == ("file", source)
        stage.seconds(1)
        await press(pilot, "W")
        assert "meter: comparing" not in stage.text()
        assert (stage.session.meter_kind, stage.session.source) == ("", source)
        await press(pilot, "?")
        assert "a virtual digital meter beside the monitor" in " ".join(text(stage.app).split())


async def test_taken_away_it_is_not_told_any_more_though_it_has_proved_something() -> None:
    stage = Stage(house(("Kitchen", 0)))
    stage.app.first.heater = DemoHeater(stage.monitor.plug_in, meter=switch)
    async with on_stage(stage, (80, 24)) as pilot:
        await press(pilot, "W")
        for _ in range(20):
            stage.link.queue.append(message_of(MeterReading(stage.clock.now, (300.0, 200.0, 100.0))))
            stage.seconds(1)
        assert stage.session.judgement().witness is not None
        assert "meter: " in stage.text().splitlines()[0]
        await press(pilot, "W")
        assert "meter" not in stage.text().splitlines()[0]
        stage.seconds(1)
        assert stage.session.judgement().witness is not None
        assert "meter" not in stage.text().splitlines()[0]


async def test_only_a_demo_has_it() -> None:
    stage = Stage(house(("Kitchen", 0)))
    async with on_stage(stage, (80, 24)) as pilot:
        stage.seconds(1)
        await press(pilot, "W")
        assert "meter" not in stage.text()
        assert all(command.action != "meter" for command in stage.app.first.offered())
