"""Whatever the service sends, a reader gives records or one typed error, and what it gives can be printed."""

import json
import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.connect.cloud_api.errors import CloudError
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.cloud import read_places, read_records
from smappee_tui.protocol.cloud.read_access import read_refusal, read_token
from smappee_tui.protocol.fact import UnreadableError
from tests.connect.cloud_api.fakes import NOW, Service, client
from tests.said import said

READERS: list[Callable[[bytes], Any]] = [
    read_places.read_locations,
    read_places.read_info,
    read_places.read_metering,
    read_places.read_state,
    lambda body: read_places.read_created(body, "name", "serial"),
    read_records.read_consumption,
    read_records.read_switch_consumption,
    read_records.read_sensor_consumption,
    read_records.read_events,
    read_records.read_costs,
    read_refusal,
    read_token,
]
WORDS = [
    "serviceLocations", "serviceLocationId", "name", "serviceLocationUuid", "deviceSerialNumber", "lat", "lon",
    "timezone", "electricityCost", "appliances", "actuators", "sensors", "id", "type",
    "states", "current", "channels", "channel", "ppu", "uom", "enabled",
    "channelsConfiguration", "inputChannels", "ctInput", "phase", "phaseType", "inputChannelType", "reversed",
    "measurements", "consumptionIndex", "ctType", "consumptions", "records", "events", "timestamp",
    "consumption", "solar", "alwaysOn", "active", "reactive", "voltages", "phaseVoltages",
    "temperature", "battery", "applianceId", "activePower", "cost", "state", "access_token",
    "refresh_token", "expires_in", "message", "error",
]  # fmt: skip
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.integers(0, 40),
    st.just(1_780_000_000_000),
    st.floats(),
    st.text(max_size=20),
    st.text(st.characters(categories=("Cs", "Cc", "Cf", "Mn")), max_size=5),
    st.sampled_from(["NaN", "1e999", "GRID", "PHASEA", "ON_ON", "٣", "1_000", "0x10", "true"]),
)
KEYS = st.one_of(st.sampled_from(WORDS), st.text(max_size=5))
ANY = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=40
)
ROWS = st.lists(st.dictionaries(st.sampled_from(WORDS), ANY, max_size=8) | ANY, max_size=5)
SHAPED = st.fixed_dictionaries(
    {"serviceLocationId": st.just(1) | LEAVES},
    optional={
        **dict.fromkeys(("serviceLocations", "measurements", "consumptions", "records", "events", "actuators"), ROWS),
        **dict.fromkeys(("appliances", "sensors"), ROWS | ANY),
        "channelsConfiguration": st.fixed_dictionaries({"inputChannels": ROWS}) | ANY,
    },
)


def assert_sane(value: Any) -> None:
    """No number without end, no time without a zone, no text that no output takes."""
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | frozenset):
        for one in value:
            assert_sane(one)
    elif isinstance(value, float):
        assert math.isfinite(value)
    elif isinstance(value, str):
        value.encode()
    elif isinstance(value, datetime):
        assert value.tzinfo is not None


def tried(body: bytes) -> None:
    for read in READERS:
        problem = ""
        try:
            assert_sane(read(body))
        except UnreadableError as error:
            problem = str(error)
        assert len(problem.encode()) < 2000


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    tried(body)


@given(ANY | SHAPED)
def test_any_json(content: Any) -> None:
    tried(json.dumps(content).encode())


@given(SHAPED, st.data())
def test_json_that_is_cut_or_damaged(content: Any, data: st.DataObject) -> None:
    body = bytearray(json.dumps(content).encode())
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] = data.draw(st.integers(0, 255))
    tried(bytes(body))
    tried(bytes(body[:place]))


@given(
    status=st.integers(200, 599),
    body=st.binary(max_size=60) | SHAPED.map(lambda content: json.dumps(content).encode()),
    headers=st.dictionaries(
        st.sampled_from(["Retry-After", "Location", "Content-Type", "Content-Encoding", "Set-Cookie"]),
        st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=20)
        | st.sampled_from(["gzip", "5"]),
    ),
)
async def test_any_answer_to_any_call(status: int, body: bytes, headers: dict[str, str]) -> None:
    named = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    service = Service(lambda _: httpx.Response(status, headers=named, stream=Bytes(body)))
    async with client(service) as one:
        for call in (one.locations, lambda: one.metering(1), lambda: one.delete_location(1), lambda: taken(one)):
            shown = "fine"
            try:
                assert_sane(await call())
            except CloudError as error:
                shown = f"{said(error)}{clean(error.said)}"
            assert 0 < len(shown.encode()) < 5000


async def taken(one: Any) -> list[Any]:
    return [record async for record in one.consumption(1, Aggregation.HOUR, NOW.replace(hour=0), NOW)]


class Bytes(httpx.AsyncByteStream):
    """Content that nobody unpacks on its way."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __aiter__(self):
        yield self.body


def test_a_large_answer_is_read_in_no_time() -> None:
    rows = [{"timestamp": 1_780_000_000_000 + n, "active": [1.5] * 28, "reactive": [None] * 28} for n in range(2016)]
    read = read_records.read_consumption(json.dumps({"consumptions": rows}).encode())
    assert len(read.records) == 2016


@pytest.mark.parametrize("many", [b"[" + b"{}," * 200_000 + b"{}]", b'{"consumptions":[' + b"1," * 200_000 + b"1]}"])
def test_more_rows_than_anybody_has_are_counted_and_not_looked_at(many: bytes) -> None:
    read = read_records.read_consumption(many)
    assert (len(read.records), read.unreadable) == (0, 200_001)
