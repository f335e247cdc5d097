import itertools
import json

import pytest

from smappee_tui.protocol.decode import decode
from smappee_tui.simulator import sites
from smappee_tui.simulator.house.meter import Dialect
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.monitor.virtual_monitor import VirtualMonitor
from tests.simulator.ideal import START, payloads, still
from tests.simulator.ideal import site as ideal_site

DIALECTS: list[Dialect] = ["20-series", "infinity"]


def _tails(monitor: VirtualMonitor, seconds: int) -> list[str]:
    return [a.topic.split("/", 2)[2] for a in monitor.tick(monitor.time + seconds)]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", sites.NAMES)
def test_every_message_can_be_read(name: str, dialect: Dialect) -> None:
    for arrival in sites.build(name, dialect=dialect).messages(START + 310):
        decode(arrival.topic, arrival.payload)


def test_retained_first_then_one_realtime_a_second() -> None:
    monitor = sites.build()
    arrivals = monitor.tick(START + 10)
    retained = [a for a in arrivals if a.retain]
    assert arrivals[: len(retained)] == retained
    assert [a.topic.split("/", 2)[2] for a in retained] == [
        "config", "channelConfigV2", "sensorConfig", "homeControlConfig", "plug/1/connectionState", "plug/1/state",
        "plug/2/connectionState", "plug/2/state", "presence", "trigger",
    ]  # fmt: skip
    assert len(payloads(arrivals, "realtime")) == 10
    assert all(a.at <= b.at for a, b in itertools.pairwise(arrivals))


def test_ticks_of_any_size_give_the_same_bytes() -> None:
    one = list(sites.build(faults=["reversed:0"]).messages(START + 320))
    other = sites.build(faults=["reversed:0"])
    many = [a for t in (0.4, 1.0, 3.7, 250.0, 320.0) for a in other.tick(START + t)]
    assert [(a.topic, a.payload) for a in one] == [(a.topic, a.payload) for a in many]


def test_another_seed_is_another_house_and_monitor() -> None:
    a, b = sites.build(seed=1), sites.build(seed=2)
    assert a.site.identity.uuid != b.site.identity.uuid
    assert payloads(a.tick(START + 1), "realtime") != payloads(b.tick(START + 1), "realtime")


def test_faults_change_readings_but_not_the_house() -> None:
    healthy = payloads(sites.build().tick(START + 60), "realtime")
    faulty = payloads(sites.build(faults=["reversed:0"]).tick(START + 60), "realtime")
    for a, b in zip(healthy, faulty, strict=True):
        assert a["channelPowers"][0]["power"] == pytest.approx(-b["channelPowers"][0]["power"], abs=1)
        assert a["channelPowers"][1:] == b["channelPowers"][1:]
        assert a["voltages"] == b["voltages"]


def test_mending_while_it_runs() -> None:
    monitor = sites.build(faults=["reversed:6"])
    assert payloads(monitor.tick(START + 5), "realtime")[-1]["channelPowers"][6]["power"] < -1000
    monitor.mend("reversed:6")
    assert payloads(monitor.tick(START + 6), "realtime")[0]["channelPowers"][6]["power"] > 1000


def test_wrong_phase_id_in_realtime_only() -> None:
    arrivals = sites.build(dialect="20-series", faults=["phaseid:7"]).tick(START + 1)
    assert payloads(arrivals, "channelConfig")[0]["inputChannels"][7]["phase"] == 1
    assert payloads(arrivals, "realtime")[0]["channelPowers"][7]["phaseId"] == 2


@pytest.mark.parametrize("command", [b'{"value":"ON","since":1505479692000}', b"{'value':'ON','since':1}"])
def test_a_plug_obeys(command: bytes) -> None:
    monitor = sites.build()
    monitor.tick(START + 3)
    topic = f"servicelocation/{monitor.site.identity.uuid}/plug/2/setstate"
    monitor.receive(topic, command)
    arrivals = monitor.tick(START + 4)
    assert payloads(arrivals, "plug/2/state") == [{"value": "ON", "since": round((START + 3) * 1000)}]
    assert not any(a.retain for a in arrivals), "live, not replayed"
    kept = {p.topic: p.payload for p in monitor.retained()}
    assert json.loads(kept[topic.replace("setstate", "state")])["value"] == "ON"


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("plug/2/setstate", b"nonsense"),
        ("plug/2/setstate", b'{"value":"MAYBE"}'),
        ("plug/2/setstate", b'{"value":7}'),
        ("plug/99/setstate", b'{"value":"ON"}'),
        ("plug/x/setstate", b'{"value":"ON"}'),
        ("plug/2/state", b'{"value":"ON"}'),
    ],
)
def test_other_commands_change_nothing(topic: str, payload: bytes) -> None:
    monitor = sites.build()
    monitor.tick(START + 1)
    monitor.receive(f"servicelocation/{monitor.site.identity.uuid}/{topic}", payload)
    assert set(_tails(monitor, 1)) == {"realtime"}


