"""A digital meter beside a monitor: the commands over a real broker and a real gateway of telegrams."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.protocol.meter import TOPIC, MeterReading, reading_of
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.simulator import sites
from smappee_tui.simulator.meter.served import ServedMeter
from smappee_tui.simulator.meter.utility_meter import UtilityMeter
from smappee_tui.simulator.monitor.publisher import Publisher
from tests.brokers import DEADLINE
from tests.cli.run import run

FAST = 10.0


@pytest.fixture
def meter(embedded_broker: EmbeddedBroker) -> Iterator[ServedMeter]:
    """Of the house whose monitor speaks on the broker; seconds pass faster there."""
    kind = UtilityMeter("star", "test")
    with Publisher(sites.build("home3pv", seed=1), embedded_broker.address, speed=FAST) as monitor:
        assert monitor.wait_connected(DEADLINE)
        with ServedMeter(lambda: monitor.told_by(kind) or MeterReading(0.0), every=1 / FAST) as served:
            yield served


def witness(*arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", *arguments, "--json").out)["witness"]
    return found


def test_what_is_recorded_with_it_is_judged_with_it(
    embedded_broker: EmbeddedBroker, meter: ServedMeter, tmp_path: Path
) -> None:
    path = tmp_path / "both.ndjson"
    ran = run("record", embedded_broker.address, path, "--p1", meter.gateway, "--for", "1.5", "--redact")
    assert ran.code == 0
    lines = [one for one in read_recording(path) if isinstance(one, MqttMessage) and one.topic == TOPIC]
    assert len(lines) >= 4
    assert all(reading_of(one) is not None for one in lines)
    found = witness("--replay", path)
    assert found["readings"] >= 4
    assert witness("--replay", path) == found
    run("report", "--replay", path, "--out", tmp_path, "--name", "r", "--format", "json")
    told = json.loads((tmp_path / "r.json").read_text())["witness"]
    assert (told["kind"], told["readings"]) == ("", found["readings"])
    assert len(told["seconds"]) == len(told["lines"][0]["shown"]) if told["lines"] else told["seconds"] == []


def test_a_live_check_compares(embedded_broker: EmbeddedBroker, meter: ServedMeter) -> None:
    assert witness(embedded_broker.address, "--p1", meter.gateway, "--for", "1.5")["readings"] >= 4


def test_a_meter_that_is_not_there_is_told_and_keeps_nobody(embedded_broker: EmbeddedBroker, tmp_path: Path) -> None:
    with ServedMeter(lambda: MeterReading(0.0)) as gone:
        address = gone.gateway
    ran = run("record", embedded_broker.address, tmp_path / "r.ndjson", "--p1", address, "--for", "0.3")
    assert "does not answer" in ran.err


def test_a_meter_alone_is_no_recording(embedded_broker: EmbeddedBroker, tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    with ServedMeter(lambda: MeterReading(0.0, total=100.0, told=1.7e9), every=0.05) as served:
        ran = run("record", embedded_broker.address, path, "--p1", served.gateway, "--for", "0.5")
    assert ran.code == 3
    assert "Nothing was heard" in ran.err
    assert not path.exists()
