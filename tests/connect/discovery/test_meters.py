"""Digital meters that announce themselves: told beside the monitors, and never asked anything."""

from __future__ import annotations

import asyncio
import threading

from smappee_tui.cli.discover import document, meter_lines
from smappee_tui.connect.discovery.meters import METER_SERVICE, FoundMeter, meter_of
from tests.brokers import DEADLINE
from tests.connect.discovery.spaces import Spaces
from tests.connect.discovery.test_spaces import Watched, on
from tests.simulated.announcement import Announcement

P1 = {b"product_type": b"HWE-P1", b"serial": b"5c2fafabcdef", b"path": b"/api/v1"}
ON = FoundMeter("p1meter-abcdef.local", ("10.77.1.20",), open=True)
OFF = FoundMeter("p1meter-abcdef.local", ("fd77:1::20",), open=False)


def test_only_a_p1_is_a_digital_meter() -> None:
    assert meter_of(ON.host, ON.addresses, {**P1, b"api_enabled": b"1"}) == ON
    assert meter_of(OFF.host, OFF.addresses, {**P1, b"api_enabled": b"0"}) == OFF
    found = meter_of("x.local", (), P1)
    assert found is not None
    assert found.open is None
    for other in ({}, {b"product_type": None}, {b"product_type": b"HWE-SKT"}, {b"product_type": b"\xff" * 300}):
        assert meter_of("x.local", ("10.0.0.1",), other) is None
    assert meter_of("", (), P1) is None


def test_discover_tells_it_as_one_of_its_own_kind() -> None:
    assert document((), (), (), (ON, OFF))["meters"] == [
        {"address": "10.77.1.20", "host": ON.host, "addresses": ["10.77.1.20"], "local_api": True},
        {"address": OFF.host, "host": OFF.host, "addresses": ["fd77:1::20"], "local_api": False},
    ]
    on_line, off_line = meter_lines((ON, OFF))
    assert "--p1 10.77.1.20" in on_line
    assert "local API off" in off_line
    assert "\x1b" not in meter_lines((FoundMeter("a\x1b[2Jb", (), open=True),))[0]


def test_it_is_heard_and_its_goodbye_as_well(spaces: Spaces) -> None:
    spaces.make("laptop", "near")
    spaces.cable("laptop", "10.77.1.1/24", "near", "10.77.1.20/24")
    done = threading.Event()

    async def announce() -> None:
        told = {"product_type": "HWE-P1", "api_enabled": "0", "serial": "5c2fafabcdef"}
        wishes = {"kind": METER_SERVICE, "host": "p1meter-abcdef.local"}
        meter = Announcement("", ["10.77.1.20"], name="p1meter-ABCDEF", told=told, **wishes)
        plug = Announcement("", ["10.77.1.20"], name="energysocket-1", told={"product_type": "HWE-SKT"}, **wishes)
        await meter.start()
        await plug.start()
        await asyncio.to_thread(done.wait, DEADLINE)
        await meter.goodbye()
        await plug.goodbye()

    async def look() -> None:
        search = Watched()
        await search.start()
        announcing = spaces.start("near", lambda: asyncio.run(announce()))
        await search.until(lambda found: bool(search.meters))
        assert search.meters == (FoundMeter("p1meter-abcdef.local", ("10.77.1.20",), open=False),)
        assert search.found == ()
        done.set()
        await search.until(lambda found: not search.meters)
        await search.close()
        await asyncio.wrap_future(announcing)

    on(spaces, "laptop", look)
