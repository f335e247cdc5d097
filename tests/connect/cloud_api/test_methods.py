"""Every method once, over real HTTP."""

from datetime import timedelta

import pytest

from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.connect.cloud_api.errors import NotFoundError, NotPermittedError
from smappee_tui.simulator.cloud.server import VirtualCloud
from tests.connect.cloud_api.conftest import ORDINARY, client_of
from tests.connect.cloud_api.fakes import NOW, Clock
from tests.said import said

DAY = timedelta(days=1)


async def test_a_login_says_until_when_it_lasts(cloud: VirtualCloud, clock: Clock) -> None:
    async with client_of(cloud, clock) as client:
        assert await client.authenticate() == NOW + timedelta(seconds=36_000)


async def test_locations(cloud: VirtualCloud, clock: Clock) -> None:
    async with client_of(cloud, clock) as client:
        found = await client.locations()
    house = cloud.estate.houses[0]
    assert [(one.id, one.name, one.uuid, one.serial) for one in found] == [
        (house.location, "Home", house.uuid, house.serial)
    ]


async def test_info(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    async with client_of(cloud, clock) as client:
        info = await client.info(place)
    assert (info.location.id, info.time_zone, info.latitude, info.currency) == (
        place,
        "Europe/Brussels",
        50.8503,
        "EUR",
    )
    assert info.actuators
    assert {one.state for one in info.actuators} <= {"ON", "OFF"}


async def test_the_cloud_holds_what_the_monitor_publishes(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    site = cloud.estate.houses[0].site
    assert site is not None
    async with client_of(cloud, clock) as client:
        held = await client.metering(place)
    ours = {ct.input: ct for ct in site.cts if ct.role != "UNUSED"}
    assert held.plan.phase_type == "star"
    assert held.told == {"name", "role", "connection", "phase", "reversed", "balanced", "ct_type"}
    assert {one.input: (one.name, one.role, one.phase, one.reversed, one.ct_type) for one in held.plan.channels} == {
        number: (ct.name, ct.role, ct.phase, ct.flag, ct.ct_type) for number, ct in ours.items()
    }
    assert held.columns == {number: number for number in ours}


async def test_consumption_of_a_day(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    shares: list[float] = []
    async with client_of(cloud, clock) as client:
        values = client.consumption(place, Aggregation.FIVE_MINUTES, NOW - DAY, NOW, progress=shares.append)
        records = [record async for record in values]
    assert len(records) == 288
    assert records[0].at == NOW - DAY
    assert records[0].active[:2] == (100.0, -50.0)
    assert records[0].volts == (230.0, 231.0, 232.0)
    assert shares == [0.0, 1.0]
    assert client.remarks == []


async def test_consumption_of_a_month_has_no_seams(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    shares: list[float] = []
    async with client_of(cloud, clock) as client:
        values = client.consumption(place, Aggregation.FIVE_MINUTES, NOW - 40 * DAY, NOW, progress=shares.append)
        stamps = [record.at async for record in values]
    assert stamps == [NOW - 31 * DAY + n * timedelta(minutes=5) for n in range(31 * 288)]
    assert cloud.count(f"/servicelocation/{place}/consumption") == 5
    assert shares == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert [said(remark) for remark in client.remarks] == [
        "5-minute values are kept for 31 days; asked from 2026-05-22 12:00 UTC, read from 2026-05-31 12:00 UTC."
    ]


@pytest.mark.parametrize("name", [a for a in Aggregation if a is not Aggregation.YEAR])
async def test_every_aggregation(cloud: VirtualCloud, clock: Clock, place: int, name: Aggregation) -> None:
    async with client_of(cloud, clock) as client:
        stamps = [r.at async for r in client.consumption(place, name, NOW - 20 * DAY, NOW)]
    assert stamps == sorted(set(stamps))
    assert stamps or name in (Aggregation.MONTH, Aggregation.QUARTER)


async def test_switch_and_sensor_consumption(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    async with client_of(cloud, clock) as client:
        info = await client.info(place)
        switch = next(one.id for one in info.actuators if one.kind == "SWITCH")
        plug = client.switch_consumption(place, switch, Aggregation.HOUR, NOW - DAY, NOW)
        assert len([record async for record in plug]) in (24, 25)
        water = client.sensor_consumption(place, info.sensors[0].id, Aggregation.FIVE_MINUTES, NOW - DAY, NOW)
        records = [record async for record in water]
    assert records
    assert all(record.celsius is not None and -40 < record.celsius < 60 for record in records)


async def test_events_and_costs(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    async with client_of(cloud, clock) as client:
        appliance = (await client.info(place)).appliances[0].id
        events = await client.events(place, appliance, NOW - DAY, NOW, most=5)
        costs = await client.costs(place, Aggregation.MONTH, NOW - 31 * DAY, NOW)
    assert len(events) <= 5
    assert all(one.appliance == appliance for one in events)
    assert costs
    assert all(one.energy is not None for one in costs)


async def test_a_plug_is_switched_and_says_so(cloud: VirtualCloud, clock: Clock, place: int) -> None:
    async with client_of(cloud, clock) as client:
        plug = (await client.info(place)).actuators[0].id
        for on in (True, False, True):
            await client.switch_actuator(place, plug, on, seconds=300 if on else None)
            assert await client.actuator_state(place, plug) == ("ON" if on else "OFF")
        clock.now += 301
        assert await client.actuator_state(place, plug) == "OFF"


async def test_a_location_is_created_changed_shared_and_deleted(cloud: VirtualCloud, clock: Clock) -> None:
    async with client_of(cloud, clock) as client, client_of(cloud, clock, ORDINARY) as other:
        made = await client.create_location("New house", latitude=51.0, longitude=3.7, serial="5001001234")
        assert (made.name, made.serial) == ("New house", "5001001234")
        await client.update_location(made.id, name="Newer house", latitude=50.0)
        assert (await client.info(made.id)).location.name == "Newer house"
        assert (await client.info(made.id)).latitude == 50.0
        with pytest.raises(NotPermittedError) as refused:
            await other.info(made.id)
        assert refused.value.said == "You have no access to this service location"
        await client.share_location(made.id, ORDINARY.username)
        assert (await other.info(made.id)).location.name == "Newer house"
        with pytest.raises(NotPermittedError):
            await other.delete_location(made.id)
        await client.delete_location(made.id)
        with pytest.raises(NotFoundError):
            await client.info(made.id)


async def test_fields_and_spellings_that_nobody_knows_are_no_trouble(
    cloud: VirtualCloud, clock: Clock, place: int
) -> None:
    behaviour = cloud.behaviour
    behaviour.extra_fields = behaviour.new_voltages = behaviour.wrapped_events = True
    behaviour.state_as_text = behaviour.capital_message = True
    async with client_of(cloud, clock) as client:
        assert len(await client.locations()) == 1
        info = await client.info(place)
        assert (await client.metering(place)).plan.channels
        first = await anext(client.consumption(place, Aggregation.HOUR, NOW - DAY, NOW))
        assert first.volts == (230.0, 231.0, 232.0)
        await client.events(place, info.appliances[0].id, NOW - DAY, NOW)
        await client.costs(place, Aggregation.YEAR, NOW - DAY, NOW)
        assert await client.actuator_state(place, info.actuators[0].id) in ("ON", "OFF")
        with pytest.raises(NotFoundError) as unknown:
            await client.info(999)
    assert unknown.value.said == "Service location 999 does not exist"
    assert client.remarks == []
