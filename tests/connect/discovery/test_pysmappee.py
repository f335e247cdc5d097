"""pysmappee's local clients talk to the virtual monitor unchanged.

It needs paho-mqtt 1.x, which this program does not run with: name a Python that has it in SMAPPEE_TUI_PYSMAPPEE.
"""

import json
import os
import time

import pytest

from smappee_tui.simulator import sites
from tests.connect.discovery.spaces import Spaces
from tests.simulated.device import VirtualDevice

_CLIENT = """
import json, sys, time
from pysmappee.api import SmappeeLocalApi
from pysmappee.mqtt import SmappeeLocalMqtt
mqtt = SmappeeLocalMqtt(serial_number=sys.argv[1])
mqtt.start()
serial = mqtt.is_config_ready(timeout=10, interval=0.1)
end = time.monotonic() + 10
while not mqtt.realtime and time.monotonic() < end:
    time.sleep(0.05)
api = SmappeeLocalApi(sys.argv[2])
api.load_config()
print(json.dumps({"serial": serial, "phase": mqtt.phase_type, "names": sorted(mqtt.measurements),
                  "rows": len(mqtt.realtime.get("channelPowers", [])), "watts": api.active_power()}))
mqtt.stop()
"""


@pytest.fixture
def python() -> str:
    named = os.environ.get("SMAPPEE_TUI_PYSMAPPEE")
    if not named:
        pytest.skip("SMAPPEE_TUI_PYSMAPPEE names no Python with pysmappee and paho-mqtt 1.x")
    return named


def test_pysmappee_talks_to_the_virtual_monitor(spaces: Spaces, python: str) -> None:
    spaces.make("laptop", "near")
    spaces.cable("laptop", "10.77.1.1/24", "near", "10.77.1.20/24")
    made = VirtualDevice(sites.build("home1", start=time.time()), "10.77.1.20", broker_port=1883, portal_port=80)
    with spaces.inside("near"):
        made.__enter__()
    try:
        # It asks the system for the monitor's name; here the name is put into its mouth instead of the system's files.
        name = f"smappee{made.serial}.local"
        code = (
            "import socket\n_ask = socket.getaddrinfo\n"
            f"socket.getaddrinfo = lambda h, *a, **k: _ask('10.77.1.20' if h == {name!r} else h, *a, **k)\n" + _CLIENT
        )
        ran = spaces.exec("laptop", python, "-c", code, made.serial, "10.77.1.20")
    finally:
        made.__exit__(None, None, None)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout.splitlines()[-1])
    assert said["serial"] == made.serial
    assert said["phase"] == "ONE"
    assert said["names"] == ["Grid", "Laundry", "Oven", "Water heater"]
    assert said["rows"] == 5
    assert isinstance(said["watts"], int)
