"""A made-up house full of devices on a screen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smappee_tui.app.switching import PlugSwitch
from smappee_tui.diagnosis.checks.devices import device_verdicts
from smappee_tui.diagnosis.judgement import PhaseVerdict
from tests import payloads as p
from tests.tui.houses import START, UUID, House, twelve
from tests.tui.scene import Scene, judgement_of_twelve

HOSTILE = "\x1b[31m[/L1] [bold]漢字\u202e"


def devices_scene(house: House | None = None, switching: PlugSwitch | None = None, **wishes: Any) -> Scene:
    """Plugs in every state, a sensor with a low battery, automations, presence."""
    scene = Scene(house or twelve(), switching=switching, **wishes)
    scene.configure()
    _keep(scene, "sensorConfig", p.sensor_config(switches=((302, "Boiler", "4006990001"),)))
    _keep(
        scene,
        "homeControlConfig",
        p.home_control(
            switches=((11, "Boiler", "4006990001"), (13, HOSTILE, "4006990003")),
            comfort=((12, "Lamp"), (14, "Garage door, never seen")),
        ),
    )
    _keep(scene, "plug/11/connectionState", p.plug_value("CONNECTED", START - 7200))
    _keep(scene, "plug/11/state", p.plug_value("ON", START - 600))
    _keep(scene, "plug/12/connectionState", p.plug_value("UNREACHABLE", START - 3600))
    _keep(scene, "plug/12/state", p.plug_value("OFF", START - 90_000))
    _keep(scene, "presence", p.presence(True))
    _keep(scene, "trigger", p.trigger(3, type="SUNSET_NEAR", label="At dusk", controllableNodeIds=[12, 99]))
    # An identity older than what the plugs say: their states are of this run of the monitor.
    topic, _ = scene.house.config()  # type: ignore[union-attr]
    scene.put((topic, p.raw(p.config(p.INFINITY, serialNumber="5010009901", utcTimeStamp=p.millis(START - 1e6)))))
    scene.run(20)
    say(scene, "scheduler", p.schedule(2, controllableNodeIds=[11], action="ON", label="Boiler on"))
    say(scene, "plug/13/connectionState", p.plug_value("CONNECTED", START + 5))
    say(scene, "aggregatedSwitch", p.aggregated_switch((302, 1840), end=START + 20))
    say(scene, "aggregatedGW", p.aggregated_gas_water(pulses=(3, 0), battery=14, end=START + 20))
    scene.run(100)
    assert scene.session.site is not None
    phases = (
        PhaseVerdict(0, 231.2, "ok", 229.0, 233.0),
        PhaseVerdict(1, 205.1, "low", 203.0, 209.0),
        PhaseVerdict(2, 230.0, "ok", 228.0, 231.0),
    )
    told = judgement_of_twelve()
    found = device_verdicts(scene.session.site).findings
    return scene.judge(replace(told, phases=phases, findings=(*told.findings, *found)))


def say(scene: Scene, rest: str, content: Any) -> None:
    """One live message of the house."""
    scene.put((f"servicelocation/{UUID}/{rest}", p.raw(content)))


def _keep(scene: Scene, rest: str, content: Any) -> None:
    scene.put((f"servicelocation/{UUID}/{rest}", p.raw(content)), retain=True)
