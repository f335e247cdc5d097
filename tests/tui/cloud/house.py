"""Two days of the demo's family house as the cloud tells them: a charger that is turned round, a heater on L2."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from msgspec.structs import replace

from smappee_tui.protocol.cloud.records import Consumption, MeteringConfiguration
from smappee_tui.simulator.cloud.accounts import DEMO_FAULTS
from smappee_tui.simulator.cloud.history import HouseHistory
from smappee_tui.simulator.sites import build
from tests.diagnosis.history.made import site_of
from tests.tui.cloud.fake import HOME, HOSTILE, NOW, TOLD, FakeCloud

CHARGER, HEATER, OVEN = 6, 8, 11


@lru_cache(maxsize=1)
def _family() -> tuple[MeteringConfiguration, tuple[Consumption, ...]]:
    monitor = build("home3pv", faults=DEMO_FAULTS)
    plan = site_of(monitor).plan
    assert plan is not None
    inputs = [one.input for one in plan.channels]
    end = NOW.timestamp()
    records = tuple(
        Consumption(
            datetime.fromtimestamp(one.at, UTC),
            None,
            None,
            None,
            tuple(round(one.watts[n] / 12, 1) for n in inputs),
            tuple(round(one.vars[n] / 12, 1) for n in inputs),
            tuple(round(v, 1) for v in one.volts),
            tuple(round(one.amps[n], 2) for n in inputs),
        )
        for one in HouseHistory(monitor, end - 2 * 86_400, end, step=100.0).intervals()
    )
    plan = replace(plan, channels=tuple(replace(c, name=HOSTILE) if c.input == OVEN else c for c in plan.channels))
    return MeteringConfiguration(HOME, "Europe/Brussels", plan, {n: k for k, n in enumerate(inputs)}, TOLD), records


def family() -> FakeCloud:
    """A cloud that holds this house. `piece 3` is the third request for values: hold it, or let it fail."""
    cloud = FakeCloud()
    cloud.metering_now, cloud.house = _family()
    return cloud
