import pytest

from smappee_tui.diagnosis.checks.devices import plug_verdict, sensor_verdict
from smappee_tui.protocol.messages import GasWaterInterval, PlugConnection, PlugState
from smappee_tui.site.devices import Meter, Plug

NOW = 1_700_000_000.0


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
    assert plug_verdict(plug, NOW) == verdict


def test_a_plug_that_only_switches_is_heard_of() -> None:
    assert plug_verdict(Plug("1", relay=PlugState("1", "ON", None)), NOW) == "ok"
    assert plug_verdict(Plug("1"), NOW) == "silent"


@pytest.mark.parametrize(
    ("battery", "verdict"), [(100.0, "ok"), (21.0, "ok"), (20.0, "battery_low"), (0.0, "battery_low"), (None, "ok")]
)
def test_a_sensor_is_judged_by_its_battery(battery: float | None, verdict: str) -> None:
    reading = GasWaterInterval(1, NOW, (1.0,), 20.0, 50.0, battery)
    assert sensor_verdict(Meter(1, interval=reading), NOW) == verdict


def test_a_sensor_that_said_nothing_is_silent() -> None:
    assert sensor_verdict(Meter(1), NOW) == "silent"