def test_a_lost_plug_says_so_and_does_not_obey() -> None:
    monitor = sites.build()
    monitor.tick(START + 1)
    monitor.inject("plug-unreachable:2")
    assert payloads(monitor.tick(START + 2), "plug/2/connectionState")[0]["value"] == "UNREACHABLE"
    monitor.receive(f"servicelocation/{monitor.site.identity.uuid}/plug/2/setstate", b'{"value":"ON"}')
    assert _tails(monitor, 1) == ["realtime"]
    monitor.mend("plug-unreachable:2")
    assert payloads(monitor.tick(START + 4), "plug/2/connectionState")[0]["value"] == "CONNECTED"


def test_a_plug_is_a_load() -> None:
    monitor = sites.build("home1")
    monitor.tick(START + 1)
    before = monitor.site.house.state.circuits["unmetered"].fundamental[0].real
    monitor.receive(f"servicelocation/{monitor.site.identity.uuid}/plug/2/setstate", b'{"value":"ON"}')
    monitor.tick(START + 2)
    after = monitor.site.house.state.circuits["unmetered"].fundamental[0].real
    assert after - before > 2.5


def test_five_minute_messages() -> None:
    monitor = sites.build()
    arrivals = monitor.tick(START + 1200)
    ends = [m["intervalDatas"][0]["utcEndtime"] for m in payloads(arrivals, "aggregated")]
    assert ends == [1_760_000_100_000 + 300_000 * k for k in range(4)]
    switches = payloads(arrivals, "aggregatedSwitch")
    assert len(switches) == 4
    assert {s["sensorId"] for s in switches[0]["switchIntervalDatas"]} == {301, 302}
    gas_water = payloads(arrivals, "aggregatedGW")
    assert gas_water, "somebody used water"
    for message in gas_water:
        entry = message["gwIntervalDatas"][0]
        assert entry["index0Delta"] + entry["index1Delta"] > 0, "silent without consumption"
        assert entry["temperature"] == 195
        assert entry["battLevel"] == 71


def test_low_battery_shows_in_the_next_consumption() -> None:
    arrivals = sites.build(faults=["battery-low"]).tick(START + 1200)
    assert payloads(arrivals, "aggregatedGW")[0]["gwIntervalDatas"][0]["battLevel"] <= 10


def test_a_schedule_and_its_plug() -> None:
    arrivals = sites.build("home1").tick(START + 245)
    message = payloads(arrivals, "scheduler")[0]
    assert (message["hour"], message["min"]) == (8, 58)
    assert payloads(arrivals, "plug/1/state")[-1]["value"] == "OFF"


def test_a_trigger_fires_on_crossing_only() -> None:
    monitor = sites.build("home1")
    monitor.tick(START + 30)
    fired = []
    for t, watts in ((30, 0.0), (60, 8000.0), (90, 8000.0), (120, 0.0), (150, 8000.0)):
        monitor.switch_heater(watts=watts)
        fired += payloads(monitor.tick(START + 30 + t), "trigger")
    assert len([m for m in fired if m["triggerId"] == 2]) == 2


def test_presence_ends_when_nobody_switches_anything() -> None:
    arrivals = VirtualMonitor(_quiet_house(), START).tick(START + 1000)
    assert payloads(arrivals, "presence") == [{"value": True}, {"value": False}]


def test_lost_messages() -> None:
    monitor = VirtualMonitor(_quiet_house(), START, loss=0.2)
    assert 700 < len(payloads(monitor.tick(START + 1000), "realtime")) < 880


def test_clock_skew_is_the_monitors_own() -> None:
    monitor = VirtualMonitor(_quiet_house(), START, clock_skew=40.0)
    arrivals = monitor.tick(START + 300)
    assert payloads(arrivals, "realtime")[0]["utcTimeStamp"] == round((START + 41) * 1000)
    assert payloads(arrivals, "aggregated")[0]["intervalDatas"][0]["utcEndtime"] % 300_000 == 0
    assert arrivals[-1].at < START + 301


def _quiet_house() -> VirtualSite:
    return ideal_site(still(), [])


def test_a_heater_by_hand() -> None:
    monitor = VirtualMonitor(ideal_site(still(), []), START)
    monitor.switch_heater(port=2, watts=1500.0)
    assert payloads(monitor.tick(START + 1), "realtime")[0]["channelPowers"][2]["power"] == 1500


def test_unknown_site() -> None:
    with pytest.raises(sites.NoSuchSiteError, match="home3pv"):
        sites.build("castle")
