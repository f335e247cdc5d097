"""The whole way: an empty find screen, a typed address, the guide, live data, and back again."""

import asyncio
import time

import pytest

from smappee_tui.app import pending_reverts
from smappee_tui.app.session import Session
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.discovery import knock
from smappee_tui.connect.mqtt import MqttSource
from smappee_tui.simulator import sites
from smappee_tui.tui.find.guide import GuideSheet
from tests.brokers import DEADLINE, free_port
from tests.simulated.device import VirtualDevice
from tests.tui.find.scene import app_of, flat, keys, until


async def test_from_nothing_to_live_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with VirtualDevice(sites.build("home1", start=time.time()), "127.0.0.5") as device:
        monkeypatch.setattr(knock, "PORTS", (device.broker.port, free_port()))
        app = app_of(portal_port=device.portal.port)
        async with app.run_test(size=(80, 24)) as pilot:
            assert "Listening" in flat(app)
            await keys(pilot, "a", "127.0.0.5", "enter")
            await until(pilot, lambda: device.serial in flat(app) and "● answers" in flat(app))
            await keys(pilot, "P")
            await until(pilot, lambda: "its portal answers" in flat(app))
            await keys(pilot, "l", "admin", "enter")
            await until(pilot, lambda: "tcp://localhost:1883: its own broker" in flat(app))
            await keys(pilot, "b")
            await until(pilot, lambda: "waiting for the monitor to connect" in flat(app))
            sheet = app.screen
            assert isinstance(sheet, GuideSheet)
            values = sheet.values
            assert values is not None
            for text in ("http://127.0.0.5/smappee.html", values.url, values.username, values.password):
                assert text in flat(app)
            device.portal.apply_changes(values.url, values.username, values.password)
            await until(pilot, lambda: app.return_value is not None)
        choice = app.return_value
        assert choice is not None
        assert app.first.kept is not None
        assert choice.location == device.monitor.site.identity.uuid

        await heard(choice.address)
        app.first.kept.stop()
        (pending,) = pending_reverts.pending()
        assert (pending.serial, pending.host, pending.previous) == (device.serial, "127.0.0.5", "tcp://localhost:1883")

        app = app_of(portal_port=device.portal.port)
        async with app.run_test(size=(80, 24)) as pilot:
            assert f"Monitor {device.serial} still pushes to" in flat(app)
            await keys(pilot, "Z")
            await until(pilot, lambda: "its portal answers" in flat(app))
            assert "Leave “MQTT local broker password” empty" in flat(app)
            device.portal.apply_changes("tcp://localhost:1883")
            await keys(pilot, "l", "admin", "enter")
            await until(pilot, lambda: pending_reverts.pending() == ())
            assert "still pushes" not in flat(app)
        await heard(device.broker.address)


async def heard(address: BrokerAddress) -> None:
    """Wait for measurements on a broker."""
    session = Session(MqttSource(address))
    session.start()
    try:
        async with asyncio.timeout(DEADLINE):
            while not (session.site and session.site.sample):
                session.poll()
                await asyncio.sleep(0.02)
    finally:
        session.close()
