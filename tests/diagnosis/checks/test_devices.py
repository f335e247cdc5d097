import pytest

from smappee_tui.diagnosis.checks.moment import Moment
from smappee_tui.diagnosis.checks.plugs import judge_plug
from smappee_tui.diagnosis.checks.sensors import judge_sensor
from smappee_tui.protocol.messages import GasWaterInterval, PlugConnection, PlugState
from smappee_tui.site.devices import Meter, Plug

NOW = Moment(1_700_000_000.0)


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("CONNECTED", "ok"),
        ("DISCONNECTED", "disconnected"),
        ("UNREACHABLE", "unreachable"),
        ("SOMETHING_NEW", "ok"),
    ],
)
def test_a_plug_is_judged_by_its_connection(state: str, verdict: str) -> None:
    plug = Plug("1", connection=PlugConnection("1", state, None), relay=PlugState("1", "ON", None))
    assert judge_plug(plug, NOW).verdict == verdict


def test_a_plug_that_only_switches_is_heard_of() -> None:
    assert judge_plug(Plug("1", relay=PlugState("1", "ON", None)), NOW).verdict == "ok"
    assert judge_plug(Plug("1"), NOW).verdict == "silent"


@pytest.mark.parametrize(
    ("battery", "verdict"), [(100.0, "ok"), (21.0, "ok"), (20.0, "battery_low"), (0.0, "battery_low"), (None, "ok")]
)
def test_a_sensor_is_judged_by_its_battery(battery: float | None, verdict: str) -> None:
    reading = GasWaterInterval(1, NOW.now, (1.0,), 20.0, 50.0, battery)
    assert judge_sensor(Meter(1, interval=reading), NOW).verdict == verdict


def test_a_sensor_that_said_nothing_is_silent() -> None:
    assert judge_sensor(Meter(1), NOW).verdict == "silent"
